"""Reports about messages: what is understood, and that nothing a stranger sends does any harm."""

import time
from email.message import EmailMessage
from typing import Any
from uuid import UUID, uuid4

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from accounts.ids import uuid7
from accounts.mail import message_id
from clinic.models import OutgoingMessage
from clinic.returns import parse, reference
from clinic.returns.parse import Event, of_json, of_mail
from tests.clinic.returns.reports import ADA, bounce, complaint

Returned = OutgoingMessage.Returned
ROW, CLINIC = UUID("01a20429-218a-7c6a-b38d-165416787d5b"), UUID("01a20429-218a-794c-a16e-483dcb349147")


def seen(raw: bytes) -> list[tuple[str, UUID, UUID]]:
    return [(event.what, event.row, event.clinic) for event in of_mail(raw)]


BOUNCED = [(Returned.BOUNCED, ROW, CLINIC)]
DELAYED = [(Returned.DELAYED, ROW, CLINIC)]

# --- the row a text is about ------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "text",
    ["{}", "Message-ID: {}", "In-Reply-To:\n\t{}", "xx{} yy", "<<{}>>", "<a@b> {} <c@d>"],
)
def test_our_message_id_is_found_in_any_text(text: str) -> None:
    assert reference(text.format(message_id(ROW, CLINIC))) == (ROW, CLINIC)
    assert reference(text.format(message_id(ROW, CLINIC)).upper()) == (ROW, CLINIC)


@pytest.mark.parametrize(
    "text",
    [
        "",
        message_id(ROW),  # mail about an account
        f"<{ROW}.@localhost>",
        f"<{ROW}.{CLINIC}0@localhost>",
        f"<0{ROW}.{CLINIC}@localhost>",
        f"<b0e13cf6-eebb-4b50-a868-3e06ec2f794b.{CLINIC}@localhost>",  # not an id of this program
        f"<{str(ROW)[:-1]}g.{CLINIC}@localhost>",
        f"<{ROW}.{ROW}.{CLINIC}".replace(".", "-"),
    ],
)
def test_what_has_not_the_shape_of_ours_is_nothing(text: str) -> None:
    assert reference(text) is None


def test_the_first_of_ours_counts() -> None:
    other = uuid7()
    assert reference(f"<{uuid4()}.{CLINIC}@x> {message_id(ROW, CLINIC)} {message_id(other, CLINIC)}") == (ROW, CLINIC)


# --- reports of mail servers ------------------------------------------------------------------------------------------


def test_a_bounce_names_its_message_and_its_recipient() -> None:
    assert of_mail(bounce(ROW, CLINIC)) == [Event(Returned.BOUNCED, ROW, CLINIC, ADA)]


@pytest.mark.parametrize("attached", parse.ATTACHED)
@pytest.mark.parametrize("report", parse.REPORTS)
def test_the_message_is_found_attached_whole_or_as_headers_only(attached: str, report: str) -> None:
    assert of_mail(bounce(ROW, CLINIC, attached=attached, report=report)) == [Event(Returned.BOUNCED, ROW, CLINIC, ADA)]


@pytest.mark.parametrize(
    ("action", "status", "expected"),
    [
        ("failed", "5.1.1", BOUNCED),
        ("Failed", "5.1.1 (no such mailbox)", BOUNCED),
        ("failed", "5.1.10", BOUNCED),
        ("failed", "5.2.1", BOUNCED),
        ("failed", "5.4.4", BOUNCED),
        ("failed", "5.0.0", BOUNCED),
        ("failed", "5.2.2", DELAYED),  # the mailbox is full
        ("failed", "5.7.1", DELAYED),  # the other server does not like ours: the address is as good as ever
        ("failed", "5.3.4", DELAYED),
        ("failed", "4.4.7", DELAYED),
        ("delayed", "4.2.2", DELAYED),
        ("delayed", "4.4.1", DELAYED),
        ("failed", "", DELAYED),
        ("failed", "five", DELAYED),
        ("delivered", "2.0.0", []),
        ("relayed", "2.0.0", []),
        ("expanded", "2.0.0", []),
        ("", "5.1.1", []),
        ("failed", "2.0.0", []),
    ],
)
def test_only_what_is_final_and_about_the_address_is_a_bounce(action: str, status: str, expected: Any) -> None:
    assert seen(bounce(ROW, CLINIC, action=action, status=status)) == expected


