"""Obstacles of everyday life, and the practical help that fits them: never a question about motivation (F39).

Money, care duties, housing, shifts, no private place and a home that is not safe are not about wanting to. What helps is
another way of doing it, so each of them has concrete offers. Pure words: nothing here reads the database.
"""

from collections.abc import Iterable

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from homework.assignments.models import Obstacle

KINDS = (Obstacle.CARE, Obstacle.MONEY, Obstacle.PRIVACY, Obstacle.SHIFTS, Obstacle.HOUSING, Obstacle.UNSAFE)
ON_PAPER: "str | Promise" = _("On paper instead: nothing to charge, no data to pay for")
BY_PHONE: "str | Promise" = _("By phone: a short call instead of writing")
OFFERS: dict[str, tuple["str | Promise", ...]] = {
    Obstacle.CARE: (_("The smallest version, in a gap there already is"), BY_PHONE),
    Obstacle.MONEY: (ON_PAPER, BY_PHONE, _("A session by phone or video, so that nobody has to travel")),
    Obstacle.PRIVACY: (
        _("A place outside the home, or a few minutes at the clinic"),
        _("Nothing kept on the phone: say it in the session instead"),
    ),
    Obstacle.SHIFTS: (
        _("Days and times that move with the shifts"),
        _("Sessions at another hour"),
    ),
    Obstacle.HOUSING: (
        _("A word with the clinic’s office about advice on housing"),
        _("A place and a moment elsewhere, for example at the clinic"),
    ),
    Obstacle.UNSAFE: (
        _("Talk alone first, before anything is planned"),
        _("Nothing on paper or on a screen that somebody could find"),
        _("The numbers under Help now, gone through together"),
    ),
}


def of(kinds: Iterable[str]) -> list[str]:
    """Those of the obstacles that ask for practical help, in the order in which they stand on the list."""
    met = set(kinds)
    return [kind.value for kind in KINDS if kind in met]


def offers(kinds: Iterable[str]) -> list["str | Promise"]:
    """What can be offered for these obstacles, each once. Where home is not safe that comes first, and no paper."""
    found = of(kinds)
    unsafe = Obstacle.UNSAFE in found
    order = sorted(found, key=lambda kind: kind != Obstacle.UNSAFE)
    each = dict.fromkeys(offer for kind in order for offer in OFFERS[kind])
    return [offer for offer in each if not (unsafe and offer is ON_PAPER)]
