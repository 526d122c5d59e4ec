"""What the pages about goals ask. What may be said by whom is decided in `actions.goal`."""

from typing import Any

from django.utils.translation import gettext_lazy as _

from homework.assignments.forms.plan import TEXT, Refusable, Words, radios
from homework.assignments.models import Goal


class NameGoalForm(Refusable):
    """A new goal, by whoever plans."""

    text = Words(label=_("What do they want?"), help_text=_("In their words. Small and plain is fine."))


class NewGoalForm(Refusable):
    """A new goal of one's own."""

    text = Words(label=_("Something I want"), help_text=_("In your own words. Small is fine."))
    why = Words(label=_("Why this matters to me"), rows=2, limit=TEXT)


class GoalForm(NewGoalForm):
    """One's own goal: its words, why it matters, how it stands."""

    state = radios(Goal.State.choices, label=_("How is it now?"))

    def __init__(self, data: Any = None, *, goal: Goal) -> None:
        values = {"text": goal.text or "", "why": goal.why or "", "state": goal.state}
        super().__init__(data, initial=values, prefix=None, auto_id=f"id_{goal.pk}_%s")
        self.goal = goal
