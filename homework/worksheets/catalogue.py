"""The library as staff browse it: worksheets by family, one's own approach first, everything else reachable (F06).

A coach sees the part that is for coaches, without measures (F64). Nothing here knows a client.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from uuid import UUID

from django.core.exceptions import PermissionDenied
from django.db.models import Q
from django.http import Http404
from django.utils.functional import Promise
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

from clinic.access import Actor, Role
from clinic.models import Membership
from homework.worksheets.definition import Definition
from homework.worksheets.models import Worksheet, WorksheetVersion

FAMILIES: dict[str, Promise] = {
    "thoughts": _("Thoughts"),
    "doing": _("Doing"),
    "trying_out": _("Trying things out"),
    "sleep": _("Sleep"),
    "calming": _("Calm and grounding"),
    "hard_moments": _("Hard moments"),
    "people": _("With other people"),
    "couple": _("As a couple"),
    "noticing": _("Noticing"),
    "letters": _("Letters and reading"),
    "direction": _("Goals and what matters"),
    "check_in": _("Checking in"),
    "measure": _("Measures"),
}
CAUTIONS: dict[str, Promise] = {
    "abuse": _("Not where speaking up could bring harm"),
    "breathing": _("Care with illness of the lungs or heart"),
    "counting": _("Counting may feed counting"),
    "dissociation": _("Keep it short and eyes open with dissociation"),
    "eating": _("Care with an eating disorder"),
    "exhaustion": _("Go slowly with exhaustion"),
    "eye_contact": _("Eye contact"),
    "family_values": _("One person's wishes are not first everywhere"),
    "fresh_loss": _("Not soon after a loss"),
    "imagery": _("Works with pictures in the mind"),
    "indirect_speech": _("Open talk is not the custom everywhere"),
    "interoception": _("Attention to the body"),
    "mania": _("Set an upper limit with signs of mania"),
    "medical": _("Ask about the body's health first"),
    "pain": _("Pace it with pain"),
    "psychosis": _("Care with psychosis"),
    "reading_load": _("A lot to read"),
    "reassurance": _("May become asking to be reassured"),
    "risk": _("Not where something could go badly wrong"),
    "rumination": _("May feed brooding"),
    "safety_habit": _("May become a safety habit"),
    "sensory": _("Sensory load"),
    "shame": _("May bring up shame"),
    "sleep_restriction": _("Sleep restriction only by those trained in it"),
    "third_parties": _("Speaks about other people"),
    "time_estimation": _("Asks to estimate time"),
    "trauma": _("May touch a trauma"),
    "violence": _("Not an answer to violence"),
    "withdrawal": _("Ask about withdrawal first"),
    "writing_load": _("A lot to write"),
}
CONTEXTS: dict[str, Promise] = {
    "work_ok": _("At work"),
    "public_ok": _("Among people"),
    "bed_ok": _("In bed"),
    "needs_quiet": _("Needs quiet"),
    "needs_privacy": _("Needs privacy"),
    "with_someone": _("With someone"),
}
SHORT, MIDDLE = 5, 15


@dataclass(frozen=True)
class Sheet:
    """One worksheet in the list, in the reader's language."""

    worksheet: Worksheet
    version: WorksheetVersion
    definition: Definition
    suits: bool

    @property
    def minutes(self) -> tuple[int, int]:
        """The shortest and the longest size."""
        every = [size.minutes for size in self.definition.sizes.values()]
        return min(every), max(every)

    @property
    def cautions(self) -> list[Promise]:
        """What to think of before offering it."""
        return [CAUTIONS[key] for key in self.definition.cautions]

    @property
    def contexts(self) -> list[Promise]:
        """Where it can be done."""
        return [CONTEXTS[key] for key in self.definition.contexts]

    @property
    def approaches(self) -> list[str]:
        """The approaches it comes from."""
        labels = dict(Membership.Approach.choices)
        return [str(labels[key]) for key in self.definition.modalities]

    @property
    def sizes(self) -> list[tuple[str, str, int]]:
        """Its sizes, small first: code, label, minutes."""
        sizes = self.definition.sizes
        return [(code, str(sizes[code].label), sizes[code].minutes) for code in ("S", "M", "L") if code in sizes]


@dataclass(frozen=True)
class Shelf:
    """Worksheets of one family."""

    title: str
    sheets: list[Sheet]


@dataclass(frozen=True)
class Filter:
    """What the library is narrowed to; empty means everything."""

    words: str = ""
    kind: str = ""
    approach: str = ""
    minutes: int | None = None

    def lets(self, sheet: Sheet) -> bool:
        """Whether a worksheet is shown."""
        definition = sheet.definition
        if self.kind and definition.kind != self.kind:
            return False
        if self.approach and self.approach not in definition.modalities:
            return False
        if self.minutes is not None and sheet.minutes[0] > self.minutes:
            return False
        about = (
            definition.title,
            definition.purpose,
            definition.why,
            str(FAMILIES[definition.family]),
            definition.slug,
        )
        text = " ".join(map(str, about)).casefold()
        return all(word in text for word in self.words.casefold().split())


def offered(actor: Actor) -> list[Sheet]:
    """Every worksheet this member of staff may choose from, by title. One query."""
    approach = actor.membership.approach if actor.membership else ""
    rows = (
        WorksheetVersion.objects.filter(worksheet__in=Worksheet.objects.offered_to(actor))
        .select_related("worksheet")
        .order_by("worksheet_id", "-number")
        .distinct("worksheet_id")
    )
    sheets = [_sheet(row, approach) for row in rows]
    return sorted(sheets, key=lambda sheet: str(sheet.definition.title).casefold())


def _sheet(version: WorksheetVersion, approach: str) -> Sheet:
    definition = version.parsed.localised(get_language() or "en")
    return Sheet(version.worksheet, version, definition, suits=bool(approach) and approach in definition.modalities)


def shelves(sheets: Iterable[Sheet], narrowed: Filter) -> list[Shelf]:
    """The worksheets on their shelves; on each, those of one's own approach first."""
    found: dict[str, list[Sheet]] = {family: [] for family in FAMILIES}
    for sheet in sheets:
        if narrowed.lets(sheet):
            found[sheet.definition.family].append(sheet)
    return [
        Shelf(str(FAMILIES[family]), sorted(rows, key=lambda sheet: not sheet.suits))
        for family, rows in found.items()
        if rows
    ]


def sheet_for(actor: Actor, pk: UUID) -> Sheet:
    """One worksheet in its newest version. Raises Http404 without one, PermissionDenied when not for this role."""
    here = Worksheet.objects.filter(Q(clinic__isnull=True) | Q(clinic_id=actor.clinic_id), pk=pk, retired=False)
    newest = WorksheetVersion.objects.filter(worksheet__in=here).select_related("worksheet").order_by("-number").first()
    if newest is None:
        raise Http404
    if not Worksheet.objects.offered_to(actor).filter(pk=pk).exists():
        raise PermissionDenied(_not_for(actor))
    return _sheet(newest, actor.membership.approach if actor.membership else "")


def _not_for(actor: Actor) -> str:
    return "not for a coach" if actor.role == Role.COACH else "not offered"
