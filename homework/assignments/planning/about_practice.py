"""What a client says about practice between sessions, before any of it begins (F14). Reads only.

Five open questions, all of them optional: four of their own words are here, the word they prefer is among their wishes. The
line on Today offers them to somebody new until they were answered or put away.
"""

import hashlib
import json
from datetime import date, timedelta

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from clinic.models import Episode
from homework.assignments.models import FitProfile

PARTS = ("earlier", "word", "helped", "in_the_way")
PUT_AWAY = "put_away"
NEW = timedelta(days=28)  # somebody who has been here longer finds the questions in their settings

SHORT: dict[str, Promise] = {
    "earlier": _("Practice before"),
    "word": _("What the word homework brings up"),
    "helped": _("What helped before"),
    "in_the_way": _("What got in the way before"),
}


def offered(episode: Episode, today: date) -> bool:
    """Whether Today offers the questions: a new client who neither answered nor put them away. `told` comes with the row."""
    return episode.is_open and not getattr(episode, "told", True) and today - episode.opened_on <= NEW


def said(profile: FitProfile | None) -> dict[str, str]:
    """Their words, by part; empty ones included."""
    kept = (profile.practice or {}) if profile is not None else {}
    return {part: str(kept.get(part, "")) for part in PARTS}


def stamp(profile: FitProfile) -> str:
    """What a page grew from: a save that grew from something else would overwrite words and is refused."""
    return hashlib.sha256(json.dumps(said(profile), sort_keys=True).encode()).hexdigest()[:16]


def in_short(profile: FitProfile | None) -> list[tuple[str, str]]:
    """What the therapist reads before the first plan; nothing when the client keeps what suits them to themself."""
    if profile is None or not profile.in_use:
        return []
    return [(str(SHORT[part]), words) for part, words in said(profile).items() if words]
