"""The floor's views: a list of 60 rows, a form of ten questions, and a submit."""

import random
from typing import Any

from django import forms
from django.contrib.auth.decorators import login_required
from django.db import transaction
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect, JsonResponse
from django.shortcuts import render
from django.urls import path
from django.utils.dateformat import format as dated

from tests.bench.floor.models import Audit, Occurrence, Response

FIELDS: list[dict[str, Any]] = [
    {"name": f"q{i}", "label": f"Question {i}", "choices": [str(n) for n in range(11)] if i >= 6 else None}
    for i in range(10)
]
STATES = ("Open", "To review", "Reviewed")
FIRST, LAST = 1, 2000


class Sheet(forms.Form):
    """Ten questions: six texts, four scales."""


for _field in FIELDS:
    Sheet.base_fields[_field["name"]] = (
        forms.TypedChoiceField(choices=[(n, n) for n in _field["choices"]], coerce=int, required=False)
        if _field["choices"]
        else forms.CharField(max_length=4000, required=False)
    )


@login_required
def table(request: HttpRequest) -> HttpResponse:
    """60 latest rows of a caseload."""
    rows = (
        Occurrence.objects.filter(client__therapist_id=request.user.pk)
        .order_by("-due")
        .values_list("id", "title", "due", "status", "client_id", "client__name")[:60]
    )
    shown = [
        {"id": i, "title": t, "due": dated(d, "j M Y H:i"), "state": STATES[s], "client": c, "name": n}
        for i, t, d, s, c, n in rows
    ]
    return render(request, "floor/table.html", {"rows": shown})


@login_required
def form(request: HttpRequest) -> HttpResponse:
    """One page with ten questions."""
    row = Occurrence.objects.select_related("client").get(pk=random.randint(FIRST, LAST))
    return render(request, "floor/form.html", {"row": row, "fields": FIELDS})


@login_required
def submit(request: HttpRequest) -> HttpResponse:
    """Validate, lock, insert, update, note who did it."""
    sheet = Sheet(request.POST)
    if not sheet.is_valid():
        return JsonResponse(sheet.errors, status=422)
    with transaction.atomic():
        row = Occurrence.objects.select_for_update().get(pk=random.randint(FIRST, LAST))
        response = Response.objects.create(occurrence=row, doc=sheet.cleaned_data)
        Occurrence.objects.filter(pk=row.pk).update(status=1)
        Audit.objects.create(actor_id=request.user.pk, what="submit", obj=response.pk)
    return HttpResponseRedirect("/table/")


urlpatterns = [path("table/", table), path("form/", form), path("submit/", submit)]
