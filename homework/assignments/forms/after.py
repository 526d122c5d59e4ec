"""What a client says afterwards: what got in the way, or how it was (2.6). Everything may stay unanswered."""

from collections.abc import Collection, Sequence
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from homework.assignments.actions.sharing import After
from homework.assignments.forms import couple as couple_forms
from homework.assignments.forms.plan import TEXT, Rating, Refusable, Words, radios
from homework.assignments.models import AfterCheck, CopingPlan, Entry, Obstacle
from homework.assignments.planning import agreed
from homework.worksheets.definition import Definition

RATED = ("engaged", "learned", "hard", "progress", "pleasant", "mood_before", "mood_after")
AFTER = ("amount", *RATED, "obstacles", "wish", "words", "reaction", "elsewhere")
IN_THE_SHEET = ("mood_before", "mood_after", "reaction")  # many sheets ask these themselves: nothing is asked twice


class StuckForm(Refusable):
    """What is in the way, if the client likes to say."""

    obstacles = forms.MultipleChoiceField(
        label=_("What is in the way?"),
        required=False,
        choices=Obstacle.choices,
        widget=forms.CheckboxSelectMultiple,
    )


class NotTodayForm(Refusable):
    """What got in the way, in one tap and without opening the worksheet (F40)."""

    obstacles = forms.MultipleChoiceField(
        label=_("What got in the way?"),
        required=False,
        choices=Obstacle.choices,
        widget=forms.CheckboxSelectMultiple,
    )
    words = Words(label=_("In your own words, if you like"), limit=TEXT)
    reaction = Words(label=_("My reaction to not doing this"), rows=2, limit=TEXT)

    def clean(self) -> dict[str, Any]:
        """Something to tell, however little."""
        said: dict[str, Any] = super().clean() or {}
        any_words = said.get("words") or said.get("reaction")
        if not said.get("obstacles") and not any_words and "obstacles" not in self.errors:
            self.add_error("obstacles", _("Choose one, or write a word. You can also just leave it for today."))
        return said

    def said(self) -> dict[str, Any]:
        """What the action takes, the key aside."""
        return {name: self.cleaned_data[name] for name in ("obstacles", "words", "reaction")}


class AfterForm(Refusable):
    """What the client says afterwards: how much of it happened, and the rest if they like (2.6).

    definition: it has no amount where amounts mean nothing (F10). coping_plans: the if-thens of this plan; each is
    asked about once (F20). said: what the worksheet has an answer to already. used_before: from the second time on it is
    asked where else it could be used (F03). couple: of work for two, the partner's name and the parts they would read (F61).
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
    mood_before = Rating(label=_("How was your mood before?"))
    mood_after = Rating(label=_("How was it after?"))
    obstacles = forms.MultipleChoiceField(
        label=_("Did anything get in the way?"),
        required=False,
        choices=Obstacle.choices,
        widget=forms.CheckboxSelectMultiple,
    )
    wish = radios([choice for choice in AfterCheck.Wish.choices if choice[0]], label=_("Next time?"))
    words = Words(label=_("Anything to ask or tell?"), rows=2, limit=TEXT)
    reaction = Words(label=_("My reaction to doing this"), rows=2, limit=TEXT)
    elsewhere = Words(label=_("Where else this week could you use this?"), rows=2, limit=TEXT)

    def __init__(
        self,
        *args: Any,
        definition: Definition,
        coping_plans: Sequence[CopingPlan] = (),
        said: Collection[str] = (),
        used_before: bool = True,
        couple: tuple[str, list[str]] | None = None,
        **kwargs: Any,
    ) -> None:
        super().__init__(*args, **kwargs)
        self.partner, self.partner_parts = couple or ("", [])
        if couple is not None:
            self.fields["for_partner"] = couple_forms.for_partner(self.partner)
        if definition.outcome == "awareness" or definition.measure is not None:
            del self.fields["amount"]
        away = {"elsewhere"} if not used_before else set()
        away |= set(IN_THE_SHEET if definition.measure is not None else set(said).intersection(IN_THE_SHEET))
        for name in away:
            del self.fields[name]
        outcomes = [choice for choice in CopingPlan.Outcome.choices if choice[0]]
        self.coping_plans = {f"coping_{row.pk}": row for row in coping_plans if not row.outcome}
        for name in self.coping_plans:
            self.fields[name] = radios(outcomes, label=_("Did your plan work?"))

    @property
    def shows_partner(self) -> bool:
        """Whether the client said that the partner may read the parts that are for them. Unless they did, nothing is shown."""
        return self.cleaned_data.get("for_partner") == couple_forms.SHOW

    @property
    def pairs(self) -> list[tuple[str, forms.BoundField]]:
        """Each if-then that was not asked about yet, in words, with its question."""
        return [(agreed.if_then(row), self[name]) for name, row in self.coping_plans.items()]

    def to_after(self) -> After:
        """What was said."""
        said = {name: self.cleaned_data[name] for name in AFTER if name in self.fields}
        came_up = {row.pk: self.cleaned_data[name] for name, row in self.coping_plans.items()}
        return After(**said, coping={pk: outcome for pk, outcome in came_up.items() if outcome})
