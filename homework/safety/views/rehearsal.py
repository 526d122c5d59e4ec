"""A rehearsal, walked through by the person who would handle a real flag. No client is part of it (6.8)."""

from collections.abc import Callable
from functools import partial
from typing import Any
from uuid import UUID

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from clinic.access import Role, actor_of, open_to
from clinic.forms.base import ActionForm
from clinic.views.answers import done, posted
from homework.safety import rehearsals
from homework.safety.actions import rehearsal as walking
from homework.safety.checklist import took_in_words
from homework.safety.forms.setup import PlanForm

STEPS: dict[str, Callable[..., Any]] = {"see": walking.see, "plan": walking.plan, "close": walking.close}


@open_to(Role.ADMIN, Role.THERAPIST)
@require_http_methods(["GET", "HEAD", "POST"])
def rehearsal(request: HttpRequest, pk: UUID) -> HttpResponse:
    """Seen, plan, closed: the steps of a real flag. An admin may look on."""
    actor = actor_of(request)
    row = rehearsals.one_of(actor, pk)
    step = request.POST.get("step", "")
    kind = PlanForm if step == "plan" else ActionForm
    form = kind(posted(request))
    if step in STEPS and form.done(partial(STEPS[step], by=actor, rehearsal=row)):
        return done(request, _("Noted."), "rehearsal", pk)
    context = {
        "row": row,
        "form": form,
        "plan_form": form if step == "plan" else PlanForm(initial={"plan": row.plan}),
        "is_theirs": row.handler_id == actor.member_id,
        "took": took_in_words(row),
    }
    return render(request, "safety/rehearsal.html", context, status=form.status)
