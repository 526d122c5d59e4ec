"""A short PIN that opens a screen again after a pause (F36). It never signs anybody in.

The PIN is kept as a password is: hashed and salted. Wrong tries are counted in the row, under a lock, so that two
browsers cannot try side by side; the fifth in a row closes the PIN until the person has proved who they are in another
way (`forgive`). A caller that meets `Locked` ends the sign-in.
"""

from itertools import pairwise

from django.contrib.auth.hashers import check_password, make_password
from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.models import ScreenLock, User

SHORTEST, LONGEST = 4, 8  # digits
MOST_TRIES = 5  # wrong ones in a row


class Locked(Exception):
    """Five wrong PINs in a row: the PIN opens nothing until its owner has shown in another way that it is them."""


def has_pin(user: User) -> bool:
    """Whether this person has set a PIN."""
    return ScreenLock.objects.filter(user=user).exists()


def set_pin(user: User, pin: str) -> None:
    """Set or change the PIN; wrong tries are forgotten. Raises ValidationError for one that is too easy or no PIN."""
    look_at(pin)
    fresh = {"pin_hash": make_password(pin), "tries": 0, "set_at": timezone.now()}
    ScreenLock.objects.update_or_create(user=user, defaults=fresh)


def look_at(pin: str) -> None:
    """Raise ValidationError, with what to do instead, unless this is 4 to 8 digits that are not the first to be tried."""
    if not (pin.isascii() and pin.isdigit() and SHORTEST <= len(pin) <= LONGEST):
        raise ValidationError(_("A PIN has 4 to 8 digits."), code="not_a_pin")
    if {(int(after) - int(before)) % 10 for before, after in pairwise(pin)} in ({0}, {1}, {9}):
        raise ValidationError(_("This one is easy to guess. Try digits that do not follow each other."), code="easy")


def check(user: User, pin: str) -> bool:
    """Whether this is the PIN. Without one, nothing is right.

    Counts wrong tries in a row. Raises `Locked` at the fifth, and from then on also for the right one. The count is kept
    although it raises: inside a transaction, catch it there and do not let it roll the count back.
    """
    with transaction.atomic():
        row = ScreenLock.objects.select_for_update().filter(user=user).first()
        if row is None:
            return False
        right = row.tries < MOST_TRIES and check_password(pin, row.pin_hash)
        tries = 0 if right else min(row.tries + 1, MOST_TRIES)
        if tries != row.tries:
            ScreenLock.objects.filter(user=user).update(tries=tries)
    if tries >= MOST_TRIES:
        raise Locked
    return right


def forgive(user: User) -> None:
    """Forget wrong tries: the person has just proved who they are with a password, a passkey or a code."""
    ScreenLock.objects.filter(user=user, tries__gt=0).update(tries=0)


def remove(user: User) -> bool:
    """Take the PIN away; False when there was none."""
    count, _rows = ScreenLock.objects.filter(user=user).delete()
    return count > 0
