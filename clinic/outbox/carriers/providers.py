"""Who sends text messages for us. A provider is one method: over HTTP for any service, or into a folder."""

import json
from pathlib import Path
from typing import Any, Protocol
from urllib.parse import urlencode

from django.conf import settings

from clinic.outbox.carriers import sink
from clinic.outbox.carriers.base import AwayError, GoneError
from clinic.outbox.carriers.wire import Wire, not_now


class RefusedError(Exception):
    """The provider does not take this message; its status, and never what was in it."""


class Provider(Protocol):
    """Somebody who sends text messages."""

    def close(self) -> None:
        """Give connections back. Never raises."""
        ...

    def send(self, to: str, text: str, reference: str) -> None:
        """Hand one text over; returns once it is taken. `to` in E.164; `reference` is the same for the same message.

        Raises GoneError (no such number), AwayError (nobody answers, or not now), RefusedError (trouble with this one).
        """
        ...


class HttpProvider:
    """Any provider that takes a POST with JSON or a form, a bearer token and a key that keeps a second copy from being sent."""

    def __init__(self, how: dict[str, Any]) -> None:
        self._how = how
        self._wire = Wire()

    def close(self) -> None:
        """Give the connections back."""
        self._wire.close()

    def send(self, to: str, text: str, reference: str) -> None:
        """Post it, and read the answer by its status alone."""
        parts = {"to": to, "text": text, "from": self._how["from"], "reference": reference}
        said = {
            self._how["fields"][name]: value for name, value in parts.items() if name in self._how["fields"] and value
        }
        is_json = self._how["body"] == "json"
        body = json.dumps(said) if is_json else urlencode(said)
        headers = {
            "Content-Type": "application/json" if is_json else "application/x-www-form-urlencoded",
            self._how["key_header"]: reference,
        }
        if self._how["token"]:
            headers["Authorization"] = f"Bearer {self._how['token']}"
        status = self._wire.post(self._how["url"], body.encode(), headers)
        if 200 <= status < 300:
            return
        if status in self._how["gone"]:
            raise GoneError("no such number")
        if not_now(status):
            raise AwayError(f"provider {status}")
        raise RefusedError(str(status))


class FolderProvider:
    """One file a message, in a folder of this machine: the demo's, and the tests'."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder

    def close(self) -> None:
        """Nothing was opened."""

    def send(self, to: str, text: str, reference: str) -> None:
        """Write it down."""
        sink.put(self._folder, "sms", {"to": to, "text": text, "reference": reference})


def provider() -> Provider:
    """The one this installation uses. In the demo always the folder: nothing leaves the machine."""
    how = settings.SMS
    if how["folder"]:
        return FolderProvider(Path(how["folder"]))
    if how["url"]:
        return HttpProvider(how)
    raise AwayError("no provider of text messages is set up")
