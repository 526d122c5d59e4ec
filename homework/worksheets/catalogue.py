"""The library as staff know it: every worksheet one may offer, in the reader's language, with the words of its marks.

A coach sees the part that is for coaches, without measures (F64). Nothing here knows a client. Narrowing it and putting
it on shelves: `narrowing`.
"""

import re
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from uuid import UUID

from django.conf import settings
from django.core.exceptions import PermissionDenied
from django.db.models import Exists, OuterRef, Q, QuerySet
from django.http import Http404
from django.utils import timezone
from django.utils.functional import Promise
from django.utils.translation import get_language, ngettext
from django.utils.translation import gettext_lazy as _

from clinic.access import Actor, Role
from clinic.models import Membership
from homework.worksheets import gates, look_again
from homework.worksheets.definition import Definition
from homework.worksheets.models import Favourite, SwitchedOn, Worksheet, WorksheetVersion

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
    "family_values": _("One person’s wishes are not first everywhere"),
    "fresh_loss": _("Not soon after a loss"),
    "imagery": _("Works with pictures in the mind"),
    "indirect_speech": _("Open talk is not the custom everywhere"),
    "interoception": _("Attention to the body"),
    "mania": _("Set an upper limit with signs of mania"),
    "medical": _("Ask about the body’s health first"),
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
NEEDS = ("needs_quiet", "needs_privacy")
"""Contexts a sheet asks for, rather than allows."""
RECALL = re.compile(r"P(\d+)([DWMY])")


@dataclass(frozen=True)
class Sheet:
    """One worksheet in the list, in the reader's language."""

    worksheet: Worksheet
    version: WorksheetVersion
    definition: Definition
    suits: bool
    favourite: bool = False

    @property
    def look_again(self) -> date | None:
        """The day a sheet of the clinic's own was to be looked at again, once that has gone by (F57)."""
        return look_again.since(self.worksheet, self.definition.review_due, timezone.localdate())

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
    def instead(self) -> list[tuple[Promise, str]]:
        """What to offer first where a caution applies (F58)."""
        return [(CAUTIONS[key], str(words)) for key, words in self.definition.instead.items()]

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
    def languages(self) -> list[str]:
        """The languages it is written in."""
        names = dict(settings.LANGUAGES)
        return [str(names.get(code, code)) for code in self.definition.languages]

    @property
    def sizes(self) -> list[tuple[str, str, int]]:
        """Its sizes, small first: code, label, minutes."""
        sizes = self.definition.sizes
        return [(code, str(sizes[code].label), sizes[code].minutes) for code in ("S", "M", "L") if code in sizes]

    @property
    def for_coaches(self) -> bool:
        """Whether a coach may offer it too (F64)."""
        definition = self.definition
        return definition.min_role == "coach" and not definition.locked and definition.measure is None

    @property
    def recall(self) -> str:
        """For a measure: which days it asks about, such as "the last 2 weeks"; nothing for anything else."""
        measure = self.definition.measure
        found = RECALL.fullmatch(measure.recall) if measure else None
        if found is None:
            return measure.recall if measure else ""
        number, unit = int(found[1]), found[2]
        if unit == "Y":
            return ngettext("the last year", "the last %(n)s years", number) % {"n": number}
        if unit == "M":
            return ngettext("the last month", "the last %(n)s months", number) % {"n": number}
        if unit == "D" and number % 7:
            return ngettext("the last day", "the last %(n)s days", number) % {"n": number}
        weeks = number if unit == "W" else number // 7
        return ngettext("the last week", "the last %(n)s weeks", weeks) % {"n": weeks}


def offered(actor: Actor, client: UUID | None = None) -> list[Sheet]:
    """Every worksheet this member of staff may choose from, by title. A measure whose gate is closed is left out.

    With a client who was opened here, the copies made for them too.

    One query, and those of a gate somebody has to look behind.
    """
    return _read(actor, Worksheet.objects.offered_to(actor, client))[0]


def library(actor: Actor) -> tuple[list[Sheet], list[Sheet]]:
    """What is offered, and what ships switched off and nobody supervises here: therapists know of it, each by title.

    As many queries as `offered`.
    """
    shown = Worksheet.objects.offered_to(actor)
    if actor.role == Role.THERAPIST:
        shown = Worksheet.objects.filter(Q(pk__in=shown) | Q(pk__in=_off(actor)))
    return _read(actor, shown)


