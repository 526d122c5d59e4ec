"""Plans of last time that nobody has looked at (F47, field.md no. 3): for the therapist's first page, and a quiet note.

From the morning after a session, until it gets two lines or "not today" with a reason. What has waited for more than one
session stays visible, also after "not today", to the therapist and as a number to the supervisor. Nothing is blocked for
the client meanwhile.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from django.db.models import F, OuterRef, QuerySet, Subquery

from clinic import outbox
from clinic.access import Actor, TeamRole
from clinic.models import Appointment, CareTeamMember, Clinic, Episode, OutgoingMessage
from clinic.outbox import staff
from homework.assignments.models import Assignment
from homework.assignments.planning import composing
from homework.assignments.planning.agreed import title_of
from homework.reviews import caseload

UNDER_WAY = (Assignment.State.ACTIVE, Assignment.State.PAUSED)
TOLD = (TeamRole.LEAD, TeamRole.COTHERAPIST, TeamRole.COVER)


@dataclass(frozen=True)
class Left:
    """One plan that was left. `longer`: it has waited for more than one session."""

    assignment: UUID
    episode: UUID
    name: str
    title: str
    session: datetime
    longer: bool
    words: str = ""


def rows(work: QuerySet[Any], now: datetime) -> QuerySet[Any]:
    """Work agreed before its last session, with the starts of the last three sessions and the last "not today"."""
    past = Appointment.objects.past(now).filter(episode_id=OuterRef("episode_id")).values("starts_at")
    found = caseload.practice(work).filter(state__in=UNDER_WAY, agreed_at__isnull=False)
    found = found.annotate(last_at=Subquery(past[:1]), before_at=Subquery(past[1:2]), third_at=Subquery(past[2:3]))
    return composing.with_put_off(found).filter(agreed_at__lt=F("last_at"))


def is_left(row: Any, clinic: Clinic, now: datetime) -> bool:
    """Whether it wants a line: the session is over since yesterday, or it has waited longer than one session."""
    if is_longer(row):
        return True
    morning_after = clinic.today(now) > clinic.today(row.last_at)
    return morning_after and composing.wants_outcome(row, row.last_at, row.before_at, row.put_off_at)


def is_longer(row: Any) -> bool:
    """Whether neither the last session nor the one before it brought a look. "Not today" is no look."""
    last_too = composing.wants_outcome(row, row.last_at, row.before_at)
    return last_too and composing.wants_outcome(row, row.before_at, row.third_at)


def of_caseload(actor: Actor, now: datetime) -> list[Any]:
    """The caseload's plans that were left, the longest wait first. One query; names are not opened yet."""
    assert actor.membership is not None
    work = caseload.work_of(actor).filter(episode__in=Episode.objects.caseload_of(actor.membership))
    found = rows(work, now).select_related("episode__client", "version__worksheet").order_by("last_at", "pk")
    left = [row for row in found if is_left(row, actor.clinic, now)]
    return sorted(left, key=lambda row: not is_longer(row))


def listed(row: Any, actor: Actor, words: str) -> Left:
    """One of those rows ready to be shown; its client has to be open. words: what was shared on it since."""
    return Left(
        assignment=row.pk,
        episode=row.episode_id,
        name=row.episode.client.label,
        title=title_of(row),
        session=row.last_at.astimezone(actor.clinic.zone),
        longer=is_longer(row),
        words=words,
    )


def longer_by_episode(episodes: Iterable[UUID], now: datetime) -> dict[UUID, int]:
    """How many plans of each episode have waited for more than one session, for a supervisor. One query."""
    found: dict[UUID, int] = {}
    for row in rows(Assignment.objects.filter(episode_id__in=list(episodes)), now):
        if is_longer(row):
            found[row.episode_id] = found.get(row.episode_id, 0) + 1
    return found


# --- the note in the morning -----------------------------------------------------------------------------------------


def _left_since_yesterday(clinic: Clinic, now: datetime) -> list[Any]:
    """What was left in yesterday's sessions: older ones were told then."""
    work = Assignment.objects.filter(clinic_id=clinic.pk, episode__state=Episode.State.ACTIVE)
    yesterday = [row for row in rows(work, now) if (clinic.today(now) - clinic.today(row.last_at)).days == 1]
    return [row for row in yesterday if composing.wants_outcome(row, row.last_at, row.before_at, row.put_off_at)]


def notes(clinic: Clinic, now: datetime) -> list[OutgoingMessage]:
    """The notes to write now, at most one a therapist: their day has something to read. Nothing says what."""
    left = _left_since_yesterday(clinic, now)
    if not left:
        return []
    places = CareTeamMember.objects.current(clinic, now).filter(role__in=TOLD, member__user__is_active=True)
    places = places.filter(episode_id__in={row.episode_id for row in left}).select_related("member__user")
    by_episode = {row.episode_id: row for row in left}
    found: dict[UUID, OutgoingMessage] = {}
    for place in places.order_by("pk"):
        # a digest that is ready tells with the same key, so there is one of both
        note = staff.something_to_read(member=place.member, about=by_episode[place.episode_id].pk, now=now)
        if note is not None:
            found.setdefault(place.member_id, note)
    return list(found.values())


def queue(clinic: Clinic, now: datetime) -> int:
    """Put this morning's notes into the outbox. Run twice, they are there once. Returns how many are new."""
    return outbox.queue_all(notes(clinic, now))


@outbox.check(OutgoingMessage.Kind.DIGEST)
def still_left(clinic: Clinic, messages: Sequence[OutgoingMessage], now: datetime) -> Mapping[UUID, str]:
    """A note about plans that have been looked at meanwhile is not sent."""
    mine = {row.pk: row.about for row in messages if row.key.startswith("digest:")}
    work = Assignment.objects.filter(clinic_id=clinic.pk, pk__in={pk for pk in mine.values() if pk})
    known = set(work.values_list("pk", flat=True)) if mine else set()  # the others are about digests
    left = {
        row.pk
        for row in (rows(work, now) if known else ())
        if composing.wants_outcome(row, row.last_at, row.before_at, row.put_off_at)
    }
    return {pk: "" if about in left else "looked at" for pk, about in mine.items() if about in known}
