"""Comments in the API: what was said beside answers, and what the client said back (F31, F69).

Lists hold plain facts; the words are read one row at a time. Private notes are not in the API at all.
"""

from typing import Any
from uuid import UUID

from drf_spectacular.utils import extend_schema_field
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from clinic.access import CLINICIANS, Can, Role, actor_of, get_visible
from clinic.api_schema import LIST_PROBLEMS, WRITE_PROBLEMS, operation
from clinic.api_views import Ask, Body, Views, asked, rows_for, said
from homework.assignments.api.plans import NothingIn
from homework.assignments.forms.plan import TEXT
from homework.assignments.models import Entry
from homework.reviews import comment_page, quoting
from homework.reviews.actions import comment as commenting
from homework.reviews.models import Comment


class CommentRow(serializers.Serializer[Comment]):
    """One comment in the list: about which answer, and whether it was read."""

    id = serializers.UUIDField()
    episode = serializers.UUIDField(source="episode_id")
    entry = serializers.UUIDField(source="entry_id")
    key = serializers.CharField(allow_blank=True, help_text="The question it is about. Empty: the whole entry.")
    answers = serializers.UUIDField(
        source="answers_id", allow_null=True, help_text="The comment it replies to. Null: it is by the care team."
    )
    created_at = serializers.DateTimeField()
    seen_at = serializers.DateTimeField(allow_null=True, help_text="When the other side read it.")


class QuoteOut(serializers.Serializer[Any]):
    """One of the client's own sentences that goes with it."""

    entry = serializers.UUIDField()
    on = serializers.DateField(help_text="The day it is about.")
    key = serializers.CharField()
    text = serializers.CharField()


class CommentDetail(CommentRow):
    """One comment with its words."""

    text = serializers.SerializerMethodField()
    quotes = serializers.SerializerMethodField()

    def get_text(self, row: Comment) -> str:
        """What was written."""
        return row.text or ""

    @extend_schema_field(QuoteOut(many=True))
    def get_quotes(self, row: Comment) -> Any:
        """The sentences that were taken in."""
        return row.quotes or []


class CommentsAsk(Ask):
    """Narrow the list."""

    episode = serializers.UUIDField(required=False)
    entry = serializers.UUIDField(required=False)


class QuoteIn(Body):
    """A sentence of the entry, word for word."""

    entry = serializers.UUIDField()
    text = serializers.CharField(max_length=quoting.LONGEST)


class CommentIn(Body):
    """Something to say about a shared entry, or about one answer of it with `key`."""

    entry = serializers.UUIDField()
    key = serializers.CharField(max_length=64, required=False, allow_blank=True)
    text = serializers.CharField(max_length=TEXT)
    quotes = serializers.ListField(child=QuoteIn(), required=False, max_length=quoting.MOST)
    submission_key = serializers.UUIDField(required=False, help_text="Made by you: sent twice, it is kept once.")


class ReplyIn(Body):
    """What the client says back."""

    text = serializers.CharField(max_length=TEXT)
    submission_key = serializers.UUIDField(required=False, help_text="Made by you: sent twice, it is kept once.")


class Comments(Views):
    """What was said beside answers."""

    rule = frozenset({Role.CLIENT, *CLINICIANS})

    @operation("List comments", ask=CommentsAsk, gives=CommentRow(many=True), problems=LIST_PROBLEMS)
    def list(self, request: Request) -> Response:
        """Comments and replies on shared entries, newest first. What was taken back has none. Words are read singly."""
        rows = rows_for(request, Comment, can=Can.READ).filter(**asked(request, CommentsAsk)).defer("text", "quotes")
        return self.page_of(request, rows, CommentRow, verb="comments.listed")

    @operation("One comment", gives=CommentDetail)
    def retrieve(self, request: Request, pk: UUID) -> Response:
        """One comment or reply with its words."""
        return Response(CommentDetail(get_visible(request, Comment, pk, can=Can.READ)).data)

    @operation("Say something", takes=CommentIn, gives=CommentDetail, status=201, problems=WRITE_PROBLEMS)
    def create(self, request: Request) -> Response:
        """Say something about one answer, or about the whole entry. The client reads it in the app."""
        wanted = said(request, CommentIn)
        entry = get_visible(request, Entry, wanted["entry"], can=Can.REVIEW, related=comment_page.RELATED)
        made = commenting.say(
            by=actor_of(request),
            entry=entry,
            text=wanted["text"],
            key=wanted.get("key", ""),
            quotes=wanted.get("quotes", ()),
            submission_key=wanted.get("submission_key"),
        )
        return Response(CommentDetail(made).data, status=201)

    @operation("Reply", takes=ReplyIn, gives=CommentDetail, status=201, problems=WRITE_PROBLEMS)
    def reply(self, request: Request, pk: UUID) -> Response:
        """The client says something back to one comment, once or many times."""
        row = get_visible(request, Comment, pk, can=Can.WRITE)
        wanted = said(request, ReplyIn)
        key = wanted.get("submission_key")
        made = commenting.reply(by=actor_of(request), comment=row, text=wanted["text"], submission_key=key)
        return Response(CommentDetail(made).data, status=201)

    @operation("I have read this", takes=NothingIn, gives=CommentDetail, problems=WRITE_PROBLEMS)
    def seen(self, request: Request, pk: UUID) -> Response:
        """The client has read the comment. The care team can see when."""
        row = get_visible(request, Comment, pk, can=Can.WRITE)
        said(request, NothingIn)
        commenting.seen(by=actor_of(request), rows=[row.pk])
        row.refresh_from_db(fields=["seen_at"])
        return Response(CommentDetail(row).data)
