"""What every page of staff says about safety: flags that wait, and whether the notifications run. One query a page.

The facts come together because every page pays for them: flags that stand for whom one looks after, those at the last rung of
the ladder at one's site, and the heartbeat. Asked only when a page of staff is drawn. No kind, no answer and no name is in it;
a coach learns that there is something to ask the therapist about, an admin how many are open and since when.
"""

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from django.contrib.postgres.expressions import ArraySubquery
from django.db import connection
from django.db.models import Exists, F, OuterRef, Q, Subquery
from django.db.models.functions import JSONObject
from django.http import HttpRequest
from django.utils import timezone
from django.utils.dateparse import parse_datetime
from django.utils.functional import SimpleLazyObject

from clinic.access import STAFF, Actor, Can, Role
from clinic.models import Clinic, Episode, OutgoingMessage
from clinic.running.alarm import SLOW
from homework.safety import hours, rehearsals
from homework.safety.ladder import Rung
from homework.safety.models import SafetyFlag, SafetySetup

LATE = timedelta(minutes=15)
"""So long after its last run the ladder is late, in service hours."""
A_DAY = timedelta(days=1)
SAID_THERE = ("therapist_home", "flag", "open_flags")  # pages that say it themselves


@dataclass(frozen=True)
class Waiting:
    """One standing flag, as far as this reader may know it. `pk` is None where it cannot be opened."""

    pk: UUID | None
    episode: UUID | None
    since: datetime
    look_by: datetime
    state: str

    @property
    def is_unseen(self) -> bool:
        """Whether nobody has said that they look at it."""
        return self.state == SafetyFlag.State.OPEN


@dataclass(frozen=True)
class Banner:
    """Everything the pages of one member of staff say about safety."""

    flags: list[Waiting] = field(default_factory=list)  # first things first
    last_rung: list[datetime] = field(default_factory=list)  # since when those at the last rung wait, at one's site
    ran_at: datetime | None = None
    is_late: bool = False
    held_since: datetime | None = None  # since when a notice about safety has waited too long or could not be sent
    is_said_there: bool = False
    role: str = ""
    rehearsal: UUID | None = None  # one that this person was asked to walk through

    @property
    def own(self) -> list[Waiting]:
        """What waits for somebody to look, and this person can open."""
        return [flag for flag in self.flags if flag.is_unseen and flag.pk is not None]

    @property
    def to_look_at(self) -> list[Waiting]:
        """The same, empty on pages that say it themselves."""
        return [] if self.is_said_there else self.own

    @property
    def says(self) -> bool:
        """Whether there is anything to show above the page."""
        return bool(self.to_look_at or self.last_rung or self.is_late or self.held_since or self.rehearsal)


NOTHING = Banner()


def of_request(request: HttpRequest) -> dict[str, Any]:
    """Context of every page: `safety_now`, worked out when a page of staff first asks for it."""

    def look() -> Banner:
        actor: Actor | None = getattr(request, "actor", None)
        if actor is None or actor.role not in STAFF or connection.needs_rollback:
            return NOTHING
        route = request.resolver_match.url_name if request.resolver_match else ""
        return of(actor, timezone.now(), is_said_there=route in SAID_THERE)

    return {"safety_now": SimpleLazyObject(look)}


def of(actor: Actor, now: datetime, *, is_said_there: bool = False) -> Banner:
    """The banner of one member of staff. One query."""
    setup = SafetySetup.objects.filter(clinic_id=OuterRef("pk"))
    facts = JSONObject(hours="hours", closed_on="closed_on", ran_at="ladder_ran_at", since="updated_at")
    row = (
        Clinic.objects.filter(pk=actor.clinic_id)
        .annotate(
            arranged=Subquery(setup.values(facts=facts)[:1]),
            flags=ArraySubquery(_standing(actor)),
            last=ArraySubquery(_last_rung(actor)),
            rehearsal=Subquery(rehearsals.open_of(actor).values("pk")[:1]),
            held=Subquery(_held(now).values("due_at")[:1]),
        )
        .values("arranged", "flags", "last", "rehearsal", "held")
        .first()
    )
    if row is None:
        return NOTHING
    ran_at, is_late = _heartbeat(actor.clinic, row["arranged"], now)
    return Banner(
        flags=[_waiting(one) for one in row["flags"]],
        last_rung=sorted(_at(one["since"]) for one in row["last"]),
        ran_at=ran_at,
        is_late=is_late,
        held_since=None if actor.is_admin else row["held"],  # an admin's pages say it of all messages (clinic.running)
        is_said_there=is_said_there,
        role=actor.role,
        rehearsal=row["rehearsal"],
    )


def _standing(actor: Actor) -> Any:
    """The standing flags this person may know of, and as much of them as they may know."""
    known = {"since": "raised_at", "by": "look_by", "state": "state"}
    rows = SafetyFlag.objects.filter(clinic_id=actor.clinic_id)
    if actor.role == Role.COACH:  # that there is something, and no more
        mine = Episode.objects.permitted(actor, Can.SEE).filter(pk=OuterRef("episode_id"))
        rows, known = rows.filter(Exists(mine)), {**known, "episode": "episode_id"}
    elif actor.role == Role.THERAPIST:
        rows, known = rows.permitted(actor, Can.READ), {**known, "episode": "episode_id", "pk": "pk"}
    return rows.standing().first_things_first().values(facts=JSONObject(**known))


def _last_rung(actor: Actor) -> Any:
    """What has climbed to the last rung unseen, at the actor's site; an admin's are those of the clinic."""
    rows = SafetyFlag.objects.filter(clinic_id=actor.clinic_id, rung=Rung.EVERYBODY).unseen()
    site = actor.membership.site_id if actor.membership is not None and not actor.is_admin else None
    if site is not None:
        rows = rows.filter(episode__site_id=site)
    return rows.order_by("raised_at").values(facts=JSONObject(since=F("raised_at")))


def _held(now: datetime) -> Any:
    """Notices about safety that do not get through: due for longer than they may wait, or parked within the last day."""
    rows = OutgoingMessage.objects.filter(clinic_id=OuterRef("pk"), kind=OutgoingMessage.Kind.SAFETY)
    waits = Q(state=OutgoingMessage.State.QUEUED, due_at__lt=now - SLOW)
    parked = Q(state=OutgoingMessage.State.PARKED, due_at__gt=now - A_DAY)
    return rows.filter(waits | parked).order_by("due_at")


def _heartbeat(clinic: Clinic, arranged: dict[str, Any] | None, now: datetime) -> tuple[datetime | None, bool]:
    """When the ladder last ran, and whether that is too long ago; never late out of hours or before there are hours."""
    if arranged is None:
        return None, False
    ran_at = _at(arranged["ran_at"]) if arranged["ran_at"] else None
    service = hours.of(SafetySetup(hours=arranged["hours"], closed_on=arranged["closed_on"]), clinic)
    last = ran_at or _at(arranged["since"])
    return ran_at, service.is_open(now) and now - last > LATE


def _waiting(facts: dict[str, Any]) -> Waiting:
    pk, episode = facts.get("pk"), facts.get("episode")
    return Waiting(
        pk=UUID(pk) if pk else None,
        episode=UUID(episode) if episode else None,
        since=_at(facts["since"]),
        look_by=_at(facts["by"]),
        state=facts["state"],
    )


def _at(text: str) -> datetime:
    found = parse_datetime(text)
    assert found is not None
    return found


def about(flags: Iterable[Waiting], episode_id: UUID) -> list[Waiting]:
    """Those about one client."""
    return [flag for flag in flags if flag.episode == episode_id]
