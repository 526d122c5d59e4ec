"""Questions and wins in the API: the client asks and writes, the care team answers and says it saw (F02, F43, F44, F46).

Lists hold plain facts; the words are read one row at a time.
"""

from typing import Any
from uuid import UUID

from drf_spectacular.utils import extend_schema_field
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from clinic.access import CLINICIANS, Can, Role, actor_of, get_visible
from clinic.api_schema import LIST_PROBLEMS, WRITE_PROBLEMS, operation
from clinic.api_views import Ask, Body, Views, asked, rows_for, said
from clinic.models import Episode
from homework.assignments.api.plans import NothingIn
from homework.assignments.forms.plan import LINE, TEXT
from homework.assignments.models import Assignment
from homework.reviews.actions import question as speaking
from homework.reviews.actions import win as noting
from homework.reviews.forms.speaking import CHIPS
from homework.reviews.models import ClientQuestion, Win

Kind, State, Outcome = ClientQuestion.Kind, ClientQuestion.State, ClientQuestion.Outcome
OUTCOMES = [choice for choice in Outcome.choices if choice[0]]
TELL_CHIPS = [(chip.value, chip.label) for chip in CHIPS]


class QuestionRow(serializers.Serializer[ClientQuestion]):
    """One question in the list: of what kind, about which work, how it stands."""

    id = serializers.UUIDField()
    episode = serializers.UUIDField(source="episode_id")
    assignment = serializers.UUIDField(source="assignment_id", allow_null=True)
    kind = serializers.ChoiceField(choices=Kind.choices)
    state = serializers.ChoiceField(choices=State.choices)
    outcome = serializers.ChoiceField(choices=OUTCOMES, allow_blank=True)
    asked_at = serializers.DateTimeField()
    answered_at = serializers.DateTimeField(allow_null=True)
    closed_at = serializers.DateTimeField(allow_null=True)


class IdeaOut(serializers.Serializer[Any]):
    """A client's own draft of a plan; what was left open is empty."""

    what = serializers.CharField(default="")
    why = serializers.CharField(default="")
    first_step = serializers.CharField(default="")
    anchor = serializers.CharField(default="")
    place = serializers.CharField(default="")


class QuestionDetail(QuestionRow):
    """One question with its words and the answer. What was written with "not yet" is not sent, so it is not here."""

    chips = serializers.ListField(child=serializers.ChoiceField(choices=ClientQuestion.Chip.choices))
    text = serializers.SerializerMethodField()
    idea = serializers.SerializerMethodField()
    answer = serializers.SerializerMethodField()

    def get_text(self, row: ClientQuestion) -> str:
        """The client's own words."""
        return row.text or ""

    @extend_schema_field(IdeaOut)
    def get_idea(self, row: ClientQuestion) -> Any:
        """The plan they drafted."""
        return {name: (row.idea or {}).get(name, "") for name in speaking.IDEA}

    def get_answer(self, row: ClientQuestion) -> str:
        """What was written back."""
        return (row.answer or "") if row.state != State.OPEN else ""


class QuestionsAsk(Ask):
    """Narrow the list."""

    episode = serializers.UUIDField(required=False)
    state = serializers.ChoiceField(choices=State.choices, required=False)


class IdeaIn(Body):
    """A plan of one's own, as far as it is known."""

    what = serializers.CharField(max_length=LINE, required=False, allow_blank=True)
    why = serializers.CharField(max_length=TEXT, required=False, allow_blank=True)
    first_step = serializers.CharField(max_length=LINE, required=False, allow_blank=True)
    anchor = serializers.CharField(max_length=LINE, required=False, allow_blank=True)
    place = serializers.CharField(max_length=LINE, required=False, allow_blank=True)


class QuestionIn(Body):
    """What to ask, tell or wish for: about one piece of work with `assignment`, else in one's care with `episode`."""

    assignment = serializers.UUIDField(required=False)
    episode = serializers.UUIDField(required=False)
    kind = serializers.ChoiceField(choices=Kind.choices, default=Kind.TELL)
    chips = serializers.ListField(child=serializers.ChoiceField(choices=TELL_CHIPS), required=False)
    text = serializers.CharField(max_length=TEXT, required=False, allow_blank=True)
    idea = IdeaIn(required=False)
    submission_key = serializers.UUIDField(required=False, help_text="Made by you: sent twice, it is kept once.")

    def validate(self, attrs: dict[str, Any]) -> dict[str, Any]:
        """One of the two says where it belongs."""
        if not attrs.get("assignment") and not attrs.get("episode"):
            raise serializers.ValidationError({"episode": [serializers.Field.default_error_messages["required"]]})
        return attrs


class AnswerIn(Body):
    """What became of it; in writing or in the session. "not_yet" sends nothing and keeps it open."""

    outcome = serializers.ChoiceField(choices=OUTCOMES)
    answer = serializers.CharField(max_length=TEXT, required=False, allow_blank=True)


