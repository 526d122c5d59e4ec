"""Which line a reminder says: one of three fixed ones, or the client's own words (clinical.md 5).

The client chooses it for themself. Own words are sealed, stand in an e-mail or a text message only where the line would be, and
never in a push message, which holds no words at all. Words that would tell somebody what it is about stay on the client's own
page, and only if they say so (`clinic.telling` knows them, `actions.nudge_words` refuses them).
"""

import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING
from uuid import UUID

from accounts import keys
from clinic import telling
from clinic.models import ContactPrefs, OutgoingMessage

if TYPE_CHECKING:
    from clinic.outbox.reach import Reach

Wording = ContactPrefs.Wording
LINES: dict[str, dict[str, str]] = {
    Wording.NUDGE: {"en": "You asked for a nudge around now.", "es": "Pediste un aviso para esta hora."},
    Wording.NOTE: {"en": "A note is waiting for you.", "es": "Tienes una nota."},
    Wording.MINUTES: {"en": "Your few minutes, if today suits.", "es": "Tus minutos, si hoy te va bien."},
}


@dataclass(frozen=True)
class Cue:
    """A client's own words. here: on their own page only, in no message."""

    words: str
    here: bool = False


def line_of(prefs: ContactPrefs | None, language: str) -> str:
    """What a reminder of theirs says outside, in a language of `LINES`."""
    cue = cue_of(prefs)
    if cue is not None and not cue.here and not telling.tells(cue.words):
        return cue.words
    chosen = prefs.wording if prefs is not None and prefs.wording in LINES else Wording.NUDGE
    return LINES[chosen][language]


def line_for(row: OutgoingMessage, language: str) -> str:
    """The same for a row that was asked about just now (`lend`); without that, the plain line."""
    return line_of(getattr(row, "wishes", None), language)


def lend(rows: Iterable[OutgoingMessage], reach: "Mapping[UUID, Reach]") -> None:
    """Give rows the wishes that were read when they were asked about, so that writing them asks no more."""
    for row in rows:
        mine = reach.get(row.user_id) if row.user_id else None
        row.wishes = mine.prefs if mine is not None else None  # type: ignore[attr-defined]


def cue_of(prefs: ContactPrefs | None) -> Cue | None:
    """A client's own words, if they chose to have some. Raises Undecryptable."""
    if prefs is None or prefs.wording != Wording.OWN or not prefs.cue:
        return None
    return Cue(**json.loads(keys.open_text(prefs.cue, purpose=_purpose(prefs.client_id))))


def seal(client_id: UUID, cue: Cue) -> str:
    """Own words as they are stored: sealed for this client's row."""
    return keys.seal_text(json.dumps({"words": cue.words, "here": cue.here}), purpose=_purpose(client_id))


def reseal(prefs: ContactPrefs) -> bool:
    """Seal them under the active key-encryption key, if they are not. Returns whether anything changed."""
    if not prefs.cue or keys.is_current(prefs.cue):
        return False
    plain = keys.open_text(prefs.cue, purpose=_purpose(prefs.client_id))
    prefs.cue = keys.seal_text(plain, purpose=_purpose(prefs.client_id))
    return True


def _purpose(client_id: UUID) -> str:
    return f"cue {client_id}"
