"""Sessions: weekly ones keep their local time when clocks change, nobody has two at once, each can be moved alone."""

from collections.abc import Callable
from datetime import UTC, date, datetime, time, timedelta
from itertools import pairwise
from typing import Any
from uuid import uuid4
from zoneinfo import ZoneInfo

import pytest
import time_machine
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from clinic import access
from clinic.actions import appointments, care_team, series
from clinic.models import Appointment, AppointmentSeries, CareTeamMember, Clinic, Episode, Site
from clinic.refusal import ActionRefused
from clinic.scope import acting_in
from clinic.wall_clock import instant
from tests.cast import Cast, Person

SignIn = Callable[[Person | None], Client]
LONDON = ZoneInfo("Europe/London")
AUTUMN = datetime(2031, 10, 1, 12, tzinfo=UTC)  # clocks go back on 26 October 2031 in London
SPRING = datetime(2031, 3, 5, 12, tzinfo=UTC)  # and forward on 30 March 2031


def episode_of(person: Person) -> Episode:
    return Episode.objects.select_related("client", "clinic", "site").get(pk=person.episode.pk)  # type: ignore[union-attr]


def weekly(cast: Cast, person: Person, **more: Any) -> AppointmentSeries:
    """A weekly session with Theo, on the weekday of today at ten."""
    today = timezone.now().astimezone(LONDON).date() + timedelta(days=1)
    values = {"weekday": today.weekday(), "local_time": time(10), "starts_on": today, **more}
    return series.start_series(by=cast.theo.actor, episode=episode_of(person), therapist=cast.theo.membership, **values)


def book(cast: Cast, person: Person, at: datetime, minutes: int = 50, **more: Any) -> Appointment:
    values = {"by": cast.theo.actor, "therapist": cast.theo.membership, **more}
    return appointments.book(episode=episode_of(person), starts_at=at, minutes=minutes, **values)


def rows_of(row: AppointmentSeries) -> list[Appointment]:
    return list(Appointment.objects.filter(series=row).order_by("series_date"))


def extend(clinic: Clinic) -> int:
    return series.extend_series(by=access.system(clinic, "test"))


# --- weekly -----------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("start", [AUTUMN, SPRING])
def test_a_weekly_session_keeps_its_local_time_when_clocks_change(north: Cast, start: datetime) -> None:
    with time_machine.travel(start, tick=False):
        rows = rows_of(weekly(north, north.ada))
    walls = {row.starts_at.astimezone(LONDON).time() for row in rows}
    offsets = {row.starts_at.astimezone(LONDON).utcoffset() for row in rows}
    assert walls == {time(10)}
    assert len(offsets) == 2, "the weeks span a change of clocks"
    assert all((after.series_date - before.series_date).days == 7 for before, after in pairwise(rows))


def test_a_session_in_the_hour_that_is_skipped_comes_at_the_first_minute_after_it(north: Cast) -> None:
    sunday = date(2031, 3, 30)
    with time_machine.travel(SPRING, tick=False):
        rows = rows_of(weekly(north, north.ada, weekday=6, local_time=time(1, 30), starts_on=sunday))
    assert rows[0].starts_at == datetime(2031, 3, 30, 1, 0, tzinfo=UTC)
    assert rows[0].starts_at.astimezone(LONDON).time() == time(2, 0)
    assert rows[1].starts_at.astimezone(LONDON).time() == time(1, 30)


def test_a_session_in_the_hour_that_is_repeated_comes_the_first_time(north: Cast) -> None:
    with time_machine.travel(AUTUMN, tick=False):
        rows = rows_of(weekly(north, north.ada, weekday=6, local_time=time(1, 30), starts_on=date(2031, 10, 26)))
    assert rows[0].starts_at == datetime(2031, 10, 26, 0, 30, tzinfo=UTC)


@pytest.mark.parametrize("zone", ["Pacific/Apia", "America/St_Johns", "Australia/Lord_Howe", "Africa/Casablanca"])
def test_every_wall_time_has_one_instant_in_every_zone(zone: str) -> None:
    place = ZoneInfo(zone)
    for number in range(365 * 2):
        day = date(2031, 1, 1) + timedelta(days=number)
        for hour in (0, 1, 2, 3, 23):
            found = instant(day, time(hour, 30), zone).astimezone(place)
            late = found - datetime.combine(day, time(hour, 30), place)
            assert timedelta(0) <= late <= timedelta(hours=1)


