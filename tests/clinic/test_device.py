"""What a browser keeps of the program: the key's route, the worker's script, the offline page, the home screen."""

import json
import re
from collections.abc import Callable

import pytest
from django.test import Client
from django.urls import reverse

from clinic import worker
from clinic.models import AuditEvent
from clinic.scope import acting_in
from tests.cast import Cast, Person

SignIn = Callable[[Person | None], Client]


def test_the_key_is_handed_to_its_client_and_making_it_is_recorded_once(cast: Cast, sign_in: SignIn) -> None:
    browser = sign_in(cast.ada)
    first = browser.get(reverse("device_key"))
    assert first["Cache-Control"] == "no-store"
    again = sign_in(cast.ada).get(reverse("device_key")).json()
    assert {name: first.json()[name] for name in ("key", "owner")} == {name: again[name] for name in ("key", "owner")}
    other = sign_in(cast.ben).get(reverse("device_key")).json()
    assert other["key"] != again["key"] and other["owner"] != again["owner"]
    with acting_in(cast.north.pk):
        made = AuditEvent.objects.filter(verb="device.key_made")
        assert sorted(made.values_list("actor", flat=True)) == sorted([cast.ada.membership.pk, cast.ben.membership.pk])


def test_without_a_sign_in_a_script_is_told_so_and_gets_no_key(cast: Cast) -> None:
    answer = Client().get(reverse("device_key"), headers={"X-Requested-With": "autosave"})
    assert answer.status_code == 401
    assert "key" not in answer.json()


@pytest.mark.django_db
def test_the_workers_script_is_never_stale_and_serves_the_whole_site() -> None:
    answer = Client().get("/sw.js")
    assert answer["Content-Type"].startswith("text/javascript")
    assert answer["Cache-Control"] == "no-store"
    assert answer["Service-Worker-Allowed"] == "/"
    assert "worker-src 'self'" in answer["Content-Security-Policy"]
    assert "manifest-src 'self'" in answer["Content-Security-Policy"]


@pytest.mark.django_db
def test_the_worker_keeps_every_file_of_the_pages_it_keeps_and_no_other_page() -> None:
    kept = json.loads(re.match(r"const KEPT = (\{.*?\});\n", Client().get("/sw.js").content.decode())[1])  # type: ignore[index]
    assert {kept["shell"], kept["help"], kept["manifest"]} == {"/offline/", "/help/?kept=1", "/manifest.webmanifest"}
    for path in (kept["shell"], kept["help"]):
        page = Client().get(path).content.decode()
        asked = set(re.findall(r'(?:href|src)="(/static/[^"#]+\.(?:css|js))"', page))
        assert asked
        assert asked <= set(kept["files"]), asked - set(kept["files"])
    assert all(path.startswith("/static/") for path in kept["files"])


@pytest.mark.finding("F36")
@pytest.mark.parametrize("path", ["/offline/", "/help/?kept=1"])
def test_a_page_a_browser_keeps_holds_nothing_of_the_person_who_fetched_it(
    cast: Cast, sign_in: SignIn, path: str
) -> None:
    with acting_in(cast.north.pk):
        cast.north.phone, cast.north.reading_hours = "020 7946 0000", "Mondays"
        cast.north.save()
    pages = [re.sub(r'nonce="[^"]*"', "", sign_in(who).get(path).content.decode()) for who in (cast.ada, cast.ben)]
    assert pages[0] == pages[1]
    for word in (
        "020 7946",
        "Mondays",
        "North",
        "Ada",
        "tabbar",
        "data-key-url",
        "data-idle-minutes",
        "csrfmiddlewaretoken",
    ):
        assert word not in pages[0], word
    assert reverse("help_now") in pages[0]


@pytest.mark.finding("F36")
def test_the_home_screen_shows_the_discreet_name_of_the_clients_clinic(cast: Cast, sign_in: SignIn) -> None:
    cast.north.app_name = "Pages"
    cast.north.save()
    shown = sign_in(cast.ada).get(reverse("manifest"))
    assert shown["Content-Type"] == "application/manifest+json"
    about = shown.json()
    assert (about["name"], about["start_url"], about["display"], about["scope"]) == (
        "Pages",
        "/today/",
        "standalone",
        "/",
    )
    assert {(icon["sizes"], icon["purpose"]) for icon in about["icons"]} >= {
        ("192x192", "any"),
        ("512x512", "any"),
        ("512x512", "maskable"),
    }
    assert Client().get(reverse("manifest")).json()["name"] == "Notes"
    page = sign_in(cast.ada).get(reverse("today")).content.decode()
    assert f'rel="manifest" href="{reverse("manifest")}" crossorigin="use-credentials"' in page
    assert 'rel="apple-touch-icon"' in page


@pytest.mark.finding("F36")
def test_a_push_message_says_one_thing_in_each_language_whatever_it_holds() -> None:
    words = worker.waiting_words()
    assert words["en"] == {"says": "A note is waiting for you", "off": "Turn off"}
    assert set(words) == {"en", "es"}
    code = worker.SOURCE.read_text()
    assert "event.data" not in code, "what a push service sends is never read"
