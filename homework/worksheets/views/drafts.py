"""The builder: the clinic's own worksheets, the editor, what it looks like on a phone, and publishing.

The editor is one form. Every button saves first, so nothing typed is lost, and works without a script; with one the form
saves itself (js/autosave.js) and the phone beside it follows.
"""

from typing import Any
from uuid import UUID

from csp.decorators import csp_replace, csp_update
from django.http import Http404, HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import render, resolve_url
from django.utils import timezone
from django.utils.formats import time_format
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from clinic.access import Can, Role, actor_of, get_visible, open_to
from clinic.models import Episode
from clinic.refusal import ActionRefused
from clinic.views.answers import SeeOther, done, posted
from homework.worksheets import answers, catalogue, own_shelf
from homework.worksheets.actions import drafts as drafting
from homework.worksheets.builder import checks, tables
from homework.worksheets.builder.forms import NewSheetForm
from homework.worksheets.builder.page import page_of
from homework.worksheets.builder.post import table_from
from homework.worksheets.builder.sketch import sketch
from homework.worksheets.builder.words import IN_A_CELL, LANGUAGES, QUESTIONS
from homework.worksheets.definition import Definition
from homework.worksheets.models import Draft

EDITORS = (Role.THERAPIST,)


@open_to(*EDITORS)
@require_http_methods(["GET", "HEAD", "POST"])
def own_sheets(request: HttpRequest) -> HttpResponse:
    """The clinic's own worksheets and drafts; a new one begins here with its title."""
    actor = actor_of(request)
    form = NewSheetForm(posted(request))
    if request.method == "POST" and form.is_valid():
        said = form.cleaned_data
        draft = drafting.start(
            by=actor, title=said["title"], language=said["language"], with_points=said["kind"] == "points"
        )
        return SeeOther(resolve_url("draft", draft.pk))
    context = {"form": form, "sheets": own_shelf.own_sheets(actor)}
    return render(request, "worksheets/own.html", context, status=422 if form.errors else 200)


@open_to(*EDITORS)
@require_POST
def worksheet_copy(request: HttpRequest, pk: UUID) -> HttpResponse:
    """Make the clinic's own copy of a worksheet, or with `client` (an episode) a copy for that client alone."""
    actor = actor_of(request)
    version = catalogue.sheet_for(actor, pk).version
    client = None
    if episode_id := request.POST.get("client"):
        try:
            episode = get_visible(request, Episode, UUID(episode_id), can=Can.PLAN, verb="worksheet.tailored")
        except ValueError:
            raise Http404 from None
        client = episode.client
    return SeeOther(resolve_url("draft", drafting.copy(by=actor, version=version, for_client=client).pk))


@open_to(*EDITORS)
@require_POST
def worksheet_edit(request: HttpRequest, pk: UUID) -> HttpResponse:
    """Go on writing the next version of one of the clinic's own worksheets."""
    worksheet = own_shelf.sheet_to_write(actor_of(request), pk)
    return SeeOther(resolve_url("draft", drafting.edit(by=actor_of(request), worksheet=worksheet).pk))


@open_to(*EDITORS)
@csp_update({"frame-src": ["'self'"]})  # type: ignore[arg-type]
@require_http_methods(["GET", "HEAD", "POST"])
def draft(request: HttpRequest, pk: UUID) -> HttpResponse:
    """The editor. A POST saves, then does what its button says."""
    row = own_shelf.draft_to_write(actor_of(request), pk)
    if request.method != "POST":
        return _editor(request, row)
    if beside := request.POST.get("beside"):
        return _settle(request, row, beside)
    table = table_from(row.words, request.POST)
    action, _colon, place = request.POST.get("action", "").partition(":")
    table, opened = _changed(table, action, place)
    try:
        row = drafting.save(by=actor_of(request), draft=row, table=table, rev=_rev(request))
    except drafting.DraftConflict as conflict:
        return _editor(request, conflict.draft, status=409)
    if action == "publish":
        return _publish(request, row)
    if action == "let_go":
        drafting.let_go(by=actor_of(request), draft=row)
        return done(request, _("The draft is gone. What was published stays."), "own_sheets")
    return SeeOther(_address(request, row, opened))


def _address(request: HttpRequest, row: Draft, opened: str) -> str:
    second = request.POST.get("second", "")
    action = request.POST.get("action", "")
    if action.startswith("language:"):
        second = action.partition(":")[2]
    query = "&".join(part for part in (f"with={second}" if second else "", f"open={opened}" if opened else "") if part)
    where = f"#q-{opened}" if opened else ""
    return f"{resolve_url('draft', row.pk)}{'?' if query else ''}{query}{where}"


