"""Questions that have waited too long: a neutral note to the therapist, one session later to the supervisor (1L, F44).

Counted in sessions held since the question was asked, because that is when it could have been talked about. Nothing in
the note says about whom or what: it is "You have something to read", at most one such note a person and day.
"""

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

from django.db.models import Count, OuterRef, Subquery
from django.db.models.functions import Coalesce

from clinic import outbox
from clinic.access import TeamRole
from clinic.models import Appointment, CareTeamMember, Clinic, OutgoingMessage
from clinic.outbox import staff
from homework.reviews.models import ClientQuestion

SESSIONS = 2  # a question open for more sessions than this is told to the therapist
LADDER: dict[str, int] = {TeamRole.LEAD: 0, TeamRole.COVER: 0, TeamRole.SUPERVISOR: 1}  # sessions more, by role
KEY = "question:"


def open_too_long(clinic: Clinic, now: datetime) -> list[Any]:
    """The clinic's open questions with `held`, the sessions begun since they were asked; only those open too long."""
    since = Appointment.objects.past(now).filter(episode_id=OuterRef("episode_id"), starts_at__gt=OuterRef("asked_at"))
    held = since.order_by().values("episode_id").annotate(n=Count("pk")).values("n")
    rows = ClientQuestion.objects.open().filter(clinic_id=clinic.pk, episode__ended_on__isnull=True)
    rows = rows.annotate(held=Coalesce(Subquery(held), 0)).filter(held__gt=SESSIONS)
    return list(rows.defer("text", "idea", "answer"))


def notes(clinic: Clinic, now: datetime) -> list[OutgoingMessage]:
    """The notes to write now: of each person's questions the one that waits longest and was not told yet."""
    rows = open_too_long(clinic, now)
    if not rows:
        return []
    places = _places(clinic, {row.episode_id for row in rows}, now)
    told = _told({row.pk for row in rows})
    found: dict[UUID, OutgoingMessage] = {}
    for row in rows:
        for place in places:
            fits = place.episode_id == row.episode_id and row.held > SESSIONS + LADDER[place.role]
            if fits and place.member_id not in found and (row.pk, place.member.user_id) not in told:
                note = staff.something_to_read(member=place.member, about=row.pk, now=now, series=KEY)
                assert note is not None  # places are those of people with an address
                found[place.member_id] = note
    return list(found.values())


def _places(clinic: Clinic, episodes: Iterable[UUID], now: datetime) -> list[CareTeamMember]:
    """Who is told: the lead and whoever covers, then the supervisor."""
    rows = CareTeamMember.objects.current(clinic, now).filter(episode_id__in=episodes, role__in=list(LADDER))
    return list(rows.filter(member__user__is_active=True).select_related("member__user").order_by("pk"))


def _told(questions: set[UUID]) -> set[tuple[UUID | None, UUID | None]]:
    """Which questions were told to whom: each once, however long it stays open."""
    rows = OutgoingMessage.objects.filter(about__in=questions, key__startswith=KEY)
    return set(rows.values_list("about", "user_id"))


def queue(clinic: Clinic, now: datetime) -> int:
    """Put today's notes into the outbox. Run twice, they are there once. Returns how many are new."""
    return outbox.queue_all(notes(clinic, now))


@outbox.check(OutgoingMessage.Kind.DIGEST)
def still_open(clinic: Clinic, rows: Sequence[OutgoingMessage], now: datetime) -> Mapping[UUID, str]:
    """A note about a question that has been answered meanwhile is not sent."""
    mine = {row.pk: row.about for row in rows if row.key.startswith(KEY)}
    waiting = ClientQuestion.objects.open().filter(clinic_id=clinic.pk, pk__in=[pk for pk in mine.values() if pk])
    ids = set(waiting.order_by().values_list("pk", flat=True)) if mine else set()
    return {pk: "" if about in ids else "answered" for pk, about in mine.items()}
