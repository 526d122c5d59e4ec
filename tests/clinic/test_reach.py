"""How far a client may be reached: which way, and every reason why nothing goes (clinical.md 5). Pure: no database."""

from datetime import UTC, date, datetime, time, timedelta
from typing import Any
from uuid import UUID, uuid4
from zoneinfo import ZoneInfo

import pytest

from clinic.models import ContactPrefs, OutgoingMessage
from clinic.outbox.reach import Earlier, Reach

NOW = datetime(2027, 3, 16, 12, 0, tzinfo=UTC)
DAY = timedelta(days=1)
Kind, Channel = OutgoingMessage.Kind, OutgoingMessage.Channel


def wishes(**more: Any) -> ContactPrefs:
    said: dict[str, Any] = {
        "client_id": uuid4(),
        "email_reminders": True,
        "consented_at": NOW - 10 * DAY,
        "updated_at": NOW - 10 * DAY,
        "answered_at": NOW - 10 * DAY,
        "seen_by_others": "no",
    }
    return ContactPrefs(**(said | more))


def reach(prefs: ContactPrefs | None = None, **more: Any) -> Reach:
    facts: dict[str, Any] = {
        "client_id": uuid4(), "email": "ada@example.org", "here": True, "zone": ZoneInfo("Europe/London"),
    }  # fmt: skip
    return Reach(prefs=prefs or wishes(), **(facts | more))


def row(kind: str = Kind.REMINDER, channel: str = Channel.EMAIL, **more: Any) -> OutgoingMessage:
    return OutgoingMessage(kind=kind, channel=channel, created_at=NOW, due_at=NOW, **more)


def sent(at: datetime, kind: str = Kind.REMINDER, channel: str = Channel.EMAIL, **more: Any) -> Earlier:
    to = "ada@example.org" if channel == Channel.EMAIL else ""
    return Earlier(**{"pk": uuid4(), "at": at, "to": to, "sent": True, "kind": kind, "channel": channel} | more)


@pytest.mark.parametrize(
    ("told", "number", "email", "way"),
    [
        (True, True, True, "push"),
        (False, True, True, "sms"),
        (False, False, True, "email"),
        (True, False, False, "push"),
        (False, False, False, ""),
    ],
)
def test_push_comes_before_a_text_and_a_text_before_an_e_mail(told: bool, number: bool, email: bool, way: str) -> None:
    found = reach(wishes(email_reminders=email), told=told, number_since=NOW - DAY if number else None)
    assert found.channel == way
    assert found.why_not(NOW) == ("" if way else "consent")


@pytest.mark.finding("F36")
@pytest.mark.parametrize("seen", ["yes", "unsure", ""])
def test_where_somebody_else_could_see_it_no_way_is_open(seen: str) -> None:
    found = reach(wishes(seen_by_others=seen), told=True, number_since=NOW - DAY)
    assert found.channels == ()
    for channel in Channel.values:
        assert found.why_not(NOW, row=row(channel=channel)) == "consent"


@pytest.mark.parametrize("channel", Channel.values)
def test_a_row_goes_its_own_way_or_not_at_all(channel: str) -> None:
    """Consent for another channel is no consent for this one; nothing is sent another way instead."""
    ways = {"push": {"told": True}, "sms": {"number_since": NOW - DAY}, "email": {}}
    for open_way, facts in ways.items():
        found = reach(wishes(email_reminders=open_way == "email"), **facts)
        assert found.why_not(NOW, row=row(channel=channel)) == ("" if channel == open_way else "consent")


def test_a_message_never_follows_somebody_to_another_mailbox() -> None:
    assert reach().why_not(NOW, row=row(to="old@example.org")) == "address"
    moved = reach(earlier=(sent(NOW - 2 * DAY, to="old@example.org"),))
    assert moved.why_not(NOW) == "address"
    again = wishes(answered_at=NOW - DAY)
    assert reach(again, earlier=(sent(NOW - 2 * DAY, to="old@example.org"),)).why_not(NOW) == ""


