"""One thing to carry along: the worker brings the card, the client answers, skips or stops them, the therapist may begin it.

One card a session, whoever asks and however often: the session's own key makes it once (F05).
"""

from datetime import datetime

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from clinic import audit
from clinic.access import Actor
from clinic.actions import contact
from clinic.models import Appointment, ContactPrefs
from clinic.refusal import ActionRefused
from homework.reviews import takeaways
from homework.reviews.models import Takeaway

LONGEST = 4000  # characters


@transaction.atomic
def bring(*, by: Actor, at: datetime | None = None) -> int:
    """A card for each session that ended an hour ago, for clients who want them. Returns how many were made."""
    rows = [
        Takeaway(clinic_id=by.clinic_id, episode=session.episode, appointment=session)
        for session in takeaways.without_a_card(at or timezone.now())
    ]
    if rows:
        Takeaway.objects.bulk_create(rows, ignore_conflicts=True)
        audit.record(by=by, verb="takeaway.offered", cards=len(rows))
    return len(rows)


@transaction.atomic
def bring_again(*, by: Actor, at: datetime | None = None) -> int:
    """Let what was written come up once more mid-week, inside the program. Returns how many."""
    now = at or timezone.now()
    ids = takeaways.for_mid_week(now)
    if not ids:
        return 0
    changed: int = Takeaway.objects.filter(pk__in=ids, shown_again_at__isnull=True).update(shown_again_at=now)
    audit.record(by=by, verb="takeaway.again", cards=changed)
    return changed


@transaction.atomic
def write(*, by: Actor, takeaway: Takeaway, text: str) -> Takeaway:
    """Keep the client's one thing. Written again, the newer words are kept; the same again changes nothing.

    Raises ActionRefused: 422 without words or with too many, 409 for somebody else.
    """
    row = _own(by, takeaway)
    said = text.replace("\r\n", "\n").strip()
    if not said:
        raise ActionRefused(_("Write one thing, or skip it."), status=422, field="text")
    if len(said) > LONGEST:
        raise ActionRefused(_("This is too long. A sentence is enough."), status=422, field="text")
    if row.text != said:
        row.text, row.written_at, row.put_away_at = said, row.written_at or timezone.now(), None
        row.save()
        audit.record(by=by, verb="takeaway.written", obj=row)
    return row


@transaction.atomic
def put_away(*, by: Actor, takeaway: Takeaway) -> None:
    """Skip it, or do not show it again. No reason is asked for."""
    row = _own(by, takeaway)
    if row.put_away_at is None:
        row.put_away_at = timezone.now()
        row.save(update_fields=["put_away_at"])
        audit.record(by=by, verb="takeaway.put_away", obj=row)


@transaction.atomic
def stop(*, by: Actor, takeaway: Takeaway) -> None:
    """No such cards any more. They can be turned on again in the settings."""
    put_away(by=by, takeaway=takeaway)
    contact.offer_takeaways(by=by, offered=False)


@transaction.atomic
def begin(*, by: Actor, appointment: Appointment, words: str) -> Takeaway | None:
    """Note the client's own words of a session, for them to start from. Without words, what was noted is taken away.

    Raises ActionRefused (409): a cancelled session, a client who wants no cards, words that are theirs already.
    """
    Appointment.objects.select_for_update().get(pk=appointment.pk)
    if appointment.state == Appointment.State.CANCELLED:
        raise ActionRefused(_("This session was cancelled."))
    prefs = ContactPrefs.objects.filter(client_id=appointment.episode.client_id).first()
    if prefs is None or not prefs.takeaways:
        raise ActionRefused(_("They would rather not have these cards."))
    said = " ".join(words.split())[:LONGEST] or None
    row = Takeaway.objects.filter(appointment=appointment).first()
    if row is None and said is None:
        return None
    row = row or Takeaway(clinic_id=by.clinic_id, appointment=appointment)
    if row.written_at is not None:
        raise ActionRefused(_("They have written theirs already."))
    row.episode, row.seed = appointment.episode, said
    row.save()
    audit.record(by=by, verb="takeaway.begun", obj=row)
    return row


def _own(by: Actor, takeaway: Takeaway) -> Takeaway:
    """The card as it is now, held until the end of the transaction."""
    row: Takeaway = Takeaway.objects.select_for_update(of=("self",)).select_related("episode").get(pk=takeaway.pk)
    if row.episode.client_id != by.member_id:
        raise ActionRefused(_("Only the client writes this."))
    return row
