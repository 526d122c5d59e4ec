"""The client's pages about plans: my work, one piece of it, shaping a proposal, changing and letting go.

Nothing here asks for a reason (F33), and nothing is due before the client's own yes (F18).
"""

from dataclasses import replace
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render, resolve_url
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from clinic import reading
from clinic.access import Can, Role, actor_of, get_visible, open_to
from clinic.actions import contact
from clinic.forms.settings import PauseForm
from clinic.refusal import ActionRefused
from clinic.views.answers import SeeOther, done, posted
from homework.assignments import due, notes, own_pages, readers, writing
from homework.assignments import work as working
from homework.assignments.actions import counter, sharing
from homework.assignments.actions import plan as planning
from homework.assignments.actions import rest as resting
from homework.assignments.days import ways
from homework.assignments.forms.after import NotTodayForm
from homework.assignments.forms.plan import ChangeForm, ShapeForm
from homework.assignments.models import Assignment, Plan
from homework.assignments.planning import agreed, calendar_file, goals, shaping
from homework.assignments.planning.plan_words import words_of
from homework.safety.views import knowing

WITH_WORK = ("version__worksheet", "proposed_by")
either = require_http_methods(["GET", "HEAD", "POST"])


@open_to(Role.CLIENT)
@require_safe
def work(request: HttpRequest) -> HttpResponse:
    """My work: agreed, waiting for an answer, paused, over."""
    lines = working.lines(actor_of(request))
    groups = {state: [line for line in lines if line.state == state] for state in Assignment.State.values}
    full = working.full_day(lines, timezone.localdate())
    rests = {
        "rests_until": due.rests_now(actor_of(request), timezone.now()),
        "pause_form": PauseForm(initial={"days": 7}),
    }
    in_care = not lines or any(line.in_care for line in lines)
    return render(request, "assignments/work.html", groups | {"full_day": full, "is_open": in_care} | rests)


@open_to(Role.CLIENT)
@require_safe
def task(request: HttpRequest, pk: UUID) -> HttpResponse:
    """One piece of work: why it was chosen comes first (F01)."""
    assignment = get_visible(request, Assignment, pk, can=Can.READ, related=WITH_WORK)
    if assignment.state == Assignment.State.PROPOSED:
        return SeeOther(resolve_url("shape", pk))
    plan = shaping.latest_plan(assignment)
    assert plan is not None
    actor = actor_of(request)
    assert actor.user is not None
    written = list(notes.written_by(actor).filter(assignment=assignment).select_related("after")[:30])
    context = {
        "work": assignment,
        "plan": plan,
        "waits": assignment.plans.proposed().exists(),
        "readers": readers.of(actor, assignment.episode, measure=assignment.is_measure),
        "notes": notes.notes(written, actor.user.time_zone),
        "mood_says": notes.mood_says(written, actor.user.time_zone),
        "is_open": assignment.episode.is_open,
        "goes_on": own_pages.goes_on(assignment),
        "first_step_unclear": shaping.first_step_unclear(plan),
    }
    context |= ways.for_page(assignment, plan, written, timezone.now())
    return render(request, "assignments/task.html", context | shaping.facts(assignment, plan))


@open_to(Role.CLIENT)
@require_safe
def agreed_sheet(request: HttpRequest, pk: UUID) -> HttpResponse:
    """What we agreed, on one page, to read or to print (1J, F19)."""
    assignment = get_visible(request, Assignment, pk, can=Can.READ, related=WITH_WORK)
    plan = shaping.latest_plan(assignment)
    if plan is None or assignment.state == Assignment.State.PROPOSED:
        return SeeOther(resolve_url("shape", pk))
    context = {
        "work": assignment,
        "plan": plan,
        "readers": readers.of(actor_of(request), assignment.episode, measure=assignment.is_measure),
        "offers_smaller": assignment.is_open and shaping.offers_smaller(plan),
        "doubts": shaping.doubts(plan) if assignment.is_open else [],
        "has_days": assignment.is_open and calendar_file.has_days(plan, timezone.now()),
    }
    return render(request, "assignments/agreed_sheet.html", context | shaping.facts(assignment, plan))


@open_to(Role.CLIENT)
@either
def shape(request: HttpRequest, pk: UUID) -> HttpResponse:
    """A proposal, for the client to shape: yes, talk about it first, or not now (F18)."""
    assignment = get_visible(request, Assignment, pk, can=Can.AGREE, related=WITH_WORK)
    plan = shaping.plan_of(assignment, Plan.State.PROPOSED)
    if plan is None:
        return SeeOther(resolve_url("task", pk))
    form = _shape_form(request, assignment, plan)
    try:
        answered = _answer(request, assignment, form) if form.is_bound else None
    except ActionRefused as no:
        form.refused(no)
        answered = None
    return answered or _shape_page(request, assignment, plan, form)


def _shape_form(request: HttpRequest, assignment: Assignment, plan: Plan) -> ShapeForm:
    definition = agreed.spoken(assignment.version) if assignment.version else None
    return ShapeForm(
        posted(request),
        definition=definition,
        words=shaping.fitted(words_of(plan), definition),
        goals=goals.choices(goals.of(assignment.episode), plan.goal_id) if definition else (),
        asks_free=shaping.asks_how_free(assignment.episode),
        contact=reading.contact_of(actor_of(request)),
    )


