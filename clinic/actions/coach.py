"""A coach comes in with the client's own yes, for a named skill, until a day; and goes when the client says so (F70)."""

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from clinic import audit
from clinic.access import Actor
from clinic.actions import care_team
from clinic.models import CareTeamMember
from clinic.refusal import ActionRefused


@transaction.atomic
def say_yes(*, by: Actor, place: CareTeamMember) -> None:
    """The client lets a coach in. Said twice is said once. Raises ActionRefused (409) when it is over or was withdrawn."""
    row = _held(by, place)
    if row.client_agreed_at is None:
        CareTeamMember.objects.filter(pk=row.pk).update(client_agreed_at=timezone.now())
        audit.record(by=by, verb="coach.agreed", obj=row, member=str(row.member_id))


@transaction.atomic
def say_no(*, by: Actor, place: CareTeamMember) -> None:
    """Not now, or not any more; no reason. From this moment the coach opens nothing. Raises ActionRefused (409) twice."""
    row = _held(by, place)
    audit.record(by=by, verb="coach.left" if row.client_agreed_at else "coach.declined", obj=row)
    care_team.end_member(by=by, place=row)


def _held(by: Actor, place: CareTeamMember) -> CareTeamMember:
    """The place as it is now, held until the end of the transaction."""
    rows = CareTeamMember.objects.coaching(by.clinic).filter(pk=place.pk, episode__client_id=by.member_id)
    row: CareTeamMember | None = rows.select_for_update(of=("self",)).select_related("episode__client").first()
    if row is None:
        raise ActionRefused(_("This is no longer asked."))
    return row
