"""A calendar address of one's own: times and one neutral word, for whoever has it, until it is taken back."""

from collections.abc import Callable, Iterator
from datetime import UTC, datetime, time, timedelta
from typing import Any
from uuid import UUID
from zoneinfo import ZoneInfo

import icalendar
import pytest
import time_machine
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from clinic import calendar_feed, vault
from clinic.actions import appointments, care_team, contact, people
from clinic.actions import feed as feeds
from clinic.models import Appointment, AuditEvent, CalendarFeed, ContactPrefs, Episode
from clinic.refusal import ActionRefused
from homework.assignments.actions import plan as planning
from homework.assignments.models import Plan
from tests.cast import Cast, Person
from tests.homework.assignments import given
from tests.homework.reviews.weeks import DAY, share

SignIn = Callable[[Person | None], Client]
pytestmark = pytest.mark.finding("F36")

NOW = datetime(2026, 3, 20, 9, 0, tzinfo=UTC)  # a Friday; Berlin's clocks change on the 29th
BERLIN = ZoneInfo("Europe/Berlin")


@pytest.fixture(autouse=True)
def clock() -> Iterator[None]:
    with time_machine.travel(NOW, tick=False):
        yield


def made(person: Person, **more: Any) -> CalendarFeed:
    seen = "no" if person.actor.is_client else ""
    return feeds.make(by=person.actor, **{"seen": seen, **more})


def path(feed: CalendarFeed) -> str:
    return reverse("calendar_feed", args=[calendar_feed.token_of(feed)])


def read(client: Client, feed: CalendarFeed) -> list[icalendar.Event]:
    answer = client.get(path(feed))
    assert answer.status_code == 200
    return list(icalendar.Calendar.from_ical(answer.content).walk("VEVENT"))


def begins(client: Client, feed: CalendarFeed) -> list[datetime]:
    return [entry.start for entry in read(client, feed)]


def episode_of(person: Person) -> Episode:
    assert person.episode is not None
    return person.episode


def in_berlin(person: Person) -> None:
    type(person.user).objects.filter(pk=person.user.pk).update(time_zone="Europe/Berlin")
    person.user.time_zone = "Europe/Berlin"


def daily(north: Cast, at: time = time(19, 30), **more: Any) -> Any:
    in_berlin(north.ada)
    return given.agreed(north, local_time=at, **more)


# --- what is in it ----------------------------------------------------------------------------------------------------


def test_a_client_gets_the_times_of_their_sessions_under_the_clinics_neutral_name(north: Cast, client: Client) -> None:
    row = given.session(north, NOW + 2 * DAY)
    (entry,) = read(client, made(north.ada))
    assert (entry.start, entry.end) == (row.starts_at, row.ends_at)
    assert str(entry["SUMMARY"]) == north.north.app_name == "Notes"
    assert (entry["CLASS"], entry["TRANSP"]) == ("PRIVATE", "OPAQUE")
    assert set(entry) == {
        "UID", "DTSTAMP", "DTSTART", "DTEND", "SUMMARY", "SEQUENCE", "LAST-MODIFIED", "CLASS", "TRANSP",
    }  # fmt: skip


def test_a_therapist_gets_their_own_sessions_and_nobody_elses(north: Cast, client: Client) -> None:
    given.session(north, NOW + 2 * DAY)
    Appointment.objects.create(
        clinic=north.north, episode=north.ben.episode, therapist=north.cora.membership, starts_at=NOW + 3 * DAY
    )
    (entry,) = read(client, made(north.theo))
    assert (entry.start, str(entry["SUMMARY"])) == (NOW + 2 * DAY, "Appointment")
    north.theo.user.language = "es"
    assert made(north.theo, title="Busy").title == "Busy"


def test_sessions_from_two_weeks_back_to_eight_ahead_without_the_cancelled(north: Cast, client: Client) -> None:
    kept = [given.session(north, NOW + timedelta(days=days)).starts_at for days in (-13, 1, 55)]
    for days in (-15, 57):
        given.session(north, NOW + timedelta(days=days))
    off = given.session(north, NOW + 4 * DAY)
    feed = made(north.ada)
    assert begins(client, feed) == sorted([*kept, off.starts_at])
    appointments.cancel(by=north.theo.actor, appointment=off)
    assert begins(client, feed) == kept


