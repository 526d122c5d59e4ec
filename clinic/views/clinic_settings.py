"""The clinic's discreet name, sender, phone and sites, on one page of small forms."""

from functools import partial
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from clinic import icons
from clinic.access import Actor, Role, actor_of, open_to
from clinic.actions import site as changing
from clinic.board import sites_of
from clinic.forms.base import ActionForm
from clinic.forms.settings import ClinicForm, SiteForm, clinic_of, site_of
from clinic.models import Clinic, Site
from clinic.views.answers import done


@open_to(Role.ADMIN)
@require_http_methods(["GET", "HEAD", "POST"])
def clinic_settings(request: HttpRequest) -> HttpResponse:
    """Settings of the clinic, its sites, and one more site: each a form of its own."""
    actor = actor_of(request)
    part = request.POST.get("part", "")
    sites = sites_of(actor)
    asked = parts(request, actor, sites, part)
    status = 200 if request.method != "POST" else 422
    if part in asked:
        form, action = asked[part]
        if form.done(action):
            return done(request, _("Saved."), "clinic_settings")
        status = form.status
    context = {
        "clinic_form": asked["clinic"][0],
        "new": asked["new"][0],
        "sites": [(site, asked[str(site.pk)][0]) for site in sites],
        "part": part,
        "marks_shown": marks_of(asked["clinic"][0]),
    }
    return render(request, "clinic/clinic_settings.html", context, status=status)


def parts(request: HttpRequest, actor: Actor, sites: list[Site], part: str) -> dict[str, tuple[ActionForm, Any]]:
    """The forms of the page by name, each with its action; the one that was sent holds what was typed."""
    sent = {part: request.POST}
    clinic = ClinicForm(sent.get("clinic"), initial=clinic_of(actor.clinic), prefix="clinic")
    new = SiteForm(sent.get("new"), initial=new_site(actor, sites), prefix="new")
    found: dict[str, tuple[ActionForm, Any]] = {
        "clinic": (clinic, partial(changing.change_clinic, by=actor)),
        "new": (new, partial(changing.add_site, by=actor)),
    }
    for site in sites:
        key = str(site.pk)
        form = SiteForm(sent.get(key), initial=site_of(site), prefix=key)
        found[key] = (form, partial(changing.change_site, by=actor, site=site))
    return found


def marks_of(form: ActionForm) -> list[dict[str, Any]]:
    """The marks to choose from, each with its drawing."""
    chosen = form["icon"].value()
    return [
        {"name": name, "words": words, "drawing": icons.mark(name).drawing, "chosen": name == chosen}
        for name, words in Clinic.Icon.choices
    ]


def new_site(actor: Actor, sites: list[Site]) -> dict[str, str]:
    """What a further site probably shares with the others."""
    locale = sites[0].crisis_locale if sites else "en-GB"
    return {"time_zone": actor.clinic.time_zone, "crisis_locale": locale}
