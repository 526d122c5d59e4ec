"""Plans in the API: what a request may say about one, and what is told of it.

What goes together (days with "on chosen days", sizes the worksheet comes in) is asked of the same forms as on the
pages, so the API and the pages cannot disagree.
"""

from collections.abc import Callable, Mapping
from typing import Any, TypeVar

from django import forms
from django.core.exceptions import NON_FIELD_ERRORS
from django.utils.translation import gettext as _
from drf_spectacular.utils import extend_schema_field
from rest_framework import serializers

from clinic.api_views import Body
from clinic.refusal import ActionRefused
from homework.assignments.forms.plan import BELIEFS, LINE, PAIRS, TEXT, start_from
from homework.assignments.models import Assignment, BeforeCheck, CopingPlan, Obstacle, Plan
from homework.assignments.models.plan import UsedAt
from homework.assignments.planning.plan_words import PlanWords, coping_plans

RATINGS = tuple(name for name in BELIEFS if name not in ("first_step_known", "chips"))


def line(**kwargs: Any) -> serializers.CharField:
    """A line somebody writes; it may be left out."""
    return serializers.CharField(**{"required": False, "allow_blank": True, "max_length": LINE, **kwargs})


def rating(**kwargs: Any) -> serializers.IntegerField:
    """0 to 10; null or left out is no answer."""
    return serializers.IntegerField(required=False, allow_null=True, min_value=0, max_value=10, **kwargs)


def number(low: int, high: int) -> serializers.IntegerField:
    """A whole number that may be left out."""
    return serializers.IntegerField(required=False, allow_null=True, min_value=low, max_value=high)


# --- what a request may say ------------------------------------------------------------------------------------------


class IfThenIn(Body):
    """One if-then plan (F20)."""

    obstacle = serializers.ChoiceField(choices=Obstacle.choices, required=False)
    if_text = line()
    then_text = line()


class ClientPlanIn(Body):
    """What the client shapes (F18): everything but the reason. What is left out stays as it was proposed."""

    first_step = line(max_length=TEXT)
    counts_as_all = line()
    counts_as_some = line()
    anchor = line(help_text="What comes just before: after breakfast, on the bus.")
    place = line()
    size = serializers.ChoiceField(choices=Plan.Size.choices, required=False)
    minutes = number(1, 240)
    frequency = serializers.ChoiceField(choices=Plan.Frequency.choices, required=False)
    weekdays = serializers.ListField(
        child=serializers.IntegerField(min_value=0, max_value=6), required=False, max_length=7, help_text="0 is Monday."
    )
    times_per_week = number(1, 7)
    local_time = serializers.TimeField(required=False, allow_null=True)
    goal = serializers.UUIDField(required=False, allow_null=True, help_text="One of the client’s goals.")
    used_at = serializers.ListField(
        child=serializers.ChoiceField(choices=UsedAt.choices),
        required=False,
        max_length=len(UsedAt.choices),
        help_text="Where it is to be used.",
    )
    if_thens = serializers.ListField(child=IfThenIn(), required=False, max_length=PAIRS)


class ReminderIn(Body):
    """Whether a neutral reminder comes; the client's choice alone."""

    reminder = serializers.ChoiceField(choices=Plan.Reminder.choices, required=False)
    reminder_time = serializers.TimeField(required=False, allow_null=True)
    reminder_lead = serializers.ChoiceField(
        choices=Plan.Lead.choices,
        required=False,
        help_text="Without a time of its own: minutes before the time of the work, negative for after.",
    )


class BeliefsIn(Body):
    """What the client believes about the plan (2.6)."""

    useful = rating()
    fits = rating()
    hard = rating()
    sure = rating()
    free = rating()
    first_step_known = serializers.ChoiceField(choices=BeforeCheck.FirstStep.choices, required=False, allow_blank=True)
    chips = serializers.ListField(
        child=serializers.ChoiceField(choices=BeforeCheck.Chip.choices),
        required=False,
        max_length=len(BeforeCheck.Chip.choices),
    )


