"""A message on the wire: two parts with the same words, a way out, and nothing that a clinic's own words can add."""

import email
import email.policy
import re
from email.message import EmailMessage as Parsed
from html.parser import HTMLParser
from typing import Any
from uuid import uuid4

import pytest
from django.conf import settings as django_settings
from django.urls import reverse
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from accounts import keys
from clinic import messages
from clinic.models import Clinic, OutgoingMessage
from tests.cast import Cast, Person

Kind = OutgoingMessage.Kind
MAILED = [kind for kind in Kind.values if kind != Kind.CODE]  # a code goes as a text message
TO_CLIENTS = (Kind.REMINDER, Kind.NOTE, Kind.AGAIN)


def row_for(person: Person, kind: str, **more: Any) -> OutgoingMessage:
    """A row that was never saved."""
    about = uuid4()
    values: dict[str, Any] = {"clinic": person.membership.clinic, "kind": kind, "about": about, "user": person.user}
    if kind == Kind.INVITATION:
        secret = keys.seal_text("a-token", purpose=f"invitation {about}")
        values |= {"user": None, "to": "neri@example.org", "secret": secret}
    return OutgoingMessage(**(values | more))


def on_the_wire(row: OutgoingMessage, clinic: Clinic) -> Parsed:
    """The bytes a mail server gets, read as a mail program reads them."""
    raw = messages.compose(row, clinic).message().as_bytes()
    parsed = email.message_from_bytes(raw, policy=email.policy.default)
    assert isinstance(parsed, Parsed)
    return parsed


def part(message: Parsed, kind: str) -> str:
    body = message.get_body(preferencelist=(kind,))
    assert body is not None
    text: str = body.get_content()
    return text


class Page(HTMLParser):
    """The words, tags and attributes of an HTML part."""

    def __init__(self, source: str) -> None:
        super().__init__()
        self.words: list[str] = []
        self.tags: set[str] = set()
        self.attributes: set[tuple[str, str | None]] = set()
        self.feed(source)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.add(tag)
        self.attributes.update(attrs)

    def handle_data(self, data: str) -> None:
        self.words.extend(data.split())


@pytest.mark.parametrize("language", ["en", "es"])
@pytest.mark.parametrize("kind", MAILED)
def test_both_parts_say_the_same(north: Cast, kind: str, language: str) -> None:
    north.ada.user.language = language
    message = on_the_wire(row_for(north.ada, kind, language=language), north.north)
    said = bare(re.sub(r"https?://\S+", "", part(message, "plain")).split())
    shown = bare(Page(part(message, "html")).words)
    assert said <= shown
    assert shown - said <= bare(message["Subject"].split())  # the title of the HTML part


def bare(words: list[str]) -> set[str]:
    """Words without the points and colons around links."""
    return {word.strip(".:") for word in words} - {""}


@pytest.mark.parametrize("kind", MAILED)
def test_nothing_is_fetched_and_nobody_is_tracked(north: Cast, kind: str) -> None:
    page = Page(part(on_the_wire(row_for(north.ada, kind), north.north), "html"))
    assert page.tags <= {"html", "head", "meta", "title", "body", "p", "a"}
    links = {value for name, value in page.attributes if name in {"href", "src", "background", "srcset", "action"}}
    assert all(str(link).startswith(f"{django_settings.BASE_URL}/") for link in links)
    assert not any("?" in str(link) for link in links)
    assert {name for name, _ in page.attributes} <= {"href", "lang", "charset", "name", "content"}


@pytest.mark.parametrize("kind", [kind for kind in MAILED if kind != Kind.INVITATION])
def test_the_link_is_the_home_page_where_one_signs_in(north: Cast, kind: str) -> None:
    text = part(on_the_wire(row_for(north.ada, kind), north.north), "plain")
    links = [link for link in re.findall(r"https?://\S+", text) if "/stop/" not in link]
    assert links == [f"{django_settings.BASE_URL}/"]


