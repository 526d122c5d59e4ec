"""Sharing what was written, once; saying that it was not today; taking it back within a day.

Sharing is one transaction with a key made in the browser, so that a double tap or a resent request shares once; a page says
"Sent" only after that transaction is committed. Partial work counts.
"""

import hashlib
import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from clinic import audit
from clinic.access import Actor
from clinic.refusal import ActionRefused
from homework.assignments import attached, due, measuring, risky, scores
from homework.assignments.actions import couple, heavy
from homework.assignments.actions import entry as doing
from homework.assignments.actions.once import key_is_its_own
from homework.assignments.actions.rest import MOMENTS, needs_open
from homework.assignments.days import kinder
from homework.assignments.models import AfterCheck, Assignment, CopingPlan, Entry, Obstacle, Plan, Score
from homework.safety.actions import flag as flags
from homework.worksheets import answers as answering

TAKE_BACK_WITHIN = timedelta(hours=24)


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
    with key_is_its_own():
        return _share(by, entry, values, kept_private, after, key, rev, for_partner)


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
    locked = doing.held(entry)
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
    doing.fill(locked, values, kept_private)
    locked.state, locked.shared_at = Entry.State.SHARED, locked.saved_at
    locked.submission_key, locked.submission_hash = key, digest
    locked.kept_back = locked.assignment.dyad_id is not None and not for_partner
    locked.amount = after.amount
    locked.depth = scores.depth([after.engaged, after.learned])
    more = ("state", "shared_at", "submission_key", "submission_hash", "kept_back", "amount", "depth")
    locked.save(update_fields=[*doing.FILLED, *more])
    attached.tidy(locked, everything=True)
    _keep_after(by, locked, after)
    _raise_flags(by, locked, scores.keep(by=by, entry=locked))
    _look_ahead(locked)
    audit.record(by=by, verb="entry.shared", obj=locked)
    couple.reveal(by=by, entry=locked)
    heavy.after_sharing(by=by, entry=locked)
    return locked


def _raise_flags(by: Actor, entry: Entry, score: Score | None) -> None:
    """A flag for each answer that somebody has to look at, in this very transaction (6.3). It outlives taking back (F34)."""
    for said in risky.of(entry, score):
        flags.raise_flag(
            by=by,
            episode=entry.episode,
            kind=said.kind,
            answered=said.answered,
            about_id=entry.pk,
            measure=entry.sheet.parsed.slug,
        )


def _look_ahead(entry: Entry) -> None:
    """What is due next, past the day that is done."""
    assignment = entry.assignment
    assignment.episode = entry.episode
    if assignment.state == Assignment.State.ACTIVE and entry.plan.state == Plan.State.AGREED:
        now = timezone.now()
        due.reschedule(assignment, entry.plan, now, done_on=measuring.settled_until(entry, entry.plan.zone))
        kinder.look(assignment, entry, now)
        assignment.listens_since = None
        assignment.save(update_fields=[*MOMENTS, "kinder_time_on", "listens_since"])


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
    entry = doing.begin(by=by, assignment=assignment)
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
