"""People who answer STOP to a text message: that number gets no more, from any clinic, at once (clinical.md 5).

What they wrote is looked at for this one word and kept nowhere. No word turns anything on: only the person does,
signed in.
"""

import json
import re
import unicodedata
from collections.abc import Mapping
from typing import Any
from urllib.parse import parse_qsl

from django.conf import settings

from clinic.actions import number
from clinic.models import Clinic
from clinic.numbers import E164

FIELDS = 50  # of one answer; a provider sends about twenty
STOP = {"stop", "stopall", "stop all", "unsubscribe", "cancel", "end", "quit"} | {
    "alto", "parar", "baja", "fin", "no mas",
}  # fmt: skip
#: These mean it with anything behind them: “Stop texting me”, “Baja por favor”.
BEGINS = {"stop", "stopall", "unsubscribe", "baja"}


def means_stop(text: str) -> bool:
    """Whether somebody wants no more: a stop word in English or Spanish, however it is written."""
    plain = unicodedata.normalize("NFKD", text[:200]).casefold()
    letters = "".join(letter for letter in plain if not unicodedata.combining(letter))
    words = re.sub(r"[\W_]+", " ", letters).split()
    return " ".join(words) in STOP or (bool(words) and words[0] in BEGINS)


def take(fields: Mapping[str, Any]) -> int:
    """Let one answer have its effect. Returns how many people it was given up for."""
    sender, text = _first(fields, settings.SMS_REPLY_FROM), _first(fields, settings.SMS_REPLY_TEXT)
    return stop_everywhere(sender) if sender and means_stop(text) else 0


def stop_everywhere(sender: str) -> int:
    """End the consent of a number in every clinic that has it, whoever's it is. Returns for how many people."""
    plain = in_full(sender)
    clinics = Clinic.objects.values_list("pk", flat=True) if plain else ()
    return sum(number.stop(clinic_id, plain) for clinic_id in clinics)


def in_full(sender: str) -> str:
    """A provider's way of writing a number as E.164; "" for a short code or a name. Providers leave out the plus."""
    digits = re.sub(r"\D", "", sender.rpartition(":")[2], flags=re.ASCII).removeprefix("00")
    return f"+{digits}" if E164.fullmatch(f"+{digits}") else ""


def fields_of(raw: bytes, content_type: str) -> dict[str, Any]:
    """The fields of an answer, sent as a form or as JSON; none when it cannot be read."""
    text = raw.decode("utf-8", "replace")
    try:
        if content_type == "application/json":
            found = json.loads(text)
            return found if isinstance(found, dict) else {}
        return dict(reversed(parse_qsl(text, max_num_fields=FIELDS)))
    except (ValueError, RecursionError):
        return {}


def _first(fields: Mapping[str, Any], names: list[str]) -> str:
    """The first of these fields that holds anything; `data.from` is a field inside another."""
    found = (_inside(fields, name.split(".")) for name in names)
    return next((str(value) for value in found if isinstance(value, str | int) and str(value).strip()), "")


def _inside(fields: Any, path: list[str]) -> Any:
    for step in path:
        fields = fields.get(step) if isinstance(fields, Mapping) else None
    return fields
