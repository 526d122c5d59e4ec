"""Killing the browser while somebody types (security.md, G7): the short form; `python -m tests.faults 200` is the long."""

import os
import random
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest
from django.conf import settings
from django.db import transaction
from django.test import Client
from django.utils import timezone
from playwright.sync_api import sync_playwright

from clinic import vault
from clinic.scope import acting_in
from homework.assignments.actions import entry as doing
from tests.browser.site import real_site
from tests.cast import make_cast
from tests.conftest import CHROMIUM
from tests.faults import processes
from tests.faults.kill_browser import LIMIT, OFFLINE, ONLINE, SHARING, Lab, Tally
from tests.homework.assignments.nudging import agree, fresh

KILLS = int(os.environ.get("BETWEEN_TEST_KILLS", "6"))
KINDS = (ONLINE, OFFLINE, SHARING)
pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]
os.environ.setdefault("DJANGO_ALLOW_ASYNC_UNSAFE", "true")  # Playwright runs an event loop in the test's thread


@pytest.fixture
def lab(transactional_db: None, opened: vault.Session, tmp_path: Path) -> Iterator[Lab]:
    with transaction.atomic():
        cast = make_cast()
        with acting_in(cast.north.pk):
            vault.open_contents([cast.ada.membership.pk])
            today, by = timezone.now().date(), cast.ada.actor
            work = fresh(agree(cast.ada, cast.theo))
            days = [today - timedelta(days=back) for back in range(KILLS // len(KINDS) + 2)]
            drafts = [doing.begin(by=by, assignment=work, on=day).pk for day in days]
    client = Client()
    client.force_login(cast.ada.user)
    cookie = client.cookies[settings.SESSION_COOKIE_NAME].value
    with real_site() as site, sync_playwright() as playwright:
        yield Lab(playwright, CHROMIUM, site, cast, cookie, tmp_path / "profile", drafts, random.Random(KILLS))


def test_a_killed_browser_loses_at_most_two_seconds_of_typing_and_no_shared_answer(lab: Lab) -> None:
    lab.profile.mkdir()
    tally = Tally()
    for number in range(KILLS):
        tally.kills.append(lab.round(KINDS[number % len(KINDS)]))
        if number % 20 == 19:
            processes.say(tally.says())
    processes.say(tally.says())
    assert tally.worst(ONLINE) <= LIMIT[ONLINE]
    assert tally.worst(OFFLINE) <= LIMIT[OFFLINE]
    assert tally.lost_shares == 0
    assert all(each.before for each in tally.kills), "a kill came before anything was typed"