class AgreementIn(ClientPlanIn, ReminderIn):
    """A yes: as it is, or shaped to fit."""

    beliefs = BeliefsIn(required=False)


class ProposalIn(ClientPlanIn):
    """A piece of work to propose. What is left out comes from the library; the reason is in words for this person."""

    episode = serializers.UUIDField()
    kind = serializers.ChoiceField(
        choices=Assignment.Kind.choices,
        default=Assignment.Kind.WORK,
        help_text="`nothing`: a week with nothing, and why.",
    )
    worksheet = serializers.UUIDField(required=False, help_text="From the library; left out for `nothing`.")
    rationale = serializers.CharField(max_length=TEXT, help_text="Why this could help this person.")
    skill = line(help_text="The skill it practises, named.")
    starts_on = serializers.DateField(required=False, allow_null=True)
    ends_on = serializers.DateField(required=False, allow_null=True)
    follows = serializers.UUIDField(required=False, allow_null=True, help_text="The open work it takes the place of.")
    pace_reason = line(help_text="Why one more, where two plans are under way already.")
    together_decided = serializers.BooleanField(
        required=False, help_text="Both decided to add this: needed while listening comes first."
    )


class WordsIn(Body):
    """A word with the answer, if the client likes."""

    words = line(max_length=TEXT)


class NothingIn(Body):
    """No fields."""


# --- through the forms of the pages ----------------------------------------------------------------------------------


F = TypeVar("F", bound=forms.Form)


def filled(form: Callable[..., F], said: Mapping[str, Any], /, *, at: str = "", **kwargs: Any) -> F:
    """A form of the pages with what a request says, valid; what it leaves out stays as the form's `words` have it.

    at: where in the request these fields stand ("after."). Raises ActionRefused (422) with the first thing that is
    wrong, or with a field that is not asked here.
    """
    words: PlanWords | None = kwargs.get("words")
    data = flat(said)
    found = form({**(start_from(words) if words is not None else {}), **data}, **kwargs)
    foreign = next((name for name in data if name not in found.fields), None)
    if foreign is not None:
        raise ActionRefused(_("This is not asked here."), status=422, field=named(foreign, at))
    for name, messages in found.errors.items():
        raise ActionRefused(str(messages[0]), status=422, field=named(name, at))
    return found


def flat(said: Mapping[str, Any]) -> dict[str, Any]:
    """What a request says, under the names the pages' inputs have."""
    data = {name: value for name, value in said.items() if name not in ("if_thens", "beliefs")}
    if "if_thens" in said:
        pairs = [*said["if_thens"], *[{}] * PAIRS][:PAIRS]
        for place, pair in enumerate(pairs):
            data |= {f"{short}_{place}": pair.get(name, "") for name, short in PAIR.items()}
    return data | dict(said.get("beliefs", {}))


PAIR = {"obstacle": "obstacle", "if_text": "if", "then_text": "then"}


def named(name: str, at: str) -> str:
    """The way to a field of a form in the request: `then_1` is `if_thens.1.then_text`."""
    short, _underscore, place = name.rpartition("_")
    long = {value: key for key, value in PAIR.items()}.get(short)
    if long is not None and place.isdecimal():
        return f"if_thens.{place}.{long}"
    if name == NON_FIELD_ERRORS:
        return ""
    return f"beliefs.{name}" if name in BELIEFS and not at else f"{at}{name}"


# --- what is told ----------------------------------------------------------------------------------------------------


class IfThenOut(serializers.Serializer[CopingPlan]):
    """One if-then plan, and what became of it."""

    id = serializers.UUIDField()
    obstacle = serializers.ChoiceField(choices=Obstacle.choices)
    if_text = serializers.CharField(allow_null=True)
    then_text = serializers.CharField(allow_null=True)
    outcome = serializers.ChoiceField(choices=CopingPlan.Outcome.choices, allow_blank=True)


