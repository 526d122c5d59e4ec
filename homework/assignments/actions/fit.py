"""The client says what suits them. Saved as it is typed, so a save names the revision it grew from."""

from typing import Any

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from clinic import audit
from clinic.access import Actor
from clinic.models import Episode
from clinic.refusal import ActionRefused
from homework.assignments.models import FitProfile
from homework.assignments.models.fit import AVOIDABLE

PARTS = (
    "in_use", "time_of_day", "device", "ways", "shape", "company", "energy", "language", "avoid", "faith", "senses",
    "worked",
)  # fmt: skip


@transaction.atomic
def say_what_suits(*, by: Actor, episode: Episode, said: dict[str, Any], rev: int) -> FitProfile:
    """Keep what the client says suits them. Returns the profile with its new `rev`; the same again changes nothing.

    said: a value for each of PARTS. Raises ActionRefused (409) when the episode has ended, when somebody but the client
    asks, or when it was changed somewhere else since `rev`: then nothing is overwritten.
    """
    row = held(by, episode)
    said = said | {"avoid": [key for key in AVOIDABLE if key in said["avoid"]]}
    if all((getattr(row, part) or "") == (said[part] or "") for part in PARTS):
        return row
    if row.rev != rev:
        raise ActionRefused(_("This was also changed somewhere else. Open this page again to see it, then add yours."))
    for part in PARTS:
        setattr(row, part, said[part])
    row.rev += 1
    row.saved_at = timezone.now()
    row.save()
    audit.record(by=by, verb="fit.changed", obj=row, in_use=row.in_use)
    return row


def held(by: Actor, episode: Episode) -> FitProfile:
    """The client's own profile, held until the end of the transaction; a new one where there is none.

    Raises ActionRefused (409) when somebody but the client asks, or when the episode has ended.
    """
    if episode.client_id != by.member_id:
        raise ActionRefused(_("Only the client says what suits them."))
    if not Episode.objects.select_for_update().get(pk=episode.pk).is_open:
        raise ActionRefused(_("This has ended. What you wrote stays."))
    row = FitProfile.objects.select_for_update().filter(episode=episode).first()
    row = row or FitProfile(clinic_id=by.clinic_id, episode=episode)
    row.episode = episode
    return row
