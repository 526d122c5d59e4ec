"""What a client's Today shows: the one thing to do now, what else there is, ideas to look at (F38, F07).

Six queries however much there is. What is due follows from `schedule` over the agreed plans; nothing counts what was
not done, and a plan for one day stays where it can be found until it is done or let go.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from typing import Any
from uuid import UUID
from zoneinfo import ZoneInfo

from django.contrib.humanize.templatetags.humanize import apnumber
from django.db.models import Exists, OuterRef, Prefetch
from django.utils import formats, timezone
from django.utils.text import capfirst
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from clinic import coaching, nouns, standing_in
from clinic.access import Actor
from clinic.models import Appointment, Episode
from clinic.outbox import lately
from homework.assignments import couples, due, keeping, measuring, own_pages, schedule
from homework.assignments.days import at_hand, cards, gently, nudged, thread
from homework.assignments.days.cards import Card
from homework.assignments.days.marks import Mark
from homework.assignments.models import Assignment, Entry, FitProfile, Plan
from homework.assignments.planning import about_practice, agreed
from homework.safety import standing
from homework.safety import told as told_page

LOOK_BACK = timedelta(days=35)  # entries further back are on the Notes page


@dataclass(frozen=True)
class Idea:
    """A proposal that waits for an answer. `talk`: the client asked to talk about it first."""

    assignment: UUID
    title: str
    why: str
    by: str
    talk: bool
    change: bool
    nothing: bool


@dataclass(frozen=True)
class Today:
    """Everything on the page."""

    greeting: str
    session: str
    days: list[Mark]
    now: Card | None = None
    also: list[Card] = field(default_factory=list)
    ideas: list[Idea] = field(default_factory=list)
    resting: str = ""
    is_open: bool = True
    rests_until: date | None = None  # everything rests; it comes back by itself on that local day
    smaller: gently.Wish | None = None  # two reminders in a row had no answer (F25)
    unopened: list[UUID] = field(default_factory=list)  # messages of the last day after which they come only now
    kinder: gently.Wish | None = None
    go_on: list[gently.Wish] = field(default_factory=list)
    shared: dict[UUID, list[Entry]] = field(default_factory=dict)  # by work, newest first (F69)
    has_work: bool = False
    coming: str = ""
    last: Appointment | None = None  # the last session that has begun, with what was said about it (2.7)
    at_hand: list[tuple[UUID, str]] = field(default_factory=list)  # entries to open in one tap, with their titles
    own: own_pages.OwnPages | None = None  # care has ended: what goes on for oneself (F50)
    away: standing_in.Away | None = None  # the therapist is away, and who reads meanwhile (6.3)
    at_rest: list[str] = field(
        default_factory=list
    )  # questionnaires that rest while nobody is there who would read them
    kept: list[tuple[UUID, date]] = field(
        default_factory=list
    )  # drafts that go within a week, with their last day (6.7)
    asks_about_practice: bool = False  # a new client who has not said anything about it, nor put it away (F14)


def episode_of(actor: Actor) -> Episode | None:
    """The client's episode of care: the open one, else the latest."""
    told = FitProfile.objects.filter(episode_id=OuterRef("pk"), practice__isnull=False)
    rows = Episode.objects.visible_to(actor).select_related("client__contact", "client__number", "clinic")
    rows = rows.annotate(told=Exists(told), couple_asks=couples.waiting(actor), coach_asks=coaching.waiting(actor))
    day = actor.clinic.today()
    rows = rows.annotate(flag_told=told_page.standing_page(), flag_pauses=standing.pauses())
    rows = rows.annotate(**lately.with_episode(actor, timezone.now()))
    rows = rows.annotate(
        lead_away=standing_in.lead_away(day), covered=standing_in.covered(day), away=standing_in.told(day)
    )
    found = list(rows.order_by("-opened_on", "-pk")[:5])
    for row in found[:1]:
        nouns.learn(actor, row.client)
    return next((row for row in found if row.is_open), found[0] if found else None)


def asked(episode: Any) -> list[str]:
    """What waits for the client's own yes, as routes: a couple (F61), a coach (F70). Fetched with the episode."""
    waits = {"couple": episode.couple_asks, "coach_asked": episode.coach_asks} if episode.is_open else {}
    return [route for route, is_there in waits.items() if is_there]


