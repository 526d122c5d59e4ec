"""Open questions the digest may suggest: pattern -> stems (clinical.md section 4).

A stem is a question to say aloud, never a text to send, and never advice (F29, F30). Feedback of how things go helps
little by itself and more with something to do about it; hence at most two stems, for the pattern on top. Stems are
known by an id (`ask.<pattern>.<n>`), so that a stored digest is rendered in the reader's language.
"""

from collections.abc import Collection
from enum import StrEnum

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _


class Pattern(StrEnum):
    """What a stem answers to, the one to be asked about first on top."""

    MAY_HURT = "may_hurt"
    WORSE = "worse"
    NOT_STARTED_TWICE = "not_started_twice"
    PRESSED = "pressed"
    NOT_STARTED = "not_started"
    TOO_HARD = "too_hard"
    USEFUL_LOW = "useful_low"
    SURE_LOW = "sure_low"
    LITTLE_LEARNED = "little_learned"
    STARTS_FALLING = "starts_falling"
    REMINDERS = "reminders"
    PRIVACY = "privacy"
    TIME_OR_CARE = "time_or_care"
    COUPLE = "couple"
    BOTH_FEELINGS = "both_feelings"
    ASKED_ADVICE = "asked_advice"
    BETTER = "better"
    MEANING = "meaning"


# Where money, care duties or the lack of a room is in the way, a question about motivation is the wrong question: these
# are held back and the digest says "practical help" instead (F39).
MOTIVATIONAL = frozenset(
    {
        Pattern.NOT_STARTED,
        Pattern.NOT_STARTED_TWICE,
        Pattern.USEFUL_LOW,
        Pattern.SURE_LOW,
        Pattern.STARTS_FALLING,
    }
)

STEMS: dict[Pattern, tuple[Promise, ...]] = {
    Pattern.MAY_HURT: (
        _("How were you afterwards, and how long did it stay?"),
        _("What should we change before anyone tries again?"),
    ),
    Pattern.WORSE: (
        _("What has been different since things got harder?"),
        _("What have you been carrying alone?"),
    ),
    Pattern.NOT_STARTED_TWICE: (
        _("Part of you may have good reasons not to. What would they say?"),
        _("If we dropped it, what would you miss, if anything?"),
    ),
    Pattern.PRESSED: (_("How was it to say yes to this last week?"),),
    Pattern.NOT_STARTED: (
        _("What happened when you thought about doing it?"),
        _("What would have made it a bit easier to begin?"),
    ),
    Pattern.TOO_HARD: (
        _("Which part was the heaviest?"),
        _("What is the smallest piece that would still be yours?"),
    ),
    Pattern.USEFUL_LOW: (
        _("What would make this worth your time?"),
        _("How does it connect, or not, with what you came for?"),
    ),
    Pattern.SURE_LOW: (_("You chose a %(sure)s. What stops it being a %(lower)s? What would make it a %(higher)s?"),),
    Pattern.LITTLE_LEARNED: (
        _("If you told a friend one thing this showed you, what would it be?"),
        _("What didn’t it show?"),
    ),
    Pattern.STARTS_FALLING: (
        _("What was different in the weeks when starting was easier?"),
        _("What would have made it a bit easier to begin?"),
    ),
    Pattern.REMINDERS: (_("What is it like when a reminder comes? Would you rather have none, or at another time?"),),
    Pattern.PRIVACY: (_("Who might see it, and what would that mean?"),),
    Pattern.TIME_OR_CARE: (
        _("What did the week ask of you?"),
        _("Where, if anywhere, are three minutes that belong to you?"),
    ),
    Pattern.COUPLE: (_("What was it like to be looked at, or to look?"),),
    Pattern.BOTH_FEELINGS: (_("Scared and good at once: tell me about each."),),
    Pattern.ASKED_ADVICE: (
        _("What have you already been thinking?"),
        _("What would each choice protect?"),
        _("When has something like this come up before?"),
    ),
    Pattern.BETTER: (
        _("What did you do that made that possible?"),
        _("What does it say about you?"),
    ),
    Pattern.MEANING: (
        _("What came up as you wrote that?"),
        _("When have you felt this with someone before?"),
    ),
}

# At the bottom of the scale there is nothing to stop it being lower.
SURE_AT_ZERO = "ask.sure_low.zero"


def stem_id(pattern: Pattern, number: int) -> str:
    """The id of the `number`th stem (from 1) of a pattern."""
    return f"ask.{pattern.value}.{number}"


TEXTS: dict[str, Promise] = {
    **{stem_id(pattern, n): text for pattern, texts in STEMS.items() for n, text in enumerate(texts, 1)},
    SURE_AT_ZERO: _("You chose a 0. What would make it a 1?"),
}

# The kinds of question a client can ask whose reply box offers stems (F30); the other kinds have none.
KINDS: dict[str, Pattern] = {
    "why": Pattern.USEFUL_LOW,
    "too_hard": Pattern.TOO_HARD,
    "not_for_me": Pattern.USEFUL_LOW,
    "advice": Pattern.ASKED_ADVICE,
}


def for_question(kind: str) -> tuple[str, ...]:
    """The ids of the stems offered when answering a client's question of this kind (F30)."""
    pattern = KINDS.get(kind)
    return () if pattern is None else ids_of(pattern)


def ids_of(pattern: Pattern) -> tuple[str, ...]:
    """The ids of all stems of a pattern."""
    return tuple(stem_id(pattern, number) for number in range(1, len(STEMS[pattern]) + 1))


def ranked(patterns: Collection[Pattern], *, practical: bool = False) -> tuple[Pattern, ...]:
    """The patterns, the top one first; with a practical obstacle the motivational ones are left out (F39)."""
    return tuple(each for each in Pattern if each in patterns and not (practical and each in MOTIVATIONAL))


def choose(
    patterns: Collection[Pattern],
    *,
    meaning: bool = False,
    practical: bool = False,
    limit: int = 2,
    aside: Collection[str] = (),
) -> tuple[str, ...]:
    """The ids of at most `limit` stems, those of the top pattern first.

    With the *meaning* lens the second place goes to a question about meaning, so that the lens always changes the list
    and never hides the pattern on top (F11). `aside`: what the therapist put aside gives its place to the next one.
    """
    order = ranked(patterns, practical=practical)
    found = [stem for pattern in order for stem in ids_of(pattern) if stem not in aside]
    if meaning:
        found = [*found[: limit - 1], *(stem for stem in ids_of(Pattern.MEANING) if stem not in aside)]
    return tuple(dict.fromkeys(found))[:limit]
