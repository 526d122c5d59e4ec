"""The ways one client can be reached, as pages show them: each apart, off until turned on, with its day (clinical.md 5)."""

from dataclasses import dataclass
from datetime import datetime

from django.conf import settings

from clinic import messages, numbers, push, text_messages, wording
from clinic.access import Actor
from clinic.models import Clinic, ContactPrefs, OutgoingMessage

Kind = OutgoingMessage.Kind


@dataclass(frozen=True)
class Channels:
    """What the settings page says. `looks` is the exact text of a message, by channel."""

    push: push.Choice
    number: numbers.State
    email_since: datetime | None
    looks: dict[str, str]
    several: bool


def of(actor: Actor, prefs: ContactPrefs | None, now: datetime) -> Channels:
    """The ways of one person; staff have only a number, for safety messages. At most two queries."""
    assert actor.user is not None
    told, texted = push.choice_of(actor, prefs), numbers.state_of(actor, prefs, now)
    since = prefs.consented_at if prefs is not None and prefs.may_email else None
    on = (bool(told.browsers), texted.since is not None, since is not None)
    kind = Kind.REMINDER if actor.is_client else Kind.SAFETY
    return Channels(told, texted, since, looks(actor.clinic, actor.user.language, kind, prefs), sum(on) > 1)


def looks(clinic: Clinic, language: str, kind: str, prefs: ContactPrefs | None) -> dict[str, str]:
    """What a message of this kind says, word for word, by channel; of the link that stops it only that there is one."""
    language = language if language in messages.AROUND else "en"
    words, around = messages.WORDS[kind][language], text_messages.AROUND[language]
    said = text_messages.TEXTS[kind][language].format(app_name=messages.one_line(clinic.app_name))
    said = wording.line_of(prefs, language) if kind in messages.BY_CHOICE else said
    way_out = around.reply if settings.SMS["replies"] else around.link.format(link="…")
    parts = [said, f"{settings.BASE_URL}/", *([way_out] if kind in messages.WITH_A_WAY_OUT else [])]
    return {
        "sender": messages.one_line(clinic.sender_name),
        "subject": words.subject,
        "email": said if kind in messages.BY_CHOICE else " ".join(words.lines),
        "sms": " ".join(parts),
        "app": messages.one_line(clinic.app_name),
    }
