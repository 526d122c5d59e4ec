"""A browser that is killed while somebody types, again and again: how much of the typing is gone afterwards.

`python -m tests.faults 200` is the whole measurement (security.md, G7); `test_kill_browser.py` is its short form.
Real Chromium with a profile on disk, real gunicorn. Words are numbered and timed; SIGKILL comes at a random moment. Then the
browser starts again, the same person signs in, and what the server has in the end is compared with what was typed.
"""

import json
import random
import threading
import time
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from uuid import UUID

from django.conf import settings
from django.db import transaction
from django.urls import reverse
from playwright.sync_api import BrowserContext, Error, Page, Playwright

from clinic import vault
from clinic.scope import acting_in
from homework.assignments.models import DraftCopy, Entry
from tests.browser.site import Chromium, Site, start_chromium
from tests.cast import Cast

ONLINE, OFFLINE, SHARING = "online", "offline", "sharing"
LIMIT = {ONLINE: 2.0, OFFLINE: 1.0}  # seconds of typing that may be lost
SECONDS_TO_ARRIVE = 15.0


@dataclass
class Kill:
    """One round: what was typed when, when the browser died, and what was there afterwards."""

    kind: str
    entry: UUID
    typed: list[tuple[float, str]] = field(default_factory=list)
    at: float = 0.0
    acknowledged: bool = False
    has: str = ""
    state: str = ""

    @property
    def before(self) -> list[tuple[float, str]]:
        """What had been typed when it died."""
        return [(when, word) for when, word in self.typed if when < self.at]

    @property
    def lost(self) -> float:
        """How many seconds of typing are gone."""
        return max((self.at - when for when, word in self.before if word not in self.has), default=0.0)


@dataclass
class Tally:
    """All rounds."""

    kills: list[Kill] = field(default_factory=list)

    def worst(self, kind: str) -> float:
        """The most typing lost in one round of a kind, in seconds."""
        return max((each.lost for each in self.kills if each.kind == kind), default=0.0)

    def of(self, kind: str) -> list[Kill]:
        """The rounds of a kind."""
        return [each for each in self.kills if each.kind == kind]

    @property
    def lost_shares(self) -> int:
        """Answers somebody was told are shared and that are not, or whose words are nowhere."""
        words_gone = [each for each in self.of(SHARING) if each.lost > 0]
        untrue = [each for each in self.of(SHARING) if each.acknowledged and each.state != Entry.State.SHARED]
        return len({each.entry for each in [*words_gone, *untrue]})

    def says(self) -> str:
        """One line to read."""
        sharing = self.of(SHARING)
        out = sum(each.state == Entry.State.SHARED for each in sharing)
        return (
            f"{len(self.kills)} kills: online {len(self.of(ONLINE))}, at most {self.worst(ONLINE):.2f} s of typing lost; "
            f"offline {len(self.of(OFFLINE))}, at most {self.worst(OFFLINE):.2f} s; sharing {len(sharing)}, {out} shared in "
            f"the end, {self.lost_shares} lost"
        )


@dataclass
class Lab:
    """A profile, a site, Ada, and dice."""

    playwright: Playwright
    chromium_path: str
    site: Site
    cast: Cast
    cookie: str
    profile: Path
    drafts: list[UUID]
    dice: random.Random

    def opened(self) -> tuple[Chromium, BrowserContext, Page]:
        """Start the browser and sign Ada in."""
        chromium = start_chromium(self.profile, self.chromium_path)
        browser = self.playwright.chromium.connect_over_cdp(chromium.endpoint)
        context = browser.contexts[0]
        context.add_cookies([{"name": settings.SESSION_COOKIE_NAME, "value": self.cookie, "url": self.site.url}])
        return chromium, context, context.pages[0]

    def round(self, kind: str) -> Kill:
        """Type until killed, start again, and look."""
        kill = Kill(kind, self.drafts.pop() if kind == SHARING else self.drafts[-1])
        chromium, context, page = self.opened()
        with suppress(Error):
            page.goto(self.site.url + reverse("entry", args=[kill.entry]))
            page.wait_for_load_state("networkidle")
            context.set_offline(kind == OFFLINE)
            if kind == SHARING:
                self.share(kill, chromium, page)
            else:
                self.type(kill, page, chromium, self.dice.uniform(0.8, 4.0))
        if not kill.at:
            kill.at = time.monotonic()
            chromium.kill()
        self.look(kill)
        return kill

    def type(self, kill: Kill, page: Page, chromium: Chromium | None, seconds: float) -> None:
        """Type numbered words for so long; with a browser to kill, that is how it ends."""
        box = page.locator("textarea").first
        box.click()
        box.press("Control+End")
        if chromium is not None:
            threading.Timer(seconds, end, [kill, chromium]).start()
        until = time.monotonic() + seconds + (2 if chromium else 0)
        number = 0
        while time.monotonic() < until:
            number += 1
            word = f"z{kill.entry.hex[-6:]}{self.dice.randrange(16**8):08x}n{number:03}"
            page.keyboard.type(f"{word} ", delay=self.dice.uniform(2, 15))
            kill.typed.append((time.monotonic(), word))

    def share(self, kill: Kill, chromium: Chromium, page: Page) -> None:
        """Write something, look back, share, and be killed around that moment."""
        self.type(kill, page, None, 0.6)
        page.wait_for_selector("form[data-autosave]:not([data-unsaved])", state="attached")
        page.goto(self.site.url + reverse("entry_finish", args=[kill.entry]))
        page.wait_for_load_state("networkidle")
        page.evaluate("setTimeout(() => document.querySelector('form[data-share]').requestSubmit(), 60)")
        threading.Timer(self.dice.uniform(0.05, 0.6), end, [kill, chromium]).start()
        page.wait_for_url("**/done/", timeout=2000, wait_until="commit")
        kill.acknowledged = not kill.at
        page.wait_for_timeout(1000)

    def look(self, kill: Kill) -> None:
        """The same person signs in, and what waited goes out; from Today, not from the note's own page."""
        chromium, _context, page = self.opened()
        try:
            page.goto(self.site.url + reverse("today"))
            end_at = time.monotonic() + SECONDS_TO_ARRIVE
            while time.monotonic() < end_at and waiting(page):
                page.wait_for_timeout(50)
        finally:
            chromium.kill()
        kill.has, kill.state = stored(self.cast, kill.entry)


def end(kill: Kill, chromium: Chromium) -> None:
    """Now."""
    kill.at = time.monotonic()
    chromium.kill()


def waiting(page: Page) -> bool:
    """Whether something on this device still waits to be sent."""
    count = """() => new Promise((done) => { const asked = indexedDB.open("notes");
        asked.onerror = () => done(0);
        asked.onsuccess = () => { const found = asked.result;
            if (!found.objectStoreNames.contains("waiting")) { found.close(); return done(0); }
            const all = found.transaction("waiting").objectStore("waiting").getAll();
            all.onsuccess = () => { found.close(); done(all.result.filter((one) => one.kind !== "look").length); }; }; })"""
    found: Any = page.evaluate(count)
    return bool(found)


def stored(cast: Cast, entry: UUID) -> tuple[str, str]:
    """Every word the server has of an entry, its copies included, and its state."""
    with acting_in(cast.north.pk), transaction.atomic(), vault.session():
        vault.open_contents([cast.ada.membership.pk])
        row = Entry.objects.get(pk=entry)
        copies = [copy.answers for copy in DraftCopy.objects.filter(entry=row)]
        return json.dumps([row.answers, *copies]), str(row.state)
