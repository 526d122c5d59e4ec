"""Everything a message may say, in every language, on one page, and how a row of the outbox becomes an e-mail.

The words stand here and not in translation files, so that a clinician can read all that ever leaves the program, and
nobody changes it unseen. They are fixed and neutral: no name, no task, no count, no place, no hurry (clinical.md 4 and
5, F36). Who reads the lock screen learns that somebody has a note. `tests/house/test_neutral_messages.py` holds every
text.
"""

import re
from dataclasses import dataclass
from email.utils import formataddr

from django.conf import settings
from django.core.mail import EmailMultiAlternatives
from django.template.loader import render_to_string
from django.urls import reverse

from accounts import keys, mail
from clinic import way_out, wording
from clinic.models import Clinic, OutgoingMessage

Kind = OutgoingMessage.Kind
BY_CHOICE = (Kind.REMINDER, Kind.AGAIN)  # the client chooses what these say (`clinic.wording`)
WITH_A_WAY_OUT = (Kind.REMINDER, Kind.NOTE, Kind.AGAIN)  # what clients asked for and can stop with one tap


@dataclass(frozen=True)
class Words:
    """One message: its subject, its lines, the word on its one link, and lines below it. `{app_name}` is all that
    varies.
    """

    subject: str
    lines: tuple[str, ...]
    link: str
    below: tuple[str, ...] = ()


@dataclass(frozen=True)
class Around:
    """What stands around every message in one language."""

    stop: str
    replies: str


WORDS: dict[str, dict[str, Words]] = {
    Kind.REMINDER: {
        "en": Words("A note is waiting for you", ("You asked for a nudge around now.",), "Open"),
        "es": Words("Tienes una nota", ("Pediste un aviso para esta hora.",), "Abrir"),
    },
    Kind.AGAIN: {
        "en": Words("A note is waiting for you", ("You asked for a nudge around now.",), "Open"),
        "es": Words("Tienes una nota", ("Pediste un aviso para esta hora.",), "Abrir"),
    },
    Kind.NOTE: {
        "en": Words("A note is waiting for you", ("A note is waiting for you.",), "Open"),
        "es": Words("Tienes una nota", ("Tienes una nota.",), "Abrir"),
    },
    Kind.DIGEST: {
        "en": Words(
            "You have something to read",
            ("You have something to read in {app_name}. Sign in when you are somewhere private.",),
            "Sign in",
        ),
        "es": Words(
            "Tienes algo para leer",
            ("Tienes algo para leer en {app_name}. Entra cuando estés en un lugar privado.",),
            "Entrar",
        ),
    },
    Kind.SAFETY: {
        "en": Words("Please sign in", ("Please sign in to {app_name} as soon as you can.",), "Sign in"),
        "es": Words("Entra, por favor", ("Entra en {app_name} en cuanto puedas, por favor.",), "Entrar"),
    },
    Kind.INVITATION: {
        "en": Words(
            "You have been invited",
            ("You have been invited to {app_name}.", "The link works once, for three days."),
            "Open the invitation",
            ("If you did not expect this, you can leave it alone.",),
        ),
        "es": Words(
            "Tienes una invitación",
            ("Tienes una invitación a {app_name}.", "El enlace funciona una sola vez, durante tres días."),
            "Abrir la invitación",
            ("Si no la esperabas, puedes ignorar este mensaje.",),
        ),
    },
}
AROUND = {
    "en": Around("Stop these e-mails. You do not need to sign in", "Nobody reads replies to this message."),
    "es": Around("No recibir más estos correos. No hace falta entrar", "Nadie lee las respuestas a este mensaje."),
}


def compose(row: OutgoingMessage, clinic: Clinic) -> EmailMultiAlternatives:
    """The e-mail of one row; a user's address and language are those of now, so load `row.user` afresh."""
    to = row.user.email if row.user else row.to
    language = row.user.language if row.user else row.language
    language = language if language in AROUND else "en"
    words, around = WORDS[row.kind][language], AROUND[language]
    way_out = _way_out(row, clinic)
    context = {
        "language": language,
        "subject": words.subject,
        "lines": _lines(row, language, clinic),
        "link_word": words.link,
        "link": _link(row, clinic),
        "below": words.below,
        "stop_word": around.stop,
        "stop_link": way_out,
        "replies": around.replies,
    }
    message = EmailMultiAlternatives(
        words.subject,
        render_to_string("messages/message.txt", context),
        formataddr((one_line(clinic.sender_name), mail.sender_address())),
        [to],
        headers=_headers(row, language, way_out),
    )
    message.attach_alternative(render_to_string("messages/message.html", context), "text/html")
    return message


def _lines(row: OutgoingMessage, language: str, clinic: Clinic) -> list[str]:
    """What it says. A reminder says the line its client chose."""
    if row.kind in BY_CHOICE:
        return [wording.line_for(row, language)]
    return [line.format(app_name=one_line(clinic.app_name)) for line in WORDS[row.kind][language].lines]


def one_line(text: str) -> str:
    """Only what can be seen, on one line: a clinic's own words can add no header and no line to a message.

    Without `=?`, which begins an encoded word: mail programs would read what is hidden in it.
    """
    seen = "".join(letter if letter.isprintable() else " " for letter in text)
    return " ".join(re.sub(r"=+\?", "?", seen).split())


def _link(row: OutgoingMessage, clinic: Clinic) -> str:
    """The home page, where one signs in; an invitation's own link. Never a way in without signing in."""
    if row.kind != Kind.INVITATION:
        return f"{settings.BASE_URL}/"
    token = keys.open_text(row.secret, purpose=f"{row.kind} {row.about}")
    return settings.BASE_URL + reverse("join", "clinic.people_urls", args=[clinic.pk, token])


def _headers(row: OutgoingMessage, language: str, way_out: str) -> dict[str, str]:
    headers = {
        "Message-ID": mail.message_id(row.pk, row.clinic_id),
        "Auto-Submitted": "auto-generated",
        "X-Auto-Response-Suppress": "All",
        "Content-Language": language,
    }
    if way_out:  # RFC 8058: one tap in the mail program, without signing in
        headers |= {"List-Unsubscribe": f"<{way_out}>", "List-Unsubscribe-Post": "List-Unsubscribe=One-Click"}
    return headers


# --- the way out ------------------------------------------------------------------------------------------------------

stop_token = way_out.stop_token


def _way_out(row: OutgoingMessage, clinic: Clinic) -> str:
    """The link that stops messages to this client, or "" for messages that are not of that kind."""
    return way_out.link_of(row, clinic) if row.kind in WITH_A_WAY_OUT and row.user_id is not None else ""
