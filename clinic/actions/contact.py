"""How a client may be reached: their own wishes, a pause, and one tap that stops everything (F36).

Messages are off until the client turns them on. When somebody else could see the phone or mailbox, none is sent at
all: what waits for the client waits inside the program.
"""

from collections.abc import Collection
from datetime import time, timedelta
from typing import Any
from uuid import UUID

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from clinic import access, audit, calendar_feed, nouns, safe_contact, wishes
from clinic.access import Actor
from clinic.actions import feed, number, push
from clinic.models import ContactNumber, ContactPrefs, Membership, OutgoingMessage
from clinic.refusal import ActionRefused
from clinic.scope import acting_in
from clinic.wall_clock import local_day

LONGEST_PAUSE = 14  # days
Channel = OutgoingMessage.Channel


@transaction.atomic
def set_contact(
    *,
    by: Actor,
    email_reminders: bool,
    seen_by_others: str,
    quiet_from: time,
    quiet_until: time,
    noun: str,
    stop: Collection[str] = (),
) -> ContactPrefs:
    """Note a client's wishes. Reminders are kept off unless they say that only they see their messages.

    stop: the ways besides e-mail that are turned off with it, of "sms" and "push".

    Saying who could see them answers the questions about safe contact for the next eight weeks (`clinic.safe_contact`).

    Raises ActionRefused (422) for a value that is not offered, 409 when the actor is not a client.
    """
    prefs = _of(by)
    if seen_by_others not in ContactPrefs.SeenByOthers.values:
        raise ActionRefused(_("Choose one of the answers."), status=422, field="seen_by_others")
    if noun not in ContactPrefs.Noun.values:
        raise ActionRefused(_("Choose one of the words."), status=422, field="noun")
    if email_reminders and seen_by_others == ContactPrefs.SeenByOthers.UNKNOWN:
        raise ActionRefused(_("First say if someone else could see your messages."), status=422, field="seen_by_others")
    wanted = email_reminders and seen_by_others == ContactPrefs.SeenByOthers.NO
    if not wanted:
        prefs.consented_at = None
    elif not prefs.may_email:
        prefs.consented_at, prefs.email_stopped = timezone.now(), ContactPrefs.Stopped.NO
    prefs.email_reminders, prefs.seen_by_others, prefs.noun = wanted, seen_by_others, noun
    other_hours = (prefs.quiet_from, prefs.quiet_until) != (quiet_from, quiet_until)
    prefs.quiet_from, prefs.quiet_until = quiet_from, quiet_until
    prefs.updated_at = timezone.now()
    if seen_by_others != ContactPrefs.SeenByOthers.UNKNOWN:
        prefs.asked_at = prefs.answered_at = prefs.updated_at
    prefs.save()
    nouns.forget(by)
    shared = seen_by_others != ContactPrefs.SeenByOthers.NO
    if shared or Channel.PUSH in stop:
        push.end_all(by.member.pk)
    if shared or Channel.SMS in stop:
        number.end_for(by.member.pk, ContactNumber.Ended.SHARED if shared else ContactNumber.Ended.SELF)
    if seen_by_others in calendar_feed.TELLS:
        feed.end_all(by=by, member=by.member)
    ended: dict[str, Any] = {"stopped": sorted(stop)} if stop else {}
    audit.record(by=by, verb="contact.changed", obj=by.membership, email=prefs.may_email, **ended)
    if other_hours:
        wishes.changed(by)
    return prefs


@transaction.atomic
def turn_email(*, by: Actor, on: bool, how_agreed: str = "") -> ContactPrefs:
    """Short e-mails, on or off, and how the client's yes came about. A yes clears why they were stopped before.

    Raises ActionRefused (409) where somebody else could see them, or nobody has said yet.
    """
    prefs = _of(by)
    if on and prefs.seen_by_others != ContactPrefs.SeenByOthers.NO:
        raise ActionRefused(_("First say that only you see your messages."))
    if on and not prefs.may_email:
        prefs.consented_at, prefs.email_stopped = timezone.now(), ContactPrefs.Stopped.NO
    if on and how_agreed in ContactPrefs.HowAgreed.values:
        prefs.how_agreed = how_agreed
    if not on:
        prefs.consented_at = None
    prefs.email_reminders, prefs.updated_at = on, timezone.now()
    prefs.save(update_fields=["email_reminders", "consented_at", "email_stopped", "how_agreed", "updated_at"])
    audit.record(by=by, verb="contact.email", obj=by.membership, on=on)
    return prefs


