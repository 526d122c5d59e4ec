"""What follows when something that was shared sounds heavy (6.4): an offer to the client; to staff only where that was chosen.

The flag says "please read this entry". It holds no word that matched and no level of anything.
"""

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from clinic.access import Actor
from clinic.refusal import ActionRefused
from homework.assignments import heavy
from homework.assignments.models import Entry
from homework.safety.actions import screening_tally
from homework.safety.actions.flag import raise_flag
from homework.safety.models import SafetyFlag


def after_sharing(*, by: Actor, entry: Entry) -> None:
    """Look once, in the transaction of sharing. Off: nothing is read. The clinic chose it: a clinician is asked to read it."""
    arranged = heavy.choice_of(by.clinic_id)
    if not heavy.is_on(arranged) or not heavy.is_heavy(entry):
        return
    screening_tally.shown(by.clinic)
    if arranged is not None and arranged.screening == heavy.Screening.STAFF:
        _ask_to_read(by, entry)


@transaction.atomic
def tell(*, by: Actor, entry: Entry) -> SafetyFlag:
    """The client's own yes: let my therapist know. Sent twice, it is one. Raises ActionRefused (409) where nothing is offered."""
    locked = Entry.objects.select_for_update(of=("self",)).get(pk=entry.pk)
    locked.episode = entry.episode
    if heavy.box_of(entry, heavy.choice_of(by.clinic_id), timezone.now()) == "":
        raise ActionRefused(_("You can write to your therapist instead, or use Help now."))
    return _ask_to_read(by, locked)


def _ask_to_read(by: Actor, entry: Entry) -> SafetyFlag:
    """A flag about the entry, once, and its count."""
    there: SafetyFlag | None = SafetyFlag.objects.filter(
        episode_id=entry.episode_id, kind=SafetyFlag.Kind.FREE_TEXT, about_id=entry.pk
    ).first()
    if there is not None:
        return there
    screening_tally.marked(by.clinic)
    return raise_flag(by=by, episode=entry.episode, kind=SafetyFlag.Kind.FREE_TEXT, about_id=entry.pk)
