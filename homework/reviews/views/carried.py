"""Things to find again: one thing to carry along, lines with a star, one's own history."""

from uuid import UUID

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render, resolve_url
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from clinic.access import CLINICIANS, Can, Role, actor_of, get_visible, open_to
from clinic.models import Appointment
from clinic.refusal import ActionRefused
from clinic.views.answers import SeeOther, done
from homework.assignments.models import Entry
from homework.reviews import history as histories
from homework.reviews import noticed as noticing
from homework.reviews import takeaways
from homework.reviews.actions import noticed as starring
from homework.reviews.actions import takeaway as taking
from homework.reviews.models import Takeaway


@open_to(Role.CLIENT)
@require_POST
def takeaway(request: HttpRequest, pk: UUID) -> HttpResponse:
    """Keep it, skip it, or no such cards any more (F05)."""
    row, actor = get_visible(request, Takeaway, pk, can=Can.WRITE), actor_of(request)
    asked = request.POST.get("action", "keep")
    if asked == "stop":
        taking.stop(by=actor, takeaway=row)
        return done(request, _("These cards do not come any more. You can turn them on in your settings."), "today")
    if asked == "skip":
        taking.put_away(by=actor, takeaway=row)
        return done(request, _("Skipped."), "today")
    try:
        taking.write(by=actor, takeaway=row, text=request.POST.get("text", ""))
    except ActionRefused as no:
        return _again(request, row, no)
    return done(request, _("Kept. It comes up once more in the middle of the week."), "today")


def _again(request: HttpRequest, row: Takeaway, no: ActionRefused) -> HttpResponse:
    """The card on a page of its own, with everything that was typed."""
    typed = takeaways.Card(row.pk, True, row.seed or "", request.POST.get("text", ""))
    context = {"carry": typed, "refusal": no.message_for_user}
    return render(request, "reviews/carry.html", context, status=no.status)


@open_to(*CLINICIANS)
@require_POST
def takeaway_begin(request: HttpRequest, pk: UUID) -> HttpResponse:
    """The therapist notes the client's own words of the session, for the card to begin with."""
    row = get_visible(request, Appointment, pk, can=Can.REVIEW)
    try:
        noted = taking.begin(by=actor_of(request), appointment=row, words=request.POST.get("words", ""))
        says = _("Noted. It waits on their card after the session.") if noted else _("Nothing is noted.")
    except ActionRefused as no:
        says = no.message_for_user
    return done(request, says, "client_page", row.episode_id)


@open_to(Role.CLIENT)
@require_POST
def entry_star(request: HttpRequest, pk: UUID) -> HttpResponse:
    """A star on one line, or none any more; back to where it was pressed."""
    row = get_visible(request, Entry, pk, can=Can.READ, related=["version", "assignment__version__worksheet"])
    actor, key = actor_of(request), request.POST.get("key", "")[:40]
    if request.POST.get("on") == "0":
        starring.unstar(by=actor, entry=row, key=key)
    else:
        starring.star(by=actor, entry=row, key=key)
    if request.POST.get("from") == "noticed":
        return done(request, _("Taken off this page. What you wrote stays where it was."), "noticed")
    return SeeOther(f"{resolve_url('entry', row.pk)}#a-{key}")


@open_to(Role.CLIENT)
@require_safe
def noticed(request: HttpRequest) -> HttpResponse:
    """Things I've noticed: the lines with a star, newest first (F31)."""
    return render(request, "reviews/noticed.html", {"lines": noticing.lines(actor_of(request))})


@open_to(Role.CLIENT)
@require_safe
def history(request: HttpRequest) -> HttpResponse:
    """My history: weeks as marks, mood, what I answered, what I found out. No percentages, and nothing counted against."""
    found = histories.of(actor_of(request), timezone.now())
    return render(request, "reviews/history.html", {"history": found})
