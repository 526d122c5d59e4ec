"""What a client says afterwards: what got in the way, or how it was (2.6). Everything may stay unanswered."""

from collections.abc import Sequence
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from homework.assignments import agreed
from homework.assignments.actions.entry import After
from homework.assignments.forms import TEXT, Rating, Refusable, Words, radios
from homework.assignments.models import AfterCheck, CopingPlan, Entry, Obstacle
from homework.worksheets.definition import Definition

AFTER = ("amount", "engaged", "learned", "hard", "progress", "pleasant", "obstacles", "wish", "words")


class NotTodayForm(Refusable):
    """What got in the way, in one tap and without opening the worksheet (F40)."""

    obstacles = forms.MultipleChoiceField(
        label=_("What got in the way?"),
        required=False,
        choices=Obstacle.choices,
        widget=forms.CheckboxSelectMultiple,
    )
    words = Words(label=_("In your own words, if you like"), limit=TEXT)

    def clean(self) -> dict[str, Any]:
        """Something to tell, however little."""
        said: dict[str, Any] = super().clean() or {}
        if not said.get("obstacles") and not said.get("words") and "obstacles" not in self.errors:
            self.add_error("obstacles", _("Choose one, or write a word. You can also just leave it for today."))
        return said

    def said(self) -> dict[str, Any]:
        """What the action takes, the key aside."""
        return {"obstacles": self.cleaned_data["obstacles"], "words": self.cleaned_data["words"]}


class AfterForm(Refusable):
    """What the client says afterwards: how much of it happened, and the rest if they like (2.6).

    definition: it has no amount where amounts mean nothing (F10). coping_plans: the if-thens of this plan; each is
    asked about once (F20).
    """

    amount = forms.TypedChoiceField(
        label=_("How much of it happened?"),
        required=False,
        coerce=int,
        empty_value=None,
        choices=[(str(value), label) for value, label in Entry.Amount.choices],
        widget=forms.RadioSelect,
    )
    engaged = Rating(label=_("When you did it, how much were you really in it?"))
    learned = Rating(label=_("How much did you learn or notice?"))
    hard = Rating(label=_("How hard was it in the end?"))
    progress = Rating(label=_("Did it give you a sense of getting somewhere?"))
    pleasant = Rating(label=_("Was any of it pleasant, or a relief?"))
    obstacles = forms.MultipleChoiceField(
        label=_("Did anything get in the way?"),
        required=False,
        choices=Obstacle.choices,
        widget=forms.CheckboxSelectMultiple,
    )
    wish = radios([choice for choice in AfterCheck.Wish.choices if choice[0]], label=_("Next time?"))
    words = Words(label=_("Anything to ask or tell?"), rows=2, limit=TEXT)

    def __init__(
        self, *args: Any, definition: Definition, coping_plans: Sequence[CopingPlan] = (), **kwargs: Any
    ) -> None:
        super().__init__(*args, **kwargs)
        if definition.outcome == "awareness" or definition.measure is not None:
            del self.fields["amount"]
        outcomes = [choice for choice in CopingPlan.Outcome.choices if choice[0]]
        self.coping_plans = {f"coping_{row.pk}": row for row in coping_plans if not row.outcome}
        for name in self.coping_plans:
            self.fields[name] = radios(outcomes, label=_("Did your plan work?"))

    @property
    def pairs(self) -> list[tuple[str, forms.BoundField]]:
        """Each if-then that was not asked about yet, in words, with its question."""
        return [(agreed.if_then(row), self[name]) for name, row in self.coping_plans.items()]

    def to_after(self) -> After:
        """What was said."""
        said = {name: self.cleaned_data[name] for name in AFTER if name in self.fields}
        came_up = {row.pk: self.cleaned_data[name] for name, row in self.coping_plans.items()}
        return After(**said, coping={pk: outcome for pk, outcome in came_up.items() if outcome})