def _answer(request: HttpRequest, assignment: Assignment, form: ShapeForm) -> HttpResponse | None:
    """Do what the client said; None when something on the form needs a look first."""
    actor, said = actor_of(request), request.POST.get("answer")
    if said == "no":
        planning.decline(by=actor, assignment=assignment)
        return done(request, _("That is fine. Nothing starts."), "today")
    if said == "talk":
        planning.talk_first(by=actor, assignment=assignment, words=request.POST.get("talk_words", "")[:4000])
        return done(request, _("You can talk about it first. Nothing starts before that."), "today")
    if not form.is_valid():
        return None
    words = form.to_words() if assignment.version else None
    if said == "different" and words is not None:
        counter.suggest(by=actor, assignment=assignment, words=words, why=request.POST.get("talk_words", "")[:4000])
        return done(request, _("Your version is on its way to them. Nothing starts before you say yes."), "today")
    planning.confirm(by=actor, assignment=assignment, words=words, beliefs=form.to_beliefs())
    wishes = form.contact_wishes()
    if wishes is not None and not contact.set_contact(by=actor, **wishes).may_email:
        messages.info(request, _("No e-mail will be sent, because someone else could see it. Reminders wait here."))
    says = _("You said yes. You can change it whenever you like.")
    return done(request, says, "agreed_sheet", assignment.pk) if assignment.version else done(request, says, "today")


def _shape_page(request: HttpRequest, assignment: Assignment, plan: Plan, form: ShapeForm) -> HttpResponse:
    context: dict[str, Any] = {"work": assignment, "plan": plan, "form": form}
    if assignment.version is not None:
        context["sizes"] = shaping.sizes(agreed.spoken(assignment.version), plan.minutes)
        context["readers"] = readers.of(actor_of(request), assignment.episode, measure=assignment.is_measure)
    context |= shaping.facts(assignment, plan)
    return render(request, "assignments/shape.html", context, status=form.status)


@open_to(Role.CLIENT)
@either
def work_change(request: HttpRequest, pk: UUID) -> HttpResponse:
    """Not a good day for it: not today, smaller, another plan, a rest, or letting it go. No reason is asked for."""
    assignment = get_visible(request, Assignment, pk, can=Can.AGREE, related=WITH_WORK)
    plan = shaping.plan_of(assignment, Plan.State.AGREED)
    if plan is None or not assignment.is_open or assignment.version is None:
        return SeeOther(resolve_url("task", pk))
    definition, sent = agreed.spoken(assignment.version), {request.POST.get("action", ""): posted(request)}
    known = goals.choices(goals.of(assignment.episode), plan.goal_id)
    form = ChangeForm(sent.get("change"), definition=definition, words=words_of(plan), goals=known)
    not_today = NotTodayForm(sent.get("not_today"))
    asked: ChangeForm | NotTodayForm = not_today if not_today.is_bound else form
    try:
        changed = _change(request, assignment, plan, form, not_today)
    except ActionRefused as no:
        asked.refused(no)
        changed = None
    context = {"work": assignment, "plan": plan, "form": form, "not_today": not_today}
    context["submission_key"] = writing.key_of(request.POST)
    context |= {"sizes": shaping.sizes(definition, plan.minutes)} | shaping.facts(assignment, plan)
    return changed or render(request, "assignments/change.html", context, status=asked.status)


def _change(
    request: HttpRequest, assignment: Assignment, plan: Plan, form: ChangeForm, not_today: NotTodayForm
) -> HttpResponse | None:
    """Do what was chosen; None to show the page (again)."""
    actor = actor_of(request)
    if request.POST.get("action") == "smaller":
        words = replace(words_of(plan), size=Plan.Size.S)
        planning.change(by=actor, assignment=assignment, words=words)
        says = _("Your plan is smaller now. Small is a fine place to begin.")
        return done(request, says, "agreed_sheet", assignment.pk)
    if not_today.is_bound and not_today.is_valid():
        knowing.check(request)
        sharing.not_today(by=actor, assignment=assignment, key=writing.key_of(request.POST), **not_today.said())
        return done(request, _("Thank you for saying so. That is useful to know too."), "today")
    if form.is_bound and form.is_valid():
        if form.has_changed():
            planning.change(by=actor, assignment=assignment, words=form.to_words())
        return done(request, _("Changed. It holds from now on."), "agreed_sheet", assignment.pk)
    return None


@open_to(Role.CLIENT)
@require_POST
def work_pause(request: HttpRequest, pk: UUID) -> HttpResponse:
    """Rest it. No reason is asked for."""
    assignment = get_visible(request, Assignment, pk, can=Can.AGREE)
    resting.pause(by=actor_of(request), assignment=assignment)
    return done(request, _("This rests now. Nothing comes up until you go on with it."), "task", pk)


@open_to(Role.CLIENT)
@require_POST
def work_resume(request: HttpRequest, pk: UUID) -> HttpResponse:
    """Go on with it."""
    assignment = get_visible(request, Assignment, pk, can=Can.AGREE)
    resting.resume(by=actor_of(request), assignment=assignment)
    return done(request, _("Back again, as you agreed it."), "task", pk)


@open_to(Role.CLIENT)
@require_POST
def work_let_go(request: HttpRequest, pk: UUID) -> HttpResponse:
    """Let it go. What was written stays; no reason is asked for (F33)."""
    assignment = get_visible(request, Assignment, pk, can=Can.AGREE)
    resting.let_go(by=actor_of(request), assignment=assignment)
    return done(request, _("Let go. What you wrote is still in your notes."), "today")
