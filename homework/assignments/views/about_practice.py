"""The client's page about practice between sessions. Works without a script."""

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from clinic import nouns, reading
from clinic.access import Role, actor_of, open_to
from clinic.refusal import ActionRefused
from clinic.views.answers import done, posted
from homework.assignments import readers
from homework.assignments.actions import practice
from homework.assignments.forms.practice import PracticeForm
from homework.assignments.models import FitProfile
from homework.assignments.planning import about_practice as asked
from homework.assignments.planning import suits


@open_to(Role.CLIENT)
@require_http_methods(["GET", "HEAD", "POST"])
def about_practice(request: HttpRequest) -> HttpResponse:
    """Five open questions before any of it begins, all of them optional (F14)."""
    actor, profile = actor_of(request), _own(request)
    form = PracticeForm(posted(request), profile=profile, prefs=reading.contact_of(actor))
    if form.is_bound and form.is_valid():
        said, grew_from = form.said(), request.POST.get("grew_from", "")
        try:
            practice.say(by=actor, episode=profile.episode, said=said, noun=form.chosen, grew_from=grew_from)
            return done(request, _("Saved. You can change it whenever you like."), "today")
        except ActionRefused as no:
            nouns.forget(actor)
            form.refused(no)
    context = {"form": form, "profile": profile, "is_open": profile.episode.is_open, "stamp": asked.stamp(profile)}
    context["readers"] = readers.of(actor, profile.episode, measure=False)
    return render(request, "assignments/about_practice.html", context, status=form.status)


@open_to(Role.CLIENT)
@require_POST
def about_practice_away(request: HttpRequest) -> HttpResponse:
    """Put the line on Today away. The questions stay in the settings."""
    practice.put_away(by=actor_of(request), episode=_own(request).episode)
    return done(request, _("Put away. You find it in your settings if you want it later."), "today")


def _own(request: HttpRequest) -> FitProfile:
    profile = suits.own_profile(actor_of(request))
    if profile is None:
        raise Http404
    return profile
