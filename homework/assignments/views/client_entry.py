"""The client's pages for doing: begin, write, save as you go, make it smaller, look back and share, take back.

Every page works without a script. What is typed is kept whatever happens: a problem is shown beside what was typed, and
when two devices wrote, both texts are there.
"""

from collections.abc import Callable, Mapping
from functools import wraps
from typing import Any
from uuid import UUID

from django.core.paginator import Paginator
from django.db import Error as DatabaseError
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import render, resolve_url
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from clinic import logs
from clinic.access import Can, Role, actor_of, get_visible, open_to
from clinic.headers import permissions
from clinic.refusal import ActionRefused
from clinic.views.answers import SeeOther, done
from homework.assignments import (
    additions,
    after_sharing,
    attached,
    couple_pages,
    earlier,
    heavy,
    own_pages,
    readers,
    risky,
    writing,
)
from homework.assignments import notes as noting
from homework.assignments.actions import entry as doing
from homework.assignments.actions import sharing
from homework.assignments.days import thread
from homework.assignments.models import Assignment, Entry, Obstacle
from homework.assignments.planning import agreed
from homework.assignments.views import drafting
from homework.assignments.views.drafting import WITH_SHEET
from homework.safety import reading
from homework.safety.views import knowing
from homework.worksheets.kinds import Audio

PAGE_OF_NOTES = 20
View = Callable[..., HttpResponse]


@open_to(Role.CLIENT)
@require_POST
def begin(request: HttpRequest, pk: UUID) -> HttpResponse:
    """Start, in one tap; with `size=S` the small version (F41)."""
    assignment = get_visible(request, Assignment, pk, can=Can.WRITE, related=("version__worksheet",))
    entry = doing.begin(by=actor_of(request), assignment=assignment, size=request.POST.get("size", ""))
    return SeeOther(resolve_url("entry", entry.pk))


