"""The couples of the demo: made by Joan, a yes of each, each seen alone first, and a sheet for two (F61-F63)."""

from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any
from uuid import NAMESPACE_URL, UUID, uuid5

from django.db import transaction

from clinic import vault
from clinic.access import Actor
from clinic.models import Clinic, Episode
from clinic.scope import acting_in
from homework.assignments.actions import couple, sharing
from homework.assignments.actions import entry as doing
from homework.assignments.actions import plan as planning
from homework.assignments.models import Assignment, Plan
from homework.assignments.planning.plan_words import PlanWords
from homework.demo.clock import at
from homework.worksheets.models import WorksheetVersion

COUPLES = (("Sam Whitlock", "Noor Whitlock"), ("Priya Castell", "Owen Castell"))
WROTE: Mapping[str, Mapping[str, Any]] = {
    "Sam Whitlock": {
        "stop_sign": "A hand on the table.",
        "letter": "You hum when you think nobody hears. I would miss that first.",
        "tension": 55,
        "learned": "I talk when it gets quiet. You were not waiting for words.",
        "for_me": "I stopped early, and nobody was cross.",
    },
    "Noor Whitlock": {
        "stop_sign": "A hand on the table.",
        "letter": "Side by side I can say things I cannot say across a table.",
        "tension": 40,
        "learned": "You wait, if I say that I am still thinking.",
        "for_me": "Less loud than I feared.",
    },
}


def pair(clinic: Clinic, found: Mapping[str, UUID], now: datetime) -> None:
    """Make the couples that are there. Sam and Noor have done their sheet; Priya and Owen have said yes and no more."""
    for one, other in COUPLES:
        if one in found and other in found:
            with acting_in(clinic.pk), vault.session(), transaction.atomic():
                vault.open_contents([found[one], found[other]])
                _couple(clinic, [_episode(found[one]), _episode(found[other])], now)


def _episode(client_id: UUID) -> Episode:
    found: Episode = Episode.objects.select_related("client__user", "client__clinic", "site", "clinic").get(
        client_id=client_id
    )
    return found


def _client(episode: Episode) -> Actor:
    return Actor(episode.client.user, episode.client, episode.clinic, "client")


def _couple(clinic: Clinic, both: list[Episode], now: datetime) -> None:
    """From "would you two" to what they showed each other."""
    lead = both[0].team.filter(role="lead").select_related("member__user", "member__clinic")[0].member
    joan = Actor(lead.user, lead, clinic, lead.role)
    with at(now - timedelta(weeks=5)):
        alone = clinic.today(now) - timedelta(weeks=6)
        dyad = couple.make(by=joan, episode=both[0], partner=both[1], seen_on=alone, partner_seen_on=alone)
    with at(now - timedelta(weeks=5) + timedelta(hours=6)):
        for place in dyad.members.select_related("episode__client", "dyad"):
            couple.consent(by=_client(place.episode), place=place)
    names = [episode.client.label for episode in both]
    if not all(name in WROTE for name in names):
        return
    version = WorksheetVersion.objects.filter(worksheet__slug="w27", clinic__isnull=True).order_by("-number")[0]
    with at(now - timedelta(weeks=4)):
        half = planning.propose(
            by=joan,
            episode=both[0],
            version=version,
            words=PlanWords(
                rationale="You both said the evenings pass side by side without a word. This is ten seconds, and you may stop.",
                first_step="Agree on the sign that means stop.",
                counts_as_all="All three parts.",
                counts_as_some="Ten seconds, or stopping.",
                frequency=Plan.Frequency.ONCE,
            ),
        )
    works = {row.episode_id: row for row in Assignment.objects.filter(dyad=half.dyad, version=version)}
    for step, episode in enumerate(both):
        work = works[episode.pk]
        work.episode = episode
        client, name = _client(episode), episode.client.label
        with at(now - timedelta(weeks=4) + timedelta(days=1)):
            planning.confirm(by=client, assignment=work)
        with at(
            now - timedelta(weeks=4) + timedelta(days=3 + 2 * step)
        ):  # the reveal waits two days for the second one
            entry = doing.begin(by=client, assignment=_fresh(work))
            entry.episode = episode
            sharing.share(
                by=client,
                entry=entry,
                values=dict(WROTE[name]),
                kept_private=[],
                after=sharing.After(amount=2 if step else 1, engaged=7, learned=6),
                key=uuid5(NAMESPACE_URL, f"between demo couple {name}"),
                for_partner=True,
            )


def _fresh(work: Assignment) -> Assignment:
    found: Assignment = Assignment.objects.select_related("version__worksheet").get(pk=work.pk)
    found.episode = work.episode
    return found
