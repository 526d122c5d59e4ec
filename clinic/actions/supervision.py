"""Why a supervisor reads: a reason in words, good for one hour, sealed under the client's key."""

from datetime import timedelta

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from clinic import audit, directory
from clinic.access import Actor
from clinic.models import Episode, ReadingReason
from clinic.refusal import ActionRefused

HOLDS = timedelta(minutes=60)
SHORTEST = 10  # characters


@transaction.atomic
def give_reason(*, by: Actor, episode: Episode, reason: str) -> ReadingReason:
    """Open an episode for its supervisor for 60 minutes.

    Raises ActionRefused: 422 for a reason of fewer than 10 characters, 409 when the actor does not supervise this
    episode.
    """
    if by.membership is None or not directory.supervises(by, episode):
        raise ActionRefused(_("You are not this client’s supervisor."))
    words = " ".join(reason.split())
    if len(words) < SHORTEST:
        raise ActionRefused(_("Say in a few words why you read today."), status=422, field="reason")
    row = ReadingReason(clinic=by.clinic, episode=episode, member=by.membership, until=timezone.now() + HOLDS)
    row.reason = words
    row.save()
    audit.record(by=by, verb="supervision.reason_given", obj=row)
    return row
