"""A confirmed number for somebody of the cast, as the action leaves it, without a code on the way."""

from datetime import UTC, datetime

from clinic import numbers
from clinic.models import ContactNumber
from tests.cast import Person

NUMBER = "+447700900123"
EARLY = datetime(2026, 1, 5, 9, 0, tzinfo=UTC)


def give_number(person: Person, number: str = NUMBER, since: datetime = EARLY) -> ContactNumber:
    """Call inside the clinic's scope."""
    row, _new = ContactNumber.objects.update_or_create(
        member=person.membership,
        defaults={
            "clinic_id": person.membership.clinic_id,
            "sealed": numbers.seal(person.membership.pk, number),
            "number_hash": numbers.hash_of(number),
            "code_hash": "",
            "confirmed_at": since,
            "ended_at": None,
        },
    )
    found: ContactNumber = row
    return found
