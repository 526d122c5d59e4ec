"""What to ask about a number on the readiness ruler: always towards the client's own reasons, never "why not more?" (F26)."""

from django.utils.translation import gettext as _


def why_not_lower(number: int) -> str:
    """The question for how much a change matters. From the number down, because that names reasons; from 0 up."""
    if number <= 0:
        return _("What would have to be different for it to be a 1?")
    if number == 1:
        return _("Why a 1, and not a 0?")
    return _("Why a %(n)s, and not a %(lower)s?") % {"n": number, "lower": max(number - 2, 0)}


def what_would_help(number: int) -> str:
    """The question for how sure they are that they could."""
    if number >= 10:
        return _("What makes you so sure?")
    return _("What would help it from a %(n)s to a %(higher)s?") % {"n": number, "higher": number + 1}


def questions() -> list[tuple[int, str, str]]:
    """Each number from 0 to 10 with both questions, for the page to show the one that fits."""
    return [(number, why_not_lower(number), what_would_help(number)) for number in range(11)]
