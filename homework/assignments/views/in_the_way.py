"""What got in the way? One tap from every piece of work that is not begun, without opening it (F40)."""

from uuid import UUID

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render, resolve_url
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from clinic.access import Can, Role, actor_of, get_visible, open_to
from clinic.refusal import ActionRefused
from clinic.views.answers import SeeOther, done, posted
from homework.assignments import writing
from homework.assignments.actions import sharing
from homework.assignments.days import practical
from homework.assignments.forms.after import NotTodayForm
from homework.assignments.models import Assignment, Obstacle
from homework.assignments.planning import agreed
from homework.safety.views import knowing


@open_to(Role.CLIENT)
@require_http_methods(["GET", "HEAD", "POST"])
def in_the_way(request: HttpRequest, pk: UUID) -> HttpResponse:
    """A list in neutral words; what is chosen is news for the next plan, not a fault."""
    work = get_visible(request, Assignment, pk, can=Can.AGREE, related=["version__worksheet"])
    if work.state != Assignment.State.ACTIVE or work.version is None:
        return SeeOther(resolve_url("task", pk))
    form = NotTodayForm(posted(request))
    if form.is_bound and form.is_valid():
        try:
            knowing.check(request)
            sharing.not_today(by=actor_of(request), assignment=work, key=writing.key_of(request.POST), **form.said())
            return _onwards(request, work, practical.of(form.said()["obstacles"]))
        except ActionRefused as no:
            form.refused(no)
    context = {"work": work, "title": agreed.title_of(work), "form": form}
    context["submission_key"] = writing.key_of(request.POST)
    return render(request, "assignments/in_the_way.html", context, status=form.status)


def _onwards(request: HttpRequest, work: Assignment, everyday: list[str]) -> HttpResponse:
    """To Today; with an obstacle of everyday life, to what may help with it (F39)."""
    says = _("Thank you for saying so. That is useful to know too.")
    if not everyday:
        return done(request, says, "today")
    done(request, says, "today")
    return SeeOther(f"{resolve_url('everyday_help', work.pk)}?{'&'.join(f'kind={kind}' for kind in everyday)}")


@open_to(Role.CLIENT)
@require_safe
def everyday_help(request: HttpRequest, pk: UUID) -> HttpResponse:
    """Help with everyday things: what could be offered instead, and one tap to ask for it (F39)."""
    work = get_visible(request, Assignment, pk, can=Can.READ, related=["version__worksheet"])
    kinds = practical.of(request.GET.getlist("kind"))
    context = {"work": work, "title": agreed.title_of(work), "unsafe": Obstacle.UNSAFE in kinds}
    context["offers"] = practical.offers(kinds or practical.KINDS)
    return render(request, "assignments/everyday_help.html", context)
