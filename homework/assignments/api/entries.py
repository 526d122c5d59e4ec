"""Entries in the API: begin, keep a draft, share once, add to what was shared; and reading it.

A draft is its client's alone. The shapes of requests and answers are in `entry_shapes`.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any
from uuid import UUID

from django.db import Error as DatabaseError
from django.db.models import F
from django.urls import reverse
from django.utils.translation import gettext as _
from rest_framework.request import Request
from rest_framework.response import Response

from clinic import logs
from clinic.access import CLINICIANS, Actor, Can, Role, actor_of, get_visible
from clinic.api_schema import LIST_PROBLEMS, WRITE_PROBLEMS, operation
from clinic.api_views import Views, asked, rows_for, said
from clinic.refusal import ActionRefused
from homework.assignments import additions
from homework.assignments.actions import addition as adding
from homework.assignments.actions import entry as doing
from homework.assignments.actions import sharing
from homework.assignments.api.answers import merged, private_keys
from homework.assignments.api.entry_shapes import (
    AdditionIn,
    BeginIn,
    Conflict,
    DraftIn,
    EntriesAsk,
    EntryDetail,
    EntryRow,
    ShareIn,
    definition_of,
)
from homework.assignments.api.plans import filled
from homework.assignments.forms.adding import AdditionForm
from homework.assignments.forms.after import AfterForm
from homework.assignments.models import Assignment, Entry
from homework.safety.views import knowing
from homework.worksheets import answers

WITH_SHEET = ("plan", "after", "score", "assignment__version__worksheet")


class Entries(Views):
    """What the client wrote."""

    rule = frozenset({Role.CLIENT, *CLINICIANS})

    @operation("List entries", ask=EntriesAsk, gives=EntryRow(many=True), problems=LIST_PROBLEMS)
    def list(self, request: Request) -> Response:
        """Entries, newest first: all of one's own, or what was shared with the care team. Answers are read singly."""
        rows = rows_for(request, Entry, can=Can.READ).filter(**asked(request, EntriesAsk))
        rows = rows.annotate(zone=F("plan__zone")).defer("answers", "kept_private")
        return self.page_of(request, rows, EntryRow, verb="entries.listed")

    @operation("One entry", gives=EntryDetail)
    def retrieve(self, request: Request, pk: UUID) -> Response:
        """One entry with its answers. Parts kept private are left out for everybody but the client."""
        return told(request, get_visible(request, Entry, pk, can=Can.READ, related=WITH_SHEET))

    @operation("Begin", takes=BeginIn, gives=EntryDetail, problems=WRITE_PROBLEMS)
    def create(self, request: Request) -> Response:
        """Open the draft to write in: the one begun already, or a new one. Nobody else sees it before it is shared."""
        wanted = said(request, BeginIn)
        related = ("version__worksheet",)
        work = get_visible(request, Assignment, wanted["assignment"], can=Can.WRITE, related=related)
        if work.version is None:
            raise ActionRefused(_("Nothing is planned here, so there is nothing to fill in."))
        draft = doing.begin(by=actor_of(request), assignment=work, size=wanted.get("size", ""))
        draft.assignment = work
        return told(request, draft)

    @operation("Keep a draft", takes=DraftIn, gives=EntryDetail, problems=WRITE_PROBLEMS, more={409: Conflict})
    def partial_update(self, request: Request, pk: UUID) -> Response:
        """Keep what is typed so far. Where another device saved since `rev`, both texts are kept: that is the 409."""
        row = get_visible(request, Entry, pk, can=Can.WRITE, related=WITH_SHEET)
        wanted, actor = said(request, DraftIn), actor_of(request)
        values, private = _written(row, wanted)
        try:
            kept = doing.save_draft(by=actor, entry=row, values=values, kept_private=private, rev=wanted["rev"])
        except doing.DraftConflict as conflict:  # both are kept, so nothing is rolled back
            return _both(conflict.entry)
        size = wanted.get("size")
        return told(request, doing.resize(by=actor, entry=kept, size=size) if size else kept)

    @operation("Share", takes=ShareIn, gives=EntryDetail, problems=WRITE_PROBLEMS)
    def share(self, request: Request, pk: UUID) -> Response:
        """Share with the care team, once. A part counts: an answer, an amount or what got in the way is enough."""
        row = get_visible(request, Entry, pk, can=Can.WRITE, related=WITH_SHEET)
        wanted = said(request, ShareIn)
        values, private = _written(row, wanted)
        knowing.check(request, ticked=wanted.get(knowing.FIELD, False))
        with _or_say_where_help_is(actor_of(request)):
            shared = sharing.share(
                by=actor_of(request),
                entry=row,
                values=values,
                kept_private=private,
                after=_after(row, wanted, values),
                key=wanted["submission_key"],
                rev=wanted["rev"],
                for_partner=wanted.get("for_partner", False),
            )
        return told(request, shared)

    @operation("Add to it", takes=AdditionIn, gives=EntryDetail, status=201, problems=WRITE_PROBLEMS)
    def add(self, request: Request, pk: UUID) -> Response:
        """Say more about what was shared, or put something right. It stands beside it with its day; nothing is changed."""
        row = get_visible(request, Entry, pk, can=Can.WRITE, related=WITH_SHEET)
        wanted = said(request, AdditionIn)
        key = wanted.pop("submission_key")
        form = filled(AdditionForm, wanted, questions=additions.askable(definition_of(row)))
        adding.add(by=actor_of(request), entry=row, submission_key=key, **form.to_addition())
        return told(request, row, status=201)


