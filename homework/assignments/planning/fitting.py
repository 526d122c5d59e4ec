"""Which worksheets fit this client, and why: plain rules, each with a sentence a person would say (F22, F58).

Pure. What goes in is what the client said suits them (`Likes`) and what they did (`Did`: counts, never a forecast). Nothing
about age, sex, illness or severity can come in, because neither value has a place for it. To change a rule, change the
function that yields its sentence; the points only order the list and are never shown.
"""

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, field

from django.conf import settings
from django.utils.text import get_text_list
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from homework.worksheets.catalogue import CAUTIONS, FAMILIES, Sheet
from homework.worksheets.definition import Definition

SHORT = 5  # minutes
LONG = 15
MOST = 6  # worksheets at the top of the page
ENOUGH, LOOKED_AT = 3, 5  # pieces of work before a count says anything, and how many it looks back
USUALLY = 0.6
ACTIVE = {"doing", "trying_out", "calming", "hard_moments", "people", "couple"}  # families one does something in


@dataclass(frozen=True)
class Likes:
    """What the client said suits them. Empty is no preference; `in_use` off means that nothing is to be suggested."""

    in_use: bool = True
    time_of_day: str = ""
    device: str = ""
    ways: tuple[str, ...] = ()
    shape: str = ""
    company: str = ""
    energy: str = ""
    language: str = ""
    avoid: tuple[str, ...] = ()


@dataclass(frozen=True)
class Did:
    """One piece of agreed work, the newest first: what kind of sheet in which size, and whether any of it was done."""

    family: str
    ways: frozenset[str]
    minutes: int
    done: bool


@dataclass(frozen=True)
class First:
    """What to offer first, because a caution of the sheet is on the client's list; and that reason (F58)."""

    caution: str
    words: str
    why: str


@dataclass(frozen=True)
class Fit:
    """How one worksheet fits: why it does, what speaks against it, what to offer first."""

    reasons: tuple[str, ...] = ()
    cares: tuple[str, ...] = ()
    first: tuple[First, ...] = ()
    points: int = 0


@dataclass(frozen=True)
class Fitted:
    """A worksheet with its fit."""

    sheet: Sheet
    fit: Fit


@dataclass(frozen=True)
class Suggested:
    """The library for one client. `on`: whether anything is suggested; otherwise `others` is all, by title."""

    on: bool
    best: list[Fitted] = field(default_factory=list)
    others: list[Fitted] = field(default_factory=list)


Points = tuple[int, str]
Rule = Callable[[Definition, Likes, Sequence[Did]], Iterator[Points]]


def ways_of(definition: Definition) -> frozenset[str]:
    """What one mostly does with a sheet: reading, writing, listening, doing. Read off its questions."""
    own = definition.layout("M").own
    found = {"reading"} if definition.kind == "read" else set()
    if any(one.kind == "audio" or (one.kind == "timer" and getattr(one, "lines", "")) for one in own):
        found.add("listening")
    if definition.kind != "monitor" and definition.family in ACTIVE:
        found.add("doing")
    if sum(one.kind in ("long", "text", "rows") for one in own) * 2 >= len(own):
        found.add("writing")
    return frozenset(found)


def shortest(definition: Definition) -> int:
    """Minutes of its smallest size."""
    return min(size.minutes for size in definition.sizes.values())


def _way_words(ways: Iterable[str]) -> str:
    words = {"reading": _("reading"), "writing": _("writing"), "listening": _("listening"), "doing": _("doing things")}
    return get_text_list([words[way] for way in ("doing", "listening", "reading", "writing") if way in ways], _("and"))


def _length(one: Definition, likes: Likes, _did: Sequence[Did]) -> Iterator[Points]:
    minutes = shortest(one)
    if likes.energy == "short" and minutes <= SHORT:
        words = ngettext(
            "It can be done in %(n)s minute, and short suits them now",
            "It can be done in %(n)s minutes, and short suits them now",
            minutes,
        )
        yield 2, words % {"n": minutes}
    elif likes.energy == "short" and minutes > LONG:
        yield -2, _("At least %(n)s minutes, and short suits them now") % {"n": minutes}


def _time(one: Definition, likes: Likes, _did: Sequence[Did]) -> Iterator[Points]:
    short = shortest(one) <= SHORT
    if likes.time_of_day in ("evening", "night") and "bed_ok" in one.contexts:
        yield 1, _("Can be done in bed, and evenings suit them")
    elif likes.time_of_day in ("evening", "night") and short:
        yield 1, _("Short, and evenings suit them")
    elif likes.time_of_day == "midday" and "work_ok" in one.contexts:
        yield 1, _("Can be done at work, and the middle of the day suits them")
    elif likes.time_of_day == "morning" and short:
        yield 1, _("Short, and mornings suit them")


def _way(one: Definition, likes: Likes, _did: Sequence[Did]) -> Iterator[Points]:
    here = ways_of(one)
    if "doing" in here & set(likes.ways) and "writing" not in {*here, *likes.ways}:
        yield 2, _("They like doing more than writing")
    elif here & set(likes.ways):
        yield 2, _("They like %(ways)s") % {"ways": _way_words(here & set(likes.ways))}
    elif likes.ways and here == {"writing"}:
        yield -1, _("Mostly writing, and they would rather have %(ways)s") % {"ways": _way_words(likes.ways)}


