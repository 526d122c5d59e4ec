"""Folding: what of the digest is seen at once, in at most 180 words, and what waits behind "3 more".

Every section keeps its first line, so that no section is empty by accident. Long texts in those lines are cut at a
space until the nine first lines leave room for others; the others come in by rank. Nothing is lost: what is cut or does
not fit stands in full among the folded lines. Titles and the "more" labels count as words too.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from homework.reviews.digest.lines import Line
from homework.reviews.digest.words import TITLES, Msg, count, say, shorten, title_words

Ranked = tuple[int, Line]  # the lower the rank, the earlier a line gets its place

VISIBLE_WORDS = 180
ROOMY = 130  # first lines and titles together may have so many words before texts are cut shorter
LIMITS = (80, 40, 24, 16, 12, 8, 5)  # words of one text, from generous to tight
AT_MOST = {"found_out": 3, "ask": 2}  # visible lines


@dataclass(frozen=True)
class Section:
    """One of the nine. `folded` holds what did not fit, in reading order; a line that was cut is there in full."""

    number: int
    key: str
    lines: tuple[Line, ...]
    folded: tuple[Line, ...] = ()

    @property
    def title(self) -> str:
        """The title, in the active language."""
        return str(TITLES[self.key])

    @property
    def more(self) -> str:
        """The label of what is folded ("3 more"), or "" when nothing is."""
        return say(_more(len(self.folded))) if self.folded else ""


def _more(lines: int) -> Msg:
    """The label of so many folded lines."""
    return Msg.of("more", n=lines)


def visible_words(sections: Sequence[Section]) -> int:
    """All words on the page without unfolding anything."""
    shown = sum(count(line.msg) for section in sections for line in section.lines)
    return title_words() + shown + sum(count(_more(len(section.folded))) for section in sections if section.folded)


@dataclass(frozen=True)
class _Item:
    """A line on its way to a place: its rank and how many words it has in full."""

    rank: int
    line: Line
    words: int

    def short(self, limit: int) -> int:
        """Its words once no text in it has more than `limit`. A line that is short as a whole is left alone."""
        return self.words if self.words <= limit else count(self.line.msg, limit)


def _floor(sections: Mapping[str, Sequence[_Item]], limit: int) -> int:
    """The words there are in any case: titles, first lines, and the labels of what may have to be folded."""
    words = title_words()
    for items in sections.values():
        words += items[0].short(limit)
        if len(items) > 1 or items[0].short(limit) < items[0].words:
            words += count(_more(len(items)))
    return words


def fold(ranked: Mapping[str, Sequence[Ranked]]) -> tuple[Section, ...]:
    """The sections, each with what is visible and what is folded. Every section has at least one line."""
    sections = {key: [_Item(rank, line, count(line.msg)) for rank, line in each] for key, each in ranked.items()}
    limit, room = LIMITS[-1], 0
    for limit in LIMITS:
        room = VISIBLE_WORDS - _floor(sections, limit)
        if room >= VISIBLE_WORDS - ROOMY:
            break
    shown = {key: {0} for key in sections}
    queue = [
        (item.rank, number, place, key)
        for number, (key, items) in enumerate(sections.items())
        for place, item in enumerate(items)
        if place > 0
    ]
    for _rank, _number, place, key in sorted(queue):
        need = sections[key][place].short(limit)
        if need <= room and len(shown[key]) < AT_MOST.get(key, len(queue) + 1):
            shown[key].add(place)
            room -= need
    return tuple(
        _section(number, key, items, shown[key], limit) for number, (key, items) in enumerate(sections.items(), 1)
    )


def _section(number: int, key: str, items: Sequence[_Item], shown: set[int], limit: int) -> Section:
    """One section, what is visible and what is folded, both in reading order."""
    visible, folded = [], []
    for place, item in enumerate(items):
        line, cut = item.line, item.short(limit) < item.words
        if place in shown:
            visible.append(Line(shorten(line.msg, limit), line.link, line.tone, line.series) if cut else line)
        if cut or place not in shown:
            folded.append(line)
    return Section(number, key, tuple(visible), tuple(folded))