def test_a_moved_session_keeps_its_name_and_counts_up(north: Cast, client: Client) -> None:
    row, feed = given.session(north, NOW + 2 * DAY), made(north.theo)
    (before,) = read(client, feed)
    for hours in (1, 2):
        with time_machine.travel(NOW + timedelta(minutes=hours), tick=False):
            appointments.move(by=north.theo.actor, appointment=row, starts_at=NOW + 2 * DAY + timedelta(hours=hours))
    (after,) = read(client, feed)
    assert (before["UID"], before["SEQUENCE"]) == (after["UID"], 0)
    assert (after["SEQUENCE"], after.start) == (2, NOW + 2 * DAY + timedelta(hours=2))
    assert after.last_modified == NOW + timedelta(minutes=2) > before.last_modified


def test_two_addresses_of_the_same_session_cannot_be_joined(north: Cast, client: Client) -> None:
    row = given.session(north, NOW + 2 * DAY)
    (hers,), (his,) = read(client, made(north.ada)), read(client, made(north.theo))
    assert hers["UID"] != his["UID"]
    for uid in (str(hers["UID"]), str(his["UID"])):
        assert UUID(uid) not in {row.pk, row.episode_id, north.ada.membership.pk, north.theo.membership.pk}


def test_work_is_in_it_only_when_asked_for_and_only_with_a_time(north: Cast, client: Client) -> None:
    daily(north)
    assert read(client, made(north.ada)) == []
    given.agreed(north, "w01", local_time=None)
    entries = read(client, made(north.ada, sessions=False, work=True))
    assert {entry.start.astimezone(BERLIN).time() for entry in entries} == {time(19, 30)}
    assert {str(entry["TRANSP"]) for entry in entries} == {"TRANSPARENT"}
    assert len(entries) == 57


def test_the_wall_time_stays_when_the_clocks_change(north: Cast, client: Client) -> None:
    daily(north)
    found = begins(client, made(north.ada, work=True))
    hours = {at.date().isoformat(): at.astimezone(UTC).hour for at in found}
    assert (hours["2026-03-28"], hours["2026-03-29"]) == (18, 17)
    assert all(at.utcoffset() == timedelta(0) for at in found)


def test_a_time_the_clock_leaves_out_is_the_first_minute_after(north: Cast, client: Client) -> None:
    daily(north, time(2, 30))
    on = [at for at in begins(client, made(north.ada, work=True)) if at.date().isoformat() == "2026-03-29"]
    assert [at.astimezone(BERLIN).strftime("%H:%M") for at in on] == ["03:00"]


def test_a_changed_time_is_a_change_and_no_second_entry(north: Cast, client: Client) -> None:
    work, feed = daily(north), made(north.ada, work=True)
    before = {entry["UID"]: entry for entry in read(client, feed)}
    planning.change(by=north.ada.actor, assignment=given.fresh(work), **changed_to(time(20, 0)))
    after = {entry["UID"]: entry for entry in read(client, feed)}
    assert set(before) == set(after)
    assert {entry["SEQUENCE"] for entry in after.values()} == {1}


def changed_to(at: time) -> dict[str, Any]:
    return {"words": given.words(local_time=at)}


@pytest.mark.parametrize("how", ["paused", "ended", "proposed"])
def test_work_that_is_not_under_way_is_not_in_it(north: Cast, client: Client, how: str) -> None:
    work, feed = daily(north), made(north.ada, work=True)
    assert read(client, feed)
    type(work).objects.filter(pk=work.pk).update(state=how)
    assert read(client, feed) == []


def test_everything_rests_while_everything_rests(north: Cast, client: Client) -> None:
    daily(north)
    feed = made(north.ada, work=True)
    contact.pause_messages(by=north.ada.actor, days=7)
    assert min(begins(client, feed)).astimezone(BERLIN).date().isoformat() == "2026-03-27"


def test_what_is_done_or_over_leaves_no_trace_of_what_was_not_done(north: Cast, client: Client) -> None:
    work, feed = daily(north), made(north.ada, work=True)
    share(north.ada, work, at=NOW)
    assert min(begins(client, feed)).astimezone(BERLIN).date().isoformat() == "2026-03-21"
    with time_machine.travel(NOW + 9 * DAY, tick=False):
        assert min(begins(client, feed)) > NOW + 9 * DAY


def test_work_agreed_once_leaves_when_it_is_done(north: Cast, client: Client) -> None:
    work = daily(north, frequency=Plan.Frequency.ONCE, weekdays=(6,))
    feed = made(north.ada, work=True)
    assert len(read(client, feed)) == 1
    share(north.ada, work, at=NOW)
    assert read(client, feed) == []


