"""A flag's page, raising one, and the admin's list of open ones."""

from collections.abc import Callable
from functools import partial
from typing import Any
from uuid import UUID

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from clinic.access import Can, Role, actor_of, get_visible, open_to
from clinic.forms.base import ActionForm
from clinic.models import Episode
from clinic.views.answers import done, posted
from homework.safety import flag_page, open_flags
from homework.safety.actions import care
from homework.safety.forms.flag import KINDS, OutcomeForm, PlanForm, RaiseForm, RemindersForm, SeeForm
from homework.safety.models import SafetyFlag

form_page = require_http_methods(["GET", "HEAD", "POST"])
STEPS: dict[str, tuple[type[ActionForm], Callable[..., Any]]] = {
    "see": (SeeForm, care.see),
    "plan": (PlanForm, care.act),
    "outcome": (OutcomeForm, care.close),
    "reminders": (RemindersForm, care.let_reminders_go_on),
}


@open_to(Role.THERAPIST)
@form_page
def flag(request: HttpRequest, pk: UUID) -> HttpResponse:
    """What was answered, who has to look by when, every step, and the next one as one form."""
    actor, can = actor_of(request), Can.REVIEW if request.method == "POST" else Can.READ
    row = get_visible(request, SafetyFlag, pk, can=can, related=["episode__clinic", "episode__site", "seen_by"])
    step = request.POST.get("step", "")
    kind, action = STEPS.get(step, STEPS["see"])
    form = kind(posted(request) if step in STEPS else None)
    if form.done(partial(action, by=actor, flag=row)):
        return done(request, said(step), "flag", pk)
    page = flag_page.page(row, actor, timezone.now())
    if not form.is_bound:
        form = STEPS.get(page.to_do, STEPS["see"])[0](initial={"plan": row.plan})
    context = {"flag": row, "episode": row.episode, "page": page, "form": form, "step": step or page.to_do}
    return render(request, "safety/flag.html", context, status=form.status)


def said(step: str) -> str:
    """What has happened, without a word about whom."""
    return {
        "see": _("You look at it. Nobody else is told now."),
        "plan": _("Your plan is written down."),
        "outcome": _("Written down."),
        "reminders": _("Your decision about reminders is written down."),
    }[step]


@open_to(Role.THERAPIST)
@form_page
def flag_raise(request: HttpRequest, pk: UUID) -> HttpResponse:
    """Raise a flag about a client from what was said or seen, with the clinic's own policy beside it (6.6)."""
    actor = actor_of(request)
    episode = get_visible(request, Episode, pk, can=Can.REVIEW, related=["clinic"])
    form = RaiseForm(posted(request))
    if form.done(partial(care.raise_by_clinician, by=actor, episode=episode)):
        return done(request, _("Raised. It stands until it is closed."), "flag", form.result.pk)
    policy, of_kinds = flag_page.policies(actor.clinic_id)
    shown = [(label, of_kinds[kind]) for kind, label in KINDS if kind in of_kinds]
    context = {"episode": episode, "form": form, "policy": policy, "policies": shown}
    return render(request, "safety/flag_raise.html", context, status=form.status)


@open_to(Role.ADMIN)
@require_safe
def open_flags_list(request: HttpRequest) -> HttpResponse:
    """Open flags as counts, ages and a list of whom to call."""
    return render(request, "safety/open_flags.html", {"rows": open_flags.of(actor_of(request), timezone.now())})
