"""Adding to what was shared: the shared words stay, what is added stands beside them with its day (security 8.2)."""

from uuid import UUID

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render, resolve_url
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from clinic.access import Can, Role, actor_of, get_visible, open_to
from clinic.refusal import ActionRefused
from clinic.views.answers import SeeOther, done, posted
from homework.assignments import additions, writing
from homework.assignments.actions import addition as adding
from homework.assignments.forms.adding import AdditionForm
from homework.assignments.models import Entry
from homework.assignments.planning import agreed
from homework.assignments.views.drafting import WITH_SHEET


@open_to(Role.CLIENT)
@require_http_methods(["GET", "HEAD", "POST"])
def entry_add(request: HttpRequest, pk: UUID) -> HttpResponse:
    """Say more about it, or put something right. `to`: the question it is about."""
    row = get_visible(request, Entry, pk, can=Can.WRITE if request.method == "POST" else Can.READ, related=WITH_SHEET)
    if row.state != Entry.State.SHARED or not row.episode.is_open:
        return SeeOther(resolve_url("entry", pk))
    definition = agreed.spoken(row.sheet)
    starts = {"kind": "more", "key": request.GET.get("to", "")}
    form = AdditionForm(posted(request), questions=additions.askable(definition), initial=starts)
    if form.is_bound and form.is_valid():
        try:
            key = writing.key_of(request.POST)
            adding.add(by=actor_of(request), entry=row, submission_key=key, **form.to_addition())
            return done(request, _("Added. What you shared before stays as it was."), "entry", pk)
        except ActionRefused as no:
            form.refused(no)
    context = {"entry": row, "definition": definition, "form": form, "submission_key": writing.key_of(request.POST)}
    return render(request, "assignments/add.html", context, status=form.status)
