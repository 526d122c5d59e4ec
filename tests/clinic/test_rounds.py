"""Work without a request: every clinic has its turn, in a scope and a transaction of its own."""

from typing import Any
from uuid import uuid4

import pytest

from clinic import rounds, scope
from clinic.models import Clinic, Membership
from tests.cast import Cast


def test_one_clinics_trouble_does_not_keep_the_others_waiting(north: Cast) -> None:
    seen = []

    def work(clinic: Any) -> int:
        seen.append(clinic.pk)
        if clinic.pk == north.north.pk:
            raise ValueError("trouble")
        return 1

    assert rounds.each_clinic(work, "test") == 1
    assert set(seen) == {north.north.pk, north.south.pk}


def strangers(clinic: Clinic) -> int:
    """How many people of other clinics can be seen; one's own can."""
    assert Membership.objects.filter(clinic=clinic).exists()
    return Membership.objects.exclude(clinic=clinic).count()


def test_a_unit_works_in_its_own_clinic_alone(north: Cast) -> None:
    before = scope.current()
    assert [rounds.in_clinic(str(clinic.pk), strangers) for clinic in (north.north, north.south)] == [0, 0]
    assert scope.current() == before


def test_a_unit_of_a_clinic_that_is_not_there_says_so(north: Cast) -> None:
    with pytest.raises(Clinic.DoesNotExist):
        rounds.in_clinic(str(uuid4()), strangers)


@pytest.mark.parametrize("own", [False, True])
def test_what_fails_in_a_unit_is_raised_and_leaves_nothing_unless_it_was_committed(north: Cast, own: bool) -> None:
    def rename_and_fail(clinic: Clinic) -> int:
        Clinic.objects.filter(pk=clinic.pk).update(app_name="Elsewhere")
        raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        rounds.in_clinic(str(north.north.pk), rename_and_fail, own_transactions=own)
    assert (Clinic.objects.get(pk=north.north.pk).app_name == "Elsewhere") is own
