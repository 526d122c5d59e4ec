"""Making the clinic and letting everybody's weeks pass, side by side in a few processes."""

import gc
import multiprocessing
import os
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import FIRST_COMPLETED, Future, ProcessPoolExecutor, wait
from dataclasses import replace
from datetime import datetime, time, timedelta
from uuid import UUID
from zoneinfo import ZoneInfo

import time_machine
from django.contrib.auth.hashers import make_password
from django.db import connections, transaction
from django.test.utils import override_settings
from django.utils import timezone

from accounts import pin as pins
from accounts.models import User
from clinic import vault
from clinic.access import Actor, Role, TeamRole
from clinic.actions import care_team, join, people, series, site
from clinic.actions import coach as coaching
from clinic.actions.opening import open_clinic
from clinic.models import Clinic, Episode, Membership, Site
from clinic.scope import acting_in
from homework.assignments.models import Assignment
from homework.demo import house, living, pairs, shelf
from homework.demo.people import DARIO, HANA, MARCUS, STAFF, STORY, WAITING, ClientRow, address, clients

NAME = "Larkfield Psychological Services"
ZONE = "Europe/London"
PASSWORD = "larkfield demo only"  # noqa: S105 - a demo on this machine; the personas page needs none
WEEKS = 12
FAST = ["django.contrib.auth.hashers.MD5PasswordHasher"]  # replaced below by one real hash for all


WHOLE = "larkfield"  # the clinic's slug once everybody's weeks have passed


def exists() -> bool:
    """Whether the whole demo clinic is there already."""
    return Clinic.objects.filter(name=NAME, slug=WHOLE).exists()


def begun(rows: list[ClientRow]) -> tuple[Clinic, dict[str, UUID], list[ClientRow]] | None:
    """A clinic whose loading was stopped half-way: who is in it, and whose weeks have not passed yet."""
    clinic = Clinic.objects.filter(name=NAME).first()
    if clinic is None:
        return None
    by_address = {address(row.name): row for row in rows}
    with acting_in(clinic.pk), transaction.atomic():
        places = Membership.objects.filter(clinic=clinic, role=Role.CLIENT, user__email__in=by_address)
        found = {by_address[place.user.email].name: place.pk for place in places.select_related("user") if place.user}
        lived = set(Assignment.objects.values_list("episode__client_id", flat=True).distinct())
    return clinic, found, [row for row in rows if found.get(row.name) not in lived]


@transaction.atomic
def make_clinic(now: datetime, rows: list[ClientRow]) -> tuple[Clinic, dict[str, UUID]]:
    """The clinic, its people and their weekly sessions. Returns the clinic and client ids by name."""
    began = now - timedelta(weeks=WEEKS + 1)
    with override_settings(PASSWORD_HASHERS=FAST), time_machine.travel(began, tick=False), vault.session():
        clinic, admin, token = open_clinic(
            name=NAME, site="Harbour Street", admin_name="Petra Lund", admin_email=address("Petra Lund"), time_zone=ZONE
        )
        with acting_in(clinic.pk):
            petra = _join(clinic, admin, token)
            site.change_clinic(by=petra, phone="020 7946 0018", reading_hours="Monday to Friday, 9 to 17", name=NAME)
            site.add_site(by=petra, name="Millfield", time_zone=ZONE, crisis_locale="en-GB")
            sites = {row.name: row for row in Site.objects.filter(clinic=clinic)}
            staff = {"Petra Lund": petra} | _staff(clinic, petra, sites)
            house.arrange_safety(staff)
            found = {row.name: _client(clinic, petra, staff, sites, row, now) for row in rows}
            for weeks_ago in range(WEEKS, -1, -4):  # the worker's hourly sweep, as often as it matters
                with time_machine.travel(now - timedelta(weeks=weeks_ago), tick=False):
                    series.extend_series(by=petra)
    _waiting(clinic, staff, sites, now)
    _around_the_team(clinic, staff, found, now)
    with acting_in(clinic.pk, user_id=None):
        ids = Membership.objects.filter(clinic=clinic, user__isnull=False).values_list("user_id", flat=True)
        User.objects.filter(pk__in=list(ids)).update(password=make_password(PASSWORD))
        for row in rows:
            if row.pin:  # hashed as the program does, not as the many passwords are while they are made
                pins.set_pin(User.objects.get(email=address(row.name)), row.pin)
    return clinic, found


