"""What a night's look shows: ratings and starts, by the digest's own rules, once, told on the therapist's first page."""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
import time_machine
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from clinic import access, nights, vault
from clinic.jobs import BY_TASK, ROUTES
from clinic.models import AuditEvent
from clinic.scope import acting_in
from homework.assignments.models import Assignment, Entry
from homework.reviews import nightly, tasks
from homework.reviews.actions import night
from homework.reviews.models import NightSignal
from tests.cast import Cast, Person
from tests.homework.assignments.pages import SignIn
from tests.homework.reviews.test_home import part, words
from tests.homework.reviews.test_therapist_pages import read
from tests.homework.reviews.weeks import DAY, NOW, agree, crowd, session, share

Kind = NightSignal.Kind
THREE = NOW.replace(hour=3)  # NOW is ten o'clock in London, where the clock is UTC in March


@pytest.fixture(autouse=True)
def clock() -> Iterator[None]:
    with time_machine.travel(NOW, tick=False):
        yield


@pytest.fixture(autouse=True)
def at_once(monkeypatch: pytest.MonkeyPatch) -> None:
    unit = tasks.night_signals_of_clinic
    monkeypatch.setattr(unit, "delay", lambda *ids: unit(*ids))


def rate(client: Person, work: Assignment, moods: list[tuple[int | None, int | None]], *, last: datetime) -> None:
    """One entry a day with mood before and after, the last one then."""
    for back, (before, after) in enumerate(reversed(moods)):
        said = {"mood_before": before, "mood_after": after}
        share(
            client, work, at=last - back * DAY, values={key: value for key, value in said.items() if value is not None}
        )


def asked_for_moods(cast: Cast, who: Person, *, days: int = 20) -> Assignment:
    return agree(who, cast.theo, at=NOW - days * DAY)


def look(at: datetime = NOW) -> list[NightSignal]:
    """The sweep then; everything that is open."""
    with time_machine.travel(at, tick=False):
        tasks.night_signals()
    return list(NightSignal.objects.order_by("noticed_on", "pk"))


def codes(row: NightSignal) -> set[tuple[str, str]]:
    return {(one.code, one.says) for one in nightly.read(row)}


# --- what shows ---------------------------------------------------------------------------------------------------------


@pytest.mark.finding("F16")
def test_three_pairs_hold_the_sentence_and_two_do_not(north: Cast) -> None:
    work = asked_for_moods(north, north.ada)
    rate(north.ada, work, [(5, 6), (4, 6)], last=NOW - DAY)
    assert look() == []
    rate(north.ada, work, [(4, 5)], last=NOW)
    found = look(NOW + DAY)[-1]
    assert ("F16", "up") in codes(found)
    pairs = next(one for one in nightly.read(found) if one.code == "F16")
    assert pairs.numbers == (1.3, 3)
    assert found.put_aside_at is not None, "nothing to look at: it is good news, and on the client's page"


@pytest.mark.finding("F16")
def test_mood_that_is_lower_after_is_told_as_plainly_and_a_fall_of_three_twice_is_d7(north: Cast) -> None:
    work = asked_for_moods(north, north.ada)
    rate(north.ada, work, [(6, 7), (7, 3), (6, 2)], last=NOW - DAY)
    [row] = look()
    assert {("F16", "down"), ("D7", "")} <= codes(row)
    assert row.put_aside_at is None


def test_a_fall_over_two_weeks_is_d8_and_a_rise_is_no_reason_for_a_line(north: Cast) -> None:
    work = asked_for_moods(north, north.ada)
    rate(north.ada, work, [(8, None), (8, None), (7, None), (6, None), (5, None), (4, None)], last=NOW - DAY)
    other = asked_for_moods(north, north.ben)
    rate(north.ben, other, [(3, None), (4, None), (5, None), (6, None), (7, None), (8, None)], last=NOW - DAY)
    rows = {row.episode_id: row for row in look()}
    assert north.ada.episode is not None and north.ben.episode is not None
    assert ("D8", "down") in codes(rows[north.ada.episode.pk])
    assert ("D8", "up") in codes(rows[north.ben.episode.pk])
    assert rows[north.ada.episode.pk].put_aside_at is None
    assert rows[north.ben.episode.pk].put_aside_at is not None