def test_without_the_message_attached_what_the_report_answers_to_counts() -> None:
    raw = bounce(ROW, CLINIC, headers="Subject: cut off\n").replace(
        b"Auto-Submitted", b"In-Reply-To: " + message_id(ROW, CLINIC).encode() + b"\nAuto-Submitted"
    )
    assert seen(raw) == BOUNCED


def test_without_that_too_the_id_is_found_in_its_text() -> None:
    raw = bounce(ROW, CLINIC, headers="Subject: cut off\n")
    assert (
        seen(raw.replace(b"I'm sorry", f"Your message {ROW}.{str(CLINIC)[:9]}=\n{str(CLINIC)[9:]}@x".encode()))
        == BOUNCED
    )


def test_a_report_about_somebody_elses_message_is_nothing() -> None:
    raw = bounce(ROW, CLINIC, headers=f"Message-ID: <else@example.net>\nReferences: {message_id(ROW, CLINIC)}\n")
    assert seen(raw) == []
    assert seen(bounce(ROW, CLINIC, headers=f"Message-ID: {message_id(ROW)}\n")) == []  # a code for signing in


# --- complaints -------------------------------------------------------------------------------------------------------


def test_a_complaint_names_its_message() -> None:
    assert of_mail(complaint(ROW, CLINIC)) == [Event(Returned.COMPLAINT, ROW, CLINIC, ADA)]


@pytest.mark.parametrize("kind", ["not-spam", "auth-failure", "virus", "", "other"])
def test_other_feedback_is_no_complaint(kind: str) -> None:
    assert of_mail(complaint(ROW, CLINIC, kind=kind)) == []


# --- everything else --------------------------------------------------------------------------------------------------


def test_an_automatic_reply_and_a_persons_answer_are_nothing() -> None:
    for headers in ({"Auto-Submitted": "auto-replied"}, {}):
        answer = EmailMessage()
        answer["Subject"], answer["In-Reply-To"] = "Re: A note is waiting for you", message_id(ROW, CLINIC)
        for name, value in headers.items():
            answer[name] = value
        answer.set_content(f"I am away. Action: failed Status: 5.1.1 {message_id(ROW, CLINIC)}")
        assert of_mail(answer.as_bytes()) == []


def test_a_report_inside_a_message_is_not_a_report() -> None:
    outer = EmailMessage()
    outer.set_content("forwarded")
    outer.add_attachment(bounce(ROW, CLINIC), maintype="application", subtype="octet-stream")
    assert of_mail(outer.as_bytes()) == []
    nested = b"Content-Type: message/rfc822\n\n" + bounce(ROW, CLINIC)
    assert of_mail(nested) == []


@pytest.mark.parametrize(
    "raw",
    [
        b"",
        b"\x00" * 5000,
        b"Content-Type: multipart/report\n\n",
        b"Content-Type: multipart/report; boundary=\n\n--\n--\n",
        b'Content-Type: multipart/report; boundary="a\n\n--a\nContent-Type: message/delivery-status\n\n\n--a--',
        bounce(ROW, CLINIC).replace(b'boundary="7E0/1"', b""),
        bounce(ROW, CLINIC).replace(b"us-ascii", b"no-such-charset"),
        bounce(ROW, CLINIC).replace(b"Status: 5", b"Status: \xff\xfe5"),
        b"Content-Type: message/rfc822\n\n" * 20_000,
        b"Content-Type: multipart/digest; boundary=a\n\n--a\n\n" * 20_000,
        b"Content-Type: multipart/report; boundary*0*=utf-8''%FF; boundary*9=x\n\n--x\n",
        b"\xff\xfeC\x00o\x00n\x00t\x00",
    ],
)
def test_what_nobody_should_send_raises_nothing(raw: bytes) -> None:
    began = time.monotonic()
    assert of_mail(raw) in ([], *[[Event(what, ROW, CLINIC, ADA)] for what in (Returned.BOUNCED, Returned.DELAYED)])
    assert time.monotonic() - began < 2


