"""Private notes: the author's alone (F32). Nobody else has a way here, whatever their role."""

from uuid import UUID

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from clinic.access import CLINICIANS, Can, actor_of, get_visible, open_to
from clinic.models import Episode
from clinic.refusal import ActionRefused
from clinic.views.answers import done, posted
from homework.assignments.models import Assignment
from homework.reviews import desk as desks
from homework.reviews import process_notes
from homework.reviews.actions import comment as commenting
from homework.reviews.actions import process_note as noting
from homework.reviews.forms.commenting import NoteForm
from homework.reviews.forms.review import ReviewForm
from homework.reviews.models import ClientQuestion, ProcessNote

either = require_http_methods(["GET", "HEAD", "POST"])


@open_to(*CLINICIANS)
@either
def private_notes(request: HttpRequest, pk: UUID) -> HttpResponse:
    """One's own notes about one client, and a new one."""
    episode = get_visible(request, Episode, pk, can=Can.REVIEW)
    form, actor = NoteForm(posted(request)), actor_of(request)
    if form.is_bound and form.is_valid():
        try:
            noting.write(by=actor, episode=episode, text=form.cleaned_data["text"])
            return done(request, _("Kept, for you alone."), "private_notes", pk)
        except ActionRefused as no:
            form.refused(no)
    context = {"episode": episode, "form": form, "notes": process_notes.of(actor, episode)}
    return render(request, "reviews/private_notes.html", context, status=form.status)


@open_to(*CLINICIANS)
@either
def private_note(request: HttpRequest, pk: UUID) -> HttpResponse:
    """One note, to be put into other words."""
    note = get_visible(request, ProcessNote, pk, can=Can.REVIEW)
    form = NoteForm(posted(request), initial={"text": note.text or ""})
    if form.is_bound and form.is_valid():
        try:
            noting.change(by=actor_of(request), note=note, text=form.cleaned_data["text"])
            return done(request, _("Kept, for you alone."), "private_notes", note.episode_id)
        except ActionRefused as no:
            form.refused(no)
    context = {"episode": note.episode, "form": form, "note": note}
    return render(request, "reviews/private_note.html", context, status=form.status)


@open_to(*CLINICIANS)
@require_POST
def private_note_away(request: HttpRequest, pk: UUID) -> HttpResponse:
    """Talked about, or no longer needed; or back again."""
    note = get_visible(request, ProcessNote, pk, can=Can.REVIEW)
    away = request.POST.get("away") != "0"
    noting.put_away(by=actor_of(request), note=note, away=away)
    return done(request, _("Put away.") if away else _("It is back."), "private_notes", note.episode_id)


@open_to(*CLINICIANS)
@require_POST
def review_keep(request: HttpRequest, pk: UUID) -> HttpResponse:
    """Keep what was to be written back for the session. Nothing is sent, and the rest of the review stays as typed."""
    row = get_visible(request, Assignment, pk, can=Can.REVIEW, related=["version__worksheet"])
    actor = actor_of(request)
    form = ReviewForm(initial={**request.POST.dict(), "message": "", "quotes": []})
    try:
        noting.keep(by=actor, episode=row.episode, text=request.POST.get("message", ""))
        says = _("Kept for the session, for you alone. Nothing was sent.")
    except ActionRefused as no:
        says = no.message_for_user
    desk = desks.desk(row, actor, timezone.now())
    context = {"episode": row.episode, "work": row, "desk": desk, "form": form, "says": says}
    context["beside"] = commenting.look(by=actor, episode=row.episode, entries=desk.entries, origin="review")
    return render(request, "reviews/review.html", context)


@open_to(*CLINICIANS)
@require_POST
def question_keep(request: HttpRequest, pk: UUID) -> HttpResponse:
    """Keep the answer to a question for the session. The question stays open; nothing is sent."""
    row = get_visible(request, ClientQuestion, pk, can=Can.REVIEW)
    try:
        noting.keep(by=actor_of(request), episode=row.episode, text=request.POST.get("answer", ""))
        says = _("Kept for the session, for you alone. Nothing was sent, and the question stays open.")
    except ActionRefused as no:
        says = no.message_for_user
    return done(request, says, "question", pk)
