"""About you, optional: the client's own page, and nobody else's (F55, F56)."""

from functools import partial

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from clinic.access import Role, actor_of, open_to
from clinic.actions import self_description
from clinic.forms.self_description import SelfDescriptionForm
from clinic.views.answers import done, posted


@open_to(Role.CLIENT)
@require_http_methods(["GET", "HEAD", "POST"])
def about_described(request: HttpRequest) -> HttpResponse:
    """Group, means and own words; everything may stay open."""
    actor = actor_of(request)
    row = self_description.own(actor)
    form = SelfDescriptionForm(posted(request), initial=(row.said if row is not None else None) or {})
    if form.done(partial(self_description.say, by=actor)):
        said = _("Saved. Nobody at the clinic sees it.") if form.result else _("Nothing is kept about this.")
        return done(request, said, "about_described")
    return render(request, "clinic/about_described.html", {"form": form, "row": row}, status=form.status)


@open_to(Role.CLIENT)
@require_POST
def about_described_away(request: HttpRequest) -> HttpResponse:
    """Delete what was said."""
    self_description.take_back(by=actor_of(request))
    return done(request, _("Deleted. Nothing is kept about this."), "settings")
