"""6.3: who is told, rung by rung. It survives its worker's death, never bursts, never dead-ends, and rests out of hours."""

import threading
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
import time_machine
from django.db import connections, transaction
from django.utils import timezone

from clinic import vault
from clinic.access import Role
from clinic.jobs import BY_TASK
from clinic.models import CareTeamMember, Membership, Site
from clinic.scope import acting_in
from homework.safety import banner, hours
from homework.safety.actions import care
from homework.safety.ladder import Rung
from homework.safety.models import DutyDay, FlagEvent, SafetyFlag, SafetySetup
from homework.safety.tasks import climb_ladder
from tests.cast import Cast, make_cast, make_person
from tests.homework.safety.flagged import away, fresh, mails, p1, p2, raised, told
from tests.homework.safety.given import AT_NIGHT, IN_HOURS, set_up

pytestmark = pytest.mark.django_db
MINUTE = timedelta(minutes=1)


@pytest.fixture(autouse=True)
def clock() -> Iterator[time_machine.Traveller]:
    with time_machine.travel(IN_HOURS, tick=False) as there:
        yield there


def run(cast: Cast) -> SafetySetup:
    """One run of the worker."""
    climb_ladder()
    return SafetySetup.objects.get(clinic=cast.north)


def walk(clock: time_machine.Traveller, cast: Cast, until: timedelta, step: timedelta = 5 * MINUTE) -> None:
    """The worker every five minutes, for a time."""
    end = timezone.now() + until
    while timezone.now() < end:
        clock.shift(step)
        run(cast)


# --- climbing ---------------------------------------------------------------------------------------------------------


def test_6_3_it_climbs_from_therapist_to_cover_to_safety_lead_to_everybody(
    north: Cast, clock: time_machine.Traveller
) -> None:
    set_up(north)
    flag = p2(north)
    SafetyFlag.objects.filter(pk=flag.pk).update(next_rung_at=IN_HOURS + 60 * MINUTE)
    clock.move_to(IN_HOURS + 59 * MINUTE)
    run(north)
    assert told(flag) == ["Theo"]
    clock.move_to(IN_HOURS + 60 * MINUTE)
    run(north)
    assert (told(flag), fresh(flag).rung) == (["Theo", "Cora"], Rung.COVER)
    clock.shift(30 * MINUTE)
    run(north)
    assert (told(flag), fresh(flag).rung) == (["Theo", "Cora", "Sol"], Rung.LEAD)
    clock.shift(30 * MINUTE)
    run(north)
    assert fresh(flag).rung == Rung.EVERYBODY
    assert sorted(told(flag)[3:]) == ["Amy", "Cora", "Sol", "Theo"]
    assert not CareTeamMember.objects.filter(member=north.amy.membership).exists()  # told, and reads nothing


def test_6_3_the_last_rung_repeats_each_hour_and_never_ends(north: Cast, clock: time_machine.Traveller) -> None:
    set_up(north)
    flag = p2(north)
    SafetyFlag.objects.filter(pk=flag.pk).update(rung=3, next_rung_at=IN_HOURS)
    walk(clock, north, timedelta(hours=3))
    assert told(flag).count("Amy") == 3
    assert mails(flag).count("amy") == 3
    assert fresh(flag).next_rung_at is not None


def test_6_3_looking_ends_it(north: Cast, clock: time_machine.Traveller) -> None:
    set_up(north)
    flag = p1(north)
    care.see(by=north.theo.actor, flag=flag)
    walk(clock, north, timedelta(hours=3))
    assert told(flag) == ["Theo", "Cora"]


def test_6_3_a_rung_nobody_holds_is_skipped_and_that_is_written_down(
    north: Cast, clock: time_machine.Traveller
) -> None:
    set_up(north)
    flag = p1(north)  # Cora was told already: there is no other cover
    clock.shift(61 * MINUTE)
    run(north)
    assert fresh(flag).rung == Rung.LEAD
    assert FlagEvent.objects.get(flag=flag, step="climbed").detail == {"rung": 2, "skipped": [1]}