def _join(clinic: Clinic, member: Membership, token: str) -> Actor:
    """Accept an invitation as a new person."""
    joined = join.accept(by=None, clinic_id=clinic.pk, token=token, password=PASSWORD)
    assert joined.user is not None
    return Actor(joined.user, joined, clinic, joined.role)


def _staff(clinic: Clinic, petra: Actor, sites: dict[str, Site]) -> dict[str, Actor]:
    found = {}
    for row in STAFF[1:]:
        member, token = people.invite_staff(
            by=petra,
            name=row.name,
            email=address(row.name),
            role=Role(row.role),
            site=sites[row.site],
            approach=row.approach,
            places=row.places,
            is_supervisor=row.is_supervisor,
        )
        found[row.name] = _join(clinic, member, token)
    Membership.objects.filter(display_name=HANA).update(is_safety_lead=True)
    return found


def _client(
    clinic: Clinic, petra: Actor, staff: dict[str, Actor], sites: dict[str, Site], row: ClientRow, now: datetime
) -> UUID:
    """One client: invited, in, with a therapist and a weekly session that comes round `row.weekday` days from now."""
    lead = staff[row.lead]
    assert lead.membership is not None
    first = (now.astimezone(ZoneInfo(ZONE)) + timedelta(days=row.weekday)).date() - timedelta(weeks=row.weeks)
    begin = datetime.combine(first - timedelta(days=3), time(12), ZoneInfo(ZONE))
    coach = lead.role == Role.COACH
    with time_machine.travel(begin, tick=False):
        member, token = people.invite_client(
            by=petra,
            name=row.name,
            email=address(row.name),
            site=sites[row.site],
            language=row.language,
            lead=None if coach else lead.membership,
        )
        client = _join(clinic, member, token)
        assert client.user is not None
        User.objects.filter(pk=client.user.pk).update(language=row.language)
        episode = Episode.objects.select_related("client", "site").get(client=member)
        if coach:
            hana = staff[HANA].membership
            assert hana is not None
            care_team.assign_client(by=petra, episode=episode, lead=hana)
            episode.refresh_from_db()
            place = care_team.add_member(
                by=petra, episode=episode, member=lead.membership, role=TeamRole.COACH, starts_on=begin.date(),
                ends_on=now.date() + timedelta(days=90), skill="planning the week",
            )  # fmt: skip
            coaching.say_yes(by=client, place=place)
        series.start_series(
            by=lead,
            episode=Episode.objects.select_related("client", "site").get(pk=episode.pk),
            therapist=lead.membership,
            weekday=first.weekday(),
            local_time=time(row.hour),
            starts_on=first,
        )
    return member.pk


def _waiting(clinic: Clinic, staff: dict[str, Actor], sites: dict[str, Site], now: datetime) -> None:
    """People who have asked for help and have no therapist yet."""
    for number, name in enumerate(WAITING):
        moment = now - timedelta(days=21 - 6 * number)
        with time_machine.travel(moment, tick=False), acting_in(clinic.pk), vault.session():
            people.invite_client(by=staff["Petra Lund"], name=name, email=address(name), site=sites["Millfield"])


def _around_the_team(clinic: Clinic, staff: dict[str, Actor], found: dict[str, UUID], now: datetime) -> None:
    """Hana covered for Dario in weeks six and seven, and supervises Marcus's and his story clients."""
    hana = staff[HANA].membership
    assert hana is not None
    with acting_in(clinic.pk), vault.session():
        house.be_away(clinic, staff, now)
        for row in STORY:
            if row.name not in found or row.lead not in (MARCUS, DARIO):
                continue
            episode = Episode.objects.select_related("client", "site").get(client_id=found[row.name])
            lead = staff[row.lead]
            start = now.date() - timedelta(weeks=6)
            with time_machine.travel(now - timedelta(weeks=6), tick=False):
                care_team.add_member(by=lead, episode=episode, member=hana, role=TeamRole.SUPERVISOR, starts_on=start)