def test_the_series_is_made_eight_weeks_ahead(north: Cast) -> None:
    with time_machine.travel(AUTUMN, tick=False):
        rows = rows_of(weekly(north, north.ada))
    assert len(rows) == 8
    assert rows[0].series_date == date(2031, 10, 2)
    assert {row.therapist_id for row in rows} == {north.theo.membership.pk}


def test_the_sweep_goes_on_from_the_last_session_and_twice_adds_nothing(north: Cast) -> None:
    with time_machine.travel(AUTUMN, tick=False) as clock:
        row = weekly(north, north.ada)
        assert extend(north.north) == 0
        clock.shift(timedelta(days=15))
        assert extend(north.north) == 3
        assert extend(north.north) == 0
        clock.shift(timedelta(weeks=20))
        assert extend(north.north) == 20, "a sweep that did not run for long leaves no gap"
    rows = rows_of(row)
    assert all((after.series_date - before.series_date).days == 7 for before, after in pairwise(rows))


def test_the_sweep_takes_the_same_queries_for_one_and_for_many(north: Cast, django_assert_num_queries: Any) -> None:
    with time_machine.travel(AUTUMN, tick=False) as clock:
        weekly(north, north.ada)
        clock.shift(timedelta(days=15))
        with django_assert_num_queries(5):  # look, add, record, and the savepoint
            extend(north.north)
        for hour in range(11, 18):
            weekly(north, north.ben, local_time=time(hour))
        clock.shift(timedelta(days=15))
        with django_assert_num_queries(5):  # look, add, record, and the savepoint
            assert extend(north.north) > 8


def test_a_moved_or_cancelled_session_of_a_series_is_not_made_again(north: Cast) -> None:
    with time_machine.travel(AUTUMN, tick=False) as clock:
        row = weekly(north, north.ada)
        first, second = rows_of(row)[:2]
        appointments.move(by=north.theo.actor, appointment=first, starts_at=first.starts_at + timedelta(days=1))
        appointments.cancel(by=north.theo.actor, appointment=second)
        clock.shift(timedelta(hours=1))
        assert extend(north.north) == 0
        assert [one.state for one in rows_of(row)[:2]] == ["planned", "cancelled"]


def test_a_series_with_a_last_day_stops_there(north: Cast) -> None:
    with time_machine.travel(AUTUMN, tick=False) as clock:
        row = weekly(north, north.ada, ends_on=date(2031, 10, 20))
        assert [one.series_date for one in rows_of(row)] == [date(2031, 10, day) for day in (2, 9, 16)]
        clock.shift(timedelta(weeks=12))
        assert extend(north.north) == 0


def test_ending_a_series_cancels_what_is_to_come_and_keeps_what_has_been(north: Cast) -> None:
    with time_machine.travel(AUTUMN, tick=False) as clock:
        row = weekly(north, north.ada)
        clock.shift(timedelta(days=10))
        appointments.mark_held(by=access.system(north.north, "test"))
        assert series.end_series(by=north.theo.actor, series=row) == 6
        assert [one.state for one in rows_of(row)] == ["held", "held"] + ["cancelled"] * 6
        clock.shift(timedelta(weeks=9))
        assert extend(north.north) == 0
        with pytest.raises(ActionRefused):
            series.end_series(by=north.theo.actor, series=row)


def test_a_series_of_an_ended_episode_is_not_extended(north: Cast) -> None:
    with time_machine.travel(AUTUMN, tick=False) as clock:
        row = weekly(north, north.ada)
        care_team.end_episode(by=north.theo.actor, episode=episode_of(north.ada))
        assert {one.state for one in rows_of(row)} == {"cancelled"}
        clock.shift(timedelta(weeks=9))
        assert extend(north.north) == 0


# --- one at a time ----------------------------------------------------------------------------------------------------

NINE = datetime(2031, 10, 6, 9, tzinfo=UTC)


