"""The client's first page, and what their therapist wrote back."""

from uuid import UUID

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from clinic import reading, safe_contact
from clinic.access import Can, Role, actor_of, get_visible, open_to
from clinic.actions import coming
from clinic.views.answers import done
from homework.assignments.days import today as todays
from homework.reviews import comments, questions, replies, session_feedback, takeaways
from homework.reviews.actions import message
from homework.reviews.models import Review


@open_to(Role.CLIENT)
@require_safe
def today(request: HttpRequest) -> HttpResponse:
    """Today: only what is next, ideas to look at, and what was written back (F38)."""
    actor = actor_of(request)
    episode = todays.episode_of(actor)
    if episode is None:
        since = reading.pages_rest_since(actor)
        page = "assignments/pages_rest.html" if since else "assignments/today.html"
        return render(request, page, {"today": None, "since": since})
    shown = todays.of(actor, episode, timezone.now())
    coming.note(by=actor, after=shown.unopened)
    context = {"today": shown, "replies": comments.among(replies.of(actor, episode, shown.shared), actor, episode)}
    context["answers"] = questions.answers(actor, episode)
    context["carry"] = takeaways.card(actor, episode, timezone.now())
    context["feedback"] = session_feedback.asks(episode, shown.last, timezone.now())
    context["asks"] = todays.asked(episode)
    context["told_page"] = getattr(episode, "flag_told", None)
    if shown.is_open:  # after care nothing is sent, so nothing is asked about it
        context["asks_contact"] = safe_contact.asks(reading.contact_known(actor), timezone.now())
    return render(request, "assignments/today.html", context)


@open_to(Role.CLIENT)
@require_POST
def message_seen(request: HttpRequest, pk: UUID) -> HttpResponse:
    """The client has read what was written back."""
    review = get_visible(request, Review, pk, can=Can.READ)
    message.seen(by=actor_of(request), review=review)
    return done(request, _("Good. You can still read it below."), "today")