def told(request: Request, row: Entry, status: int = 200) -> Response:
    """An entry as this reader may have it."""
    return Response(EntryDetail(row, context={"reader": actor_of(request)}).data, status=status)


@contextmanager
def _or_say_where_help_is(actor: Actor) -> Iterator[None]:
    """When the database says no, nothing was shared: whoever needs somebody is told where to turn (6.3)."""
    try:
        yield
    except DatabaseError as error:
        logs.trouble("entry.not_shared", error)
        words = _("This could not be sent. Nobody has it yet. If you might not be safe, use Help now (%(help)s).")
        call = _("Or please call your clinic: %(phone)s") % {"phone": actor.clinic.phone} if actor.clinic.phone else ""
        raise ActionRefused(f"{words % {'help': reverse('help_now')}} {call}".strip(), status=503) from None


def _written(row: Entry, wanted: dict[str, Any]) -> tuple[dict[str, Any], list[str]]:
    """The answers and the private parts as they are after this request. Raises ActionRefused (422)."""
    definition = definition_of(row)
    private = wanted.get("kept_private")
    values = merged(definition, row.answers or {}, wanted.get("answers", {}))
    return values, (row.kept_private or []) if private is None else private_keys(definition, private)


def _after(row: Entry, wanted: dict[str, Any], values: dict[str, Any]) -> sharing.After:
    """Looking back, through the form of the client's page: what the sheet says is not asked twice. Raises ActionRefused."""
    row.plan.episode = row.episode
    after = dict(wanted.get("after", {}))
    came_up = {f"coping_{each['id']}": each["outcome"] for each in after.pop("if_thens", [])}
    pairs = {f"coping_{pair.pk}": pair for pair in row.plan.coping_plans.order_by("position")}
    if came_up.keys() - pairs.keys():
        raise ActionRefused(_("There is no such if-then plan here."), status=422, field="after.if_thens")
    data = after | {name: outcome for name, outcome in came_up.items() if not pairs[name].outcome}  # asked once (F20)
    definition, coping_plans = definition_of(row), list(pairs.values())
    known = answers.answered(definition, row.size, values)
    form = filled(AfterForm, data, at="after.", definition=definition, coping_plans=coping_plans, said=known)
    return form.to_after()


def _both(row: Entry) -> Response:
    """Both texts, and the number to go on from."""
    message = _("This was also open somewhere else. Both versions are kept.")
    both = {"message": message, "field": "rev", "rev": row.rev, "answers": row.answers, "copies": row.copies.all()}
    return Response(Conflict(both).data, status=409)
