"""Reviewing a piece of work: what went well, what was learned, what got in the way, and what comes next (F47, F48).

The outcome is the only thing asked for. Pausing and stopping happen at once; a changed plan is a proposal and waits
for the client's yes; keeping changes nothing. Work that was not done is reviewed the same way, without blame.
"""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from clinic import audit
from clinic.access import Actor
from clinic.refusal import ActionRefused
from homework.assignments import scores
from homework.assignments.actions import rest as resting
from homework.assignments.models import Assignment, Entry
from homework.assignments.planning import composing
from homework.reviews import quoting, wording
from homework.reviews.models import Review


@dataclass(frozen=True)
class Ratings:
    """The therapist's own ratings (2.6), all optional: R1 talked, R3 skill 0-4, R4 learning 0-4, R5 obstacle.

    minutes: the band of time it took, as they say themselves (F47).
    """

    talked: int | None = None
    skill: int | None = None
    learning: int | None = None
    obstacle_state: str = ""
    minutes: str = ""


@transaction.atomic
def review_work(
    *,
    by: Actor,
    assignment: Assignment,
    outcome: str,
    went_well: str = "",
    learned: str = "",
    in_the_way: str = "",
    message: str = "",
    ratings: Ratings | None = None,
    seen: Collection[UUID] | None = None,
    quotes: Sequence[str] = (),
) -> Review:
    """Record one review and its outcome; `message` is what the client reads.

    seen: the entries the reviewer had in front of them. What was shared meanwhile stays new. Without it, all are seen.
    quotes: ticks of `quoting.lines`, the client's own sentences that go with the message (F31).
    "Not today" is an outcome for this session and needs a reason in `in_the_way`; the work stays to be looked at.
    Sent twice (a double click), the review is there once. Raises ActionRefused: 422 without an outcome or that reason,
    409 when the work is not under way.
    """
    ratings = ratings or Ratings()
    if outcome not in Review.Outcome.values:
        raise ActionRefused(_("Choose what comes next. Keeping it as it is counts."), status=422, field="outcome")
    is_later = outcome == Review.Outcome.LATER
    if is_later and not in_the_way.strip():
        raise ActionRefused(_("Say in a few words why not today."), status=422, field="reason")
    row = _locked(assignment)
    texts = {"went_well": went_well, "learned": learned, "in_the_way": in_the_way, "message": message}
    twin = _twin(by, row, outcome, texts)
    if twin is not None:
        return twin
    if not row.is_open:
        raise ActionRefused(_("This is not under way just now, so there is nothing to decide."))
    now = timezone.now()
    review = _write(by, row, outcome, texts, ratings, now, _quoted(row, quotes) if message.strip() else [])
    if not is_later:
        row.reviewed_at = _rate_entries(row, ratings, seen, now)
        row.save(update_fields=["reviewed_at"])
    audit.record(by=by, verb="assignment.reviewed", obj=row, outcome=outcome, told=bool(review.message))
    _act(by, row, outcome)
    return review


def _quoted(row: Assignment, ticks: Sequence[str]) -> list[dict[str, str]]:
    """The client's sentences that were ticked, out of what they share of this work. A query only where there are ticks."""
    named = {tick.partition(":")[0] for tick in ticks}
    rows = row.entries.shared().select_related("plan", "version").order_by("shared_at", "pk") if named else ()
    return quoting.ticked(ticks, [entry for entry in rows if str(entry.pk) in named])


def _write(
    by: Actor,
    row: Assignment,
    outcome: str,
    texts: dict[str, str],
    ratings: Ratings,
    now: datetime,
    quotes: list[dict[str, str]],
) -> Review:
    """The row of one review, with the session it was made in; open questions and advice counted for its author (F29)."""
    counted = wording.counts(texts["message"])
    review = Review(
        clinic_id=by.clinic_id,
        episode=row.episode,
        assignment=row,
        appointment=composing.session_now(row.episode, now),
        reviewer=by.membership,
        outcome=outcome,
        talked=ratings.talked,
        skill=ratings.skill,
        learning=ratings.learning,
        obstacle_state=ratings.obstacle_state,
        minutes=ratings.minutes,
        quotes=quotes,
        asks=counted.asks,
        advises=counted.advises,
        **{name: text.strip() or None for name, text in texts.items()},
    )
    review.save(force_insert=True)
    return review


def _locked(assignment: Assignment) -> Assignment:
    row: Assignment = Assignment.objects.select_for_update(of=("self",)).select_related("version").get(pk=assignment.pk)
    row.episode = assignment.episode
    return row


def _twin(by: Actor, row: Assignment, outcome: str, texts: dict[str, str]) -> Review | None:
    """The same review by the same person a moment ago: the button was pressed twice."""
    last: Review | None = row.reviews.order_by("-created_at").first()
    if last is None or last.reviewer_id != by.member_id or last.outcome != outcome:
        return None
    if timezone.now() - last.created_at > timedelta(minutes=2):
        return None
    last.episode = row.episode
    return last if all((getattr(last, name) or "") == text.strip() for name, text in texts.items()) else None


def _rate_entries(row: Assignment, ratings: Ratings, seen: Collection[UUID] | None, now: datetime) -> datetime:
    """Take R3 and R4 into the depth of what was seen. Returns until when the work is reviewed: before what was not."""
    news = row.entries.shared().select_related("after").order_by("shared_at", "pk")
    if row.reviewed_at is not None:
        news = news.filter(shared_at__gt=row.reviewed_at)
    reviewed_at = now
    for entry in news.defer("answers", "kept_private"):
        if seen is not None and entry.pk not in seen and entry.shared_at is not None:
            reviewed_at = min(reviewed_at, entry.shared_at - timedelta(microseconds=1))
        elif ratings.skill is not None or ratings.learning is not None:
            _rate(entry, ratings)
    return reviewed_at


def _rate(entry: Entry, ratings: Ratings) -> None:
    """Depth is the mean of what is known: the client's two ratings, the therapist's two (2.6). Amount stays apart."""
    said = (entry.after.ratings or {}) if getattr(entry, "after", None) is not None else {}
    own = [value * 2.5 for value in (ratings.skill, ratings.learning) if value is not None]
    entry.depth = scores.depth([said.get("engaged"), said.get("learned"), *own])
    entry.save(update_fields=["depth"])


def _act(by: Actor, row: Assignment, outcome: str) -> None:
    """What an outcome does at once. A changed plan is composed on the next page and waits for the client's yes."""
    if outcome == Review.Outcome.PAUSE and row.state == Assignment.State.ACTIVE:
        resting.pause(by=by, assignment=row)
    elif outcome == Review.Outcome.STOP:
        anything = row.entries.shared().exists()
        ended_as = Assignment.EndedAs.COMPLETED if anything else Assignment.EndedAs.DROPPED
        resting.let_go(by=by, assignment=row, ended_as=ended_as)
