"""How a worksheet went here, for its page in the library: what the worker told, in words."""

from uuid import UUID

from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from clinic.access import Actor
from homework.assignments.models import BeforeCheck
from homework.reviews.models import Figures, VersionTally
from homework.reviews.outcomes import versions
from homework.reviews.tallying import QUESTIONS
from homework.worksheets.usage import Figure, OfVersion, tells_how_it_went

WORDS: dict[str, Promise] = {
    "started": gettext_lazy("Began it"),
    "shared": gettext_lazy("Shared something"),
    "clear": gettext_lazy("Knew their first step"),
    "expected": gettext_lazy("Expected it to be useful"),
    "useful": gettext_lazy("Found it pleasant, or got somewhere"),
    "deep": gettext_lazy("Worked in depth"),
}


@tells_how_it_went
def of_worksheet(actor: Actor, worksheet: UUID) -> list[OfVersion]:
    """Every version that was used in this clinic, the newest first; what was ticked about it as of the last month (F72).

    Two queries.
    """
    barriers = Figures.objects.filter(clinic_id=actor.clinic_id, kind=Figures.Kind.BARRIERS)
    month = barriers.order_by("-month").values_list("cells", flat=True).first() or {}
    rows = VersionTally.objects.filter(clinic_id=actor.clinic_id, version__worksheet_id=worksheet)
    rows = rows.select_related("version").order_by("-version__number")
    return [_told(row, versions.chips_of(month, row.version_id)) for row in rows]


def _told(row: VersionTally, chips: dict[str, int]) -> OfVersion:
    figures = [Figure(str(WORDS[question]), getattr(row, question)) for question in QUESTIONS]
    ticked = [chip for chip in BeforeCheck.Chip if chip in chips]
    figures += [Figure(_("Said: %(words)s") % {"words": chip.label}, chips[chip]) for chip in ticked]
    return OfVersion(row.version.number, figures if any(one.percent is not None for one in figures) else [])
