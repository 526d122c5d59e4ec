"""The client speaks up: why, tell, wish, what I asked, what went well (F02, F43, F44, F46). Nothing needs a reason."""

from typing import Any
from uuid import UUID

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from clinic.access import Can, Role, actor_of, get_visible, open_to
from clinic.models import Episode
from clinic.refusal import ActionRefused
from clinic.views.answers import done, posted
from homework.assignments import readers, writing
from homework.assignments.days import today as todays
from homework.assignments.models import Assignment
from homework.assignments.planning import agreed
from homework.reviews import questions
from homework.reviews import wins as winning
from homework.reviews.actions import question as speaking
from homework.reviews.actions import win as noting
from homework.reviews.forms.speaking import TellForm, WinForm, WishForm
from homework.reviews.models import ClientQuestion

either = require_http_methods(["GET", "HEAD", "POST"])


@open_to(Role.CLIENT)
@require_POST
def ask_why(request: HttpRequest, pk: UUID) -> HttpResponse:
    """One tap: I'd like to talk about why. A second tap changes nothing (F02)."""
    work = get_visible(request, Assignment, pk, can=Can.WRITE)
    speaking.ask_why(by=actor_of(request), assignment=work)
    return done(request, _("Your therapist will see that you would like to talk about why."), "asked")


@open_to(Role.CLIENT)
@either
def tell_about(request: HttpRequest, pk: UUID) -> HttpResponse:
    """Tell my therapist something about one piece of work (F44)."""
    work = get_visible(request, Assignment, pk, can=Can.WRITE, related=["version__worksheet"])
    return _tell(request, work.episode, work)


@open_to(Role.CLIENT)
@either
def tell(request: HttpRequest) -> HttpResponse:
    """Tell my therapist something, whatever it is about."""
    return _tell(request, todays.episode_of(actor_of(request)), None)


def _tell(request: HttpRequest, episode: Episode | None, work: Assignment | None) -> HttpResponse:
    form, actor, key = TellForm(posted(request)), actor_of(request), writing.key_of(request.POST)
    if episode is not None and form.is_bound and form.is_valid():
        try:
            speaking.ask(by=actor, episode=episode, assignment=work, said=form.to_said(), key=key)
            return done(request, _("Sent. You find it here, with the answer."), "asked")
        except ActionRefused as no:
            form.refused(no)
    context: dict[str, Any] = {
        "episode": episode,
        "work": work,
        "form": form,
        "submission_key": key,
    }
    context["title"] = agreed.title_of(work) if work else ""
    context["readers"] = readers.of(actor, episode, measure=bool(work and work.is_measure)) if episode else []
    return render(request, "reviews/tell.html", context, status=form.status)


@open_to(Role.CLIENT)
@either
def wish(request: HttpRequest) -> HttpResponse:
    """I'd like something to work on: also when nothing is planned, with or without an idea (F46)."""
    form, actor, key = WishForm(posted(request)), actor_of(request), writing.key_of(request.POST)
    episode = todays.episode_of(actor)
    if episode is not None and form.is_bound and form.is_valid():
        try:
            speaking.ask(by=actor, episode=episode, said=form.to_said(), key=key)
            return done(request, _("Sent. Your therapist will see it and plan it with you."), "asked")
        except ActionRefused as no:
            form.refused(no)
    context = {"episode": episode, "form": form, "submission_key": key}
    return render(request, "reviews/wish.html", context, status=form.status)


@open_to(Role.CLIENT)
@require_safe
def asked(request: HttpRequest) -> HttpResponse:
    """What I asked: waiting, answered, talked about, with the answers."""
    found = questions.own(actor_of(request))
    kept = [one for one in found if one.state != ClientQuestion.State.CLOSED]
    context: dict[str, Any] = {"kept": kept, "closed": [one for one in found if one not in kept]}
    context["unsafe"] = any(one.unsafe and one.is_open for one in kept)
    return render(request, "reviews/asked.html", context)


@open_to(Role.CLIENT)
@require_POST
def asked_close(request: HttpRequest, pk: UUID) -> HttpResponse:
    """The client has read the answer; it is settled for them (1K)."""
    question = get_visible(request, ClientQuestion, pk, can=Can.WRITE)
    speaking.close(by=actor_of(request), question=question)
    to = "today" if request.POST.get("from") == "today" else "asked"
    return done(request, _("Good. You can still read it under What I asked."), to)


@open_to(Role.CLIENT)
@either
def wins(request: HttpRequest) -> HttpResponse:
    """What went well: one line to add, with or without a plan, and who saw it (F43)."""
    form, actor, key = WinForm(posted(request)), actor_of(request), writing.key_of(request.POST)
    episode = todays.episode_of(actor)
    if episode is not None and form.is_bound and form.is_valid():
        try:
            noting.note(by=actor, episode=episode, text=form.cleaned_data["text"], key=key)
            return done(request, _("Kept. It is good to have it written down."), "wins")
        except ActionRefused as no:
            form.refused(no)
    context: dict[str, Any] = {"episode": episode, "form": form, "wins": winning.own(actor)}
    context["submission_key"] = key
    return render(request, "reviews/wins.html", context, status=form.status)
