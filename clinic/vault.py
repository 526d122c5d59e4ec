"""Sealed fields: clinical text is ciphertext in the database, in dumps and in logs of the database.

* Each client has one data key (`DataKey`), wrapped by a key-encryption key that lives in a file (`accounts.keys`).
* A stored value is `0x01 | data key id (16) | nonce (12) | ciphertext + tag`, AES-256-GCM. Its associated data name the
  table, column, row, clinic and client, so a value copied to another row, column, client or clinic does not open.
* A field opens on attribute access, and only for clients who were opened in this request or task: by the door
  (`access.get_visible`, which records the read) or because the client reads their own. So "who read whose answers" is
  complete by construction. Anything else raises `NotOpened`.
* Erasing a client destroys their data key; rotating the key-encryption key rewraps data keys and touches no answer.

The path of a value: model attribute (plain) -> `pre_save` seals -> bytea -> `from_db_value` keeps it as `Sealed` ->
attribute access opens it once and keeps the plain value on the instance.
"""

import json
import os
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass, field
from typing import Any
from uuid import UUID

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from django.db import models
from django.db.models.query_utils import DeferredAttribute
from django.utils import timezone

from accounts.ids import uuid7
from accounts.keys import Undecryptable, key_file

VERSION = b"\x01"
HEAD = 1 + 16 + 12


class NotOpened(Exception):
    """A sealed field was read although nobody opened this client here: a programming error, so it is loud."""


class Sealed:
    """Ciphertext as it came from the database. It has no text: printing it shows dots."""

    __slots__ = ("value",)

    def __init__(self, value: bytes) -> None:
        self.value = bytes(value)

    def __repr__(self) -> str:
        return "•••"


@dataclass(frozen=True)
class DataKeyInUse:
    """An unwrapped data key, for the length of one request or task."""

    id: UUID
    clinic_id: UUID
    client_id: UUID
    raw: bytes = field(repr=False)


@dataclass
class Session:
    """What this request or task has opened: data keys, and clients whose names or contents may be read."""

    by_id: dict[UUID, DataKeyInUse] = field(default_factory=dict)
    by_client: dict[UUID, DataKeyInUse] = field(default_factory=dict)
    names: set[UUID] = field(default_factory=set)
    contents: set[UUID] = field(default_factory=set)


_session: ContextVar[Session | None] = ContextVar("vault_session", default=None)


@contextmanager
def session() -> Iterator[Session]:
    """Hold keys for the length of a request or task; nothing stays open after it."""
    opened = Session()
    token = _session.set(opened)
    try:
        yield opened
    finally:
        _session.reset(token)


def _here() -> Session:
    opened = _session.get()
    if opened is None:
        raise NotOpened("sealed fields can only be used inside a request or task (clinic.vault.session)")
    return opened


def open_names(client_ids: Iterable[UUID]) -> None:
    """Let the names of these clients be read here. Called by the door and the audit, nobody else."""
    _here().names.update(client_ids)


def open_contents(client_ids: Iterable[UUID]) -> None:
    """Let names and contents of these clients be read here. Called by the door and the audit, nobody else."""
    wanted = set(client_ids)
    _here().names.update(wanted)
    _here().contents.update(wanted)


def load_keys(client_ids: Iterable[UUID]) -> None:
    """Fetch the data keys of many clients in one query, before a list is shown."""
    opened = _here()
    missing = set(client_ids) - opened.by_client.keys()
    if missing:
        _remember(_keys().filter(client_id__in=missing))


def create_key(*, clinic_id: UUID, client_id: UUID) -> None:
    """Make the data key of a new client, before the first sealed value is saved."""
    key_id, raw = uuid7(), os.urandom(32)
    kek_id, wrapped = key_file().seal(raw, bound_to=_wrap_place(key_id, clinic_id, client_id))
    _key_model().objects.create(id=key_id, clinic_id=clinic_id, client_id=client_id, kek_id=kek_id, wrapped=wrapped)
    _keep(DataKeyInUse(key_id, clinic_id, client_id, raw))


