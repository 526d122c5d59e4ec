"""Writing the record: every change and every read of another person's work, in the transaction it happens in."""

from collections.abc import Iterable
from typing import Any
from uuid import UUID

from django.db import models

from clinic import vault
from clinic.access import Actor, Can
from clinic.models import AuditEvent, Episode, Membership


def _client_of(obj: models.Model | None) -> UUID | None:
    """The client a row is about."""
    if obj is None:
        return None
    if isinstance(obj, Membership):
        return obj.pk if obj.role == "client" else None
    if isinstance(obj, Episode):
        return obj.client_id
    episode = getattr(obj, "episode", None)
    return episode.client_id if episode is not None else None


def record(*, by: Actor, verb: str, obj: models.Model | None = None, is_read: bool = False, **detail: Any) -> None:
    """Add one event. `detail` holds plain facts (ids, states, counts), never content or names."""
    AuditEvent.objects.create(
        clinic_id=by.clinic_id,
        actor=by.member_id,
        actor_role=by.role,
        verb=verb,
        is_read=is_read,
        object_type=obj._meta.model_name or "" if obj is not None else "",
        object_id=obj.pk if obj is not None else None,
        client=_client_of(obj),
        detail=detail,
    )


def opened(*, by: Actor, obj: models.Model, verb: str) -> None:
    """Open the client of this row for reading here, and record it unless it is the client's own.

    Admins open names only: whatever else they reach stays sealed for them.
    """
    client_id = _client_of(obj)
    if client_id is None:
        return
    if by.is_admin:
        vault.open_names([client_id])
        return
    if client_id != by.member_id and getattr(obj, "sealed_for", client_id) == by.member_id:
        vault.open_names([client_id])  # a private note: of the client only the name, and nobody else's work was read
        opened_own(by=by)
        return
    vault.open_contents([client_id])
    if client_id != by.member_id:
        record(by=by, verb=verb, obj=obj, is_read=True)


def opened_own(*, by: Actor) -> None:
    """Open what the actor wrote for themself alone, under their own key: private notes. Nothing to record."""
    if by.member_id is not None:
        vault.open_contents([by.member_id])


def opened_list(*, by: Actor, client_ids: Iterable[UUID], verb: str, names_only: bool = False) -> None:
    """Open many clients for a list with one query for keys and one event that holds their ids."""
    ids = sorted(set(client_ids), key=str)
    if not ids:
        return
    vault.load_keys(ids)
    if names_only or by.is_admin:
        vault.open_names(ids)
    else:
        vault.open_contents(ids)
    record(by=by, verb=verb, is_read=not names_only, clients=[str(client) for client in ids])


def refused(*, by: Actor, obj: models.Model, can: Can) -> None:
    """Record that somebody tried what they may not."""
    record(by=by, verb="refused", obj=obj, capability=can.value)
