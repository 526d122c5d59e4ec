"""Agreeing on one screen, in the session: the therapist's browser, turned; the client's own changes, PIN and yes (F18)."""

from uuid import UUID

from django.http import HttpRequest, HttpResponse, JsonResponse, QueryDict
from django.shortcuts import render, resolve_url
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from clinic.access import CLINICIANS, Can, actor_of, get_visible, open_to
from clinic.refusal import ActionRefused
from clinic.views.answers import SeeOther, done, posted
from homework.assignments import readers
from homework.assignments.actions import amber, counter
from homework.assignments.actions.one_screen import confirm_together
from homework.assignments.forms.plan import ShapeForm
from homework.assignments.models import Assignment
from homework.assignments.planning import one_screen, shaping, standing, starting
from homework.assignments.planning.beliefs import Reason

WITH = ("version__worksheet", "proposed_by", "episode__client__user", "episode__clinic")


@open_to(*CLINICIANS)
@require_http_methods(["GET", "HEAD", "POST"])
def together(request: HttpRequest, pk: UUID) -> HttpResponse:
    """The proposal, large, for two: they shape it, look at what is in doubt, and the client says yes with their PIN."""
    row = get_visible(request, Assignment, pk, can=Can.PLAN, related=WITH)
    table = one_screen.table(row)
    if table is None:
        return SeeOther(resolve_url("assignment_agreed", pk))
    form, in_doubt = table.form(_smaller(request)), []
    if form.is_bound and form.is_valid():
        in_doubt = one_screen.doubts(form)
        answered = _answer(request, row, form, is_amber=bool(in_doubt))
        if answered is not None:
            return answered
    return _page(request, row, table, form, in_doubt)


def _page(
    request: HttpRequest, row: Assignment, table: one_screen.Table, form: ShapeForm, in_doubt: list[Reason]
) -> HttpResponse:
    definition = table.definition
    context = {
        "episode": row.episode,
        "work": row,
        "table": table,
        "plan": table.plan,
        "form": form,
        "amber": in_doubt,
        "sizes": shaping.sizes(definition, table.plan.minutes),
        "no_if_then": standing.lacks_if_then(definition, any(pair[1].value() for pair in form.pairs)),
        **shaping.facts(row, table.plan),
        "place_note": starting.place_note(form, definition),
    }
    return render(request, "assignments/one_screen.html", context, status=form.status)


def _smaller(request: HttpRequest) -> QueryDict | None:
    """What was sent; with the small size where that was chosen, so that the page shows it before the yes."""
    data = posted(request)
    if data is not None and data.get("amber") == "smaller":
        data = data.copy()
        data["size"] = "S"
    return data


def _answer(request: HttpRequest, row: Assignment, form: ShapeForm, *, is_amber: bool) -> HttpResponse | None:
    """Say yes for the client whose PIN it is; None to look once more: a doubt that was not spoken about, or a refusal."""
    choice = request.POST.get("amber", "")
    if "pin" not in request.POST or choice == "smaller" or (is_amber and choice != "keep"):
        return None
    try:
        confirm_together(
            by=actor_of(request),
            assignment=row,
            pin=request.POST.get("pin", ""),
            words=form.to_words(),
            beliefs=form.to_beliefs(),
            choice=choice,
        )
    except ActionRefused as no:
        form.refused(no)
        return None
    return done(request, _("Agreed, with their own yes."), "assignment_agreed", row.pk)


@open_to(*CLINICIANS)
@require_safe
def together_state(request: HttpRequest, pk: UUID) -> JsonResponse:
    """Whether the client has answered on their own phone meanwhile; the page asks every few seconds."""
    answered = one_screen.is_answered(actor_of(request), pk)
    return JsonResponse({"next": resolve_url("assignment_agreed", pk) if answered else ""})


@open_to(*CLINICIANS)
@require_safe
def assignment_agreed(request: HttpRequest, pk: UUID) -> HttpResponse:
    """What was agreed, on one page, for the therapist: to look at together, and to print (1J)."""
    row = get_visible(request, Assignment, pk, can=Can.PLAN, related=WITH)
    plan = shaping.latest_plan(row)
    if plan is None or row.state == Assignment.State.PROPOSED:
        return SeeOther(resolve_url("assignment", pk))
    context = {"episode": row.episode, "work": row, "plan": plan, "doubts": shaping.doubts(plan)}
    context["readers"] = readers.of(actor_of(request), row.episode, measure=row.is_measure)
    return render(request, "assignments/assignment_agreed.html", context | shaping.facts(row, plan))


@open_to(*CLINICIANS)
@require_POST
def assignment_keep(request: HttpRequest, pk: UUID) -> HttpResponse:
    """Keep an amber plan as it is, and explore: recorded, nothing else changes (F12)."""
    row = get_visible(request, Assignment, pk, can=Can.PLAN)
    amber.choose(by=actor_of(request), assignment=row, choice="keep")
    return done(request, _("It stays as it is. It is noted that you looked at this."), "assignment", pk)


@open_to(*CLINICIANS)
@require_POST
def suggestion_agree(request: HttpRequest, pk: UUID) -> HttpResponse:
    """Agree to the client's own version: a proposal again, which starts with their yes."""
    row = get_visible(request, Assignment, pk, can=Can.PLAN)
    counter.agree_to(by=actor_of(request), assignment=row)
    return done(request, _("Their version is the proposal now. It starts when they say yes."), "assignment", pk)