def test_6_3_with_nobody_left_it_still_goes_on(north: Cast, clock: time_machine.Traveller) -> None:
    set_up(north, lead=None, deputy=None)
    DutyDay.objects.all().delete()
    Membership.objects.filter(pk=north.amy.membership.pk).update(ended_at=timezone.now())
    CareTeamMember.objects.filter(episode=north.ada.episode, role="supervisor").delete()
    flag = p2(north)
    SafetyFlag.objects.filter(pk=flag.pk).update(next_rung_at=IN_HOURS)
    run(north)
    row = fresh(flag)
    assert (row.rung, told(flag)) == (Rung.EVERYBODY, ["Theo", "Theo"])
    assert row.next_rung_at == IN_HOURS + 60 * MINUTE


@pytest.mark.parametrize("why", ["away", "is the therapist"])
def test_6_3_the_deputy_stands_in_for_the_safety_lead(north: Cast, clock: time_machine.Traveller, why: str) -> None:
    lead = north.theo if why == "is the therapist" else north.sol
    set_up(north, lead=lead.membership)
    DutyDay.objects.all().delete()
    if why == "away":
        away(north, who="sol", cover="cora")
    flag = p2(north)
    SafetyFlag.objects.filter(pk=flag.pk).update(next_rung_at=IN_HOURS)
    run(north)
    assert (fresh(flag).rung, told(flag)[-1]) == (Rung.LEAD, "Cora")


def test_6_3_two_workers_climb_once(north: Cast) -> None:
    set_up(north)
    flag = p2(north)
    SafetyFlag.objects.filter(pk=flag.pk).update(next_rung_at=IN_HOURS)
    assert climb_ladder() == 1
    assert climb_ladder() == 0
    assert told(flag) == ["Theo", "Cora"]


