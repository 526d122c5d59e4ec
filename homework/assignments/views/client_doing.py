"""The client's pages for a real day: log now with one field, a way on when stuck, and what makes things worse.

Every page works without a script, and what was typed elsewhere is kept before anything else happens.
"""

from uuid import UUID

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render, resolve_url
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from clinic.access import Can, Role, actor_of, get_visible, open_to
from clinic.refusal import ActionRefused
from clinic.views.answers import SeeOther, done, posted
from homework.assignments import writing
from homework.assignments.actions import entry as doing
from homework.assignments.actions import log as logging_now
from homework.assignments.actions import rest as resting
from homework.assignments.actions import stuck as being_stuck
from homework.assignments.days import at_hand, quick, ways
from homework.assignments.forms.after import StuckForm
from homework.assignments.models import Assignment, Entry, Plan
from homework.assignments.planning import agreed, shaping
from homework.assignments.views import drafting
from homework.assignments.views.client_entry import words_stay
from homework.assignments.views.drafting import WITH_SHEET
from homework.safety.views import knowing
from homework.worksheets import answers, summary

either = require_http_methods(["GET", "HEAD", "POST"])


@open_to(Role.CLIENT)
@either
def log(request: HttpRequest, pk: UUID) -> HttpResponse:
    """Log now: one field, and it is saved (F07)."""
    work = get_visible(request, Assignment, pk, can=_can(request), related=("version__worksheet",))
    definition = agreed.spoken(work.version) if work.version is not None else None
    question = quick.question(definition) if definition is not None else None
    if definition is None or question is None or work.state != Assignment.State.ACTIVE:
        return SeeOther(resolve_url("task", pk))
    one = quick.only(definition, question.key)
    reading = answers.read(one, "M", request.POST)
    problems, status = reading.problems if request.method == "POST" else {}, 422 if reading.problems else 200
    if request.method == "POST" and not problems:
        try:
            return _logged(request, work, question.key, reading.values.get(question.key))
        except ActionRefused as no:
            if not no.field:
                raise
            problems, status = {no.field: no.message_for_user}, no.status
    context = {"work": work, "definition": definition, "one": one, "values": reading.values, "problems": problems}
    return render(request, "assignments/log.html", context | _key(request), status=status)


def _can(request: HttpRequest) -> Can:
    return Can.WRITE if request.method == "POST" else Can.READ


def _key(request: HttpRequest) -> dict[str, UUID]:
    return {"submission_key": writing.key_of(request.POST)}


def _logged(request: HttpRequest, work: Assignment, key: str, value: object) -> HttpResponse:
    made = logging_now.log(
        by=actor_of(request), assignment=work, key=key, value=value, submission_key=writing.key_of(request.POST)
    )
    return SeeOther(resolve_url("entry_logged", made.pk))


@open_to(Role.CLIENT)
@either
def entry_logged(request: HttpRequest, pk: UUID) -> HttpResponse:
    """It is saved: add more now, later, or share this line."""
    try:
        row = get_visible(request, Entry, pk, can=_can(request), related=WITH_SHEET)
    except Http404:
        return _line_has_gone(request)
    refusal = None
    if request.method == "POST":
        key, rev = writing.key_of(request.POST), writing.rev_of(request.POST)
        try:
            knowing.check(request)
            logging_now.share_line(by=actor_of(request), entry=row, key=key, rev=rev)
            return SeeOther(resolve_url("entry_done", pk))
        except ActionRefused as no:
            if no.field != knowing.FIELD:
                raise
            refusal = no
    if row.state != Entry.State.DRAFT:
        return SeeOther(resolve_url("entry", pk))
    definition = agreed.spoken(row.sheet)
    said = summary.headline(definition, row.answers or {}, limit=240)
    context = {"entry": row, "definition": definition, "said": said, "refusal": refusal}
    return render(
        request, "assignments/logged.html", context | _key(request), status=refusal.status if refusal else 200
    )


def _line_has_gone(request: HttpRequest) -> HttpResponse:
    """A line kept for thirty days and never shared is not there any more, and this page has no words of its own (6.7)."""
    work = drafting.work_of_page(request)
    if work is None:
        raise Http404
    messages.info(request, _("That draft was no longer here. Nothing was shared. You can write a new one."))
    return SeeOther(resolve_url("task", work.pk))


@open_to(Role.CLIENT)
@either
def stuck(request: HttpRequest, pk: UUID) -> HttpResponse:
    """I'm stuck: one's own if-then plan, then the smaller version, then a rest until the two have talked."""
    work = get_visible(request, Assignment, pk, can=Can.AGREE, related=("version__worksheet",))
    plan = shaping.plan_of(work, Plan.State.AGREED)
    if plan is None or work.version is None or work.state != Assignment.State.ACTIVE:
        return SeeOther(resolve_url("task", pk))
    form, draft = StuckForm(posted(request)), ways.draft_of(request.POST.get("from") or request.GET.get("from"), work)
    if form.is_bound and form.is_valid():
        taken = {"way": request.POST.get("way", ""), "obstacles": form.cleaned_data["obstacles"]}
        found = being_stuck.take(by=actor_of(request), assignment=work, entry=draft, **taken)
        if found is not None:
            return SeeOther(resolve_url("entry", found.pk))
        return done(request, _("It rests until you two have talked. Nothing comes up before that."), "today")
    context = {"work": work, "form": form, "draft": draft, "ways": ways.of(work, plan, draft)}
    return render(request, "assignments/stuck.html", context, status=form.status)


@open_to(Role.CLIENT)
@require_POST
@words_stay
def entry_stuck(request: HttpRequest, pk: UUID) -> HttpResponse:
    """From the worksheet: what is typed is kept first."""
    row = _kept(request, pk)
    return SeeOther(f"{resolve_url('stuck', row.assignment_id)}?from={row.pk}")


@open_to(Role.CLIENT)
@require_POST
@words_stay
def entry_worse(request: HttpRequest, pk: UUID) -> HttpResponse:
    """From the worksheet: what is typed is kept, and the plan rests at once (F67). It rests also where nothing can be kept."""
    try:
        row = _kept(request, pk)
    except drafting.NotKept as no:
        if no.entry.assignment.is_open:
            resting.worse(by=actor_of(request), assignment=no.entry.assignment)
        raise
    row.assignment.episode = row.episode
    resting.worse(by=actor_of(request), assignment=row.assignment)
    return SeeOther(resolve_url("work_worse", row.assignment_id))


def _kept(request: HttpRequest, pk: UUID) -> Entry:
    """The draft with what this page says; when two devices wrote, both are kept."""
    row = drafting.to_write_on(request, pk)
    if row.state != Entry.State.DRAFT or "rev" not in request.POST:
        return row
    try:
        return drafting.keep(request, row, drafting.read(request, row))
    except doing.DraftConflict as conflict:
        return conflict.entry


@open_to(Role.CLIENT)
@either
def work_worse(request: HttpRequest, pk: UUID) -> HttpResponse:
    """This is making things worse: it rests at once, and what helps is here (F67)."""
    work = get_visible(request, Assignment, pk, can=Can.AGREE, related=("version__worksheet",))
    if request.method == "POST":
        resting.worse(by=actor_of(request), assignment=work)
        return SeeOther(resolve_url("work_worse", pk))
    if not resting.holds_still(work):
        return SeeOther(resolve_url("task", pk))
    context = {"work": work, "title": agreed.title_of(work), "at_hand": at_hand.in_care(work.episode)}
    return render(request, "assignments/worse.html", context)
