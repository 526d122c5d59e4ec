"""Doing it: begin, save as you go, make it smaller, share, take back.

A draft is the client's alone. Saving names the revision it grew from; when two devices wrote, both texts are kept.
Sharing is one transaction with a key made in the browser, so a double tap or a resent request shares once; the page
says "Sent" only after that transaction is committed.
"""

import hashlib
import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta
from typing import Any
from uuid import UUID

from django.db import IntegrityError, transaction
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext as _

from clinic import audit, nouns
from clinic.access import Actor
from clinic.refusal import ActionRefused
from homework.assignments import attached, due, kinder, measuring, schedule, scores
from homework.assignments.actions import couple
from homework.assignments.actions.rest import needs_open
from homework.assignments.models import AfterCheck, Assignment, CopingPlan, DraftCopy, Entry, Obstacle, Plan
from homework.worksheets import answers as answering

TAKE_BACK_WITHIN = timedelta(hours=24)
ANY_TIME = (Plan.Frequency.EVENT, Plan.Frequency.ONCE)


class DraftConflict(Exception):
    """Another device saved meanwhile. Both are kept: `entry` holds what was sent now, a copy beside it the other."""

    def __init__(self, entry: Entry) -> None:
        super().__init__("saved elsewhere meanwhile")
        self.entry = entry


@dataclass(frozen=True)
class After:
    """What the client says afterwards; everything but the amount may stay unanswered (2.6)."""

    amount: int | None = None
    engaged: int | None = None
    learned: int | None = None
    hard: int | None = None
    progress: int | None = None
    pleasant: int | None = None
    mood_before: int | None = None
    mood_after: int | None = None
    obstacles: Sequence[str] = ()
    wish: str = ""
    words: str = ""
    reaction: str = ""
    elsewhere: str = ""
    coping: Mapping[UUID, str] = field(default_factory=dict)

    @property
    def says_anything(self) -> bool:
        """Whether there is something to share even where nothing was written."""
        return bool(self.amount or self.obstacles or self.said)

    @property
    def said(self) -> dict[str, str]:
        """What was written, by the name it is kept under; what is empty is not there."""
        written = {"tell": self.words, "reaction": self.reaction, "elsewhere": self.elsewhere}
        return {name: text.strip() for name, text in written.items() if text.strip()}


RATINGS = ("engaged", "learned", "hard", "progress", "pleasant", "mood_before", "mood_after")


@transaction.atomic
def begin(*, by: Actor, assignment: Assignment, size: str = "", on: date | None = None, anew: bool = False) -> Entry:
    """Open today's entry: the one begun already, or a new draft. One an agreed day, however often it is tapped.

    on: the local day it is for (default today in the plan's zone). anew: a note of its own, beside what is begun. The
    assignment is locked meanwhile, so two taps at once find the same entry, also for work without a day. Raises
    ActionRefused when the work is not under way.
    """
    needs_open(assignment.episode)
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


def _locked(entry: Entry) -> Entry:
    """The entry as it is now, held until the end of the transaction."""
    row: Entry = (
        Entry.objects.select_for_update(of=("self",))
        .select_related("plan", "assignment__version__worksheet", "episode__client__contact")
        .get(pk=entry.pk)
    )
    return row


def locked_draft(entry: Entry) -> Entry:
    """The draft as it is now, held until the end of the transaction. Raises ActionRefused when it is none any more."""
    locked = _locked(entry)
    if locked.state != Entry.State.DRAFT:
        raise ActionRefused(_("This has been shared already, so it cannot be changed here."))
    needs_open(locked.episode)
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


def _hash(values: dict[str, Any]) -> str:
    return hashlib.sha256(json.dumps(values, sort_keys=True, default=str).encode()).hexdigest()


def share(
    *,
    by: Actor,
    entry: Entry,
    values: dict[str, Any],
    kept_private: Sequence[str],
    after: After,
    key: UUID,
    rev: int | None = None,
    for_partner: bool = False,
) -> Entry:
    """Share with the care team, once. Partial work counts: an answer, an amount or what got in the way is enough (F43).

    key: made in the browser, kept until acknowledged. The same key with the same text answers as before; the same key
    with another text is refused (422), and an entry that was shared with another key stays as it is (409).
    rev: the revision the client looked at; when something was written since, nothing is shared unseen (409).
    for_partner: of a couple's work, show the partner the parts that are for them; unless it is said, nothing is (F61).
    """
    try:
        return _share(by, entry, values, kept_private, after, key, rev, for_partner)
    except IntegrityError:  # the key has shared another entry: a page was sent that is not this one's
        raise ActionRefused(_("This page is out of date. Please open it again.")) from None


