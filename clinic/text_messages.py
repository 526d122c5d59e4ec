"""Everything a text message may say, in every language (clinical.md 5): fixed, neutral, one text of 160 letters.

What `clinic.messages` is for e-mail. The words keep to the letters of GSM 03.38, so that a text stays
one text: Spanish words with accents it does not know (á, í, ó, ú) are avoided, and a clinic's own name is folded to it.
"""

import unicodedata
from dataclasses import dataclass

from django.conf import settings

from accounts import keys
from clinic import way_out, wording
from clinic.messages import BY_CHOICE, WITH_A_WAY_OUT, one_line
from clinic.models import Clinic, OutgoingMessage

Kind = OutgoingMessage.Kind
LONGEST = 160
GSM_7 = frozenset(
    "@£$¥èéùìòÇ\nØø\rÅåΔ_ΦΓΛΩΠΨΣΘΞÆæßÉ !\"#¤%&'()*+,-./0123456789:;<=>?¡ABCDEFGHIJKLMNOPQRSTUVWXYZÄÖÑÜ§¿"
    "abcdefghijklmnopqrstuvwxyzäöñüà"
)


@dataclass(frozen=True)
class Around:
    """What stands after a text that a client can stop: by answering, or by a link."""

    reply: str
    link: str


TEXTS: dict[str, dict[str, str]] = {
    Kind.REMINDER: {"en": "You asked for a nudge around now.", "es": "Pediste un aviso para esta hora."},
    Kind.AGAIN: {"en": "You asked for a nudge around now.", "es": "Pediste un aviso para esta hora."},
    Kind.NOTE: {"en": "A note is waiting for you.", "es": "Tienes una nota."},
    Kind.SAFETY: {
        "en": "Please sign in to {app_name} as soon as you can.",
        "es": "Entra en {app_name} en cuanto puedas, por favor.",
    },
    Kind.CODE: {
        "en": "Your code is {code}. It works for ten minutes.",
        "es": "Tu clave es {code}. Sirve durante diez minutos.",
    },
}
AROUND = {
    "en": Around("Reply STOP to stop.", "Stop: {link}"),
    "es": Around("Responde ALTO para parar.", "Parar: {link}"),
}


def compose(row: OutgoingMessage, clinic: Clinic) -> str:
    """The text of one row, in the person's language of now. Raises KeyError for a kind that never goes as a text.

    A reminder says the line its client chose, as far as it fits; else the plain one.
    """
    language = row.user.language if row.user else row.language
    language = language if language in AROUND else "en"
    if row.kind == Kind.CODE:
        code = keys.open_text(row.secret, purpose=f"{row.kind} {row.about}")
        return TEXTS[row.kind][language].format(code=code)
    plain = TEXTS[row.kind][language].format(app_name=folded(one_line(clinic.app_name)))
    chosen = folded(one_line(wording.line_for(row, language))) if row.kind in BY_CHOICE else plain
    home, out = f"{settings.BASE_URL}/", _way_out(row, clinic, language)
    ways = ((chosen, home, out), (chosen, out), (plain, home, out), (plain, out))
    texts = [" ".join(filter(None, parts)) for parts in ways]
    return next((text for text in texts if len(text) <= LONGEST), texts[-1])


def _way_out(row: OutgoingMessage, clinic: Clinic, language: str) -> str:
    """How a client stops texts: by answering, where somebody hears it, else by a link. Nothing for other messages."""
    if row.kind not in WITH_A_WAY_OUT:
        return ""
    around = AROUND[language]
    return around.reply if settings.SMS["replies"] else around.link.format(link=way_out.link_of(row, clinic))


def folded(text: str) -> str:
    """A clinic's own word in the letters a text may hold: accents it does not know go, and so does the rest."""
    kept = (letter if letter in GSM_7 else unicodedata.normalize("NFKD", letter)[:1] for letter in text)
    return "".join(letter for letter in kept if letter in GSM_7)
