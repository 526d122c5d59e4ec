"""Instruments of the clinic: what ships, what needs wording, and where an admin enters it."""

from functools import partial

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from clinic.access import STAFF, Role, actor_of, open_to
from clinic.views.answers import done, posted
from homework.worksheets import attested, instruments
from homework.worksheets.actions import instruments as wording
from homework.worksheets.instrument_forms import InstrumentForm


@open_to(*STAFF)
@require_safe
def instrument_list(request: HttpRequest) -> HttpResponse:
    """Which instruments ship, which wait for their wording, who attested what and on what ground."""
    actor = actor_of(request)
    context = {
        "shipped": attested.shipped(actor, get_language() or "en"),
        "brought": attested.brought(actor),
    }
    return render(request, "worksheets/instruments.html", context)


@open_to(Role.ADMIN)
@require_http_methods(["GET", "HEAD", "POST"])
def instrument(request: HttpRequest, slug: str) -> HttpResponse:
    """Enter the wording of one instrument, or a later one, and attest that the clinic may use it."""
    structure = instruments.structure_of(slug)
    if structure is None:
        raise Http404
    actor = actor_of(request)
    one = attested.one_of(actor, structure)
    before = instruments.wording_of(one.version.parsed) if one.version is not None else None
    form = InstrumentForm(posted(request), request.FILES or None, structure=structure, wording=before)
    if form.done(partial(wording.word, by=actor, structure=structure)):
        says = _("Kept. It can be offered now.") if not one.waits else _("Kept. It waits for the safety set-up.")
        return done(request, says, "instruments")
    return render(request, "worksheets/instrument.html", {"one": one, "form": form}, status=form.status)


@open_to(Role.ADMIN)
@require_POST
def instrument_edges(request: HttpRequest, slug: str) -> HttpResponse:
    """Choose among the published cut-offs and reliable changes of a measure that ships."""
    worksheet = attested.shipped_one(slug)
    numbers = {name: request.POST.get(name, "") for name in ("cutoff", "rci")}
    chosen = {
        name: int(text) if text.isascii() and text.isdigit() and len(text) < 4 else None
        for name, text in numbers.items()
    }
    wording.choose_edges(by=actor_of(request), worksheet=worksheet, **chosen)
    return done(request, _("Kept. Scores are read by these numbers from now on."), "instruments")
