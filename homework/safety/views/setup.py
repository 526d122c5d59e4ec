"""The admin's page of the safety set-up: what is there, what is open, and a small form for each point (6.8)."""

from functools import partial
from typing import Any

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from clinic.access import Actor, Role, actor_of, open_to
from clinic.forms.base import ActionForm
from clinic.views.answers import done
from homework.safety import checklist
from homework.safety.actions import rehearsal, setup
from homework.safety.forms import setup as forms


@open_to(Role.ADMIN, Role.THERAPIST)
@require_http_methods(["GET", "HEAD", "POST"])
def safety_setup(request: HttpRequest) -> HttpResponse:
    """The eight points, each with its form. The safety lead and the deputy may read it."""
    actor = actor_of(request)
    checklist.needs_reader(actor)
    if request.method == "POST" and not actor.is_admin:
        raise Http404
    found = checklist.of(actor)
    part = request.POST.get("part", "")
    asked = parts(request, actor, found, part)
    status = 200
    if part in asked:
        form, action = asked[part]
        if form.done(action):
            return done(request, saved(part), f"{reverse('safety_setup')}#{part}")
        status = form.status
    context = {
        "found": found,
        "forms": {name: form for name, (form, _action) in asked.items()},
        "open_part": part or found.first_open or ("" if actor.is_admin else "policy"),
    }
    return render(request, "safety/setup.html", context, status=status)


def parts(
    request: HttpRequest, actor: Actor, found: checklist.Checklist, part: str
) -> dict[str, tuple[ActionForm, Any]]:
    """The forms of the page by point, each with its action; the one that was sent holds what was typed."""
    sent, now = {part: request.POST} if request.method == "POST" else {}, found.setup
    staff, handlers = checklist.named(found.staff), checklist.named(found.handlers)
    rota = {f"day_{day}": member for day, member in found.rota.items()}
    leads = {"lead": now.lead_id, "deputy": now.deputy_id}
    wording = {"approved_by": now.approved_by, "approved_on": now.approved_on or actor.clinic.today()}

    def of(name: str, kind: type[Any], start: dict[str, Any], **more: Any) -> ActionForm:
        form: ActionForm = kind(sent.get(name), initial=start, prefix=name, **more)
        return form

    return {
        "hours": (of("hours", forms.HoursForm, forms.hours_of(now)), partial(setup.set_hours, by=actor)),
        "targets": (of("targets", forms.TargetsForm, forms.targets_of(now)), partial(setup.set_targets, by=actor)),
        "leads": (of("leads", forms.LeadsForm, leads, staff=staff), partial(setup.set_leads, by=actor)),
        "rota": (
            of("rota", forms.RotaForm, rota, staff=staff, days=found.service_days),
            partial(setup.set_rota, by=actor),
        ),
        "policy": (of("policy", forms.PolicyForm, forms.policy_of(now)), partial(setup.set_policy, by=actor)),
        "wording": (of("wording", forms.WordingForm, wording), partial(setup.approve_wording, by=actor)),
        "rehearsal": (
            of("rehearsal", forms.RehearsalForm, {}, staff=handlers),
            partial(rehearsal.start, by=actor),
        ),
    }


def saved(part: str) -> str:
    """What to say after it."""
    if part == "rehearsal":
        return _("The rehearsal has begun. They see a mark when they sign in, and get a short e-mail.")
    return _("Saved.")