def rewrap(key: Any) -> bool:
    """Wrap one DataKey row again under the active key-encryption key. Returns whether it changed; does not save."""
    keys = key_file()
    if key.kek_id == keys.active:
        return False
    place = _wrap_place(key.pk, key.clinic_id, key.client_id)
    raw = keys.open(key.kek_id, bytes(key.wrapped), bound_to=place)
    key.kek_id, key.wrapped = keys.seal(raw, bound_to=place)
    return True


def _wrap_place(key_id: UUID, clinic_id: UUID, client_id: UUID) -> str:
    return f"datakey|{key_id}|{clinic_id}|{client_id}|1"


def _key_model() -> Any:
    from clinic.models import DataKey

    return DataKey


def _keys() -> Any:
    return _key_model().objects.filter(destroyed_at__isnull=True)


def _keep(key: DataKeyInUse) -> DataKeyInUse:
    opened = _here()
    opened.by_id[key.id] = key
    opened.by_client[key.client_id] = key
    return key


def _remember(rows: Iterable[Any]) -> None:
    for row in rows:
        raw = key_file().open(
            row.kek_id, bytes(row.wrapped), bound_to=_wrap_place(row.pk, row.clinic_id, row.client_id)
        )
        _keep(DataKeyInUse(row.pk, row.clinic_id, row.client_id, raw))


def _key_of_client(client_id: UUID) -> DataKeyInUse:
    opened = _here()
    if client_id not in opened.by_client:
        _remember(_keys().filter(client_id=client_id))
    try:
        return opened.by_client[client_id]
    except KeyError:
        raise Undecryptable("this client's data key has been destroyed or is not visible here") from None


def _key_by_id(key_id: UUID) -> DataKeyInUse:
    opened = _here()
    if key_id not in opened.by_id:
        _remember(_keys().filter(pk=key_id))
    try:
        return opened.by_id[key_id]
    except KeyError:
        raise Undecryptable("this value's data key has been destroyed or is not visible here") from None


def _place(table: str, column: str, pk: UUID, key: DataKeyInUse) -> bytes:
    return f"{table}|{column}|{pk}|{key.clinic_id}|{key.client_id}|1".encode()


def seal(plain: bytes, *, table: str, column: str, pk: UUID, client_id: UUID) -> bytes:
    """Seal one value for its place in the database."""
    key = _key_of_client(client_id)
    nonce = os.urandom(12)
    return VERSION + key.id.bytes + nonce + AESGCM(key.raw).encrypt(nonce, plain, _place(table, column, pk, key))


def unseal(value: bytes, *, table: str, column: str, pk: UUID, name_only: bool = False) -> bytes:
    """Open one value. Raises NotOpened when the client was not opened here, Undecryptable when it does not belong."""
    if value[:1] != VERSION or len(value) < HEAD + 16:
        raise Undecryptable("not a sealed value")
    key = _key_by_id(UUID(bytes=value[1:17]))
    opened = _here()
    if key.client_id not in (opened.names if name_only else opened.contents):
        raise NotOpened(f"{table}.{column} was read without opening its client")
    try:
        return AESGCM(key.raw).decrypt(value[17:HEAD], value[HEAD:], _place(table, column, pk, key))
    except InvalidTag:
        raise Undecryptable("a sealed value does not belong here or was changed") from None


class SealedAttribute(DeferredAttribute):
    """Opens a sealed value at first access and keeps the plain one on the instance."""

    field: "SealedField"

    def __get__(self, instance: Any, cls: Any = None) -> Any:
        if instance is None:
            return self
        value = super().__get__(instance, cls)
        if isinstance(value, Sealed):
            value = self.field.reveal(instance.pk, value)
            instance.__dict__[self.field.attname] = value
        return value

    def __set__(self, instance: Any, value: Any) -> None:
        instance.__dict__[self.field.attname] = value