class Questions(Views):
    """What clients ask, tell and wish for."""

    rule = frozenset({Role.CLIENT, *CLINICIANS})

    @operation("List questions", ask=QuestionsAsk, gives=QuestionRow(many=True), problems=LIST_PROBLEMS)
    def list(self, request: Request) -> Response:
        """What was asked, newest first: one's own, or that of the clients one treats. Words are read singly."""
        rows = rows_for(request, ClientQuestion, can=Can.READ).filter(**asked(request, QuestionsAsk))
        rows = rows.defer("text", "idea", "answer")
        return self.page_of(request, rows, QuestionRow, verb="questions.listed")

    @operation("One question", gives=QuestionDetail)
    def retrieve(self, request: Request, pk: UUID) -> Response:
        """One question with its words and the answer."""
        return Response(QuestionDetail(get_visible(request, ClientQuestion, pk, can=Can.READ)).data)

    @operation("Ask", takes=QuestionIn, gives=QuestionDetail, status=201, problems=WRITE_PROBLEMS)
    def create(self, request: Request) -> Response:
        """Ask, tell or wish for something. It changes the plan, not what anybody thinks of the client."""
        wanted = said(request, QuestionIn)
        work = None
        if wanted.get("assignment"):
            work = get_visible(request, Assignment, wanted["assignment"], can=Can.WRITE)
            episode = work.episode
        else:
            episode = get_visible(request, Episode, wanted["episode"], can=Can.WRITE)
        words = {name: wanted[name] for name in ("kind", "chips", "text", "idea") if name in wanted}
        key = wanted.get("submission_key")
        made = speaking.ask(
            by=actor_of(request), episode=episode, assignment=work, said=speaking.Said(**words), key=key
        )
        return Response(QuestionDetail(made).data, status=201)

    @operation("Answer", takes=AnswerIn, gives=QuestionDetail, problems=WRITE_PROBLEMS)
    def answer(self, request: Request, pk: UUID) -> Response:
        """Answer in writing, or say that it was talked about. Either closes it for the care team."""
        row = get_visible(request, ClientQuestion, pk, can=Can.REVIEW)
        wanted = said(request, AnswerIn)
        outcome, text = wanted["outcome"], wanted.get("answer", "")
        made = speaking.answer(by=actor_of(request), question=row, outcome=outcome, text=text)
        return Response(QuestionDetail(made).data)

    @operation("Close", takes=NothingIn, gives=QuestionDetail, problems=WRITE_PROBLEMS)
    def close(self, request: Request, pk: UUID) -> Response:
        """The client has read the answer: it is settled for them."""
        row = get_visible(request, ClientQuestion, pk, can=Can.WRITE)
        said(request, NothingIn)
        speaking.close(by=actor_of(request), question=row)
        row.refresh_from_db(fields=["state", "closed_at"])
        return Response(QuestionDetail(row).data)


class WinRow(serializers.Serializer[Win]):
    """One win in the list: when, and whether somebody said they saw it."""

    id = serializers.UUIDField()
    episode = serializers.UUIDField(source="episode_id")
    created_at = serializers.DateTimeField()
    seen_at = serializers.DateTimeField(allow_null=True)


class WinDetail(WinRow):
    """One win in the client's own words."""

    text = serializers.SerializerMethodField()

    def get_text(self, row: Win) -> str:
        """The client's own words."""
        return row.text or ""


class WinsAsk(Ask):
    """Narrow the list."""

    episode = serializers.UUIDField(required=False)


class WinIn(Body):
    """Something that went well, with or without a plan."""

    episode = serializers.UUIDField()
    text = serializers.CharField(max_length=TEXT)
    submission_key = serializers.UUIDField(required=False, help_text="Made by you: sent twice, it is kept once.")


class Wins(Views):
    """What went well."""

    rule = frozenset({Role.CLIENT, *CLINICIANS})

    @operation("List wins", ask=WinsAsk, gives=WinRow(many=True), problems=LIST_PROBLEMS)
    def list(self, request: Request) -> Response:
        """What went well, newest first: one's own, or that of the clients one treats. Words are read singly."""
        rows = rows_for(request, Win, can=Can.READ).filter(**asked(request, WinsAsk)).defer("text")
        return self.page_of(request, rows, WinRow, verb="wins.listed")

    @operation("One win", gives=WinDetail)
    def retrieve(self, request: Request, pk: UUID) -> Response:
        """One win in the client's own words."""
        return Response(WinDetail(get_visible(request, Win, pk, can=Can.READ)).data)

    @operation("Note a win", takes=WinIn, gives=WinDetail, status=201, problems=WRITE_PROBLEMS)
    def create(self, request: Request) -> Response:
        """Write down something that went well. No plan is needed."""
        wanted = said(request, WinIn)
        episode = get_visible(request, Episode, wanted["episode"], can=Can.WRITE)
        key = wanted.get("submission_key")
        made = noting.note(by=actor_of(request), episode=episode, text=wanted["text"], key=key)
        return Response(WinDetail(made).data, status=201)

    @operation("I saw this", takes=NothingIn, gives=WinDetail, problems=WRITE_PROBLEMS)
    def seen(self, request: Request, pk: UUID) -> Response:
        """Say that one saw it. The client can read who it was."""
        row = get_visible(request, Win, pk, can=Can.REVIEW)
        said(request, NothingIn)
        noting.seen(by=actor_of(request), win=row)
        row.refresh_from_db(fields=["seen_at"])
        return Response(WinDetail(row).data)