def _read(actor: Actor, worksheets: QuerySet[Worksheet]) -> tuple[list[Sheet], list[Sheet]]:
    """The worksheets in their newest versions: those that are on, and those that are off."""
    mine = Favourite.objects.filter(member_id=actor.member_id, worksheet_id=OuterRef("worksheet_id"))
    here = SwitchedOn.objects.filter(clinic_id=actor.clinic_id, worksheet_id=OuterRef("worksheet_id"))
    rows = list(_newest(worksheets).annotate(favourite=Exists(mine), here=Exists(here)))
    gated = {row.parsed.measure.gate: row.parsed.measure for row in rows if row.parsed.measure}
    closed = {gate for gate, measure in gated.items() if not gates.lets(measure, actor.clinic_id)}
    approach = actor.membership.approach if actor.membership else ""
    on: list[Sheet] = []
    off: list[Sheet] = []
    for row in rows:
        if row.parsed.measure is None or row.parsed.measure.gate not in closed:
            is_off = row.worksheet.off and not row.here
            (off if is_off else on).append(_sheet(row, approach))
    return _by_title(on), _by_title(off)


@dataclass(frozen=True)
class Switch:
    """A sheet that ships switched off, as an admin knows it: its name, and who supervises it here."""

    worksheet: Worksheet
    title: str
    here: SwitchedOn | None


def switches(actor: Actor) -> list[Switch]:
    """Every sheet that ships switched off, by title. Two queries."""
    rows = SwitchedOn.objects.filter(clinic_id=actor.clinic_id).select_related("supervisor")
    here = {row.worksheet_id: row for row in rows}
    sheets = _by_title(_sheet(row, "") for row in _newest(_off(actor)))
    return [Switch(one.worksheet, str(one.definition.title), here.get(one.worksheet.pk)) for one in sheets]


def switch_of(actor: Actor, pk: UUID) -> Worksheet:
    """One sheet that ships switched off. Raises Http404."""
    found = _off(actor).filter(pk=pk).first()
    if found is None:
        raise Http404
    return found


def supervisors(actor: Actor) -> QuerySet[Membership]:
    """The therapists of this clinic who supervise others today."""
    here = Membership.objects.current().filter(clinic_id=actor.clinic_id, role=Role.THERAPIST)
    return here.filter(is_supervisor=True).order_by("display_name", "pk")


def sheet_for(actor: Actor, pk: UUID, client: UUID | None = None) -> Sheet:
    """One worksheet in its newest version; a copy for one client only with that `client`, opened here.

    Raises Http404 without one, PermissionDenied when not for this role.
    """
    here = Worksheet.objects.on_shelf(actor, client).filter(pk=pk)
    mine = Favourite.objects.filter(member_id=actor.member_id, worksheet_id=OuterRef("worksheet_id"))
    newest = _newest(here).annotate(favourite=Exists(mine)).first()
    if newest is None:
        raise Http404
    if not Worksheet.objects.offered_to(actor, client).filter(pk=pk).exists():
        raise PermissionDenied(_not_for(actor))
    return _sheet(newest, actor.membership.approach if actor.membership else "")


def _newest(worksheets: QuerySet[Worksheet]) -> QuerySet[WorksheetVersion]:
    rows = WorksheetVersion.objects.filter(worksheet__in=worksheets).select_related("worksheet")
    return rows.order_by("worksheet_id", "-number").distinct("worksheet_id")


def _off(actor: Actor) -> QuerySet[Worksheet]:
    return Worksheet.objects.on_shelf(actor).published().filter(off=True)


def _by_title(sheets: Iterable[Sheet]) -> list[Sheet]:
    return sorted(sheets, key=lambda sheet: str(sheet.definition.title).casefold())


def _sheet(version: WorksheetVersion, approach: str) -> Sheet:
    definition = version.parsed.localised(get_language() or "en")
    suits = bool(approach) and approach in definition.modalities
    return Sheet(version.worksheet, version, definition, suits, favourite=getattr(version, "favourite", False))


def _not_for(actor: Actor) -> str:
    return "not for a coach" if actor.role == Role.COACH else "not offered"