def test_a_message_never_follows_somebody_to_another_number() -> None:
    without = wishes(email_reminders=False)
    newer = reach(without, number_since=NOW + timedelta(minutes=1))
    assert newer.why_not(NOW + timedelta(minutes=2), row=row(channel="sms")) == "address"
    before = (sent(NOW - 2 * DAY, channel="sms"),)
    assert reach(without, number_since=NOW - DAY, earlier=before).why_not(NOW) == "address"
    asked = wishes(email_reminders=False, answered_at=NOW - DAY)
    assert reach(asked, number_since=NOW - DAY, earlier=before).why_not(NOW) == ""


@pytest.mark.finding("F36")
@pytest.mark.parametrize(("weeks", "why"), [(8, ""), (9.9, ""), (10, "recheck"), (30, "recheck")])
def test_an_answer_about_safety_holds_ten_weeks_and_no_longer(weeks: float, why: str) -> None:
    prefs = wishes(answered_at=NOW - timedelta(weeks=weeks))
    for facts in ({}, {"told": True}, {"number_since": NOW - 300 * DAY}):
        assert reach(prefs, **facts).why_not(NOW) == why


@pytest.mark.parametrize(
    ("facts", "why"),
    [
        ({"here": False}, "gone"),
        ({"prefs": wishes(paused_until=date(2027, 3, 17))}, "paused"),
        ({"prefs": wishes(paused_until=date(2027, 3, 16))}, ""),
        ({"prefs": wishes(quiet_from=time(11, 0), quiet_until=time(12, 0))}, ""),
        ({"prefs": wishes(quiet_from=time(12, 0), quiet_until=time(13, 0))}, "quiet"),
        ({"zone": ZoneInfo("Asia/Tokyo")}, "quiet"),
    ],
)
def test_rest_and_quiet_hours_are_the_clients_own(facts: dict[str, Any], why: str) -> None:
    assert reach(**facts).why_not(NOW) == why


@pytest.mark.parametrize("channel", Channel.values)
@pytest.mark.parametrize("kind", [Kind.REMINDER, Kind.NOTE, Kind.AGAIN])
def test_the_day_is_full_whatever_came_and_whichever_way(kind: str, channel: str) -> None:
    assert reach(earlier=(sent(NOW - timedelta(hours=2), kind, channel),)).why_not(NOW) == "cap"


@pytest.mark.parametrize(
    ("a_week", "before", "why"), [(4, 3, ""), (4, 4, "cap"), (2, 1, ""), (2, 2, "cap"), (1, 1, "cap")]
)
def test_the_week_is_full_over_all_kinds_and_ways(a_week: int, before: int, why: str) -> None:
    kinds = [(Kind.REMINDER, "push"), (Kind.NOTE, "email"), (Kind.AGAIN, "sms"), (Kind.REMINDER, "sms")]
    earlier = tuple(sent(NOW - (n + 1) * DAY, *kinds[n]) for n in range(before))
    found = reach(wishes(answered_at=NOW), earlier=earlier, a_week=a_week)
    assert found.why_not(NOW) == why
    assert found.why_not(NOW, row=row(Kind.AGAIN)) == why
    assert found.why_not(NOW, weekly=7) == ""


def test_one_more_that_was_asked_for_stands_beside_the_days_own_and_not_beside_another() -> None:
    own = sent(NOW - timedelta(hours=3))
    assert reach(earlier=(own,)).why_not(NOW, row=row(Kind.AGAIN)) == ""
    assert reach(earlier=(own, sent(NOW - timedelta(hours=1), Kind.AGAIN))).why_not(NOW, row=row(Kind.AGAIN)) == "cap"


def test_one_more_that_waits_takes_the_place_of_the_days_own() -> None:
    waits = Earlier(UUID(int=1), NOW + timedelta(hours=3), "ada@example.org", sent=False, kind=Kind.AGAIN)
    assert reach(earlier=(waits,)).why_not(NOW) == "cap"
    assert reach(earlier=(waits,)).why_not(NOW, row=row()) == "cap"