@pytest.mark.django_db(transaction=True)
def test_6_3_workers_at_the_same_moment_tell_once() -> None:
    with transaction.atomic():
        cast = make_cast()
    with acting_in(cast.north.pk), vault.session(), transaction.atomic():
        vault.open_contents([cast.ada.membership.pk])
        set_up(cast)
        flag = p2(cast)
        SafetyFlag.objects.filter(pk=flag.pk).update(next_rung_at=IN_HOURS)
    together, climbed = threading.Barrier(3), []

    def worker() -> None:
        try:
            together.wait()
            climbed.append(climb_ladder())
        finally:
            connections.close_all()

    threads = [threading.Thread(target=worker) for _ in range(3)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    with acting_in(cast.north.pk), transaction.atomic():
        assert (sum(climbed), told(flag), sorted(mails(flag))) == (1, ["Theo", "Cora"], ["cora", "theo"])


def test_6_3_after_an_outage_it_goes_on_one_rung_at_a_time_without_a_burst(
    north: Cast, clock: time_machine.Traveller
) -> None:
    set_up(north)
    flag = p2(north)
    SafetyFlag.objects.filter(pk=flag.pk).update(next_rung_at=IN_HOURS + 10 * MINUTE)
    clock.move_to(IN_HOURS + timedelta(hours=5))  # three rungs would have been due
    for _ in range(3):
        run(north)
    assert (fresh(flag).rung, told(flag)) == (Rung.COVER, ["Theo", "Cora"])
    assert mails(flag) == ["theo", "cora"]


def test_6_3_one_flags_trouble_keeps_no_other_waiting_and_shows(
    north: Cast, clock: time_machine.Traveller, monkeypatch: pytest.MonkeyPatch
) -> None:
    from homework.safety import telling

    set_up(north)
    first, second = p2(north), p2(north, north.ben)
    SafetyFlag.objects.all().update(next_rung_at=IN_HOURS)
    tell = telling.tell

    def falls_over(flag: SafetyFlag, *rest: Any, **more: Any) -> int:
        if flag.pk == first.pk:
            raise RuntimeError("mail")
        return tell(flag, *rest, **more)

    monkeypatch.setattr(telling, "tell", falls_over)
    assert run(north).ladder_ran_at is None  # no heartbeat: the banner comes
    assert (fresh(first).rung, fresh(second).rung) == (0, 1)


# --- hours ------------------------------------------------------------------------------------------------------------


def test_6_3_out_of_hours_nothing_climbs_and_the_age_shows(north: Cast, clock: time_machine.Traveller) -> None:
    set_up(north)
    clock.move_to(AT_NIGHT)
    flag = raised(north.ada, kind="not_safe")
    SafetyFlag.objects.filter(pk=flag.pk).update(next_rung_at=AT_NIGHT)
    walk(clock, north, timedelta(hours=9), timedelta(hours=1))
    assert (fresh(flag).rung, told(flag)) == (0, ["Theo", "Cora"])
    assert banner.of(north.theo.actor, timezone.now()).flags[0].since == AT_NIGHT


def test_6_3_on_the_opening_hour_everything_waiting_goes_to_the_duty_person_first(
    north: Cast, clock: time_machine.Traveller
) -> None:
    set_up(north)
    clock.move_to(datetime(2026, 3, 4, 16, 50, tzinfo=UTC))
    flag = p2(north)
    clock.move_to(datetime(2026, 3, 5, 9, 0, tzinfo=UTC))
    for _ in range(2):
        run(north)
    assert (fresh(flag).rung, told(flag)) == (0, ["Theo", "Cora"])
    clock.shift(29 * MINUTE)
    run(north)
    assert fresh(flag).rung == 0
    clock.shift(MINUTE)
    run(north)
    assert (fresh(flag).rung, told(flag)[-1]) == (Rung.LEAD, "Sol")


def test_6_3_without_hours_nobody_reads_and_nothing_climbs(north: Cast, clock: time_machine.Traveller) -> None:
    flag = p1(north)
    walk(clock, north, timedelta(hours=2), timedelta(hours=1)) if SafetySetup.objects.exists() else climb_ladder()
    assert (fresh(flag).rung, told(flag)) == (0, ["Theo"])


# --- the heartbeat, and the banner ------------------------------------------------------------------------------------


def test_6_3_beat_runs_it_every_five_minutes() -> None:
    assert BY_TASK["safety.climb_ladder"].every == 300.0


@pytest.mark.parametrize("who", ["theo", "cora", "kit", "amy"])
@pytest.mark.parametrize(("minutes", "late"), [(15, False), (16, True)])
def test_6_3_a_late_heartbeat_is_said_to_clinicians_and_admins(
    north: Cast, clock: time_machine.Traveller, who: str, minutes: int, late: bool
) -> None:
    set_up(north)
    assert run(north).ladder_ran_at == IN_HOURS
    clock.shift(minutes * MINUTE)
    said = banner.of(getattr(north, who).actor, timezone.now())
    assert (said.is_late, said.ran_at) == (late, IN_HOURS)


def test_6_3_out_of_hours_it_is_never_late(north: Cast, clock: time_machine.Traveller) -> None:
    set_up(north)
    run(north)
    clock.move_to(AT_NIGHT)
    assert not banner.of(north.theo.actor, timezone.now()).is_late


def test_6_3_the_last_rung_shows_to_every_clinician_of_the_site(north: Cast) -> None:
    set_up(north)
    flag = p2(north)
    assert not banner.of(north.cora.actor, timezone.now()).last_rung
    SafetyFlag.objects.filter(pk=flag.pk).update(rung=3)
    for who in (north.theo, north.cora, north.kit, north.amy):
        assert banner.of(who.actor, timezone.now()).last_rung == [IN_HOURS]
    other = Site.objects.create(clinic=north.north, name="Other house")
    elsewhere = make_person(north.north, other, "Elsa", Role.THERAPIST)
    assert not banner.of(elsewhere.actor, timezone.now()).last_rung
    with acting_in(north.south.pk):
        assert not banner.of(north.zoe.actor, timezone.now()).last_rung


def test_6_3_kill_celery_and_it_is_all_there_then_it_catches_up(north: Cast, clock: time_machine.Traveller) -> None:
    from homework.safety import standing

    set_up(north)
    flag = p2(north)  # no worker runs
    (row,) = standing.of(north.theo.actor)
    assert (row.flag.pk, row.name, row.is_unseen) == (flag.pk, "Ada", True)
    assert banner.of(north.theo.actor, timezone.now()).to_look_at[0].pk == flag.pk
    clock.move_to(datetime(2026, 3, 5, 11, 0, tzinfo=UTC))
    assert banner.of(north.theo.actor, timezone.now()).is_late
    run(north)
    assert told(flag)[:2] == ["Theo", "Cora"]
    assert not banner.of(north.theo.actor, timezone.now()).is_late
    assert SafetySetup.objects.get(clinic=north.north).ladder_ran_at == timezone.now()


def test_hours_say_when_service_opened(north: Cast) -> None:
    service = hours.of(set_up(north), north.north)
    assert service.opened_at(IN_HOURS) == datetime(2026, 3, 4, 9, 0, tzinfo=UTC)
    assert service.opened_at(AT_NIGHT) is None
