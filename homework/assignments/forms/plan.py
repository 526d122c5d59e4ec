"""What planning asks, as forms: a proposal, and the client's shaping of it. What is asked afterwards: `after_forms`.

A form only reads: it cleans to the value an action takes (`to_words`, `to_beliefs`). What a plan needs
before somebody else sees it is decided in `actions.plan`, so that the API and these pages cannot disagree. A field that
was not touched keeps the plan's own value: only a real change makes a plan the client's (codesigned, F18).
"""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any
from uuid import UUID

from django import forms
from django.utils.dates import WEEKDAYS
from django.utils.translation import gettext_lazy as _

from clinic.models import ContactPrefs
from clinic.refusal import ActionRefused
from homework.assignments.models import BeforeCheck, Obstacle, Plan
from homework.assignments.models.plan import UsedAt
from homework.assignments.planning import sizing
from homework.assignments.planning.plan_words import Beliefs, IfThen, PlanWords, in_order
from homework.worksheets.definition import Definition

PAIRS = 3  # if-then plans on one page (F20)
LINE, TEXT = 400, 4000  # characters
SMALL_FIRST = ("S", "M", "L")
BELIEFS = ("useful", "fits", "hard", "sure", "free", "first_step_known", "chips")
OBSTACLES = [("", _("Pick one, if you like")), *Obstacle.choices]


class Words(forms.CharField):
    """Somebody's words, in one line or several. A browser's line ends are not a change."""

    def __init__(self, *, rows: int = 0, limit: int = LINE, **kwargs: Any) -> None:
        widget = forms.Textarea(attrs={"rows": rows}) if rows else forms.TextInput(attrs={"autocomplete": "off"})
        super().__init__(**{"required": False, "max_length": limit, "widget": widget, **kwargs})

    def to_python(self, value: Any) -> str:
        """The text with plain line ends."""
        text = super().to_python(value) or ""
        return text.replace("\r\n", "\n").replace("\r", "\n")


class Rating(forms.TypedChoiceField):
    """0 to 10, or no answer. Drawn by `{% scale %}`."""

    def __init__(self, **kwargs: Any) -> None:
        choices = [(str(number), str(number)) for number in range(11)]
        super().__init__(
            required=False, choices=choices, coerce=int, empty_value=None, widget=forms.RadioSelect, **kwargs
        )


class Lead(forms.TypedChoiceField):
    """When a reminder comes that has no time of its own, in minutes before the work. Not sent is not changed."""

    def __init__(self, **kwargs: Any) -> None:
        choices = [(str(minutes), label) for minutes, label in Plan.Lead.choices]
        super().__init__(
            required=False, choices=choices, coerce=int, empty_value=None, widget=forms.RadioSelect, **kwargs
        )

    def has_changed(self, initial: Any, data: Any) -> bool:
        """Whether another one was picked."""
        return data not in (None, "") and str(data) != str(int(initial or 0))


def radios(choices: Sequence[tuple[Any, Any]], **kwargs: Any) -> forms.ChoiceField:
    """One of several, all to be seen."""
    kwargs.setdefault("required", False)
    return forms.ChoiceField(choices=choices, widget=forms.RadioSelect, **kwargs)


def clock(**kwargs: Any) -> forms.TimeField:
    """A time on the wall."""
    return forms.TimeField(required=False, widget=forms.TimeInput(format="%H:%M", attrs={"type": "time"}), **kwargs)


def day(**kwargs: Any) -> forms.DateField:
    """A date."""
    return forms.DateField(required=False, widget=forms.DateInput(format="%Y-%m-%d", attrs={"type": "date"}), **kwargs)


class Refusable(forms.Form):
    """A form whose action may say no: the reason stands beside its field, and everything typed is kept."""

    use_required_attribute = False
    refusal: ActionRefused | None = None

    def refused(self, refusal: ActionRefused) -> None:
        """Show why the action said no."""
        self.refusal = refusal
        self.add_error(refusal.field if refusal.field in self.fields else None, refusal.message_for_user)

    @property
    def status(self) -> int:
        """The status of the page that shows this form: 422 when something needs a look, the refusal's own, else 200."""
        if self.refusal is not None:
            return self.refusal.status
        return 422 if self.is_bound and self.errors else 200