@transaction.atomic
def choose_noun(*, by: Actor, noun: str) -> ContactPrefs:
    """What the client calls what they do between sessions (F14). The same word again changes nothing.

    Raises ActionRefused (422) for a word that is not offered, 409 when the actor is not a client.
    """
    prefs = _of(by)
    if noun not in ContactPrefs.Noun.values:
        raise ActionRefused(_("Choose one of the words."), status=422, field="noun")
    if prefs.noun != noun:
        prefs.noun = noun
        prefs.save(update_fields=["noun"])
        nouns.forget(by)
        audit.record(by=by, verb="contact.noun", obj=by.membership)
    return prefs


@transaction.atomic
def offer_takeaways(*, by: Actor, offered: bool) -> ContactPrefs:
    """Whether a card comes after a session: one thing to carry along (F05). The same again changes nothing."""
    prefs = _of(by)
    if prefs.takeaways != offered:
        prefs.takeaways = offered
        prefs.save(update_fields=["takeaways"])
        audit.record(by=by, verb="contact.takeaways", obj=by.membership, offered=offered)
    return prefs


@transaction.atomic
def note_reading(*, by: Actor) -> ContactPrefs:
    """Note that this client said they know: nobody reads straight away what they write (6.1)."""
    prefs = _of(by)
    prefs.reading_noted_at = timezone.now()
    prefs.save(update_fields=["reading_noted_at"])
    nouns.forget(by)
    audit.record(by=by, verb="contact.reading_noted", obj=by.membership)
    return prefs


@transaction.atomic
def ask_later(*, by: Actor) -> ContactPrefs:
    """Put off the questions about safe contact: nothing changes, and they come again in a week (F36)."""
    prefs = _of(by)
    prefs.asked_at = safe_contact.put_off(timezone.now())
    prefs.save(update_fields=["asked_at"])
    audit.record(by=by, verb="contact.put_off", obj=by.membership)
    return prefs


@transaction.atomic
def pause_messages(*, by: Actor, days: int) -> ContactPrefs:
    """Send nothing for 1 to 14 days, no reason asked. Messages start again on the day `paused_until`.

    Raises ActionRefused (422) for another number of days.
    """
    prefs = _of(by)
    if not 1 <= days <= LONGEST_PAUSE:
        raise ActionRefused(_("A pause lasts from 1 to 14 days."), status=422, field="days")
    assert by.user is not None
    prefs.paused_until = local_day(timezone.now(), by.user.time_zone) + timedelta(days=days)
    prefs.save(update_fields=["paused_until"])
    audit.record(by=by, verb="contact.paused", obj=by.membership, days=days)
    return prefs


@transaction.atomic
def resume_messages(*, by: Actor) -> ContactPrefs:
    """End a pause early."""
    prefs = _of(by)
    prefs.paused_until = None
    prefs.save(update_fields=["paused_until"])
    audit.record(by=by, verb="contact.resumed", obj=by.membership)
    return prefs


def stop_messages(*, clinic_id: UUID, client_id: UUID, channel: str = "") -> bool:
    """Stop messages to a client over one channel, or every one, from a link and without signing in.

    The one who follows the link is not known to be the client, so it can only turn messages off, never on. Returns whether
    there is such a client.
    """
    with acting_in(clinic_id), transaction.atomic():
        member = Membership.objects.filter(pk=client_id, clinic_id=clinic_id).select_related("clinic").first()
        prefs = ContactPrefs.objects.select_for_update().filter(client_id=client_id).first()
        if member is None or prefs is None:
            return False
        if channel in ("", Channel.EMAIL):
            if prefs.email_reminders:
                prefs.email_stopped = ContactPrefs.Stopped.LINK
            prefs.email_reminders, prefs.consented_at = False, None
        prefs.updated_at = timezone.now()
        prefs.save()
        if channel in ("", Channel.PUSH):
            push.end_all(client_id)
        if channel in ("", Channel.SMS):
            number.end_for(client_id, ContactNumber.Ended.STOP)
        by = access.system(member.clinic, "stop messages")
        audit.record(by=by, verb="contact.stopped", obj=member, channel=channel or "all")
        return True


def _of(by: Actor) -> ContactPrefs:
    if not by.is_client:
        raise ActionRefused(_("Only clients have these settings."))
    return ContactPrefs.objects.select_for_update().get(client_id=by.member_id)
