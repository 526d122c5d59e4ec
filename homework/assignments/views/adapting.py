"""Making a plan fit a life, a culture or a faith: four questions, and the plan said anew (F57)."""

from uuid import UUID

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from clinic.access import CLINICIANS, Can, actor_of, get_visible, open_to
from clinic.refusal import ActionRefused
from clinic.views.answers import done, posted
from homework.assignments.actions import plan
from homework.assignments.forms.adapt import AdaptForm
from homework.assignments.models import Assignment
from homework.assignments.planning import composing, suits


@open_to(*CLINICIANS)
@require_http_methods(["GET", "HEAD", "POST"])
def assignment_adapt(request: HttpRequest, pk: UUID) -> HttpResponse:
    """The adapt dialogue: example, picture, people, form; what comes of it is a proposed change."""
    row = get_visible(request, Assignment, pk, can=Can.PLAN, related=["version__worksheet"])
    changing = composing.changing(row, "")
    form = AdaptForm(posted(request), words=changing.current)
    if form.is_bound and form.is_valid():
        try:
            plan.change(by=actor_of(request), assignment=row, words=form.to_words(), reason=form.reason())
            return done(request, _("Proposed. What was agreed holds until they say yes."), "assignment", row.pk)
        except ActionRefused as no:
            form.refused(no)
    context = {"episode": row.episode, "work": row, "changing": changing, "form": form}
    context["profile"] = suits.in_short(suits.profile_of(row.episode))
    return render(request, "assignments/adapt.html", context, status=form.status)
