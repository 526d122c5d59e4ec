"""Doing it: begin, save as you go, make it smaller, settle what two devices wrote. Sharing: `actions.sharing`.

A draft is the client's alone. Saving names the revision it grew from; when two devices wrote, both texts are kept.
"""

from collections.abc import Iterable, Sequence
from datetime import date, time
from typing import Any

from django.db import transaction
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext as _

from clinic import audit, nouns
from clinic.access import Actor
from clinic.refusal import ActionRefused
from homework.assignments import attached, measuring, schedule
from homework.assignments.actions.rest import needs_writable
from homework.assignments.models import Assignment, DraftCopy, Entry, Plan
from homework.worksheets import answers as answering

ANY_TIME = (Plan.Frequency.EVENT, Plan.Frequency.ONCE)


class DraftConflict(Exception):
    """Another device saved meanwhile. Both are kept: `entry` holds what was sent now, a copy beside it the other."""

    def __init__(self, entry: Entry) -> None:
        super().__init__("saved elsewhere meanwhile")
        self.entry = entry


@transaction.atomic
def begin(*, by: Actor, assignment: Assignment, size: str = "", on: date | None = None, anew: bool = False) -> Entry:
    """Open today's entry: the one begun already, or a new draft. One an agreed day, however often it is tapped.

    on: the local day it is for (default today in the plan's zone). anew: a note of its own, beside what is begun. The
    assignment is locked meanwhile, so two taps at once find the same entry, also for work without a day. Raises
    ActionRefused when the work is not under way.
    """
    needs_writable(assignment.episode, assignment)
    held = Assignment.objects.select_for_update().get(pk=assignment.pk)
    if held.state != Assignment.State.ACTIVE or assignment.version is None:
        raise ActionRefused(nouns.of(by).not_under_way)
    plan: Plan = assignment.plans.agreed().get()
    measuring.check_now(assignment, plan.zone)
    size = size if size in assignment.version.parsed.sizes else ""
    slot: date | None = on or timezone.now().astimezone(plan.tz).date()
    if plan.frequency in ANY_TIME:
        slot = None
    elif assignment.entries.filter(_taken(anew), slot_on=slot).exists():
        slot = None  # that day is written already: this is one more, and more is welcome
    draft = _begun(assignment, plan, slot, anew)
    if draft is not None:
        draft.episode = assignment.episode
        return resize(by=by, entry=draft, size=size) if size and size != draft.size else draft
    entry = Entry(
        clinic_id=by.clinic_id,
        episode=assignment.episode,
        assignment=assignment,
        plan=plan,
        slot_on=slot,
        size=size or plan.size,
        stepped_down=bool(size) and _smaller(size, plan.size),
        answers={},
        kept_private=[],
    )
    entry.save(force_insert=True)
    audit.record(by=by, verb="entry.begun", obj=entry, size=entry.size)
    return entry


def _taken(anew: bool) -> Q:
    """What holds a day: what was written; for a note of its own also what is only begun."""
    written = ~Q(state=Entry.State.DRAFT)
    return written | Q(started=True) if anew else written


def _begun(assignment: Assignment, plan: Plan, slot: date | None, anew: bool) -> Entry | None:
    """The draft to go on with: of this day; what is done once has one; what happened earlier is a note of its own."""
    drafts = assignment.entries.drafts().order_by("-captured_at")
    if anew:
        drafts = drafts.filter(started=False)
    if plan.frequency == Plan.Frequency.EVENT:
        midnight = schedule.instant(schedule.local_day(timezone.now(), plan.zone), time.min, plan.zone)
        drafts = drafts.filter(Q(captured_at__gte=midnight) | Q(started=False))
    elif plan.frequency != Plan.Frequency.ONCE:
        drafts = drafts.filter(slot_on=slot)
    found: Entry | None = drafts.first()
    return found


def _smaller(one: str, other: str) -> bool:
    order = ("S", "M", "L")
    return order.index(one) < order.index(other)


@transaction.atomic
def resize(*, by: Actor, entry: Entry, size: str) -> Entry:
    """Make it smaller (or whole again): no permission needed, what was typed stays (F41)."""
    locked = locked_draft(entry)
    if size not in locked.sheet.parsed.sizes:
        raise ActionRefused(_("This does not come in that size."), status=422, field="size")
    locked.size = size
    locked.stepped_down = _smaller(size, locked.plan.size)
    locked.save(update_fields=["size", "stepped_down"])
    audit.record(by=by, verb="entry.resized", obj=locked, size=size)
    return locked


def held(entry: Entry) -> Entry:
    """The entry as it is now, held until the end of the transaction."""
    row: Entry = (
        Entry.objects.select_for_update(of=("self",))
        .select_related("plan", "assignment__version__worksheet", "episode__client__contact")
        .get(pk=entry.pk)
    )
    return row


def locked_draft(entry: Entry) -> Entry:
    """The draft as it is now, held until the end of the transaction. Raises ActionRefused when it is none any more."""
    locked = held(entry)
    if locked.state != Entry.State.DRAFT:
        raise ActionRefused(_("This has been shared already, so it cannot be changed here."))
    needs_writable(locked.episode, locked.assignment)
    return locked


def save_draft(*, by: Actor, entry: Entry, values: dict[str, Any], kept_private: Sequence[str], rev: int) -> Entry:
    """Keep what is typed so far. Returns the entry with its new `rev`.

    Raises DraftConflict when somebody saved since `rev`. Then what was sent is the draft, because whoever sent it is
    writing now, and what was there is kept beside it: whichever device writes last, no word is lost and no part that
    either of them kept private is opened.
    """
    with transaction.atomic():
        locked = locked_draft(entry)
        values = attached.only_own(locked, values)
        was, private, stale = locked.answers, set(locked.kept_private), locked.rev != rev
        if stale and was == values and private == set(kept_private):
            return locked
        clash = stale and was != values and answering.started(was)
        if clash:
            DraftCopy(clinic_id=by.clinic_id, episode=locked.episode, entry=locked, answers=was).save(force_insert=True)
            audit.record(by=by, verb="entry.copy_kept", obj=locked)
        fill(locked, values, private.union(kept_private) if stale else kept_private)
        locked.save(update_fields=FILLED)
        attached.tidy(locked, was)
    if clash:
        raise DraftConflict(locked)
    return locked


FILLED = ("answers", "kept_private", "started", "rev", "saved_at")


def fill(entry: Entry, values: dict[str, Any], kept_private: Iterable[str]) -> None:
    """Put these answers into an entry that is held; its new revision is saved with `FILLED`."""
    entry.answers, entry.kept_private = values, sorted(set(kept_private))
    entry.started = answering.started(values)
    entry.rev += 1
    entry.saved_at = timezone.now()


@transaction.atomic
def settle(*, by: Actor, entry: Entry, values: dict[str, Any] | None = None) -> Entry:
    """The client has looked at what two devices left: keep these values (None: the draft as it is), drop the others."""
    locked = locked_draft(entry)
    before = [locked.answers, *(copy.answers for copy in locked.copies.all())]
    if values is not None:
        fill(locked, attached.only_own(locked, values), locked.kept_private)
        locked.save(update_fields=FILLED)
    locked.copies.all().delete()
    attached.tidy(locked, *before)
    audit.record(by=by, verb="entry.copies_settled", obj=locked)
    return locked
