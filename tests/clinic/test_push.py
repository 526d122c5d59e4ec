"""Telling a phone that something waits: only by choice, only where nobody else sees it, only through a known push service."""

import base64
import json
from collections.abc import Callable
from typing import Any

import pytest
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat
from django.test import Client
from django.urls import reverse

from accounts import keys
from clinic import push
from clinic.actions import contact
from clinic.actions import push as pushing
from clinic.models import AuditEvent, ContactPrefs, PushSubscription
from clinic.refusal import ActionRefused
from clinic.scope import acting_in
from tests.cast import Cast, Person

SignIn = Callable[[Person | None], Client]
pytestmark = pytest.mark.finding("F36")


def address(number: int = 1, **more: Any) -> dict[str, Any]:
    point = ec.derive_private_key(number + 7, ec.SECP256R1()).public_key()
    key = base64.urlsafe_b64encode(point.public_bytes(Encoding.X962, PublicFormat.UncompressedPoint)).rstrip(b"=")
    auth = base64.urlsafe_b64encode(bytes([number]) * 16).rstrip(b"=")
    return {
        "endpoint": f"https://fcm.googleapis.com/fcm/send/device{number}",
        "p256dh": key.decode(),
        "auth": auth.decode(),
        **more,
    }


def only_i_see(person: Person) -> None:
    ContactPrefs.objects.filter(client=person.membership).update(seen_by_others="no")


def live(person: Person) -> int:
    return int(PushSubscription.objects.live().filter(member=person.membership).count())


def test_a_phone_is_told_after_its_owner_says_so_and_the_address_is_sealed(north: Cast) -> None:
    only_i_see(north.ada)
    row = pushing.start(by=north.ada.actor, sent=address())
    again = pushing.start(by=north.ada.actor, sent=address())
    assert row.pk == again.pk
    assert live(north.ada) == 1
    assert "googleapis" not in row.sealed
    assert pushing.unseal(row).endpoint == address()["endpoint"]
    assert set(AuditEvent.objects.filter(verb="push.started").values_list("actor", flat=True)) == {
        north.ada.membership.pk
    }


@pytest.mark.parametrize("said", ["", "yes", "unsure"])
def test_nothing_is_turned_on_where_somebody_else_could_see_it(north: Cast, said: str) -> None:
    ContactPrefs.objects.filter(client=north.ada.membership).update(seen_by_others=said)
    with pytest.raises(ActionRefused):
        pushing.start(by=north.ada.actor, sent=address())
    assert live(north.ada) == 0


@pytest.mark.parametrize(
    "sent",
    [
        None,
        [],
        {},
        "text",
        address(endpoint="http://fcm.googleapis.com/x"),
        address(endpoint="https://127.0.0.1/x"),
        address(endpoint="https://fcm.googleapis.com.evil.example/x"),
        address(endpoint="https://user@fcm.googleapis.com/x"),
        address(endpoint="https://fcm.googleapis.com:8443/x"),
        address(endpoint="https://fcm.googleapis.com:no/x"),
        address(endpoint="https://fcm.googleapis.com/" + "x" * 1000),
        address(endpoint=7),
        address(p256dh="AAAA"),
        address(p256dh="B" * 87),
        address(auth="AAAA"),
        address(auth="ñ"),
    ],
    ids=str,
)
def test_what_is_no_address_of_a_push_service_is_refused(north: Cast, sent: object) -> None:
    only_i_see(north.ada)
    with pytest.raises(ActionRefused) as no:
        pushing.start(by=north.ada.actor, sent=sent)
    assert no.value.status == 422
    assert PushSubscription.objects.count() == 0


def test_five_browsers_are_enough(north: Cast) -> None:
    only_i_see(north.ada)
    for number in range(1, 6):
        pushing.start(by=north.ada.actor, sent=address(number))
    with pytest.raises(ActionRefused):
        pushing.start(by=north.ada.actor, sent=address(6))
    pushing.start(by=north.ada.actor, sent=address(5))
    assert live(north.ada) == 5


def test_it_ends_for_one_browser_or_for_all_and_the_address_is_gone(north: Cast) -> None:
    only_i_see(north.ada)
    for number in (1, 2, 3):
        pushing.start(by=north.ada.actor, sent=address(number))
    pushing.end(by=north.ben.actor, endpoint=address(1)["endpoint"])
    assert live(north.ada) == 3, "one's own only"
    pushing.end(by=north.ada.actor, endpoint=address(1)["endpoint"])
    assert live(north.ada) == 2
    pushing.end(by=north.ada.actor)
    assert live(north.ada) == 0
    assert set(PushSubscription.objects.values_list("sealed", flat=True)) == {""}


def test_saying_that_somebody_else_could_see_it_ends_it_everywhere(north: Cast) -> None:
    only_i_see(north.ada)
    pushing.start(by=north.ada.actor, sent=address())
    prefs = ContactPrefs.objects.get(client=north.ada.membership)
    contact.set_contact(
        by=north.ada.actor, email_reminders=False, seen_by_others="unsure", quiet_from=prefs.quiet_from,
        quiet_until=prefs.quiet_until, noun=prefs.noun,
    )  # fmt: skip
    assert live(north.ada) == 0


def test_the_link_that_stops_messages_stops_these_too(north: Cast) -> None:
    only_i_see(north.ada)
    pushing.start(by=north.ada.actor, sent=address())
    contact.stop_messages(clinic_id=north.north.pk, client_id=north.ada.membership.pk)
    assert live(north.ada) == 0


def test_the_settings_page_offers_it_off_and_turns_it_on_and_off(cast: Cast, sign_in: SignIn) -> None:
    browser = sign_in(cast.ada)
    assert "data-push-key" not in browser.get(reverse("settings")).content.decode()
    with acting_in(cast.north.pk):
        only_i_see(cast.ada)
    page = browser.get(reverse("settings")).content.decode()
    assert f'data-push-key="{push.public_key()}"' in page
    assert reverse("push_end") in page and "Turn it off on" not in page
    for body, status in ((b"{", 422), (b"x" * 5000, 422), (json.dumps(address()), 204)):
        assert browser.post(reverse("push_start"), body, content_type="application/json").status_code == status
    assert "Turn it off on 1 phone" in browser.get(reverse("settings")).content.decode()
    assert browser.post(reverse("push_end")).status_code == 303
    with acting_in(cast.north.pk):
        assert live(cast.ada) == 0


def test_a_new_key_file_reseals_the_address(north: Cast, monkeypatch: pytest.MonkeyPatch) -> None:
    only_i_see(north.ada)
    row, old = pushing.start(by=north.ada.actor, sent=address()), keys.key_file()
    assert not pushing.reseal(row)
    monkeypatch.setattr(keys, "key_file", lambda: keys.KeyFile(active="next", keys={**old.keys, "next": b"n" * 32}))
    assert pushing.reseal(row)
    monkeypatch.setattr(keys, "key_file", lambda: keys.KeyFile(active="next", keys={"next": b"n" * 32}))
    assert pushing.unseal(row).endpoint == address()["endpoint"]


def test_the_public_key_is_a_point_a_browser_takes() -> None:
    point = base64.urlsafe_b64decode(push.public_key() + "=")
    assert len(point) == 65 and point[0] == 4
    ec.EllipticCurvePublicKey.from_encoded_point(ec.SECP256R1(), point)
