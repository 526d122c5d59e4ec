"""What the app's mark looks like on a client's home screen and in the tab: one of four quiet drawings the clinic chose (F36).

The pictures lie in static/icons; the one in the tab stands in the page itself, one request less on a slow phone.
"""

from dataclasses import dataclass
from functools import lru_cache
from urllib.parse import quote

from django.utils.safestring import SafeString

from clinic.access import Actor
from clinic.models import Clinic

INK, PAPER = "#0f4a56", "#fdfaf3"
DRAWINGS: dict[str, str] = {
    "": "<path d='M8 21C9.5 9 22.5 9 24 21' fill='none' stroke='{paper}' stroke-width='3'/>",
    Clinic.Icon.NOTE: "<path d='M10 7.5h12v11l-5 5.5h-7zM22 18.5h-5V24M13 12h6M13 16h3' fill='none' stroke='{paper}'"
    " stroke-width='2.25' stroke-linejoin='round'/>",
    Clinic.Icon.LEAF: "<path d='M9.5 22.5C7.5 13 13 8.5 24 8c.5 11-5 16.5-14.5 14.5zM8 24.5l9.5-10' fill='none'"
    " stroke='{paper}' stroke-width='2.25' stroke-linejoin='round'/>",
    Clinic.Icon.WAVE: "<path d='M6.5 13.5c3.2-3.6 6.3-3.6 9.5 0s6.3 3.6 9.5 0M6.5 20c3.2-3.6 6.3-3.6"
    " 9.5 0s6.3 3.6 9.5 0' fill='none' stroke='{paper}' stroke-width='2.25' stroke-linecap='round'/>",
    Clinic.Icon.DOT: "<circle cx='16' cy='16' r='5' fill='{paper}'/>",
}


@dataclass(frozen=True)
class Mark:
    """The files of one mark under static/, and its picture for the tab."""

    small: str
    large: str
    maskable: str
    apple: str
    drawing: str
    tab: SafeString


def of(actor: Actor | None) -> Mark:
    """The mark of a client's clinic; the program's own for everybody else, and for strangers."""
    return mark(str(actor.clinic.icon) if actor is not None and actor.is_client else "")


@lru_cache(maxsize=8)
def mark(name: str) -> Mark:
    """The mark of this name, the program's own for one that is not drawn."""
    known = name if name in DRAWINGS else ""
    place = f"icons/{known}-" if known else "icon-"
    drawing = f"icons/{known}.svg" if known else "favicon.svg"
    tab = SafeString("data:image/svg+xml," + quote(svg(known), safe=" ='/:.,()-"))
    return Mark(f"{place}192.png", f"{place}512.png", f"{place}maskable-512.png", f"{place}apple-180.png", drawing, tab)


def svg(name: str, *, corner: int = 7, shrink: float = 1.0) -> str:
    """The drawing as a picture of its own. corner: how round; shrink: how small inside, for pictures a phone cuts out."""
    inner = DRAWINGS[name].format(paper=PAPER)
    if shrink != 1.0:
        inner = f"<g transform='translate(16 16) scale({shrink}) translate(-16 -16)'>{inner}</g>"
    ground = f"<rect width='32' height='32' rx='{corner}' fill='{INK}'/>"
    return f"<svg xmlns='http://www.w3.org/2000/svg' viewBox='0 0 32 32'>{ground}{inner}</svg>"
