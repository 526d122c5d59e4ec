"""What was agreed, in words a client reads: when, where, how often, how big (F19). Plain texts, no database."""

from dataclasses import dataclass
from datetime import datetime, time
from zoneinfo import ZoneInfo

from django.utils import formats
from django.utils.dates import WEEKDAYS
from django.utils.text import capfirst, get_text_list
from django.utils.translation import get_language, ngettext, pgettext
from django.utils.translation import gettext as _

from homework.assignments.models import Assignment, CopingPlan, Plan
from homework.assignments.models.plan import UsedAt
from homework.assignments.planning import goals
from homework.worksheets.definition import Definition
from homework.worksheets.models import WorksheetVersion
from homework.worksheets.summary import shorten


def spoken(version: WorksheetVersion) -> Definition:
    """The worksheet in the language of the reader."""
    return version.parsed.localised(get_language() or "en")


def title_of(assignment: Assignment) -> str:
    """What the client calls this work. On pages only: never in a URL, a page's title or a log."""
    if assignment.version is None:
        return _("Nothing this week")
    return str(spoken(assignment.version).title)


def at_time(value: time) -> str:
    """A wall time: 08:00."""
    return formats.time_format(value, "H:i")


def wall(at: datetime, zone: str) -> datetime:
    """An instant on the client's wall."""
    return at.astimezone(ZoneInfo(zone))


def how_often(plan: Plan) -> str:
    """Every day; on Monday and Friday; 4 days a week; when it happens."""
    days = get_text_list([str(WEEKDAYS[number]) for number in plan.weekdays], _("and"))
    if plan.frequency == Plan.Frequency.DAILY:
        return _("Every day")
    if plan.frequency == Plan.Frequency.EVENT:
        return _("When it happens")
    if plan.frequency == Plan.Frequency.ONCE:
        return _("Once, on %(days)s") % {"days": days} if days else _("Once")
    if days:
        return _("On %(days)s") % {"days": days}
    number = plan.times_per_week or 0
    if not number:
        return _("Any day")
    return ngettext("%(number)s day a week", "%(number)s days a week", number) % {"number": number}


def when(plan: Plan) -> str:
    """After breakfast, at 08:00, every day."""
    parts = [plan.anchor or "", _("at %(time)s") % {"time": at_time(plan.local_time)} if plan.local_time else ""]
    often = how_often(plan)
    said = [part for part in parts if part]
    return capfirst(", ".join([*said, often[:1].lower() + often[1:]] if said else [often]))


def at_a_glance(plan: Plan) -> str:
    """Today's moment and place, in one short line: "08:00, after breakfast, at the kitchen table"."""
    moment = at_time(plan.local_time) if plan.local_time else ""
    return shorten(", ".join(part for part in (moment, plan.anchor or "", plan.place or "") if part), 90)


def if_then(row: CopingPlan) -> str:
    """If the kids are up early, then I will do it on the bus. Typed with or without the words the form already says."""
    one, two = (row.if_text or "...").strip(), (row.then_text or "...").strip()
    for word in (pgettext("begins an if-then plan", "if"), pgettext("begins an if-then plan", "when")):
        one = one[len(word) + 1 :] if one.casefold().startswith(f"{word} ") else one
    me = pgettext("who does it in an if-then plan", "I")
    is_whole = two.casefold().startswith(f"{me} ".casefold())
    said = _("If %(one)s, then %(two)s") if is_whole else _("If %(one)s, then I will %(two)s")
    return said % {"one": one, "two": two}


def one_line(text: str | None) -> str:
    """The first thought of a longer text, for a card."""
    whole = " ".join((text or "").split())
    first = whole.split(". ")[0]
    return shorten(first if first.endswith((".", "?", "!")) or first == whole else f"{first}.", 160)


@dataclass(frozen=True)
class Sheet:
    """The "What we agreed" sheet (1J): everything a client needs on one page."""

    title: str
    size: str
    minutes: int
    rationale: str
    first_step: str
    when: str
    place: str
    counts_as_all: str
    counts_as_some: str
    if_thens: tuple[str, ...]
    reminder: str
    goal: str = ""
    matters: str = ""  # why the goal matters, in the client's own words (F28)
    skill: str = ""
    used_at: str = ""


def sheet(assignment: Assignment, plan: Plan) -> Sheet:
    """The sheet of one plan; `plan.coping_plans` should be prefetched, and `goal` fetched with it."""
    goal = goals.named(plan)
    definition = spoken(assignment.version) if assignment.version else None
    size = definition.sizes[definition.size_code(plan.size)] if definition else None
    rows = sorted(plan.coping_plans.all(), key=lambda row: row.position)
    return Sheet(
        title=title_of(assignment),
        size=str(size.label) if size else "",
        minutes=size.minutes if size else 0,
        rationale=plan.rationale or "",
        first_step=plan.first_step or "",
        when=when(plan),
        place=plan.place or "",
        counts_as_all=plan.counts_as_all or (str(definition.counts_as_all) if definition else ""),
        counts_as_some=plan.counts_as_some or "",
        if_thens=tuple(if_then(row) for row in rows),
        reminder=reminder(plan),
        goal=(goal.text or "") if goal else "",
        matters=(goal.why or "") if goal else "",
        skill=plan.skill or "",
        used_at=used_at(plan),
    )


def used_at(plan: Plan) -> str:
    """At home, in bed: where it is to be used."""
    labels = {str(value): str(label) for value, label in UsedAt.choices}
    return get_text_list([labels[place] for place in plan.used_at if place in labels], _("and"))


def reminder(plan: Plan) -> str:
    """Whether and when a neutral reminder comes."""
    if plan.reminder == Plan.Reminder.NONE:
        return _("No reminder")
    if plan.reminder_time:
        return _("A plain one at %(time)s") % {"time": at_time(plan.reminder_time)}
    if plan.local_time is None:
        return _("A plain one, once it has a time")
    if plan.reminder_lead == Plan.Lead.BEFORE:
        return _("A plain one half an hour before")
    if plan.reminder_lead == Plan.Lead.AFTER:
        return _("A plain one half an hour after")
    return _("A plain one at %(time)s") % {"time": at_time(plan.local_time)}
