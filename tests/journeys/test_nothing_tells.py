"""Every message of every kind, over every way and in every language, against the whole record of a client: nothing of it is there.

The record is read back from the database, sealed fields and all, so that a field somebody adds is looked for without a change
here. The client's own words for a reminder are the one exception, and only in their place (clinical.md 4 and 5, F36).
"""

import re
from collections.abc import Iterator
from datetime import time, timedelta
from email import message_from_bytes
from email.header import decode_header, make_header
from email.message import EmailMessage
from email.policy import default
from html.parser import HTMLParser
from pathlib import Path
from typing import Any, cast

import pytest
import time_machine
from django.apps import apps
from django.conf import settings
from django.utils import timezone

from clinic import messages, text_messages, vault, wording
from clinic.actions import nudge_words, number, people
from clinic.models import Appointment, Clinic, ContactPrefs, Membership, OutgoingMessage, Site
from clinic.outbox import reach_of, recheck
from clinic.outbox.carriers.push import PushCarrier
from clinic.scope import acting_in
from homework.assignments import reminders
from homework.assignments.actions import snooze
from homework.reviews.actions import hand_over
from homework.safety.actions.flag import raise_flag
from homework.safety.models import SafetyFlag
from tests.access.world import make_world
from tests.cast import Cast
from tests.homework.assignments.nudging import agree, fresh, wants_email

LANGUAGES = [code for code, _ in settings.LANGUAGES]
Kind = OutgoingMessage.Kind
CUE = "Qzvutea and then ten lines"
NAMES = {"clinic": "Qzclinicword", "site": "Qzsiteword", "client": "Qzfirst Qzlast", "therapist": "Qztherapistname"}
NUMBER = "+447700900123"


