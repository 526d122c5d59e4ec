"""A real browser against a real server: Chromium, signed in by cookie, watching for errors."""

import os
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any

import pytest
from axe_playwright_python.sync_playwright import Axe
from django.conf import settings
from django.db import transaction
from django.test import Client
from playwright.sync_api import Browser, BrowserContext, Page, sync_playwright

from tests.access.world import Belongings, make_world
from tests.browser.site import Site, real_site
from tests.cast import Cast, Person, make_cast
from tests.conftest import CHROMIUM
from tests.faults import processes

os.environ.setdefault("DJANGO_ALLOW_ASYNC_UNSAFE", "true")  # Playwright runs an event loop in the test's thread

FLAGS = [
    "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking",
    "--disable-component-update", "--disable-sync", "--disable-dev-shm-usage",
]  # fmt: skip
OUR_BROWSER, CLOSING = ("chromium", "playwright/driver/node"), 60.0  # seconds
PHONE, DESK, NARROW = (390, 844), (1440, 900), (320, 640)


@pytest.fixture(scope="module")
def chromium() -> Iterator[Browser]:
    """One browser for the tests of a file. Not longer: while it is there, an event loop runs in this thread."""
    with running_chromium(FLAGS) as browser:
        yield browser


@contextmanager
def running_chromium(flags: Sequence[str]) -> Iterator[Browser]:
    """A Chromium with these flags, and the driver it needs."""
    playwright = sync_playwright().start()
    more = ["--no-sandbox"] if os.geteuid() == 0 else []
    try:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=[*flags, *more])
        yield browser
        with processes.ended_if_it_hangs(*OUR_BROWSER, seconds=CLOSING):
            browser.close()
    finally:
        with processes.ended_if_it_hangs(*OUR_BROWSER[1:], seconds=CLOSING):
            playwright.stop()


@pytest.fixture(scope="session")
def site(django_db_setup: None) -> Iterator[Site]:
    """The program behind gunicorn, with hashed and compressed files, for tests of what a browser keeps."""
    with real_site() as found:
        yield found


@dataclass
class Window:
    """One page of one person, and everything the browser complained about."""

    page: Page
    context: BrowserContext
    base: str
    complaints: list[str] = field(default_factory=list)

    def go(self, path: str) -> Page:
        """Open a path and wait until it is there."""
        response = self.page.goto(self.base + path)
        assert response is not None
        assert response.status == 200, f"{path}: {response.status}"
        return self.page

    def assert_sound(self, path: str) -> None:
        """No complaint, nothing axe finds, no sideways scroll at 320 px."""
        assert not self.complaints, f"{path}: {self.complaints}"
        found = Axe().run(self.page)
        problems = [f"{v['id']}: {v['nodes'][0]['target']}" for v in found.response["violations"]]
        assert not problems, f"{path}: {problems}"
        size = self.page.viewport_size
        self.page.set_viewport_size({"width": NARROW[0], "height": NARROW[1]})
        wide = self.page.evaluate("document.documentElement.scrollWidth")
        assert wide <= NARROW[0], f"{path} is {wide} px wide at {NARROW[0]} px"
        assert size is not None
        self.page.set_viewport_size(size)


@pytest.fixture
def people(transactional_db: None) -> tuple[Cast, dict[str, Belongings]]:
    """The cast and their belongings, committed."""
    with transaction.atomic():
        cast = make_cast()
        return cast, make_world(cast)


@pytest.fixture
def window(chromium: Browser, live_server: Any) -> Iterator[Callable[..., Window]]:
    """Open a window for somebody: `window(person, size, dark=False, script=True)`."""
    opened: list[BrowserContext] = []

    def open_for(
        person: Person | None, size: tuple[int, int] = PHONE, *, dark: bool = False, script: bool = True
    ) -> Window:
        context = chromium.new_context(
            viewport={"width": size[0], "height": size[1]},
            color_scheme="dark" if dark else "light",
            java_script_enabled=script,
            locale="en-GB",
            reduced_motion="reduce",
            service_workers="block",  # what the worker does is tested in test_installed.py; here it would only be busy
        )
        opened.append(context)
        if person is not None:
            context.add_cookies(
                [{"name": name, "value": value, "url": live_server.url} for name, value in cookies(person)]
            )
        page = context.new_page()
        found = Window(page, context, live_server.url)
        page.on("console", lambda said: found.complaints.append(said.text) if said.type == "error" else None)
        page.on("pageerror", lambda error: found.complaints.append(str(error)))
        return found

    yield open_for
    with processes.ended_if_it_hangs(*OUR_BROWSER, seconds=CLOSING):
        for context in opened:
            context.close()


def cookies(person: Person) -> list[tuple[str, str]]:
    """The cookies of somebody who has signed in with their second factor."""
    client = Client()
    client.force_login(person.user)
    session = client.session
    session["account_authentication_methods"] = [{"method": "mfa", "type": "totp", "at": 0}]
    session.save()
    return [(settings.SESSION_COOKIE_NAME, client.cookies[settings.SESSION_COOKIE_NAME].value)]
