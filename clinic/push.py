"""Telling a phone that something waits: the key pair the push services know us by, which addresses are one, and one's choice.

The private key is 32 random bytes in a file like the other secrets (`deploy/make-secrets`); without it nothing is offered.
Only the push services of the browsers are accepted as an address: whatever else somebody sends, we never call it.
"""

import base64
import binascii
from dataclasses import dataclass
from datetime import datetime
from functools import lru_cache
from urllib.parse import urlsplit

from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat
from django.conf import settings
from django.db.models import Count, Min

from clinic.access import Actor
from clinic.models import ContactPrefs, PushSubscription

LONGEST = 1000  # characters of an endpoint
SERVICES = ("fcm.googleapis.com", "push.services.mozilla.com", "push.apple.com", "notify.windows.com")
ORDER = 0xFFFFFFFF00000000FFFFFFFFFFFFFFFFBCE6FAADA7179E84F3B9CAC2FC632551  # of P-256


@dataclass(frozen=True)
class Address:
    """One browser at its push service (RFC 8030), and the keys that seal what is sent to it (RFC 8291)."""

    endpoint: str
    p256dh: str
    auth: str


@dataclass(frozen=True)
class Choice:
    """What the settings page shows: whether it is offered at all, allowed for this person, on how many browsers, since when."""

    key: str = ""
    allowed: bool = False
    browsers: int = 0
    since: datetime | None = None


@lru_cache(maxsize=1)
def private_key() -> ec.EllipticCurvePrivateKey | None:
    """The key we sign with, or None where none was made."""
    if not settings.PUSH_KEY:
        return None
    number = int.from_bytes(base64.b64decode(settings.PUSH_KEY), "big")
    return ec.derive_private_key(number % (ORDER - 1) + 1, ec.SECP256R1())


def public_key() -> str:
    """What a browser asks its push service with (RFC 8292): an uncompressed point, base64url; "" where there is no key."""
    key = private_key()
    if key is None:
        return ""
    point = key.public_key().public_bytes(Encoding.X962, PublicFormat.UncompressedPoint)
    return base64.urlsafe_b64encode(point).rstrip(b"=").decode()


def address_of(sent: object) -> Address | None:
    """What a browser sent, if it is an address of a push service we know; None for anything else."""
    if not isinstance(sent, dict):
        return None
    parts = [sent.get(name) for name in ("endpoint", "p256dh", "auth")]
    if not all(isinstance(part, str) and 0 < len(part) <= LONGEST for part in parts):
        return None
    found = Address(*map(str, parts))
    if not is_of_a_service(found.endpoint) or len(_bytes(found.auth)) != 16:
        return None
    try:
        ec.EllipticCurvePublicKey.from_encoded_point(ec.SECP256R1(), _bytes(found.p256dh))
    except ValueError:
        return None
    return found


def is_of_a_service(endpoint: str) -> bool:
    """Whether an address is one of the push services of the browsers; asked again before each message."""
    try:
        parts = urlsplit(endpoint)
        port = parts.port
    except ValueError:
        return False
    host = parts.hostname or ""
    known = any(host == service or host.endswith(f".{service}") for service in SERVICES)
    plain = endpoint.isascii() and endpoint.isprintable() and " " not in endpoint
    return parts.scheme == "https" and port in (None, 443) and parts.username is None and known and plain


def _bytes(text: str) -> bytes:
    try:
        return base64.urlsafe_b64decode(text + "=" * (-len(text) % 4))
    except (binascii.Error, ValueError):
        return b""


def choice_of(actor: Actor, prefs: ContactPrefs | None) -> Choice:
    """What this person may choose. One query for a client who may, none for anybody else."""
    if prefs is None or not public_key():
        return Choice()
    if prefs.seen_by_others != ContactPrefs.SeenByOthers.NO:
        return Choice(key=public_key())
    told = PushSubscription.objects.live().filter(member_id=actor.member_id)
    found = told.aggregate(browsers=Count("pk"), since=Min("created_at"))
    return Choice(key=public_key(), allowed=True, **found)
