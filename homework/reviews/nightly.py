"""What a client's own ratings and starts showed one night (1L: `mood_and_trend`, `start_rate_watch`), and whom it is told.

Rules are those of the digest (`digest.trends`, `digest.signals`): how a task went (D7, D9, D10, D11), mood over two weeks (D8),
mood after against before from three pairs on (F16), starts that fall (F66). No score of a measure is looked at (F53), no draft,
and nothing here says why. A line is on the therapist's first page until it is put aside, or until a session had it in its digest.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from django.db.models import Exists, OuterRef, QuerySet, Subquery
from django.urls import reverse
from django.utils.translation import gettext as _

from clinic.access import Actor, Role
from clinic.models import Appointment, AuditEvent, Clinic, Episode
from clinic.nights import FAR_BACK, last_turn, night_of
from homework.assignments import schedule
from homework.assignments.models import Entry
from homework.assignments.planning.agreed import title_of
from homework.reviews.attention import LINES, Person, Said
from homework.reviews.digest import signals, trends
from homework.reviews.digest.interval import Work
from homework.reviews.digest.signals import OwnDay, Signal
from homework.reviews.digest.words import Msg, say
from homework.reviews.models import NightSignal

LOOKED = "night.looked"  # in the record: these clients were looked at
AFTER = "F16"
SHOWN_FOR = timedelta(days=21)
SESSION_NEAR = timedelta(hours=24)  # then the digest says it
TOLD = {  # what is told of one piece of work, in the words of the digest
    Signal.MAY_HURT: "plan.hurt",
    Signal.LITTLE_LEARNED: "plan.little_learned",
    Signal.END_OF_DAY: "plan.end_of_day",
    Signal.BACK_FILLED: "plan.back_filled",
}
ON_THEIR_OWN = {Signal.MAY_HURT, Signal.LITTLE_LEARNED}
"""Worth a line by themselves; the hour and rows written late only go along with one."""
DOWN, LOW, UP = "down", "low", "up"


@dataclass(frozen=True)
class Found:
    """One thing that showed: its code, the work it is about, which way, and the numbers it rests on."""

    code: str
    work: str = ""
    says: str = ""
    numbers: tuple[float, ...] = ()

    @property
    def key(self) -> tuple[str, str, str]:
        """What makes it another thing than last night's: new numbers alone do not."""
        return (self.code, self.work, self.says)

    @property
    def is_listed(self) -> bool:
        """Whether it is a reason for a line on the therapist's first page."""
        mood = self.code == Signal.MOOD and self.says in (DOWN, LOW)
        return mood or self.code in ON_THEIR_OWN or self.code == Signal.STARTS_FALLING


def stored(found: Iterable[Found]) -> dict[str, Any]:
    """As it is kept, sealed."""
    return {"found": [asdict(one) | {"numbers": list(one.numbers)} for one in found]}


def read(row: NightSignal) -> list[Found]:
    """What a row holds; its client has to be open."""
    return [Found(**{**one, "numbers": tuple(one["numbers"])}) for one in (row.content or {}).get("found", ())]


# --- what shows, pure ---------------------------------------------------------------------------------------------------


def found_in(works: Sequence[Work], since: datetime, zone: str, own_day: OwnDay, now: datetime) -> list[Found]:
    """Everything that shows in one client's work. `since`: the last session; what counts since then is counted since then."""
    found: list[Found] = []
    for work in works:
        if not work.row.is_open or work.row.is_measure:
            continue
        shows = trends.of_work(work, since, zone, own_day)
        found += [Found(str(signal), str(work.row.pk)) for signal in TOLD if signal in shows]
        after = signals.mood_after(trends.moods(work))
        if after is not None:
            way = UP if after.mean > 0 else DOWN if after.mean < 0 else "same"
            found.append(Found(AFTER, str(work.row.pk), way, (after.mean, after.pairs)))
    trend = signals.mood_trend(trends.mood_ratings(works), schedule.local_day(now, zone))
    if trend.stands_out:
        falls = trend.change is not None and trend.change <= -2
        way = LOW if trend.low_run else DOWN if falls else UP
        found.append(Found(str(Signal.MOOD), "", way, (trend.change or 0, trend.ratings, trend.days)))
    return found


