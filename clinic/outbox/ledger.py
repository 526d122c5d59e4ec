"""Writing into the outbox, and the register of checks that are asked before anything leaves it."""

from collections.abc import Callable, Mapping, Sequence
from datetime import date, datetime
from uuid import UUID

from django.utils import timezone

from accounts import keys
from accounts.models import User
from clinic.models import Clinic, OutgoingMessage

#: A check gets rows of one kind in one clinic and the moment, and returns a short reason for each row that is not
#: wanted any more. It is asked within the last half second before sending, in one go for many rows.
Check = Callable[[Clinic, Sequence[OutgoingMessage], datetime], Mapping[UUID, str]]
TO_CLIENTS = (OutgoingMessage.Kind.REMINDER, OutgoingMessage.Kind.NOTE, OutgoingMessage.Kind.AGAIN)
checks: dict[str, list[Check]] = {kind: [] for kind in OutgoingMessage.Kind.values}


def check(kind: str) -> Callable[[Check], Check]:
    """Register a check for a kind of message, as in `@outbox.check(Kind.REMINDER)`. All checks of a kind are asked."""

    def register(function: Check) -> Check:
        if function not in checks[kind]:
            checks[kind].append(function)
        return function

    return register


def day_key(client_id: UUID, on: date) -> str:
    """The key of the one message a client may get on a local date."""
    return f"reminder:{client_id}:{on.isoformat()}"


def again_key(client_id: UUID, on: date) -> str:
    """The key of the one more message a client may ask for on a local date."""
    return f"again:{client_id}:{on.isoformat()}"


def queue(
    *,
    clinic_id: UUID,
    kind: str,
    key: str,
    user: User | None = None,
    to: str = "",
    language: str = "",
    about: UUID | None = None,
    due_at: datetime | None = None,
    not_after: datetime | None = None,
    secret: str = "",
    channel: str = OutgoingMessage.Channel.EMAIL,
) -> bool:
    """Put one message in the outbox, in the caller's transaction. Returns False when the key is there already.

    user or to: whom it goes to; a client's address is noted, so that a message never follows them to a mailbox nobody
    has asked them about. about: id of the row that causes it, for the check at send time. not_after: later than this it
    is dropped, not sent. channel: the way it goes, which stays. secret: an invitation's token; sealed while it waits,
    removed once sent.
    """
    row = OutgoingMessage(
        clinic_id=clinic_id,
        kind=kind,
        channel=channel,
        key=key,
        user=user,
        to=to or (user.email if user and kind in TO_CLIENTS else ""),
        language=language or (user.language if user else "en"),
        about=about,
        due_at=due_at or timezone.now(),
        not_after=not_after,
        secret=keys.seal_text(secret, purpose=f"{kind} {about}") if secret else "",
    )
    return queue_all([row]) == 1


def queue_all(rows: Sequence[OutgoingMessage]) -> int:
    """Put many messages in the outbox. Those whose key is there already are left out; returns how many are new."""
    OutgoingMessage.objects.bulk_create(rows, ignore_conflicts=True)
    return OutgoingMessage.objects.filter(pk__in=[row.pk for row in rows]).count() if rows else 0