class SealedField(models.BinaryField):  # type: ignore[type-arg]
    """A field kept as ciphertext. The model says whose key seals it with a property `sealed_for` (a client's id)."""

    descriptor_class = SealedAttribute

    def __init__(self, *args: Any, name_only: bool = False, **kwargs: Any) -> None:
        self.name_only = name_only
        kwargs.setdefault("null", True)
        kwargs.setdefault("blank", True)
        kwargs["editable"] = False
        super().__init__(*args, **kwargs)

    def deconstruct(self) -> Any:
        """Migrations only need to know that it is bytea."""
        name, path, args, kwargs = super().deconstruct()
        if self.name_only:
            kwargs["name_only"] = True
        return name, path, args, kwargs

    def pack(self, value: Any) -> bytes:
        """Plain value to bytes."""
        raise NotImplementedError

    def unpack(self, raw: bytes) -> Any:
        """Bytes to plain value."""
        raise NotImplementedError

    def from_db_value(self, value: Any, expression: Any, connection: Any) -> Any:
        """What the database holds stays sealed until somebody asks."""
        return None if value is None else Sealed(value)

    def to_python(self, value: Any) -> Any:
        """No conversion: forms do not edit sealed fields by themselves."""
        return value

    def reveal(self, pk: UUID, sealed: Sealed) -> Any:
        """Open a value fetched with `.values()`. Raises NotOpened or Undecryptable."""
        raw = unseal(
            sealed.value,
            table=self.model._meta.db_table,
            column=self.column or self.attname,
            pk=pk,
            name_only=self.name_only,
        )
        return self.unpack(raw)

    def pre_save(self, model_instance: Any, add: bool) -> Any:
        """Seal a plain value; what is still sealed goes back unchanged."""
        value = model_instance.__dict__.get(self.attname)
        if value is None or isinstance(value, Sealed):
            return value
        return Sealed(
            seal(
                self.pack(value),
                table=model_instance._meta.db_table,
                column=self.column or self.attname,
                pk=model_instance.pk,
                client_id=model_instance.sealed_for,
            )
        )

    def get_db_prep_value(self, value: Any, connection: Any, prepared: bool = False) -> Any:
        """Only sealed values reach the database, whatever the way there (`update()`, `bulk_update()`, look-ups)."""
        if value is None:
            return None
        if not isinstance(value, Sealed):
            raise TypeError(f"{self.model.__name__}.{self.name} is sealed: write it by saving an instance")
        return super().get_db_prep_value(value.value, connection, prepared)


class EncryptedText(SealedField):
    """Sealed text."""

    def pack(self, value: Any) -> bytes:
        """UTF-8; lone surrogates from hostile input are replaced rather than refused."""
        return str(value).encode("utf-8", "replace")

    def unpack(self, raw: bytes) -> str:
        """UTF-8."""
        return raw.decode()


class EncryptedJSON(SealedField):
    """Sealed JSON: answers, scores, ratings."""

    def pack(self, value: Any) -> bytes:
        """Compact JSON; refuses NaN and infinity."""
        return json.dumps(value, ensure_ascii=True, separators=(",", ":"), allow_nan=False).encode()

    def unpack(self, raw: bytes) -> Any:
        """The value that was packed."""
        return json.loads(raw)


class EncryptedBytes(SealedField):
    """Sealed bytes: a recording, a picture."""

    def pack(self, value: Any) -> bytes:
        """As they are."""
        return bytes(value)

    def unpack(self, raw: bytes) -> bytes:
        """As they were."""
        return raw


def destroy_key(*, client_id: UUID) -> int:
    """Erase what a client wrote for good: without the data key nothing opens, in no copy of the database."""
    count: int = _keys().filter(client_id=client_id).update(destroyed_at=timezone.now(), wrapped=b"")
    _here().by_client.pop(client_id, None)
    return count