def test_only_so_much_of_a_message_is_looked_at() -> None:
    whole = bounce(ROW, CLINIC)
    assert seen(whole + b"x" * 3_000_000) == BOUNCED
    assert of_mail(whole.replace(b"I'm sorry", b"x" * 76 + b"\n" * parse.READ)) == []
    began = time.monotonic()
    assert of_mail(b"Content-Type: multipart/mixed; boundary=a\n\n--a\n" * 50 + b"\n" * parse.READ) == []
    assert time.monotonic() - began < 2


def test_several_parts_of_one_kind_do_not_make_several_events() -> None:
    assert len(of_mail(bounce(ROW, CLINIC).replace(b"\n--7E0/1--\n", b"") + bounce(ROW, CLINIC))) == 1


pieces = st.sampled_from(
    [b"--7E0/1\n", b"--7E0/1--\n", b"Content-Type: message/delivery-status\n\n", b"Action: failed\n", b"Status: 5.1.1\n",
     b"Content-Type: multipart/report; boundary=b\n", b"\n", b"\n\n", b"\r", b"\x00", b"=?utf-8?q?=FF?=", b"Message-ID: "],
)  # fmt: skip


@settings(max_examples=300, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(
    cuts=st.lists(st.tuples(st.integers(0, 1500), st.integers(0, 200), pieces | st.binary(max_size=60)), max_size=12),
    kind=st.sampled_from([bounce, complaint]),
)
def test_a_report_with_anything_in_it_says_nothing_of_any_other_message(cuts: Any, kind: Any) -> None:
    raw = kind(ROW, CLINIC)
    for at, length, piece in cuts:
        raw = raw[:at] + piece + raw[at + length :]
    for event in of_mail(raw):
        assert (event.row, event.clinic) == (ROW, CLINIC)
        assert event.what in Returned.values


@settings(max_examples=200, deadline=None)
@given(raw=st.binary(max_size=2000))
def test_garbage_is_nothing(raw: bytes) -> None:
    assert of_mail(raw) == []
    assert of_mail(b"Content-Type: multipart/report; boundary=x\n\n" + raw) == []


# --- JSON -------------------------------------------------------------------------------------------------------------


def test_providers_tell_in_json() -> None:
    ids = message_id(ROW, CLINIC)
    listed = [
        {"type": "bounce", "message_id": ids, "recipient": "Ada@Example.org"},
        {"type": "delay", "message_id": ids.strip("<>")},
        {"type": "complaint", "message_id": ids, "more": [1]},
    ]
    assert of_json({"events": listed}) == [
        Event(Returned.BOUNCED, ROW, CLINIC, ADA),
        Event(Returned.DELAYED, ROW, CLINIC),
        Event(Returned.COMPLAINT, ROW, CLINIC),
    ]


documents = st.recursive(
    st.none() | st.booleans() | st.floats() | st.text() | st.just(message_id(ROW, CLINIC)),
    lambda inner: st.lists(inner) | st.dictionaries(st.sampled_from(["events", "type", "message_id", "x"]), inner),
    max_leaves=12,
)


@settings(max_examples=200, deadline=None)
@given(document=documents)
def test_json_of_any_other_shape_is_nothing(document: object) -> None:
    assert of_json(document) == []
    assert of_json({"events": document}) == []


def test_of_one_document_only_so_many_events_are_taken() -> None:
    one = {"type": "bounce", "message_id": message_id(ROW, CLINIC)}
    assert len(of_json({"events": [one] * 2000})) == parse.EVENTS
