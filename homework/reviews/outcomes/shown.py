"""The figures of a month as a page shows them: rows with bars, and what was kept back in one line.

Nothing is counted here: everything comes from what the worker kept, which is suppressed already. No row leads to a person.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Any, TypeVar

from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from accounts.models import User
from clinic.access import Actor
from clinic.models import Site
from homework.assignments.models import Obstacle
from homework.reviews.models import Figures, ServiceAction
from homework.reviews.outcomes import barriers, change, equity, nudges, plans
from homework.reviews.outcomes.month import Month

KEPT = 24  # months to choose from
LISTED = 60  # lines of what was done
Words = str | Promise
K = TypeVar("K")
WAYS_ON: dict[str, Words] = {
    "if_then": gettext_lazy("Used an if-then of their own"),
    "smaller": gettext_lazy("Made it smaller"),
    "rest": gettext_lazy("Let it rest until the two talk"),
}
SIDES: dict[str, Words] = {
    "group": gettext_lazy("By how clients describe themselves"),
    "means": gettext_lazy("By how far the money goes"),
    "language": gettext_lazy("By language of their pages"),
}
WENT: dict[str, Words] = {
    change.RECOVERED: gettext_lazy("Recovered: reliably better, and across the cut-off"),
    change.BETTER: gettext_lazy("Reliably better"),
    change.SAME: gettext_lazy("No reliable change"),
    change.WORSE: gettext_lazy("Reliably worse"),
}
FACTORS: dict[str, Words] = {
    "useful": gettext_lazy("Expected it to be useful (0 to 10)"),
    "first_step": gettext_lazy("Knew the first step"),
    "sure": gettext_lazy("Sure they would do it (0 to 10)"),
    "if_then": gettext_lazy("Had an if-then"),
    "when_where": gettext_lazy("Said when and where"),
    "reviewed": gettext_lazy("What was shared was reviewed in the month"),
}
PARTS: dict[str, Words] = {
    "morning": gettext_lazy("In the morning"),
    "afternoon": gettext_lazy("In the afternoon"),
    "evening": gettext_lazy("In the evening"),
    "late": gettext_lazy("After eight in the evening"),
    "open": gettext_lazy("At no set time"),
}


CHANNELS: dict[str, Words] = {
    nudges.Channel.EMAIL: gettext_lazy("E-mail"),
    nudges.Channel.PUSH: gettext_lazy("Phone or browser"),
    nudges.Channel.SMS: gettext_lazy("Text message"),
}
FEWER: Words = gettext_lazy("Fewer may suit people better.")


@dataclass(frozen=True)
class Row:
    """One line of a table: its words, a bar from 0 to 100, and further values; None where one is kept back."""

    words: Words
    value: float | None
    bar: float = 0
    before: float | None = None
    hint: Words = ""
    more: tuple[float | None, ...] = ()
    is_share: bool = False


@dataclass(frozen=True)
class Block:
    """One table. `clients`: how many people it is about, None when fewer than ten. `hidden`: the lines kept back."""

    title: Words
    rows: list[Row]
    hidden: list[Words]
    clients: int | None = None
    columns: list[Words] = field(default_factory=list)


@dataclass(frozen=True)
class Page:
    """A month's figures. `months`: those there are, the newest first; None in a part: it was not made.

    before: whether there are figures of the month before to stand beside them.
    """

    month: date | None
    months: list[date]
    before: bool = False
    barriers: Block | None = None
    ways: Block | None = None
    equity: list[Block] = field(default_factory=list)
    equity_clients: int | None = None
    outcomes: list[Block] = field(default_factory=list)
    plans: Block | None = None
    times: Block | None = None
    nudges: Block | None = None
    done: dict[str, list[ServiceAction]] = field(default_factory=dict)


def page(actor: Actor, asked: str) -> Page:
    """The figures of the month asked for ("2026-03"), else of the last there is. Four queries."""
    here = Figures.objects.filter(clinic_id=actor.clinic_id)
    months = list(here.order_by("-month").values_list("month", flat=True).distinct()[:KEPT])
    done = _done(actor)
    month = next((one for one in months if f"{one:%Y-%m}" == asked), months[0] if months else None)
    if month is None:
        return Page(None, [], done=done)
    last = Month.of(actor.clinic, month).earlier(1).first
    cells = {(row.month, row.kind): row.cells for row in here.filter(month__in=(month, last))}
    kind, sites = Figures.Kind, dict(Site.objects.filter(clinic_id=actor.clinic_id).values_list("pk", "name"))
    now = {one: cells.get((month, one), {}) for one in kind.values}
    before = {one: cells.get((last, one), {}) for one in kind.values}
    named = {str(pk): name for pk, name in sites.items()}
    return Page(
        month,
        months,
        last in months,
        barriers=_barriers(now[kind.BARRIERS], before[kind.BARRIERS], named),
        ways=_ways(now[kind.BARRIERS], before[kind.BARRIERS]),
        equity=[_side(side, now[kind.EQUITY]["sides"].get(side, {})) for side in SIDES] if now[kind.EQUITY] else [],
        equity_clients=now[kind.EQUITY].get("clients"),
        outcomes=[_measure(one) for one in now[kind.OUTCOMES].get("measures", ())],
        plans=_plans(now[kind.PLANS], before[kind.PLANS]),
        times=_times(now[kind.PLANS], before[kind.PLANS]),
        nudges=_nudges(now[kind.NUDGES]),
        done=done,
    )


def action_of(actor: Actor, pk: Any) -> ServiceAction | None:
    """One line of what was done, of the actor's own clinic."""
    return ServiceAction.objects.filter(clinic_id=actor.clinic_id, pk=pk).first()


