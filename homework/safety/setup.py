"""Whether a clinic is set up to follow up a risky answer. Until it is, measures that ask for one stay closed (6.8)."""

from uuid import UUID

from clinic.models import Membership
from homework.safety.models import SafetySetup

RISK_ANSWERS_ARE_FOLLOWED_UP = False
"""Whether this version of the program does anything with a risky answer beyond keeping it.

It does not yet: there is no page that helps at once, no flag, nobody who is told and no ladder when nobody looks. To ask
somebody whether they think of dying and then to do nothing is worse than not to ask, whatever a clinic has filled in. So
this stays False until the flag workflow (clinical.md 6.3) is part of the program, and PHQ-9 and CORE-10 stay closed.
"""


def is_complete(clinic_id: UUID) -> bool:
    """Whether PHQ-9, CORE-10 and the like may be used: somebody answers, somebody else covers, the numbers were checked.

    Contact and cover are two people who work in the clinic now; the crisis lines were checked by somebody, on a day.
    """
    setup = SafetySetup.objects.filter(clinic_id=clinic_id).first()
    if setup is None or not RISK_ANSWERS_ARE_FOLLOWED_UP:
        return False
    people = {pk for pk in (setup.contact_id, setup.cover_id) if pk is not None}
    here = Membership.objects.filter(clinic_id=clinic_id, pk__in=people).current().staff().count()
    return len(people) == here == 2 and bool(setup.crisis_checked_on and setup.crisis_checked_by_id)
