"""Goals in the API: what a client wants, written down by whoever plans; why it matters, by the client alone (F28)."""

from typing import Any
from uuid import UUID

from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from clinic.access import CLINICIANS, Can, Role, actor_of, get_visible
from clinic.api_schema import LIST_PROBLEMS, WRITE_PROBLEMS, operation
from clinic.api_views import Ask, Body, Views, asked, rows_for, said
from clinic.models import Episode
from homework.assignments.actions import goal as naming
from homework.assignments.api.plans import line
from homework.assignments.forms.plan import TEXT
from homework.assignments.models import Goal


class GoalRow(serializers.Serializer[Goal]):
    """One goal in the list; its words are read one at a time."""

    id = serializers.UUIDField()
    episode = serializers.UUIDField(source="episode_id")
    state = serializers.ChoiceField(choices=Goal.State.choices)
    rev = serializers.IntegerField()
    created_at = serializers.DateTimeField()


class GoalDetail(GoalRow):
    """One goal with its words."""

    text = serializers.CharField(help_text="What the client wants.")
    why = serializers.CharField(allow_null=True, help_text="Why it matters to them, in their own words.")


class GoalsAsk(Ask):
    """Narrow the list."""

    episode = serializers.UUIDField(required=False)
    state = serializers.ChoiceField(choices=Goal.State.choices, required=False)


class GoalIn(Body):
    """A goal to write down."""

    episode = serializers.UUIDField()
    text = serializers.CharField(max_length=400, help_text="What the client wants.")
    why = line(max_length=TEXT, help_text="Why it matters: the client alone.")


class GoalChangeIn(Body):
    """What is different. What is left out stays as it is."""

    rev = serializers.IntegerField(min_value=0, max_value=10**9, help_text="The `rev` this grew from.")
    text = line()
    why = line(max_length=TEXT, help_text="Why it matters: the client alone.")
    state = serializers.ChoiceField(choices=Goal.State.choices, required=False)


class Goals(Views):
    """What clients want."""

    rule = frozenset({Role.CLIENT, *CLINICIANS})

    @operation("List goals", ask=GoalsAsk, gives=GoalRow(many=True), problems=LIST_PROBLEMS)
    def list(self, request: Request) -> Response:
        """Goals, newest first; of one episode with `episode`. Their words are read singly."""
        rows = rows_for(request, Goal, can=Can.READ).filter(**asked(request, GoalsAsk)).defer("text", "why")
        return self.page_of(request, rows, GoalRow, verb="goals.listed")

    @operation("One goal", gives=GoalDetail)
    def retrieve(self, request: Request, pk: UUID) -> Response:
        """One goal, with why it matters to the client if they wrote that."""
        return Response(GoalDetail(get_visible(request, Goal, pk, can=Can.READ)).data)

    @operation("Write a goal down", takes=GoalIn, gives=GoalDetail, status=201, problems=WRITE_PROBLEMS)
    def create(self, request: Request) -> Response:
        """Write down what a client wants. Only the client may say why it matters."""
        wanted = said(request, GoalIn)
        episode = get_visible(request, Episode, wanted.pop("episode"), can=_may(request), verb="goals.read")
        made = naming.name_goal(by=actor_of(request), episode=episode, **wanted)
        return Response(GoalDetail(made).data, status=201)

    @operation("Change a goal", takes=GoalChangeIn, gives=GoalDetail, problems=WRITE_PROBLEMS)
    def partial_update(self, request: Request, pk: UUID) -> Response:
        """Change its words or how it stands. `why` is the client's alone: from anybody else it is refused (403)."""
        goal = get_visible(request, Goal, pk, can=_may(request))
        wanted: dict[str, Any] = said(request, GoalChangeIn)
        return Response(GoalDetail(naming.change_goal(by=actor_of(request), goal=goal, **wanted)).data)


def _may(request: Request) -> Can:
    return Can.AGREE if actor_of(request).is_client else Can.PLAN
