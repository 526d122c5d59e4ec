"""How the session was, for the client: three items, or "not now" (2.7)."""

from uuid import UUID

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from clinic.access import Can, Role, actor_of, get_visible, open_to
from clinic.models import Appointment
from clinic.refusal import ActionRefused
from clinic.views.answers import done, posted
from homework.reviews import session_feedback as asked
from homework.reviews.actions import session_feedback as telling
from homework.reviews.forms.session_feedback import FeedbackForm


@open_to(Role.CLIENT)
@require_http_methods(["GET", "HEAD", "POST"])
def session_feedback(request: HttpRequest, pk: UUID) -> HttpResponse:
    """Say something about one session, once, to the therapist who held it."""
    row, actor = (
        get_visible(request, Appointment, pk, can=Can.WRITE, related=["therapist", "feedback"]),
        actor_of(request),
    )
    if request.method == "POST" and request.POST.get("action") == "not_now":
        telling.not_now(by=actor, appointment=row)
        return done(request, _("Put away. It is not asked again for this session."), "today")
    form = FeedbackForm(posted(request))
    if form.is_bound and form.is_valid():
        try:
            telling.say(by=actor, appointment=row, said=form.said())
            return done(request, _("Thank you. Only your therapist reads it, before your next session."), "today")
        except ActionRefused as no:
            form.refused(no)
    context = {"session": row, "form": form, "is_open": asked.may_say(row, timezone.now())}
    return render(request, "reviews/session_feedback.html", context, status=form.status)
