"""A number for text messages: asked for with a code, confirmed by typing it, given up and erased (clinical.md 5, F36).

Confirming is the person's yes. Clients can only where they say that nobody else sees their messages; staff for safety messages.
"""

import secrets
from datetime import timedelta
from uuid import UUID, uuid4

from django.core.exceptions import ValidationError
from django.db import transaction
from django.db.models import F
from django.utils import timezone
from django.utils.crypto import constant_time_compare
from django.utils.translation import gettext as _

from clinic import access, audit, numbers, outbox
from clinic.access import Actor
from clinic.models import ContactNumber, ContactPrefs, OutgoingMessage
from clinic.numbers import CODE_LIFE, TRIES
from clinic.refusal import ActionRefused
from clinic.scope import acting_in

AN_HOUR, A_DAY = 3, 10
"""Codes one person can ask for in an hour, and in a day."""
ERASED = {"sealed": "", "number_hash": "", "code_hash": "", "confirmed_at": None}
Kind, Channel = OutgoingMessage.Kind, OutgoingMessage.Channel


@transaction.atomic
def ask_code(*, by: Actor, number: str) -> ContactNumber:
    """Send a code of six digits to a number. Whose it is, and whether it exists, is never told.

    Raises ActionRefused: 422 for what is no number; 409 where text messages are not offered, somebody else could see them, or
    there is a number already; 429 after three codes in an hour or ten in a day.
    """
    _check_may(by)
    try:
        plain = numbers.read_number(number)
    except ValidationError as wrong:
        raise ActionRefused(wrong.messages[0], status=422, field="number") from None
    row = _row_of(by)
    if row.confirmed_at is not None and row.ended_at is None:
        raise ActionRefused(_("There is a number already. Take it away first, then add the new one."), field="number")
    _check_rate(by)
    code, now = f"{secrets.randbelow(10**6):06d}", timezone.now()
    row.sealed, row.number_hash = numbers.seal(by.member.pk, plain), numbers.hash_of(plain)
    row.code_hash, row.code_sent_at, row.code_tries = numbers.code_hash_of(by.member.pk, plain, code), now, 0
    row.confirmed_at, row.ended_at, row.ended_because = None, None, ContactNumber.Ended.NO
    row.save()
    outbox.queue(
        clinic_id=by.clinic.pk, kind=Kind.CODE, channel=Channel.SMS, key=f"code:{row.pk}:{uuid4()}", user=by.user,
        about=row.pk, secret=code, due_at=now, not_after=now + CODE_LIFE,
    )  # fmt: skip
    audit.record(by=by, verb="number.asked", obj=by.membership)
    return row


@transaction.atomic
def confirm(*, by: Actor, code: str, how_agreed: str = "") -> bool:
    """Type the code: from now on text messages go to this number. False when the code is not right; it counts as a try.

    Raises ActionRefused (409) when no code waits: none was sent, ten minutes have passed, or it was tried five times; and where
    somebody else could see messages.
    """
    _check_may(by)
    row, now = _row_of(by), timezone.now()
    if not numbers.is_waiting(row, now) or row.code_tries >= TRIES:
        raise ActionRefused(_("That code does not work any more. Please ask for a new one."), field="code")
    wanted = numbers.code_hash_of(by.member.pk, numbers.unseal(row), "".join(code.split()))
    if not constant_time_compare(wanted, row.code_hash):
        ContactNumber.objects.filter(pk=row.pk).update(code_tries=F("code_tries") + 1)
        audit.record(by=by, verb="number.not_confirmed", obj=by.membership)
        return False
    row.confirmed_at, row.code_hash = now, ""
    row.save(update_fields=["confirmed_at", "code_hash"])
    if by.is_client and how_agreed in ContactPrefs.HowAgreed.values:
        ContactPrefs.objects.filter(client_id=by.member.pk).update(how_agreed=how_agreed)
    audit.record(by=by, verb="number.confirmed", obj=by.membership)
    return True


@transaction.atomic
def end(*, by: Actor) -> None:
    """Give one's number up; it is erased. What is off stays off."""
    ended = end_for(by.member.pk, ContactNumber.Ended.SELF)
    audit.record(by=by, verb="number.ended", obj=by.membership, had=ended)


def end_for(member_id: UUID, because: str) -> bool:
    """Erase somebody's number. Call in a transaction, in the scope of the clinic; the caller records why.

    Returns whether there was one.
    """
    rows = ContactNumber.objects.filter(member_id=member_id).exclude(sealed="")
    return bool(rows.update(**ERASED, ended_at=timezone.now(), ended_because=because))


def stop(clinic_id: UUID, number: str) -> int:
    """Somebody answered STOP from this number (E.164): it is erased for everybody of the clinic who gave it.

    Returns for how many people. Opens the clinic's scope and a transaction of its own.
    """
    with acting_in(clinic_id), transaction.atomic():
        rows = ContactNumber.objects.filter(clinic_id=clinic_id, number_hash=numbers.hash_of(number))
        found = list(rows.select_related("member__clinic").select_for_update(of=("self",)))
        for row in found:
            end_for(row.member_id, ContactNumber.Ended.STOP)
            audit.record(by=access.system(row.member.clinic, "stop messages"), verb="number.stopped", obj=row.member)
        return len(found)


def _check_may(by: Actor) -> None:
    if not numbers.offered():
        raise ActionRefused(_("Text messages are not set up here."))
    if not by.is_client:
        return
    prefs = ContactPrefs.objects.select_for_update().get(client_id=by.member_id)
    if prefs.seen_by_others != ContactPrefs.SeenByOthers.NO:
        raise ActionRefused(_("First say that only you see messages on this phone."), field="number")


def _row_of(by: Actor) -> ContactNumber:
    """The person's row, held until the end of the transaction."""
    ContactNumber.objects.get_or_create(member=by.member, defaults={"clinic_id": by.clinic_id})
    found: ContactNumber = ContactNumber.objects.select_for_update().get(member_id=by.member.pk)
    return found


def _check_rate(by: Actor) -> None:
    """Each code is a row of the outbox, so they are counted there."""
    now = timezone.now()
    asked = OutgoingMessage.objects.filter(user=by.user, kind=Kind.CODE, due_at__gt=now - timedelta(days=1))
    times = list(asked.values_list("due_at", flat=True))
    if len(times) >= A_DAY or sum(now - at < timedelta(hours=1) for at in times) >= AN_HOUR:
        raise ActionRefused(_("Several codes were sent already. Please try again later."), status=429, field="number")
