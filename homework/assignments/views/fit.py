"""The client's page about what suits them. Works without a script; with one, it saves by itself."""

from django.http import Http404, HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from clinic.access import Role, actor_of, open_to
from clinic.refusal import ActionRefused
from clinic.views.answers import done, posted
from homework.assignments import writing
from homework.assignments.actions import fit
from homework.assignments.forms.fit import FitForm
from homework.assignments.models import FitProfile
from homework.assignments.planning import agreed, suits


@open_to(Role.CLIENT)
@require_http_methods(["GET", "HEAD", "POST"])
def about_fit(request: HttpRequest) -> HttpResponse:
    """What suits me: everything optional, and a switch that turns all of it off."""
    profile = _own(request)
    form = FitForm(posted(request), profile=profile)
    if form.is_bound and form.is_valid():
        try:
            _keep(request, profile, form)
            return done(request, _("Saved."), "about_fit")
        except ActionRefused as no:
            form.refused(no)
            profile = _own(request)
    context = {"form": form, "profile": profile, "is_open": profile.episode.is_open}
    return render(request, "assignments/about_fit.html", context, status=form.status)


@open_to(Role.CLIENT)
@require_POST
def about_fit_save(request: HttpRequest) -> HttpResponse:
    """Autosave: the same form, answered in JSON. 200 saved; 409 not saved, with the reason; 422 please look."""
    form = FitForm(request.POST, profile=_own(request))
    if not form.is_valid():
        return JsonResponse({"errors": form.errors}, status=422)
    try:
        saved = _keep(request, _own(request), form)
    except ActionRefused as no:
        return JsonResponse({"message": no.message_for_user, "field": no.field}, status=no.status)
    user = actor_of(request).user
    assert user is not None
    at = agreed.at_time(agreed.wall(saved.saved_at, user.time_zone).time())
    return JsonResponse({"rev": saved.rev, "saved_at": at, "state": "draft"})


def _own(request: HttpRequest) -> FitProfile:
    profile = suits.own_profile(actor_of(request))
    if profile is None:
        raise Http404
    return profile


def _keep(request: HttpRequest, profile: FitProfile, form: FitForm) -> FitProfile:
    rev = writing.rev_of(request.POST)
    return fit.say_what_suits(by=actor_of(request), episode=profile.episode, said=form.said(), rev=rev)
