"""A note on the phone: fixed words, a way off that needs no sign-in, and the settings page by hand and by axe."""

from collections.abc import Callable, Iterator

import pytest
from django.db import transaction
from django.urls import reverse
from playwright.sync_api import Browser, BrowserContext, Page

from clinic.models import ContactPrefs
from clinic.scope import acting_in
from tests.access.world import Belongings
from tests.browser.conftest import Window, cookies
from tests.browser.site import Site
from tests.browser.test_installed import installed
from tests.cast import Cast

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True), pytest.mark.finding("F36")]
People = tuple[Cast, dict[str, Belongings]]
PUSHED = """async () => { self.gone = 0;
    PushManager.prototype.getSubscription = async () => ({ unsubscribe: async () => { self.gone += 1; return true; } });
    const seen = [];
    Object.getPrototypeOf(self.registration).showNotification = async (name, about) => { seen.push([name, about]); };
    const ended = []; ExtendableEvent.prototype.waitUntil = (work) => { ended.push(work); };
    self.dispatchEvent(new PushEvent("push", { data: "zq-what-somebody-sent" }));
    await Promise.all(ended);
    return seen.map(([name, about]) => ({ name, body: about.body, tag: about.tag, actions: about.actions })); }"""
TAPPED = """async () => { const ended = []; ExtendableEvent.prototype.waitUntil = (work) => { ended.push(work); };
    const shown = Object.create(Notification.prototype, { close: { value: () => {} } });
    const event = new ExtendableEvent("notificationclick");
    Object.defineProperties(event, { notification: { value: shown }, action: { value: "off" } });
    self.dispatchEvent(event); await Promise.all(ended); return self.gone; }"""


@pytest.fixture
def phone(chromium: Browser, site: Site, people: People) -> Iterator[tuple[BrowserContext, Page]]:
    """Ada's phone, with the service worker."""
    context = chromium.new_context(viewport={"width": 390, "height": 844}, base_url=site.url)
    context.add_cookies([{"name": name, "value": value, "url": site.url} for name, value in cookies(people[0].ada)])
    yield context, context.new_page()
    context.close()


def test_a_note_says_fixed_words_and_turns_itself_off_without_signing_in(phone: tuple[BrowserContext, Page]) -> None:
    context, page = phone
    page.goto(reverse("today"))
    installed(page)
    context.clear_cookies()  # nobody is signed in any more
    (worker,) = context.service_workers
    (note,) = worker.evaluate(PUSHED)
    assert (note["name"], note["body"], note["tag"]) == ("Notes", "A note is waiting for you", "note")
    assert note["actions"] == [{"action": "off", "title": "Turn off"}]
    assert worker.evaluate(TAPPED) == 1


@pytest.mark.parametrize("dark", [False, True])
def test_the_settings_of_messages_are_sound(people: People, window: Callable[..., Window], dark: bool) -> None:
    cast, _world = people
    with transaction.atomic(), acting_in(cast.north.pk):
        ContactPrefs.objects.filter(client=cast.ada.membership).update(seen_by_others="no")
    there = window(cast.ada, dark=dark)
    there.go(reverse("settings"))
    there.assert_sound(reverse("settings"))


def test_without_script_everything_but_the_phone_can_be_turned_on(
    people: People, window: Callable[..., Window]
) -> None:
    cast, _world = people
    with transaction.atomic(), acting_in(cast.north.pk):
        ContactPrefs.objects.filter(client=cast.ada.membership).update(seen_by_others="no")
    page = window(cast.ada, script=False).go(reverse("settings"))
    page.get_by_role("button", name="Turn on e-mails").click()
    assert "On since" in page.content()
    with transaction.atomic(), acting_in(cast.north.pk):
        assert ContactPrefs.objects.get(client=cast.ada.membership).may_email
