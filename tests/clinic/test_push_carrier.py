"""A push message: signed by us, empty, to known push services only, and to every browser of one person."""

import base64
from collections.abc import Iterator
from datetime import timedelta
from typing import Any

import jwt
import pytest
import time_machine
from django.utils import timezone
from pytest import MonkeyPatch

from clinic import push
from clinic.actions import push as pushing
from clinic.models import OutgoingMessage, PushSubscription
from clinic.outbox.carriers import AwayError, GoneError, wire
from clinic.outbox.carriers import push as carrier
from tests.cast import Cast, Person
from tests.clinic.test_push import address, live, only_i_see
from tests.clinic.wires import Far, far_side, lead_here

pytestmark = pytest.mark.finding("F36")
Kind = OutgoingMessage.Kind


@pytest.fixture
def far(monkeypatch: MonkeyPatch) -> Iterator[Far]:
    """The push services, all of them, on this machine."""
    with far_side() as found:
        lead_here(monkeypatch, found)
        yield found


def row_for(person: Person, **more: Any) -> OutgoingMessage:
    values: dict[str, Any] = {"kind": Kind.REMINDER, "channel": "push", "due_at": timezone.now(), **more}
    return OutgoingMessage(clinic=person.membership.clinic, user=person.user, **values)


def told(person: Person, *numbers: int) -> None:
    only_i_see(person)
    for number in numbers:
        pushing.start(by=person.actor, sent=address(number))


def carry(cast: Cast, row: OutgoingMessage) -> None:
    with carrier.PushCarrier() as line:
        line.carry(row, cast.north)


def test_a_push_message_is_empty_and_says_only_who_we_are(north: Cast, far: Far) -> None:
    told(north.ada, 1)
    row = row_for(north.ada, not_after=timezone.now() + timedelta(minutes=30))
    carry(north, row)
    (post,) = far.posts
    assert (post.body, post.headers["content-length"]) == (b"", "0")
    assert post.path == "/fcm/send/device1"
    assert "content-encoding" not in post.headers
    assert 1700 < int(post.headers["ttl"]) <= 1800
    assert post.headers["urgency"] == "normal"
    assert len(post.headers["topic"]) <= 32
    assert post.headers["topic"] == carrier.topic_of(row), "a second copy takes the place of the first"
    sent = {"ttl", "urgency", "topic", "authorization"}
    assert set(post.headers) <= sent | {"host", "content-length", "user-agent", "accept-encoding"}


def test_the_token_is_signed_for_this_push_service_alone_and_runs_out_within_half_a_day(north: Cast, far: Far) -> None:
    told(north.ada, 1)
    carry(north, row_for(north.ada))
    word, token, key = (
        far.posts[0].headers["authorization"].replace(",", "").replace("t=", "").replace("k=", "").split()
    )
    assert (word, key) == ("vapid", push.public_key())
    private = push.private_key()
    assert private is not None
    claims = jwt.decode(token, private.public_key(), algorithms=["ES256"], audience="https://fcm.googleapis.com")
    assert claims["exp"] - timezone.now().timestamp() <= 12 * 3600
    assert claims["sub"] == "mailto:reminders@localhost"
    assert set(claims) == {"aud", "exp", "sub"}
    assert len(base64.urlsafe_b64decode(key + "=")) == 65


def test_nothing_of_the_person_is_on_the_wire(north: Cast, far: Far) -> None:
    told(north.ada, 1)
    carry(north, row_for(north.ada, key="reminder:zq-key"))
    said = str(far.posts)
    for secret in ("ada@example.org", "Ada", "North", str(north.ada.user.pk), str(north.ada.membership.pk), "zq-key"):
        assert secret not in said


def test_every_browser_is_told_and_one_that_takes_it_is_enough(north: Cast, far: Far) -> None:
    told(north.ada, 1, 2, 3)
    far.answers = {"/fcm/send/device1": 500, "/fcm/send/device2": 410}
    carry(north, row_for(north.ada))
    assert len(far.posts) == 3
    assert live(north.ada) == 2, "the one that is gone is given up"
    assert set(PushSubscription.objects.exclude(ended_at=None).values_list("sealed", flat=True)) == {""}


@pytest.mark.parametrize("status", [404, 410])
def test_where_no_browser_is_left_the_message_is_over(north: Cast, far: Far, status: int) -> None:
    told(north.ada, 1)
    far.answers = {"/fcm/send/device1": status}
    with pytest.raises(GoneError):
        carry(north, row_for(north.ada))
    assert live(north.ada) == 0
    with pytest.raises(GoneError):
        carry(north, row_for(north.ada))


@pytest.mark.parametrize("status", [408, 425, 429, 500, 503])
def test_a_busy_push_service_is_nobodys_fault(north: Cast, far: Far, status: int) -> None:
    told(north.ada, 1, 2)
    far.answers = {"/fcm/send/device1": status, "/fcm/send/device2": 410}
    with pytest.raises(AwayError):
        carry(north, row_for(north.ada))
    assert live(north.ada) == 1


@pytest.mark.parametrize("status", [301, 400, 401, 403, 413])
def test_a_refusal_is_this_messages_trouble_and_nothing_is_followed(north: Cast, far: Far, status: int) -> None:
    told(north.ada, 1)
    far.answers = {"/fcm/send/device1": status}
    with pytest.raises(carrier.RefusedError):
        carry(north, row_for(north.ada))
    assert len(far.posts) == 1
    assert live(north.ada) == 1


def test_an_address_that_is_no_push_service_is_never_called(north: Cast, far: Far) -> None:
    told(north.ada, 1)
    row = PushSubscription.objects.get(member=north.ada.membership)
    elsewhere = push.Address("https://10.0.0.1/admin", **{name: address()[name] for name in ("p256dh", "auth")})
    row.sealed = pushing.seal(north.ada.membership.pk, elsewhere)
    row.save()
    with pytest.raises(GoneError):
        carry(north, row_for(north.ada))
    assert far.posts == []
    assert live(north.ada) == 0


def test_nobody_elses_browser_is_told(north: Cast, far: Far) -> None:
    told(north.ben, 2)
    with pytest.raises(GoneError):
        carry(north, row_for(north.ada))
    assert far.posts == []


def test_what_is_late_is_kept_no_moment_longer_than_its_window(north: Cast) -> None:
    now = timezone.now()
    with time_machine.travel(now, tick=False):
        assert carrier.seconds_left(row_for(north.ada, not_after=now - timedelta(minutes=1)), now) == 0
        assert carrier.seconds_left(row_for(north.ada, due_at=now), now) == 4 * 3600


def test_nothing_reaches_the_outside_from_tests_or_the_demo() -> None:
    with pytest.raises(AwayError):
        wire.Wire().post("https://fcm.googleapis.com/fcm/send/x", b"", {})
