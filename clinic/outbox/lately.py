"""What a client's own page knows about their messages, fetched along with what it fetches anyway: no statement of its own."""

from collections.abc import Iterable, Mapping
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from django.contrib.postgres.expressions import ArraySubquery
from django.db.models import Value
from django.db.models.functions import JSONObject

from clinic.access import Actor
from clinic.models import Episode, Membership, OutgoingMessage
from clinic.outbox.ledger import TO_CLIENTS
from clinic.outbox.reach import LOOK_BACK, Earlier, Reach, is_told, of_place

MOST = 80
A_DAY = timedelta(hours=24)  # who comes within it has come because of the message, as far as anybody can tell
State = OutgoingMessage.State


def with_episode(actor: Actor, now: datetime) -> Mapping[str, Any]:
    """For `annotate` on the client's own episodes: what was sent to them, and whether a browser is told. See `reach`."""
    rows = OutgoingMessage.objects.filter(
        clinic_id=actor.clinic_id,
        user_id=actor.user.pk if actor.user else Value(None),
        kind__in=TO_CLIENTS,
        state__in=(State.SENT, State.QUEUED),
        due_at__gte=now - LOOK_BACK,
    )
    facts = {name: name for name in ("pk", "due_at", "sent_at", "to", "kind", "channel", "opened_at")}
    lately = rows.order_by("-due_at").values(told=JSONObject(**facts))[:MOST]
    return {"lately": ArraySubquery(lately), "is_told": is_told("client_id")}


def reach(actor: Actor, episode: Episode) -> Reach:
    """How the client may be reached, of an episode fetched `with_episode`, with their place, wishes and number. No query."""
    place: Membership = episode.client
    place.user = actor.user
    told = bool(getattr(episode, "is_told", False))
    return of_place(place, actor.clinic, _earlier(getattr(episode, "lately", ())), told=told)


def unopened(found: Reach, now: datetime) -> list[UUID]:
    """The messages of the last day after which the client has not come yet."""
    return [
        each.pk for each in found.earlier if each.sent and not each.opened and timedelta(0) <= now - each.at <= A_DAY
    ]


def _earlier(rows: Iterable[Mapping[str, Any]]) -> list[Earlier]:
    found = []
    for row in rows or ():
        sent = row["sent_at"]
        found.append(
            Earlier(
                pk=UUID(row["pk"]),
                at=datetime.fromisoformat(sent or row["due_at"]),
                to=row["to"],
                sent=sent is not None,
                kind=row["kind"],
                channel=row["channel"],
                opened=row["opened_at"] is not None,
            )
        )
    return found
