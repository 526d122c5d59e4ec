"""The safety set-up as a page shows it: each point in plain words, what it says now, and what the whole of it opens (6.8)."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from django.db.models import Q
from django.http import Http404
from django.utils.dates import WEEKDAYS, WEEKDAYS_ABBR
from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from clinic.access import Actor, Role
from clinic.models import Membership
from homework.safety import lines, rehearsals, setup
from homework.safety.models import DutyDay, SafetyRehearsal, SafetySetup
from homework.safety.setup import Point
from homework.worksheets import attested

GATE = "safety_setup"
TITLES = {
    Point.HOURS: gettext_lazy("Service hours"),
    Point.TARGETS: gettext_lazy("Response times"),
    Point.LEADS: gettext_lazy("Safety lead and deputy"),
    Point.ROTA: gettext_lazy("Who is on duty"),
    Point.LINES: gettext_lazy("Crisis lines, checked"),
    Point.POLICY: gettext_lazy("Your policy"),
    Point.WORDING: gettext_lazy("What clients read, approved"),
    Point.REHEARSAL: gettext_lazy("A rehearsal, from end to end"),
}
OPEN = {
    Point.HOURS: gettext_lazy("Not set. Without hours nobody is ever expected to read."),
    Point.TARGETS: gettext_lazy("Not set."),
    Point.LEADS: gettext_lazy("Two therapists who work here now are needed."),
    Point.ROTA: gettext_lazy("Each day of service needs somebody on duty."),
    Point.LINES: gettext_lazy("An emergency number and a crisis line are needed, checked within a year."),
    Point.POLICY: gettext_lazy("Not written yet."),
    Point.WORDING: gettext_lazy("No clinician has approved it yet."),
    Point.REHEARSAL: gettext_lazy("Nobody has walked one through yet."),
}


@dataclass(frozen=True)
class Item:
    """One point of the list."""

    point: Point
    is_done: bool
    says: str

    @property
    def title(self) -> str:
        """The point in plain words."""
        return str(TITLES[self.point])


@dataclass(frozen=True)
class Checklist:
    """The arrangement of a clinic with all that its page shows."""

    setup: SafetySetup
    items: list[Item]
    opens: list[str]
    rota: dict[int, Any]
    staff: list[Membership]
    ages: lines.Ages
    rehearsals: list[SafetyRehearsal] = field(default_factory=list)

    @property
    def done(self) -> int:
        """How many points are there."""
        return sum(item.is_done for item in self.items)

    @property
    def is_complete(self) -> bool:
        """Whether the questions about danger are open."""
        return self.done == len(self.items)

    @property
    def first_open(self) -> str:
        """The first point that is still to be done, "" when all are there."""
        return next((str(item.point) for item in self.items if not item.is_done), "")

    @property
    def handlers(self) -> list[Membership]:
        """Who may be asked to handle a rehearsal: the lead and the deputy."""
        return [one for one in (self.setup.lead, self.setup.deputy) if one is not None]

    @property
    def service_days(self) -> list[int]:
        """Weekdays with service."""
        return sorted(int(day) for day in self.setup.hours)


def of(actor: Actor) -> Checklist:
    """The checklist of the actor's clinic. A constant number of queries."""
    arranged = arranged_by(actor)
    still_open = set(setup.open_points(arranged if arranged.version else None))
    rota = dict(DutyDay.objects.filter(clinic_id=actor.clinic_id).values_list("weekday", "member_id"))
    staff = therapists(actor)
    ages, walked = lines.ages(actor.clinic), rehearsals.latest(actor)
    names = {one.pk: one.display_name for one in staff}
    says: dict[Point, Callable[[], str]] = {
        Point.HOURS: lambda: hours_in_words(arranged),
        Point.TARGETS: lambda: targets_in_words(arranged),
        Point.LEADS: lambda: ", ".join(one.display_name for one in (arranged.lead, arranged.deputy) if one),
        Point.ROTA: lambda: rota_in_words(arranged, rota, names),
        Point.LINES: lambda: _("An emergency number and a crisis line were checked within a year."),
        Point.POLICY: lambda: _("Written."),
        Point.WORDING: lambda: approved_in_words(arranged),
        Point.REHEARSAL: lambda: rehearsed_in_words(walked),
    }
    items = [
        Item(point, point not in still_open, str(OPEN[point]) if point in still_open else says[point]())
        for point in Point
    ]
    return Checklist(arranged, items, attested.behind(GATE), rota, staff, ages, walked)


