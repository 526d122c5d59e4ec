"""Flags when people leave: care does not end while one stands, and a new therapist takes over what is open (6.3).

The clinic app asks (`clinic.leaving`, `clinic.transferring`); what is answered names no client, because admins read it.
"""

from django.utils.translation import ngettext

from clinic import leaving, transferring
from clinic.access import Actor, Role
from clinic.models import Clinic, Episode, Membership
from homework.safety import standing
from homework.safety.actions import ladder


@leaving.asks
def flags_that_stand(clinic: Clinic, member: Membership) -> list[str]:
    """A client's care does not end with a flag that nobody has closed. One query, for clients only."""
    count = standing.count_about(member) if member.role == Role.CLIENT else 0
    if not count:
        return []
    said = ngettext(
        "%(n)d safety flag is open here. Their therapist has to close it first.",
        "%(n)d safety flags are open here. Their therapist has to close them first.",
        count,
    )
    return [said % {"n": count}]


@transferring.goes_along
def flags_go_along(by: Actor, episode: Episode, to: Membership) -> None:
    """The new therapist takes over what is open, and is told."""
    ladder.hand_over(by=by, episode=episode, to=to)
