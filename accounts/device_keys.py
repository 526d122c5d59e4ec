"""The key that seals what waits in a person's browsers (security.md 8.2): made of a random secret of theirs, never stored there.

A browser's disk holds ciphertext; the key is handed to a signed-in page and lives in its memory. After a crash the same
person signs in, the same key comes back and what waited can be opened. Somebody else's sign-in gets another key and another
tag, so it neither opens nor sends it. Losing the secret makes what waits unreadable, so it is never changed.
"""

import base64
import secrets
from dataclasses import dataclass

from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

from accounts import keys
from accounts.models import User

SECRET = 32  # bytes
TAG = 16  # bytes


@dataclass(frozen=True)
class DeviceKey:
    """What a page is given: `key` (AES-256, base64) and `owner`, a tag that tells whose a record is without saying who."""

    key: str
    owner: str


def purpose_of(user: User) -> str:
    """What the secret is sealed for: a copy in another person's row does not open."""
    return f"device {user.pk}"


def has_secret(user: User) -> bool:
    """Whether this person's browsers have asked before."""
    return bool(user.sealed_device_secret)


def make_secret(user: User) -> bool:
    """Give a person their secret, once. Returns whether it was made now; two requests at once find the same one."""
    fresh = base64.b64encode(secrets.token_bytes(SECRET)).decode()
    sealed = keys.seal_text(fresh, purpose=purpose_of(user))
    made = User.objects.filter(pk=user.pk, sealed_device_secret="").update(sealed_device_secret=sealed)
    user.refresh_from_db(fields=["sealed_device_secret"])
    return bool(made)


def key_of(user: User) -> DeviceKey:
    """The key and the tag of a person who has a secret. Raises Undecryptable when the key file has lost its key."""
    secret = base64.b64decode(keys.open_text(user.sealed_device_secret, purpose=purpose_of(user)))
    key = _derived(secret, "between device key 1", SECRET)
    return DeviceKey(key=base64.b64encode(key).decode(), owner=_derived(secret, "between device owner 1", TAG).hex())


def reseal(user: User) -> bool:
    """Seal the secret under the active key-encryption key, if it is not. Returns whether it changed."""
    if not has_secret(user) or keys.is_current(user.sealed_device_secret):
        return False
    plain = keys.open_text(user.sealed_device_secret, purpose=purpose_of(user))
    user.sealed_device_secret = keys.seal_text(plain, purpose=purpose_of(user))
    return True


def _derived(secret: bytes, what_for: str, length: int) -> bytes:
    return HKDF(algorithm=SHA256(), length=length, salt=None, info=what_for.encode()).derive(secret)
