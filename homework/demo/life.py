"""One client's life in the demo: who they are, where the weeks stand, and what the steps need in common.

The steps themselves are the same actions the pages call: `sessions` (looking back, planning), `writing` (the days between),
`flags` (what follows a risky answer), `telling` (what clients say of their own accord). `living` puts them in order.
"""

import random
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta
from functools import lru_cache
from uuid import UUID, uuid5
from zoneinfo import ZoneInfo

from clinic import vault
from clinic.access import Actor
from clinic.models import Appointment, CareTeamMember, Clinic, Episode, Membership
from homework.assignments.models import Assignment
from homework.demo.courses import course_of
from homework.demo.people import SEED, ClientRow
from homework.demo.weeks import Course, Week
from homework.reviews.models import Review
from homework.worksheets.models import WorksheetVersion

SPACE = UUID("7c1d2f5e-8f0a-4d8a-9a55-2f5f6f0f1a11")
SATURDAY = 5


@dataclass
class Life:
    """One client's way through the clinic."""

    row: ClientRow
    clinic: Clinic
    client: Actor
    lead: Actor
    episode: Episode
    sessions: list[Appointment]
    library: dict[str, WorksheetVersion]
    now: datetime
    staff: Mapping[str, Actor]
    work: Assignment | None = None
    last_week: Week | None = None
    reply: Review | None = None
    measures: dict[str, Assignment] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self.course: Course = course_of(self.row)
        self.draw = random.Random(f"{SEED} life {self.row.name}")  # noqa: S311 - invented people
        self.zone = ZoneInfo(self.episode.site.time_zone)

    @property
    def is_story(self) -> bool:
        """Whether the weeks are written out, with exact values."""
        return bool(self.row.story)

    def local(self, day: date, hour: int, minute: int = 0) -> datetime:
        """A moment on the client's wall clock."""
        return datetime.combine(day, time(hour, minute), self.zone)

    def session_of(self, number: int) -> Appointment | None:
        """The session that opens a week (the first week is 1), None beyond the last."""
        return self.sessions[number - 1] if 0 < number <= len(self.sessions) else None

    def week(self, number: int) -> Week:
        """A week by its number."""
        return self.course.weeks[number - 1]

    def asked_on(self, week: Week) -> date:
        """The day a week's questionnaires are answered: the last working day before the next session's weekday.

        Counted from today for everybody, so that the newest answers are from yesterday, or from Friday.
        """
        today = self.now.astimezone(self.zone).date()
        back = next(back for back in (1, 2, 3) if (today - timedelta(days=back)).weekday() < SATURDAY)
        if back > 1 and self.row.weekday + back >= 7:
            back = 1
        return today - timedelta(days=back, weeks=self.row.weeks - week.number)

    @property
    def ended_weeks(self) -> int:
        """How many weeks ago the course was over: none for those who still come."""
        return self.row.weeks - len(self.course.weeks)

    def therapist_at(self, session: Appointment) -> Actor:
        """Who holds a session: the coach, the therapist, or whoever covers for them in those days."""
        if self.row.course == "coached":
            return self.staff[self.row.lead]
        day = self.clinic.today(session.starts_at)
        covers = CareTeamMember.objects.filter(episode=self.episode, role="cover", by_ladder=False)
        place = covers.filter(starts_on__lte=day, ends_on__gte=day).select_related("member__user").first()
        return self.lead if place is None else actor_of(place.member, self.clinic)

    def key(self, what: str) -> UUID:
        """A key as a browser makes it, the same each time."""
        return uuid5(SPACE, f"{self.row.name} {what}")

    def still(self, work: Assignment) -> bool:
        """Whether it has not ended."""
        return Assignment.objects.filter(pk=work.pk).exclude(state=Assignment.State.ENDED).exists()

    def fresh(self, work: Assignment) -> Assignment:
        """The row as it is now."""
        found: Assignment = Assignment.objects.select_related("version__worksheet").get(pk=work.pk)
        found.episode = self.episode
        return found


def actor_of(member: Membership, clinic: Clinic) -> Actor:
    """Somebody as who they are here."""
    return Actor(member.user, member, clinic, member.role)


def staff_of(clinic: Clinic) -> dict[str, Actor]:
    """Everybody who works here, by name."""
    rows = Membership.objects.current().filter(clinic=clinic).exclude(role="client").select_related("user", "clinic")
    return {row.display_name: actor_of(row, clinic) for row in rows if row.user is not None}


@lru_cache(maxsize=1)
def library_of(clinic_id: UUID) -> Mapping[str, WorksheetVersion]:
    """The newest version of everything that ships, by slug; fetched once for a clinic's loading."""
    rows = WorksheetVersion.objects.filter(clinic__isnull=True).select_related("worksheet").order_by("number")
    return {version.worksheet.slug: version for version in rows}


def of(row: ClientRow, *, clinic: Clinic, client_id: UUID, now: datetime) -> Life:
    """A life about to be lived. Opens the client's sealed fields."""
    vault.open_contents([client_id])
    episodes = Episode.objects.select_related("client__user", "client__clinic", "site", "clinic")
    episode: Episode = episodes.get(client_id=client_id)
    client = episode.client
    assert client.user is not None
    leads = episode.team.filter(role="lead").select_related("member__user", "member__clinic").order_by("-starts_on")
    sessions = list(Appointment.objects.standing().filter(episode=episode).order_by("starts_at"))
    for session in sessions:
        session.episode = episode
    return Life(
        row=row,
        clinic=clinic,
        client=Actor(client.user, client, clinic, "client"),
        lead=actor_of(leads[0].member, clinic),
        episode=episode,
        sessions=sessions,
        library=dict(library_of(clinic.pk)),
        now=now,
        staff=staff_of(clinic),
    )
