"""Words that would tell somebody who looks over a client's shoulder what it is about, in every language of the program (F36)."""

import re
import unicodedata
from collections.abc import Iterable

#: The beginnings of words, folded (small letters, no accents).
BEGINNINGS = (
    *("therap", "session", "appointm", "clinic", "patient", "client", "homework", "worksheet", "assignm", "diary"),
    *("expos", "anxi", "depress", "mood", "mental", "psych", "treatm", "symptom", "score", "questionn", "measure"),
    *("risk", "flag", "alert", "urgent", "crisis", "doctor", "counsel", "hospital", "medic", "diagnos", "disorder"),
    *("panic", "trauma", "suicid", "self-harm", "selfharm", "addict", "relaps", "sober", "abus", "ocd", "ptsd", "adhd"),
    *("overdue", "forget", "forgot", "haven't", "havent"),
    *("terap", "sesion", "cita", "paciente", "tarea", "ejercic", "diario", "ansied", "ansios", "animo", "salud"),
    *("psic", "psiq", "tratam", "sintom", "puntu", "cuestion", "riesgo", "alerta", "urgente", "consejer", "medicin"),
    *("trastorn", "panico", "suicid", "adicc", "recaid", "sobri", "atrasad", "olvid", "tdah", "tept"),
)
SHORT = {"the", "and", "for", "los", "las", "del", "para", "centre", "center", "centro", "house", "group"}
_telling = re.compile(rf"\b(?:{'|'.join(map(re.escape, BEGINNINGS))})[\w'-]*")
LINK = re.compile(r"https?:|www\.|://|\b[\w-]+\.[a-z]{2,}\b(?:/|$|\s)|@", re.IGNORECASE)


def folded(text: str) -> str:
    """Small letters without accents, plain apostrophes: how words are compared."""
    plain = unicodedata.normalize("NFKD", text.replace("’", "'")).casefold()
    return "".join(letter for letter in plain if not unicodedata.combining(letter))


def tells(text: str, names: Iterable[str] = ()) -> str:
    """The first word in a text that tells, or ""; `names`: of people and places that tell as well."""
    said = folded(text)
    found = _telling.search(said)
    if found is not None:
        return found.group()
    words = set(re.findall(r"\w+", said))
    parts = {word for name in names for word in re.findall(r"\w+", folded(name)) if len(word) > 2 and word not in SHORT}
    return next(iter(sorted(words & parts)), "")


def leads_away(text: str) -> bool:
    """Whether a text holds a link or an address."""
    return LINK.search(text) is not None
