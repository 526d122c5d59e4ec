"""Work under way in the API: one line now, a way on when stuck, what makes things worse, and a rest for everything.

And what the two sides say to each other meanwhile: the client's own version of a proposal, agreeing to it, "we could go on".
"""

from datetime import date
from typing import Any
from uuid import UUID

from django.utils.translation import gettext as _
from drf_spectacular.utils import extend_schema_field
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from clinic.access import CLINICIANS, Can, Role, actor_of, get_visible
from clinic.actions.contact import LONGEST_PAUSE
from clinic.api_schema import WRITE_PROBLEMS, operation
from clinic.api_views import Body, Views, said
from clinic.models import OutgoingMessage
from clinic.refusal import ActionRefused
from homework.assignments.actions import counter, snooze
from homework.assignments.actions import log as logging_now
from homework.assignments.actions import rest as resting
from homework.assignments.actions import stuck as being_stuck
from homework.assignments.api.answers import merged
from homework.assignments.api.assignments import SHEET, AssignmentDetail, detail, refresh, shaped
from homework.assignments.api.entries import told
from homework.assignments.api.entry_shapes import EntryDetail
from homework.assignments.api.plans import ClientPlanIn, NothingIn, ReminderIn, line
from homework.assignments.days import quick
from homework.assignments.forms.plan import TEXT
from homework.assignments.models import Assignment, Obstacle
from homework.assignments.planning import agreed

WAYS = [way.value for way in being_stuck.Way]


class LogIn(Body):
    """One line about something that just happened."""

    key = serializers.CharField(
        max_length=40, required=False, help_text="The one question that is asked here; it may be left out."
    )
    value = serializers.JSONField(help_text="The answer, as in an entry.")
    submission_key = serializers.UUIDField(help_text="Made by the sender: sent twice, it is kept once.")


class StuckIn(Body):
    """A way on, and what is in the way, if the client likes to say."""

    way = serializers.ChoiceField(choices=WAYS, help_text="An if-then plan, the smaller version, or a rest.")
    obstacles = serializers.ListField(
        child=serializers.ChoiceField(choices=Obstacle.choices), required=False, max_length=len(Obstacle.choices)
    )


class StuckOut(AssignmentDetail):
    """The work as it is now, and the draft to go on with."""

    entry = serializers.SerializerMethodField()

    @extend_schema_field(
        serializers.UUIDField(allow_null=True, help_text="Null when it rests until the two have talked.")
    )
    def get_entry(self, row: Assignment) -> Any:
        """The draft that goes on."""
        found = self.context.get("entry")
        return str(found.pk) if found is not None else None


class SuggestionIn(ClientPlanIn, ReminderIn):
    """What the client would like different. What is left out stays as it was proposed."""

    why = line(max_length=TEXT, help_text="A word about it, if the client likes.")


class PauseAllIn(Body):
    """For how long."""

    days = serializers.IntegerField(min_value=1, max_value=LONGEST_PAUSE)


class LaterIn(Body):
    """When."""

    at = serializers.TimeField(help_text="On the client’s own clock, later today, 20:00 at the latest.")


class LaterOut(serializers.Serializer[Any]):
    """What was arranged. Nothing of it says what the message is about."""

    due_at = serializers.DateTimeField()
    channel = serializers.ChoiceField(choices=OutgoingMessage.Channel.choices)


class RestsOut(serializers.Serializer[Any]):
    """Until when everything rests."""

    until = serializers.DateField(
        allow_null=True, help_text="The day it all comes back by itself; null: nothing rests."
    )


