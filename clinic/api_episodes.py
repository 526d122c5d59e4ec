"""Episodes of care: who is in care, who leads, since when. Nothing of what anybody wrote."""

from typing import Any

from django.db.models import F, FilteredRelation, Q, QuerySet
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from clinic.access import STAFF, Actor, Can, Role, TeamRole, actor_of, get_visible
from clinic.api_schema import LIST_PROBLEMS, operation
from clinic.api_views import Ask, Views, asked, rows_for
from clinic.directory import team_of
from clinic.models import CareTeamMember, Episode


class EpisodeRow(serializers.Serializer[Episode]):
    """One episode in the list. The name is the client's."""

    id = serializers.UUIDField()
    name = serializers.CharField(source="client.label")
    state = serializers.ChoiceField(choices=Episode.State.choices)
    opened_on = serializers.DateField()
    ended_on = serializers.DateField(allow_null=True)
    site = serializers.CharField(source="site.name")
    lead = serializers.CharField(source="lead_name", allow_null=True, help_text="Who leads, if anybody does yet.")


class TeamPlace(serializers.Serializer[CareTeamMember]):
    """Somebody on the care team. Cover and coaching end by themselves."""

    name = serializers.CharField(source="member.display_name")
    role = serializers.ChoiceField(choices=TeamRole.choices)
    starts_on = serializers.DateField()
    ends_on = serializers.DateField(allow_null=True)


class EpisodeDetail(EpisodeRow):
    """One episode with its care team."""

    team = TeamPlace(many=True, source="team_now")


class EpisodesAsk(Ask):
    """Narrow the list."""

    state = serializers.ChoiceField(choices=Episode.State.choices, required=False)


class Episodes(Views):
    """Episodes of care."""

    rule = frozenset({Role.CLIENT, *STAFF})

    @operation("List episodes of care", ask=EpisodesAsk, gives=EpisodeRow(many=True), problems=LIST_PROBLEMS)
    def list(self, request: Request) -> Response:
        """The episodes one may know of, newest first: a client's own, those one is on the care team of, or, for clinic
        admins, all of the clinic. Names, states, dates and who leads; nothing of what anybody wrote.
        """
        rows = rows_for(request, Episode, can=needed(actor_of(request))).filter(**asked(request, EpisodesAsk))
        return self.page_of(request, with_lead_name(rows), EpisodeRow, verb="episodes.listed", names=True)

    @operation("One episode of care", gives=EpisodeDetail)
    def retrieve(self, request: Request, pk: Any) -> Response:
        """One episode with the people on its care team today and from a day on."""
        row: Any = get_visible(request, Episode, pk, can=needed(actor_of(request)), related=["site", "clinic"])
        row.team_now = team_of(row)
        row.lead_name = next((place.member.display_name for place in row.team_now if place.role == TeamRole.LEAD), None)
        return Response(EpisodeDetail(row).data)


def needed(actor: Actor) -> Can:
    """What it takes to know of an episode: admins know people, not care."""
    return Can.ADMINISTER if actor.is_admin else Can.SEE


def with_lead_name(rows: QuerySet[Episode]) -> QuerySet[Any]:
    """Beside each episode its client, site and the name of who leads it."""
    leads = FilteredRelation("team", condition=Q(team__role=TeamRole.LEAD, team__ended_at__isnull=True))
    named = rows.annotate(lead_place=leads).annotate(lead_name=F("lead_place__member__display_name"))
    return named.select_related("client", "site")
