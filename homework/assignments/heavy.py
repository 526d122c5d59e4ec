"""Whether what a client shared sounds heavy: only where the clinic switched the look on, and told its clients (6.4).

Off, and nothing here is called: `is_on` is asked first, from the clinic's set-up alone. On, the words of one entry are
looked through in this process, at the moment it is shared and while its client looks at the page after it. Drafts, what is
kept private, measures and the sheets that are about heavy words are never read.
"""

from collections.abc import Iterator
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from homework.assignments.models import Entry
from homework.safety import screening
from homework.safety.models import SafetyFlag, SafetySetup
from homework.worksheets import answers
from homework.worksheets.models import Worksheet, WorksheetVersion

OFFERED_FOR = timedelta(hours=24)
"""How long after sharing the page offers its box."""
Screening = SafetySetup.Screening


def choice_of(clinic_id: UUID) -> SafetySetup | None:
    """What the clinic has chosen about it, None before it has arranged anything. One query."""
    return SafetySetup.objects.filter(clinic_id=clinic_id).only("clinic_id", "screening").first()


def is_on(arranged: SafetySetup | None) -> bool:
    """Whether the clinic has switched it on."""
    return arranged is not None and arranged.screening != Screening.OFF


def is_read_in(sheet: WorksheetVersion) -> bool:
    """Whether this sheet is one that is looked through: no measure, and neither an exempt sheet nor a copy of one."""
    if sheet.parsed.measure is not None:
        return False
    worksheet: Worksheet | None = sheet.worksheet
    seen: set[Any] = set()
    while worksheet is not None and worksheet.pk not in seen:
        if worksheet.slug in screening.EXEMPT:
            return False
        seen.add(worksheet.pk)
        worksheet = worksheet.made_from.worksheet if worksheet.made_from_id and worksheet.made_from else None
    return True


def is_told(arranged: SafetySetup | None, sheet: WorksheetVersion) -> str:
    """What the page of a sheet says about it: "" where nothing is looked through, else whom it tells (`Screening`)."""
    if arranged is None or not is_on(arranged) or not is_read_in(sheet):
        return ""
    return str(arranged.screening)


def is_heavy(entry: Entry) -> bool:
    """Whether a heavy phrase is in what was shared. Call it only where it is on."""
    return is_read_in(entry.sheet) and screening.is_heavy(texts_of(entry))


def texts_of(entry: Entry) -> list[str]:
    """What the client shared in words: answers without the private parts, and what they said afterwards."""
    shown, _private = answers.visible(entry.sheet.parsed, entry.answers or {}, entry.kept_private or [])
    after = getattr(entry, "after", None)
    return [*_strings(shown), *_strings(after.words if after is not None else {})]


def _strings(value: Any) -> Iterator[str]:
    if isinstance(value, str):
        yield value
    elif isinstance(value, dict):
        for part in value.values():
            yield from _strings(part)
    elif isinstance(value, list | tuple):
        for part in value:
            yield from _strings(part)


def box_of(entry: Entry, arranged: SafetySetup | None, now: datetime) -> str:
    """What the page after sharing shows: "" nothing, "offer" the box, "told" once a clinician is asked to read it."""
    if not is_on(arranged) or entry.shared_at is None or now - entry.shared_at > OFFERED_FOR:
        return ""
    if not is_heavy(entry):
        return ""
    flags = SafetyFlag.objects.filter(episode_id=entry.episode_id, kind=SafetyFlag.Kind.FREE_TEXT, about_id=entry.pk)
    return "told" if flags.exists() else "offer"