def _changed(table: dict[str, Any], action: str, place: str) -> tuple[dict[str, Any], str]:
    """The table after a button, and the key of the question to show open."""
    first, _dot, second = place.partition(".")
    number = int(first) if first.isdecimal() else -1
    keys = [str(field.get("key")) for field in table.get("fields", [])]
    here = keys[number] if 0 <= number < len(keys) else ""
    if action == "add":
        table = tables.added(table, place)
        return table, str(table["fields"][-1]["key"]) if table["fields"] else ""
    if action in ("up", "down"):
        return {**table, "fields": tables.moved(table["fields"], number, -1 if action == "up" else 1)}, here
    if action == "remove":
        return tables.without(table, number), ""
    if action == "column":
        return tables.with_column(table, number, second), here
    if action == "less" and second.isdecimal():
        return tables.without_column(table, number, int(second)), here
    if action == "language":
        return tables.with_language(table, place), ""
    if action == "longer":
        sizes = dict(table.get("sizes", {}))
        sizes = (
            {code: size for code, size in sizes.items() if code != "L"}
            if "L" in sizes
            else sizes | {"L": _longer(table)}
        )
        return {**table, "sizes": sizes}, ""
    return table, request_key(place)


def _longer(table: dict[str, Any]) -> dict[str, Any]:
    usual = table.get("sizes", {}).get("M", {})
    return {"label": "", "minutes": 20, "fields": list(usual.get("fields", []))}


def request_key(place: str) -> str:
    """A key from an address, if it looks like one."""
    return place if place.isidentifier() and len(place) <= 40 else ""


def _rev(request: HttpRequest) -> int:
    rev = request.POST.get("rev", "")
    return int(rev) if rev.isdecimal() and len(rev) < 9 else -1


def _settle(request: HttpRequest, row: Draft, beside: str) -> HttpResponse:
    other = next((one for one in row.beside.select_related("draft__worksheet") if str(one.pk) == beside), None)
    if other is not None:
        drafting.choose(by=actor_of(request), draft=row, beside=other, use=request.POST.get("action") == "use")
    return SeeOther(resolve_url("draft", row.pk))


def _publish(request: HttpRequest, row: Draft) -> HttpResponse:
    try:
        version = drafting.publish(by=actor_of(request), draft=row)
    except ActionRefused as no:
        return _editor(request, row, refusal=no.message_for_user, focus=no.field, status=422)
    episode = own_shelf.episode_of(actor_of(request), row.worksheet)
    if episode is not None:
        return SeeOther(resolve_url("propose_with", episode.pk, version.worksheet_id))
    says = _("Version %(number)s is published. Work that is under way keeps the version it has.")
    return done(request, says % {"number": version.number}, "worksheet", version.worksheet_id)


def _editor(request: HttpRequest, row: Draft, *, refusal: str = "", focus: str = "", status: int = 200) -> HttpResponse:
    table = row.words
    found = checks.look(drafting.ready(table))
    asked_to_publish = bool(refusal)
    second = request.GET.get("with") or request.POST.get("second", "")
    opened = request_key(request.GET.get("open", ""))
    languages = tables.spoken(table)
    context = {
        "draft": row,
        "table": table,
        "title": table.get("title") or _("Without a title"),
        "page": page_of(table, found.problems if asked_to_publish else {}, second=second, opened=opened),
        "found": found,
        "refusal": refusal,
        "focus": focus,
        "second": second if second in languages[1:] else "",
        "languages": [(code, LANGUAGES[code], code in languages) for code in LANGUAGES],
        "own_language": LANGUAGES[languages[0]],
        "kinds": list(QUESTIONS.items()),
        "cells": [(kind, QUESTIONS[kind]) for kind in IN_A_CELL],
        "has_longer": "L" in table.get("sizes", {}),
        "next_number": (row.based_on.number + 1) if row.based_on else 1,
        "beside": list(row.beside.select_related("by", "draft__worksheet").order_by("-at")[:5]),
        "with_clients": own_shelf.in_use(actor_of(request), row.worksheet) if row.based_on else 0,
        "example_filled": bool((table.get("example") or {}).get("values")),
    }
    return render(request, "worksheets/draft.html", context, status=status)


