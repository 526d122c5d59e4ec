"""Saying something about one answer, and the client saying something back (F31, F69)."""

from uuid import UUID

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render, resolve_url
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from clinic.access import CLINICIANS, Can, Role, actor_of, get_visible, open_to
from clinic.refusal import ActionRefused
from clinic.views.answers import SeeOther, done, posted
from homework.assignments import writing
from homework.assignments.models import Entry
from homework.reviews import comment_page, comments, process_notes, quoting
from homework.reviews.actions import comment as commenting
from homework.reviews.actions import process_note as noting
from homework.reviews.forms.commenting import CommentForm, ReplyForm
from homework.reviews.models import Comment

BACK = {"review": "review", "assignment": "assignment"}
WITH_ENTRY = ("entry__assignment__version__worksheet", "entry__version", "author")


@open_to(*CLINICIANS)
@require_http_methods(["GET", "HEAD", "POST"])
def entry_comment(request: HttpRequest, pk: UUID) -> HttpResponse:
    """One answer, what was said about it so far, and a box: send it, or keep it for the session (F32)."""
    row = get_visible(request, Entry, pk, can=Can.REVIEW, related=comment_page.RELATED)
    form, actor, key = CommentForm(posted(request)), actor_of(request), request.GET.get("key", "")[:64]
    if form.is_bound and form.is_valid():
        try:
            return _kept(request, row) if "keep" in request.POST else _sent(request, row, form, key)
        except ActionRefused as no:
            form.refused(no)
    page = comment_page.page(row, key, actor, request.POST.getlist("quotes"))
    commenting.seen(by=actor, rows=[pk for said in page.said for pk in said.unread])
    context = {"entry": row, "episode": row.episode, "work": row.assignment, "form": form, "page": page}
    context["origin"] = BACK.get(request.GET.get("from", ""), "review" if row.assignment.is_open else "assignment")
    context |= {"submission_key": writing.key_of(request.POST), "kept": process_notes.kept(actor, row.episode)}
    return render(request, "reviews/comment.html", context, status=form.status)


def _sent(request: HttpRequest, row: Entry, form: CommentForm, key: str) -> HttpResponse:
    said = form.cleaned_data
    quotes = quoting.ticked(said["quotes"], [row])
    sent_with = writing.key_of(request.POST)
    made = commenting.say(
        by=actor_of(request), entry=row, text=said["text"], key=key, quotes=quotes, submission_key=sent_with
    )
    return done(request, _("Sent. They read it beside their answer."), _here(request, made.pk))


def _kept(request: HttpRequest, row: Entry) -> HttpResponse:
    """Nothing is sent: it is a private note from here on."""
    noting.keep(by=actor_of(request), episode=row.episode, text=request.POST.get("text", ""), entry=row)
    return done(request, _("Kept for the session, for you alone. Nothing was sent."), _here(request))


def _here(request: HttpRequest, comment: UUID | None = None) -> str:
    """The same page again, at the comment."""
    return f"{request.get_full_path()}{f'#c-{comment}' if comment else ''}"


@open_to(Role.CLIENT)
@require_http_methods(["GET", "HEAD", "POST"])
def comment_reply(request: HttpRequest, pk: UUID) -> HttpResponse:
    """Say something back to one comment. The page is for a reply that needs another look; the form is on the entry."""
    row = get_visible(request, Comment, pk, can=Can.WRITE if request.method == "POST" else Can.READ, related=WITH_ENTRY)
    form, actor = ReplyForm(posted(request)), actor_of(request)
    if form.is_bound and form.is_valid():
        try:
            key = writing.key_of(request.POST)
            commenting.reply(by=actor, comment=row, text=form.cleaned_data["text"], submission_key=key)
            return done(request, _("Sent."), f"{resolve_url('entry', row.entry_id)}#c-{row.pk}")
        except ActionRefused as no:
            form.refused(no)
    context = {"said": comments.one(row, row.entry, actor), "entry": row.entry, "form": form}
    context["submission_key"] = writing.key_of(request.POST)
    return render(request, "reviews/comment_reply.html", context, status=form.status)


@open_to(Role.CLIENT)
@require_POST
def comment_seen(request: HttpRequest, pk: UUID) -> HttpResponse:
    """The client has read it; back to where they read it."""
    row = get_visible(request, Comment, pk, can=Can.READ)
    commenting.seen(by=actor_of(request), rows=[row.pk])
    if request.POST.get("from") == "today":
        return done(request, _("Good. You can still read it below."), "today")
    return SeeOther(f"{resolve_url('entry', row.entry_id)}#c-{row.pk}")
