"""How a worksheet went here, for its page in the library: what the worker told, in words."""

from uuid import UUID

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from clinic.access import Actor
from homework.reviews.models import VersionTally
from homework.reviews.tallying import QUESTIONS
from homework.worksheets.usage import Figure, OfVersion, tells_how_it_went

WORDS: dict[str, Promise] = {
    "started": _("Began it"),
    "shared": _("Shared something"),
    "clear": _("Knew their first step"),
    "expected": _("Expected it to be useful"),
    "useful": _("Found it pleasant, or got somewhere"),
    "deep": _("Worked in depth"),
}


@tells_how_it_went
def of_worksheet(actor: Actor, worksheet: UUID) -> list[OfVersion]:
    """Every version that was used in this clinic, the newest first. One query."""
    rows = VersionTally.objects.filter(clinic_id=actor.clinic_id, version__worksheet_id=worksheet)
    return [_told(row) for row in rows.select_related("version").order_by("-version__number")]


def _told(row: VersionTally) -> OfVersion:
    figures = [Figure(str(WORDS[question]), getattr(row, question)) for question in QUESTIONS]
    return OfVersion(row.version.number, figures if any(one.percent is not None for one in figures) else [])
