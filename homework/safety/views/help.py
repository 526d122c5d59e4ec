"""Help now: one tap from every page, signed in or out, with or without JavaScript (F65)."""

import re

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from clinic.access import Actor, public
from homework.safety.models import CrisisResource

FALLBACK = "GB"


@public
@require_safe
def help_now(request: HttpRequest) -> HttpResponse:
    """Crisis lines of the place one is in, the emergency number, then the clinic's own phone."""
    actor: Actor | None = request.actor  # type: ignore[attr-defined]
    country = country_of(request, actor)
    lines = CrisisResource.lines_of(country)
    context = {
        "lines": [line for line in lines if not line.is_emergency],
        "emergency": next((line for line in lines if line.is_emergency), None),
        "country": country,
        "countries": CrisisResource.countries(),
        "clinic": actor.clinic if actor is not None else None,
    }
    if "kept" in request.GET:  # for a browser to keep: as a stranger sees it, in this person's language and country
        context |= {"actor": None, "clinic": None}
    return render(request, "safety/help_now.html", context)


def country_of(request: HttpRequest, actor: Actor | None) -> str:
    """The country asked for, else the site's, else the browser's language region."""
    asked = request.GET.get("country", "").upper()
    known = set(CrisisResource.countries())
    if asked in known:
        return asked
    if actor is not None and actor.membership is not None and actor.membership.site is not None:
        return actor.membership.site.crisis_locale.rpartition("-")[2].upper()
    region = re.match(r"[a-z]{2,3}-([A-Z]{2})\b", request.headers.get("Accept-Language", ""))
    return region[1] if region and region[1] in known else FALLBACK
