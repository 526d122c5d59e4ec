"""Looking at one's own planning, in private (F52)."""

from uuid import UUID

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from clinic.access import CLINICIANS, STAFF, actor_of, open_to
from clinic.views.answers import done
from homework.reviews import own_planning as planning
from homework.reviews import wording_tally
from homework.reviews.actions import own_planning as sharing


@open_to(*CLINICIANS)
@require_http_methods(["GET", "HEAD", "POST"])
def own_planning(request: HttpRequest) -> HttpResponse:
    """One's own plans, three months and the three before; whether supervisors may see it is one's own choice."""
    actor = actor_of(request)
    if request.method == "POST":
        row = sharing.share(by=actor, on=request.POST.get("share") == "1")
        says = _("Your supervisors can see this page now.") if row.shares_plan_quality else _("Only you see this now.")
        return done(request, says, "own_planning")
    context = {"own": planning.of(actor.member, timezone.now()), "member": actor.member, "is_own": True}
    context |= {"months": wording_tally.of(actor), "shared": planning.shared_with(actor)}
    return render(request, "reviews/own_planning.html", context)


@open_to(*STAFF)
@require_safe
def planning_of(request: HttpRequest, pk: UUID) -> HttpResponse:
    """A colleague's page, when they share it with their supervisors. Anybody else on the staff is refused (403)."""
    member = planning.member_for(actor_of(request), pk)
    context = {"own": planning.of(member, timezone.now()), "member": member, "is_own": False}
    return render(request, "reviews/own_planning.html", context)
