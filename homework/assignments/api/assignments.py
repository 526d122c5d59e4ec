"""Assignments in the API: what is proposed, agreed, paused or over, and the same steps as on the pages."""

from typing import Any
from uuid import UUID

from django.utils import timezone
from django.utils.translation import gettext as _
from drf_spectacular.utils import extend_schema_field
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from clinic.access import CLINICIANS, Can, Role, actor_of, get_visible
from clinic.api_schema import LIST_PROBLEMS, WRITE_PROBLEMS, operation
from clinic.api_views import Ask, Views, asked, rows_for, said
from clinic.models import Episode
from clinic.refusal import ActionRefused
from homework.assignments.actions import offer, plan
from homework.assignments.actions import rest as resting
from homework.assignments.api.plans import AgreementIn, NothingIn, PlanOut, ProposalIn, WordsIn, filled
from homework.assignments.forms.plan import ShapeForm
from homework.assignments.forms.therapist import ComposeForm
from homework.assignments.models import Assignment, Plan
from homework.assignments.planning import agreed, composing, goals, shaping
from homework.assignments.planning.plan_words import words_of
from homework.worksheets import catalogue

SHEET = ("version__worksheet",)
RESTS = [choice for choice in Assignment.Rest.choices if choice[0]]
CHANGES = ("state", "ended_as", "rest", "resume_offered_at", "agreed_at", "reviewed_at", "ended_at", "next_due_at")


class AssignmentRow(serializers.Serializer[Assignment]):
    """One piece of work in the list."""

    id = serializers.UUIDField()
    episode = serializers.UUIDField(source="episode_id")
    kind = serializers.ChoiceField(choices=Assignment.Kind.choices)
    worksheet = serializers.UUIDField(source="version.worksheet_id", default=None, allow_null=True)
    title = serializers.SerializerMethodField()
    state = serializers.ChoiceField(choices=Assignment.State.choices)
    ended_as = serializers.ChoiceField(choices=Assignment.EndedAs.choices, allow_blank=True)
    rest = serializers.ChoiceField(choices=RESTS, allow_blank=True, help_text="Why it rests.")
    resume_offered_at = serializers.DateTimeField(
        allow_null=True, help_text="After `worse`: the therapist would go on; it starts with the client's own yes."
    )
    follows = serializers.UUIDField(source="follows_id", allow_null=True)
    created_at = serializers.DateTimeField()
    agreed_at = serializers.DateTimeField(allow_null=True)
    reviewed_at = serializers.DateTimeField(allow_null=True)
    ended_at = serializers.DateTimeField(allow_null=True)
    next_due_at = serializers.DateTimeField(allow_null=True)

    def get_title(self, row: Assignment) -> str:
        """What it is called, in the reader's language."""
        return agreed.title_of(row)


class AssignmentDetail(AssignmentRow):
    """One piece of work with what is agreed and what waits for the client's answer."""

    plan = serializers.SerializerMethodField()
    proposal = serializers.SerializerMethodField()

    @extend_schema_field(PlanOut(allow_null=True))
    def get_plan(self, row: Assignment) -> Any:
        """What is agreed."""
        return self._plan(row, Plan.State.AGREED)

    @extend_schema_field(PlanOut(allow_null=True))
    def get_proposal(self, row: Assignment) -> Any:
        """What waits for the client's answer."""
        return self._plan(row, Plan.State.PROPOSED)

    def _plan(self, row: Assignment, state: str) -> Any:
        found = shaping.plan_of(row, state)
        return PlanOut(found).data if found is not None else None


class AssignmentsAsk(Ask):
    """Narrow the list."""

    episode = serializers.UUIDField(required=False)
    state = serializers.ChoiceField(choices=Assignment.State.choices, required=False)


def detail(row: Assignment, status: int = 200) -> Response:
    """A piece of work as it is after something was done with it."""
    return Response(AssignmentDetail(refresh(row)).data, status=status)


def refresh(row: Assignment) -> Assignment:
    """The same row with what an action may have changed."""
    row.refresh_from_db(fields=CHANGES)
    return row