@pytest.mark.finding("F49")
def test_much_done_and_little_learned_twice_is_d9(north: Cast) -> None:
    work = agree(north.ada, north.theo, at=NOW - 10 * DAY)
    for back in (2, 1):
        share(north.ada, work, at=NOW - back * DAY, amount=5, engaged=3, learned=2)
    [row] = look()
    assert ("D9", "") in codes(row)


def test_drafts_are_not_looked_at(north: Cast) -> None:
    work = asked_for_moods(north, north.ada)
    rate(north.ada, work, [(6, 7), (7, 3), (6, 2)], last=NOW - DAY)
    Entry.objects.update(state=Entry.State.DRAFT, shared_at=None)
    assert look() == []


# --- once, in its own night ----------------------------------------------------------------------------------------------


def hurts(cast: Cast, who: Person, *, last: datetime = NOW - DAY) -> Assignment:
    work = asked_for_moods(cast, who)
    rate(who, work, [(6, 7), (7, 3), (6, 2)], last=last)
    return work


def test_what_was_shared_after_three_waits_for_the_next_night(north: Cast) -> None:
    work = agree(north.ada, north.theo, at=NOW - 10 * DAY)
    share(north.ada, work, at=NOW - timedelta(hours=1))
    assert tasks.night_signals() == 0
    with time_machine.travel(THREE + DAY - timedelta(minutes=1), tick=False):
        assert tasks.night_signals() == 0
    with time_machine.travel(THREE + DAY, tick=False):
        assert tasks.night_signals() == 1


def test_two_runs_look_once_and_the_record_says_who_was_looked_at(north: Cast) -> None:
    hurts(north, north.ada)
    assert [tasks.night_signals() for _run in range(2)] == [1, 0]
    assert NightSignal.objects.count() == 1
    [event] = AuditEvent.objects.filter(verb=nightly.LOOKED)
    assert event.detail["clients"] == [str(north.ada.membership.pk)]


def test_two_workers_at_once_write_one_row(north: Cast, monkeypatch: pytest.MonkeyPatch) -> None:
    hurts(north, north.ada)
    rows = list(nightly.to_look_at(north.north, NOW))
    by = access.system(north.north, "test")
    monkeypatch.setattr(night, "_newest", lambda _episodes: {})  # neither sees what the other is writing
    assert night._look_at(by, rows, NOW) == 1
    assert night._look_at(by, rows, NOW) == 0
    assert NightSignal.objects.count() == 1


def test_only_a_change_makes_a_new_row_and_what_is_over_is_put_aside(north: Cast) -> None:
    work = hurts(north, north.ada)
    first = look()[0]
    rate(north.ada, work, [(6, 2)], last=NOW)
    assert look(NOW + DAY) == [first], "the same again is no news"
    with time_machine.travel(NOW + 5 * DAY, tick=False):
        rate(north.ada, work, [(5, 6), (5, 6), (5, 6)], last=NOW + 4 * DAY)
    rows = look(NOW + 5 * DAY)
    assert len(rows) == 2
    assert all(row.put_aside_at for row in rows)
    assert ("D7", "") not in codes(rows[1])


def test_nobody_who_shared_nothing_since_is_opened(north: Cast) -> None:
    hurts(north, north.ada)
    look()
    with time_machine.travel(NOW + DAY, tick=False):
        assert tasks.night_signals() == 0
    assert AuditEvent.objects.filter(verb=nightly.LOOKED).count() == 1


def test_workers_that_were_away_for_nights_find_what_was_shared_meanwhile(north: Cast) -> None:
    hurts(north, north.ben)
    look()
    hurts(north, north.ada, last=NOW)
    assert len(look(NOW + 4 * DAY)) == 2


