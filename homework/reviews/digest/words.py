"""The words of the digest: message ids, their texts, and how a message is said, counted and shortened.

A digest is stored sealed and read later, by people who read in different languages. So a line does not hold a sentence
but a message id with plain parameters (`Msg`), which may themselves be messages; `say()` makes the sentence at the
moment of reading, in the active language. The client's own words are parameters and are never translated or parsed. An
id this release does not know (a digest stored by another one) is said as its bare parameters, never as an error.

Words never say why: two things are put side by side, and the reader thinks (F17, F49, F50).
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cache
from typing import Any, Self

from django.conf import settings
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext_lazy, override

from homework.reviews.digest.stems import TEXTS

LISTED = 3  # of a list in a shortened line, so many stay

TITLES: dict[str, Promise] = {
    "safety": _("Safety"),
    "change": _("Change"),
    "asked": _("Asked by the client"),
    "celebrate": _("To celebrate"),
    "plan": _("The plan"),
    "found_out": _("What they found out"),
    "mood": _("Mood"),
    "ask": _("Maybe ask"),
    "open": _("Not yet talked about"),
}

MESSAGES: dict[str, Promise] = {
    "none": _("none"),
    "no_data": _("no data"),
    "more": ngettext_lazy("%(n)s more", "%(n)s more", "n"),
    "days": ngettext_lazy("%(n)s day", "%(n)s days", "n"),
    "entries": ngettext_lazy("%(n)s entry", "%(n)s entries", "n"),
    "ratings": ngettext_lazy("%(n)s rating", "%(n)s ratings", "n"),
    # 1 Safety
    "safety.none": _("No flag raised. Not a sign of safety; ask as usual."),
    "safety.flag": _("%(what)s. %(state)s."),
    "safety.flag_by": _("%(what)s. %(state)s; %(who)s looks by %(by)s."),
    "safety.item": _("%(measure)s item %(item)s answered “%(answer)s”"),
    "safety.button": _("Said: “I am not safe”"),
    "safety.other": _("A flag is open"),
    "safety.open": _("Open"),
    "safety.seen": _("Seen, not closed"),
    "safety.acting": _("Being acted on, not closed"),
    "safety.unanswered": _("%(measure)s item %(item)s not answered: ask."),
    "safety.watched": _("%(measure)s: %(words)s"),
    "safety.couple": _("Would rather talk about something alone. For you only."),
    # 2 Change
    "change.line": _("%(measure)s %(now)s (was %(was)s; baseline %(baseline)s): %(verdict)s"),
    "change.crossed": _("%(measure)s %(now)s (was %(was)s; baseline %(baseline)s): %(verdict)s, past cut-off"),
    "change.first": _("%(measure)s %(now)s: first score"),
    "change.no_data": _("%(measure)s: no data"),
    "change.same": _("no reliable change"),
    "change.unknown": _("reliable change not defined"),
    "change.better": _("reliably better"),
    "change.worse": _("reliably worse"),
    "change.worse_than_best": _("reliably worse than its best, %(best)s"),
    # 3 Asked by the client
    "asked.today": _("asked today"),
    "asked.open": ngettext_lazy("open %(n)s day", "open %(n)s days", "n"),
    "asked.words": _("“%(words)s” (%(age)s)"),
    "asked.why": _("Would like to talk about why (%(age)s)"),
    "asked.request": _("Would like something to work on (%(age)s)"),
    "asked.how": _("Is not sure how (%(age)s)"),
    "asked.too_hard": _("Said: it is too hard (%(age)s)"),
    "asked.not_for_me": _("Said: it is not for me (%(age)s)"),
    "asked.advice": _("Asked what to do (%(age)s)"),
    "asked.chips": _("Said: %(chips)s (%(age)s)"),
    "asked.other": _("Would like to talk about the plan (%(age)s)"),
    "asked.answered": _("answered"),
    "asked.talked": _("talked about"),
    "asked.before": ngettext_lazy(
        "%(n)s from before, answered and still on their list",
        "%(n)s from before, answered and still on their list",
        "n",
    ),
    "chip.irrelevant": _("has little to do with them"),
    "chip.too_hard": _("too hard"),
    "chip.unclear": _("not clear"),
    "chip.unsafe": _("not safe at home"),
    "chip.values": _("against their values"),
    "chip.helped": _("it helped"),
    "chip.alone": _("would rather talk about it alone"),
    # 4 To celebrate
    "win.words": _("“%(words)s”"),
    "win.first": _("First start: %(title)s."),
    "win.own_smaller": _("Kept the smaller version they chose themselves: %(title)s, %(count)s."),
    "win.done": _("%(title)s: %(count)s."),
    "win.told": _("%(title)s: some of it done."),
    "win.noticed": _("%(title)s: noticed and written down."),
    "win.if_then": _("Used the if-then “%(words)s”."),
    "win.better": _("%(measure)s reliably better than at the start."),
    "win.crossed": _("%(measure)s now past its cut-off, %(cut_off)s."),
    "win.mood": _("Wrote down their mood on %(days)s."),
    "count.of": _("%(done)s of %(planned)s"),
    "count.of_before": _("%(done)s of %(planned)s (%(done_before)s of %(planned_before)s before)"),
    # 5 The plan
    "plan.head": _("%(title)s: amount %(amount)s, depth %(depth)s"),
    "plan.awareness": _("%(title)s: noticing, no target, depth %(depth)s"),
    "plan.not_started": _("%(title)s: this plan has not started yet"),
    "plan.nothing_shared": _("%(title)s: nothing shared yet"),
    "plan.proposed": _("%(title)s: proposed, not answered yet"),
    "plan.paused": _("%(title)s: paused"),
    "plan.stuck": _("%(title)s: rests until you two have talked"),
    "plan.all_rests": _("Everything rests until %(day)s, as they chose"),
    "plan.worse": _("%(title)s: paused, the client said it made things worse"),
    "plan.nothing": _("Agreed together: nothing this week"),
    "plan.sized": _("%(title)s, %(size)s"),
    "plan.entries": _("%(entries)s on %(days)s"),
    "plan.entries_back_filled": _("%(entries)s on %(days)s, back-filled %(n)s"),
    "plan.belief": _("Useful %(useful)s, fits %(fits)s, hard %(hard)s, sure %(sure)s"),
    "plan.no_belief": _("Useful, fits, hard, sure: no data"),
    "plan.met": _("Met: %(obstacles)s"),
    "plan.practical": _("Practical help may fit: %(obstacles)s"),
    "plan.if_then": _("If-then “%(words)s”: %(outcome)s"),
    "plan.wants": _("Wants: %(wish)s"),
    "plan.amber": _("Worth a word: %(beliefs)s"),
    "plan.pressed": _("May feel pressed: free to say no %(free)s"),
    "plan.stepped_down": _("Looked after themself: made it smaller %(n)s times"),
    "plan.ways": ngettext_lazy(
        "Was stuck, and took a way on: %(ways)s", "Was stuck %(n)s times, and took a way on: %(ways)s", "n"
    ),
    "way.if_then": _("own if-then"),
    "way.smaller": _("smaller"),
    "way.rest": _("a rest until you talk"),
    "plan.reaction": _("Their reaction: “%(words)s”"),
    "plan.reminders_stopped": _("Reminders stopped after three without an answer"),
    "plan.hurt": _("Felt worse afterwards more than once: look at the task together"),
    "plan.little_learned": _("Much done and little learned, twice"),
    "plan.end_of_day": _("Three or more of the last five entries came late in their day"),
    "plan.back_filled": _("Half of the rows or more were written over a day later"),
    "plan.twice": _("Not started between two sessions running: listen first"),
    "plan.quiet": _("No entry or shared message for 10 days or more"),
    "plan.starts": _("Starts are falling: %(starts)s"),
    "plan.starts_only": _("Starts are falling"),
    "amount.0": _("not yet"),
    "amount.1": _("a little"),
    "amount.2": _("about half"),
    "amount.3": _("most"),
    "amount.4": _("all"),
    "amount.5": _("more than planned"),
    "wish.same": _("same"),
    "wish.smaller": _("smaller"),
    "wish.different": _("different"),
    "wish.bigger": _("bigger"),
    "wish.stop": _("stop"),
    "wish.fit": _("something that fits their life"),
    "outcome.used": _("came up, used it"),
    "outcome.forgot": _("came up, not thought of"),
    "outcome.no_fit": _("came up, did not fit"),
    "outcome.not_met": _("did not come up"),
    "belief.useful": _("useful low"),
    "belief.fits": _("fits low"),
    "belief.hard": _("looks hard"),
    "belief.sure": _("sure low"),
    "belief.first_step": _("first step not known"),
    "obstacle.times": _("%(obstacle)s x%(n)s"),
    "obstacle.words": _("“%(words)s”"),
    "obstacle.time": _("time"),
    "obstacle.privacy": _("privacy"),
    "obstacle.tired": _("tired/late"),
    "obstacle.forgot": _("forgot/lost"),
    "obstacle.phone": _("phone/internet"),
    "obstacle.people": _("other people"),
    "obstacle.care": _("care duties"),
    "obstacle.money": _("money/travel"),
    "obstacle.worse": _("felt worse"),
    "obstacle.unclear": _("unclear"),
    "obstacle.point": _("didn’t see the point"),
    "obstacle.fit": _("doesn’t fit my life"),
    "obstacle.shifts": _("shifts"),
    "obstacle.housing": _("where they live"),
    "obstacle.unsafe": _("not safe at home"),
    "obstacle.other": _("something else"),
    # 6 What they found out
    "found.words": _("“%(words)s”"),
    # 7 Mood
    "mood.line": _("%(trend)s, %(ratings)s on %(days)s"),
    "mood.up": _("up"),
    "mood.slightly_up": _("slightly up"),
    "mood.same": _("about the same"),
    "mood.slightly_down": _("slightly down"),
    "mood.down": _("down"),
    "mood.too_few": _("too few for a trend"),
    "mood.low_run": _("Three days in a row at 2 or below"),
    "mood.after_higher": _("On days with %(title)s, mood after was on average %(points)s higher"),
    "mood.after_lower": _("On days with %(title)s, mood after was on average %(points)s lower"),
    "mood.after_same": _("On days with %(title)s, mood was on average the same before and after"),
    # 9 Not yet talked about
    "open.unreviewed": _("From last time, not reviewed: %(title)s"),
    "open.reply": ngettext_lazy("Reply owed on %(n)s question above", "Reply owed on %(n)s questions above", "n"),
    **TEXTS,
}


@dataclass(frozen=True)
class Msg:
    """A message id and its parameters."""

    id: str
    params: Mapping[str, Any] = field(default_factory=dict)

    @classmethod
    def of(cls, id_: str, /, **params: Any) -> Self:
        """Shorthand for writing messages."""
        return cls(id_, params)


class _Blanks(dict[str, Any]):
    """Fills every placeholder of a text with one word, to count the words around them."""

    def __missing__(self, key: str) -> int:
        return 2


def say(msg: Msg) -> str:
    """The sentence, in the active language."""
    params = {key: _said(value) for key, value in msg.params.items()}
    text = MESSAGES.get(msg.id)
    if text is not None:
        try:
            # A plural picks its form by the number itself, so numbers go in as numbers.
            return str(text % params)
        except (KeyError, TypeError):
            pass
    return " ".join(str(value) for value in params.values())


def _said(value: Any) -> Any:
    """One parameter as it stands in a sentence: messages said, lists joined, 6.0 as 6."""
    if isinstance(value, Msg):
        return say(value)
    if isinstance(value, tuple):
        return ", ".join(say(each) for each in value)
    return f"{value:g}" if isinstance(value, float) else value


@cache
def _own_words(id_: str) -> int:
    """How many words a text has, each placeholder as one, in the language in which it has most."""
    counts = []
    for code, _name in settings.LANGUAGES:
        with override(code):
            counts.append(len(str(MESSAGES[id_] % _Blanks()).split()))
    return max(counts)


@cache
def title_words() -> int:
    """How many words the nine titles have together, in the language in which they have most."""
    counts = []
    for code, _name in settings.LANGUAGES:
        with override(code):
            counts.append(sum(len(str(title).split()) for title in TITLES.values()))
    return max(counts)


def count(msg: Msg, limit: int | None = None) -> int:
    """How many words `say` needs for a message at most, in whatever language of the program it is said.

    With a limit, for the message as `shorten` would leave it.
    """
    return _own_words(msg.id) + sum(_length(value, limit) - 1 for value in msg.params.values())


def _length(value: Any, limit: int | None) -> int:
    """The words of one parameter."""
    if isinstance(value, str):
        words = max(len(value.split()), 1)
        return words if limit is None else min(words, limit)
    if isinstance(value, Msg):
        return count(value, limit)
    if isinstance(value, tuple):
        return sum(count(each, limit) for each in (value if limit is None else value[:LISTED]))
    return 1


def shorten(msg: Msg, limit: int) -> Msg:
    """The message with every text in it cut to `limit` words at a space, never within a word, and marked with "…"."""
    return Msg(msg.id, {key: _cut(value, limit) for key, value in msg.params.items()})


def _cut(value: Any, limit: int) -> Any:
    """One parameter, cut. Of a list, the first few stay."""
    if isinstance(value, Msg):
        return shorten(value, limit)
    if isinstance(value, tuple):
        return tuple(shorten(each, limit) for each in value[:LISTED])
    if isinstance(value, str) and len(value.split()) > limit:
        return " ".join(value.split()[:limit]) + "…"
    return value
