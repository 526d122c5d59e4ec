"""The library for staff: what there is, one worksheet as the client will see it, and the same on paper."""

from typing import Any
from uuid import UUID

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render, resolve_url
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from clinic.access import CLINICIANS, Actor, Role, actor_of, open_to
from clinic.views.answers import SeeOther, done
from homework.worksheets import catalogue, narrowing, usage
from homework.worksheets.actions import choices
from homework.worksheets.forms import LibraryForm, SupervisorForm


@open_to(*CLINICIANS)
@require_safe
def library(request: HttpRequest) -> HttpResponse:
    """Every worksheet one may offer, by family, one's own approach first (F06)."""
    actor = actor_of(request)
    form = LibraryForm(request.GET, measures=actor.role != Role.COACH)
    sheets, off = catalogue.library(actor)
    context = {
        "form": form,
        "browsed": narrowing.browse(sheets, form.to_filter()),
        "address": request.get_full_path(),
        "off": off,
    }
    return render(request, "worksheets/library.html", context | _near(actor, sheets))


def _near(actor: Actor, sheets: list[catalogue.Sheet]) -> dict[str, Any]:
    """The two short rows at the top: one's favourites, and what one proposed lately."""
    by_id = {sheet.worksheet.pk: sheet for sheet in sheets}
    lately = [by_id[pk] for pk in usage.recent(actor) if pk in by_id]
    return {"favourites": [sheet for sheet in sheets if sheet.favourite], "lately": lately[: usage.ROW]}


@open_to(*CLINICIANS)
@require_safe
def worksheet(request: HttpRequest, pk: UUID) -> HttpResponse:
    """One worksheet: what it is for, how to bring it in, its sizes, and the page as the client will see it."""
    return _sheet_page(request, pk, "worksheets/worksheet.html", with_usage=True)


@open_to(*CLINICIANS)
@require_safe
def worksheet_paper(request: HttpRequest, pk: UUID) -> HttpResponse:
    """The same on paper, to fill in by hand (F59). It names no person and no clinic."""
    return _sheet_page(request, pk, "worksheets/paper.html")


def _sheet_page(request: HttpRequest, pk: UUID, template: str, *, with_usage: bool = False) -> HttpResponse:
    actor = actor_of(request)
    sheet = catalogue.sheet_for(actor, pk)
    size = sheet.definition.size_code(request.GET.get("size", "M"))
    context = {"sheet": sheet, "definition": sheet.definition, "size": size, "address": request.get_full_path()}
    if with_usage and actor.role == Role.THERAPIST:
        context["went"] = usage.how_it_went(actor, pk)
    return render(request, template, context)


@open_to(*CLINICIANS)
@require_POST
def worksheet_favourite(request: HttpRequest, pk: UUID) -> HttpResponse:
    """Keep a worksheet near at hand, or no longer; back to where one was."""
    actor = actor_of(request)
    sheet = catalogue.sheet_for(actor, pk)
    choices.keep_near(by=actor, worksheet=sheet.worksheet, wanted=request.POST.get("on") == "1")
    back = request.POST.get("next", "")
    inside = url_has_allowed_host_and_scheme(back, allowed_hosts=None)
    return SeeOther(f"{back}#sheet-{pk}" if inside else resolve_url("worksheet", pk))


@open_to(Role.ADMIN)
@require_safe
def switches(request: HttpRequest) -> HttpResponse:
    """The sheets that ship switched off, by name, and who supervises those in use here."""
    return _switches_page(request)


@open_to(Role.ADMIN)
@require_http_methods(["POST"])
def switch(request: HttpRequest, pk: UUID) -> HttpResponse:
    """Switch one sheet on, naming who supervises it; or off again."""
    actor = actor_of(request)
    sheet = catalogue.switch_of(actor, pk)
    if request.POST.get("action") == "off":
        choices.switch_off(by=actor, worksheet=sheet)
        return done(request, _("Switched off. Work that was agreed goes on."), "library_switches")
    form = SupervisorForm(request.POST, people=catalogue.supervisors(actor), prefix=str(pk))
    if form.done(lambda supervisor: choices.switch_on(by=actor, worksheet=sheet, supervisor=supervisor)):
        return done(request, _("Switched on. Therapists find it in the library."), "library_switches")
    return _switches_page(request, {pk: form})


def _switches_page(request: HttpRequest, asked: dict[UUID, SupervisorForm] | None = None) -> HttpResponse:
    actor, asked = actor_of(request), asked or {}
    people = list(catalogue.supervisors(actor))
    rows = [
        (one, asked.get(one.worksheet.pk) or SupervisorForm(people=people, prefix=str(one.worksheet.pk)))
        for one in catalogue.switches(actor)
    ]
    status = next((form.status for form in asked.values()), 200)
    return render(request, "worksheets/switches.html", {"rows": rows, "people": people}, status=status)
