"""Stop words, however they are written, in English and Spanish."""

import pytest
from django.db import transaction

from clinic import numbers
from clinic.models import AuditEvent, ContactNumber
from clinic.returns import texts
from clinic.returns.texts import in_full, means_stop
from clinic.scope import acting_in
from tests.cast import Cast, Person

NUMBER = "+447700900123"


@pytest.mark.parametrize(
    "text",
    ["STOP", "stop", "Stop.", " stop!! ", "STOPALL", "Stop all", "unsubscribe", "CANCEL", "End", "QUIT", "“Stop”", "s\u0074op",
     "ALTO", "Parar", "BAJA", "baja.", "FIN", "No más", "NO MAS", "¡no más!", "no\nmas", "ＳＴＯＰ", "*stop*", "Stop please",
     "STOP texting me", "Baja por favor", "\u200bSTOP", "_stop_"],
)  # fmt: skip
def test_these_mean_stop(text: str) -> None:
    assert means_stop(text)


@pytest.mark.parametrize(
    "text",
    ["", " ", "START", "UNSTOP", "yes", "stopped by today", "please do not stop", "I will end this tonight", "End of May?",
     "Fin de semana", "alto y claro", "no", "mas", "cancel Tuesday", "🙂"],
)  # fmt: skip
def test_these_do_not(text: str) -> None:
    assert not means_stop(text)


@pytest.mark.parametrize(
    ("sender", "plain"),
    [("+447700900123", NUMBER), ("447700900123", NUMBER), ("0044 7700 900123", NUMBER), ("whatsapp:+447700900123", NUMBER),
     ("tel:+44-7700-900123", NUMBER), ("60777", ""), ("Agenda", ""), ("", ""), ("+0123456789", ""), ("1" * 30, "")],
)  # fmt: skip
def test_a_number_is_read_however_a_provider_writes_it(sender: str, plain: str) -> None:
    assert in_full(sender) == plain


def give(person: Person) -> ContactNumber:
    member = person.membership
    return ContactNumber.objects.create(
        clinic=member.clinic, member=member, sealed=numbers.seal(member.pk, NUMBER), number_hash=numbers.hash_of(NUMBER),
        confirmed_at=member.joined_at,
    )  # fmt: skip


def test_a_number_is_given_up_in_every_clinic_that_has_it(north: Cast) -> None:
    """One phone, two people of one clinic and one of another: whoever answers, nobody gets anything there any more."""
    give(north.ada), give(north.theo)
    with acting_in(north.south.pk), transaction.atomic():
        give(north.yan)
    assert texts.take({"from": NUMBER, "text": "No más"}) == 3
    assert ContactNumber.objects.exclude(sealed="").count() == 0
    with acting_in(north.south.pk), transaction.atomic():
        assert ContactNumber.objects.exclude(sealed="").count() == 0
        assert AuditEvent.objects.get(verb="number.stopped").client == north.yan.membership.pk
    assert texts.take({"from": NUMBER, "text": "STOP"}) == 0
