"""The private look at one's own planning in the API (F52): one's own, or one that is shared with its supervisors."""

from typing import Any
from uuid import UUID

from django.utils import timezone
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from clinic.access import STAFF, actor_of
from clinic.api_schema import operation
from clinic.api_views import Views
from homework.reviews import own_planning as planning


class ShareOut(serializers.Serializer[planning.Share]):
    """How many of how many plans. `percent` is null with fewer than five."""

    count = serializers.IntegerField()
    plans = serializers.IntegerField()
    percent = serializers.IntegerField(allow_null=True)


class PlanningLineOut(serializers.Serializer[planning.Line]):
    """One point: the last three months and the three before."""

    key = serializers.ChoiceField(choices=list(planning.POINTS))
    says = serializers.CharField()
    now = ShareOut()
    before = ShareOut()
    trend = serializers.ChoiceField(choices=["more", "same", "less", ""])


class OwnPlanning(serializers.Serializer[planning.Own]):
    """How often one's plans say what makes a plan work. No clients, no ranking."""

    plans = serializers.IntegerField()
    plans_before = serializers.IntegerField()
    lines = PlanningLineOut(many=True)


class Planning(Views):
    """A clinician's look at their own planning."""

    rule = frozenset(STAFF)

    @operation("A look at somebody’s planning", gives=OwnPlanning)
    def retrieve(self, request: Request, pk: UUID) -> Response:
        """One's own (the id of one's own place), or that of somebody one supervises who shares it; else 403."""
        member = planning.member_for(actor_of(request), pk)
        found: Any = planning.of(member, timezone.now())
        return Response(OwnPlanning(found).data)