# --- whom to look at ----------------------------------------------------------------------------------------------------


def to_look_at(clinic: Clinic, now: datetime) -> QuerySet[Any]:
    """Open episodes with something shared since the last night they were looked at, and before this one. Two queries before.

    The record says who has been looked at since this night began, so a run that was cut short goes on where it was.
    """
    night = night_of(clinic, now)
    last = last_turn(clinic, LOOKED, since=night - FAR_BACK, before=night)
    turns = AuditEvent.objects.filter(clinic=clinic, verb=LOOKED, at__gte=night, actor__isnull=True)
    looked = {UUID(pk) for detail in turns.values_list("detail", flat=True) for pk in detail.get("clients", ())}
    news = Entry.objects.shared().filter(
        episode_id=OuterRef("pk"), shared_at__gte=last or night - FAR_BACK, shared_at__lt=night
    )
    rows = Episode.objects.active().filter(Exists(news), clinic=clinic)
    held = Appointment.objects.filter(episode_id=OuterRef("pk")).past(night).values("starts_at")[:1]
    rows = rows.exclude(client_id__in=looked) if looked else rows
    return (
        rows.annotate(last_at=Subquery(held)).select_related("client__user", "client__contact", "site").order_by("pk")
    )


# --- on the therapist's first page --------------------------------------------------------------------------------------


def of_caseload(actor: Actor, now: datetime) -> list[Any]:
    """What stands for one's clients who have no session within a day. One query; none for a coach. Still sealed."""
    if actor.role == Role.COACH or actor.membership is None:
        return []
    sessions = Appointment.objects.standing().filter(episode_id=OuterRef("episode_id"))
    near = sessions.filter(starts_at__gt=now, starts_at__lte=now + SESSION_NEAR)
    since = sessions.filter(starts_at__gt=OuterRef("created_at"), starts_at__lte=now)
    rows = NightSignal.objects.open().filter(~Exists(near), ~Exists(since), clinic_id=actor.clinic_id)
    rows = rows.filter(noticed_on__gte=actor.clinic.today(now) - SHOWN_FOR)
    mine = Episode.objects.caseload_of(actor.membership)
    return list(rows.filter(episode__in=mine).select_related("episode__client").order_by("noticed_on", "pk"))


def among(people: Sequence[Person], plans: Iterable[Any], rows: Iterable[Any]) -> list[Person]:
    """The people of list 3 with what showed at night: more about those who are there, others after them."""
    titles = {str(plan.assignment_id): title_of(plan.assignment) for plan in plans}
    found = {person.episode: person for person in people}
    for row in rows:
        said = list(_lines(row, titles))
        if said:
            new = Person(row.episode.client.label, None, row.episode_id)
            person = found.setdefault(row.episode_id, new)
            room = max(LINES - len(said), 1)
            person.said, person.night = [*person.said[:room], *said][: max(LINES, 2)], row.pk
    return list(found.values())


def _lines(row: Any, titles: Mapping[str, str]) -> Iterable[Said]:
    """What is said of one night. Work that is no longer under way is not talked about any more."""
    weeks, action = reverse("client_page", args=[row.episode_id]), _("Open their weeks")
    things = [one for one in read(row) if not one.work or one.work in titles]
    if not any(one.is_listed for one in things):
        return
    for one in sorted(things, key=lambda one: not one.is_listed):
        words = _words(one, titles)
        if words:
            yield Said(words, weeks, action)


def _words(one: Found, titles: Mapping[str, str]) -> str:
    """One thing in a sentence, "" for what is only kept."""
    if one.code == Signal.MOOD and one.says == DOWN:
        return _("Ratings of mood went down over two weeks.")
    if one.code == Signal.MOOD and one.says == LOW:
        return f"{say(Msg('mood.low_run'))}."
    if one.code == Signal.STARTS_FALLING:
        return f"{say(Msg.of('plan.starts', starts=', '.join(f'{n:g}' for n in one.numbers)))}."
    told = {str(signal): words for signal, words in TOLD.items()}
    return f"{titles[one.work]}: {say(Msg(told[one.code]))}." if one.code in told else ""