@pytest.mark.parametrize(("minutes_later", "taken"), [(-50, False), (-49, True), (0, True), (49, True), (50, False)])
def test_a_therapist_has_one_session_at_a_time(north: Cast, minutes_later: int, taken: bool) -> None:
    with time_machine.travel(AUTUMN, tick=False):
        book(north, north.ada, NINE)
        at = NINE + timedelta(minutes=minutes_later)
        if taken:
            with pytest.raises(ActionRefused) as refusal:
                book(north, north.ben, at)
            assert "6 October 2031 at 10:00" in refusal.value.message_for_user, "in the time of the site"
            assert "Ada" not in refusal.value.message_for_user
        else:
            book(north, north.ben, at)


def test_a_client_has_one_session_at_a_time(north: Cast) -> None:
    with time_machine.travel(AUTUMN, tick=False):
        book(north, north.ada, NINE)
        with pytest.raises(ActionRefused):
            book(north, north.ada, NINE, by=north.kit.actor, therapist=north.kit.membership)


def test_a_cancelled_session_leaves_its_time_free(north: Cast) -> None:
    with time_machine.travel(AUTUMN, tick=False):
        appointments.cancel(by=north.theo.actor, appointment=book(north, north.ada, NINE))
        book(north, north.ben, NINE)


def test_a_session_does_not_clash_with_itself_when_it_moves(north: Cast) -> None:
    with time_machine.travel(AUTUMN, tick=False):
        row = book(north, north.ada, NINE)
        later = NINE + timedelta(minutes=20)
        moved = appointments.move(by=north.theo.actor, appointment=row, starts_at=later)
        assert moved.starts_at == later


def test_a_weekly_session_is_refused_when_any_week_of_the_coming_year_is_taken(north: Cast) -> None:
    with time_machine.travel(AUTUMN, tick=False):
        far = datetime(2032, 3, 4, 10, 30, tzinfo=UTC)
        book(north, north.ben, far)
        with pytest.raises(ActionRefused) as refusal:
            weekly(north, north.ada)
        assert "4 March 2032" in refusal.value.message_for_user
        assert not AppointmentSeries.objects.exists()


def test_nothing_is_booked_where_a_weekly_session_will_be(north: Cast) -> None:
    """The weekly session twenty weeks from now is not a row yet, and is respected all the same."""
    with time_machine.travel(AUTUMN, tick=False):
        row = weekly(north, north.ada)
        day = date(2031, 10, 2) + timedelta(weeks=20)
        assert not Appointment.objects.filter(series=row, series_date=day).exists()
        with pytest.raises(ActionRefused):
            book(north, north.ben, instant(day, time(10, 20), "Europe/London"))
        book(north, north.ben, instant(day, time(11), "Europe/London"))


def test_two_weekly_sessions_at_the_same_time_are_refused(north: Cast) -> None:
    with time_machine.travel(AUTUMN, tick=False):
        weekly(north, north.ada)
        with pytest.raises(ActionRefused):
            weekly(north, north.ben)


@pytest.mark.parametrize("minutes", [0, 4, 241])
def test_a_session_has_a_length_that_makes_sense(north: Cast, minutes: int) -> None:
    with pytest.raises(ActionRefused) as refusal:
        book(north, north.ada, timezone.now() + timedelta(days=1), minutes)
    assert refusal.value.status == 422


@pytest.mark.parametrize("who", ["cora", "sol", "amy", "zoe"])
def test_only_somebody_who_treats_the_client_gives_sessions(north: Cast, who: str) -> None:
    with pytest.raises(ActionRefused) as refusal:
        book(north, north.ada, timezone.now() + timedelta(days=1), therapist=getattr(north, who).membership)
    assert refusal.value.field == "therapist"


@pytest.mark.finding("F70")
def test_a_coachs_sessions_end_with_their_last_day(north: Cast) -> None:
    last = CareTeamMember.objects.get(member=north.kit.membership).ends_on
    assert last is not None
    mine: dict[str, Any] = {"by": north.kit.actor, "therapist": north.kit.membership}
    after = instant(last + timedelta(days=1), time(15), "Europe/London")
    with pytest.raises(ActionRefused) as refusal:
        book(north, north.ada, after, **mine)
    assert refusal.value.field == "day"
    row = book(north, north.ada, instant(last, time(15), "Europe/London"), **mine)
    with pytest.raises(ActionRefused):
        appointments.move(by=north.kit.actor, appointment=row, starts_at=after)
    today = timezone.now().astimezone(LONDON).date()
    weekly_one = series.start_series(
        episode=episode_of(north.ada), weekday=today.weekday(), local_time=time(8), starts_on=today, **mine
    )
    assert weekly_one.ends_on == last