def test_a_therapists_address_never_holds_work(north: Cast, client: Client) -> None:
    daily(north)
    feed = made(north.theo, work=True)
    assert not feed.work
    assert read(client, feed) == []


def test_nothing_of_the_record_is_in_any_address(north: Cast, client: Client) -> None:
    """A record of strings that occur nowhere else, and none of them in either file."""
    words = given.words(
        rationale="CANARYwhy", first_step="CANARYstep", counts_as_all="CANARYall", counts_as_some="CANARYsome",
        anchor="CANARYanchor", place="CANARYplace", local_time=time(19, 30),
    )  # fmt: skip
    in_berlin(north.ada)
    work = planning.propose(
        by=north.theo.actor, episode=episode_of(north.ada), version=given.version("w02"), words=words
    )
    planning.confirm(by=north.ada.actor, assignment=given.fresh(work))
    row = given.session(north, NOW + DAY)
    share(north.ada, given.fresh(work), at=NOW - timedelta(hours=1), values={"situation": "CANARYsaid"})
    title = given.fresh(work).version.worksheet.slug
    telling = {
        "CANARY", title, "Ada", "ada@", "Theo", "theo@", "North", "north", "Berlin", "herap", "linic", "essio",
        *(str(pk) for pk in (row.pk, row.episode_id, work.pk, north.ada.membership.pk, north.theo.membership.pk)),
        *(str(pk) for pk in (north.north.pk, north.ada.user.pk, north.theo.user.pk)),
    }  # fmt: skip
    for feed in (made(north.ada, work=True), made(north.theo)):
        file = client.get(path(feed)).content.decode()
        assert "BEGIN:VEVENT" in file
        assert [word for word in (*telling, str(feed.pk)) if word in file.replace("\r\n ", "")] == []


def test_the_file_says_when_to_look_again_and_nothing_about_itself(north: Cast, client: Client) -> None:
    found = icalendar.Calendar.from_ical(client.get(path(made(north.ada, title="Me"))).content)
    assert str(found["PRODID"]) == "-//calendar//EN"
    assert str(found["X-WR-CALNAME"]) == "Me"
    assert (str(found["X-PUBLISHED-TTL"]), found["REFRESH-INTERVAL"].to_ical()) == ("PT6H", b"PT6H")
    assert b"REFRESH-INTERVAL;VALUE=DURATION:PT6H" in client.get(path(made(north.ada))).content


def test_there_are_five_hundred_entries_at_most(north: Cast, client: Client) -> None:
    Appointment.objects.bulk_create(
        Appointment(clinic=north.north, episode=north.ada.episode, therapist=north.theo.membership,
                    starts_at=NOW + timedelta(hours=number)) for number in range(520)
    )  # fmt: skip
    assert len(read(client, made(north.theo))) == 500


# --- asking for it ----------------------------------------------------------------------------------------------------


def test_the_answer_is_a_file_nobody_indexes_and_sets_no_cookie(north: Cast, client: Client) -> None:
    answer = client.get(path(made(north.ada)))
    assert answer["Content-Type"] == "text/calendar; charset=utf-8"
    assert answer["X-Robots-Tag"] == "noindex, nofollow"
    assert answer["Cache-Control"] == "private, no-cache"
    assert answer["Content-Disposition"] == 'attachment; filename="calendar.ics"'
    assert answer["X-Content-Type-Options"] == "nosniff"
    assert not answer.cookies
    head = client.head(path(made(north.ada)))
    assert (head.status_code, head.content) == (200, b"")


def test_a_calendar_that_has_it_is_told_that_nothing_changed(north: Cast, client: Client) -> None:
    given.session(north, NOW + DAY)
    feed = made(north.ada)
    tag = client.get(path(feed))["ETag"]
    with time_machine.travel(NOW + timedelta(minutes=10), tick=False):
        for known in (tag, f"W/{tag}"):
            again = client.get(path(feed), headers={"If-None-Match": known})
            assert (again.status_code, again.content) == (304, b"")
    given.session(north, NOW + 2 * DAY)
    assert client.get(path(feed), headers={"If-None-Match": tag}).status_code == 200


def test_only_looking_is_answered(north: Cast, client: Client) -> None:
    where = path(made(north.ada))
    assert {client.post(where).status_code, client.put(where).status_code, client.delete(where).status_code} == {405}