def test_an_invitation_leads_to_its_own_page(north: Cast) -> None:
    text = part(on_the_wire(row_for(north.ada, Kind.INVITATION), north.north), "plain")
    path = reverse("join", args=[north.north.pk, "a-token"])
    assert re.findall(r"https?://\S+", text) == [f"{django_settings.BASE_URL}{path}"]


@pytest.mark.parametrize("kind", MAILED)
def test_only_what_clients_asked_for_has_a_way_out_and_it_works_with_one_tap(north: Cast, kind: str) -> None:
    message = on_the_wire(row_for(north.ada, kind), north.north)
    if kind not in TO_CLIENTS:
        assert message["List-Unsubscribe"] is None
        assert "/stop/" not in part(message, "plain")
        return
    token = messages.stop_token(north.north.pk, north.ada.user.pk)
    link = django_settings.BASE_URL + reverse("stop_messages", args=[token])
    assert message["List-Unsubscribe"].strip() == f"<{link}>"
    assert message["List-Unsubscribe-Post"] == "List-Unsubscribe=One-Click"
    assert link in part(message, "plain")
    assert link in part(message, "html")


def test_no_machine_answers_a_message_and_mail_programs_show_it_once(north: Cast) -> None:
    row = row_for(north.ada, Kind.REMINDER)
    message = on_the_wire(row, north.north)
    assert message["Auto-Submitted"] == "auto-generated"
    assert message["X-Auto-Response-Suppress"] == "All"
    assert message["Message-ID"].strip() == f"<{row.pk}.{north.north.pk}@localhost>"  # on a line of its own
    assert message["Reply-To"] is None


def test_the_sender_is_the_name_the_clinic_chose_and_nobody_elses_name_is_there(north: Cast) -> None:
    north.north.sender_name = "Agenda"
    message = on_the_wire(row_for(north.ada, Kind.REMINDER), north.north)
    assert message["From"] == "Agenda <reminders@localhost>"
    assert message["To"] == "ada@example.org"


def test_the_language_is_the_readers_of_today(north: Cast) -> None:
    row = row_for(north.ada, Kind.REMINDER, language="en")
    north.ada.user.language = "es"
    message = on_the_wire(row, north.north)
    assert message["Subject"] == "Tienes una nota"
    assert message["Content-Language"] == "es"


def test_an_unknown_language_is_english(north: Cast) -> None:
    north.ada.user.language = "xx"
    assert on_the_wire(row_for(north.ada, Kind.REMINDER), north.north)["Subject"] == "A note is waiting for you"


EXPECTED_HEADERS = {
    *("Content-Type", "MIME-Version", "Subject", "From", "To", "Message-ID", "Auto-Submitted", "Date"),
    *("X-Auto-Response-Suppress", "Content-Language", "List-Unsubscribe", "List-Unsubscribe-Post"),
}
hostile = st.text(max_size=40) | st.sampled_from(
    [
        "x\r\nBcc: everybody@example.org",
        "x\nSubject: y",
        "\u2028Bcc: a@b.c",
        '"<a@b.c>, ',
        "a" * 500,
        "=?utf-8?q?=0ABcc?=",
        "",
    ]
)


@settings(max_examples=200, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(sender=hostile, app=hostile, kind=st.sampled_from(MAILED))
def test_nothing_a_clinic_types_adds_a_header_a_reader_or_a_line(north: Cast, sender: str, app: str, kind: str) -> None:
    clinic = Clinic(pk=north.north.pk, name="North clinic", sender_name=sender, app_name=app)
    message = on_the_wire(row_for(north.ada, kind), clinic)
    assert set(message.keys()) <= EXPECTED_HEADERS
    assert len(message["To"].addresses) == len(message["From"].addresses) == 1
    assert message["From"].addresses[0].addr_spec == "reminders@localhost"
    plain = Clinic(pk=north.north.pk, sender_name="Reminders", app_name="Notes")
    lines = part(on_the_wire(row_for(north.ada, kind), plain), "plain").count("\n")
    assert part(message, "plain").count("\n") == lines
    assert Page(part(message, "html")).tags <= {"html", "head", "meta", "title", "body", "p", "a"}