def test_sessions_of_somebody_who_leaves_a_team_are_cancelled(north: Cast) -> None:
    mine: dict[str, Any] = {"by": north.kit.actor, "therapist": north.kit.membership}
    theirs = book(north, north.ada, timezone.now() + timedelta(days=2), **mine)
    others = book(north, north.ada, timezone.now() + timedelta(days=3))
    care_team.end_member(by=north.theo.actor, place=CareTeamMember.objects.get(member=north.kit.membership))
    theirs.refresh_from_db()
    others.refresh_from_db()
    assert (theirs.state, others.state) == ("cancelled", "planned")


def test_an_ended_episode_has_no_new_sessions(north: Cast) -> None:
    care_team.end_episode(by=north.theo.actor, episode=episode_of(north.ada))
    with pytest.raises(ActionRefused):
        book(north, north.ada, timezone.now() + timedelta(days=1))


# --- afterwards -------------------------------------------------------------------------------------------------------


def test_sessions_that_are_over_count_as_held_once(north: Cast) -> None:
    with time_machine.travel(AUTUMN, tick=False) as clock:
        row = book(north, north.ada, AUTUMN + timedelta(minutes=10), 50)
        other = book(north, north.ben, AUTUMN + timedelta(hours=5))
        by = access.system(north.north, "test")
        clock.shift(timedelta(minutes=59))
        assert appointments.mark_held(by=by) == 0, "still going on"
        clock.shift(timedelta(minutes=1))
        assert appointments.mark_held(by=by) == 1
        assert appointments.mark_held(by=by) == 0
    row.refresh_from_db()
    other.refresh_from_db()
    assert (row.state, other.state) == ("held", "planned")


def test_a_session_that_did_not_take_place_is_taken_out(north: Cast) -> None:
    with time_machine.travel(AUTUMN, tick=False) as clock:
        row = book(north, north.ada, AUTUMN + timedelta(minutes=10))
        clock.shift(timedelta(hours=2))
        appointments.mark_held(by=access.system(north.north, "test"))
        appointments.cancel(by=north.theo.actor, appointment=row)
        assert not Appointment.objects.past().filter(pk=row.pk).exists()
        with pytest.raises(ActionRefused):
            appointments.cancel(by=north.theo.actor, appointment=row)
        with pytest.raises(ActionRefused):
            appointments.move(by=north.theo.actor, appointment=row, starts_at=NINE)


# --- the page ---------------------------------------------------------------------------------------------------------


def typed(prefix: str, cast: Cast, day: date, **more: str) -> dict[str, str]:
    values = {"therapist": str(cast.theo.membership.pk), "day": day.isoformat(), "at": "10:00", "minutes": "50"}
    return {f"{prefix}-{name}": value for name, value in {**values, **more}.items()}


def test_a_therapist_arranges_moves_and_cancels_on_one_page(cast: Cast, sign_in: SignIn) -> None:
    browser, pk = sign_in(cast.theo), cast.ada.episode.pk  # type: ignore[union-attr]
    day = timezone.now().astimezone(LONDON).date() + timedelta(days=3)
    assert browser.post(reverse("session_series", args=[pk]), typed("weekly", cast, day)).status_code == 303
    answer = browser.post(reverse("session_book", args=[pk]), typed("once", cast, day, at="15:00", minutes="30"))
    assert answer.status_code == 303
    with acting_in(cast.north.pk):
        assert Appointment.objects.filter(episode=pk).count() == 9
        row = Appointment.objects.get(episode=pk, series=None)
        assert row.starts_at == instant(day, time(15), "Europe/London")
        rule = AppointmentSeries.objects.get(episode=pk)
    page = browser.get(reverse("sessions", args=[pk])).content.decode()
    assert "15:00" in page
    assert "10:00" in page
    later = {f"{row.pk}-day": (day + timedelta(days=1)).isoformat(), f"{row.pk}-at": "16:30"}
    assert browser.post(reverse("session_move", args=[row.pk]), later).status_code == 303
    assert browser.post(reverse("session_cancel", args=[row.pk])).status_code == 303
    assert browser.post(reverse("session_series_end", args=[rule.pk])).status_code == 303
    with acting_in(cast.north.pk):
        assert not Appointment.objects.filter(episode=pk).upcoming().exists()


