"""“This needs a therapist”: a coach hands over, a therapist takes it up (F64)."""

from uuid import UUID

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from clinic.access import Can, Role, actor_of, get_visible, open_to
from clinic.models import Episode
from clinic.refusal import ActionRefused
from clinic.views.answers import done, posted
from homework.reviews.actions import hand_over as handing
from homework.reviews.forms.hand_over import HandOverForm


@open_to(Role.COACH)
@require_http_methods(["GET", "HEAD", "POST"])
def hand_over(request: HttpRequest, pk: UUID) -> HttpResponse:
    """Say why, in one of three ways; the therapists of this client are told to look."""
    episode = get_visible(request, Episode, pk, can=Can.REVIEW)
    form = HandOverForm(posted(request))
    if form.is_bound and form.is_valid():
        try:
            handing.give(by=actor_of(request), episode=episode, reason=form.cleaned_data["reason"])
            return done(request, _("Handed over. Their therapist finds it on the first page."), "client_page", pk)
        except ActionRefused as no:
            form.refused(no)
    return render(request, "reviews/hand_over.html", {"episode": episode, "form": form}, status=form.status)


@open_to(Role.THERAPIST)
@require_POST
def hand_over_taken(request: HttpRequest, pk: UUID) -> HttpResponse:
    """A therapist of this client takes it up."""
    episode = get_visible(request, Episode, pk, can=Can.REVIEW)
    handing.take(by=actor_of(request), episode=episode)
    return done(request, _("Taken up. It has left the list."), "client_page", pk)
