"""The care team answers what clients asked, and says that it saw what went well (F02, F30, F39, F43, F44)."""

from typing import Any
from uuid import UUID

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from clinic.access import CLINICIANS, Can, actor_of, get_visible, open_to
from clinic.refusal import ActionRefused
from clinic.views.answers import done, posted
from homework.assignments import story
from homework.assignments.days import practical
from homework.assignments.models import Assignment, Obstacle, Plan
from homework.assignments.planning import agreed, shaping
from homework.reviews import questions, replying
from homework.reviews.actions import question as speaking
from homework.reviews.actions import win as noting
from homework.reviews.forms.speaking import AnswerForm
from homework.reviews.models import ClientQuestion, Win


@open_to(*CLINICIANS)
@require_http_methods(["GET", "HEAD", "POST"])
def question(request: HttpRequest, pk: UUID) -> HttpResponse:
    """One thing a client asked: their words, the plan it is about, a reply, and what became of it."""
    row = get_visible(request, ClientQuestion, pk, can=Can.REVIEW, related=questions.WITH_WORK)
    actor = actor_of(request)
    form = AnswerForm(posted(request), initial={"answer": row.answer or "", "outcome": row.outcome})
    if form.is_bound and form.is_valid():
        try:
            made = speaking.answer(by=actor, question=row, **form.said())
            return done(request, replying.done(made), "client_page", row.episode_id)
        except ActionRefused as no:
            form.refused(no)
    context: dict[str, Any] = {
        "episode": row.episode,
        "work": row.assignment,
        "form": form,
        "stems": replying.stems_for(row.kind),
    }
    context |= {"asked": questions.shown(row, actor.clinic.time_zone, timezone.now()), "plan": replying.plan_of(row)}
    context["may_plan"] = Can.PLAN in story.powers(actor, row.episode_id)
    return render(request, "reviews/question.html", context, status=form.status)


@open_to(*CLINICIANS)
@require_POST
def win_seen(request: HttpRequest, pk: UUID) -> HttpResponse:
    """One tap: I saw this. Thank you for telling me."""
    win = get_visible(request, Win, pk, can=Can.REVIEW)
    noting.seen(by=actor_of(request), win=win)
    return done(request, _("They can see that you saw it."), "client_page", win.episode_id)


@open_to(*CLINICIANS)
@require_safe
def practical_help(request: HttpRequest, pk: UUID) -> HttpResponse:
    """What got in the way of one piece of work, and the practical help that fits it (F39)."""
    work = get_visible(request, Assignment, pk, can=Can.PLAN, related=["version__worksheet"])
    kinds, words = questions.met(work)
    everyday = practical.of(kinds)
    context = {
        "episode": work.episode,
        "work": work,
        "title": agreed.title_of(work),
        "met": [Obstacle(kind).label for kind in everyday],
        "words": words,
        "offers": practical.offers(everyday),
        "unsafe": Obstacle.UNSAFE in everyday,
        "plan": shaping.plan_of(work, Plan.State.AGREED),
    }
    return render(request, "reviews/practical_help.html", context)