@pytest.fixture
def ada_writes(cast: Cast, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Iterator[Cast]:
    """Ada with everything a client can have, and names nobody else has; texts go into a folder."""
    monkeypatch.setattr(settings, "SMS", {**settings.SMS, "folder": str(tmp_path), "replies": True})
    with vault.session(), acting_in(cast.north.pk):
        vault.open_contents([cast.ada.membership.pk, cast.ben.membership.pk])
        make_world(cast)
        SafetyFlag.objects.update(reminders_on=True)
        Appointment.objects.update(starts_at=timezone.now() + timedelta(days=9))
        Clinic.objects.filter(pk=cast.north.pk).update(name=NAMES["clinic"])
        Site.objects.filter(clinic=cast.north).update(name=NAMES["site"])
        Membership.objects.filter(pk=cast.theo.membership.pk).update(display_name=NAMES["therapist"])
        cast.ada.membership.client_name = NAMES["client"]
        cast.ada.membership.save()
        for person in (cast.ada, cast.theo):
            person.membership.refresh_from_db()
        cast.north.refresh_from_db()
        yield cast


def every_kind(cast: Cast) -> dict[str, OutgoingMessage]:
    """One row of each kind, made by what makes them in life."""
    ada = cast.ada.actor
    now = timezone.now().replace(hour=11, minute=0, second=0, microsecond=0) + timedelta(days=1)
    assert cast.ada.episode is not None and cast.ada.membership.site is not None
    OutgoingMessage.objects.all().delete()
    with time_machine.travel(now, tick=False):
        wants_email(cast.ada, now, asked_at=now)
        nudge_words.choose(by=ada, chosen="own", words=CUE)
        work = agree(cast.ada, cast.theo, slug="w01", reminder_time=time(12, 0))
        snooze.remind_later(by=ada, assignment=fresh(work), at=time(15, 0))
        people.invite_client(
            by=cast.amy.actor, name="Qzinvited", email="neri@example.org", site=cast.ada.membership.site
        )
        number.ask_code(by=ada, number=NUMBER)
        raise_flag(by=ada, episode=cast.ada.episode, kind="contact")
        hand_over.give(by=cast.kit.actor, episode=cast.ada.episode, reason="worried")
    found = {row.kind: row for row in OutgoingMessage.objects.select_related("user")}
    rows = list(reminders._with_plans(type(work).objects.filter(pk=work.pk)))
    reach = reach_of(cast.north, [ada.user.pk], now)  # type: ignore[union-attr]
    works = reminders._facts(rows, reach, now)
    found[Kind.REMINDER] = reminders._message(cast.north, works, reach[ada.user.pk], now)  # type: ignore[union-attr]
    long_ago = now - timedelta(weeks=9)
    ContactPrefs.objects.filter(client=cast.ada.membership).update(asked_at=long_ago, answered_at=long_ago)
    OutgoingMessage.objects.filter(kind=Kind.AGAIN).delete()
    assert recheck.queue_notes(cast.north, now) >= 1
    found[Kind.NOTE] = OutgoingMessage.objects.select_related("user").get(kind=Kind.NOTE, user=cast.ada.user)
    wording.lend(found.values(), reach)
    return found


def record() -> set[str]:
    """Every text of the clinic acted in, from every field of every table, that is long enough to be recognised."""
    found = {*NAMES.values(), "Qzinvited", *(word for name in NAMES.values() for word in name.split())}
    for model in apps.get_models():
        if model._meta.app_label not in ("clinic", "assignments", "reviews", "safety"):
            continue
        sealed = [each for each in model._meta.get_fields() if type(each).__name__.startswith("Encrypted")]
        for row in model._default_manager.all() if sealed else ():
            for each in sealed:
                found |= set(texts(read(row, each.name)))
    return {text for text in found if len(text) > 4}


def read(row: Any, name: str) -> Any:
    """A sealed field; None where this client was not opened."""
    try:
        return getattr(row, name)
    except Exception:
        return None


def texts(value: Any) -> Iterator[str]:
    """The texts in a value of any shape."""
    if isinstance(value, str):
        yield value
    elif isinstance(value, dict):
        for each in value.values():
            yield from texts(each)
    elif isinstance(value, list | tuple):
        for each in value:
            yield from texts(each)


def as_it_arrives(row: OutgoingMessage, clinic: Clinic) -> tuple[str, str, str]:
    """Headers decoded, text and HTML, as a mail program shows them."""
    raw = messages.compose(row, clinic).message().as_bytes()
    mail = cast(EmailMessage, message_from_bytes(raw, policy=default))
    headers = "\n".join(f"{name}: {make_header(decode_header(str(value)))}" for name, value in mail.items())
    text, html = (mail.get_body((kind,)) for kind in ("plain", "html"))
    assert text is not None and html is not None
    return headers, text.get_content(), html.get_content()


class Lint(HTMLParser):
    """What an HTML message is made of."""

    def __init__(self) -> None:
        super().__init__()
        self.tags: list[str] = []
        self.links: list[str] = []
        self.others: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append(tag)
        for name, value in attrs:
            if tag == "a" and name == "href":
                self.links.append(value or "")
            elif name not in ("lang", "charset", "name", "content"):
                self.others.append(f"{tag} {name}")


@pytest.mark.finding("F36")
def test_no_message_of_any_kind_way_or_language_holds_a_word_of_the_record(
    ada_writes: Cast,
) -> None:
    north = ada_writes.north
    found = every_kind(ada_writes)
    assert set(found) == set(Kind.values)
    secrets = record() - {CUE}
    assert len(secrets) > 40, "there is a record to look for"
    for kind, row in found.items():
        for language in LANGUAGES:
            row.language = language
            if row.user is not None:
                row.user.language = language
            said: dict[str, str] = {}
            if kind != Kind.CODE:
                headers, text, html = as_it_arrives(row, north)
                said |= {"headers": headers, "text": text, "html": html}
                assert ("Qzvutea" in text, "Qzvutea" in html) == ((kind in messages.BY_CHOICE),) * 2
                assert "Qzvutea" not in headers
            if kind in text_messages.TEXTS:
                said["sms"] = text_messages.compose(row, north)
                assert ("Qzvutea" in said["sms"]) == (kind in messages.BY_CHOICE)
            if kind not in (Kind.CODE, Kind.INVITATION):
                said["push"] = (
                    str(PushCarrier()._headers("https://fcm.googleapis.com/x", row)) if settings.PUSH_KEY else ""
                )
                assert "Qzvutea" not in said["push"]
            for way, words in said.items():
                seen = [secret for secret in secrets if secret.lower() in words.lower()]
                assert seen == [], (kind, language, way)
                assert NUMBER not in words and NUMBER[1:] not in words
                if way in ("text", "sms") and kind != Kind.CODE:
                    assert not re.search(r"\d", re.sub(r"https?://\S+", "", words)), (kind, language, "a number")


@pytest.mark.finding("F36")
@pytest.mark.parametrize("language", LANGUAGES)
def test_html_is_words_and_at_most_two_links(ada_writes: Cast, language: str) -> None:
    """No picture, nothing fetched, nothing wrapped: the home page (or the invitation), and the way out."""
    for kind, row in every_kind(ada_writes).items():
        if kind == Kind.CODE:
            continue
        row.language = language
        if row.user is not None:
            row.user.language = language
        _headers, _text, html = as_it_arrives(row, ada_writes.north)
        lint = Lint()
        lint.feed(html)
        assert set(lint.tags) <= {"html", "head", "meta", "title", "body", "p", "a"}
        assert lint.others == []
        home, stops = lint.links[0], lint.links[1:]
        assert home == f"{settings.BASE_URL}/" or (
            kind == Kind.INVITATION and home.startswith(f"{settings.BASE_URL}/join/")
        )
        assert len(stops) == (1 if kind in messages.WITH_A_WAY_OUT else 0)
        assert all(link.startswith(f"{settings.BASE_URL}/stop/") for link in stops)
        assert all("?" not in link for link in lint.links)


@pytest.mark.finding("F36")
def test_the_looking_would_find_something(ada_writes: Cast) -> None:
    """The same search over a message that does tell finds it."""
    secrets = record()
    name = "Dear Qzfirst Qzlast, Qztherapistname of Qzclinicword"
    assert len([secret for secret in secrets if secret.lower() in name.lower()]) >= 4
