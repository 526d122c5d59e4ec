"""What clients asked, told and wished for, as it is read: by the client, on Today, by the care team. Reads only."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any
from uuid import UUID

from django.db.models import QuerySet
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from clinic.access import Actor, Can
from clinic.models import Episode
from homework.assignments.days import practical
from homework.assignments.models import Assignment, Obstacle
from homework.assignments.planning import agreed
from homework.reviews.models import ClientQuestion

SHOWN = 50
State, Kind = ClientQuestion.State, ClientQuestion.Kind
WITH_WORK = ("assignment__version__worksheet", "answered_by")
DRAFT: dict[str, Promise] = {
    "what": _("What they would do"),
    "why": _("Why"),
    "first_step": _("First step"),
    "anchor": _("When"),
    "place": _("Where"),
}


@dataclass(frozen=True)
class Asked:
    """One question, ready to be read. `title`: the work it is about, or ""; `draft`: a plan in the client's own words."""

    pk: UUID
    kind: str
    says: str
    title: str
    text: str
    chips: list[str]
    draft: list[tuple["str | Promise", str]]
    at: datetime
    state: str
    outcome: str
    answer: str
    by: str
    answered_at: datetime | None
    assignment: UUID | None = None
    unsafe: bool = False
    offers: list["str | Promise"] = field(default_factory=list)
    days: int = 0
    name: str = ""

    @property
    def is_open(self) -> bool:
        """Whether nobody has answered it."""
        return self.state == State.OPEN

    @property
    def waits_for_session(self) -> bool:
        """Whether somebody has seen it and wants to come back to it."""
        return self.is_open and self.outcome == ClientQuestion.Outcome.NOT_YET

    @property
    def can_close(self) -> bool:
        """Whether it was answered, so that the client may close it (1K)."""
        return self.state in (State.ANSWERED, State.TALKED)

    @property
    def headline(self) -> str:
        """The client's words in one line, else what the tap or the chips say."""
        return " ".join(self.text.split()) or ", ".join(self.chips) or self.says


def shown(row: ClientQuestion, zone: str, now: datetime | None = None, *, name: str = "") -> Asked:
    """A question as a page shows it; the client has to be open here. Times are on the wall of `zone`."""
    idea = row.idea or {}
    is_told = row.state != State.OPEN  # what was written with "not yet" waits for the session
    chips = [ClientQuestion.Chip(chip) for chip in row.chips if chip in ClientQuestion.Chip.values]
    return Asked(
        pk=row.pk,
        kind=row.kind,
        says=row.get_kind_display(),
        title=agreed.title_of(row.assignment) if row.assignment is not None else "",
        text=row.text or "",
        chips=[str(chip.label) for chip in chips],
        draft=[(label, idea[name]) for name, label in DRAFT.items() if idea.get(name)],
        at=agreed.wall(row.asked_at, zone),
        state=row.state,
        outcome=row.outcome,
        answer=(row.answer or "") if is_told else "",
        by=row.answered_by.introduced if row.answered_by is not None else "",
        answered_at=agreed.wall(row.answered_at, zone) if row.answered_at else None,
        assignment=row.assignment_id,
        unsafe=ClientQuestion.Chip.UNSAFE in row.chips,
        offers=practical.offers(row.chips),
        days=(now - row.asked_at).days if now else 0,
        name=name,
    )


def _rows(rows: QuerySet[ClientQuestion]) -> QuerySet[ClientQuestion]:
    return rows.select_related(*WITH_WORK).order_by("-asked_at", "-pk")


def own(actor: Actor) -> list[Asked]:
    """Everything this client asked, newest first. One query."""
    assert actor.user is not None
    rows = _rows(ClientQuestion.objects.visible_to(actor))[:SHOWN]
    return [shown(row, actor.user.time_zone) for row in rows]


def answers(actor: Actor, episode: Episode) -> list[Asked]:
    """Written answers that the client has not closed yet, for Today. One query."""
    assert actor.user is not None
    rows = ClientQuestion.objects.visible_to(actor).filter(episode_id=episode.pk, answer__isnull=False)
    rows = rows.filter(state__in=(State.ANSWERED, State.TALKED))
    return [shown(row, actor.user.time_zone) for row in _rows(rows)[:SHOWN]]


def of_episode(episode: Episode, actor: Actor, now: datetime) -> list[Asked]:
    """What one client asked and has not closed, the open ones first, for the care team. One query."""
    rows = ClientQuestion.objects.permitted(actor, Can.READ).filter(episode=episode).kept()
    found = [shown(row, actor.clinic.time_zone, now) for row in _rows(rows)[:SHOWN]]
    return sorted(found, key=lambda one: (not one.is_open, -one.days if one.is_open else 0))


def waiting(actor: Actor, most: int) -> list[Any]:
    """The caseload's open questions, longest wait first, at most so many rows and one more that tells of others."""
    assert actor.membership is not None
    rows = ClientQuestion.objects.known_to(actor).open()
    rows = rows.filter(episode__in=Episode.objects.caseload_of(actor.membership))
    return list(rows.select_related("episode__client", *WITH_WORK)[: most + 1])


def listed(rows: Iterable[Any], actor: Actor, now: datetime) -> list[Asked]:
    """Those rows with the names of their clients, which have to be open."""
    return [shown(row, actor.clinic.time_zone, now, name=row.episode.client.label) for row in rows]


def draft_of(question: ClientQuestion) -> dict[str, str]:
    """What the client wishes for and their own draft of a plan, as far as it goes."""
    return {"text": question.text or "", **(question.idea or {})}


def met(work: Assignment) -> tuple[list[str], list[str]]:
    """What got in the way of one piece of work: kinds, most often first, and the client's own words, newest first."""
    kinds: dict[str, int] = {}
    words: list[str] = []
    entries = work.entries.shared().filter(after__isnull=False).select_related("after").order_by("-shared_at")
    for entry in entries.defer("answers", "kept_private", "after__ratings")[:SHOWN]:
        for kind in entry.after.obstacles:
            kinds[kind] = kinds.get(kind, 0) + 1
        entry.after.episode = work.episode
        told = (entry.after.words or {}).get("tell", "")
        if told and entry.after.obstacles:
            words.append(told)
    return sorted((kind for kind in kinds if kind in Obstacle.values), key=lambda kind: -kinds[kind]), words
