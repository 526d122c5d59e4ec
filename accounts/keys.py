"""Key-encryption keys (KEK): they live in a file outside the database and its backups.

The file (`BETWEEN_KEYS_FILE`, mode 0400) is a JSON list `[{"id": "3f9c2a10", "key": "<base64 of 32 bytes>"}]`; the first is
the active one, the others still open what they sealed. Everything sealed in the database hangs on these keys: data keys
of clients (`clinic.vault`), second-factor secrets and the one-time codes waiting in the mail ledger.
"""

import base64
import json
import os
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from django.conf import settings
from django.core.exceptions import ImproperlyConfigured

NONCE = 12


class Undecryptable(Exception):
    """A sealed value could not be opened: wrong key, wrong row, or changed bytes. Never shown to a person as text."""


@dataclass(frozen=True)
class KeyFile:
    """The key-encryption keys of this installation, by id; `active` seals new values."""

    active: str
    keys: dict[str, bytes]

    def seal(self, plain: bytes, *, bound_to: str) -> tuple[str, bytes]:
        """Seal `plain` under the active key. Returns (key id, nonce + ciphertext + tag)."""
        nonce = os.urandom(NONCE)
        return self.active, nonce + AESGCM(self.keys[self.active]).encrypt(nonce, plain, bound_to.encode())

    def open(self, key_id: str, sealed: bytes, *, bound_to: str) -> bytes:
        """Open what `seal` made. Raises Undecryptable when the key is gone or the bytes or their place changed."""
        key = self.keys.get(key_id)
        if key is None:
            raise Undecryptable("the key that sealed this value is not in the key file")
        try:
            return AESGCM(key).decrypt(sealed[:NONCE], sealed[NONCE:], bound_to.encode())
        except InvalidTag:
            raise Undecryptable("a sealed value does not belong here or was changed") from None


def parse(text: str) -> KeyFile:
    """Read the key file's text. Raises ImproperlyConfigured with what is wrong, never with a key."""
    try:
        rows = json.loads(text)
        keys = {str(row["id"]): base64.b64decode(row["key"], validate=True) for row in rows}
    except (ValueError, KeyError, TypeError):
        raise ImproperlyConfigured("the key file is not a JSON list of {id, key}") from None
    if not keys or any(len(key) != 32 for key in keys.values()):
        raise ImproperlyConfigured("the key file needs at least one key of 32 bytes, base64 encoded")
    return KeyFile(active=str(rows[0]["id"]), keys=keys)


@lru_cache(maxsize=1)
def key_file() -> KeyFile:
    """The installation's keys, read once a process. Refuses to start without them."""
    path = settings.KEYS_FILE
    if not path:
        raise ImproperlyConfigured("BETWEEN_KEYS_FILE is not set: sealed fields need key-encryption keys")
    try:
        return parse(Path(path).read_text())
    except OSError as error:
        raise ImproperlyConfigured(f"the key file cannot be read: {error.strerror}") from None


def seal_text(text: str, *, purpose: str) -> str:
    """Seal a short secret for one purpose (for example a TOTP secret). The result is ASCII: `kek id:base64`."""
    key_id, sealed = key_file().seal(text.encode(), bound_to=purpose)
    return f"{key_id}:{base64.b64encode(sealed).decode()}"


def open_text(value: str, *, purpose: str) -> str:
    """Open what `seal_text` made for the same purpose. Raises Undecryptable."""
    key_id, _, body = value.partition(":")
    try:
        sealed = base64.b64decode(body, validate=True)
    except ValueError:
        raise Undecryptable("not a sealed text") from None
    return key_file().open(key_id, sealed, bound_to=purpose).decode()


def is_current(value: str) -> bool:
    """Whether `seal_text` made this under the key that is active now."""
    return value.partition(":")[0] == key_file().active
