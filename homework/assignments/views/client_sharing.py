"""The client's pages for sharing: look back on one screen and share, what was done, take it back."""

from uuid import UUID

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render, resolve_url
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from clinic.access import Can, Role, actor_of, get_visible, open_to
from clinic.refusal import ActionRefused
from clinic.views.answers import SeeOther, done, posted
from homework.assignments import after_sharing, couple_pages, couples, heavy, readers, writing
from homework.assignments import notes as noting
from homework.assignments.actions import rest, sharing
from homework.assignments.days import practical, thanks, today, ways
from homework.assignments.forms.after import AfterForm
from homework.assignments.models import Entry, Obstacle
from homework.assignments.planning import agreed
from homework.assignments.views import drafting
from homework.assignments.views.drafting import WITH_SHEET
from homework.safety import reading
from homework.safety.views import knowing
from homework.worksheets import answers


@open_to(Role.CLIENT)
@require_http_methods(["GET", "HEAD", "POST"])
def entry_finish(request: HttpRequest, pk: UUID) -> HttpResponse:
    """Looking back, on one screen, and the button that shares (2.6)."""
    try:
        row = _looked_back_on(request, pk)
    except drafting.NotKept as no:
        form = _after_form(request, no.entry)
        form.refused(no)
        return _finish_page(request, no.entry, form)
    if row.state == Entry.State.DRAFT:
        rest.needs_open(row.episode)
    elif request.method != "POST":
        return SeeOther(resolve_url("entry_done", pk))
    form = _after_form(request, row)
    if form.is_bound and form.is_valid():
        try:
            knowing.check(request)
            _share(request, row, form)
            return SeeOther(resolve_url("entry_done", row.pk))
        except ActionRefused as no:
            form.refused(no)
    return _finish_page(request, row, form)


def _looked_back_on(request: HttpRequest, pk: UUID) -> Entry:
    """The entry; where its draft has gone, what is said here goes with a new one. Raises Http404, NotKept."""
    if request.method == "POST":
        return drafting.to_write_on(request, pk)
    return get_visible(request, Entry, pk, can=Can.READ, related=WITH_SHEET)


def _after_form(request: HttpRequest, row: Entry) -> AfterForm:
    definition = agreed.spoken(row.sheet)
    row.plan.episode = row.episode
    guess = answers.amount_hint(definition, row.size, row.answers)
    return AfterForm(
        posted(request),
        definition=definition,
        coping_plans=list(row.plan.coping_plans.order_by("position")),
        couple=couples.to_show(row, definition),
        said=answers.answered(definition, row.size, row.answers),
        used_before=request.method == "POST" or noting.used_before(row),
        initial={"amount": guess or None},
    )


def _share(request: HttpRequest, row: Entry, form: AfterForm) -> None:
    sharing.share(
        by=actor_of(request),
        entry=row,
        values=row.answers,
        kept_private=row.kept_private,
        after=form.to_after(),
        key=writing.key_of(request.POST),
        rev=writing.rev_of(request.POST),
        for_partner=form.shows_partner,
    )


def _finish_page(request: HttpRequest, row: Entry, form: AfterForm) -> HttpResponse:
    definition = agreed.spoken(row.sheet)
    context = {
        "entry": row,
        "definition": definition,
        "form": form,
        "readers": readers.of(actor_of(request), row.episode, measure=row.assignment.is_measure),
        "submission_key": writing.key_of(request.POST),
        "has_copies": row.copies.exists(),
        "screened": heavy.is_told(reading.setup_of(actor_of(request)), row.sheet),
        "private": [definition.by_key[key].label for key in row.kept_private if key in definition.by_key],
    }
    return render(request, "assignments/finish.html", context, status=form.status)


@open_to(Role.CLIENT)
@require_safe
def entry_done(request: HttpRequest, pk: UUID) -> HttpResponse:
    """Shared: a plain word about what was done, and what happens next. A part of it counts (F43)."""
    row = get_visible(request, Entry, pk, can=Can.READ, related=WITH_SHEET)
    if row.state != Entry.State.SHARED:
        return SeeOther(resolve_url("entry", pk))
    actor, now = actor_of(request), timezone.now()
    if flagged := after_sharing.page_of_flag(actor, row):
        return SeeOther(flagged)
    assert actor.user is not None
    definition = agreed.spoken(row.sheet)
    _last, coming = today.sessions(row.episode, now)
    context = {
        "entry": row,
        "definition": definition,
        "says": thanks.acknowledgement(definition, row),
        "coming": coming,
        "felt_worse": Obstacle.WORSE in row.after.obstacles,
        "everyday": practical.of(row.after.obstacles),
        "coming_at": agreed.wall(coming.starts_at, actor.user.time_zone) if coming else None,
        "readers": readers.of(actor, row.episode, measure=row.assignment.is_measure),
        "shared_at": agreed.wall(row.shared_at, actor.user.time_zone) if row.shared_at else None,
        "can_take_back": sharing.can_take_back(row, now),
        "partner": couple_pages.beside(row, actor.user.time_zone),
        "offers_small_plan": ways.after_sharing(row),
        "heavy": heavy.box_of(row, reading.setup_of(actor), now),
    }
    return render(request, "assignments/done.html", context)


@open_to(Role.CLIENT)
@require_POST
def entry_take_back(request: HttpRequest, pk: UUID) -> HttpResponse:
    """Take a shared entry back, within 24 hours (F34)."""
    row = get_visible(request, Entry, pk, can=Can.WRITE)
    sharing.take_back(by=actor_of(request), entry=row)
    return done(request, _("Taken back. Nobody else can read it now."), "entry", pk)
