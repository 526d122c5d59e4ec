"""Web push (RFC 8030) with our own key (VAPID, RFC 8292) and no payload at all: there is nothing to seal and nothing to leak.

A browser that is woken says the fixed words its service worker keeps. One message goes to every browser of the person;
one that takes it is enough. The topic is the row's own, so a second copy takes the place of the first.
"""

import base64
import time
from datetime import datetime, timedelta
from pathlib import Path
from types import TracebackType
from typing import Self
from urllib.parse import urlsplit
from uuid import UUID

import jwt
from django.conf import settings
from django.db import transaction
from django.utils import timezone

from accounts import mail
from clinic import push
from clinic.actions import push as pushing
from clinic.models import Clinic, OutgoingMessage, PushSubscription
from clinic.outbox.carriers import sink
from clinic.outbox.carriers.base import AwayError, GoneError
from clinic.outbox.carriers.wire import Wire, not_now

TOKEN_LIFE = timedelta(hours=11)  # RFC 8292 allows a day; push services differ
WINDOW = timedelta(hours=4)  # how long a push service keeps a message that has no window of its own
SOON = frozenset({OutgoingMessage.Kind.SAFETY, OutgoingMessage.Kind.AGAIN})
NO_SUCH_BROWSER = frozenset({404, 410})


class RefusedError(Exception):
    """A push service does not take this message: something is wrong with our key or with the request."""


class PushCarrier:
    """Wakes browsers. Those the push service does not know any more are ended when the line is closed."""

    def __init__(self) -> None:
        self._wire = Wire()
        self._tokens: dict[str, str] = {}
        self._gone: list[UUID] = []

    def __enter__(self) -> Self:
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None) -> None:
        """Close, and give up what is gone: here, because what a message that was not sent changed is rolled back."""
        self._wire.close()
        gone, self._gone = self._gone, []
        if gone:
            with transaction.atomic():
                PushSubscription.objects.live().filter(pk__in=gone).end()

    def carry(self, row: OutgoingMessage, clinic: Clinic) -> None:
        """Wake every browser of the person. Returns when one has been told.

        Raises GoneError when none is left, AwayError when no push service would have it now, else RefusedError.
        """
        if row.user_id is None:
            raise GoneError("nobody to tell")
        browsers = PushSubscription.objects.live().filter(clinic_id=clinic.pk, member__user_id=row.user_id)
        answers = [self._wake(browser, row) for browser in browsers.exclude(pk__in=self._gone).order_by("pk")]
        if any(200 <= answer < 300 for answer in answers):
            return
        if any(answer == 0 or not_now(answer) for answer in answers):
            raise AwayError("push service")
        if left := [answer for answer in answers if answer not in NO_SUCH_BROWSER]:
            raise RefusedError(str(left[0]))
        raise GoneError("no browser is told any more")

    def _wake(self, browser: PushSubscription, row: OutgoingMessage) -> int:
        """What the push service answers for one browser; 0 when it does not answer."""
        endpoint = pushing.unseal(browser).endpoint
        if settings.DEMO:
            return told_here(row)
        status = 410
        if push.is_of_a_service(endpoint):
            try:
                status = self._wire.post(endpoint, b"", self._headers(endpoint, row))
            except AwayError:
                return 0
        if status in NO_SUCH_BROWSER:
            self._gone.append(browser.pk)
        return status

    def _headers(self, endpoint: str, row: OutgoingMessage) -> dict[str, str]:
        """Who we are, how long it is worth keeping, and which message it takes the place of."""
        return {
            "Authorization": f"vapid t={self._token(endpoint)}, k={push.public_key()}",
            "TTL": str(seconds_left(row, timezone.now())),
            "Urgency": "high" if row.kind in SOON else "normal",
            "Topic": topic_of(row),
            "Content-Length": "0",
        }

    def _token(self, endpoint: str) -> str:
        """The signed word of who we are for one push service, made once a line."""
        origin = f"https://{urlsplit(endpoint).netloc}"
        if origin not in self._tokens:
            key = push.private_key()
            if key is None:
                raise RefusedError("no key to sign with")
            until = int(time.time() + TOKEN_LIFE.total_seconds())
            claims = {"aud": origin, "exp": until, "sub": f"mailto:{mail.sender_address()}"}
            self._tokens[origin] = jwt.encode(claims, key, algorithm="ES256")
        return self._tokens[origin]


def seconds_left(row: OutgoingMessage, now: datetime) -> int:
    """How long a push service keeps the message for a phone that is off: to the end of its window, never longer."""
    end = row.not_after or row.due_at + WINDOW
    return max(0, int((end - now).total_seconds()))


def topic_of(row: OutgoingMessage) -> str:
    """At most 32 letters (RFC 8030, 5.4): the row's id, so that a second copy replaces the first. It says nothing."""
    return base64.urlsafe_b64encode(row.pk.bytes).decode().rstrip("=")


def told_here(row: OutgoingMessage) -> int:
    """In the demo no push service is asked: what would have gone lands beside the mail."""
    user = row.user
    sink.put(Path(settings.MAIL_DIR or "."), "push", {"to": user.email if user else "", "kind": row.kind, "text": ""})
    return 201
