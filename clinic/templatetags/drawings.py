"""Every drawing of the design, as markup. They live in one file, `static/icons.svg`, which a browser fetches once.

A name that is not in the design raises `KeyError` (marks) or is found by `tests/house/test_templates.py` (icons).
"""

from collections import Counter
from collections.abc import Iterable
from functools import lru_cache

from django.templatetags.static import static
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import get_language, ngettext, pgettext_lazy

MARKS = {
    "done": pgettext_lazy("mark", "Done"),
    "small": pgettext_lazy("mark", "Smaller version"),
    "partial": pgettext_lazy("mark", "Part-way"),
    "notthistime": pgettext_lazy("mark", "Not this time"),
    "planned": pgettext_lazy("mark", "To come"),
    "now": pgettext_lazy("mark", "Today"),
    "session": pgettext_lazy("mark", "Session"),
}
POINTS_ALONG = {"back", "next", "leave"}  # drawings that turn round where reading goes from right to left


def drawing(kind: str, name: str) -> SafeString:
    """A `use` of one symbol in the sprite: one file for the whole site, kept by the browser."""
    return format_html('<use href="{}#{}-{}"/>', _sprite(), kind, name)


@lru_cache(maxsize=1)
def _sprite() -> str:
    """The address of the sprite; looking up its hashed name for every mark of a long list costs more than the list."""
    return static("icons.svg")


@lru_cache(maxsize=256)
def icon(name: str, classes: str = "") -> SafeString:
    """A drawing beside words. It is decoration: the words say it."""
    along = " icon--dir" if name in POINTS_ALONG else ""
    return format_html(
        '<svg class="icon{}{}" aria-hidden="true" focusable="false">{}</svg>',
        along,
        f" {classes}" if classes else "",
        drawing("i", name),
    )


def logo() -> SafeString:
    """The sign of the product, beside its (discreet) name."""
    return format_html('<svg aria-hidden="true" focusable="false">{}</svg>', drawing("i", "logo"))


def mark(name: str, label: str = "", hidden: bool = False) -> SafeString:
    """One mark (F31). `label` replaces its usual word; `hidden` when that word stands beside it."""
    words = format_html('role="img" aria-label="{}"', label or MARKS[name])
    if hidden:
        words = mark_safe('aria-hidden="true" focusable="false"')
    return format_html('<svg class="mark mark--{}" {}>{}</svg>', name, words, drawing("m", name))


def count_of(name: str, number: int) -> str:
    """How many of one mark, as words: "2 done". A count of work not done never stands alone."""
    words = {
        "done": ngettext("%(n)d done", "%(n)d done", number),
        "small": ngettext("%(n)d smaller version", "%(n)d smaller versions", number),
        "partial": ngettext("%(n)d part-way", "%(n)d part-way", number),
        "notthistime": ngettext("%(n)d not this time", "%(n)d not this time", number),
        "planned": ngettext("%(n)d to come", "%(n)d to come", number),
        "now": ngettext("%(n)d for today", "%(n)d for today", number),
        "session": ngettext("%(n)d session", "%(n)d sessions", number),
    }
    return words[name] % {"n": number}


def marks(names: Iterable[str], label: str = "") -> SafeString:
    """A strip of marks, read out as one sentence: "2 done, 1 smaller version"."""
    return _strip(tuple(names), str(label), get_language() or "")


@lru_cache(maxsize=512)
def _strip(names: tuple[str, ...], label: str, language: str) -> SafeString:
    """Drawn once for each row of the same marks in the same language: a caseload has few different weeks."""
    counts = Counter(names)
    sentence = label or ", ".join(count_of(name, counts[name]) for name in MARKS if counts[name])
    drawn = format_html_join("", "{}", ((mark(name, hidden=True),) for name in names))
    return format_html('<span class="marks" role="img" aria-label="{}">{}</span>', sentence, drawn)
