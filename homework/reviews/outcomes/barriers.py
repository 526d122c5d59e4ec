"""What got in the way this month, and what clients did about it: numbers of clients, by site (F39).

A client counts once for each kind of obstacle, however often they met it. Obstacle kinds and ways are plain facts, so nothing
sealed is opened here.
"""

from collections import defaultdict
from collections.abc import Iterable, Mapping
from typing import Any
from uuid import UUID

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from clinic.access import Actor
from clinic.models import AuditEvent, Episode
from homework.assignments.actions.stuck import VERB, Way
from homework.assignments.models import Entry, Obstacle
from homework.reviews.outcomes import suppress
from homework.reviews.outcomes.month import Month

ALL = "all"
REST = "rest"  # sites with too few clients to be told apart
HINTS: dict[str, Promise] = {
    Obstacle.PHONE: _("Data and phones cost money: offer print, a phone call, or a tablet at the clinic."),
    Obstacle.MONEY: _("Costs and travel: offer print, a phone call, or sessions by video."),
    Obstacle.PRIVACY: _("No private place: offer a room at the clinic, and show the PIN and the quick way out."),
    Obstacle.CARE: _("Looking after others: offer the smallest version, and sessions while school is on."),
    Obstacle.SHIFTS: _("Shift work: offer sessions and reminders that move with the shifts."),
    Obstacle.HOUSING: _("Housing: keep a current list of who advises on it."),
    Obstacle.UNSAFE: _("Not safe at home: check that the numbers under Help now are current for every site."),
    Obstacle.UNCLEAR: _("Not clear what to do: the worksheets’ pages tell which versions to rewrite."),
    Obstacle.FIT: _("Does not fit somebody’s life: look for adaptations by language and community in the library."),
    Obstacle.TIME: _("Not enough time: offer the two-minute version first."),
}


def cells(by: Actor, month: Month) -> dict[str, Any]:
    """What may be told of one month. `clients`: who told us anything; `kinds`, `ways`: how many of them met or did what.

    Each by site, None where it is kept back. Four queries, however many clients.
    """
    kinds, ways, there = _told(by, month)
    sites = _sites(by, there)
    return {
        "clients": _clients(there, sites),
        "kinds": {kind: _of(kinds[kind], there, sites) for kind in Obstacle.values},
        "ways": {way: _of(ways[way], there, {})[ALL] for way in map(str, Way)},
    }


People = dict[str, set[UUID]]


def _told(by: Actor, month: Month) -> tuple[People, People, set[UUID]]:
    """Who met what, who did what, and everybody who shared anything or was stuck: their words are not looked at."""
    kinds, ways, there = defaultdict(set), defaultdict(set), set()
    shared = Entry.objects.shared().filter(month.holds("shared_at"), clinic_id=by.clinic_id)
    for client, met in shared.values_list("episode__client_id", "after__obstacles"):
        there.add(client)
        for kind in met or ():
            kinds[kind].add(client)
    stuck = AuditEvent.objects.filter(month.holds("at"), clinic_id=by.clinic_id, verb=VERB)
    for who, detail in stuck.values_list("client", "detail"):
        if who is None:
            continue
        there.add(who)
        ways[str(detail.get("way", ""))].add(who)
        for kind in detail.get("obstacles", ()):
            kinds[kind].add(who)
    return kinds, ways, there


def _sites(by: Actor, there: set[UUID]) -> dict[UUID, str]:
    """Where each of these clients is seen, as their latest episode says. Sites with too few are one; empty for a single one."""
    rows = Episode.objects.filter(clinic_id=by.clinic_id).order_by("opened_on", "pk")
    at = {client: str(site) for client, site in rows.values_list("client_id", "site_id") if client in there}
    shown = suppress.line(_count(there, at))
    found = {client: site if site in shown else REST for client, site in at.items()}
    return found if len({*found.values()}) > 1 else {}


def _count(clients: Iterable[UUID], sites: Mapping[UUID, str]) -> dict[str, int]:
    found = dict.fromkeys(sites.values(), 0)
    for client in clients:
        if client in sites:
            found[sites[client]] += 1
    return found


def _clients(there: set[UUID], sites: Mapping[UUID, str]) -> dict[str, int | None]:
    """How many clients told us anything, by site. The rest is told as one; it is ten or more, or nobody."""
    counts = {ALL: len(there), **_count(there, sites)}
    return {key: number if number >= suppress.ENOUGH else None for key, number in counts.items()}


def _of(some: set[UUID], there: set[UUID], sites: Mapping[UUID, str]) -> dict[str, int | None]:
    """How many of those who told us anything are among `some`, by site. Nobody is told apart by being one of the others."""
    where = sites or dict.fromkeys(there, ALL)
    yes, no = _count(some, where), _count(there - some, where)
    told = suppress.grid({"yes": yes, "no": no}, columns_known=True)
    found: dict[str, int | None] = {site: told.get(("yes", site)) for site in sorted(yes)}
    return {ALL: told.get(("yes", None)), **(found if sites else {})}
