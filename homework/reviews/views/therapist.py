"""The therapist's day: today, the clients, one client, the digest of a session, reviewing."""

from uuid import UUID

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render, resolve_url
from django.utils import timezone
from django.utils.http import urlencode
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from clinic.access import CLINICIANS, Can, actor_of, get_visible, open_to
from clinic.models import Appointment, Episode
from clinic.refusal import ActionRefused
from clinic.views.answers import SeeOther, posted
from homework.assignments.models import Assignment
from homework.assignments.planning.agreed import title_of
from homework.reviews import caseload as lists
from homework.reviews import day, handed_over, one_client, reading
from homework.reviews import desk as desks
from homework.reviews.actions import comment as commenting
from homework.reviews.actions import session_feedback as feedback
from homework.reviews.actions.digest import build_digest, put_aside
from homework.reviews.actions.review import review_work
from homework.reviews.forms.review import ReviewForm
from homework.reviews.models import Digest, Review


@open_to(*CLINICIANS)
@require_safe
def therapist_home(request: HttpRequest) -> HttpResponse:
    """Today's sessions, new work to review, who is worth a thought."""
    actor, now = actor_of(request), timezone.now()
    context = {"day": day.day(actor, now), "handed": handed_over.waiting(actor, now)}
    return render(request, "reviews/therapist_home.html", context)


@open_to(*CLINICIANS)
@require_safe
def caseload(request: HttpRequest) -> HttpResponse:
    """One's clients, the soonest session first; `q` looks through their names."""
    words = request.GET.get("q", "")[:80]
    rows = lists.listed(actor_of(request), timezone.now(), words)
    return render(request, "reviews/caseload.html", {"rows": rows, "words": words})


@open_to(*CLINICIANS)
@require_safe
def client_page(request: HttpRequest, pk: UUID) -> HttpResponse:
    """One client: what is agreed, what was shared, what they believe, sessions and reviews."""
    episode = get_visible(request, Episode, pk, can=Can.READ, related=["client__user", "site"])
    page = one_client.page(episode, actor_of(request), timezone.now())
    return render(request, "reviews/client_page.html", {"episode": episode, "page": page})


@open_to(*CLINICIANS)
@require_safe
def digest(request: HttpRequest, pk: UUID) -> HttpResponse:
    """What there is to know in a minute before a session. Opening it brings it up to date."""
    return _digest_page(request, pk, "reviews/digest.html")


@open_to(*CLINICIANS)
@require_safe
def digest_paper(request: HttpRequest, pk: UUID) -> HttpResponse:
    """The same on one printed page."""
    return _digest_page(request, pk, "reviews/digest_paper.html")


@open_to(*CLINICIANS)
@require_POST
def digest_aside(request: HttpRequest, pk: UUID) -> HttpResponse:
    """Put a suggested question aside: it is only ever an offer."""
    row = get_visible(request, Digest, pk, can=Can.REVIEW)
    put_aside(by=actor_of(request), digest=row, stem=request.POST.get("stem", ""))
    return SeeOther(resolve_url("digest", row.pk) + "#d-ask")


def _digest_page(request: HttpRequest, pk: UUID, template: str) -> HttpResponse:
    appointment = get_visible(request, Appointment, pk, can=Can.MEASURES, related=["therapist"], verb="digest.read")
    stored = build_digest(appointment.pk, by=actor_of(request))
    shown = reading.shown(stored, appointment, actor_of(request), timezone.now())
    if shown.told is not None:
        feedback.read(by=actor_of(request), feedback=shown.told.row)
    return render(request, template, {"episode": appointment.episode, "appointment": appointment, "shown": shown})


@open_to(*CLINICIANS)
@require_http_methods(["GET", "HEAD", "POST"])
def review(request: HttpRequest, pk: UUID) -> HttpResponse:
    """Look at one piece of work and decide what comes next (F47, F48)."""
    row = get_visible(request, Assignment, pk, can=Can.REVIEW, related=["version__worksheet"])
    form = ReviewForm(posted(request))
    if form.is_bound and form.is_valid():
        try:
            return _onwards(review_work(by=actor_of(request), assignment=row, **form.to_review()))
        except ActionRefused as no:
            form.refused(no)
    desk = desks.desk(row, actor_of(request), timezone.now())
    context = {"episode": row.episode, "work": row, "desk": desk, "form": form}
    context["beside"] = commenting.look(
        by=actor_of(request), episode=row.episode, entries=desk.entries, origin="review"
    )
    return render(request, "reviews/review.html", context, status=form.status)


def _onwards(made: Review) -> HttpResponse:
    """To the next plan, opened with what was decided; else to the page that says so."""
    if made.outcome in (Review.Outcome.ADJUST, Review.Outcome.SMALLER, Review.Outcome.BIGGER):
        query = urlencode({"outcome": made.outcome})
        return SeeOther(f"{resolve_url('assignment_change', made.assignment_id)}?{query}")
    if made.outcome == Review.Outcome.REPLACE:
        return SeeOther(f"{resolve_url('propose', made.episode_id)}?{urlencode({'follows': str(made.assignment_id)})}")
    return SeeOther(resolve_url("reviewed", made.pk))


@open_to(*CLINICIANS)
@require_safe
def reviewed(request: HttpRequest, pk: UUID) -> HttpResponse:
    """What was decided, and whose work is next."""
    made = get_visible(request, Review, pk, can=Can.REVIEW, related=["assignment__version__worksheet"])
    following = lists.next_to_review(actor_of(request), made.assignment)
    work = made.assignment
    context = {"episode": made.episode, "review": made, "work": work, "title": title_of(work), "following": following}
    return render(request, "reviews/reviewed.html", context)