def _done(actor: Actor) -> dict[str, list[ServiceAction]]:
    rows = ServiceAction.objects.filter(clinic_id=actor.clinic_id).order_by("-done_on", "-created_at")[:LISTED]
    found: dict[str, list[ServiceAction]] = {kind: [] for kind in Figures.Kind.values}
    for row in rows:
        found[row.kind].append(row)
    return found


def _apart(rows: Iterable[Row]) -> tuple[list[Row], list[Words]]:
    """The rows that are told, and the words of those kept back."""
    listed = list(rows)
    return [row for row in listed if row.value is not None], [row.words for row in listed if row.value is None]


def _barriers(cells: Mapping[str, Any], before: Mapping[str, Any], sites: Mapping[str, str]) -> Block | None:
    """Kinds of obstacles, the most frequent first, with what the service could offer."""
    if not cells:
        return None
    clients: dict[str, int | None] = cells["clients"]
    columns = sorted(clients.keys() - {barriers.ALL}, key=lambda site: (site == barriers.REST, sites.get(site, "")))
    earlier = before.get("kinds", {})
    rows = (
        Row(
            kind.label,
            (told := cells["kinds"].get(kind, {barriers.ALL: None}))[barriers.ALL],
            bar=_part(told[barriers.ALL], clients[barriers.ALL]),
            before=earlier.get(kind, {}).get(barriers.ALL),
            hint=barriers.HINTS.get(kind, ""),
            more=tuple(told.get(site) for site in columns),
        )
        for kind in Obstacle
    )
    shown, hidden = _apart(rows)
    names = [sites.get(site, _("Other sites")) for site in columns]
    return Block("", sorted(shown, key=lambda row: -(row.value or 0)), hidden, clients[barriers.ALL], [*names])


def _ways(cells: Mapping[str, Any], before: Mapping[str, Any]) -> Block | None:
    if not cells:
        return None
    all_of, earlier = cells["clients"][barriers.ALL], before.get("ways", {})
    rows = (
        Row(words, cells["ways"].get(way), bar=_part(cells["ways"].get(way), all_of), before=earlier.get(way))
        for way, words in WAYS_ON.items()
    )
    return Block("", *_apart(rows), all_of)


def _part(some: int | None, of: int | None) -> float:
    return 100 * some / of if some and of else 0


def _side(side: str, groups: Mapping[str, Any]) -> Block:
    """One table of the equity view: share that began as the bar, share done, depth; how many it rests on."""
    rows = (
        Row(
            words,
            told["started"] if (told := groups.get(group)) else None,
            bar=told["started"] if told else 0,
            more=(told["done"], told["depth"], told["clients"]) if told else (),
        )
        for group, words in _labels(side).items()
    )
    return Block(SIDES.get(side, side), *_apart(rows))


def _labels(side: str) -> dict[str, Words]:
    if side == "language":
        return dict(User.Language.choices)
    choices = {"group": equity.GROUP_WORDS, "means": equity.MEANS_WORDS}[side]
    return {**choices, equity.UNSAID: _("Did not say")}


def _measure(told: Mapping[str, Any]) -> Block:
    rows = (
        Row(
            words,
            one["clients"] if (one := told["ways"].get(way)) else None,
            bar=one["share"] if one else 0,
            more=(one["share"],) if one else (),
        )
        for way, words in WENT.items()
        if way in told["ways"]
    )
    name = told["measure"].upper() + (f": {told['part']}" if told["part"] else "")
    return Block(name, *_apart(rows), told["clients"])


def _plans(cells: Mapping[str, Any], before: Mapping[str, Any]) -> Block | None:
    """The factors that can be changed, in a fixed order, never by size."""
    if not cells:
        return None
    rows = (_factor(FACTORS[name], name, cells["factors"], before.get("factors", {})) for name in FACTORS)
    return Block("", *_apart(rows), cells["clients"])


def _times(cells: Mapping[str, Any], before: Mapping[str, Any]) -> Block | None:
    if not cells:
        return None
    here, earlier = cells["factors"]["time_of_day"], before.get("factors", {}).get("time_of_day", {})
    return Block("", *_apart(_factor(PARTS[part], part, here, earlier) for part in PARTS))


def _nudges(cells: Mapping[str, Any]) -> Block | None:
    """One line a channel: how many were sent, and the shares that came, wrote, and turned it off."""
    if not cells:
        return None
    rows = (
        Row(
            CHANNELS[way],
            told["sent"] if (told := cells["channels"].get(way)) else None,
            more=(told["opened"], told["entry"], told["off"], told["clients"]) if told else (),
            hint=FEWER if told and nudges.is_a_bother(told["off"]) else "",
        )
        for way in CHANNELS
    )
    return Block("", *_apart(rows))


def _factor(words: Words, name: str, here: Mapping[str, Any], earlier: Mapping[str, Any]) -> Row:
    key, scale = ("level", 10) if name in plans.RATED else ("share", 1)
    now, then = here.get(name) or {}, earlier.get(name) or {}
    value = now.get(key)
    return Row(words, value, bar=(value or 0) * scale, before=then.get(key), is_share=key == "share")