def arranged_by(actor: Actor) -> SafetySetup:
    """What the clinic has arranged; before it began, an empty arrangement of version 0 that is not saved."""
    return setup.of(actor.clinic_id) or SafetySetup(clinic=actor.clinic, version=0)


def needs_reader(actor: Actor) -> None:
    """Admins arrange; the safety lead and the deputy may read it. Raises Http404 for everybody else."""
    if actor.is_admin:
        return
    leads = SafetySetup.objects.filter(Q(lead_id=actor.member_id) | Q(deputy_id=actor.member_id))
    if not actor.member.is_safety_lead and not leads.filter(clinic_id=actor.clinic_id).exists():
        raise Http404


def therapists(actor: Actor) -> list[Membership]:
    """Therapists who work here now, by name: who can lead, stand in and be on duty."""
    here = Membership.objects.current().filter(clinic_id=actor.clinic_id, role=Role.THERAPIST, user__isnull=False)
    return list(here.order_by("display_name", "pk"))


def named(staff: Sequence[Membership]) -> list[tuple[Membership, str]]:
    """People as a form offers them."""
    return [(one, one.display_name) for one in staff]


def hours_in_words(arranged: SafetySetup) -> str:
    """ "Mon 09:00 to 17:00, Tue ..."; days with the same hours that follow each other are one."""
    runs: list[tuple[int, int, Sequence[str]]] = []
    for day, times in sorted((int(day), times) for day, times in arranged.hours.items()):
        if runs and runs[-1][1] == day - 1 and list(runs[-1][2]) == list(times):
            runs[-1] = (runs[-1][0], day, times)
        else:
            runs.append((day, day, times))
    return ", ".join(
        _("%(days)s, %(first)s to %(last)s") % {"days": _days(first, last), "first": times[0], "last": times[1]}
        for first, last, times in runs
    )


def _days(first: int, last: int) -> str:
    if first == last:
        return str(WEEKDAYS[first])
    return _("%(first)s to %(last)s") % {"first": WEEKDAYS[first], "last": WEEKDAYS[last]}


def targets_in_words(arranged: SafetySetup) -> str:
    """The response times in one line."""
    first = minutes_in_words(arranged.p1_minutes)
    if arranged.all_first:
        return _("Everything: %(time)s.") % {"time": first}
    rest = _("by the end of the day") if arranged.p2_minutes is None else minutes_in_words(arranged.p2_minutes)
    return _("First: %(first)s. The others: %(rest)s.") % {"first": first, "rest": rest}


def minutes_in_words(minutes: int) -> str:
    """ "60 minutes", "1 minute"."""
    return ngettext("%(n)d minute", "%(n)d minutes", minutes) % {"n": minutes}


def rota_in_words(arranged: SafetySetup, rota: dict[int, Any], names: dict[Any, str]) -> str:
    """Who is on duty, day by day; people with their days."""
    found: dict[str, list[str]] = {}
    for day in sorted(int(day) for day in arranged.hours):
        name = names.get(rota.get(day), "")
        if name:
            found.setdefault(name, []).append(str(WEEKDAYS_ABBR[day]))
    return "; ".join(f"{name}: {', '.join(days)}" for name, days in found.items())


def approved_in_words(arranged: SafetySetup) -> str:
    """Who approved the wording, and when."""
    on: date | None = arranged.approved_on
    day = date_format(on, "j F Y") if on else ""
    return _("%(name)s, %(day)s") % {"name": arranged.approved_by, "day": day}


def rehearsed_in_words(walked: Sequence[SafetyRehearsal]) -> str:
    """When the last one was closed, and how long it took until it was seen."""
    last = next((row for row in walked if row.closed_at is not None), None)
    if last is None or last.closed_at is None:
        return _("Walked through.")
    day = date_format(last.closed_at, "j F Y")
    return _("%(day)s, seen after %(time)s") % {"day": day, "time": took_in_words(last)}


def took_in_words(row: SafetyRehearsal) -> str:
    """From start to seen, in minutes; less than one is said so. Empty before it was seen."""
    if row.took is None:
        return ""
    minutes = int(row.took.total_seconds() // 60)
    return minutes_in_words(minutes) if minutes else _("less than a minute")
