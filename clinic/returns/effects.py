"""What a report about a message does: it is noted on the row, and a client's channel that leads nowhere is turned off.

Everything here only turns off, so a forged report (whoever forges one has seen the message) can do no more than the link
in the message. The same report twice, from a job that was killed or two sources, does nothing the second time.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db import transaction
from django.utils import timezone

from accounts.models import User
from clinic import access, audit
from clinic.actions import number
from clinic.models import ContactNumber, ContactPrefs, OutgoingMessage
from clinic.outbox.ledger import TO_CLIENTS
from clinic.returns.parse import Event
from clinic.scope import acting_in

IN_A_ROW = 3  # messages delayed one after the other say what a bounce says
LATELY = timedelta(days=14)
Channel, Returned, State = OutgoingMessage.Channel, OutgoingMessage.Returned, OutgoingMessage.State
#: What a row may become: a delayed message may come back for good, and a complaint outweighs both.
WEIGHT: dict[str, int] = {Returned.NO: 0, Returned.DELAYED: 1, Returned.BOUNCED: 2, Returned.COMPLAINT: 3}
WHY: dict[str, str] = {
    Returned.BOUNCED: ContactPrefs.Stopped.BOUNCED,
    Returned.COMPLAINT: ContactPrefs.Stopped.COMPLAINT,
}


@dataclass
class Tally:
    """What reports did: noted on a row, of those that turned something off, and nothing of ours or known already."""

    noted: int = 0
    stopped: int = 0
    unknown: int = 0

    def add(self, other: "Tally") -> None:
        """Count another tally in."""
        self.noted += other.noted
        self.stopped += other.stopped
        self.unknown += other.unknown


def take(events: Iterable[Event]) -> Tally:
    """Let each report have its effect, each in a transaction of its own and in the scope of the clinic it names."""
    tally = Tally()
    for event in events:
        with acting_in(event.clinic), transaction.atomic():
            tally.add(_take(event, timezone.now()))
    return tally


def _take(event: Event, now: datetime) -> Tally:
    rows = OutgoingMessage.objects.select_for_update(of=("self",)).select_related("clinic", "user")
    row = rows.filter(pk=event.row, clinic_id=event.clinic).first()
    if row is None or WEIGHT[event.what] <= WEIGHT[row.returned]:
        return Tally(unknown=1)
    row.returned, row.returned_at = event.what, now
    row.save(update_fields=["returned", "returned_at"])
    if event.what == Returned.DELAYED and _one_too_many(row, now):
        row.returned = Returned.BOUNCED
        row.save(update_fields=["returned"])
    stopped = row.returned in WHY and _turned_off(row, event.recipient)
    by = access.system(row.clinic, "returned messages")
    audit.record(by=by, verb="message.returned", obj=row, kind=row.kind, channel=row.channel, how=str(row.returned))
    return Tally(noted=1, stopped=int(stopped))


def _one_too_many(row: OutgoingMessage, now: datetime) -> bool:
    """Whether the newest three messages over this channel to this address, all of the last two weeks, were delayed."""
    if row.user_id is None:
        return False
    sent = OutgoingMessage.objects.filter(clinic_id=row.clinic_id, user_id=row.user_id, channel=row.channel, to=row.to)
    sent = sent.filter(state=State.SENT, sent_at__gte=now - LATELY).order_by("-sent_at", "-pk")
    return list(sent.values_list("returned", flat=True)[:IN_A_ROW]) == [Returned.DELAYED] * IN_A_ROW


def _turned_off(row: OutgoingMessage, recipient: str) -> bool:
    """Turn this channel off for whom it reached or did not. What staff and invited people get is only noted."""
    if row.user is None:
        return False
    if row.channel == Channel.SMS:
        return _number_ended(row, row.user)
    return row.channel == Channel.EMAIL and row.kind in TO_CLIENTS and _email_stopped(row, row.user, recipient)


def _email_stopped(row: OutgoingMessage, user: User, recipient: str) -> bool:
    """No more e-mail to this client, unless they have another address by now, or have said yes again since a bounce."""
    found = ContactPrefs.objects.select_for_update(of=("self",)).select_related("client__user")
    prefs = found.filter(client__user=user, client__ended_at__isnull=True, email_reminders=True).first()
    address = (row.to or recipient).lower()
    if prefs is None or (address and address != user.email.lower()):
        return False
    sent = row.sent_at or row.due_at
    if row.returned == Returned.BOUNCED and prefs.consented_at is not None and prefs.consented_at > sent:
        return False
    prefs.email_reminders, prefs.consented_at, prefs.email_stopped = False, None, WHY[row.returned]
    prefs.save(update_fields=["email_reminders", "consented_at", "email_stopped"])
    by, verb = access.system(row.clinic, "returned messages"), f"contact.{prefs.email_stopped}"
    audit.record(by=by, verb=verb, obj=prefs.client)
    return True


def _number_ended(row: OutgoingMessage, user: User) -> bool:
    """No more text messages to this number, unless they have given or confirmed one since. Giving it up erases it."""
    found = ContactNumber.objects.select_for_update(of=("self",)).select_related("member")
    given = found.filter(member__user=user, clinic_id=row.clinic_id).exclude(sealed="").first()
    since = (given.confirmed_at or given.code_sent_at) if given else None
    if given is None or since is None or since > (row.sent_at or row.due_at):
        return False
    because = ContactNumber.Ended.STOP if row.returned == Returned.COMPLAINT else ContactNumber.Ended.BOUNCED
    number.end_for(given.member_id, because)
    by = access.system(row.clinic, "returned messages")
    audit.record(by=by, verb="number.ended", obj=given.member, because=str(because))
    return True
