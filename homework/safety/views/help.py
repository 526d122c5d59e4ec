"""Help now: one tap from every page, signed in or out, with or without JavaScript (F65). It tells nobody anything by itself."""

import re

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_safe

from clinic.access import Actor, public
from clinic.models import Site
from homework.safety import numbers, own_plan, reading
from homework.safety.models import CrisisResource
from homework.safety.told import care_of

FALLBACK = "GB"


@public
@require_safe
def help_now(request: HttpRequest) -> HttpResponse:
    """One's own plan, lines of the place one is in, the emergency number, the clinic, help with daily life (6.2)."""
    actor: Actor | None = request.actor  # type: ignore[attr-defined]
    site = actor.membership.site if actor is not None and actor.membership is not None else None
    countries = CrisisResource.countries()
    country = country_of(request, site, countries)
    context: dict[str, object] = {"country": country, "countries": countries}
    if "kept" in request.GET:  # for a browser to keep: as a stranger sees it, in this person's language and country
        context |= {"actor": None, "numbers": numbers.of(None, None, country)}
    else:
        context |= about(actor, site, country)
    return render(request, "safety/help_now.html", context)


def about(actor: Actor | None, site: Site | None, country: str) -> dict[str, object]:
    """What this person sees. The clinic's own lines are for its own country; elsewhere those of that country are shown."""
    clinic = actor.clinic if actor is not None and country in ("", numbers.country_of(site)) else None
    shown: dict[str, object] = {"numbers": numbers.of(clinic, site if clinic is not None else None, country)}
    if actor is None:
        return shown
    arranged = reading.setup_of(actor)
    return shown | {
        "clinic": actor.clinic,
        "arranged": arranged,
        "reads": reading.sentence(actor.clinic, arranged),
        "opening": reading.opening(actor.clinic, arranged, timezone.now()),
        "own_plan": own_plan.of(actor),
        "can_tell": care_of(actor) is not None,
    }


def country_of(request: HttpRequest, site: Site | None, known: list[str]) -> str:
    """The country asked for, else the site's, else the browser's language region."""
    asked = request.GET.get("country", "").upper()
    if asked in known:
        return asked
    if site is not None:
        return numbers.country_of(site)
    region = re.match(r"[a-z]{2,3}-([A-Z]{2})\b", request.headers.get("Accept-Language", ""))
    return region[1] if region and region[1] in known else FALLBACK