@transaction.atomic
def _share(
    by: Actor,
    entry: Entry,
    values: dict[str, Any],
    kept_private: Sequence[str],
    after: After,
    key: UUID,
    rev: int | None,
    for_partner: bool,
) -> Entry:
    locked = _locked(entry)
    digest = _hash(values)
    if locked.state != Entry.State.DRAFT:
        if locked.submission_key == key and locked.submission_hash == digest:
            return locked
        if locked.submission_key == key:
            raise ActionRefused(_("This was shared already with other words. Nothing was changed."), status=422)
        raise ActionRefused(_("This has been shared already, so it cannot be changed here."))
    needs_open(locked.episode)
    if rev is not None and rev != locked.rev:
        raise ActionRefused(_("Something was written here meanwhile. Please have a look, then share."))
    if not answering.started(values) and not after.says_anything:
        raise ActionRefused(_("There is nothing written yet. One word is enough."), status=422)
    values = attached.only_own(locked, values)
    _complete_enough(locked, values)
    fill(locked, values, kept_private)
    locked.state, locked.shared_at = Entry.State.SHARED, locked.saved_at
    locked.submission_key, locked.submission_hash = key, digest
    locked.kept_back = locked.assignment.dyad_id is not None and not for_partner
    locked.amount = after.amount
    locked.depth = scores.depth([after.engaged, after.learned])
    more = ("state", "shared_at", "submission_key", "submission_hash", "kept_back", "amount", "depth")
    locked.save(update_fields=[*FILLED, *more])
    attached.tidy(locked, everything=True)
    _keep_after(by, locked, after)
    scores.keep(by=by, entry=locked)
    _look_ahead(locked)
    audit.record(by=by, verb="entry.shared", obj=locked)
    couple.reveal(by=by, entry=locked)
    return locked


def _look_ahead(entry: Entry) -> None:
    """What is due next, past the day that is done."""
    assignment = entry.assignment
    assignment.episode = entry.episode
    if assignment.state == Assignment.State.ACTIVE and entry.plan.state == Plan.State.AGREED:
        now = timezone.now()
        due.reschedule(assignment, entry.plan, now, done_on=entry.slot_on)
        kinder.look(assignment, entry, now)
        assignment.save(update_fields=["next_due_at", "next_reminder_at", "kinder_time_on"])


def _complete_enough(entry: Entry, values: dict[str, Any]) -> None:
    """Work may always be partial; a questionnaire asks for an answer, or "I'd rather not answer", to each question."""
    missing = answering.missing_for_share(entry.sheet.parsed, entry.size, values)
    if missing:
        raise ActionRefused(
            _("Some questions are still open. You can choose not to answer a question, and then share."),
            status=422,
            field=missing[0],
        )


def _keep_after(by: Actor, entry: Entry, after: After) -> None:
    """The after-check, if anything in it was answered, and what became of each if-then."""
    ratings = {name: value for name in RATINGS if (value := getattr(after, name)) is not None}
    AfterCheck(
        clinic_id=by.clinic_id,
        episode=entry.episode,
        entry=entry,
        ratings=ratings,
        words=after.said,
        obstacles=[kind for kind in after.obstacles if kind in Obstacle.values],
        wish=after.wish if after.wish in AfterCheck.Wish.values else "",
    ).save(force_insert=True)
    for pk, outcome in after.coping.items():
        if outcome in CopingPlan.Outcome.values:
            CopingPlan.objects.filter(pk=pk, plan_id=entry.plan_id).update(outcome=outcome)


@transaction.atomic
def not_today(
    *, by: Actor, assignment: Assignment, obstacles: Sequence[str], words: str = "", reaction: str = "", key: UUID
) -> Entry:
    """Say what got in the way, in one tap and without opening the worksheet (F40). It is news, not a fault.

    Raises ActionRefused (409) when something is written for today already: that can be shared instead.
    """
    twin: Entry | None = assignment.entries.filter(submission_key=key).first()
    if twin is not None:  # tapped twice
        return twin
    entry = begin(by=by, assignment=assignment)
    if entry.started:
        raise ActionRefused(_("You have begun this one. You can share what is there instead."))
    after = After(amount=Entry.Amount.NOT_YET, obstacles=obstacles, words=words, reaction=reaction)
    return share(by=by, entry=entry, values={}, kept_private=[], after=after, key=key)


def can_take_back(entry: Entry, now: datetime) -> bool:
    """Whether it is shared, and for less than 24 hours."""
    recent = entry.shared_at is not None and now - entry.shared_at <= TAKE_BACK_WITHIN
    return entry.state == Entry.State.SHARED and recent


@transaction.atomic
def take_back(*, by: Actor, entry: Entry) -> None:
    """Withdraw a shared entry from view within 24 hours (F34). The record that it was shared stays."""
    locked: Entry = Entry.objects.select_for_update().get(pk=entry.pk)
    locked.episode = entry.episode
    now = timezone.now()
    if not can_take_back(locked, now):
        raise ActionRefused(_("This can be taken back within 24 hours of sharing. You can talk about it instead."))
    locked.state, locked.withdrawn_at = Entry.State.WITHDRAWN, now
    locked.save(update_fields=["state", "withdrawn_at"])
    audit.record(by=by, verb="entry.taken_back", obj=locked)
    couple.take_back(by=by, entry=locked)
