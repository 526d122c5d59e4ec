"""Whether a worksheet can be used where somebody means to use it, and what could be used there instead (F42). Pure.

"Breathing exercises seemed pointless when she was stressed at work." A word, never a bar: they know their places.
"""

from collections.abc import Collection
from dataclasses import dataclass

from django.utils.text import get_text_list
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from homework.assignments.models.plan import UsedAt
from homework.worksheets.definition import Definition, load_library

SAYS_OK = {UsedAt.WORK: "work_ok", UsedAt.PUBLIC: "public_ok", UsedAt.BED: "bed_ok"}
SEEN = frozenset({UsedAt.WORK, UsedAt.PUBLIC, UsedAt.SHARED})  # others can see or hear
NEEDS = ("needs_quiet", "needs_privacy")


@dataclass(frozen=True)
class PlaceNote:
    """Where it may not work and why; its small size and another worksheet that may do there, or nothing."""

    places: str
    quiet: bool
    privacy: bool
    smaller: str
    other: str


def suits(contexts: Collection[str], place: str) -> bool:
    """Whether a worksheet with these contexts can be used there. One that says nothing about places says nothing here."""
    if not contexts or place == UsedAt.HOME:
        return True
    if place in SEEN and any(need in contexts for need in NEEDS):
        return False
    wanted = SAYS_OK.get(UsedAt(place))
    return wanted is None or wanted in contexts


def look(definition: Definition, used_at: Collection[str], size: str = "") -> PlaceNote | None:
    """What to say about the places of a plan; None when all is well."""
    wrong = [place for place in UsedAt.values if place in used_at and not suits(definition.contexts, place)]
    if not wrong:
        return None
    labels = [str(UsedAt(place).label) for place in wrong]
    seen = any(place in SEEN for place in wrong)
    small = definition.sizes.get("S")
    return PlaceNote(
        places=get_text_list(labels, _("and")),
        quiet=seen and "needs_quiet" in definition.contexts,
        privacy=seen and "needs_privacy" in definition.contexts,
        smaller=str(small.label) if small is not None and size != "S" else "",
        other=_other(definition, used_at),
    )


def _other(definition: Definition, used_at: Collection[str]) -> str:
    """The shortest worksheet that can be used in all these places: of the same family, else something calming."""
    for family in (definition.family, "calming"):
        there = [
            one
            for one in load_library()
            if one.family == family and one.slug != definition.slug and _offered(one, used_at)
        ]
        if there:
            shortest = min(there, key=lambda one: (min(size.minutes for size in one.sizes.values()), one.slug))
            return str(shortest.localised(get_language() or "en").title)
    return ""


def _offered(one: Definition, used_at: Collection[str]) -> bool:
    ordinary = one.measure is None and not one.locked and not one.off and not one.couple
    return ordinary and bool(one.contexts) and all(suits(one.contexts, place) for place in used_at)