@open_to(*EDITORS)
@require_POST
def draft_save(request: HttpRequest, pk: UUID) -> HttpResponse:
    """Autosave. Answers as js/autosave.js understands: 200, or 409 when somebody else wrote and both are kept."""
    row = own_shelf.draft_to_write(actor_of(request), pk)
    table = table_from(row.words, request.POST)
    try:
        row = drafting.save(by=actor_of(request), draft=row, table=table, rev=_rev(request))
    except drafting.DraftConflict as conflict:
        says = _("Somebody else wrote on this meanwhile. Both texts are kept.")
        return JsonResponse(
            {"rev": conflict.draft.rev, "kept": True, "message": says, "url": resolve_url("draft", pk)}, status=409
        )
    found = checks.look(drafting.ready(row.words))
    grades = {language: grade for language, grade in found.grades.items() if grade is not None}
    lines = [{"holds": check.holds, "says": check.says} for check in found.checks]
    saved = time_format(timezone.localtime(), "TIME_FORMAT")
    return JsonResponse({"rev": row.rev, "saved_at": saved, "state": "draft", "grades": grades, "checks": lines})


@open_to(*EDITORS)
@csp_replace({"frame-ancestors": ["'self'"]})  # type: ignore[arg-type]
@require_safe
def draft_preview(request: HttpRequest, pk: UUID) -> HttpResponse:
    """The draft as its client would see it, on its own small page; the editor shows it in a frame as wide as a phone."""
    row = own_shelf.draft_to_write(actor_of(request), pk)
    shown = sketch(row.words, request.GET.get("language", ""))
    size = request.GET.get("size", "M")
    context = {"draft": row, "sketch": shown, "definition": shown.definition}
    context["size"] = shown.definition.size_code(size) if shown.definition else "M"
    answer = render(request, "worksheets/draft_preview.html", context)
    answer["X-Frame-Options"] = "SAMEORIGIN"
    return answer


@open_to(*EDITORS)
@require_http_methods(["GET", "HEAD", "POST"])
def draft_example(request: HttpRequest, pk: UUID) -> HttpResponse:
    """Fill in the example by filling in the sheet, as somebody made up would."""
    row = own_shelf.draft_to_write(actor_of(request), pk)
    table = row.words
    language = request.GET.get("language", "")
    language = language if language in tables.spoken(table)[1:] else ""
    definition = sketch(table, language).definition
    if definition is None:
        return done(request, _("Finish a question first, then fill in the example."), "draft", pk)
    problems: dict[str, str] = {}
    if request.method == "POST":
        reading = answers.read(definition, _largest(definition), request.POST)
        problems = reading.problems
        try:
            row = drafting.save(
                by=actor_of(request), draft=row, table=_with_example(table, language, reading.values), rev=_rev(request)
            )
        except drafting.DraftConflict as conflict:
            return _editor(request, conflict.draft, status=409)
        if not problems:
            return done(request, _("The example is kept."), "draft", pk)
    values = _example(row.words, language)
    context = {"draft": row, "definition": definition, "size": _largest(definition), "values": values}
    context |= {"problems": problems, "language": language}
    return render(request, "worksheets/draft_example.html", context, status=422 if problems else 200)


def _largest(definition: Definition) -> str:
    return next(code for code in ("L", "M", "S") if code in definition.sizes)


def _example(table: dict[str, Any], language: str) -> dict[str, Any]:
    own = dict((table.get("example") or {}).get("values") or {})
    other = ((table.get(language) or {}).get("example") or {}).get("values") or {} if language else {}
    return own | other


def _with_example(table: dict[str, Any], language: str, values: dict[str, Any]) -> dict[str, Any]:
    """The table with an example; a translation keeps only what differs from the first language."""
    if not language:
        return {**table, "example": {**(table.get("example") or {"person": ""}), "values": values}}
    own = (table.get("example") or {}).get("values") or {}
    apart = {key: value for key, value in values.items() if key in own and value != own[key]}
    words = dict(table.get(language) or {})
    words["example"] = {**(words.get("example") or {}), "values": apart}
    return {**table, language: words}


@open_to(*EDITORS)
@require_POST
def worksheet_retire(request: HttpRequest, pk: UUID) -> HttpResponse:
    """Take one of the clinic's own worksheets off the shelf, or put it back."""
    worksheet = own_shelf.sheet_to_write(actor_of(request), pk)
    retired = request.POST.get("retired") == "yes"
    drafting.retire(by=actor_of(request), worksheet=worksheet, retired=retired)
    says = _("It is off the shelf. Work that uses it goes on.") if retired else _("It is back on the shelf.")
    return done(request, says, "own_sheets")