def let_weeks_pass(
    clinic: Clinic, rows: list[ClientRow], found: dict[str, UUID], now: datetime, processes: int
) -> Iterator[tuple[int, int]]:
    """Everybody's weeks; yields how many clients are through, and their number of entries, as it goes."""
    if processes < 2:
        for unit in together(rows):
            yield len(unit), living.live(unit, clinic=clinic, found=found, now=now)
        return
    connections.close_all()
    queues: dict[str, list[list[ClientRow]]] = {}
    for unit in together(rows):
        queues.setdefault(unit[0].lead, []).append(unit)
    longest_first = sorted(queues.values(), key=len, reverse=True)
    context = multiprocessing.get_context("fork")
    with ProcessPoolExecutor(processes, mp_context=context) as pool:
        running = {_submit(pool, queue, clinic, found, now): queue for queue in longest_first}
        while running:
            for done in wait(running, return_when=FIRST_COMPLETED).done:
                queue = running.pop(done)
                yield done.result()
                if queue:
                    running[_submit(pool, queue, clinic, found, now)] = queue


def _submit(
    pool: ProcessPoolExecutor, queue: list[list[ClientRow]], clinic: Clinic, found: dict[str, UUID], now: datetime
) -> "Future[tuple[int, int]]":
    """The next one of a therapist's: one after another, because they share the therapist's one message a day."""
    return pool.submit(_one, queue.pop(0), clinic.pk, found, now)


def together(rows: list[ClientRow]) -> list[list[ClientRow]]:
    """Whose weeks pass together: a couple in one go, everybody else alone. Those with most to tell come first."""
    by_name = {row.name: row for row in rows}
    couples = [[by_name[name] for name in names] for names in pairs.COUPLES if set(names) <= set(by_name)]
    paired = {row.name for unit in couples for row in unit}
    return couples + [[row] for row in rows if row.name not in paired]


def _one(unit: list[ClientRow], clinic_id: UUID, found: dict[str, UUID], now: datetime) -> tuple[int, int]:
    gc.freeze()  # a process that lives for a minute: what it was born with is never rubbish, and little else is
    gc.set_threshold(50_000, 20, 50)
    return len(unit), living.live(unit, clinic=Clinic.objects.get(pk=clinic_id), found=found, now=now)


def load(
    *,
    now: datetime | None = None,
    only: Sequence[str] = (),
    progress: Callable[[int, int], None] = lambda *_: None,
) -> int:
    """Load the demo. `only`: the names of the clients to load, for tests. Returns the number of entries."""
    moment = now or timezone.now()
    rows = spread([row for row in clients() if not only or row.name in only])
    clinic, found, left = begun(rows) or (*make_clinic(moment, rows), rows)
    total = 0
    processes = 1 if only else min(4, os.cpu_count() or 1)
    through = len(rows) - len(left)
    for number, entries in let_weeks_pass(clinic, left, found, moment, processes):
        total, through = total + entries, through + number
        progress(through, len(rows))
    shelf.arrange(clinic, moment)
    house.settle(clinic, moment)
    Clinic.objects.filter(pk=clinic.pk).update(slug=WHOLE)
    return total


def spread(rows: list[ClientRow]) -> list[ClientRow]:
    """Give every client of a therapist an hour of their own on their weekday."""
    taken: set[tuple[str, int, int]] = set()
    placed = []
    for row in rows:
        hours = [row.hour, *(hour for hour in range(8, 20) if hour != row.hour)]
        days = [row.weekday, *((row.weekday + step) % 5 for step in range(1, 5))]
        day, hour = next((d, h) for d in days for h in hours if (row.lead, d, h) not in taken)
        taken.add((row.lead, day, hour))
        placed.append(replace(row, weekday=day, hour=hour))
    return placed
