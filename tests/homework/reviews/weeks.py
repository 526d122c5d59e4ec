"""Weeks of between-session work for tests, lived through the real actions with the clock where it was then."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from typing import Any
from uuid import uuid4

import time_machine

from clinic import vault
from clinic.access import Role, TeamRole
from clinic.models import Appointment, Site
from clinic.scope import acting_in
from homework.assignments.actions import entry as doing
from homework.assignments.actions import plan as planning
from homework.assignments.actions import sharing
from homework.assignments.actions.sharing import After
from homework.assignments.models import Assignment, Entry, Plan
from homework.assignments.planning.plan_words import Beliefs, IfThen, PlanWords
from homework.worksheets.models import WorksheetVersion
from tests.cast import Cast, Person, make_person, put_on_team

NOW = datetime(2026, 3, 12, 10, 0, tzinfo=UTC)  # a Thursday
DAY = timedelta(days=1)
WORDS = PlanWords(
    rationale="You said evenings feel all the same. This checks whether that is so.",
    first_step="Put a dot on the least bad hour of today.",
    counts_as_all="Four days.",
    counts_as_some="One dot.",
    anchor="after breakfast",
    place="at the kitchen table",
    size="S",
    frequency=Plan.Frequency.DAILY,
    if_thens=(IfThen("privacy", "someone comes in", "I finish in the car"),),
)


def version(slug: str = "w01") -> WorksheetVersion:
    """The newest version of a shipped worksheet, by the beginning of its name."""
    rows = WorksheetVersion.objects.filter(worksheet__slug__startswith=slug).select_related("worksheet")
    return rows.order_by("-number")[0]


def session(person: Person, therapist: Person, at: datetime) -> Appointment:
    """One session of this client."""
    assert person.episode is not None
    return Appointment.objects.create(
        clinic=person.episode.clinic, episode=person.episode, therapist=therapist.membership, starts_at=at
    )


def agree(
    client: Person,
    therapist: Person,
    *,
    at: datetime,
    slug: str = "w01",
    beliefs: Beliefs | None = None,
    **changed: Any,
) -> Assignment:
    """Propose and say yes at a moment; keywords change the plan."""
    assert client.episode is not None
    with time_machine.travel(at, tick=False):
        words = replace(WORDS, starts_on=at.date(), **changed)
        made = planning.propose(by=therapist.actor, episode=client.episode, version=version(slug), words=words)
        planning.confirm(by=client.actor, assignment=made, beliefs=beliefs or Beliefs(useful=7, fits=7, hard=3, sure=8))
    return fresh(made)


def fresh(assignment: Assignment) -> Assignment:
    """The row as it is now, with what pages bring along."""
    return Assignment.objects.select_related("episode__client", "version__worksheet").get(pk=assignment.pk)


def share(
    client: Person,
    assignment: Assignment,
    *,
    at: datetime,
    values: dict[str, Any] | None = None,
    private: Sequence[str] = (),
    on: date | None = None,
    size: str = "",
    **after: Any,
) -> Entry:
    """Begin and share an entry at a moment; keywords are what is said afterwards."""
    with time_machine.travel(at, tick=False):
        entry = doing.begin(by=client.actor, assignment=fresh(assignment), on=on or at.date(), size=size)
        said = {"situation": "On the bus", "found_out": "It passed at the second stop."} if values is None else values
        return sharing.share(
            by=client.actor,
            entry=entry,
            values=said,
            kept_private=private,
            after=After(**{"amount": 4, "engaged": 6, "learned": 6, **after}),
            key=uuid4(),
        )


def crowd(cast: Cast, number: int, now: datetime = NOW, *, first: int = 0) -> list[Person]:
    """More clients of Theo, each with sessions, agreed work, something shared, and a plan to talk about."""
    people = []
    with vault.session(), acting_in(cast.north.pk):
        site = Site.objects.filter(clinic=cast.north)[0]
        for index in range(first, first + number):
            person = make_person(cast.north, site, f"Client{index:03}", Role.CLIENT)
            assert person.episode is not None
            put_on_team(person.episode, cast.theo, TeamRole.LEAD)
            vault.open_contents([person.membership.pk])
            live_a_week(person, cast.theo, now)
            people.append(person)
    return people


def live_a_week(person: Person, therapist: Person, now: datetime) -> Assignment:
    """A session a week ago, work agreed in it, one thing shared since, a session today, one proposal to talk about."""
    assert person.episode is not None
    session(person, therapist, now - 7 * DAY)
    session(person, therapist, now + timedelta(hours=4))
    work = agree(person, therapist, at=now - 7 * DAY, beliefs=Beliefs(useful=3, fits=7, hard=3, sure=5))
    share(person, work, at=now - 2 * DAY, obstacles=["privacy"], wish="smaller")
    with time_machine.travel(now - DAY, tick=False):
        other = planning.propose(by=therapist.actor, episode=person.episode, version=version("w31"), words=WORDS)
        planning.talk_first(by=person.actor, assignment=fresh(other), words="I do not see how lists help.")
    return fresh(work)
