"""A PIN opens the screen again: what may be one, how it is kept, and that guessing ends."""

import threading

import pytest
from django.core.exceptions import ValidationError
from django.db import connection, transaction

from accounts import pin
from accounts.models import ScreenLock, User
from tests.cast import Cast

RIGHT, WRONG = "4071", "9999"
pytestmark = pytest.mark.finding("F36")


def tries_of(cast: Cast) -> int:
    return ScreenLock.objects.get(user=cast.ada.user).tries


def test_there_is_none_until_it_is_set(cast: Cast) -> None:
    assert not pin.has_pin(cast.ada.user)
    assert not pin.check(cast.ada.user, RIGHT)
    pin.set_pin(cast.ada.user, RIGHT)
    assert pin.has_pin(cast.ada.user)
    assert not pin.has_pin(cast.ben.user)
    assert pin.check(cast.ada.user, RIGHT)
    assert not pin.check(cast.ben.user, RIGHT), "it is one person's own"


@pytest.mark.parametrize("digits", ["", "407", "407140714", "40a1", "40 71", "-407", "٤٠٧١", "²²³³"])
def test_a_pin_has_four_to_eight_digits(cast: Cast, digits: str) -> None:
    with pytest.raises(ValidationError, match="4 to 8 digits"):
        pin.set_pin(cast.ada.user, digits)
    assert not pin.has_pin(cast.ada.user)


@pytest.mark.parametrize("digits", ["0000", "11111111", "1234", "4321", "6789", "7890", "0987", "12345678"])
def test_a_pin_is_not_the_first_that_anybody_would_try(cast: Cast, digits: str) -> None:
    with pytest.raises(ValidationError, match="easy to guess"):
        pin.set_pin(cast.ada.user, digits)


@pytest.mark.parametrize("digits", ["4071", "1235", "1122", "40714071"])
def test_other_digits_are_fine(cast: Cast, digits: str) -> None:
    pin.set_pin(cast.ada.user, digits)
    assert pin.check(cast.ada.user, digits)


def test_it_is_kept_as_a_hash(cast: Cast) -> None:
    pin.set_pin(cast.ada.user, RIGHT)
    pin.set_pin(cast.ben.user, RIGHT)
    ada, ben = (ScreenLock.objects.get(user=person.user).pin_hash for person in (cast.ada, cast.ben))
    assert RIGHT not in ada
    assert ada != ben, "salted: the same PIN of two people does not look the same"


def test_changing_it_makes_the_old_one_worthless(cast: Cast) -> None:
    pin.set_pin(cast.ada.user, RIGHT)
    pin.set_pin(cast.ada.user, "8265")
    assert not pin.check(cast.ada.user, RIGHT)
    assert pin.check(cast.ada.user, "8265")


def test_the_right_one_forgets_wrong_tries(cast: Cast) -> None:
    pin.set_pin(cast.ada.user, RIGHT)
    for _ in range(3):
        for _ in range(4):
            assert not pin.check(cast.ada.user, WRONG)
        assert tries_of(cast) == 4
        assert pin.check(cast.ada.user, RIGHT)
        assert tries_of(cast) == 0


def test_the_fifth_wrong_one_closes_it_also_for_the_right_one(cast: Cast) -> None:
    pin.set_pin(cast.ada.user, RIGHT)
    for _ in range(4):
        assert not pin.check(cast.ada.user, WRONG)
    for digits in (WRONG, RIGHT, WRONG):
        with pytest.raises(pin.Locked):
            pin.check(cast.ada.user, digits)
    assert tries_of(cast) == 5
    pin.forgive(cast.ada.user)
    assert pin.check(cast.ada.user, RIGHT)


def test_the_count_stays_when_the_caller_catches_it_inside_its_own_transaction(cast: Cast) -> None:
    pin.set_pin(cast.ada.user, RIGHT)
    with transaction.atomic():
        for _ in range(6):
            try:
                pin.check(cast.ada.user, WRONG)
            except pin.Locked:
                continue
    assert tries_of(cast) == 5


def test_removing_it(cast: Cast) -> None:
    pin.set_pin(cast.ada.user, RIGHT)
    assert pin.remove(cast.ada.user)
    assert not pin.remove(cast.ada.user)
    assert not pin.check(cast.ada.user, RIGHT)


@pytest.mark.django_db(transaction=True)
def test_two_browsers_that_try_at_once_are_counted_one_after_the_other() -> None:
    user = User.objects.create_user("somebody@example.org")
    pin.set_pin(user, RIGHT)
    said: list[str] = []

    def attempt() -> None:
        try:
            said.append("wrong" if not pin.check(user, WRONG) else "right")
        except pin.Locked:
            said.append("locked")
        finally:
            connection.close()

    threads = [threading.Thread(target=attempt) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(said) == ["locked"] * 4 + ["wrong"] * 4