class PlanForm(Refusable):
    """Everything planning asks (F19, F20). `words` is where it starts: the library's seed, or the plan as it stands.

    definition: the worksheet, for the sizes it comes in; None when the plan is to have nothing this week.
    goals: the client's goals to choose from (`goals.choices`); without one, nothing is asked.
    """

    rationale = Words(label=_("Why this, for you"), rows=4, limit=TEXT)
    first_step = Words(label=_("Your first step, about two minutes"), rows=2, limit=TEXT)
    size = radios(Plan.Size.choices, label=_("How big should it be?"))
    counts_as_all = Words(label=_("What counts as all of it"))
    counts_as_some = Words(label=_("What already counts as some"))
    frequency = radios(Plan.Frequency.choices, label=_("How often?"))
    weekdays = forms.TypedMultipleChoiceField(
        label=_("Which days?"),
        required=False,
        coerce=int,
        choices=[(str(number), name) for number, name in WEEKDAYS.items()],
        widget=forms.CheckboxSelectMultiple,
    )
    times_per_week = forms.IntegerField(label=_("How many days a week?"), required=False, min_value=1, max_value=7)
    anchor = Words(label=_("What comes just before?"), help_text=_("For example: after breakfast, on the bus."))
    local_time = clock(label=_("At a time, if you like"))
    place = Words(label=_("Where?"))
    goal = forms.TypedChoiceField(label=_("Which goal is it for?"), required=False, coerce=UUID, empty_value=None)
    skill = Words(label=_("The skill it practises"), help_text=_("For example: saying no, calming down, noticing."))
    used_at = forms.MultipleChoiceField(
        label=_("Where will you use it?"),
        required=False,
        choices=UsedAt.choices,
        widget=forms.CheckboxSelectMultiple,
    )
    minutes = forms.IntegerField(
        label=_("How many minutes are there on a bad day?"), required=False, min_value=1, max_value=240
    )
    starts_on = day(label=_("From"))
    ends_on = day(label=_("Until"))
    reminder = radios(Plan.Reminder.choices, label=_("Would a reminder help?"))
    reminder_time = clock(
        label=_("At what time?"), help_text=_("Leave it empty for a reminder around the time of the plan.")
    )
    reminder_lead = Lead(label=_("Without a time of its own, when?"))

    def __init__(
        self,
        data: Mapping[str, Any] | None = None,
        *,
        definition: Definition | None,
        words: PlanWords | None = None,
        goals: Sequence[tuple[str, str]] = (),
        **kwargs: Any,
    ) -> None:
        self.before = words or PlanWords()
        self.definition = definition
        kwargs["initial"] = start_from(self.before) | kwargs.get("initial", {})
        super().__init__(data, **kwargs)
        if definition is not None:
            sizes = [(code, definition.sizes[code].label) for code in SMALL_FIRST if code in definition.sizes]
            self.fields["size"].choices = sizes  # type: ignore[attr-defined]
        if goals:
            self.fields["goal"].choices = [("", _("None of them, or not yet")), *goals]  # type: ignore[attr-defined]
        else:
            del self.fields["goal"]
        for number in range(PAIRS):
            self.fields[f"obstacle_{number}"] = forms.ChoiceField(
                label=_("What may get in the way?"), required=False, choices=OBSTACLES
            )
            self.fields[f"if_{number}"] = Words(label=_("If this happens"))
            self.fields[f"then_{number}"] = Words(label=_("then I will"))

    @property
    def pairs(self) -> list[tuple[forms.BoundField, forms.BoundField, forms.BoundField]]:
        """The if-then plans to draw: obstacle, if, then."""
        return [(self[f"obstacle_{n}"], self[f"if_{n}"], self[f"then_{n}"]) for n in range(PAIRS)]

    def clean(self) -> dict[str, Any]:
        """What goes together: days with "on chosen days", a number with "some days a week"."""
        said: dict[str, Any] = super().clean() or {}
        frequency = said.get("frequency") or self.before.frequency
        if frequency == Plan.Frequency.WEEKDAYS and not said.get("weekdays") and "weekdays" not in self.errors:
            self.add_error("weekdays", _("Choose at least one day."))
        needs_number = frequency == Plan.Frequency.TIMES and "times_per_week" not in self.errors
        if needs_number and not said.get("times_per_week") and not said.get("weekdays"):
            self.add_error("times_per_week", _("How many days a week? One is fine."))
        starts_on, ends_on = said.get("starts_on") or self.before.starts_on, said.get("ends_on")
        if starts_on and ends_on and ends_on < starts_on:
            self.add_error("ends_on", _("This is before the first day."))
        return said

    def to_words(self) -> PlanWords:
        """The plan as it now reads: what it started from, with every field that was really changed."""
        plain = [name for name in self.changed_data if name in PlanWords.__dataclass_fields__]
        given = {name: self._said(name) for name in plain}
        if any(name.startswith(("obstacle_", "if_", "then_")) for name in self.changed_data):
            given["if_thens"] = tuple(pair for pair in map(self._pair, range(PAIRS)) if pair.if_text or pair.then_text)
        return self._fitted(replace(self.before, **given), given)

    def _fitted(self, words: PlanWords, given: Mapping[str, Any]) -> PlanWords:
        """Minutes on a bad day pick the size (F35), unless somebody picked one by hand."""
        picked = "size" in given or self.data.get("size_picked")
        if self.definition is None or picked or not given.get("minutes"):
            return words
        return replace(words, size=sizing.that_fits(self.definition, words.size, words.minutes))

    def _said(self, name: str) -> Any:
        value = self.cleaned_data[name]
        if name == "weekdays":
            return tuple(sorted(value))
        if name == "used_at":
            return in_order(value)
        if name == "reminder_lead" and value is None:
            return self.before.reminder_lead
        if name in ("size", "frequency", "reminder"):
            return value or getattr(self.before, name)  # nothing picked: as it was
        return value

    def _pair(self, number: int) -> IfThen:
        said = self.cleaned_data
        obstacle = said[f"obstacle_{number}"] or Obstacle.OTHER
        return IfThen(obstacle, said[f"if_{number}"], said[f"then_{number}"])


