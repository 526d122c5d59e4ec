"""What a client can do right after a yes: talk about a doubt, make it smaller, keep it and see; a calendar file (F12, F19)."""

from uuid import UUID

from django.http import Http404, HttpRequest, HttpResponse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from clinic.access import Can, Role, actor_of, get_visible, open_to
from clinic.views.answers import done
from homework.assignments.actions import amber
from homework.assignments.models import Assignment, Plan
from homework.assignments.planning import agreed, calendar_file, shaping


@open_to(Role.CLIENT)
@require_POST
def work_doubt(request: HttpRequest, pk: UUID) -> HttpResponse:
    """What to do about a doubt: talk about it, or keep the plan and see. Nothing is held back meanwhile."""
    row = get_visible(request, Assignment, pk, can=Can.AGREE)
    choice = request.POST.get("choice", "")
    amber.choose(by=actor_of(request), assignment=row, choice=choice)
    if choice == "talk":
        return done(request, _("You can talk about it when you next meet. It stays as it is until then."), "today")
    return done(request, _("Then see how it goes. You can change it whenever you like."), "today")


@open_to(Role.CLIENT)
@require_safe
def work_calendar(request: HttpRequest, pk: UUID) -> HttpResponse:
    """When, as a calendar file with a neutral title and no other word."""
    row = get_visible(request, Assignment, pk, can=Can.READ, related=["version__worksheet"])
    plan = shaping.plan_of(row, Plan.State.AGREED)
    if plan is None or row.version is None:
        raise Http404
    definition = agreed.spoken(row.version)
    minutes = definition.sizes[definition.size_code(plan.size)].minutes
    actor = actor_of(request)
    made = calendar_file.text(plan, title=actor.clinic.app_name, minutes=minutes, now=timezone.now())
    if not made:
        raise Http404
    headers = {"Content-Disposition": 'attachment; filename="calendar.ics"'}
    return HttpResponse(made, content_type="text/calendar; charset=utf-8", headers=headers)
