"""The links that stop messages without signing in (clinical.md 5, RFC 8058). Each is good for one thing, and does not run out.

The one in an e-mail names clinic, person and channel, signed. The one in a text message is short, because a text has 160
letters: the end of the clinic's id, the person's, and a mark of six bytes that nobody can make who has not our key.
"""

import base64
import binascii
from dataclasses import dataclass
from hmac import compare_digest
from uuid import UUID

from django.conf import settings
from django.core.signing import BadSignature, Signer
from django.urls import reverse
from django.utils.crypto import salted_hmac

from clinic.models import Clinic, OutgoingMessage

SALT = "clinic.messages.stop"
END, MARK = 6, 6  # bytes
Channel = OutgoingMessage.Channel


@dataclass(frozen=True)
class WayOut:
    """What a link stops: messages from this clinic to this person over this channel; "" for every channel."""

    clinic_id: UUID
    user_id: UUID
    channel: str = ""


def stop_token(clinic_id: UUID, user_id: UUID, channel: str = Channel.EMAIL) -> str:
    """A signed token that can do one thing: stop messages from this clinic to this person over a channel."""
    ids = base64.urlsafe_b64encode(clinic_id.bytes + user_id.bytes + channel.encode()).decode().rstrip("=")
    return Signer(salt=SALT).sign(ids)


def read_stop_token(token: str) -> WayOut | None:
    """What a token stops, or None when it was not made here. Those from before channels stop everything."""
    try:
        raw = _bytes(Signer(salt=SALT).unsign(token))
    except (BadSignature, binascii.Error):
        return None
    return WayOut(UUID(bytes=raw[:16]), UUID(bytes=raw[16:32]), raw[32:].decode())


def short_token(clinic_id: UUID, user_id: UUID) -> str:
    """The token of a text message: 38 letters that a text may hold."""
    ids = clinic_id.bytes[-END:] + user_id.bytes
    return base64.urlsafe_b64encode(ids + _mark(ids)).decode().rstrip("=")


def read_short_token(token: str) -> WayOut | None:
    """What a short token stops, or None when it was not made here. One query, of clinics' ids."""
    try:
        raw = _bytes(token)
    except (binascii.Error, ValueError):
        return None
    ids, mark = raw[:-MARK], raw[-MARK:]
    if len(ids) != END + 16 or not compare_digest(mark, _mark(ids)):
        return None
    found = [pk for pk in Clinic.objects.values_list("pk", flat=True) if pk.bytes.endswith(ids[:END])]
    return WayOut(found[0], UUID(bytes=ids[END:]), Channel.SMS) if len(found) == 1 else None


def link_of(row: OutgoingMessage, clinic: Clinic) -> str:
    """The whole address a message of this row carries."""
    assert row.user_id is not None
    # Only this file of routes: a worker has no use for every page of the program.
    if row.channel == Channel.SMS:
        name, token = "stop_texts", short_token(clinic.pk, row.user_id)
    else:
        name, token = "stop_messages", stop_token(clinic.pk, row.user_id, row.channel)
    return settings.BASE_URL + reverse(name, "clinic.message_urls", args=[token])


def _bytes(text: str) -> bytes:
    return base64.urlsafe_b64decode(text + "=" * (-len(text) % 4))


def _mark(ids: bytes) -> bytes:
    return salted_hmac(f"{SALT}.short", ids, algorithm="sha256").digest()[:MARK]