class Assignments(Views):
    """Between-session work."""

    rule = frozenset({Role.CLIENT, *CLINICIANS})

    @operation("List work", ask=AssignmentsAsk, gives=AssignmentRow(many=True), problems=LIST_PROBLEMS)
    def list(self, request: Request) -> Response:
        """Which work is proposed, agreed, paused or over, newest first; of one episode with `episode`."""
        rows = rows_for(request, Assignment, can=Can.SEE).filter(**asked(request, AssignmentsAsk))
        # A definition is parsed once a process, so it is not fetched with every row.
        rows = rows.select_related(*SHEET).defer("version__definition")
        return self.page_of(request, rows, AssignmentRow, verb="assignments.listed")

    @operation("One piece of work", gives=AssignmentDetail)
    def retrieve(self, request: Request, pk: UUID) -> Response:
        """One piece of work, with the plan that is agreed and the one that waits for an answer."""
        return Response(AssignmentDetail(get_visible(request, Assignment, pk, can=Can.READ, related=SHEET)).data)

    @operation("Propose work", takes=ProposalIn, gives=AssignmentDetail, status=201, problems=WRITE_PROBLEMS)
    def create(self, request: Request) -> Response:
        """Propose a piece of work, or a week with nothing. It starts when the client says yes, not before.

        The reason is in words for this person; the library's own wording is refused. What is left out comes from the
        library. Last time's plan wants an outcome first, a third plan at a time a reason, and while listening comes
        first, `together_decided`.
        """
        wanted = said(request, ProposalIn)
        related = ["client__user", "site"]
        pk = wanted.pop("episode")
        episode = get_visible(request, Episode, pk, can=Can.PLAN, related=related, verb="plan.composed")
        if wanted.pop("kind") == Assignment.Kind.NOTHING:
            _only(wanted, "rationale")
            made = offer.offer_nothing(by=actor_of(request), episode=episode, rationale=wanted["rationale"])
        else:
            made = _propose(request, episode, wanted)
        return detail(made, status=201)

    @operation("Say yes", takes=AgreementIn, gives=AssignmentDetail, problems=WRITE_PROBLEMS)
    def confirm(self, request: Request, pk: UUID) -> Response:
        """The client says yes to what is proposed, as it is or shaped to fit. What is left out stays as it was."""
        row = get_visible(request, Assignment, pk, can=Can.AGREE, related=SHEET)
        form, actor = shaped(row, said(request, AgreementIn)), actor_of(request)
        words = form.to_words() if row.version is not None else None
        plan.confirm(by=actor, assignment=row, words=words, beliefs=form.to_beliefs())
        return detail(row)

    @operation("Say no", takes=WordsIn, gives=AssignmentDetail, problems=WRITE_PROBLEMS)
    def decline(self, request: Request, pk: UUID) -> Response:
        """Not this one. No reason is needed. Where something was agreed before, that holds on."""
        row = get_visible(request, Assignment, pk, can=Can.AGREE, related=SHEET)
        plan.decline(by=actor_of(request), assignment=row, words=said(request, WordsIn).get("words", ""))
        return detail(row)

    @operation("Talk about it first", takes=WordsIn, gives=AssignmentDetail, problems=WRITE_PROBLEMS)
    def talk(self, request: Request, pk: UUID) -> Response:
        """The client wants to talk about it before saying yes or no. The proposal stays open."""
        row = get_visible(request, Assignment, pk, can=Can.AGREE, related=SHEET)
        plan.talk_first(by=actor_of(request), assignment=row, words=said(request, WordsIn).get("words", ""))
        return detail(row)

    @operation("Rest it", takes=NothingIn, gives=AssignmentDetail, problems=WRITE_PROBLEMS)
    def pause(self, request: Request, pk: UUID) -> Response:
        """Let it rest: nothing is due and no reminder goes out. The client or the therapist may; no reason is asked."""
        row = self._own_or_planned(request, pk)
        resting.pause(by=actor_of(request), assignment=row)
        return detail(row)

    @operation("Go on with it", takes=NothingIn, gives=AssignmentDetail, problems=WRITE_PROBLEMS)
    def resume(self, request: Request, pk: UUID) -> Response:
        """Go on with what was agreed, after a rest."""
        row = self._own_or_planned(request, pk)
        resting.resume(by=actor_of(request), assignment=row)
        return detail(row)

    def _own_or_planned(self, request: Request, pk: UUID) -> Assignment:
        can = Can.AGREE if actor_of(request).is_client else Can.PLAN
        row = get_visible(request, Assignment, pk, can=can, related=SHEET)
        said(request, NothingIn)
        return row


def shaped(row: Assignment, wanted: dict[str, Any]) -> ShapeForm:
    """What the client says, through the form of their page. Raises ActionRefused."""
    proposed = shaping.plan_of(row, Plan.State.PROPOSED)
    if proposed is None:
        raise ActionRefused(_("There is nothing waiting for an answer here any more."))
    if row.version is None:
        _only(wanted, "beliefs")
    definition = agreed.spoken(row.version) if row.version is not None else None
    known = goals.choices(goals.of(row.episode), proposed.goal_id) if definition is not None else ()
    return filled(ShapeForm, wanted, definition=definition, words=words_of(proposed), goals=known, asks_free=True)


def _propose(request: Request, episode: Episode, wanted: dict[str, Any]) -> Assignment:
    """Propose a worksheet, through the form of the therapist's page. Raises ActionRefused, or Http404."""
    if wanted.get("worksheet") is None:
        raise ActionRefused(_("Choose a worksheet."), status=422, field="worksheet")
    sheet = catalogue.sheet_for(actor_of(request), wanted.pop("worksheet"))
    follows = str(wanted.pop("follows", None) or "")
    composed = composing.compose(episode, sheet.version, follows, timezone.now())
    if follows and composed.follows is None:
        raise ActionRefused(_("This is not under way any more."), status=422, field="follows")
    form = filled(
        ComposeForm,
        wanted,
        definition=composed.definition,
        words=composed.words,
        goals=goals.choices(goals.of(episode)),
        is_full=True,
        listens=True,
    )
    return offer.offer(
        by=actor_of(request),
        episode=episode,
        version=sheet.version,
        words=form.to_words(),
        follows=composed.follows,
        pace_reason=form.cleaned_data["pace_reason"],
        together_decided=form.cleaned_data["together_decided"],
    )


def _only(wanted: dict[str, Any], name: str) -> None:
    """Refuse what means nothing for a week with nothing."""
    foreign = next((each for each in wanted if each != name), None)
    if foreign is not None:
        raise ActionRefused(_("This is not asked for a week with nothing."), status=422, field=foreign)
