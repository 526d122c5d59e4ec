"""What tests of couples start from: Ada and Ben, whom Theo treats both."""

from typing import Any
from uuid import uuid4

from clinic.models import Episode
from homework.assignments import couples
from homework.assignments.actions import couple as coupling
from homework.assignments.actions import entry as doing
from homework.assignments.actions import plan as planning
from homework.assignments.actions import sharing
from homework.assignments.models import Assignment, DyadMember, Entry
from tests.cast import Cast, Person
from tests.homework.assignments import given


def episode_of(person: Person) -> Episode:
    assert person.episode is not None
    return Episode.objects.select_related("client__user", "site", "clinic").get(pk=person.episode.pk)


def place_of(person: Person) -> DyadMember:
    assert person.episode is not None
    pair = couples.pair_of(person.episode.pk)
    assert pair is not None
    return pair.mine


def made(cast: Cast, *, seen: bool = True) -> None:
    """Theo asks both; with `seen`, each was seen alone today."""
    day = cast.north.today() if seen else None
    coupling.make(
        by=cast.theo.actor,
        episode=episode_of(cast.ada),
        partner=episode_of(cast.ben),
        seen_on=day,
        partner_seen_on=day,
    )


def together(cast: Cast) -> None:
    """Both said yes."""
    made(cast)
    for person in (cast.ada, cast.ben):
        coupling.consent(by=person.actor, place=place_of(person))


def proposed(cast: Cast, slug: str = "w29", **more: Any) -> tuple[Assignment, Assignment]:
    """Theo proposed a sheet for two, from Ada's page. Ada's half and Ben's."""
    made_one = planning.propose(
        by=cast.theo.actor, episode=episode_of(cast.ada), version=given.version(slug), words=given.words(**more)
    )
    twin = couples.twin_of(made_one)
    assert twin is not None
    return given.fresh(made_one), given.fresh(twin)


def agreed(cast: Cast, slug: str = "w29", **more: Any) -> tuple[Assignment, Assignment]:
    """Both said yes to it, each for themself."""
    halves = proposed(cast, slug, **more)
    for person, half in zip((cast.ada, cast.ben), halves, strict=True):
        planning.confirm(by=person.actor, assignment=half)
    return given.fresh(halves[0]), given.fresh(halves[1])


def shared(person: Person, half: Assignment, values: dict[str, Any], *, show: bool = True, **more: Any) -> Entry:
    """This one wrote and shared; `show`: their partner may read their parts."""
    entry = doing.begin(by=person.actor, assignment=half)
    return sharing.share(
        by=person.actor,
        entry=entry,
        values=values,
        kept_private=more.pop("kept_private", []),
        after=more.pop("after", sharing.After(amount=4)),
        key=uuid4(),
        for_partner=show,
    )
