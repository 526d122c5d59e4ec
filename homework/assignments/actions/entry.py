"""Doing it: begin, save as you go, make it smaller, share, take back.

A draft is the client's alone. Saving names the revision it grew from; when two devices wrote, both texts are kept. Sharing is
one transaction with a key made in the browser, so a double tap or a resent request shares once; the page says "Sent" only
after that transaction is committed.
"""

import hashlib
import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta
from typing import Any
from uuid import UUID

from django.db import IntegrityError, transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from clinic import audit
from clinic.access import Actor
from clinic.refusal import ActionRefused
from homework.assignments import due, scores
from homework.assignments.models import AfterCheck, Assignment, CopingPlan, DraftCopy, Entry, Obstacle, Plan
from homework.worksheets import answers as answering

TAKE_BACK_WITHIN = timedelta(hours=24)
ANY_TIME = (Plan.Frequency.EVENT, Plan.Frequency.ONCE)


class DraftConflict(Exception):
    """Another device saved meanwhile. What this one sent has been kept as a copy beside the entry."""

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
    obstacles: Sequence[str] = ()
    wish: str = ""
    words: str = ""
    coping: Mapping[UUID, str] = field(default_factory=dict)


RATINGS = ("engaged", "learned", "hard", "progress", "pleasant")


def begin(*, by: Actor, assignment: Assignment, size: str = "", on: date | None = None) -> Entry:
    """Open today's entry: the one begun already, or a new draft. One an agreed day, however often it is tapped.

    on: the local day it is for (default today in the plan's zone). Raises ActionRefused when the work is not under way.
    """
    if assignment.state != Assignment.State.ACTIVE:
        raise ActionRefused(_("This is not under way just now. You can look at it under My work."))
    plan: Plan = assignment.plans.agreed().get()
    draft: Entry | None = assignment.entries.drafts().order_by("-captured_at").first()
    slot: date | None = on or timezone.now().astimezone(plan.tz).date()
    if plan.frequency in ANY_TIME:
        slot = None
    if draft is not None and (slot is None or draft.slot_on == slot):
        return _sized(by, draft, assignment, size)
    if slot is not None and assignment.entries.filter(slot_on=slot).exists():
        slot = None  # that day is written already: this is one more, and more is welcome
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
    try:
        with transaction.atomic():
            entry.save(force_insert=True)
            audit.record(by=by, verb="entry.begun", obj=entry, size=entry.size)
    except IntegrityError:  # two taps at once: the other one won, and it is the same day's entry
        found: Entry = assignment.entries.get(slot_on=slot)
        return found
    return entry


def _smaller(one: str, other: str) -> bool:
    order = ("S", "M", "L")
    return order.index(one) < order.index(other)


def _sized(by: Actor, entry: Entry, assignment: Assignment, size: str) -> Entry:
    """The draft at the size asked for; nothing typed is lost by changing it."""
    entry.episode = assignment.episode
    if size and size != entry.size:
        return resize(by=by, entry=entry, size=size)
    return entry


@transaction.atomic
def resize(*, by: Actor, entry: Entry, size: str) -> Entry:
    """Make it smaller (or whole again): no permission needed, what was typed stays (F41)."""
    locked = _locked_draft(entry)
    locked.size = size
    locked.stepped_down = _smaller(size, locked.plan.size)
    locked.save(update_fields=["size", "stepped_down"])
    audit.record(by=by, verb="entry.resized", obj=locked, size=size)
    return locked


def _locked_draft(entry: Entry) -> Entry:
    locked: Entry = (
        Entry.objects.select_for_update(of=("self",))
        .select_related("plan", "assignment__version__worksheet", "episode__client")
        .get(pk=entry.pk)
    )
    if locked.state != Entry.State.DRAFT:
        raise ActionRefused(_("This has been shared already, so it cannot be changed here."))
    return locked


def save_draft(
    *, by: Actor, entry: Entry, values: dict[str, Any], kept_private: Sequence[str], rev: int
) -> Entry:
    """Keep what is typed so far. Returns the entry with its new `rev`.

    Raises DraftConflict when somebody saved since `rev`: the sent text is kept as a copy, nothing is overwritten.
    """
    with transaction.atomic():
        locked = _locked_draft(entry)
        if locked.rev == rev:
            return _store(locked, values, kept_private)
        if locked.answers == values:
            return locked
        DraftCopy(clinic_id=by.clinic_id, episode=locked.episode, entry=locked, answers=values).save(force_insert=True)
        audit.record(by=by, verb="entry.copy_kept", obj=locked)
    raise DraftConflict(locked)


