"""Digests by the worker: built a day before, again half an hour before, once, with one neutral message a day."""

from collections.abc import Iterator
from datetime import timedelta
from typing import Any

import pytest
import time_machine
from django.db import connection
from django.test.utils import CaptureQueriesContext

from clinic import access, audit, vault
from clinic.jobs import BY_TASK
from clinic.models import Appointment, AuditEvent, OutgoingMessage
from clinic.scope import acting_in
from homework.reviews import tasks
from homework.reviews.actions.digest import build_digest, build_digests, due_appointments
from homework.reviews.digest import build as digests
from homework.reviews.models import Digest
from tests.cast import Cast
from tests.homework.reviews.weeks import DAY, NOW, agree, crowd, session, share

HOUR = timedelta(hours=1)


@pytest.fixture(autouse=True)
def clock() -> Iterator[None]:
    with time_machine.travel(NOW, tick=False):
        yield


@pytest.fixture(autouse=True)
def at_once(monkeypatch: pytest.MonkeyPatch) -> None:
    """Queued units run at once, in the sweep's own process, and nobody waits."""
    unit = tasks.build_some_digests
    monkeypatch.setattr(unit, "delay", lambda *ids: unit(*ids))
    monkeypatch.setattr(tasks.time, "sleep", lambda _seconds: None)


@pytest.fixture
def coming(north: Cast) -> Appointment:
    """Ada's next session, in 20 hours, a week of work behind her."""
    session(north.ada, north.theo, NOW - 6 * DAY)
    work = agree(north.ada, north.theo, at=NOW - 6 * DAY)
    share(north.ada, work, at=NOW - DAY, values={"found_out": "It passed at the second stop."})
    return session(north.ada, north.theo, NOW + 20 * HOUR)


def content(row: Appointment) -> digests.Digest:
    return digests.from_json(Digest.objects.get(pk=row.pk).content)


def test_the_sweep_builds_what_is_due_within_a_day(north: Cast, coming: Appointment) -> None:
    far = session(north.ben, north.theo, NOW + 50 * HOUR)
    assert tasks.build_due_digests() == 1
    assert list(Digest.objects.values_list("pk", flat=True)) == [coming.pk]
    assert "It passed at the second stop." in content(coming).section("found_out").lines[0].text
    assert far.pk in due_appointments(far.starts_at - DAY)


def test_the_beat_knows_the_sweep_by_its_name() -> None:
    assert tasks.build_due_digests.name in BY_TASK


def test_a_second_sweep_finds_nothing_to_do(north: Cast, coming: Appointment) -> None:
    tasks.build_due_digests()
    built_at = Digest.objects.get().built_at
    with time_machine.travel(NOW + HOUR, tick=False):
        assert tasks.build_due_digests() == 0
    assert Digest.objects.get().built_at == built_at


def test_half_an_hour_before_it_is_built_again(north: Cast, coming: Appointment) -> None:
    tasks.build_due_digests()
    share(north.ada, agree(north.ada, north.theo, at=NOW + HOUR), at=NOW + 2 * HOUR, values={"found_out": "And again."})
    with time_machine.travel(coming.starts_at - timedelta(minutes=29), tick=False):
        assert tasks.build_due_digests() == 1
        assert tasks.build_due_digests() == 0
    assert "And again." in content(coming).section("found_out").lines[0].text


@pytest.mark.parametrize("change", [{"state": "cancelled"}, {"starts_at": NOW - HOUR}])
def test_a_session_that_is_off_or_over_gets_none(north: Cast, coming: Appointment, change: dict[str, Any]) -> None:
    Appointment.objects.filter(pk=coming.pk).update(**change)
    assert tasks.build_due_digests() == 0


def test_a_session_cancelled_between_sweep_and_unit_gets_none(north: Cast, coming: Appointment) -> None:
    Appointment.objects.filter(pk=coming.pk).update(state="cancelled")
    assert tasks.build_some_digests(str(north.north.pk)) == 0
    assert not Digest.objects.exists()


def test_a_unit_that_runs_twice_builds_one_digest_and_one_message(north: Cast, coming: Appointment) -> None:
    for _again in range(2):
        tasks.build_some_digests(str(north.north.pk))
    assert (Digest.objects.count(), OutgoingMessage.objects.count()) == (1, 1)


def test_a_session_of_another_clinic_is_out_of_reach(north: Cast, coming: Appointment) -> None:
    assert tasks.build_some_digests(str(north.south.pk)) == 0
    assert not Digest.objects.exists()


def test_both_clinics_get_theirs(north: Cast, coming: Appointment) -> None:
    with acting_in(north.south.pk):
        other = session(north.yan, north.zoe, NOW + 3 * HOUR)
    assert tasks.build_due_digests() == 2
    with acting_in(north.south.pk):
        assert list(Digest.objects.values_list("pk", flat=True)) == [other.pk]


