"""What a client believes about a plan, and which remedy goes with which doubt (F12, F13, F15).

The thresholds are those of the digest's D6. An amber plan blocks nothing: it asks for a word, and each reason names
the one thing that may help, because "pointless", "too difficult" and "not about my goals" need different answers.
"""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from homework.assignments.planning.plan_words import Beliefs

LOW, HARD, SURE, FREE = 4, 8, 6, 5

QUESTIONS: dict[str, Promise] = {
    "useful": _("How useful they expect it to be"),
    "fits": _("How well it fits what they want"),
    "hard": _("How hard it looks"),
    "sure": _("How sure they are to give it a go"),
    "free": _("How free they felt to say no"),
}


@dataclass(frozen=True)
class Reason:
    """Why a plan is amber: the rating and its number (None for a step that is not clear), in words, with its remedy."""

    key: str
    value: int | None
    words: Promise
    remedy: str  # rationale | smaller | goal | if_then | example | ask | adapt | safety
    advice: Promise


_REASONS: dict[str, tuple[Promise, str, Promise]] = {
    "useful": (_("Not sure it is useful"), "rationale", _("Look at the reason again, in their words.")),
    "fits": (
        _("Does not fit what they want yet"),
        "goal",
        _("This plan is not linked to a goal yet. Say in the reason what it is for."),
    ),
    "hard": (_("It looks hard"), "smaller", _("Offer the smaller version.")),
    "sure": (_("Not so sure about giving it a go"), "if_then", _("Plan for one thing that may get in the way.")),
    "first_step": (_("The first step is not clear"), "example", _("Look at the example together.")),
    "free": (_("May have felt pressed"), "ask", _("Ask how it was to say yes. Nothing this week is fine too.")),
    "chip_point": (_("Does not see the point"), "rationale", _("Look at the reason again, in their words.")),
    "chip_unclear": (_("Not clear what to do"), "example", _("Look at the example together.")),
    "chip_too_big": (_("Too big"), "smaller", _("Offer the smaller version.")),
    "chip_fit": (
        _("Does not fit their life, culture or faith"),
        "adapt",
        _("Ask what would fit: another example, another picture for it, other people, another form."),
    ),
    "chip_unsafe": (
        _("Not safe at home"),
        "safety",
        _("Talk first about who could see or hear it. Let it rest until it is safe."),
    ),
}


def of_said(said: Beliefs) -> list[Reason]:
    """The same, for what a client says just now."""
    ratings = {name: getattr(said, name) for name in QUESTIONS}
    return reasons(ratings, said.first_step_known, said.chips)


def reasons(ratings: Mapping[str, Any], first_step_known: str = "", chips: Iterable[str] = ()) -> list[Reason]:
    """The reasons a plan is amber, in the order of the questions. No answer is no reason.

    chips: what the client ticked (`BeforeCheck.Chip`); one whose remedy is there already adds nothing.
    """
    rules: dict[str, Callable[[int], bool]] = {
        "useful": lambda value: value <= LOW,
        "fits": lambda value: value <= LOW,
        "hard": lambda value: value >= HARD,
        "sure": lambda value: value <= SURE,
        "free": lambda value: value <= FREE,
    }
    found = [
        _reason(key, ratings[key]) for key, rule in rules.items() if ratings.get(key) is not None and rule(ratings[key])
    ]
    if first_step_known == "no":
        found.append(_reason("first_step", None))
    for chip in chips:
        reason = _reason(f"chip_{chip}", None)
        if all(reason.remedy != each.remedy for each in found):
            found.append(reason)
    return found


def of(check: Any) -> list[Reason]:
    """The reasons of one `BeforeCheck`; none without one."""
    return [] if check is None else reasons(check.ratings or {}, check.first_step_known, check.chips)


def _reason(key: str, value: int | None) -> Reason:
    words, remedy, advice = _REASONS[key]
    return Reason(key, value, words, remedy, advice)
