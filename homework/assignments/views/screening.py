"""The admin's page about the look for heavy words: what it is, whether it is on, and what it does (6.4)."""

from functools import partial

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from clinic.access import Role, actor_of, open_to
from clinic.views.answers import done, posted
from homework.assignments import screened
from homework.safety import checklist
from homework.safety.actions.setup import set_screening
from homework.safety.forms.setup import ScreeningForm, screening_of


@open_to(Role.ADMIN)
@require_http_methods(["GET", "HEAD", "POST"])
def safety_screening(request: HttpRequest) -> HttpResponse:
    """Off unless somebody is named who reads what it marks, and clients were told."""
    actor = actor_of(request)
    arranged = checklist.arranged_by(actor)
    form = ScreeningForm(posted(request), initial=screening_of(arranged))
    if form.done(partial(set_screening, by=actor)):
        return done(request, _("Saved."), "safety_screening")
    months = screened.months_of(actor)
    context = {
        "form": form,
        "setup": arranged,
        "months": months,
        "advise_off": screened.is_hardly_right(months),
        "worth_it": screened.WORTH_IT,
    }
    return render(request, "safety/screening.html", context, status=form.status)
