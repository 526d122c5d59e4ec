"""The therapist's day: today, the clients, one client, the digest of a session, reviewing."""

from uuid import UUID

from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.http import urlencode
from django.views.decorators.http import require_GET, require_http_methods

from clinic.access import CLINICIANS, Can, actor_of, get_visible, open_to
from clinic.models import Appointment, Episode
from clinic.refusal import ActionRefused
from homework.assignments.models import Assignment
from homework.assignments.views.therapist import refuse, see_other
from homework.reviews import caseload as lists
from homework.reviews import day, one_client, reading
from homework.reviews import desk as desks
from homework.reviews.actions.digest import build_digest
from homework.reviews.actions.review import review_work
from homework.reviews.forms import ReviewForm
from homework.reviews.models import Review


@open_to(*CLINICIANS)
@require_GET
def therapist_home(request: HttpRequest) -> HttpResponse:
    """Today's sessions, new work to review, who is worth a thought."""
    return render(request, "reviews/therapist_home.html", {"day": day.day(actor_of(request), timezone.now())})


@open_to(*CLINICIANS)
@require_GET
def caseload(request: HttpRequest) -> HttpResponse:
    """One's clients, the soonest session first; `q` looks through their names."""
    words = request.GET.get("q", "")[:80]
    rows = lists.listed(actor_of(request), timezone.now(), words)
    return render(request, "reviews/caseload.html", {"rows": rows, "words": words})


@open_to(*CLINICIANS)
@require_GET
def client_page(request: HttpRequest, pk: UUID) -> HttpResponse:
    """One client: what is agreed, what was shared, what they believe, sessions and reviews."""
    episode = get_visible(request, Episode, pk, can=Can.READ, related=["client__user", "site"])
    page = one_client.page(episode, actor_of(request), timezone.now())
    return render(request, "reviews/client_page.html", {"episode": episode, "page": page})


@open_to(*CLINICIANS)
@require_GET
def digest(request: HttpRequest, pk: UUID) -> HttpResponse:
    """What there is to know in a minute before a session. Opening it brings it up to date."""
    return _digest_page(request, pk, "reviews/digest.html")


@open_to(*CLINICIANS)
@require_GET
def digest_paper(request: HttpRequest, pk: UUID) -> HttpResponse:
    """The same on one printed page."""
    return _digest_page(request, pk, "reviews/digest_paper.html")


def _digest_page(request: HttpRequest, pk: UUID, template: str) -> HttpResponse:
    appointment = get_visible(request, Appointment, pk, can=Can.MEASURES, related=["therapist"], verb="digest.read")
    stored = build_digest(appointment.pk, by=actor_of(request))
    shown = reading.shown(stored, appointment, actor_of(request), timezone.now())
    return render(request, template, {"episode": appointment.episode, "appointment": appointment, "shown": shown})


@open_to(*CLINICIANS)
@require_http_methods(["GET", "POST"])
def review(request: HttpRequest, pk: UUID) -> HttpResponse:
    """Look at one piece of work and decide what comes next (F47, F48)."""
    row = get_visible(request, Assignment, pk, can=Can.REVIEW, related=["version__worksheet"])
    form, status = ReviewForm(request.POST or None), 200
    if request.method == "POST":
        status = 422
        if form.is_valid():
            try:
                made = review_work(by=actor_of(request), assignment=row, **form.to_review())
            except ActionRefused as refusal:
                status = refuse(form, refusal)
            else:
                return _onwards(made)
    desk = desks.desk(row, actor_of(request), timezone.now())
    context = {"episode": row.episode, "work": row, "desk": desk, "form": form}
    return render(request, "reviews/review.html", context, status=status)


def _onwards(made: Review) -> HttpResponse:
    """To the next plan, opened with what was decided; else to the page that says so."""
    if made.outcome in (Review.Outcome.ADJUST, Review.Outcome.SMALLER, Review.Outcome.BIGGER):
        query = urlencode({"outcome": made.outcome, "review": made.pk})
        return HttpResponseRedirect(f"{reverse('assignment_change', args=[made.assignment_id])}?{query}", status=303)
    if made.outcome == Review.Outcome.REPLACE:
        query = urlencode({"follows": made.assignment_id})
        return HttpResponseRedirect(f"{reverse('propose', args=[made.episode_id])}?{query}", status=303)
    return see_other("reviewed", made.pk)


@open_to(*CLINICIANS)
@require_GET
def reviewed(request: HttpRequest, pk: UUID) -> HttpResponse:
    """What was decided, and whose work is next."""
    made = get_visible(request, Review, pk, can=Can.REVIEW, related=["assignment__version__worksheet"])
    following = lists.next_to_review(actor_of(request), made.assignment)
    context = {"episode": made.episode, "review": made, "work": made.assignment, "following": following}
    return render(request, "reviews/reviewed.html", context)
