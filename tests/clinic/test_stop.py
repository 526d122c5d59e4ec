"""The way out: one tap, without signing in, at once, and nothing else that the link can do."""

import base64
from collections.abc import Callable
from pathlib import Path

import pytest
from django.conf import settings
from django.core.signing import Signer
from django.test import Client
from django.urls import reverse

from clinic import messages, way_out
from clinic.actions import push as pushing
from clinic.models import AuditEvent, ContactNumber, ContactPrefs, PushSubscription
from clinic.scope import acting_in
from tests.cast import Cast, Person
from tests.clinic.numbers_given import give_number
from tests.clinic.test_push import address
from tests.homework.assignments.nudging import MONDAY, agree, at, minute, send, sweep, wants_email
from tests.homework.assignments.test_reminders import NINE


@pytest.fixture(autouse=True)
def static_folder() -> None:
    """Serving pages looks for it."""
    Path(settings.STATIC_ROOT).mkdir(parents=True, exist_ok=True)


def link(person: Person) -> str:
    """The link in a message to this client."""
    return reverse("stop_messages", args=[messages.stop_token(person.membership.clinic_id, person.user.pk)])


def old_link(person: Person) -> str:
    """A link from before messages had channels."""
    ids = base64.urlsafe_b64encode(person.membership.clinic_id.bytes + person.user.pk.bytes).decode().rstrip("=")
    return reverse("stop_messages", args=[Signer(salt="clinic.messages.stop").sign(ids)])


def text_link(person: Person) -> str:
    """The short link in a text message."""
    return reverse("stop_texts", args=[way_out.short_token(person.membership.clinic_id, person.user.pk)])


@pytest.fixture
def wanted(north: Cast) -> ContactPrefs:
    """Ada gets messages."""
    return wants_email(north.ada)


def test_looking_at_the_page_stops_nothing(north: Cast, wanted: ContactPrefs, client: Client) -> None:
    for method in (client.get, client.head):
        assert method(link(north.ada)).status_code == 200
    wanted.refresh_from_db()
    assert wanted.may_email


def test_one_tap_stops_messages_without_signing_in(north: Cast, wanted: ContactPrefs, client: Client) -> None:
    answer = client.post(link(north.ada))
    assert (answer.status_code, answer["Location"]) == (303, link(north.ada))
    wanted.refresh_from_db()
    assert not wanted.may_email
    assert wanted.consented_at is None
    page = client.get(link(north.ada)).content.decode()
    assert "no more of these e-mails" in page
    assert "<form" not in page.split("<main")[1].split("<footer")[0]


def test_the_mail_programs_own_button_gets_a_plain_yes(north: Cast, wanted: ContactPrefs) -> None:
    strict = Client(enforce_csrf_checks=True)
    answer = strict.post(link(north.ada), {"List-Unsubscribe": "One-Click"})
    assert (answer.status_code, answer.content) == (200, b"ok")
    wanted.refresh_from_db()
    assert not wanted.may_email


def test_it_holds_at_once_also_for_what_is_already_waiting(north: Cast, wanted: ContactPrefs, client: Client) -> None:
    with at(MONDAY):
        agree(north.ada, north.theo)
    assert sweep(north.north, NINE) == 1
    client.post(link(north.ada))
    assert send(north.north, NINE).sent == 0
    assert minute(north.north, NINE.replace(day=17)) == 0


def test_twice_is_the_same_as_once(north: Cast, wanted: ContactPrefs, client: Client) -> None:
    for _ in range(2):
        assert client.post(link(north.ada)).status_code == 303
    wanted.refresh_from_db()
    assert not wanted.may_email


def test_it_is_in_the_record_without_a_name(north: Cast, wanted: ContactPrefs, client: Client) -> None:
    client.post(link(north.ada))
    event = AuditEvent.objects.get(verb="contact.stopped")
    assert event.client == north.ada.membership.pk
    assert "Ada" not in str(event.detail)


def test_it_stops_one_persons_messages_only(north: Cast, wanted: ContactPrefs, client: Client) -> None:
    bens = wants_email(north.ben)
    client.post(link(north.ada))
    bens.refresh_from_db()
    assert bens.may_email


@pytest.mark.parametrize("change", ["first letter", "last letter", "other clinic", "garbage"])
def test_a_link_that_was_not_made_here_is_nothing(
    north: Cast, wanted: ContactPrefs, client: Client, change: str
) -> None:
    token = messages.stop_token(north.north.pk, north.ada.user.pk)
    forged = {
        "first letter": ("B" if token[0] != "B" else "C") + token[1:],
        "last letter": token[:-1] + ("B" if token[-1] != "B" else "C"),
        "other clinic": messages.stop_token(north.south.pk, north.ada.user.pk),
        "garbage": "x" * 90,
    }[change]
    path = reverse("stop_messages", args=[forged])
    assert client.get(path).status_code == client.post(path).status_code == 404
    wanted.refresh_from_db()
    assert wanted.may_email