def test_one_neutral_message_a_therapist_and_day(north: Cast, coming: Appointment) -> None:
    session(north.ben, north.theo, NOW + 5 * HOUR)
    tasks.build_due_digests()
    session(north.ben, north.theo, NOW + 7 * HOUR)
    with time_machine.travel(NOW + HOUR, tick=False):
        tasks.build_due_digests()
    (message,) = OutgoingMessage.objects.all()
    assert (message.kind, message.user, message.key) == (
        OutgoingMessage.Kind.DIGEST,
        north.theo.user,
        f"digest:{north.theo.membership.pk}:2026-03-12",
    )


def test_at_night_the_message_waits_for_the_morning(north: Cast, coming: Appointment) -> None:
    Appointment.objects.filter(pk=coming.pk).update(starts_at=NOW + DAY)
    with time_machine.travel(NOW.replace(hour=23), tick=False):
        tasks.build_due_digests()
    message = OutgoingMessage.objects.get()
    assert (message.due_at, message.not_after) == ((NOW + DAY).replace(hour=7), NOW + DAY)


def test_a_message_that_would_come_after_the_session_is_not_written(north: Cast, coming: Appointment) -> None:
    Appointment.objects.filter(pk=coming.pk).update(starts_at=(NOW + DAY).replace(hour=6))
    with time_machine.travel(NOW.replace(hour=23), tick=False):
        tasks.build_due_digests()
    assert Digest.objects.exists()
    assert not OutgoingMessage.objects.exists()


def test_building_again_before_the_session_sends_no_second_message(north: Cast, coming: Appointment) -> None:
    tasks.build_due_digests()
    with time_machine.travel(coming.starts_at - timedelta(minutes=10), tick=False):
        tasks.build_due_digests()
    assert OutgoingMessage.objects.count() == 1


def test_what_is_stored_is_sealed(north: Cast, coming: Appointment) -> None:
    tasks.build_due_digests()
    with connection.cursor() as cursor:
        cursor.execute("SELECT content FROM reviews_digest")
        stored = bytes(cursor.fetchone()[0])
    assert b"second stop" not in stored
    with vault.session(), pytest.raises(vault.NotOpened):
        _ = Digest.objects.get().content


def test_the_record_names_the_program_as_the_reader(north: Cast, coming: Appointment) -> None:
    tasks.build_due_digests()
    event = AuditEvent.objects.get(verb="digest.built")
    assert (event.actor, event.actor_role, event.detail) == (
        None,
        "system",
        {"clients": [str(north.ada.membership.pk)]},
    )


def test_opening_brings_it_up_to_date_in_the_same_row(north: Cast, coming: Appointment) -> None:
    tasks.build_due_digests()
    with time_machine.travel(NOW + HOUR, tick=False):
        stored = build_digest(coming.pk, by=north.theo.actor)
    assert (stored.pk, stored.built_at) == (coming.pk, NOW + HOUR)
    assert Digest.objects.get().content == stored.content


def test_a_session_that_is_over_keeps_the_digest_it_had(north: Cast, coming: Appointment) -> None:
    tasks.build_due_digests()
    with time_machine.travel(coming.ends_at + HOUR, tick=False):
        stored = build_digest(coming.pk, by=north.theo.actor)
    assert stored.built_at == NOW


def test_it_is_written_in_the_therapists_language(north: Cast, coming: Appointment) -> None:
    english = content_after_build(north, coming)
    north.theo.user.language = "es"
    north.theo.user.save()
    assert content_after_build(north, coming) != english


def content_after_build(cast: Cast, row: Appointment) -> str:
    build_digest(row.pk, by=access.system(cast.north, "digest"))
    return content(row).section("celebrate").lines[0].text


def test_sixty_digests_take_as_many_queries_as_six(north: Cast) -> None:
    crowd(north, 60)
    ids = list(Appointment.objects.filter(starts_at__gt=NOW).order_by("pk").values_list("pk", flat=True))
    by = access.system(north.north, "digest")
    counts = []
    for some in (ids[:6], ids[6:]):
        with vault.session(), CaptureQueriesContext(connection) as asked:
            assert build_digests(by=by, appointment_ids=some) == len(some)
        counts.append(len(asked))
    assert counts[0] == counts[1] <= 25


def test_a_clinic_in_trouble_does_not_keep_the_others_waiting(
    north: Cast, coming: Appointment, monkeypatch: pytest.MonkeyPatch
) -> None:
    with acting_in(north.south.pk):
        session(north.yan, north.zoe, NOW + 3 * HOUR)
    listed = audit.opened_list

    def broken(**what: Any) -> None:
        if what["by"].clinic == north.north:
            raise RuntimeError
        listed(**what)

    monkeypatch.setattr(audit, "opened_list", broken)
    assert tasks.build_due_digests() == 1
