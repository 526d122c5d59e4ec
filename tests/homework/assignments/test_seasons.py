"""Thirty days over every change of the clock in 2026, in ten zones, with two hundred clients: what arrives is what the rules say.

Five windows hold all twenty changes. Spring, with seven zones in it, has two hundred clients always; the others forty, and two
hundred with `BETWEEN_TEST_SEASONS=all` (about a minute each).
"""

import os
import random
from collections.abc import Iterator
from datetime import UTC, date, datetime, time
from itertools import pairwise
from zoneinfo import ZoneInfo

import pytest
from django.db import transaction

from clinic import vault
from clinic.scope import acting_in
from tests.cast import Cast, make_cast
from tests.faults.processes import say
from tests.homework.assignments import seasons
from tests.homework.assignments.nudging import at

WINDOWS = {
    "ramadan": (date(2026, 2, 6), date(2026, 3, 10)),
    "spring": (date(2026, 3, 10), date(2026, 4, 9)),
    "cairo": (date(2026, 4, 9), date(2026, 5, 9)),
    "santiago": (date(2026, 8, 31), date(2026, 9, 30)),
    "autumn": (date(2026, 10, 2), date(2026, 11, 3)),
}
CLIENTS = dict.fromkeys(WINDOWS, 200 if os.environ.get("BETWEEN_TEST_SEASONS") == "all" else 40) | {"spring": 200}


@pytest.fixture
def cast(transactional_db: None, opened: vault.Session, request: pytest.FixtureRequest) -> Iterator[Cast]:
    """The cast, the day before the window, with real commits: see `seasons.live`."""
    with at(before(request.node.callspec.params["season"])):
        with transaction.atomic():
            made = make_cast()
        with acting_in(made.north.pk):
            yield made


def before(season: str) -> datetime:
    """The noon at which everything is agreed."""
    return datetime.combine(WINDOWS[season][0], time(12), UTC)


def test_the_windows_hold_every_change_of_the_year() -> None:
    whole = (date(seasons.YEAR, 1, 1), date(seasons.YEAR, 12, 31))
    changed = [(zone, moment) for zone in seasons.ZONES for moment in seasons.changes(zone, *whole)]
    assert len(changed) == 20
    inside = [any(first < moment.date() < last for first, last in WINDOWS.values()) for _zone, moment in changed]
    assert all(inside)


@pytest.mark.finding("F36")
@pytest.mark.parametrize("season", WINDOWS)
def test_clients_live_through_a_change_of_the_clock(cast: Cast, season: str) -> None:
    window, dice = WINDOWS[season], random.Random(season)
    with at(before(season)), transaction.atomic():
        everybody = seasons.people(cast, CLIENTS[season], before(season), dice)
    sent = seasons.live(cast, everybody, window, dice)
    wrong = []
    for one in everybody:
        wanted = [moment for moment in seasons.expected(one, window) if moment > before(season)]
        got = sent.get(one.person.user.pk, [])
        wrong += [(one.zone, moment, "not sent") for moment in wanted if moment not in got]
        wrong += [(one.zone, moment, "not wanted") for moment in got if moment not in wanted]
        keeps_to_the_caps(one, got)
    messages, changed = (
        sum(map(len, sent.values())),
        sum(bool(seasons.changes(zone, *window)) for zone in seasons.ZONES),
    )
    say(
        f"{season}: {CLIENTS[season]} clients, {changed} zones change their clocks, {messages} messages, {len(wrong)} not as the rules say"
    )
    assert wrong == []
    assert messages > 5 * CLIENTS[season]
    assert changed >= 1


def keeps_to_the_caps(one: seasons.Living, got: list[datetime]) -> None:
    """Straight from what was sent: one a local day, four in any seven (seven with a diary), none in quiet hours, none after done."""
    here = ZoneInfo(one.zone)
    days = [moment.astimezone(here).date() for moment in got]
    cap = 7 if any(work.diary for work in one.agreed) else 4
    assert len(set(days)) == len(days)
    assert all((later - first).days >= 7 for first, later in zip(days, days[cap:], strict=False))
    assert not any(seasons.in_quiet(one, moment.astimezone(here).time()) for moment in got)
    if len(one.agreed) == 1:
        wrote = {
            moment.astimezone(here).date(): moment for moment in reversed(one.wrote.get(one.agreed[0].work.pk, []))
        }
        assert not any(wrote[day] <= moment for day, moment in zip(days, got, strict=True) if day in wrote)
    assert all(first < second for first, second in pairwise(got))
