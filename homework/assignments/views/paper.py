"""A piece of work on paper, for its client or printed for them: no name, no clinic, and a code that leads back to it (F59)."""

from uuid import UUID

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render, resolve_url
from django.views.decorators.http import require_safe

from clinic.access import CLINICIANS, Can, Role, actor_of, get_visible, open_to
from homework.assignments.models import Assignment, Plan
from homework.assignments.planning import agreed, composing


@open_to(Role.CLIENT, *CLINICIANS)
@require_safe
def work_paper(request: HttpRequest, pk: UUID) -> HttpResponse:
    """The sheet of one task in the size that was agreed, in the client's language."""
    row = get_visible(request, Assignment, pk, can=Can.READ, related=["version__worksheet", "episode__client__user"])
    if row.version is None:
        raise Http404
    is_client = actor_of(request).is_client
    definition = row.version.parsed.localised(composing.language_of(row.episode))
    plan: Plan | None = row.plans.in_force().first()
    size = request.GET.get("size", "") or (plan.size if plan is not None else "M")
    context = {
        "work": row,
        "title": agreed.title_of(row),
        "definition": definition,
        "size": definition.size_code(size),
        "sizes": [(code, definition.sizes[code].label) for code in ("S", "M", "L") if code in definition.sizes],
        "address": request.build_absolute_uri(resolve_url("task", row.pk)),
        "base": "base_client.html" if is_client else "base_staff.html",
        "up": resolve_url("task" if is_client else "assignment", row.pk),
    }
    return render(request, "assignments/paper.html", context)
