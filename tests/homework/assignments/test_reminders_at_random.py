"""Whatever clients agree on, choose and do over some weeks: the rules of clinical.md 5 hold for every message that leaves.

The clock jumps from moment to moment; what is random is drawn from a seed, so that a failure can be played again.
"""

import random
from collections import defaultdict
from collections.abc import Iterator
from datetime import UTC, date, datetime, time, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from django.db.models import Min

from clinic import vault
from clinic.actions import contact, people
from clinic.models import Clinic, ContactPrefs, OutgoingMessage, PushSubscription
from clinic.outbox.carriers.push import PushCarrier
from clinic.outbox.reach import is_quiet
from clinic.refusal import ActionRefused
from homework.assignments.actions import rest as resting
from homework.assignments.actions import snooze
from homework.assignments.models import Assignment, Plan
from tests.cast import Cast, Person, make_person
from tests.homework.assignments.nudging import agree, at, fresh, minute, wants_email, write

BEGINS = datetime(2027, 3, 20, 12, 0, tzinfo=UTC)  # a week before the clocks change in Europe
WEEKS = 3
CLIENTS = 3
ZONES = ("Europe/London", "America/New_York", "Asia/Kolkata", "Pacific/Auckland", "Pacific/Honolulu", "Africa/Nairobi")


class Life:
    """One client: what they chose, what they do, and what reached them."""

    def __init__(self, cast: Cast, dice: random.Random, number: int) -> None:
        self.cast, self.dice = cast, dice
        site = cast.ada.membership.site
        assert site is not None
        self.person: Person = make_person(cast.north, site, f"Client{number}", "client")  # type: ignore[arg-type]
        vault.open_contents([self.person.membership.pk])
        self.person.user.time_zone = dice.choice(ZONES)
        self.person.user.save()
        self.written: dict[Any, list[datetime]] = defaultdict(list)
        self.zones: list[tuple[datetime, str]] = [(BEGINS, self.person.user.time_zone)]
        self.hours: list[tuple[datetime, time, time]] = []
        self.rests: list[tuple[datetime, date]] = []
        start, end = time(dice.randrange(18, 24)), time(dice.randrange(5, 11))
        wants_email(self.person, BEGINS, quiet_from=start, quiet_until=end, asked_at=BEGINS)
        self.hours.append((BEGINS, start, end))
        if dice.random() < 0.4:
            member = self.person.membership
            PushSubscription.objects.create(clinic=cast.north, member=member, endpoint_hash="x", sealed="y")
        shape = [self.plan() for _ in range(dice.randrange(1, 4))]
        slugs = dice.sample(["w02", "w05", "w08"], len(shape))
        self.works = [agree(self.person, cast.theo, slug=slug, **each) for slug, each in zip(slugs, shape, strict=True)]

    def plan(self) -> dict[str, Any]:
        """Any way of agreeing on when."""
        dice = self.dice
        return {
            "frequency": dice.choice([Plan.Frequency.DAILY, Plan.Frequency.WEEKDAYS, Plan.Frequency.TIMES]),
            "weekdays": tuple(sorted(dice.sample(range(7), dice.randrange(1, 6)))),
            "times_per_week": dice.randrange(1, 8),
            "reminder_time": dice.choice([None, time(dice.randrange(24), dice.choice([0, 30]))]),
            "local_time": time(dice.randrange(24)),
            "reminder_lead": dice.choice(Plan.Lead.values),
        }

    def act(self, now: datetime) -> None:
        """Something a client does, or nothing."""
        dice, by = self.dice, self.person.actor
        work = fresh(dice.choice(self.works))
        what = dice.choice(["write", "write", "later", "later", "zone", "hours", "rest", "go on", "", ""])
        try:
            if what == "write":
                write(self.person, work, share=dice.random() < 0.7)
                self.written[work.pk].append(now)
            elif what == "later":
                snooze.remind_later(by=by, assignment=work, at=time(dice.randrange(8, 21)))
            elif what == "zone":
                people.set_preferences(by=by, language="en", time_zone=dice.choice(ZONES), theme="")
                self.zones.append((now, self.person.user.time_zone))
            elif what == "hours":
                start, end = time(dice.randrange(18, 24)), time(dice.randrange(5, 11))
                contact.set_contact(
                    by=by, email_reminders=True, seen_by_others="no", quiet_from=start, quiet_until=end, noun="practice"
                )
                self.hours.append((now, start, end))
            elif what == "rest":
                until = resting.pause_all(by=by, days=dice.randrange(1, 4))
                assert until is not None
                self.rests.append((now, until))
            elif what == "go on":
                resting.resume_all(by=by)
                self.rests.append((now, date.min))
        except ActionRefused:
            pass  # some of it may not be done just now, and that is right

    def then(self, moment: datetime, what: list[tuple[Any, ...]]) -> tuple[Any, ...] | None:
        """What held at a moment."""
        return next((each for each in reversed(what) if each[0] <= moment), None)