def of(actor: Actor, episode: Episode, now: datetime) -> Today:
    """Today for this client at this moment."""
    assert actor.user is not None and actor.membership is not None
    zone = actor.user.time_zone
    today = schedule.local_day(now, zone)
    last, coming = sessions(episode, now)
    ends = thread.Ends(_day(last, zone), _day(coming, zone))
    everything = _open_work(episode)
    work = [row for row in everything if row.state != Assignment.State.PAUSED]
    plans = _plans(work)
    entries = _entries(episode, now)
    active = [row for row in work if row.state == Assignment.State.ACTIVE]
    rests = [row for row in active if measuring.asks_about_danger(row.version)] if _nobody_there(episode) else []
    practice = [row for row in active if row.version is not None and not row.is_measure]
    until = due.rests_until(getattr(episode.client, "contact", None), today) if episode.is_open else None
    is_on = episode.is_open and until is None
    rules = [plans[row.pk].rule for row in practice if row.pk in plans and is_on]
    found = cards.of([row for row in active if row not in rests], plans, entries, today, zone) if is_on else []
    facts = nudged.Facts(episode, lately.reach(actor, episode), now, (last, coming))
    reminded = {row.pk: facts.work(row, plans[row.pk], entries) for row in active if row.pk in plans}
    found = nudged.on(found, reminded, facts)
    now_card = next((card for card in found if not card.done and not card.any_time), None)
    return Today(
        greeting=greeting(now, zone, actor.membership.first_name),
        session=session_line(coming, now, zone),
        days=thread.days(rules, entries, ends, today, zone) if episode.is_open else [],
        now=now_card,
        also=[card for card in found if card is not now_card],
        ideas=_ideas(work) if is_on else [],
        resting=_resting(active, plans) if until is None else "",
        rests_until=until,
        smaller=nudged.smaller(found, reminded, facts.reach) if is_on else None,
        unopened=lately.unopened(facts.reach, now),
        kinder=gently.kinder_time(active, plans, today) if is_on else None,
        go_on=gently.to_go_on(everything) if is_on else [],
        shared=gently.shared_by_work(entries),
        is_open=episode.is_open,
        has_work=any(row.version is not None for row in active),
        coming=coming.therapist.introduced if coming else "",
        last=last,
        at_hand=at_hand.of(active),
        own=own_pages.of(actor, episode, everything),
        away=standing_in.away_of(getattr(episode, "away", None)) if episode.is_open else None,
        at_rest=[card.title for card in cards.of(rests, plans, entries, today, zone) if not card.done] if is_on else [],
        kept=keeping.soon(entries, zone, now) if episode.is_open else [],
        asks_about_practice=about_practice.offered(episode, today),
    )


def _nobody_there(episode: Any) -> bool:
    """Whether the lead is away and nobody covers, as fetched with the episode (6.3)."""
    away, covered = getattr(episode, "lead_away", False), getattr(episode, "covered", True)
    return not standing_in.is_anybody_there(lead_is_away=away, covered=covered)


def sessions(episode: Episode, now: datetime) -> tuple[Appointment | None, Appointment | None]:
    """The last session that has begun and the next that has not. Two queries."""
    rows = Appointment.objects.filter(episode_id=episode.pk).select_related("therapist", "feedback")
    return rows.past(now).first(), rows.upcoming(now).filter(starts_at__gt=now).first()


def _day(appointment: Appointment | None, zone: str) -> date | None:
    return schedule.local_day(appointment.starts_at, zone) if appointment else None


def _open_work(episode: Episode) -> list[Assignment]:
    rows = Assignment.objects.of(episode.pk).open().select_related("version__worksheet", "proposed_by")
    return list(rows.prefetch_related(Prefetch("plans", Plan.objects.in_force())))


def _plans(work: Iterable[Assignment]) -> dict[UUID, Plan]:
    """The agreed plan of each piece of work."""
    return {row.pk: plan for row in work for plan in row.plans.all() if plan.state == Plan.State.AGREED}


def _entries(episode: Episode, now: datetime) -> list[Entry]:
    rows = Entry.objects.filter(episode_id=episode.pk, captured_at__gte=now - LOOK_BACK)
    return list(rows.exclude(state=Entry.State.WITHDRAWN).order_by("-captured_at")[:200])


def greeting(now: datetime, zone: str, name: str) -> str:
    """Good morning, Ada."""
    hour = now.astimezone(ZoneInfo(zone)).hour
    if 5 <= hour < 12:
        return _("Good morning, %(name)s") % {"name": name}
    if 12 <= hour < 18:
        return _("Good afternoon, %(name)s") % {"name": name}
    return _("Good evening, %(name)s") % {"name": name}


def session_line(coming: Appointment | None, now: datetime, zone: str) -> str:
    """Tuesday. Two days until you see Theo."""
    today = schedule.local_day(now, zone)
    weekday = capfirst(formats.date_format(today, "l"))
    if coming is None:
        return f"{weekday}."
    name, day = coming.therapist.introduced, schedule.local_day(coming.starts_at, zone)
    days = (day - today).days
    if days == 0:
        at = agreed.at_time(coming.starts_at.astimezone(ZoneInfo(zone)).time())
        said = _("You see %(name)s today, at %(time)s.") % {"name": name, "time": at}
    elif days == 1:
        said = _("You see %(name)s tomorrow.") % {"name": name}
    else:
        said = ngettext("%(number)s day until you see %(name)s.", "%(number)s days until you see %(name)s.", days)
        said = capfirst(said % {"number": apnumber(days), "name": name})
    return f"{weekday}. {said}"


def _ideas(work: Iterable[Assignment]) -> list[Idea]:
    """The proposals that wait for an answer, newest first."""
    found = []
    for row in work:
        plan = next((plan for plan in row.plans.all() if plan.state == Plan.State.PROPOSED), None)
        if plan is not None:
            found.append(
                Idea(
                    assignment=row.pk,
                    title=agreed.title_of(row),
                    why=agreed.one_line(plan.rationale),
                    by=row.proposed_by.introduced,
                    talk=plan.answer == Plan.Answer.TALK,
                    change=row.state == Assignment.State.ACTIVE,
                    nothing=row.version is None,
                )
            )
    return found


def _resting(active: Iterable[Assignment], plans: Mapping[UUID, Plan]) -> str:
    """Why this week is free, when that was agreed and nothing else is under way."""
    rows = list(active)
    free = next((plans[row.pk] for row in rows if row.version is None and row.pk in plans), None)
    if free is None or any(row.version is not None and not row.is_measure for row in rows):
        return ""
    return free.rationale or _("Nothing is planned.")
