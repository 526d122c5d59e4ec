"""What the API answers with before and after its views: who is let in, strict JSON, and errors that say what to do.

There is no second permission engine: `clinic.door` has already found the actor (by sign-in or by token) and applied the
view set's declared `rule`. The view sets' own base is `clinic.api_views`; it cannot stand here, because the framework
reads this module while it loads its own views.
"""

import json
import re
from typing import TYPE_CHECKING, Any, NoReturn

from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.http import Http404
from django.urls import reverse
from django.utils.translation import gettext as _
from rest_framework import exceptions
from rest_framework.authentication import SessionAuthentication
from rest_framework.parsers import BaseParser
from rest_framework.permissions import BasePermission
from rest_framework.request import Request
from rest_framework.response import Response

from clinic.access import ReasonNeeded, Refused
from clinic.refusal import ActionRefused

if TYPE_CHECKING:
    from rest_framework.views import APIView

DEEPEST = 20
LARGEST = 1_000_000  # bytes of one JSON document
_UNSTORABLE = re.compile("[\x00\ud800-\udfff]")


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

    def has_permission(self, request: Request, view: "APIView") -> bool:
        """Whether there is an actor and the view declares a rule."""
        actor = getattr(request._request, "actor", None)
        rule = getattr(view, "rule", None)
        return actor is not None and rule is not None and actor.role in rule


class StrictJSONParser(BaseParser):
    """JSON with limits: size, depth, no NaN or infinity, no NUL, no lone surrogates. Postgres would refuse them."""

    media_type = "application/json"

    def parse(self, stream: Any, media_type: str | None = None, parser_context: Any = None) -> Any:
        """The value, or ParseError with what is wrong."""
        raw = stream.read(LARGEST + 1)
        if len(raw) > LARGEST:
            raise exceptions.ParseError(_("The document is larger than 1 MB."))
        return strict_json(raw)


def strict_json(raw: bytes) -> Any:
    """Parse bytes as strict JSON. Raises rest_framework's ParseError."""
    try:
        value = json.loads(raw.decode("utf-8"), parse_constant=_refuse_constant)
    except (ValueError, RecursionError):
        raise exceptions.ParseError(_("This is not JSON the program can read.")) from None
    _check(value, DEEPEST)
    return value


def _refuse_constant(name: str) -> NoReturn:
    raise ValueError(name)


def _check(value: Any, depth: int) -> None:
    if depth == 0:
        raise exceptions.ParseError(_("The document is nested too deeply."))
    if isinstance(value, str):
        if _UNSTORABLE.search(value):
            raise exceptions.ParseError(_("The text holds characters that cannot be stored."))
    elif isinstance(value, float) and value in (float("inf"), float("-inf")):
        raise exceptions.ParseError(_("A number is too large."))
    elif isinstance(value, dict):
        for key, each in value.items():
            _check(key, depth - 1)
            _check(each, depth - 1)
    elif isinstance(value, list):
        for each in value:
            _check(each, depth - 1)


def answer_error(error: Exception, context: dict[str, Any]) -> Response | None:
    """The API's errors: `{"message": ..., "field": ...}`, sometimes `see` (pages to go to first), and nothing changed.

    What is visible but not allowed goes on to the door, which records it once this transaction is rolled back.
    """
    from rest_framework.views import exception_handler

    if isinstance(error, Refused):
        return None
    if isinstance(error, ActionRefused):
        see = [reverse(route, args=[pk]) for route, pk in error.see]
        return _problem(error.message_for_user, error.field, error.status, **({"see": see} if see else {}))
    if isinstance(error, ReasonNeeded):
        return _problem(_("Say on the client’s page why you read this, then ask again."), "", 403)
    if isinstance(error, Http404):
        return _problem(_("Nothing here."), "", 404)
    if isinstance(error, PermissionDenied):
        return _problem(_("You can see this, but not change it."), "", 403)
    response = exception_handler(error, context)
    if response is not None:
        message, field = first_problem(response.data)
        response.data = {"message": message, "field": field}
    return response


def _problem(message: str, field: str, status: int, **more: Any) -> Response:
    transaction.set_rollback(True)
    return Response({"message": message, "field": field, **more}, status=status)


def first_problem(detail: Any, path: str = "") -> tuple[str, str]:
    """The first message in what the framework says is wrong, and the way to its field: `if_thens.1.then_text`."""
    if isinstance(detail, dict) and detail:
        name, inner = next(iter(detail.items()))
        step = "" if name in ("detail", "non_field_errors") else str(name)
        return first_problem(inner, ".".join(part for part in (path, step) if part))
    if isinstance(detail, list) and detail:
        place, inner = next((place, inner) for place, inner in enumerate(detail) if inner)
        return first_problem(inner, f"{path}.{place}" if isinstance(inner, dict) else path)
    return str(detail), path