def start_from(words: PlanWords) -> dict[str, Any]:
    """A plan as the initial values of its form."""
    plain = {name: getattr(words, name) for name in PlanWords.__dataclass_fields__ if name != "if_thens"}
    plain["goal"] = str(words.goal or "")
    for number, pair in enumerate(words.if_thens[:PAIRS]):
        plain |= {f"obstacle_{number}": pair.obstacle, f"if_{number}": pair.if_text, f"then_{number}": pair.then_text}
    return plain


class BeliefsForm(forms.Form):
    """Four ratings in under twenty seconds, the first step, and now and then how free one felt (2.6, F12, F15, F27)."""

    useful = Rating(label=_("How useful do you expect this to be for you?"))
    fits = Rating(label=_("How well does it fit what you want right now?"))
    hard = Rating(label=_("How hard does it look?"))
    sure = Rating(label=_("How sure are you that you will give it a go?"))
    first_step_known = radios(BeforeCheck.FirstStep.choices, label=_("I know what my first step is"))
    free = Rating(label=_("I felt free to say no, or to change it"))
    chips = forms.MultipleChoiceField(
        label=_("Is something not right about it?"),
        help_text=_("Tick what is so. It stops nothing."),
        required=False,
        choices=BeforeCheck.Chip.choices,
        widget=forms.CheckboxSelectMultiple,
    )

    def to_beliefs(self) -> Beliefs:
        """The ratings given; an untouched one is no answer."""
        said = {name: self.cleaned_data[name] for name in BELIEFS if name in self.fields}
        return Beliefs(**said | {"chips": tuple(said["chips"])})


class ChangeForm(PlanForm):
    """Changing what was agreed: it holds at once, and no reason is needed (F21, F33). The reason stays as it is."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for name in ("rationale", "starts_on", "ends_on", "skill"):
            del self.fields[name]


class ShapeForm(ChangeForm, BeliefsForm):
    """The client's own page for a proposal: everything but the reason is theirs to change (F18).

    asks_free: whether to ask how free they felt. contact: their wishes about messages; where they were never asked
    whether somebody else could see messages, this page asks, because a reminder is chosen here (F36).
    """

    seen_by_others = radios(
        [choice for choice in ContactPrefs.SeenByOthers.choices if choice[0]],
        label=_("Could someone else see messages on your phone or in your mailbox?"),
    )

    def __init__(self, *args: Any, asks_free: bool = False, contact: ContactPrefs | None = None, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.contact = contact
        if not asks_free:
            del self.fields["free"]
        if contact is None or contact.seen_by_others:
            del self.fields["seen_by_others"]

    def contact_wishes(self) -> dict[str, Any] | None:
        """The client's wishes about messages as they are now, when this page changed them; else None."""
        prefs = self.contact
        wants = self.cleaned_data.get("reminder") == Plan.Reminder.NEUTRAL
        if prefs is None or not wants or prefs.may_email:
            return None
        seen = self.cleaned_data.get("seen_by_others") or prefs.seen_by_others
        if not seen:
            return None
        kept = {name: getattr(prefs, name) for name in ("quiet_from", "quiet_until", "noun")}
        return {"email_reminders": True, "seen_by_others": seen, **kept}
