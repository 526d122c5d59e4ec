"""Digests in the API, for therapists: what there is to know in a minute before a session."""

from typing import Any
from uuid import UUID

from django.db.models import F
from django.utils import timezone
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from clinic.access import Can, Role, actor_of, get_visible
from clinic.api_schema import LIST_PROBLEMS, operation
from clinic.api_views import Ask, PagesByStart, Views, asked, rows_for
from clinic.models import Appointment
from homework.reviews import reading
from homework.reviews.actions.digest import build_digest
from homework.reviews.models import Digest


class DigestRow(serializers.Serializer[Any]):
    """One digest in the list: of which session, and when it was built."""

    id = serializers.UUIDField(help_text="The same as the session's.")
    episode = serializers.UUIDField(source="episode_id")
    starts_at = serializers.DateTimeField(help_text="When the session begins.")
    built_at = serializers.DateTimeField()


class LineOut(serializers.Serializer[reading.Said]):
    """One line, and the page it comes from (empty when there is none)."""

    text = serializers.CharField()
    tone = serializers.CharField(help_text="plain, stop, care, good, words (the client's own), ask or none.")
    page = serializers.CharField(source="href", allow_blank=True)


class SectionOut(serializers.Serializer[reading.Part]):
    """One of the nine sections. `folded` holds the lines that did not fit into a minute's reading."""

    number = serializers.IntegerField()
    key = serializers.CharField()
    title = serializers.CharField()
    lines = LineOut(many=True)
    folded = LineOut(many=True)


class DigestDetail(DigestRow):
    """The whole digest: nine sections, always in the same order."""

    since = serializers.DateField(allow_null=True, help_text="The day of the last session.")
    entries = serializers.IntegerField(help_text="How much was shared since then.")
    sections = SectionOut(many=True)


class DigestsAsk(Ask):
    """Narrow the list."""

    episode = serializers.UUIDField(required=False)


class Digests(Views):
    """What there is to know before a session."""

    rule = frozenset({Role.THERAPIST})  # digests hold measures, so a coach has none (F64)
    pagination_class = PagesByStart

    @operation("List digests", ask=DigestsAsk, gives=DigestRow(many=True), problems=LIST_PROBLEMS)
    def list(self, request: Request) -> Response:
        """The digests that have been built, the latest session first."""
        rows = rows_for(request, Digest, can=Can.MEASURES).filter(**asked(request, DigestsAsk))
        rows = rows.annotate(starts_at=F("appointment__starts_at")).defer("content")
        return self.page_of(request, rows, DigestRow, verb="digests.listed")

    @operation("One digest", gives=DigestDetail)
    def retrieve(self, request: Request, pk: UUID) -> Response:
        """The digest of one session in the reader's language. Opening it brings it up to date."""
        session = get_visible(request, Appointment, pk, can=Can.MEASURES, related=["therapist"], verb="digest.read")
        stored = build_digest(session.pk, by=actor_of(request))
        shown = reading.shown(stored, session, actor_of(request), timezone.now())
        told: dict[str, Any] = {"id": stored.pk, "episode_id": session.episode_id, "starts_at": session.starts_at}
        told |= {"built_at": stored.built_at, "since": shown.since, "entries": shown.entries, "sections": shown.parts}
        return Response(DigestDetail(told).data)
