"""Being away: a therapist's own page, the clinic's rota for its admin, and a client's word about the cover (6.3)."""

from functools import partial
from uuid import UUID

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from clinic import away as aways
from clinic.access import Role, actor_of, open_to
from clinic.actions import absence as changing
from clinic.forms.absence import AwayForm, AwayOfForm, BackForm
from clinic.refusal import ActionRefused
from clinic.views.answers import done, posted

form_page = require_http_methods(["GET", "HEAD", "POST"])


@open_to(Role.THERAPIST)
@form_page
def away(request: HttpRequest) -> HttpResponse:
    """One's own days away, asking somebody to cover, and what one is asked."""
    actor = actor_of(request)
    colleagues = aways.therapists(actor, besides=actor.member_id)
    form = AwayForm(posted(request), therapists=colleagues, today=actor.clinic.today(), initial=request.GET.dict())
    if form.done(partial(changing.ask, by=actor, member=actor.member)):
        return done(request, _("Asked. It stands once they have said yes."), "away")
    context = {"form": form, "page": aways.page_of(actor), "today": actor.clinic.today()}
    return render(request, "clinic/away.html", context, status=form.status)


@open_to(Role.ADMIN)
@form_page
def away_rota(request: HttpRequest) -> HttpResponse:
    """Who is away when, who covers, and what still waits for a yes."""
    actor = actor_of(request)
    colleagues = aways.therapists(actor)
    form = AwayOfForm(posted(request), therapists=colleagues, today=actor.clinic.today(), initial=request.GET.dict())
    if form.done(partial(changing.ask, by=actor)):
        return done(request, _("Asked. It stands once they have said yes."), "away_rota")
    context = {"form": form, "lines": aways.rota(actor), "today": actor.clinic.today()}
    return render(request, "clinic/away_rota.html", context, status=form.status)


@open_to(Role.THERAPIST)
@require_POST
def away_answer(request: HttpRequest, absence_id: UUID) -> HttpResponse:
    """Yes to covering, or no; no also later."""
    actor = actor_of(request)
    row, yes = aways.one(actor, absence_id), request.POST.get("answer") == "yes"
    changing.answer(by=actor, absence=row, yes=yes)
    if yes:
        return done(request, _("Thank you. You have their clients on your pages in those days, and only then."), "away")
    return done(request, _("That is fine. They will see that somebody else has to be found."), "away")


@open_to(Role.THERAPIST, Role.ADMIN)
@require_POST
def away_cancel(request: HttpRequest, absence_id: UUID) -> HttpResponse:
    """Not away after all, or back already."""
    actor = actor_of(request)
    changing.cancel(by=actor, absence=aways.one(actor, absence_id))
    return done(request, _("Cancelled. The cover has ended."), "away_rota" if actor.is_admin else "away")


@open_to(Role.THERAPIST, Role.ADMIN)
@require_POST
def away_shorten(request: HttpRequest, absence_id: UUID) -> HttpResponse:
    """Back earlier."""
    actor = actor_of(request)
    row, form = aways.one(actor, absence_id), BackForm(request.POST)
    if not form.is_valid():
        raise ActionRefused(_("Choose the last day away."), status=422)
    changing.shorten(by=actor, absence=row, ends_on=form.cleaned_data["ends_on"])
    return done(request, _("Changed. The cover ends with that day."), "away_rota" if actor.is_admin else "away")


@open_to(Role.CLIENT)
@require_POST
def cover_answer(request: HttpRequest) -> HttpResponse:
    """The client would rather not have the cover, or would after all. No reason is asked for."""
    actor = actor_of(request)
    place = aways.cover_place(actor, request.POST.get("place", ""))
    if place is None:
        raise ActionRefused(_("This is over. Your therapist is back, or somebody else covers."))
    welcome = request.POST.get("answer") == "yes"
    changing.answer_cover(by=actor, place=place, welcome=welcome)
    if welcome:
        return done(request, _("Thank you. They can read what you share while your therapist is away."), "today")
    return done(request, _("That is fine. They can read nothing of yours."), "today")