@pytest.mark.parametrize("seed", range(3))
def test_whatever_happens_over_some_weeks_the_rules_hold(
    north: Cast, seed: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(PushCarrier, "carry", lambda self, row, clinic: None)
    dice = random.Random(seed)
    Clinic.objects.filter(pk=north.north.pk).update(weekly_messages=dice.randrange(2, 5))
    north.north.refresh_from_db()
    with at(BEGINS):
        lives = [Life(north, dice, number) for number in range(CLIENTS)]
    for now in moments(dice):
        minute(north.north, now)
        with at(now):
            for life in lives:
                if dice.random() < 0.12:
                    life.act(now)
        minute(north.north, now + timedelta(minutes=1))
    assert OutgoingMessage.objects.filter(state="sent").count() > 5, "something was sent at all"
    for life in lives:
        check(life, north.north.weekly_messages)


def moments(dice: random.Random) -> Iterator[datetime]:
    """The clock: the next thing that is due or some hours later, and now and then an outage of a day or two."""
    now = BEGINS
    while now < BEGINS + timedelta(weeks=WEEKS):
        yield now
        later = now + timedelta(minutes=dice.randrange(2, 420))
        due = Assignment.objects.active().filter(next_reminder_at__gt=now).aggregate(at=Min("next_reminder_at"))["at"]
        now = min(later, due) if due else later
        now += timedelta(hours=dice.choice([0] * 60 + [3, 30, 48]))


def check(life: Life, a_week: int) -> None:
    """Never over a cap, in quiet hours, at rest, after something was written, or twice a day."""
    rows = list(OutgoingMessage.objects.filter(user=life.person.user, state="sent").order_by("sent_at"))
    by_day: dict[tuple[str, date], int] = defaultdict(int)
    for row in rows:
        assert row.sent_at is not None
        zone = ZoneInfo(life.then(row.sent_at, life.zones)[1])  # type: ignore[index, arg-type]
        wall = row.sent_at.astimezone(zone)
        _since, start, end = life.then(row.sent_at, life.hours)  # type: ignore[misc, arg-type]
        assert not is_quiet(wall.time(), start, end)
        rest = life.then(row.sent_at, life.rests)  # type: ignore[arg-type]
        assert rest is None or wall.date() >= rest[1]
        by_day[row.kind, wall.date()] += 1
        assert row.not_after is not None and row.sent_at <= row.not_after
        if len(life.works) == 1:
            days = [each.astimezone(zone).date() for each in life.written[life.works[0].pk] if each < row.sent_at]
            assert wall.date() not in days
        week = [
            each for each in rows if each.sent_at and timedelta(0) <= row.sent_at - each.sent_at < timedelta(days=6)
        ]
        assert len(week) <= a_week
    assert max(by_day.values(), default=0) <= 1
    keys = list(OutgoingMessage.objects.filter(user=life.person.user).values_list("key", flat=True))
    assert len(keys) == len(set(keys))
    assert ContactPrefs.objects.get(client=life.person.membership).may_email
