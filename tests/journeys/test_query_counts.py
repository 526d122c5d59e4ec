"""Statements per page: a committed baseline. A page that asks the database more often than before has to say so here.

Counted are the statements Django sends (session, user and membership included; BEGIN, COMMIT and the scope are not). That the
number does not grow with the rows is tested beside each list (`test_board`, `test_people`, `test_therapist_pages`, `test_lists`).
"""

from collections.abc import Callable

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from tests.access.world import Belongings, make_world
from tests.cast import Cast, Person

BASELINE = {
    ("ada", "today"): 15,
    ("ada", "work"): 6,
    ("ada", "task"): 11,
    ("ada", "shape"): 12,
    ("ada", "entry"): 7,
    ("ada", "entry_finish"): 10,
    ("ada", "notes"): 8,
    ("theo", "therapist_home"): 16,  # what showed at night
    ("theo", "caseload"): 7,
    ("theo", "client_page"): 23,  # the banner, what was kept for the session
    ("theo", "library"): 7,
    ("theo", "propose"): 15,
    ("theo", "review"): 12,  # the banner, what was said beside answers, what was kept for the session
    ("theo", "digest"): 25,
    (
        "amy",
        "board",
    ): 18,  # the banner, the ages of the lines of help, messages and jobs, which invitations came back
    ("amy", "people"): 13,  # messages and jobs, which invitations came back
    ("amy", "running"): 12,
}
OF = {
    "task": "active",
    "shape": "proposed",
    "entry": "draft",
    "entry_finish": "draft",
    "client_page": "episode",
    "propose": "episode",
    "review": "active",
    "digest": "appointment",
}


def path_of(route: str, things: Belongings) -> str:
    return reverse(route, args=[getattr(things, OF[route])] if route in OF else [])


@pytest.mark.django_db
@pytest.mark.parametrize("who", ["ada", "theo", "amy"])
def test_pages_ask_the_database_as_often_as_written_down(
    cast: Cast, sign_in: Callable[[Person | None], Client], who: str
) -> None:
    things = make_world(cast)["ada"]
    browser = sign_in(getattr(cast, who))
    counted = {}
    for person, route in BASELINE:
        if person != who:
            continue
        browser.get(path_of(route, things))  # the first visit may fill what a process keeps
        with CaptureQueriesContext(connection) as queries:
            assert browser.get(path_of(route, things)).status_code == 200
        counted[person, route] = sum(not row["sql"].startswith(("SAVEPOINT", "RELEASE", "ROLLBACK")) for row in queries)
    assert counted == {key: number for key, number in BASELINE.items() if key[0] == who}
