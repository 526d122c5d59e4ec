"""Goals: the client's own page, and the page on which whoever plans with them writes one down (F28)."""

from uuid import UUID

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from clinic.access import CLINICIANS, Can, Role, actor_of, get_visible, open_to
from clinic.models import Episode
from clinic.refusal import ActionRefused
from clinic.views.answers import done, posted
from homework.assignments import writing
from homework.assignments.actions import goal as naming
from homework.assignments.days.today import episode_of
from homework.assignments.forms.goal import GoalForm, NameGoalForm, NewGoalForm
from homework.assignments.models import Goal
from homework.assignments.planning import goals

either = require_http_methods(["GET", "HEAD", "POST"])


@open_to(Role.CLIENT)
@either
def own_goals(request: HttpRequest) -> HttpResponse:
    """What I want, and why it matters to me; nothing here is asked for."""
    episode, form = _own(request), NewGoalForm(posted(request))
    if form.is_bound and form.is_valid():
        try:
            naming.name_goal(by=actor_of(request), episode=episode, **form.cleaned_data)
            return done(request, _("Written down. You can change it whenever you like."), "goals")
        except ActionRefused as no:
            form.refused(no)
    return _page(request, episode, form)


@open_to(Role.CLIENT)
@require_POST
def own_goal(request: HttpRequest, pk: UUID) -> HttpResponse:
    """Change one goal of one's own, or say how it stands."""
    goal = get_visible(request, Goal, pk, can=Can.WRITE)
    form = GoalForm(request.POST, goal=goal)
    if form.is_valid():
        try:
            said = {name: form.cleaned_data[name] for name in ("text", "why")}
            state = form.cleaned_data["state"] or None
            rev = writing.rev_of(request.POST)
            naming.change_goal(by=actor_of(request), goal=goal, state=state, rev=rev, **said)
            return done(request, _("Saved."), "goals")
        except ActionRefused as no:
            form.refused(no)
    return _page(request, goal.episode, NewGoalForm(), changed=form)


def _own(request: HttpRequest) -> Episode:
    episode = episode_of(actor_of(request))
    if episode is None:
        raise Http404
    return episode


def _page(request: HttpRequest, episode: Episode, form: NewGoalForm, changed: GoalForm | None = None) -> HttpResponse:
    rows = [
        changed if changed is not None and row.pk == changed.goal.pk else GoalForm(goal=row)
        for row in goals.of(episode)
    ]
    context = {"form": form, "rows": rows, "is_open": episode.is_open}
    return render(request, "assignments/goals.html", context, status=(changed or form).status)


@open_to(*CLINICIANS)
@either
def client_goals(request: HttpRequest, pk: UUID) -> HttpResponse:
    """A client's goals with what they say about them; a new one can be written down, why it matters cannot."""
    episode = get_visible(request, Episode, pk, can=Can.PLAN, verb="goals.read")
    form = NameGoalForm(posted(request))
    if form.is_bound and form.is_valid():
        try:
            naming.name_goal(by=actor_of(request), episode=episode, text=form.cleaned_data["text"])
            return done(request, _("Written down. Why it matters is theirs to say."), "client_goals", pk)
        except ActionRefused as no:
            form.refused(no)
    context = {"episode": episode, "form": form, "rows": goals.of(episode)}
    return render(request, "assignments/client_goals.html", context, status=form.status)
