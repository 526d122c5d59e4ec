"""Telling people about a flag: in the app, by a neutral e-mail and text, and with access for those not on the team (6.3).

Being told is written down (`FlagEvent`, step "told") in the transaction that causes it. E-mail is never the only route: the
flag stands on the therapist's first page, in the banner and the digest whether or not a message ever leaves. There are no
quiet hours for these messages. Each goes once a person, flag and rung; at send time it is asked again whether it is wanted.
"""

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from django.utils import timezone

from clinic import audit, numbers, outbox
from clinic.access import Actor, Can, Role, TeamRole, system, team_roles_that
from clinic.models import CareTeamMember, Clinic, Membership, OutgoingMessage
from homework.safety import ladder, setup
from homework.safety.ladder import Rung
from homework.safety.models import FlagEvent, SafetyFlag
from homework.safety.record import add_step

Kind = OutgoingMessage.Kind
KEY, OPENING, BY_TEXT = "flag:", "opening-", "+sms"
ACCESS = timedelta(days=7)
"""How long the place of somebody who was told by the ladder lasts."""


def tell_first(flag: SafetyFlag) -> None:
    """Tell those who are told at once: the therapist, whoever covers for them, for P1 the day's duty person.

    Called in the transaction that raises the flag, and again when it has become P1: nobody is told twice.
    """
    now = timezone.now()
    around = ladder.people(flag, setup.of(flag.clinic_id), now)
    new = [one for one in around.first(flag.priority) if one.pk not in around.told]
    tell(flag, new, rung=Rung.THERAPIST, now=now)


def tell(
    flag: SafetyFlag, people: Iterable[Membership], *, rung: int, now: datetime, again: str = "", opening: str = ""
) -> int:
    """Tell these people, write it down, and give access to those who have none. Returns to how many an e-mail goes.

    again: tells one telling on the same rung from another (the last rung repeats). opening: the day at whose opening it is.
    """
    by = system(flag.episode.clinic, "safety ladder")
    sent = 0
    for member in people:
        give_access(by, flag, member, now)
        which = f"{OPENING}{opening}" if opening else f"{int(rung)}{again}"
        mailed = _mail(flag, member, which)
        texted = _text(flag, member, which)
        sent += mailed
        detail: dict[str, Any] = {"rung": int(rung), "channel": "email" if mailed else "app"}
        detail |= ({"opening": opening} if opening else {}) | ({"text": True} if texted else {})
        add_step(flag, FlagEvent.Step.TOLD, to=member, at=now, detail=detail)
    return sent


def _mail(flag: SafetyFlag, member: Membership, which: str) -> bool:
    """Queue the neutral message; False for somebody without an address or who has it already."""
    if member.user is None:
        return False
    key = f"{KEY}{flag.pk}:{member.pk}:{which}"
    return outbox.queue(clinic_id=flag.clinic_id, kind=Kind.SAFETY, key=key, user=member.user, about=flag.pk)


def _text(flag: SafetyFlag, member: Membership, which: str) -> bool:
    """The same neutral words as a text message, for those who gave a number: beside the e-mail, never instead."""
    if member.user is None or not numbers.has_one(member):
        return False
    key, by_sms = f"{KEY}{flag.pk}:{member.pk}:{which}{BY_TEXT}", OutgoingMessage.Channel.SMS
    return outbox.queue(
        clinic_id=flag.clinic_id, kind=Kind.SAFETY, key=key, user=member.user, about=flag.pk, channel=by_sms
    )


def give_access(by: Actor, flag: SafetyFlag, member: Membership, now: datetime) -> CareTeamMember | None:
    """A dated cover place for a therapist who could not act on the flag; None for those who can, and for admins."""
    if member.role != Role.THERAPIST:
        return None
    clinic, today = flag.episode.clinic, flag.episode.clinic.today(now)
    places = CareTeamMember.objects.filter(episode_id=flag.episode_id, member=member, ended_at__isnull=True)
    acting = CareTeamMember.objects.current(clinic, now).filter(role__in=team_roles_that(Can.REVIEW))
    covering = places.filter(role=TeamRole.COVER)
    covering.filter(ends_on__lt=today).update(ended_at=now)  # ran out by itself: make room
    if places.filter(objected_at__isnull=False).exists() or acting.filter(pk__in=places.values("pk")).exists():
        return None
    place: CareTeamMember | None = covering.filter(starts_on__gt=today).first()
    if place is not None:  # they cover from a later day on: from today, then
        covering.filter(pk=place.pk).update(starts_on=today)
        place.episode = flag.episode
    else:
        place = CareTeamMember.objects.create(
            clinic=clinic,
            episode=flag.episode,
            member=member,
            role=TeamRole.COVER,
            by_ladder=True,
            starts_on=today,
            ends_on=today + ACCESS,
        )
    audit.record(by=by, verb="team.cover_by_ladder", obj=place, member=str(member.pk), flag=str(flag.pk))
    return place


@outbox.check(Kind.SAFETY)
def still_to_be_told(clinic: Clinic, rows: Sequence[OutgoingMessage], now: datetime) -> Mapping[UUID, str]:
    """The first telling goes unless the flag was closed meanwhile, every later one only while nobody looks at it."""
    mine = [row for row in rows if row.key.startswith(KEY)]
    flags = SafetyFlag.objects.filter(clinic_id=clinic.pk, pk__in=[row.about for row in mine]) if mine else None
    states = dict(flags.values_list("pk", "state")) if flags is not None else {}
    return {row.pk: _why_not(row, states.get(row.about, "") if row.about else "") for row in mine}


def _why_not(row: OutgoingMessage, state: str) -> str:
    if state in ("", SafetyFlag.State.CLOSED):
        return "closed"
    is_first = row.key.rpartition(":")[2].startswith(str(int(Rung.THERAPIST)))
    return "" if is_first or state == SafetyFlag.State.OPEN else "seen"