def test_a_batch_that_was_cut_short_goes_on_where_it_was(north: Cast, monkeypatch: pytest.MonkeyPatch) -> None:
    crowd(north, 3)
    monkeypatch.setattr(night, "BATCH", 2)
    by = access.system(north.north, "test")
    with monkeypatch.context() as patch:
        turns = iter([0.0, 0.0, 1e9])
        patch.setattr(night, "monotonic", lambda: next(turns))
        night.look(by=by)
    assert len(AuditEvent.objects.get(verb=nightly.LOOKED).detail["clients"]) == 2
    night.look(by=by)
    looked = [pk for event in AuditEvent.objects.filter(verb=nightly.LOOKED) for pk in event.detail["clients"]]
    assert len(looked) == len(set(looked)) == 3


def test_clinics_are_apart_and_each_has_its_own_night(north: Cast) -> None:
    hurts(north, north.ada)
    with acting_in(north.south.pk):
        assert not NightSignal.objects.exists()
        assert tasks.night_signals() == 1
        assert not NightSignal.objects.exists()
    north.south.time_zone = "Pacific/Auckland"
    assert nights.night_of(north.north, NOW) == THREE
    assert nights.night_of(north.south, NOW) == datetime(2026, 3, 11, 14, tzinfo=UTC)
    assert nights.week_of(north.north, NOW) == datetime(2026, 3, 9, 3, tzinfo=UTC)


def test_twenty_clients_cost_as_many_queries_as_six(north: Cast) -> None:
    def counted() -> int:
        by = access.system(north.north, "test")
        with vault.session(), acting_in(north.north.pk), CaptureQueriesContext(connection) as seen:
            night.look(by=by)
        return len([one for one in seen if not one["sql"].startswith(("SAVEPOINT", "RELEASE"))])

    crowd(north, 6)
    six = counted()
    with time_machine.travel(NOW + 3 * DAY, tick=False):
        crowd(north, 20, NOW + 3 * DAY, first=6)
        assert counted() == six


# --- starts --------------------------------------------------------------------------------------------------------------

MONDAY = datetime(2026, 3, 9, 3, tzinfo=UTC)


def started(cast: Cast, who: Person, weeks: tuple[int, ...]) -> Assignment:
    """So many entries in each of the weeks before this Monday, the last one last."""
    work = agree(who, cast.theo, at=MONDAY - 30 * DAY)
    for back, number in enumerate(reversed(weeks), start=1):
        for day in range(number):
            share(who, work, at=MONDAY - back * 7 * DAY + day * DAY + timedelta(hours=6))
    return work


def watch(at: datetime = NOW) -> list[NightSignal]:
    with time_machine.travel(at, tick=False):
        tasks.start_rate_watch()
    return list(NightSignal.objects.filter(kind=Kind.STARTS).order_by("noticed_on"))


@pytest.mark.finding("F66")
@pytest.mark.parametrize(
    ("weeks", "told"), [((4, 3, 2), True), ((4, 3, 4), False), ((3, 3, 2), False), ((3, 2, 0), True)]
)
def test_starts_that_fall_three_weeks_in_a_row_are_told(north: Cast, weeks: tuple[int, ...], told: bool) -> None:
    work = started(north, north.ada, weeks)
    before = Assignment.objects.values("next_due_at", "next_reminder_at", "listens_since").get(pk=work.pk)
    rows = watch()
    assert bool(rows) is told
    assert Assignment.objects.values(*before).get(pk=work.pk) == before, "no reminder changes"
    if told:
        assert nightly.read(rows[0])[0].numbers == tuple(float(number) for number in weeks)


