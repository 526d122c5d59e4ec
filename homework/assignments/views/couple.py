"""Couples: the client's own page with their yes, "not now" and leaving; the therapist's page with both side by side.

A client's answers act on the place in a couple that is their own; a page of an earlier couple is told that it is out of date.
"""

from functools import partial
from uuid import UUID

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from clinic.access import Can, Role, actor_of, get_visible, open_to
from clinic.models import Episode
from clinic.refusal import ActionRefused
from clinic.views.answers import done, posted
from homework.assignments import couple_pages, couples
from homework.assignments.actions import couple as coupling
from homework.assignments.days import today
from homework.assignments.forms.couple import CoupleForm, SeenForm
from homework.assignments.models import DyadMember


@open_to(Role.CLIENT)
@require_safe
def couple(request: HttpRequest) -> HttpResponse:
    """What the two of us do: the invitation, what we showed each other, and the way out."""
    actor = actor_of(request)
    episode = today.episode_of(actor)
    page = couple_pages.of_client(actor, episode) if episode is not None else None
    return render(request, "assignments/couple.html", {"page": page, "episode": episode})


@open_to(Role.CLIENT)
@require_POST
def couple_answer(request: HttpRequest) -> HttpResponse:
    """Yes, or not now. No reason is asked for."""
    place = _own_place(request)
    if request.POST.get("answer") == "yes":
        coupling.consent(by=actor_of(request), place=place)
        return done(request, _("You said yes. You can change your mind whenever you like."), "couple")
    coupling.decline(by=actor_of(request), place=place)
    return done(request, _("That is fine. Nothing starts."), "today")


@open_to(Role.CLIENT)
@require_POST
def couple_leave(request: HttpRequest) -> HttpResponse:
    """Leave, without a word."""
    coupling.leave(by=actor_of(request), place=_own_place(request))
    return done(request, _("It is over. What you have stays yours."), "couple")


def _own_place(request: HttpRequest) -> DyadMember:
    """The place in a couple that the page was about. Raises ActionRefused (409) when it is not the present one."""
    episode = today.episode_of(actor_of(request))
    pair = couples.current_pair(episode.pk) if episode is not None else None
    if pair is None or request.POST.get("place") != str(pair.mine.pk):
        raise ActionRefused(_("This page is out of date. Please open it again."))
    return pair.mine


@open_to(Role.THERAPIST)
@require_http_methods(["GET", "HEAD", "POST"])
def couple_of(request: HttpRequest, pk: UUID) -> HttpResponse:
    """A client's couple, with both sides for somebody who treats both; or making one."""
    can = Can.PLAN if request.method == "POST" else Can.READ
    episode = get_visible(request, Episode, pk, can=can, related=["client__user", "site"])
    pair = couples.current_pair(pk)
    return _make(request, episode) if pair is None else _desk(request, episode, pair)


def _make(request: HttpRequest, episode: Episode) -> HttpResponse:
    actor = actor_of(request)
    form = CoupleForm(posted(request), others=couples.candidates(actor, episode))
    if form.is_bound and form.is_valid():
        # The door opens the other one too, and the record says so.
        get_visible(request, Episode, form.cleaned_data["partner"].pk, can=Can.PLAN, verb="couple.chosen")
    if form.done(partial(coupling.make, by=actor, episode=episode)):
        return done(
            request, _("Each of them is asked on their own page. It begins when both say yes."), "couple_of", episode.pk
        )
    last = couples.pair_of(episode.pk)
    context = {"episode": episode, "form": form, "last": couple_pages.state_of(last) if last is not None else ""}
    context["may_make"] = couples.treats(actor, episode.pk) and episode.is_open
    return render(request, "assignments/couple_make.html", context, status=form.status)


def _desk(request: HttpRequest, episode: Episode, pair: couples.Pair) -> HttpResponse:
    actor = actor_of(request)
    both = couples.treats_both(actor, episode.pk, pair.theirs.episode_id)
    if both:
        pair.theirs.episode = get_visible(request, Episode, pair.theirs.episode_id, can=Can.READ, verb="couple.read")
    desk = couple_pages.desk(actor, pair, both=both)
    context = {"episode": episode, "desk": desk, "form": SeenForm(), "today": actor.clinic.today()}
    status = 409 if request.method == "POST" else 200  # somebody made a couple meanwhile
    return render(request, "assignments/couple_of.html", context, status=status)


@open_to(Role.THERAPIST)
@require_POST
def couple_seen(request: HttpRequest, pk: UUID) -> HttpResponse:
    """Note the day this client was seen alone about safety (F63)."""
    episode = get_visible(request, Episode, pk, can=Can.PLAN)
    form = SeenForm(request.POST)
    if not form.done(partial(coupling.note_seen_alone, by=actor_of(request), place=_place_of(episode))):
        raise ActionRefused(str(form.errors["on"][0]), status=form.status)
    return done(request, _("Noted."), "couple_of", _back_to(request, episode))


@open_to(Role.THERAPIST)
@require_POST
def couple_end(request: HttpRequest, pk: UUID) -> HttpResponse:
    """End working as a couple, for both."""
    episode = get_visible(request, Episode, pk, can=Can.PLAN)
    coupling.end(by=actor_of(request), place=_place_of(episode))
    return done(request, _("Working as a couple has ended. Both keep what they have."), "client_page", episode.pk)


def _place_of(episode: Episode) -> DyadMember:
    pair = couples.current_pair(episode.pk)
    if pair is None:
        raise ActionRefused(_("This client is not in a couple."))
    return pair.mine


def _back_to(request: HttpRequest, episode: Episode) -> UUID:
    """The page the day was noted on: this client's, or the partner's, where the therapist came from."""
    pair = couples.current_pair(episode.pk)
    if pair is None:
        raise Http404
    here = {str(one.episode_id): one.episode_id for one in (pair.mine, pair.theirs)}
    return here.get(request.POST.get("from", ""), episode.pk)
