"""The forms of the safety set-up, one for each point that is typed in (6.8)."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import date
from typing import Any

from django import forms
from django.utils.dates import WEEKDAYS
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from clinic.forms.base import ActionForm, ClockTime, Day, OneOf
from clinic.models import Membership
from homework.safety.models import SafetyFlag, SafetySetup

Kind = SafetyFlag.Kind
LOCAL_KINDS = {
    Kind.OTHERS: _("When somebody else may be in danger"),
    Kind.CHILD: _("When it is about protecting a child"),
    Kind.PARTNER: _("When there is violence at home"),
}
"""Kinds of flag a clinician raises that have a local policy of their own, with the label of its text."""
LONG = 4000
Who = Sequence[tuple[Membership, str]]


class HoursForm(ActionForm):
    """From when until when somebody reads, day by day; a day without times has no service."""

    closed_on = forms.CharField(
        label=_("Days without service"),
        required=False,
        max_length=2000,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text=_("Public holidays and the like. One day a line, written like 2026-12-25."),
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for day, name in WEEKDAYS.items():
            self.fields[f"from_{day}"] = ClockTime(label=_("%(day)s, from") % {"day": name}, required=False)
            self.fields[f"until_{day}"] = ClockTime(label=_("%(day)s, until") % {"day": name}, required=False)

    @property
    def days(self) -> list[tuple[str, Any, Any]]:
        """Each weekday in words with its two fields."""
        return [(str(name), self[f"from_{day}"], self[f"until_{day}"]) for day, name in WEEKDAYS.items()]

    def clean(self) -> dict[str, Any]:
        """A day has both times, or none; at least one day has service."""
        cleaned: dict[str, Any] = super().clean() or self.cleaned_data
        for day in WEEKDAYS:
            first, last = cleaned.get(f"from_{day}"), cleaned.get(f"until_{day}")
            for name, here, other in ((f"from_{day}", first, last), (f"until_{day}", last, first)):
                if here is None and other is not None and name not in self.errors:
                    self.add_error(name, _("Both times are needed, or none."))
        if not self.errors and not any(cleaned.get(f"from_{day}") for day in WEEKDAYS):
            raise forms.ValidationError(_("Give the times of at least one day."))
        return cleaned

    def clean_closed_on(self) -> list[date]:
        """Dates, in order."""
        found = []
        for line in self.cleaned_data["closed_on"].split():
            try:
                found.append(date.fromisoformat(line.strip(",;")))
            except ValueError:
                raise forms.ValidationError(
                    _("“%(line)s” is no date. Write it like 2026-12-25.") % {"line": line}
                ) from None
        return sorted(found)

    def values(self) -> dict[str, Any]:
        """The hours by weekday, and the days without service."""
        said = self.cleaned_data
        hours = {day: (said[f"from_{day}"], said[f"until_{day}"]) for day in WEEKDAYS if said[f"from_{day}"]}
        return {"hours": hours, "closed_on": said["closed_on"]}


class TargetsForm(ActionForm):
    """How soon somebody looks. Minutes are working minutes: they pass only while the clinic has service."""

    p1_minutes = forms.IntegerField(
        label=_("First: minutes until somebody has looked"),
        min_value=5,
        max_value=480,
        help_text=_("“I’m not safe right now”, a wish to be contacted, the highest answer, or an answer that rose."),
    )
    p2_minutes = forms.IntegerField(
        label=_("The others: minutes until somebody has looked"),
        min_value=5,
        max_value=2400,
        required=False,
        help_text=_("Left empty: by the end of the working day."),
    )
    all_first = forms.BooleanField(
        label=_("Look at everything as soon as at the first"),
        required=False,
        help_text=_("Then one response time holds for all."),
    )
    rung_minutes = forms.IntegerField(
        label=_("Minutes until the next person is told"),
        min_value=5,
        max_value=480,
        help_text=_("Nobody looked in time: cover, then the safety lead, then everybody, so many minutes apart."),
    )
    reads_within_days = forms.IntegerField(
        label=_("Shared pages are usually read within (working days)"),
        min_value=1,
        max_value=20,
        required=False,
        help_text=_("Clients read this. Left empty, nothing is promised."),
    )


class LeadsForm(ActionForm):
    """The safety lead and the deputy."""

    lead = OneOf(
        label=_("Safety lead"), nobody=_("Choose somebody"), help_text=_("Is told when nobody else has looked.")
    )
    deputy = OneOf(
        label=_("Deputy"), nobody=_("Choose somebody"), help_text=_("Somebody else, for when the lead is away.")
    )

    def __init__(self, *args: Any, staff: Who, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for name in ("lead", "deputy"):
            self.fields[name].offer(staff)  # type: ignore[attr-defined]


class RotaForm(ActionForm):
    """Who is on duty on each day of service."""

    def __init__(self, *args: Any, staff: Who, days: Iterable[int], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.asked = sorted(days)
        for day in self.asked:
            self.fields[f"day_{day}"] = OneOf(staff, label=WEEKDAYS[day], required=False, nobody=_("Nobody yet"))

    def values(self) -> dict[str, Any]:
        """The rota by weekday."""
        return {"rota": {day: self.cleaned_data[f"day_{day}"] for day in self.asked}}


class PolicyForm(ActionForm):
    """What the clinic wants its staff to do, in its own words, and what clients read about the nearest emergency room."""

    policy = forms.CharField(
        label=_("What we do when a client may not be safe"),
        max_length=LONG,
        widget=forms.Textarea(attrs={"rows": 5}),
        help_text=_(
            "For your staff. Who calls, how often one tries, when another service is called, what is written down."
        ),
    )
    emergency_department = forms.CharField(
        label=_("The nearest emergency department"),
        max_length=200,
        required=False,
        help_text=_("For clients, on “Help now”. Name and address, and how to get there."),
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for kind, label in LOCAL_KINDS.items():
            self.fields[kind.value] = forms.CharField(
                label=label, required=False, max_length=LONG, widget=forms.Textarea(attrs={"rows": 3})
            )

    @property
    def local(self) -> list[Any]:
        """The texts for what a clinician raises."""
        return [self[kind.value] for kind in LOCAL_KINDS]

    def values(self) -> dict[str, Any]:
        """The texts, those of local policies by kind."""
        said = self.cleaned_data
        local = {kind.value: said[kind.value] for kind in LOCAL_KINDS}
        return {
            "policy": said["policy"],
            "emergency_department": said["emergency_department"],
            "local_policies": local,
        }


class WordingForm(ActionForm):
    """A clinician read what clients read, and approves it."""

    approved_by = forms.CharField(
        label=_("Approved by"), max_length=120, help_text=_("Name and profession of the clinician who read it.")
    )
    approved_on = Day(label=_("On"))


class RehearsalForm(ActionForm):
    """Who is asked to handle the test flag."""

    handler = OneOf(label=_("Who is asked to handle it?"))

    def __init__(self, *args: Any, staff: Who, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["handler"].offer(staff)  # type: ignore[attr-defined]


class PlanForm(ActionForm):
    """What one would do, in a rehearsal."""

    plan = forms.CharField(
        label=_("What would you do now?"),
        max_length=LONG,
        widget=forms.Textarea(attrs={"rows": 4}),
        help_text=_("As for a real flag: whom you call, until when you try, what comes next."),
    )


class ScreeningForm(ActionForm):
    """Whether what clients share is looked through for heavy words."""

    screening = forms.ChoiceField(
        label=_("Look for heavy words in what clients share"),
        choices=SafetySetup.Screening.choices,
        widget=forms.RadioSelect,
    )
    screening_duty = forms.CharField(
        label=_("Who reads what is marked?"),
        max_length=200,
        required=False,
        help_text=_("Names, and who stands in for them. Needed to switch it on."),
    )
    screening_told_on = Day(
        label=_("Clients were told on"),
        required=False,
        help_text=_("Needed to switch it on. The pages say it as well."),
    )


def hours_of(setup: SafetySetup) -> dict[str, Any]:
    """The hours as the form starts; Monday to Friday, 9 to 5, where nothing is set yet."""
    hours: Mapping[str, Sequence[str]] = setup.hours or {str(day): ("09:00", "17:00") for day in range(5)}
    found: dict[str, Any] = {"closed_on": "\n".join(setup.closed_on)}
    for day, (first, last) in hours.items():
        found |= {f"from_{day}": first, f"until_{day}": last}
    return found


def targets_of(setup: SafetySetup) -> dict[str, Any]:
    """Response times as the form starts."""
    return {name: getattr(setup, name) for name in TargetsForm.base_fields}


def policy_of(setup: SafetySetup) -> dict[str, Any]:
    """The texts as the form starts."""
    own = {"policy": setup.policy, "emergency_department": setup.emergency_department}
    return own | {kind.value: setup.local_policies.get(kind.value, "") for kind in LOCAL_KINDS}


def screening_of(setup: SafetySetup) -> dict[str, Any]:
    """The choice as the form starts."""
    return {name: getattr(setup, name) for name in ScreeningForm.base_fields}


def days_in_words(days: Iterable[int]) -> str:
    """Weekdays, one after the other: "Monday, Tuesday"."""
    return ", ".join(str(WEEKDAYS[day]) for day in sorted(days)) or gettext("none")
