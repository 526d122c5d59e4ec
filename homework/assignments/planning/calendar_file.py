"""A plan as a calendar file (RFC 5545) that says when and nothing else (F19, F36). Pure.

The title is the clinic's neutral name for the program; no task, no person, no clinic, no address. Times are "floating": the
wall time the client agreed to, wherever the phone is and whatever daylight saving does, which is what a plan means. A file on
a phone cannot be taken back, so it ends after four weeks at the latest.
"""

from datetime import UTC, date, datetime, time, timedelta
from uuid import UUID, uuid5

from homework.assignments import schedule
from homework.assignments.models import Plan

LONGEST = timedelta(days=28)
LINE = 75  # octets, RFC 5545 3.1
DAYS = ("MO", "TU", "WE", "TH", "FR", "SA", "SU")
OURS = UUID("5d5b9f3c-2d0e-4b5a-9a55-7f6f6f1f3a60")  # an id of the file cannot be traced back to the work


def has_days(plan: Plan, now: datetime) -> bool:
    """Whether a plan still asks for a day: "when it happens" does not, nor does one whose last day has been."""
    return bool(_days(plan, max(plan.starts_on, schedule.local_day(now, plan.zone))))


def text(plan: Plan, *, title: str, minutes: int, now: datetime) -> str:
    """The file, from today or the plan's first day on; "" when the plan names no days (any more)."""
    today = schedule.local_day(now, plan.zone)
    days = _days(plan, max(plan.starts_on, today))
    if not days:
        return ""
    rule = _again(days, plan.local_time)
    events = [(days[0], [rule])] if rule else [(day, []) for day in days]
    lines = ["BEGIN:VCALENDAR", "VERSION:2.0", "PRODID:-//calendar//EN", "CALSCALE:GREGORIAN"]
    for day, again in events:
        lines += [
            "BEGIN:VEVENT",
            f"UID:{uuid5(OURS, f'{plan.pk} {day}')}",
            f"DTSTAMP:{now.astimezone(UTC):%Y%m%dT%H%M%SZ}",
            *_when(plan.local_time, day, minutes),
            *again,
            f"SUMMARY:{escaped(title)}",
            "CLASS:PRIVATE",
            "TRANSP:TRANSPARENT",
            "END:VEVENT",
        ]
    return "".join(f"{folded(line)}\r\n" for line in [*lines, "END:VCALENDAR"])


def _days(plan: Plan, first: date) -> list[date]:
    """The days the plan asks for, as far as the file goes."""
    last = min(plan.ends_on or date.max, first + LONGEST - timedelta(days=1))
    return [slot.local_date for slot in schedule.slots(plan.rule, first, last)]


def _when(at: time | None, first: date, minutes: int) -> list[str]:
    """When it begins and how long it is; a plan without a time is a whole day."""
    if at is None:
        return [f"DTSTART;VALUE=DATE:{first:%Y%m%d}"]
    return [f"DTSTART:{datetime.combine(first, at):%Y%m%dT%H%M%S}", f"DURATION:PT{max(minutes, 1)}M"]


def _again(days: list[date], at: time | None) -> str:
    """The rule that gives exactly these days, or "" when none does (or there is one day only)."""
    wanted = {day.weekday() for day in days}
    span = (days[-1] - days[0]).days + 1
    all_of_them = [day for n in range(span) if (day := days[0] + timedelta(days=n)).weekday() in wanted]
    if len(days) == 1 or all_of_them != days:
        return ""
    until = f"{days[-1]:%Y%m%d}" if at is None else f"{datetime.combine(days[-1], at):%Y%m%dT%H%M%S}"
    if len(wanted) == len(DAYS):
        return f"RRULE:FREQ=DAILY;UNTIL={until}"
    return f"RRULE:FREQ=WEEKLY;UNTIL={until};BYDAY={','.join(DAYS[number] for number in sorted(wanted))}"


def escaped(words: str) -> str:
    """Text as a value of a property (RFC 5545 3.3.11)."""
    for sign in ("\\", ";", ","):
        words = words.replace(sign, f"\\{sign}")
    return words.replace("\r\n", "\n").replace("\r", "\n").replace("\n", "\\n")


def folded(line: str) -> str:
    """A line in pieces of at most 75 octets, never in the middle of a character."""
    pieces: list[str] = []
    piece = ""
    for sign in line:
        if len((piece + sign).encode()) > LINE - (1 if pieces else 0):
            pieces.append(piece)
            piece = ""
        piece += sign
    return "\r\n ".join([*pieces, piece])