def _store(entry: Entry, values: dict[str, Any], kept_private: Sequence[str]) -> Entry:
    entry.answers, entry.kept_private = values, sorted(set(kept_private))
    entry.started = answering.started(values)
    entry.rev += 1
    entry.saved_at = timezone.now()
    entry.save(update_fields=["answers", "kept_private", "started", "rev", "saved_at"])
    return entry


def _hash(values: dict[str, Any]) -> str:
    return hashlib.sha256(json.dumps(values, sort_keys=True, default=str).encode()).hexdigest()


@transaction.atomic
def share(
    *,
    by: Actor,
    entry: Entry,
    values: dict[str, Any],
    kept_private: Sequence[str],
    after: After,
    key: UUID,
) -> Entry:
    """Share with the care team, once. Partial work counts: nothing but an answer or an amount is asked for (F43).

    key: made in the browser, kept until acknowledged. The same key with the same text answers as before; the same key
    with another text is refused (422), and an entry that was shared with another key stays as it is (409).
    """
    locked: Entry = (
        Entry.objects.select_for_update(of=("self",))
        .select_related("plan", "assignment__version__worksheet", "episode__client")
        .get(pk=entry.pk)
    )
    digest = _hash(values)
    if locked.state != Entry.State.DRAFT:
        if locked.submission_key == key and locked.submission_hash == digest:
            return locked
        if locked.submission_key == key:
            raise ActionRefused(_("This was shared already with other words. Nothing was changed."), status=422)
        raise ActionRefused(_("This has been shared already, so it cannot be changed here."))
    if not answering.started(values) and not after.amount:
        raise ActionRefused(_("There is nothing written yet. One word is enough."), status=422)
    _complete_enough(locked, values)
    _store(locked, values, kept_private)
    locked.state, locked.shared_at = Entry.State.SHARED, locked.saved_at
    locked.submission_key, locked.submission_hash = key, digest
    locked.amount = after.amount
    locked.depth = scores.depth([after.engaged, after.learned])
    locked.save(
        update_fields=["state", "shared_at", "submission_key", "submission_hash", "amount", "depth"],
    )
    _keep_after(by, locked, after)
    scores.keep(by=by, entry=locked)
    assignment = locked.assignment
    if assignment.state == Assignment.State.ACTIVE:
        due.reschedule(assignment, locked.plan, timezone.now(), done_on=locked.slot_on)
        assignment.save(update_fields=["next_due_at", "next_reminder_at"])
    audit.record(by=by, verb="entry.shared", obj=locked)
    return locked


def _complete_enough(entry: Entry, values: dict[str, Any]) -> None:
    """Work may always be partial; a questionnaire asks for an answer, or "I would rather not answer", to each question."""
    assert entry.assignment.version is not None
    missing = answering.missing_for_share(entry.assignment.version.parsed, entry.size, values)
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
        words={"tell": after.words.strip()} if after.words.strip() else {},
        obstacles=[kind for kind in after.obstacles if kind in Obstacle.values],
        wish=after.wish if after.wish in AfterCheck.Wish.values else "",
    ).save(force_insert=True)
    for pk, outcome in after.coping.items():
        if outcome in CopingPlan.Outcome.values:
            CopingPlan.objects.filter(pk=pk, plan_id=entry.plan_id).update(outcome=outcome)


@transaction.atomic
def take_back(*, by: Actor, entry: Entry) -> None:
    """Withdraw a shared entry from view within 24 hours (F34). The record that it was shared stays."""
    locked: Entry = Entry.objects.select_for_update().get(pk=entry.pk)
    locked.episode = entry.episode
    now = timezone.now()
    if locked.state != Entry.State.SHARED or locked.shared_at is None or now - locked.shared_at > TAKE_BACK_WITHIN:
        raise ActionRefused(_("This can be taken back within 24 hours of sharing. You can talk about it instead."))
    locked.state, locked.withdrawn_at = Entry.State.WITHDRAWN, now
    locked.save(update_fields=["state", "withdrawn_at"])
    audit.record(by=by, verb="entry.taken_back", obj=locked)
