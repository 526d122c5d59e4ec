"""What a therapist marks in a session, for the care team alone (F24-F26)."""

from uuid import UUID

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from clinic.access import Can, Role, actor_of, get_visible, open_to
from clinic.models import Appointment
from clinic.refusal import ActionRefused
from clinic.views.answers import done, posted
from homework.reviews import notes_of_session, session_feedback
from homework.reviews.actions import readiness
from homework.reviews.forms.readiness import ReadinessForm


@open_to(Role.THERAPIST)
@require_http_methods(["GET", "HEAD", "POST"])
def session_notes(request: HttpRequest, pk: UUID) -> HttpResponse:
    """Two separate marks, the ruler, both sides. Never the client's page, a coach's, or part of what is exported."""
    appointment = get_visible(request, Appointment, pk, can=Can.REVIEW, verb="session_notes.read")
    note = notes_of_session.note_of(appointment, actor_of(request))
    form = ReadinessForm(posted(request), note=note)
    if form.is_bound and form.is_valid():
        try:
            readiness.mark(by=actor_of(request), appointment=appointment, said=form.to_readiness())
            return done(request, _("Kept, for the care team alone."), "session_notes", pk)
        except ActionRefused as no:
            form.refused(no)
    page = notes_of_session.page(appointment, note, actor_of(request))
    context = {"appointment": appointment, "episode": appointment.episode, "form": form, "page": page}
    context["told"] = session_feedback.before(actor_of(request), appointment)
    return render(request, "reviews/session_notes.html", context, status=form.status)
