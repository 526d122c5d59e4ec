"""Session mode: a shared entry on one screen, and what both add to it (F07)."""

from uuid import UUID

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from clinic.access import CLINICIANS, Can, actor_of, get_visible, open_to
from clinic.refusal import ActionRefused
from clinic.views.answers import done
from homework.assignments import additions, left_open, writing
from homework.assignments.actions import together
from homework.assignments.models import Entry
from homework.assignments.planning import agreed

WITH_SHEET = ["assignment__version__worksheet", "version", "plan"]


@open_to(*CLINICIANS)
@require_http_methods(["GET", "HEAD", "POST"])
def entry_together(request: HttpRequest, pk: UUID) -> HttpResponse:
    """Read it together, and fill what was left for then. What was shared stays as it is."""
    row = get_visible(request, Entry, pk, can=Can.REVIEW, related=WITH_SHEET, verb="entry.read_together")
    said, problems = None, {}
    if request.method == "POST":
        definition = agreed.spoken(row.sheet)
        said = left_open.read(left_open.offered(row, definition, left_open.added_keys(row)), request.POST)
        problems = said.problems
        if not problems and not request.POST.get("more"):
            try:
                together.add(by=actor_of(request), entry=row, values=said.values, key=writing.key_of(request.POST))
                return done(request, _("Added. What was shared stays as it was."), "entry_together", pk)
            except ActionRefused as no:
                return _page(request, row, said.values, {}, no)
    return _page(request, row, said.values if said else {}, problems)


def _page(
    request: HttpRequest,
    row: Entry,
    values: dict[str, object],
    problems: dict[str, str],
    refusal: ActionRefused | None = None,
) -> HttpResponse:
    """The entry, what was added, and what may be. `more`: the rows whose "Add another" was pressed."""
    actor, definition = actor_of(request), agreed.spoken(row.sheet)
    told = additions.of(row, actor)
    context = {
        "entry": row,
        "episode": row.episode,
        "definition": definition,
        "said": told,
        "offer": left_open.offered(row, definition, left_open.added_keys(row)),
        "values": values,
        "problems": problems,
        "more": request.POST.get("more", ""),
        "refusal": refusal.message_for_user if refusal else "",
        "submission_key": writing.key_of(request.POST),
    }
    status = refusal.status if refusal else 422 if problems else 200
    return render(request, "assignments/together.html", context, status=status)