class BeliefsOut(serializers.Serializer[Any]):
    """What the client believed when agreeing, 0 to 10; null is no answer."""

    useful = serializers.IntegerField(allow_null=True)
    fits = serializers.IntegerField(allow_null=True)
    hard = serializers.IntegerField(allow_null=True)
    sure = serializers.IntegerField(allow_null=True)
    free = serializers.IntegerField(allow_null=True)
    first_step_known = serializers.ChoiceField(choices=BeforeCheck.FirstStep.choices, allow_blank=True)
    chips = serializers.ListField(child=serializers.ChoiceField(choices=BeforeCheck.Chip.choices))


class PlanOut(serializers.Serializer[Plan]):
    """One revision of a plan: what is agreed or proposed, by whom, and what the client believes about it."""

    id = serializers.UUIDField()
    revision = serializers.IntegerField()
    state = serializers.ChoiceField(choices=Plan.State.choices)
    author = serializers.CharField(source="author.label")
    codesigned = serializers.BooleanField(help_text="The client changed at least one thing.")
    suggested = serializers.SerializerMethodField()
    together = serializers.BooleanField(help_text="Agreed on one screen, with the client’s own tap.")
    goal = serializers.UUIDField(source="goal_id", allow_null=True)
    skill = serializers.CharField(allow_null=True)
    used_at = serializers.ListField(child=serializers.ChoiceField(choices=UsedAt.choices))
    rationale = serializers.CharField(allow_null=True)
    first_step = serializers.CharField(allow_null=True)
    counts_as_all = serializers.CharField(allow_null=True)
    counts_as_some = serializers.CharField(allow_null=True)
    anchor = serializers.CharField(allow_null=True)
    place = serializers.CharField(allow_null=True)
    size = serializers.ChoiceField(choices=Plan.Size.choices)
    minutes = serializers.IntegerField(allow_null=True)
    frequency = serializers.ChoiceField(choices=Plan.Frequency.choices)
    weekdays = serializers.ListField(child=serializers.IntegerField(), help_text="0 is Monday.")
    times_per_week = serializers.IntegerField(allow_null=True)
    local_time = serializers.TimeField(allow_null=True, help_text="On the wall in `zone`.")
    zone = serializers.CharField()
    starts_on = serializers.DateField()
    ends_on = serializers.DateField(allow_null=True)
    reminder = serializers.ChoiceField(choices=Plan.Reminder.choices)
    reminder_time = serializers.TimeField(allow_null=True)
    reminder_lead = serializers.ChoiceField(
        choices=Plan.Lead.choices, help_text="Minutes before the time of the work; negative is after."
    )
    change_reason = serializers.CharField(allow_null=True)
    answer = serializers.ChoiceField(choices=Plan.Answer.choices, allow_blank=True)
    answer_words = serializers.CharField(allow_null=True)
    confirmed_at = serializers.DateTimeField(allow_null=True)
    if_thens = serializers.SerializerMethodField()
    beliefs = serializers.SerializerMethodField()

    def get_suggested(self, plan: Plan) -> bool:
        """The client's own version of a proposal, for the other side to look at."""
        return plan.state == Plan.State.PROPOSED and plan.author_id == plan.episode.client_id

    @extend_schema_field(IfThenOut(many=True))
    def get_if_thens(self, plan: Plan) -> Any:
        """The if-then plans in order."""
        return [IfThenOut(pair).data for pair in coping_plans(plan)]

    @extend_schema_field(BeliefsOut(allow_null=True))
    def get_beliefs(self, plan: Plan) -> Any:
        """What the client believed, if they said anything."""
        check: BeforeCheck | None = getattr(plan, "before", None)
        if check is None:
            return None
        ratings = dict.fromkeys(RATINGS) | (check.ratings or {})
        return BeliefsOut({**ratings, "first_step_known": check.first_step_known, "chips": check.chips}).data