@pytest.mark.parametrize("change", ["first", "last", "garbage", "other feed"])
def test_an_address_that_was_not_made_here_is_nothing(north: Cast, client: Client, change: str) -> None:
    good = calendar_feed.token_of(made(north.ada))
    other = calendar_feed.token_of(made(north.theo))
    forged = {
        "first": ("B" if good[0] != "B" else "C") + good[1:],
        "last": good[:-1] + ("B" if good[-1] != "B" else "C"),
        "garbage": "x" * 90,
        "other feed": other.split(".")[0] + "." + good.split(".")[1],
    }[change]
    assert client.get(reverse("calendar_feed", args=[forged])).status_code == 404


def test_it_takes_as_many_queries_for_forty_sessions_as_for_one_and_opens_nothing_sealed(
    north: Cast, client: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    daily(north)
    given.session(north, NOW + DAY)
    feed = made(north.ada, work=True)
    counts = []

    def never(*_what: Any, **_more: Any) -> None:
        raise AssertionError("a sealed field was opened")

    client.get(path(feed))
    monkeypatch.setattr(vault, "open_contents", never)
    monkeypatch.setattr(vault, "open_names", never)
    for _round in range(2):
        with CaptureQueriesContext(connection) as asked:
            read(client, feed)
        counts.append(len(asked))
        for number in range(40):
            given.session(north, NOW + timedelta(days=1, hours=number))
        given.agreed(north, "w01", local_time=time(8, 0))
    assert counts[0] == counts[1] <= 8


def test_fetching_is_noted_to_the_hour_and_no_more_often(north: Cast, client: Client) -> None:
    feed = made(north.ada)
    for minutes in (0, 20, 59, 61):
        with time_machine.travel(NOW + timedelta(minutes=minutes), tick=False):
            client.get(path(feed))
            feed.refresh_from_db()
            assert feed.fetched_at == NOW + timedelta(hours=minutes // 60)


def test_asking_all_the_time_is_refused_for_a_while(north: Cast, client: Client) -> None:
    feed = made(north.ada)
    found = [client.get(path(feed)).status_code for _ in range(62)]
    assert found == [200] * 60 + [429] * 2
    assert client.get(path(made(north.theo))).status_code == 200


# --- until it ends ----------------------------------------------------------------------------------------------------


def gone(client: Client, feed: CalendarFeed) -> bool:
    return client.get(path(feed)).status_code == 404


def test_taken_back_it_is_gone_at_once_and_a_new_one_ends_the_old(north: Cast, client: Client) -> None:
    first = made(north.ada)
    second = made(north.ada)
    assert gone(client, first)
    assert not gone(client, second)
    feeds.end(by=north.ada.actor)
    assert gone(client, second)
    feeds.end(by=north.ada.actor)
    events = AuditEvent.objects.filter(verb__startswith="feed.").values_list("verb", "actor", "client")
    ada = north.ada.membership.pk
    assert sorted(events) == [("feed.ended", ada, ada), ("feed.made", ada, ada), ("feed.made", ada, ada)]


def test_it_ends_with_care_and_does_not_come_back(north: Cast, client: Client) -> None:
    feed = made(north.ada)
    care_team.end_episode(by=north.theo.actor, episode=episode_of(north.ada))
    assert gone(client, feed)
    assert not CalendarFeed.objects.live().exists()
    with pytest.raises(ActionRefused):
        made(north.ada)


def test_after_care_has_no_calendar_even_where_nobody_ended_it(north: Cast, client: Client) -> None:
    feed = made(north.ada)
    Episode.objects.filter(client=north.ada.membership).update(state="ended", ended_on=NOW.date())
    assert gone(client, feed)


def test_it_ends_with_somebodys_place(north: Cast, client: Client) -> None:
    hers, his = made(north.ben), made(north.cora)
    people.end_place(by=north.amy.actor, member=north.ben.membership)
    people.end_place(by=north.amy.actor, member=north.cora.membership)
    assert gone(client, hers)
    assert gone(client, his)
    assert AuditEvent.objects.filter(verb="feed.ended").count() == 2


@pytest.mark.parametrize("what", ["left", "account off", "another role"])
def test_somebody_who_is_not_here_any_more_has_none(north: Cast, client: Client, what: str) -> None:
    feed = made(north.theo)
    if what == "left":
        type(north.theo.membership).objects.filter(pk=north.theo.membership.pk).update(ended_at=NOW)
    elif what == "account off":
        type(north.theo.user).objects.filter(pk=north.theo.user.pk).update(is_active=False)
    else:
        type(north.theo.membership).objects.filter(pk=north.theo.membership.pk).update(role="admin")
    assert gone(client, feed)


@pytest.mark.parametrize("said", ["yes", "unsure"])
def test_it_ends_when_somebody_else_could_see_messages(north: Cast, sign_in: SignIn, client: Client, said: str) -> None:
    feed = made(north.ada)
    quiet = {"quiet_from": "21:00", "quiet_until": "08:00", "noun": "practice"}
    page = sign_in(north.ada).post(
        reverse("settings"), {"part": "messages", "seen_by_others": said, **quiet}, follow=True
    )
    assert "your calendar address has ended" in page.content.decode()
    assert gone(client, feed)
    with pytest.raises(ActionRefused):
        made(north.ada)
    ContactPrefs.objects.filter(client=north.ada.membership).update(seen_by_others="no")
    assert gone(client, feed)
    assert not gone(client, made(north.ada))


@pytest.mark.parametrize("seen", ["", "yes", "unsure", "maybe"])
def test_a_client_says_first_that_nobody_else_sees_the_calendar(north: Cast, seen: str) -> None:
    with pytest.raises(ActionRefused):
        made(north.ada, seen=seen)
    assert not CalendarFeed.objects.exists()


def test_an_admin_has_none(north: Cast, sign_in: SignIn) -> None:
    with pytest.raises(ActionRefused):
        made(north.amy)
    assert sign_in(north.amy).get(reverse("my_calendar")).status_code == 404
    assert reverse("my_calendar") not in sign_in(north.amy).get(reverse("settings")).content.decode()


# --- the page ---------------------------------------------------------------------------------------------------------

SAID = {"seen": "no", "sessions": "on", "do": "make"}


def test_the_address_is_on_the_page_once_and_works(north: Cast, sign_in: SignIn, client: Client) -> None:
    given.session(north, NOW + DAY)
    browser = sign_in(north.ada)
    page = browser.post(reverse("my_calendar"), SAID).content.decode()
    address = calendar_feed.address_of(CalendarFeed.objects.live().get())
    assert page.count(address) == 1
    assert address not in browser.get(reverse("my_calendar")).content.decode()
    assert b"BEGIN:VEVENT" in client.get("/" + address.split("/", 3)[3]).content


def test_changing_keeps_the_address_and_taking_back_ends_it(north: Cast, sign_in: SignIn, client: Client) -> None:
    browser = sign_in(north.ada)
    browser.post(reverse("my_calendar"), SAID)
    feed = CalendarFeed.objects.live().get()
    answer = browser.post(reverse("my_calendar"), {**SAID, "work": "on", "title": "Walk", "do": "change"})
    assert answer.status_code == 303
    feed.refresh_from_db()
    assert (feed.work, feed.title, feed.ended_at) == (True, "Walk", None)
    assert browser.post(reverse("my_calendar_end")).status_code == 303
    assert gone(client, feed)
    assert browser.post(reverse("my_calendar"), {**SAID, "do": "change"}).status_code == 409


@pytest.mark.parametrize("word", ["Therapy", "terapia", "My clinic", "Homework", "x" * 25])
def test_a_telling_word_is_refused_and_what_was_typed_stays(north: Cast, sign_in: SignIn, word: str) -> None:
    for person, sent in ((north.ada, SAID), (north.theo, {"do": "make"})):
        answer = sign_in(person).post(reverse("my_calendar"), {**sent, "title": word})
        assert answer.status_code == 422
        assert word in answer.content.decode()
    assert not CalendarFeed.objects.exists()


def test_a_calendar_of_nothing_is_refused(north: Cast, sign_in: SignIn) -> None:
    answer = sign_in(north.ada).post(reverse("my_calendar"), {"seen": "no", "do": "make"})
    assert answer.status_code == 422
    assert "at least one" in answer.content.decode()


def test_the_page_warns_who_can_see_the_times(north: Cast, sign_in: SignIn) -> None:
    for person in (north.ada, north.theo, north.kit):
        page = sign_in(person).get(reverse("my_calendar")).content.decode()
        assert "Whoever has the address can see the times." in page
        assert "stores the times" in page
