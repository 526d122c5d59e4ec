"""Reading reports about messages: from mail servers (RFC 3464), of complaints (RFC 5965), and as JSON from providers.

All of it is written by strangers: a report may be huge, nested, cut off, in no charset at all, or forged. It is cut to
a size that is read in no time, never raises, and leaves nothing behind but what happened to which row. Automatic
replies, people's answers and everything else are nothing.
"""

import email
import re
from dataclasses import dataclass
from email.message import Message
from typing import Any
from uuid import UUID

from clinic.models import OutgoingMessage
from clinic.returns.reference import reference

READ = 256 * 1024  # bytes of one e-mail; what a report says comes first, the message it is about last
LINES = 8_000  # of them lines
DEPTH = 60  # times a content type is named: a report with its message has fewer than ten
PARTS = 20
EVENTS = 500  # of one JSON document
ADDRESS = 254
Returned = OutgoingMessage.Returned

REPORTS = ("message/delivery-status", "message/global-delivery-status")
#: Attached beside the report: the message itself, or only its headers.
ATTACHED = ("message/rfc822", "text/rfc822-headers", "message/global", "message/global-headers")
UNWANTED = ("abuse", "fraud", "opt-out", "opt-out-list")
#: Final answers that are about the mailbox's room, the other server or the message, not about the address: like a delay.
NOT_THE_ADDRESS = re.compile(r"5\.(?:2\.[234]|[367]\.\d+)$")
TYPES = {"bounce": Returned.BOUNCED, "delay": Returned.DELAYED, "complaint": Returned.COMPLAINT}


@dataclass(frozen=True)
class Event:
    """What happened to one message. `recipient` is the address it was about, in small letters, if the report says so."""

    what: str
    row: UUID
    clinic: UUID
    recipient: str = ""


def of_mail(raw: bytes) -> list[Event]:
    """What an e-mail reports: one event, or none for anything that is no report about a message of ours."""
    cut = b"".join(raw[:READ].splitlines(keepends=True)[:LINES])
    if cut.lower().count(b"content-type") > DEPTH:
        return []
    try:
        return _report(email.message_from_bytes(cut), cut)
    except Exception:  # the parser meets what nobody has thought of; a stranger's mail is not our trouble
        return []


def of_json(document: object) -> list[Event]:
    """`{"events": [{"type": "bounce|delay|complaint", "message_id": "<...>"}]}`; what is not of that shape is left out."""
    listed = document.get("events") if isinstance(document, dict) else None
    rows = [_told(each) for each in listed[:EVENTS]] if isinstance(listed, list) else []
    return [event for event in rows if event is not None]


def _told(each: Any) -> Event | None:
    if not isinstance(each, dict) or not isinstance(each.get("message_id"), str):
        return None
    what, ids = TYPES.get(str(each.get("type"))), reference(each["message_id"][:500])
    return Event(what, *ids, recipient=_address(each.get("recipient"))) if what and ids else None


def _report(message: Message, cut: bytes) -> list[Event]:
    """The event of a multipart/report; its parts stand at the top, never inside what it is about."""
    if message.get_content_type() != "multipart/report" or not message.is_multipart():
        return []
    parts = {part.get_content_type(): part for part in reversed(_parts(message)[:PARTS])}
    status = next((parts[kind] for kind in REPORTS if kind in parts), None)
    feedback = parts.get("message/feedback-report")
    if status is not None:
        what, recipient = _worst(status)
    elif feedback is not None:
        what, recipient = _unwanted(feedback)
    else:
        return []
    ids = _about(message, parts, cut) if what else None
    return [Event(what, *ids, recipient=recipient)] if ids else []


def _parts(message: Message) -> list[Message]:
    found = message.get_payload()
    return [part for part in found if isinstance(part, Message)] if isinstance(found, list) else []


def _worst(status: Message) -> tuple[str, str]:
    """What a delivery status says, and of whom. With several recipients (never of ours) what is final counts."""
    found = [(_fate(block), _recipient(block, "Original-Recipient", "Final-Recipient")) for block in _blocks(status)]
    for wanted in (Returned.BOUNCED, Returned.DELAYED):
        for fate, recipient in found:
            if fate == wanted:
                return fate, recipient
    return "", ""


def _blocks(status: Message) -> list[Message]:
    """The groups of fields of a delivery status; the parser makes them for one of its two types only."""
    found = _parts(status)
    if status.get_content_type() == REPORTS[0]:
        return found[:PARTS]
    text = "".join(str(part.get_payload()) for part in found)
    return [*found, *(email.message_from_string(block) for block in re.split(r"\n\s*\n", text)[:PARTS])]


def _fate(block: Message) -> str:
    """Bounced, delayed, or "" for what went well. A final answer without a status is not trusted to be one."""
    action = _field(block, "Action").split()[:1]
    status = re.match(r"\s*([245]\.\d{1,3}\.\d{1,3})\b", _field(block, "Status"))
    code = status[1] if status else ""
    if action == ["failed"] and code.startswith("5") and not NOT_THE_ADDRESS.match(code):
        return Returned.BOUNCED
    return Returned.DELAYED if action in (["failed"], ["delayed"]) and not code.startswith("2") else ""


def _unwanted(part: Message) -> tuple[str, str]:
    """Whether a feedback report is a complaint, and of whom. A report that something was no spam is none."""
    for block in _parts(part)[:1] or [email.message_from_string(str(part.get_payload()))]:
        if _field(block, "Feedback-Type") in UNWANTED:
            return Returned.COMPLAINT, _recipient(block, "Original-Rcpt-To")
    return "", ""


def _about(message: Message, parts: dict[str, Message], cut: bytes) -> tuple[UUID, UUID] | None:
    """The row a report is about: by the Message-ID attached; without one, by whatever the report names."""
    for part in (parts[kind] for kind in ATTACHED if kind in parts):
        inner = _parts(part)[:1] or [email.message_from_string(str(part.get_payload()))]
        if said := _field(inner[0], "Message-ID"):
            return reference(said)
    text = cut.replace(b"=\r\n", b"").replace(b"=\n", b"").decode("latin-1")
    return reference(_field(message, "In-Reply-To") + " " + _field(message, "References")) or reference(text)


def _field(block: Message, name: str) -> str:
    return str(block.get(name, "")).strip().lower()


def _recipient(block: Message, *names: str) -> str:
    """`rfc822; <ada@example.org>` without its type and brackets."""
    said = next((value for name in names if (value := _field(block, name))), "")
    return _address(said.rpartition(";")[2])


def _address(said: object) -> str:
    text = said.strip(" <>\t\r\n").lower() if isinstance(said, str) else ""
    return text if "@" in text and len(text) <= ADDRESS else ""
