"""What is known about what suits a client: their own profile, what they did, and the short version a therapist reads.

`fitting` makes suggestions of it; everything here only reads.
"""

from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from django.conf import settings
from django.db.models import Exists, OuterRef, Q, Subquery
from django.utils.translation import gettext as _

from clinic.access import Actor
from clinic.models import Episode
from homework.assignments.days.today import episode_of
from homework.assignments.models import Assignment, Entry, FitProfile, Plan
from homework.assignments.planning import about_practice, fitting
from homework.assignments.planning.composing import Composed
from homework.worksheets.catalogue import CAUTIONS
from homework.worksheets.definition import Definition
from homework.worksheets.models import Worksheet
from homework.worksheets.narrowing import Browsed
from homework.worksheets.usage import ROW, tells_recent

CHANCE = timedelta(days=7)  # agreed work younger than this and not begun says nothing yet
LATEST = 20  # pieces of work


def profile_of(episode: Episode) -> FitProfile | None:
    """The client's profile of this episode, if they made one. One query."""
    found: FitProfile | None = FitProfile.objects.filter(episode=episode).first()
    if found is not None:
        found.episode = episode
    return found


def own_profile(actor: Actor) -> FitProfile | None:
    """The client's own profile, or a new one that is not saved; None without an episode of care."""
    episode = episode_of(actor)
    if episode is None:
        return None
    return profile_of(episode) or FitProfile(clinic_id=actor.clinic_id, episode=episode)


def likes_of(profile: FitProfile | None) -> fitting.Likes:
    """A profile as `fitting` takes it. Without one there are no preferences."""
    if profile is None:
        return fitting.Likes()
    return fitting.Likes(
        in_use=profile.in_use,
        time_of_day=profile.time_of_day,
        device=profile.device,
        ways=tuple(profile.ways),
        shape=profile.shape,
        company=profile.company,
        energy=profile.energy,
        language=profile.language,
        avoid=tuple(profile.avoid or ()),
    )


def did(episode: Episode, now: datetime) -> list[fitting.Did]:
    """What was agreed and whether any of it was done and shared, the newest first, measures apart. One query."""
    plans = Plan.objects.filter(assignment_id=OuterRef("pk"), confirmed_at__isnull=False).order_by("-revision")
    shared = Entry.objects.shared().filter(assignment_id=OuterRef("pk"), started=True)
    rows = (
        Assignment.objects.of(episode.pk)
        .filter(kind=Assignment.Kind.WORK, agreed_at__isnull=False)
        .exclude(version__worksheet__kind=Worksheet.Kind.MEASURE)
        .annotate(size=Subquery(plans.values("size")[:1]))
        .annotate(done=Exists(shared.exclude(amount=Entry.Amount.NOT_YET)))
        .filter(Q(done=True) | Q(agreed_at__lt=now - CHANCE))
        .order_by("-agreed_at")[:LATEST]
    )
    return [_did(row) for row in rows]


def _did(row: Any) -> fitting.Did:
    definition: Definition = row.version.parsed
    size = definition.sizes[definition.size_code(row.size or "M")]
    return fitting.Did(definition.family, fitting.ways_of(definition), size.minutes, row.done)


@dataclass(frozen=True)
class Short:
    """A profile as the planning screen shows it: a line of preferences, what to leave out, the client's own words."""

    likes: list[str]
    avoid: list[str]
    words: list[tuple[str, str]]
    practice: list[tuple[str, str]] = field(default_factory=list)  # about practice between sessions (F14)


def in_short(profile: FitProfile | None) -> Short | None:
    """What a therapist reads; None when there is nothing, or when the client switched it off."""
    if profile is None or not profile.in_use:
        return None
    chosen = [
        profile.get_time_of_day_display() if profile.time_of_day else "",
        profile.get_device_display() if profile.device else "",
        *(str(FitProfile.Way(way).label) for way in profile.ways),
        profile.get_shape_display() if profile.shape else "",
        profile.get_company_display() if profile.company else "",
        profile.get_energy_display() if profile.energy else "",
        str(dict(settings.LANGUAGES).get(profile.language, "")),
    ]
    words = [
        (_("Faith, family, culture"), profile.faith),
        (_("Senses"), profile.senses),
        (_("What has worked"), profile.worked),
    ]
    short = Short(
        likes=[one for one in chosen if one],
        avoid=[str(CAUTIONS[key]) for key in profile.avoid or () if key in CAUTIONS],
        words=[(label, said) for label, said in words if said],
        practice=about_practice.in_short(profile),
    )
    return short if short.likes or short.avoid or short.words or short.practice else None


def sized(composed: Composed, likes: fitting.Likes) -> Composed:
    """A proposal starts in its small size for somebody who wants only short things for now."""
    short = likes.in_use and likes.energy == FitProfile.Energy.SHORT and Plan.Size.S in composed.definition.sizes
    return replace(composed, words=replace(composed.words, size=Plan.Size.S)) if short else composed


@dataclass(frozen=True)
class ForOne:
    """The library for one client: what fits and why; then the others, on shelves or, switched off, by title."""

    on: bool
    best: list[fitting.Fitted]
    others: list[tuple[str, list[fitting.Fitted]]]


def suggest(browsed: Browsed, profile: FitProfile | None, did: list[fitting.Did]) -> ForOne:
    """The worksheets that are shown, for this client. Without preferences what was done may still say something."""
    shown = [sheet for shelf in browsed.shelves for sheet in shelf.sheets]
    found = fitting.suggest(shown, likes_of(profile), did)
    if not found.on:
        return ForOne(False, [], [("", found.others)] if found.others else [])
    left = {one.sheet.worksheet.pk: one for one in found.others}
    shelves = [
        (shelf.title, [left[sheet.worksheet.pk] for sheet in shelf.sheets if sheet.worksheet.pk in left])
        for shelf in browsed.shelves
    ]
    return ForOne(True, found.best, [(title, rows) for title, rows in shelves if rows])


@tells_recent
def proposed_lately(actor: Actor) -> list[UUID]:
    """The worksheets somebody proposed last, each once. One query; twice as many as are shown, some may be gone."""
    rows = Assignment.objects.filter(clinic_id=actor.clinic_id, proposed_by_id=actor.member_id)
    found: list[UUID] = list(rows.lately_proposed()[: 2 * ROW])
    return found