@pytest.mark.finding("F66")
def test_it_is_said_once_a_week_and_not_again_while_it_goes_on(north: Cast) -> None:
    started(north, north.ada, (5, 4, 3))
    assert [len(watch(NOW + hours * timedelta(hours=1))) for hours in range(2)] == [1, 1]
    assert AuditEvent.objects.filter(verb=night.WATCHED).count() == 1
    assert len(watch(NOW + 7 * DAY)) == 1, "4, 3, 0 goes on with what is told already"
    assert not AuditEvent.objects.filter(verb=nightly.LOOKED).exists(), "from plain columns: nobody was opened"


@pytest.mark.finding("F66")
def test_without_three_weeks_of_agreed_work_nothing_is_said(north: Cast) -> None:
    started(north, north.ada, (4, 3, 2))
    Assignment.objects.update(agreed_at=MONDAY - 20 * DAY)
    assert watch() == []


# --- on the therapist's first page ---------------------------------------------------------------------------------------


@pytest.fixture
def theo(north: Cast, sign_in: SignIn) -> Client:
    browser = sign_in(north.theo)
    browser.get(reverse("library"))
    return browser


def listed(browser: Client) -> str:
    return words(read(browser, "therapist_home"), "att")


def test_a_line_says_what_showed_and_leads_to_their_weeks(north: Cast, theo: Client) -> None:
    work = hurts(north, north.ada)
    look()
    page = read(theo, "therapist_home")
    said = words(page, "att")
    assert "Ada" in said
    assert "Felt worse afterwards more than once" in said
    assert reverse("client_page", args=[work.episode_id]) in part(page, "att")
    assert "%(" not in said


def test_put_aside_it_is_gone_for_the_team_and_stays_in_the_record(north: Cast, theo: Client) -> None:
    hurts(north, north.ada)
    [row] = look()
    answer = theo.post(reverse("night_aside", args=[row.pk]))
    assert answer.status_code == 303
    assert "Felt worse" not in listed(theo)
    theo.post(reverse("night_aside", args=[row.pk]))
    assert AuditEvent.objects.filter(verb="night_signal.put_aside").count() == 1
    assert NightSignal.objects.get().put_aside_at is not None


def test_before_a_session_within_a_day_the_digest_says_it(north: Cast, theo: Client) -> None:
    hurts(north, north.ada)
    look()
    session(north.ada, north.theo, NOW + timedelta(hours=20))
    assert "Felt worse" not in listed(theo)


def test_after_a_session_it_was_talked_about_and_is_not_shown_again(north: Cast, theo: Client) -> None:
    hurts(north, north.ada)
    look()
    made = session(north.ada, north.theo, NOW + 2 * DAY)
    assert "Felt worse" in listed(theo)
    NightSignal.objects.update(created_at=NOW - 2 * DAY)
    made.starts_at = NOW - DAY
    made.save()
    assert "Felt worse" not in listed(theo)


def test_a_coach_and_a_colleague_see_nothing_of_it(north: Cast, sign_in: SignIn) -> None:
    hurts(north, north.ada)
    [row] = look()
    for who in (north.kit, north.cora):
        browser = sign_in(who)
        assert "Felt worse" not in browser.get(reverse("therapist_home")).content.decode()
        assert browser.post(reverse("night_aside", args=[row.pk])).status_code == 404


def test_falling_starts_are_a_line_with_their_numbers(north: Cast, theo: Client) -> None:
    started(north, north.ada, (4, 3, 2))
    watch()
    assert "Starts are falling: 4, 3, 2." in listed(theo)


def test_the_register_knows_the_jobs() -> None:
    for task in (tasks.night_signals, tasks.start_rate_watch, tasks.listen_first_switch):
        assert task.name in BY_TASK
    assert tasks.night_signals_of_clinic.name in ROUTES


def test_what_is_kept_is_sealed(north: Cast) -> None:
    hurts(north, north.ada)
    look()
    with connection.cursor() as cursor:
        cursor.execute("SELECT content FROM reviews_nightsignal")
        raw: Any = bytes(cursor.fetchone()[0])
    assert raw[:1] == b"\x01"
    assert b"D7" not in raw