def _shape(one: Definition, likes: Likes, _did: Sequence[Did]) -> Iterator[Points]:
    free = one.family == "letters" or one.outcome == "awareness"
    if likes.shape == "steps" and one.kind in ("approach", "monitor") and not free:
        yield 1, _("Clear steps, which they like")
    elif likes.shape == "free" and free:
        yield 1, _("Room to do it their own way, which they like")


def _company(one: Definition, likes: Likes, _did: Sequence[Did]) -> Iterator[Points]:
    together = one.couple or "with_someone" in one.contexts
    if likes.company == "others" and together:
        yield 1, _("It is done with somebody, and they like company")
    elif likes.company == "alone" and one.couple:
        yield -1, _("It takes two, and they would rather be on their own")


def _device(one: Definition, likes: Likes, _did: Sequence[Did]) -> Iterator[Points]:
    if likes.device == "phone" and "writing_load" in one.cautions:
        yield -1, _("A lot to write, and they use a phone")


def _language(one: Definition, likes: Likes, _did: Sequence[Did]) -> Iterator[Points]:
    if likes.language and likes.language not in one.languages:
        name = dict(settings.LANGUAGES).get(likes.language, likes.language)
        yield -2, _("Not there in their language yet: %(language)s") % {"language": name}


def _avoided(one: Definition, likes: Likes, _did: Sequence[Did]) -> Iterator[Points]:
    for caution in one.cautions:
        if caution in likes.avoid and caution not in one.instead:
            yield -3, _("They would rather leave this out: %(caution)s") % {"caution": CAUTIONS[caution]}


def _did_short(one: Definition, _likes: Likes, did: Sequence[Did]) -> Iterator[Points]:
    done, of = usually(row for row in did if row.minutes <= SHORT)
    if of and shortest(one) <= SHORT:
        yield 2, _("They did %(done)s of their last %(of)s worksheets of up to five minutes") % {"done": done, "of": of}


def _did_family(one: Definition, _likes: Likes, did: Sequence[Did]) -> Iterator[Points]:
    done, of = usually(row for row in did if row.family == one.family)
    if of:
        words = {"done": done, "of": of, "family": FAMILIES[one.family]}
        yield 1, _("They did %(done)s of their last %(of)s worksheets of this family: %(family)s") % words


def _did_way(one: Definition, likes: Likes, did: Sequence[Did]) -> Iterator[Points]:
    if likes.ways:
        return  # what they said goes before what was counted
    for way in sorted(ways_of(one)):
        done, of = usually(row for row in did if way in row.ways)
        if of:
            words = {"done": done, "of": of, "way": _way_words([way])}
            yield 1, _("They did %(done)s of their last %(of)s worksheets that are about %(way)s") % words
            return


RULES: tuple[Rule, ...] = (
    _length, _did_short, _way, _time, _shape, _company, _did_family, _did_way, _avoided, _language, _device,
)  # fmt: skip


def usually(rows: Iterable[Did]) -> tuple[int, int]:
    """(done, looked at) of the latest pieces of work, or (0, 0) when they are too few, or mostly were not done.

    What was not done is never held against anybody: it makes no sentence.
    """
    latest = list(rows)[:LOOKED_AT]
    done = sum(row.done for row in latest)
    return (done, len(latest)) if len(latest) >= ENOUGH and done >= USUALLY * len(latest) else (0, 0)


def fit(definition: Definition, likes: Likes, did: Sequence[Did] = ()) -> Fit:
    """How a worksheet fits somebody who likes and did this. Nothing at all when they switched suggestions off."""
    if not likes.in_use:
        return Fit()
    said = [one for rule in RULES for one in rule(definition, likes, did)]
    first = tuple(
        First(caution, str(words), _("They would rather leave this out: %(caution)s") % {"caution": CAUTIONS[caution]})
        for caution, words in definition.instead.items()
        if caution in likes.avoid
    )
    return Fit(
        reasons=tuple(words for points, words in said if points > 0),
        cares=tuple(words for points, words in said if points < 0),
        first=first,
        points=sum(points for points, _words in said),
    )


def suggest(sheets: Iterable[Sheet], likes: Likes, did: Sequence[Did] = ()) -> Suggested:
    """The library for one client: the few that fit best with their reasons, then the others in the order they came.

    Never suggested, only found: measures, which go by agreement and interval; what is prepared in session; and sheets for
    two, unless they like company. Switched off: everything by title (F22).
    """
    fitted = [Fitted(sheet, fit(sheet.definition, likes, did)) for sheet in sheets]
    if not likes.in_use:
        return Suggested(on=False, others=sorted(fitted, key=_title))
    fits = [one for one in fitted if one.fit.points > 0 and _may_be_suggested(one.sheet.definition, likes)]
    best = sorted(fits, key=lambda one: (-one.fit.points, _title(one)))[:MOST]
    return Suggested(on=True, best=best, others=[one for one in fitted if one not in best])


def _may_be_suggested(one: Definition, likes: Likes) -> bool:
    return one.measure is None and not one.locked and (not one.couple or likes.company == "others")


def _title(one: Fitted) -> str:
    return str(one.sheet.definition.title).casefold()
