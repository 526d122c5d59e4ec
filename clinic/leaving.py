"""What has to be settled before somebody's place or a client's care may end (6.3): reasons from every app, in plain words.

Whoever knows one puts a question here when the program starts, because the answer may live in an app above this one. A question
gets the clinic and the place that would end (of a colleague or of a client) and answers with sentences; none means nothing is
left. A sentence never names a client: admins read it.
"""

from collections.abc import Callable

from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from clinic.access import Role, TeamRole
from clinic.models import Absence, CareTeamMember, Clinic, Episode, Membership

Question = Callable[[Clinic, Membership], list[str]]
_questions: list[Question] = []


def asks(question: Question) -> Question:
    """Register a question; asked in the order of registering. Usable as a decorator."""
    if question not in _questions:
        _questions.append(question)
    return question


def reasons(clinic: Clinic, member: Membership) -> list[str]:
    """Everything that is still to be settled, empty when the place may end."""
    return [said for question in _questions for said in question(clinic, member)]


@asks
def leads_clients(clinic: Clinic, member: Membership) -> list[str]:
    """Nobody is left without a therapist."""
    if member.role == Role.CLIENT:
        return []
    led = CareTeamMember.objects.filter(member=member, role=TeamRole.LEAD, ended_at__isnull=True)
    count = led.exclude(episode__state=Episode.State.ENDED).count()
    if not count:
        return []
    says = ngettext(
        "%(n)d client is still with this person. Transfer them first.",
        "%(n)d clients are still with this person. Transfer them first.",
        count,
    )
    return [says % {"n": count}]


@asks
def covers_somebody(clinic: Clinic, member: Membership) -> list[str]:
    """Nobody who is away is left without the cover who said yes."""
    if member.role == Role.CLIENT:
        return []
    rows = Absence.objects.standing().filter(cover=member, ends_on__gte=clinic.today())
    return [
        _("This person covers for %(name)s until %(day)s. Somebody else has to be named first.")
        % {"name": row.member.display_name, "day": date_format(row.ends_on, "j F Y")}
        for row in rows.select_related("member").order_by("starts_on", "pk")
    ]