@pytest.mark.finding("F36")
def test_the_page_says_nothing_about_whose_it_is(north: Cast, wanted: ContactPrefs, client: Client) -> None:
    page = client.get(link(north.ada)).content.decode()
    assert "<title>Notes</title>" in page
    for telling in ("Ada", "ada@example.org", "North", "clinic", "therap", "Between"):
        assert telling not in page.split("<body")[1]


def test_the_page_speaks_the_clients_language(north: Cast, wanted: ContactPrefs, client: Client) -> None:
    type(north.ada.user).objects.filter(pk=north.ada.user.pk).update(language="es")
    assert 'lang="es"' in client.get(link(north.ada)).content.decode()


def test_somebody_else_who_is_signed_in_may_use_the_link(
    north: Cast, wanted: ContactPrefs, sign_in: Callable[[Person | None], Client]
) -> None:
    """The link works in whatever browser it is opened, and changes nothing of the one who is signed in there."""
    browser = sign_in(north.theo)
    assert browser.post(link(north.ada)).status_code == 303
    with acting_in(north.north.pk):
        wanted.refresh_from_db()
    assert not wanted.may_email


def test_nothing_but_looking_and_tapping_is_answered(north: Cast, wanted: ContactPrefs, client: Client) -> None:
    assert client.put(link(north.ada)).status_code == client.delete(link(north.ada)).status_code == 405


# --- each channel apart -----------------------------------------------------------------------------------------------


def on(person: Person) -> set[str]:
    """The channels that are on."""
    prefs = ContactPrefs.objects.get(client=person.membership)
    texts = ContactNumber.objects.live().filter(member=person.membership).exists()
    told = PushSubscription.objects.live().filter(member=person.membership).exists()
    return {name for name, is_on in (("email", prefs.may_email), ("sms", texts), ("push", told)) if is_on}


@pytest.fixture
def everything(north: Cast, wanted: ContactPrefs) -> Cast:
    """Ada gets messages over every channel."""
    give_number(north.ada)
    pushing.start(by=north.ada.actor, sent=address())
    assert on(north.ada) == {"email", "sms", "push"}
    return north


def test_the_link_of_an_email_stops_emails_and_offers_to_stop_all(everything: Cast, client: Client) -> None:
    ada = everything.ada
    assert client.post(link(ada)).status_code == 303
    assert on(ada) == {"sms", "push"}
    assert ContactPrefs.objects.get(client=ada.membership).email_stopped == ContactPrefs.Stopped.LINK
    assert "Stop all messages" in client.get(link(ada)).content.decode()
    client.post(link(ada), {"what": "all"})
    assert on(ada) == set()
    assert "Stop all messages" not in client.get(link(ada)).content.decode()


def test_the_short_link_of_a_text_stops_texts_and_erases_the_number(everything: Cast, client: Client) -> None:
    ada = everything.ada
    assert "Stop these text messages" in client.get(text_link(ada)).content.decode()
    assert client.post(text_link(ada), {"List-Unsubscribe": "One-Click"}).content == b"ok"
    assert on(ada) == {"email", "push"}
    row = ContactNumber.objects.get(member=ada.membership)
    assert (row.sealed, row.number_hash, row.ended_because) == ("", "", "stop")
    assert "your number is erased" in client.get(text_link(ada)).content.decode()


def test_a_link_from_before_channels_stops_everything(everything: Cast, client: Client) -> None:
    assert client.post(old_link(everything.ada)).status_code == 303
    assert on(everything.ada) == set()
    assert "You will get no more of these messages" in client.get(old_link(everything.ada)).content.decode()


@pytest.mark.parametrize("change", ["first letter", "mark", "short", "other clinic", "garbage"])
def test_a_short_link_that_was_not_made_here_is_nothing(everything: Cast, client: Client, change: str) -> None:
    north = everything.north
    token = way_out.short_token(north.pk, everything.ada.user.pk)
    forged = {
        "first letter": ("B" if token[0] != "B" else "C") + token[1:],
        "mark": token[:-3] + ("BBB" if token[-3:] != "BBB" else "CCC"),
        "short": token[:20],
        "other clinic": way_out.short_token(everything.south.pk, everything.ada.user.pk),
        "garbage": "ñ%00",
    }[change]
    path = reverse("stop_texts", args=[forged])
    assert client.get(path).status_code == client.post(path).status_code == 404
    assert on(everything.ada) == {"email", "sms", "push"}
