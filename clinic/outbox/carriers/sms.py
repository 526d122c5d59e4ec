"""Text messages over a provider. Nothing is sent to a number that its owner has not confirmed, except the code that asks."""

from types import TracebackType
from typing import Self
from uuid import UUID

from django.db import transaction

from clinic import numbers, text_messages
from clinic.actions import number as giving_up
from clinic.models import Clinic, ContactNumber, OutgoingMessage
from clinic.outbox.carriers.base import GoneError
from clinic.outbox.carriers.providers import Provider, provider


class SmsCarrier:
    """Hands texts to the provider. Numbers it does not know are given up when the line is closed."""

    def __init__(self) -> None:
        self._provider: Provider | None = None
        self._gone: list[UUID] = []

    def __enter__(self) -> Self:
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None) -> None:
        """Close, and give up what is gone: here, because what a message that was not sent changed is rolled back."""
        if self._provider is not None:
            self._provider.close()
        gone, self._gone = self._gone, []
        if gone:
            with transaction.atomic():
                for member_id in gone:
                    giving_up.end_for(member_id, ContactNumber.Ended.BOUNCED)

    def carry(self, row: OutgoingMessage, clinic: Clinic) -> None:
        """Compose it in the language of now and hand it over. Raises what `Provider.send` does; GoneError without a number."""
        found = number_of(row, clinic)
        if found is None or found.member_id in self._gone:
            raise GoneError("no number")
        if self._provider is None:
            self._provider = provider()
        try:
            self._provider.send(numbers.unseal(found), text_messages.compose(row, clinic), str(row.pk))
        except GoneError:
            self._gone.append(found.member_id)
            raise


def number_of(row: OutgoingMessage, clinic: Clinic) -> ContactNumber | None:
    """The number a row goes to: the one in question for a code, else the person's confirmed one in this clinic."""
    if row.user_id is None:
        return None
    mine = ContactNumber.objects.filter(clinic_id=clinic.pk, member__user_id=row.user_id).exclude(sealed="")
    if row.kind == OutgoingMessage.Kind.CODE and row.about is not None:
        return mine.filter(pk=row.about).first()
    return mine.live().filter(member__ended_at__isnull=True).first()
