"""The parts people have in a clinic's safety: nobody leaves while they are the lead, the deputy, or on duty (6.3, 6.8)."""

from django.utils.dates import WEEKDAYS
from django.utils.translation import gettext as _

from clinic.models import Clinic, Membership
from homework.safety.models import DutyDay, SafetySetup


def of(clinic: Clinic, member: Membership) -> list[str]:
    """What somebody has to hand over before their place may end (a question of `clinic.leaving`)."""
    found = []
    setup = SafetySetup.objects.filter(clinic=clinic).values_list("lead_id", "deputy_id").first()
    lead, deputy = setup or (None, None)
    if lead == member.pk:
        found.append(_("This person is the safety lead. Name another one first."))
    if deputy == member.pk:
        found.append(_("This person is the safety lead’s deputy. Name another one first."))
    days = DutyDay.objects.filter(clinic=clinic, member=member).order_by("weekday").values_list("weekday", flat=True)
    if days:
        names = ", ".join(str(WEEKDAYS[day]) for day in days)
        found.append(
            _("This person is on safety duty: %(days)s. Put somebody else on those days first.") % {"days": names}
        )
    return found
