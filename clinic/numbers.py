"""Numbers for text messages: how they are written, kept and found again, and what the pages may say about one's own.

A number is sealed for its person's row. `hash_of` is keyed, so that a row is found again when somebody answers STOP and nobody
can try all numbers against a dump. Where no provider is set up (`offered`), text messages exist nowhere.
"""

import re
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from uuid import UUID

from django.conf import settings
from django.core.exceptions import ValidationError
from django.utils.crypto import salted_hmac
from django.utils.translation import gettext as _

from accounts import keys
from clinic.access import Actor
from clinic.models import ContactNumber, ContactPrefs, Membership

CODE_LIFE = timedelta(minutes=10)
TRIES = 5
E164 = re.compile(r"\+[1-9][0-9]{7,14}")


@dataclass(frozen=True)
class State:
    """What a person's page shows about their number: offered at all, allowed, waiting for its code, or in use since."""

    offered: bool = False
    allowed: bool = False
    waiting: bool = False
    since: datetime | None = None
    ending: str = field(default="", repr=False)
    stopped: str = ""


def offered() -> bool:
    """Whether this installation can send text messages."""
    return bool(settings.SMS["url"] or settings.SMS["folder"])


def read_number(typed: str) -> str:
    """The number as E.164 (`+447700900123`) from what somebody typed. Raises ValidationError that says what to do."""
    plain = re.sub(r"[\s().\-/‑–]", "", typed)
    plain = f"+{plain[2:]}" if plain.startswith("00") else plain
    if not plain.startswith("+"):
        raise ValidationError(_("Begin with a plus and the country, such as +44 7700 900123."))
    if not E164.fullmatch(plain):
        raise ValidationError(_("That does not look like a phone number. Please look at it once more."))
    return plain


def hash_of(number: str) -> str:
    """What a number in E.164 is found by: a keyed hash, 64 letters."""
    return salted_hmac("clinic.numbers", number, algorithm="sha256").hexdigest()


def code_hash_of(member_id: UUID, number: str, code: str) -> str:
    """What a code is compared with: bound to the person and the number it was sent to."""
    return salted_hmac("clinic.numbers.code", f"{member_id} {number} {code}", algorithm="sha256").hexdigest()


def seal(member_id: UUID, number: str) -> str:
    """A number as it is stored."""
    return keys.seal_text(number, purpose=f"number {member_id}")


def unseal(row: ContactNumber) -> str:
    """The number of a row that has one. Raises Undecryptable."""
    return keys.open_text(row.sealed, purpose=f"number {row.member_id}")


def reseal(row: ContactNumber) -> bool:
    """Seal a number under the active key, and hash it under the secret key of now. Returns whether anything changed."""
    number = unseal(row)
    found = hash_of(number)
    if keys.is_current(row.sealed) and row.number_hash == found:
        return False
    row.sealed, row.number_hash = seal(row.member_id, number), found
    return True


def is_waiting(row: ContactNumber, now: datetime) -> bool:
    """Whether a code that was sent can still be typed."""
    return bool(row.code_hash) and row.code_sent_at is not None and now - row.code_sent_at < CODE_LIFE


def has_one(member: Membership) -> bool:
    """Whether this person confirmed a number, where text messages are offered."""
    return offered() and bool(ContactNumber.objects.live().filter(member_id=member.pk).exists())


def state_of(actor: Actor, prefs: ContactPrefs | None, now: datetime) -> State:
    """What this person's own page shows. One query where text messages are offered, none elsewhere."""
    if not offered() or (actor.is_client and prefs is None):
        return State()
    allowed = prefs is None or prefs.seen_by_others == ContactPrefs.SeenByOthers.NO
    row = ContactNumber.objects.filter(member_id=actor.member_id).first()
    if row is None or not row.sealed:
        stopped = row.ended_because if row is not None else ""
        return State(offered=True, allowed=allowed, stopped=stopped)
    since = row.confirmed_at if row.ended_at is None else None
    return State(
        offered=True,
        allowed=allowed,
        waiting=since is None and is_waiting(row, now),
        since=since,
        ending=unseal(row)[-2:],
    )
