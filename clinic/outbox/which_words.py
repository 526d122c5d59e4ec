"""Which words a message had, as a short hash: what was said can be told later, the text itself is never stored."""

import hashlib
from functools import lru_cache

from clinic import messages, text_messages, wording
from clinic.models import OutgoingMessage

OWN = "own"  # a client's own words: not even a hash of them is kept, short words can be guessed from it
Channel = OutgoingMessage.Channel
FIXED = frozenset(line for lines in wording.LINES.values() for line in lines.values())


def wording_of(row: OutgoingMessage) -> str:
    """Twelve letters for the words this row is sent with; equal for equal words. "own" for a client's own."""
    language = row.user.language if row.user else row.language
    language = language if language in messages.AROUND else "en"
    line = wording.line_for(row, language) if row.kind in messages.BY_CHOICE and row.channel != Channel.PUSH else ""
    return OWN if line and line not in FIXED else _hash(row.channel, row.kind, language, line)


@lru_cache(maxsize=256)
def _hash(channel: str, kind: str, language: str, line: str) -> str:
    words: object = ""  # a push message holds none
    if channel == Channel.SMS:
        words = (text_messages.TEXTS.get(kind, {}).get(language), text_messages.AROUND[language])
    elif channel == Channel.EMAIL:
        words = (messages.WORDS.get(kind, {}).get(language), messages.AROUND[language])
    return hashlib.sha256(repr((channel, kind, line, words)).encode()).hexdigest()[:12]
