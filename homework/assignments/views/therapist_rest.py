"""What rests because it made things worse: the therapist says that they would go on; the client's own yes starts it (F67)."""

from uuid import UUID

from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from clinic.access import CLINICIANS, Can, actor_of, get_visible, open_to
from clinic.views.answers import done
from homework.assignments.actions import rest as resting
from homework.assignments.models import Assignment


@open_to(*CLINICIANS)
@require_POST
def assignment_go_on(request: HttpRequest, pk: UUID) -> HttpResponse:
    """We could go on; what the therapist paused for two goes on at once, for this partner."""
    row = get_visible(request, Assignment, pk, can=Can.PLAN)
    if row.rest == Assignment.Rest.TEAM:
        resting.resume(by=actor_of(request), assignment=row)
        return done(request, _("It is under way again."), "assignment", row.pk)
    resting.offer_to_go_on(by=actor_of(request), assignment=row)
    return done(request, _("They see that you would go on. It starts when they want it too."), "assignment", row.pk)
