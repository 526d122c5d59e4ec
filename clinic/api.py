"""What every API view shares: the same door, strict JSON, and errors that say what to do.

There is no second permission engine: `clinic.door` has already found the actor (by sign-in or by token) and applied the view
set's declared `rule`; rows come from `get_visible` and the same querysets as the pages.
"""

import json
from typing import Any, ClassVar

from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.http import Http404
from rest_framework import exceptions
from rest_framework.authentication import SessionAuthentication
from rest_framework.parsers import BaseParser
from rest_framework.permissions import BasePermission
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView, exception_handler

from clinic.access import ReasonNeeded
from clinic.refusal import ActionRefused

DEEPEST = 20
LARGEST = 1_000_000  # bytes of one JSON document


class DoorAuthentication(SessionAuthentication):
    """Whoever the door let in. A sign-in by cookie needs a CSRF token to change anything; an API token does not."""

    def authenticate(self, request: Request) -> tuple[Any, Any] | None:
        """The door's person, or None."""
        user = getattr(request._request, "user", None)
        if user is None or not user.is_authenticated or not user.is_active:
            return None
        token = getattr(request._request, "api_token", None)
        if token is None:
            self.enforce_csrf(request)
        return user, token

    def authenticate_header(self, request: Request) -> str:
        """Makes the answer to a stranger 401, not 403."""
        return "Token"


class ThroughTheDoor(BasePermission):
    """The door has applied the view's rule; here only: nobody without a place gets in, if the door was not asked."""

    def has_permission(self, request: Request, view: APIView) -> bool:
        """Whether there is an actor and the view declares a rule."""
        actor = getattr(request._request, "actor", None)
        rule = getattr(view, "rule", None)
        return actor is not None and rule is not None and actor.role in rule


class StrictJSONParser(BaseParser):
    """JSON with limits: size, depth, no NaN or infinity, no NUL, no lone surrogates. What Postgres refuses is refused here."""

    media_type: ClassVar[str] = "application/json"

    def parse(self, stream: Any, media_type: str | None = None, parser_context: Any = None) -> Any:
        """The value, or ParseError with what is wrong."""
        raw = stream.read(LARGEST + 1)
        if len(raw) > LARGEST:
            raise exceptions.ParseError("The document is larger than 1 MB.")
        return strict_json(raw)


def strict_json(raw: bytes) -> Any:
    """Parse bytes as strict JSON. Raises rest_framework's ParseError."""
    try:
        value = json.loads(raw.decode("utf-8"), parse_constant=_refuse_constant)
    except (ValueError, RecursionError):
        raise exceptions.ParseError("This is not JSON the program can read.") from None
    _check(value, DEEPEST)
    return value


def _refuse_constant(name: str) -> None:
    raise ValueError(name)


def _check(value: Any, depth: int) -> None:
    if depth == 0:
        raise exceptions.ParseError("The document is nested too deeply.")
    if isinstance(value, str):
        if "\x00" in value or any("\ud800" <= char <= "\udfff" for char in value):
            raise exceptions.ParseError("The text holds characters that cannot be stored.")
    elif isinstance(value, float) and value in (float("inf"), float("-inf")):
        raise exceptions.ParseError("A number is too large.")
    elif isinstance(value, dict):
        for key, each in value.items():
            _check(key, depth - 1)
            _check(each, depth - 1)
    elif isinstance(value, list):
        for each in value:
            _check(each, depth - 1)


def answer_error(error: Exception, context: dict[str, Any]) -> Response | None:
    """The API's errors: `{"message": ..., "field": ...}`, and nothing changed in the database."""
    if isinstance(error, ActionRefused):
        transaction.set_rollback(True)
        return Response({"message": error.message_for_user, "field": error.field}, status=error.status)
    if isinstance(error, ReasonNeeded):
        transaction.set_rollback(True)
        return Response({"message": "Say why you read this first, on the pages.", "field": ""}, status=403)
    if isinstance(error, Http404):
        transaction.set_rollback(True)
        return Response({"message": "Nothing here.", "field": ""}, status=404)
    if isinstance(error, PermissionDenied):
        transaction.set_rollback(True)
        return Response({"message": "You can see this, but not do this.", "field": ""}, status=403)
    return exception_handler(error, context)
