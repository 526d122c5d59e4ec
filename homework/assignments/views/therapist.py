"""Composing and following work: choose, propose, propose nothing, look at one piece of work, propose a change, end it."""

from uuid import UUID

from django.contrib import messages
from django.forms import Form
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods

from clinic.access import CLINICIANS, Can, Role, actor_of, get_visible, open_to
from clinic.models import Episode
from clinic.refusal import ActionRefused
from homework.assignments import agreed, composing, story
from homework.assignments.actions import offer, plan
from homework.assignments.models import Assignment
from homework.assignments.therapist_forms import ComposeForm, EndForm, NothingForm, ProposeChangeForm
from homework.worksheets import catalogue
from homework.worksheets.forms import LibraryForm


def see_other(route: str, pk: UUID) -> HttpResponse:
    """After a post: to the page of what has just been made."""
    return HttpResponseRedirect(reverse(route, args=[pk]), status=303)


def refuse(form: Form, refusal: ActionRefused) -> int:
    """Show a refusal beside its field, everything typed kept. Returns the status of the page."""
    form.add_error(refusal.field if refusal.field in form.fields else None, refusal.message_for_user)
    return refusal.status


@open_to(*CLINICIANS)
@require_GET
def propose(request: HttpRequest, pk: UUID) -> HttpResponse:
    """Choose a worksheet for this client; last time's plan comes first (F47)."""
    episode = get_visible(request, Episode, pk, can=Can.PLAN, verb="plan.composed")
    actor = actor_of(request)
    ground = composing.ground(episode, timezone.now())
    form = LibraryForm(request.GET, measures=actor.role != Role.COACH)
    sheets = catalogue.offered(actor)
    context = {
        "episode": episode,
        "ground": ground,
        "follows": ground.leaving(request.GET.get("follows", "")),
        "form": form,
        "shelves": catalogue.shelves(sheets, form.to_filter()),
        "all": len(sheets),
    }
    return render(request, "assignments/propose.html", context)


@open_to(*CLINICIANS)
@require_http_methods(["GET", "POST"])
def propose_with(request: HttpRequest, pk: UUID, worksheet: UUID) -> HttpResponse:
    """Compose a proposal: why this, for you; a first step; how big; when; if and then."""
    episode = get_visible(request, Episode, pk, can=Can.PLAN, related=["client__user", "site"], verb="plan.composed")
    sheet = catalogue.sheet_for(actor_of(request), worksheet)
    composed = composing.compose(episode, sheet.version, request.GET.get("follows", ""), timezone.now())
    form = ComposeForm(
        request.POST or None, definition=composed.definition, words=composed.words, is_full=composed.is_full
    )
    status = 200
    if request.method == "POST":
        status = 422
        if form.is_valid():
            try:
                made = offer.offer(
                    by=actor_of(request),
                    episode=episode,
                    version=sheet.version,
                    words=form.to_words(),
                    follows=composed.follows,
                    pace_reason=form.cleaned_data.get("pace_reason", ""),
                )
            except ActionRefused as refusal:
                status = refuse(form, refusal)
            else:
                messages.success(request, _("Proposed. It starts when they say yes."))
                return see_other("assignment", made.pk)
    context = {"episode": episode, "sheet": sheet, "composed": composed, "form": form}
    return render(request, "assignments/propose_with.html", context, status=status)


@open_to(*CLINICIANS)
@require_http_methods(["GET", "POST"])
def propose_nothing(request: HttpRequest, pk: UUID) -> HttpResponse:
    """A week with nothing is a plan like any other (F27)."""
    episode = get_visible(request, Episode, pk, can=Can.PLAN, verb="plan.composed")
    form = NothingForm(request.POST or None)
    status = 200
    if request.method == "POST" and form.is_valid():
        try:
            made = offer.offer_nothing(by=actor_of(request), episode=episode, rationale=form.cleaned_data["rationale"])
        except ActionRefused as refusal:
            status = refuse(form, refusal)
        else:
            messages.success(request, _("Proposed. Nothing this week, and no reminder."))
            return see_other("assignment", made.pk)
    return render(request, "assignments/propose_nothing.html", {"episode": episode, "form": form}, status=status)


@open_to(*CLINICIANS)
@require_GET
def assignment(request: HttpRequest, pk: UUID) -> HttpResponse:
    """One piece of work: what was agreed, who said what, what was shared."""
    row = get_visible(request, Assignment, pk, can=Can.READ, related=["version__worksheet"])
    told = story.tell(row, actor_of(request))
    return render(request, "assignments/assignment.html", {"episode": row.episode, "work": row, "told": told})


@open_to(*CLINICIANS)
@require_http_methods(["GET", "POST"])
def assignment_change(request: HttpRequest, pk: UUID) -> HttpResponse:
    """Propose a change to what was agreed; after a review it opens one size smaller or bigger (F21, F48)."""
    row = get_visible(request, Assignment, pk, can=Can.PLAN, related=["version__worksheet"])
    changing = composing.changing(row, request.GET.get("outcome", ""))
    form = ProposeChangeForm(
        request.POST or None, definition=changing.definition, words=changing.words, current=changing.current
    )
    status = 200
    if request.method == "POST":
        status = 422
        if form.is_valid():
            try:
                said = form.cleaned_data
                plan.change(by=actor_of(request), assignment=row, words=form.to_words(), reason=said["reason"])
            except ActionRefused as refusal:
                status = refuse(form, refusal)
            else:
                messages.success(request, _("Proposed. What was agreed holds until they say yes."))
                return see_other("assignment", row.pk)
    context = {"episode": row.episode, "work": row, "changing": changing, "form": form}
    return render(request, "assignments/assignment_change.html", context, status=status)


@open_to(*CLINICIANS)
@require_http_methods(["GET", "POST"])
def assignment_end(request: HttpRequest, pk: UUID) -> HttpResponse:
    """End a piece of work together."""
    row = get_visible(request, Assignment, pk, can=Can.PLAN, related=["version__worksheet"])
    form = EndForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        plan.let_go(by=actor_of(request), assignment=row, ended_as=form.cleaned_data["ended_as"])
        messages.success(request, _("This has ended. What was written stays."))
        return see_other("client_page", row.episode_id)
    context = {"episode": row.episode, "work": row, "title": agreed.title_of(row), "form": form}
    return render(request, "assignments/assignment_end.html", context, status=422 if form.errors else 200)