class Doing(Views):
    """Work under way."""

    rule = frozenset({Role.CLIENT, *CLINICIANS})

    @operation("Log one line", takes=LogIn, gives=EntryDetail, status=201, problems=WRITE_PROBLEMS)
    def log(self, request: Request, pk: UUID) -> Response:
        """Keep one line as a note of its own, captured now. It is a draft: nobody else sees it before it is shared."""
        work = get_visible(request, Assignment, pk, can=Can.WRITE, related=SHEET)
        wanted = said(request, LogIn)
        key, value = _line(work, wanted)
        made = logging_now.log(
            by=actor_of(request), assignment=work, key=key, value=value, submission_key=wanted["submission_key"]
        )
        return told(request, made, status=201)

    @operation("Say that one is stuck", takes=StuckIn, gives=StuckOut, problems=WRITE_PROBLEMS)
    def stuck(self, request: Request, pk: UUID) -> Response:
        """The client takes a way on: their own if-then plan, the smaller version, or a rest until the two have talked."""
        row = get_visible(request, Assignment, pk, can=Can.AGREE, related=SHEET)
        found = being_stuck.take(by=actor_of(request), assignment=row, **said(request, StuckIn))
        return Response(StuckOut(refresh(row), context={"entry": found}).data)

    @operation("Say that it makes things worse", takes=NothingIn, gives=AssignmentDetail, problems=WRITE_PROBLEMS)
    def worse(self, request: Request, pk: UUID) -> Response:
        """It rests at once and goes on only when both want it. Said twice is said once."""
        row = get_visible(request, Assignment, pk, can=Can.AGREE, related=SHEET)
        said(request, NothingIn)
        resting.worse(by=actor_of(request), assignment=row)
        return detail(row)

    @operation("Offer to go on", takes=NothingIn, gives=AssignmentDetail, problems=WRITE_PROBLEMS)
    def go_on(self, request: Request, pk: UUID) -> Response:
        """The therapist would go on with what made things worse. It starts with the client's own yes: `resume`."""
        row = get_visible(request, Assignment, pk, can=Can.PLAN, related=SHEET)
        said(request, NothingIn)
        resting.offer_to_go_on(by=actor_of(request), assignment=row)
        return detail(row)

    @operation("Suggest it differently", takes=SuggestionIn, gives=AssignmentDetail, problems=WRITE_PROBLEMS)
    def different(self, request: Request, pk: UUID) -> Response:
        """The client's own version goes back to be looked at. Nothing starts, and what is agreed holds on."""
        row = get_visible(request, Assignment, pk, can=Can.AGREE, related=SHEET)
        wanted = said(request, SuggestionIn)
        why = wanted.pop("why", "")
        counter.suggest(by=actor_of(request), assignment=row, words=shaped(row, wanted).to_words(), why=why)
        return detail(row)

    @operation("Agree to the client's version", takes=NothingIn, gives=AssignmentDetail, problems=WRITE_PROBLEMS)
    def agree(self, request: Request, pk: UUID) -> Response:
        """It is a proposal again, word for word as the client wrote it, and starts when they say yes."""
        row = get_visible(request, Assignment, pk, can=Can.PLAN, related=SHEET)
        said(request, NothingIn)
        counter.agree_to(by=actor_of(request), assignment=row)
        return detail(row)


class Reminding(Views):
    """One more reminder today: the client's choice alone."""

    rule = frozenset({Role.CLIENT})

    @operation("Remind me later today", takes=LaterIn, gives=LaterOut, problems=WRITE_PROBLEMS)
    def later(self, request: Request, pk: UUID) -> Response:
        """One more short message at a wall time of today. It goes the way the client's messages go; asked again, it moves."""
        row = get_visible(request, Assignment, pk, can=Can.AGREE, related=SHEET)
        made = snooze.remind_later(by=actor_of(request), assignment=row, **said(request, LaterIn))
        return Response(LaterOut({"due_at": made.due_at, "channel": made.channel}).data)


class Resting(Views):
    """Everything rests, for some days: the client's choice alone."""

    rule = frozenset({Role.CLIENT})

    @operation("Rest everything", takes=PauseAllIn, gives=RestsOut, problems=WRITE_PROBLEMS)
    def pause_all(self, request: Request) -> Response:
        """No message and nothing due for 1 to 14 days, no reason asked. It comes back by itself."""
        return _rests(resting.pause_all(by=actor_of(request), **said(request, PauseAllIn)))

    @operation("Go on with everything", takes=NothingIn, gives=RestsOut, problems=WRITE_PROBLEMS)
    def resume_all(self, request: Request) -> Response:
        """Everything goes on now, as it was agreed."""
        said(request, NothingIn)
        resting.resume_all(by=actor_of(request))
        return _rests(None)


def _rests(until: date | None) -> Response:
    return Response(RestsOut({"until": until}).data)


def _line(work: Assignment, wanted: dict[str, Any]) -> tuple[str, Any]:
    """The question that can be noted in one line, and the answer as the question keeps it. Raises ActionRefused."""
    definition = agreed.spoken(work.version) if work.version is not None else None
    question = quick.question(definition) if definition is not None else None
    if definition is None or question is None:
        raise ActionRefused(_("This is not something to note in one line."))
    key = wanted.get("key", question.key)
    if key != question.key:
        raise ActionRefused(_("There is no such question here."), status=422, field="key")
    return key, merged(definition, {}, {key: wanted["value"]}).get(key)
