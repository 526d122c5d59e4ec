"""The questions about safe contact ask about the ways there are for this client, and let each stay or stop (F36, clinical.md 5)."""

from html import unescape
from pathlib import Path
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from clinic import numbers, push
from clinic.models import AuditEvent, ContactNumber, ContactPrefs, PushSubscription
from clinic.scope import acting_in
from tests.cast import Cast
from tests.clinic.test_safe_contact import ANSWERS, SignIn

pytestmark = pytest.mark.finding("F36")


@pytest.fixture(autouse=True)
def _both_offered(settings: Any, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    settings.SMS = {**settings.SMS, "url": "", "folder": str(tmp_path)}
    monkeypatch.setattr(push, "public_key", lambda: "key")


def turned_on(cast: Cast, *, text: bool = True, phones: int = 1, email: bool = False) -> None:
    with acting_in(cast.north.pk):
        now, member = timezone.now(), cast.ada.membership
        ContactPrefs.objects.filter(client=member).update(
            seen_by_others="no",
            asked_at=now,
            answered_at=now,
            email_reminders=email,
            consented_at=now if email else None,
        )
        if text:
            sealed = numbers.seal(member.pk, "+447700900142")
            ContactNumber.objects.create(clinic=cast.north, member=member, sealed=sealed, confirmed_at=now)
        for number in range(phones):
            PushSubscription.objects.create(clinic=cast.north, member=member, endpoint_hash=str(number), sealed="x")


def on(cast: Cast) -> set[str]:
    with acting_in(cast.north.pk):
        member = cast.ada.membership
        found = {"sms"} if ContactNumber.objects.live().filter(member=member).exists() else set()
        found |= {"push"} if PushSubscription.objects.live().filter(member=member).exists() else set()
        return found | ({"email"} if ContactPrefs.objects.get(client=member).may_email else set())


def shown(browser: Client) -> str:
    return unescape(browser.get(reverse("about_contact")).content.decode())


def answer(browser: Client, way: list[str], asked: tuple[str, ...] = ("sms", "push"), **more: Any) -> Any:
    return browser.post(reverse("about_contact"), {**ANSWERS, "way": way, "asked": asked, **more})


def ticked(page: str, way: str) -> bool:
    [box] = [tag for tag in page.split("<input") if f'name="way" value="{way}"' in tag]
    return " checked" in box.partition(">")[0]


def test_what_is_on_is_asked_about_and_starts_ticked(cast: Cast, sign_in: SignIn) -> None:
    turned_on(cast, phones=2)
    page = shown(sign_in(cast.ada))
    assert "A text message to the number ending in 42." in page
    assert "+4477" not in page
    assert "A note on the 2 phones and browsers you chose." in page
    assert (ticked(page, "sms"), ticked(page, "push"), ticked(page, "email"), ticked(page, "here")) == (
        True, True, False, False,
    )  # fmt: skip
    assert page.count('name="asked"') == 2
    assert "under Settings after" not in page


def test_each_stays_or_stops_in_the_same_answer(cast: Cast, sign_in: SignIn) -> None:
    turned_on(cast)
    browser = sign_in(cast.ada)
    assert answer(browser, ["sms", "push", "email"]).status_code == 303
    assert on(cast) == {"sms", "push", "email"}
    answer(browser, ["sms"])
    assert on(cast) == {"sms"}
    with acting_in(cast.north.pk):
        said = AuditEvent.objects.filter(verb="contact.changed").latest("at")
        assert said.detail == {"email": False, "stopped": ["push"]}
    answer(browser, ["email"])
    assert on(cast) == {"email"}
    with acting_in(cast.north.pk):
        row = ContactNumber.objects.get()
        assert (row.sealed, row.ended_because) == ("", ContactNumber.Ended.SELF)


def test_only_here_stops_every_way(cast: Cast, sign_in: SignIn) -> None:
    turned_on(cast, email=True)
    answer(sign_in(cast.ada), ["here"], asked=())
    assert on(cast) == set()


@pytest.mark.parametrize("others", ["yes", "unsure"])
def test_where_others_could_see_it_every_way_stops_and_that_is_said(cast: Cast, sign_in: SignIn, others: str) -> None:
    turned_on(cast)
    browser = sign_in(cast.ada)
    reply = answer(browser, ["sms", "push"], seen_by_others=others)
    assert "so we send none" in browser.get(reply["Location"]).content.decode()
    assert on(cast) == set()
    with acting_in(cast.north.pk):
        assert ContactNumber.objects.get().ended_because == ContactNumber.Ended.SHARED


def test_what_was_turned_on_after_the_page_was_opened_is_not_stopped_by_it(cast: Cast, sign_in: SignIn) -> None:
    turned_on(cast)
    answer(sign_in(cast.ada), ["email"], asked=("sms",))
    assert on(cast) == {"email", "push"}


def test_only_here_beside_a_way_is_asked_again_and_nothing_changes(cast: Cast, sign_in: SignIn) -> None:
    turned_on(cast)
    reply = answer(sign_in(cast.ada), ["here", "sms"])
    page = unescape(reply.content.decode())
    assert reply.status_code == 422
    assert "Choose “only here”, or the ways that are safe." in page
    assert ticked(page, "here") and ticked(page, "sms") and not ticked(page, "push")
    assert on(cast) == {"sms", "push"}


def test_putting_the_questions_off_stops_nothing(cast: Cast, sign_in: SignIn) -> None:
    turned_on(cast)
    sign_in(cast.ada).post(reverse("about_contact"), {"answer": "later", "asked": ["sms", "push"]})
    assert on(cast) == {"sms", "push"}


@pytest.mark.parametrize(
    ("text", "phones", "says"),
    [
        (False, 0, "A text message, or a note on this phone, can be turned on under Settings"),
        (False, 1, "A text message can be turned on under Settings"),
        (True, 0, "A note on this phone can be turned on under Settings"),
        (True, 1, ""),
    ],
)
def test_what_is_not_on_yet_is_one_sentence_with_its_way_to_settings(
    cast: Cast, sign_in: SignIn, text: bool, phones: int, says: str
) -> None:
    turned_on(cast, text=text, phones=phones)
    page = shown(sign_in(cast.ada))
    assert page.count("under Settings after you have saved") == bool(says)
    assert says in page
    assert (f'href="{reverse("settings")}#ways"' in page) is bool(says)


def test_what_this_installation_does_not_have_is_not_named(
    cast: Cast, sign_in: SignIn, settings: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    settings.SMS = {**settings.SMS, "url": "", "folder": ""}
    monkeypatch.setattr(push, "public_key", lambda: "")
    turned_on(cast)
    page = shown(sign_in(cast.ada))
    assert "text message" not in page.lower() and "on this phone" not in page
    assert 'type="radio" name="way" value="here"' in page


def test_another_clients_ways_are_not_shown_here(cast: Cast, sign_in: SignIn) -> None:
    turned_on(cast)
    page = shown(sign_in(cast.ben))
    assert "ending in" not in page and "you chose" not in page


# --- a value nobody offered --------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("name", ["seen_by_others", "shared", "way", "noun", "quiet_from", "quiet_until"])
@pytest.mark.parametrize("both", [False, True], ids=["e-mail", "everything on"])
def test_an_unknown_value_keeps_what_was_typed(cast: Cast, sign_in: SignIn, name: str, both: bool) -> None:
    if both:
        turned_on(cast)
    reply = answer(sign_in(cast.ada), **{"way": ["email"], name: ["nonsense"]})
    page = unescape(reply.content.decode())
    assert reply.status_code == 422
    assert "aria-live" in page or 'role="alert"' in page or "error" in page
    for other, value in {**ANSWERS}.items():
        [kept] = [tag.partition(">")[0] for tag in page.split("<input") if f'name="{other}"' in tag
                  and (f'value="{value}"' in tag.partition(">")[0])] or [""]  # fmt: skip
        if other != name:
            assert "checked" in kept or 'type="time"' in kept, other
    assert on(cast) == ({"sms", "push"} if both else set())
    if name in ("quiet_from", "quiet_until"):
        assert 'value="nonsense"' in page
