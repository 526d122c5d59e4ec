"""A coach says: this needs a therapist. The lead finds it on their first page, and one neutral message says to look (F64).

It is kept in the record as who, whom and one of three reasons. No words: a coach's words about a client belong into a talk.
"""

from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.db.models import TextChoices
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from clinic import audit, outbox
from clinic.access import Actor, Role, TeamRole
from clinic.models import CareTeamMember, Episode, OutgoingMessage
from clinic.refusal import ActionRefused

GIVEN, TAKEN = "coach.handed_over", "coach.hand_over_taken"
READERS = (TeamRole.LEAD, TeamRole.COTHERAPIST, TeamRole.COVER)


class Reason(TextChoices):
    """Why."""

    WORRIED = "worried", gettext_lazy("I am worried about them")
    BEYOND = "beyond", gettext_lazy("It goes beyond the skill we agreed on")
    ASKED = "asked", gettext_lazy("They asked for a therapist")


@transaction.atomic
def give(*, by: Actor, episode: Episode, reason: str) -> None:
    """Hand over to the therapists of this client. Raises ActionRefused (422) without a reason, PermissionDenied for others."""
    if by.role != Role.COACH:
        raise PermissionDenied
    if reason not in Reason.values:
        raise ActionRefused(_("Choose why. One word is enough; the rest is for a talk."), status=422, field="reason")
    audit.record(by=by, verb=GIVEN, obj=episode, reason=reason)
    today = by.clinic.today()
    for place in _therapists(by, episode):
        outbox.queue(
            clinic_id=by.clinic_id,
            kind=OutgoingMessage.Kind.DIGEST,
            key=f"handover:{episode.pk}:{place.member_id}:{today.isoformat()}",
            user=place.member.user,
            about=episode.pk,
        )


def _therapists(by: Actor, episode: Episode) -> list[CareTeamMember]:
    rows = CareTeamMember.objects.current(by.clinic).filter(episode=episode, role__in=READERS)
    return list(rows.filter(member__user__isnull=False).select_related("member__user"))


@transaction.atomic
def take(*, by: Actor, episode: Episode) -> None:
    """A therapist of this client has taken it up: it leaves the list of all of them."""
    if by.role != Role.THERAPIST:
        raise PermissionDenied
    audit.record(by=by, verb=TAKEN, obj=episode)
