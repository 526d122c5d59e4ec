"""How we are doing: figures of the service for admins, supervisors and the safety lead. No client, no therapist in them."""

from typing import Any
from uuid import UUID

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from clinic.access import Actor, Role, actor_of, open_to
from clinic.views.answers import done
from homework.reviews.actions import service
from homework.reviews.forms.figures import ServiceActionForm
from homework.reviews.outcomes import shown


@open_to(Role.ADMIN, Role.THERAPIST)
@require_safe
def figures(request: HttpRequest) -> HttpResponse:
    """The tables of one month, and what was done about them."""
    actor = _reader(request)
    form = ServiceActionForm(initial={"done_on": actor.clinic.today()})
    return _page(request, actor, form)


@open_to(Role.ADMIN)
@require_POST
def figures_note(request: HttpRequest) -> HttpResponse:
    """Write down what was done about something."""
    actor = actor_of(request)
    form = ServiceActionForm(request.POST)
    if form.done(lambda **said: service.note(by=actor, **said)):
        return done(request, _("Noted. It stands beside the figures from now on."), "figures")
    return _page(request, actor, form)


@open_to(Role.ADMIN)
@require_POST
def figures_note_out(request: HttpRequest, pk: UUID) -> HttpResponse:
    """Take such a line out again."""
    actor = actor_of(request)
    line = shown.action_of(actor, pk)
    if line is None:
        raise Http404
    service.take_out(by=actor, action=line)
    return done(request, _("Taken out."), "figures")


def _reader(request: HttpRequest) -> Actor:
    """Who may look: whoever answers for the service. Another therapist is answered as if there were no such page."""
    actor = actor_of(request)
    if not actor.sees_figures:
        raise Http404
    return actor


def _page(request: HttpRequest, actor: Actor, form: ServiceActionForm) -> HttpResponse:
    context: dict[str, Any] = {"page": shown.page(actor, request.GET.get("month", "")[:7]), "form": form}
    return render(request, "reviews/figures.html", context, status=form.status)
