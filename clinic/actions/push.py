"""Telling a phone that something waits: on for one browser, off again (F36). Sending: `outbox.carriers.push`."""

import hashlib
import json
from dataclasses import asdict
from uuid import UUID

from django.db import transaction
from django.utils.translation import gettext as _

from accounts import keys
from clinic import audit, push
from clinic.access import Actor
from clinic.models import ContactPrefs, PushSubscription
from clinic.push import Address
from clinic.refusal import ActionRefused

MOST = 5  # browsers of one person


@transaction.atomic
def start(*, by: Actor, sent: object) -> PushSubscription:
    """Tell this browser from now on. The same browser again changes nothing.

    Raises ActionRefused: 422 for what is no address of a push service; 409 where somebody else could see the message, where
    nobody has said yet, or with five browsers.
    """
    address = push.address_of(sent)
    if address is None:
        raise ActionRefused(_("This browser cannot be told. You can leave it as it is."), status=422)
    prefs = ContactPrefs.objects.select_for_update().get(client_id=by.member.pk)
    if prefs.seen_by_others != ContactPrefs.SeenByOthers.NO:
        raise ActionRefused(_("First say that only you see messages on this phone."))
    key = _hash(address.endpoint)
    live = PushSubscription.objects.live().filter(member_id=by.member_id)
    if live.exclude(endpoint_hash=key).count() >= MOST:
        raise ActionRefused(_("That is on for five phones or browsers. Turn one off first."))
    row, made = PushSubscription.objects.update_or_create(
        member=by.member, endpoint_hash=key,
        defaults={"clinic_id": by.clinic_id, "sealed": seal(by.member.pk, address), "ended_at": None},
    )  # fmt: skip
    ContactPrefs.objects.filter(pk=prefs.pk, how_agreed="").update(how_agreed=ContactPrefs.HowAgreed.ALONE)
    audit.record(by=by, verb="push.started", obj=by.membership, first=made)
    return row


@transaction.atomic
def end(*, by: Actor, endpoint: str = "") -> None:
    """Tell this browser no more; without an endpoint, none of this person's. What is off stays off."""
    live = PushSubscription.objects.live().filter(member_id=by.member.pk)
    if endpoint:
        live = live.filter(endpoint_hash=_hash(endpoint))
    ended = live.end()
    audit.record(by=by, verb="push.ended", obj=by.membership, browsers=ended)


def end_all(member_id: UUID) -> None:
    """Somebody else could see messages, or all of them were stopped: no browser of this person is told any more.

    Call in a transaction, in the scope of the clinic; the caller records why.
    """
    PushSubscription.objects.live().filter(member_id=member_id).end()


def _hash(endpoint: str) -> str:
    return hashlib.sha256(endpoint.encode()).hexdigest()


def seal(member_id: UUID, address: Address) -> str:
    """An address as it is stored: it says on which device somebody is, so it is sealed for this person's row."""
    return keys.seal_text(json.dumps(asdict(address)), purpose=f"push {member_id}")


def reseal(row: PushSubscription) -> bool:
    """Seal an address under the active key-encryption key, if it is not. Returns whether it changed."""
    if keys.is_current(row.sealed):
        return False
    row.sealed = seal(row.member_id, unseal(row))
    return True


def unseal(row: PushSubscription) -> Address:
    """The address of a stored browser. Raises Undecryptable."""
    return Address(**json.loads(keys.open_text(row.sealed, purpose=f"push {row.member_id}")))