def test_what_was_typed_stays_when_a_time_is_taken(cast: Cast, sign_in: SignIn) -> None:
    browser, pk = sign_in(cast.theo), cast.ada.episode.pk  # type: ignore[union-attr]
    day = timezone.now().astimezone(LONDON).date() + timedelta(days=3)
    browser.post(reverse("session_book", args=[pk]), typed("once", cast, day))
    answer = browser.post(reverse("session_book", args=[pk]), typed("once", cast, day, at="10:20", minutes="45"))
    assert answer.status_code == 409
    page = answer.content.decode()
    assert "There is already a session on" in page
    assert 'value="10:20"' in page
    assert 'value="45"' in page


@pytest.mark.parametrize(
    ("days", "at", "field"), [(-1, "10:00", "day"), (0, "00:00", "at"), (1000, "10:00", "day"), (3, "25:99", "at")]
)
def test_a_time_that_cannot_be_meant_is_refused(cast: Cast, sign_in: SignIn, days: int, at: str, field: str) -> None:
    pk = cast.ada.episode.pk  # type: ignore[union-attr]
    with time_machine.travel(AUTUMN):
        day = AUTUMN.date() + timedelta(days=days)
        answer = sign_in(cast.theo).post(reverse("session_book", args=[pk]), typed("once", cast, day, at=at))
    assert answer.status_code == 422
    assert field in answer.context["book_form"].errors


def test_the_page_shows_the_time_of_the_site_not_of_the_server(cast: Cast, sign_in: SignIn) -> None:
    with acting_in(cast.north.pk):
        Site.objects.filter(clinic=cast.north).update(time_zone="Asia/Kathmandu")
        Appointment.objects.create(
            clinic=cast.north,
            episode=cast.ada.episode,
            therapist=cast.theo.membership,
            starts_at=datetime(2031, 10, 6, 9, tzinfo=UTC),
        )
    with time_machine.travel(AUTUMN):
        page = sign_in(cast.theo).get(reverse("sessions", args=[cast.ada.episode.pk]))  # type: ignore[union-attr]
    assert "14:45" in page.content.decode()


@pytest.mark.parametrize(
    ("who", "status"), [("sol", 403), ("cora", 404), ("zoe", 404), ("amy", 404), ("ada", 404), ("ben", 404)]
)
def test_nobody_else_arranges_sessions(cast: Cast, sign_in: SignIn, who: str, status: int) -> None:
    pk = cast.ada.episode.pk  # type: ignore[union-attr]
    with acting_in(cast.north.pk):
        row = Appointment.objects.create(
            clinic=cast.north,
            episode=cast.ada.episode,
            therapist=cast.theo.membership,
            starts_at=timezone.now() + timedelta(days=1),
        )
    browser = sign_in(getattr(cast, who))
    day = timezone.now().date() + timedelta(days=3)
    assert browser.get(reverse("sessions", args=[pk])).status_code == status
    assert browser.post(reverse("session_book", args=[pk]), typed("once", cast, day)).status_code == status
    assert browser.post(reverse("session_series", args=[pk]), typed("weekly", cast, day)).status_code == status
    assert browser.post(reverse("session_cancel", args=[row.pk])).status_code == status
    assert browser.post(reverse("session_move", args=[row.pk]), {}).status_code == status
    assert browser.post(reverse("session_cancel", args=[uuid4()])).status_code == 404
    with acting_in(cast.north.pk):
        assert [one.state for one in Appointment.objects.all()] == ["planned"]


def test_the_page_takes_the_same_queries_with_many_sessions(
    cast: Cast, sign_in: SignIn, django_assert_max_num_queries: Any
) -> None:
    browser, pk = sign_in(cast.theo), cast.ada.episode.pk  # type: ignore[union-attr]
    browser.get(reverse("sessions", args=[pk]))

    def count() -> int:
        with django_assert_max_num_queries(100) as found:
            assert browser.get(reverse("sessions", args=[pk])).status_code == 200
        return len(found.captured_queries)

    before = count()
    with acting_in(cast.north.pk):
        Appointment.objects.bulk_create(
            Appointment(
                clinic=cast.north,
                episode=cast.ada.episode,
                therapist=cast.theo.membership,
                starts_at=timezone.now() + timedelta(hours=number),
            )
            for number in range(-200, 200)
        )
    assert count() == before