def words_stay(view: View) -> View:
    """Show what was typed once more, where its draft has gone and the work takes no new one (6.7)."""

    @wraps(view)
    def answered(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        try:
            return view(request, *args, **kwargs)
        except drafting.NotKept as no:
            return sheet_page(request, no.entry, status=no.status, refusal=no.message_for_user)

    return answered


@open_to(Role.CLIENT)
@require_http_methods(["GET", "HEAD", "POST"])
@words_stay
def entry(request: HttpRequest, pk: UUID) -> HttpResponse:
    """The worksheet itself; once it is shared, what was written, to be read again."""
    if request.method == "POST":
        row = drafting.to_write_on(request, pk)
    else:
        row = get_visible(request, Entry, pk, can=Can.READ, related=WITH_SHEET)
    if request.method != "POST" and "card" in request.GET:
        return render(request, "assignments/card.html", {"entry": row, "definition": agreed.spoken(row.sheet)})
    if row.state != Entry.State.DRAFT or not (row.episode.is_open or own_pages.may_write(actor_of(request), row)):
        return read_page(request, row) if request.method != "POST" else SeeOther(resolve_url("entry", row.pk))
    return _written(request, row) if request.method == "POST" else sheet_page(request, row)


def sheet_page(
    request: HttpRequest, row: Entry, problems: Mapping[str, str] | None = None, status: int = 200, refusal: str = ""
) -> HttpResponse:
    """The inputs. At most six statements, however long the sheet is: nothing here looks anything else up."""
    definition = agreed.spoken(row.sheet)
    context = {
        "entry": row,
        "definition": definition,
        "size": definition.size_code(row.size),
        **writing.other_sizes(definition, row.size),
        "problems": problems or {},
        "refusal": refusal,
        "more": request.GET.get("more", ""),
        "versions": writing.versions(row, definition),
        "submission_key": writing.key_of(request.POST),
        "has_files": attached.on_page(definition, row.size),
        **_before(request, row),
        "screened": heavy.is_told(reading.setup_of(actor_of(request)), row.sheet),
        "values": {**(row.answers or {}), **earlier.offers(row, definition)},
    }
    context["not_sent"] = status == 503
    response = render(request, "assignments/entry.html", context, status=status)
    if attached.on_page(definition, row.size, Audio):
        response["Permissions-Policy"] = permissions("microphone")
    return response


def _written(request: HttpRequest, row: Entry) -> HttpResponse:
    """Save, then do what the button says: go on, one row more, stop here, settle two versions."""
    settles = request.POST.get("action") in ("keep", "use", "join")
    if settles and "rev" not in request.POST:
        return _settle(request, row)
    written = drafting.read(request, row)
    if "share" in request.POST and row.assignment.is_measure and not written.problems:
        return _share_at_once(request, row, written)
    try:
        row = drafting.keep(request, row, written)
    except doing.DraftConflict as conflict:
        return sheet_page(request, conflict.entry, status=409)
    if written.unfit:
        return sheet_page(request, row, written.problems, status=422)
    if settles:
        return _settle(request, row)
    if (more := request.POST.get("more", "")).isidentifier():
        return SeeOther(f"{resolve_url('entry', row.pk)}?more={more}#id_{more}")
    if "share" not in request.POST:
        stop = request.POST.get("action") == "stop"
        return (
            done(request, _("Kept. Only you can see it."), "today") if stop else SeeOther(resolve_url("entry", row.pk))
        )
    if written.problems:
        return sheet_page(request, row, written.problems, status=422)
    return SeeOther(resolve_url("entry_finish", row.pk))


def _share_at_once(request: HttpRequest, row: Entry, written: writing.Written) -> HttpResponse:
    """A questionnaire has nothing to look back on: it is shared as it stands. What is refused is kept all the same."""
    try:
        knowing.check(request)
        sharing.share(
            by=actor_of(request),
            entry=row,
            values=written.values,
            kept_private=written.private,
            after=sharing.After(),
            key=writing.key_of(request.POST),
            rev=written.rev,
        )
    except DatabaseError as error:
        return _not_sent(request, row, written, error)
    except ActionRefused as no:
        try:
            row = drafting.keep(request, row, written)
        except doing.DraftConflict as conflict:
            return sheet_page(request, conflict.entry, status=409)
        of_question = bool(no.field) and no.field != knowing.FIELD
        problems = {no.field: no.message_for_user} if of_question else {}
        return sheet_page(request, row, problems, no.status, "" if of_question else no.message_for_user)
    return SeeOther(after_sharing.page(actor_of(request), row))


def _not_sent(request: HttpRequest, row: Entry, written: writing.Written, error: Exception) -> HttpResponse:
    """Nothing was shared: Help now and the clinic's number, and what was answered stays on the screen (6.3)."""
    logs.trouble("entry.not_shared", error, ids=str(row.pk))
    row.answers = written.values
    return sheet_page(request, row, status=503)


def _before(request: HttpRequest, row: Entry) -> dict[str, object]:
    """What a client is told before a question about not being safe: where it leads, and who sees it (6.1)."""
    about = risky.asks(agreed.spoken(row.sheet).measure)
    return {"about": about, "told": readers.told_of_danger(actor_of(request), row.episode)} if about else {}


def _settle(request: HttpRequest, row: Entry) -> HttpResponse:
    """Two versions become one: this one, the other one, or both together."""
    named = request.GET.get("copy") or request.POST.get("copy")
    other = next((copy for copy in row.copies.all() if str(copy.pk) == named), None)
    values = None
    if other is not None and request.POST["action"] == "use":
        values = other.answers
    elif other is not None and request.POST["action"] == "join":
        values = writing.joined(row.sheet.parsed, row.answers, other.answers)
    doing.settle(by=actor_of(request), entry=row, values=values)
    return SeeOther(resolve_url("entry", row.pk))


@open_to(Role.CLIENT)
@require_POST
def entry_save(request: HttpRequest, pk: UUID) -> HttpResponse:
    """Autosave: the same form, answered in JSON. 200 saved; 409 both versions are kept; 422 kept, but please look."""
    try:
        row = drafting.to_write_on(request, pk)
        written = drafting.read(request, row)
        saved = drafting.keep(request, row, written)
    except doing.DraftConflict as conflict:
        message = _("This was also open somewhere else. Both versions are kept.")
        both = {
            "rev": conflict.entry.rev,
            "kept": True,
            "message": message,
            "url": resolve_url("entry", conflict.entry.pk),
        }
        return JsonResponse(both, status=409)
    except ActionRefused as no:
        return JsonResponse({"message": no.message_for_user, "field": no.field}, status=no.status)
    user = actor_of(request).user
    assert user is not None
    at = agreed.at_time(agreed.wall(saved.saved_at, user.time_zone).time())
    said = {"rev": saved.rev, "saved_at": at, "state": saved.state}
    if written.problems:
        return JsonResponse(said | {"errors": {key: [text] for key, text in written.problems.items()}}, status=422)
    return JsonResponse(said)


@open_to(Role.CLIENT)
@require_POST
@words_stay
def entry_resize(request: HttpRequest, pk: UUID) -> HttpResponse:
    """Smaller, or whole again: what was typed comes along (F41)."""
    row = drafting.to_write_on(request, pk)
    written = drafting.read(request, row)
    try:
        row = drafting.keep(request, row, written)
    except doing.DraftConflict as conflict:
        row = conflict.entry
    row = doing.resize(by=actor_of(request), entry=row, size=request.POST.get("size", ""))
    if written.unfit:
        return sheet_page(request, row, written.problems, status=422)
    return SeeOther(resolve_url("entry", row.pk))


def read_page(request: HttpRequest, row: Entry) -> HttpResponse:
    """What was written, to be read again."""
    actor, after = actor_of(request), getattr(row, "after", None)
    assert actor.user is not None
    context = {
        "entry": row,
        "definition": agreed.spoken(row.sheet),
        "after": after,
        "obstacles": [Obstacle(kind).label for kind in after.obstacles] if after is not None else [],
        "on": thread.day_of(row, actor.user.time_zone),
        "can_take_back": sharing.can_take_back(row, timezone.now()),
        "said": additions.of(row, actor) if row.state != Entry.State.DRAFT else [],
        "partner": couple_pages.beside(row, actor.user.time_zone),
        "stars": list(row.stars.values_list("key", flat=True)) if row.started else None,
    }
    return render(request, "assignments/read.html", context)


@open_to(Role.CLIENT)
@require_safe
def notes(request: HttpRequest) -> HttpResponse:
    """Everything the client wrote, newest first."""
    actor = actor_of(request)
    assert actor.user is not None
    page = Paginator(noting.written_by(actor), PAGE_OF_NOTES).get_page(request.GET.get("page"))
    rows = noting.notes(page.object_list, actor.user.time_zone)
    has_draft = any(row.state == Entry.State.DRAFT and row.episode.is_open for row in page.object_list)
    return render(request, "assignments/notes.html", {"page": page, "notes": rows, "has_draft": has_draft})
