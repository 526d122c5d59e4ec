"""The base of the API's view sets: what a request may say, lists in pages, rows through the same door as the pages.

Rows come from `get_visible` and the same querysets as the pages, changes go through the same forms and actions. An
answer names its fields one by one, and a request that names another field is refused.
"""

from collections.abc import Callable
from datetime import datetime
from typing import Any, ClassVar
from uuid import UUID

from django.db.models import F, Model, QuerySet
from django.utils.dateparse import parse_datetime
from django.utils.translation import gettext as _
from rest_framework import exceptions, serializers, viewsets
from rest_framework.pagination import Cursor, CursorPagination
from rest_framework.request import Request
from rest_framework.response import Response

from clinic import audit
from clinic.access import Actor, Can, Role, actor_of

A_PAGE = 50  # rows
LONGEST_NAME = 60  # characters of a field's name that an error repeats


class Body(serializers.Serializer[Any]):
    """What a request may say, field by field. A name it does not know is refused and nothing is changed.

    So nothing is set by naming a column, and a misspelled `kept_private` never passes for one that was understood.
    """

    def to_internal_value(self, data: Any) -> Any:
        """The values, or ValidationError naming the field."""
        known = {name for name, field in self.fields.items() if not field.read_only}
        unknown = next((str(name) for name in data if name not in known), None) if isinstance(data, dict) else None
        if unknown is not None:
            raise serializers.ValidationError({unknown[:LONGEST_NAME]: [_("There is no such field to set.")]})
        return super().to_internal_value(data)


class Ask(serializers.Serializer[Any]):
    """What a list may be narrowed to, in the address: every field optional."""


class Pages(CursorPagination):
    """Lists in pages of 50, newest first: ids rise with time, so a page stays where it was while new rows come."""

    page_size = A_PAGE
    ordering: Any = "-pk"
    kept_as: ClassVar[Callable[[str], Any]] = UUID
    cursor_query_description = "Where the page begins: taken from `next` or `previous` of another page."

    def decode_cursor(self, request: Any) -> Cursor | None:
        """The cursor of the address. Raises ValidationError (400) for one this program has not made."""
        try:
            cursor = super().decode_cursor(request)
            if cursor is not None and cursor.position is not None:
                type(self).kept_as(str(cursor.position))
        except (exceptions.NotFound, ValueError):
            raise serializers.ValidationError({"cursor": [_("This is not the beginning of a page.")]}) from None
        return cursor

    def get_paginated_response_schema(self, schema: dict[str, Any]) -> dict[str, Any]:
        """A page: addresses of the ones around it, or null, and the rows."""
        link = {"type": "string", "nullable": True, "format": "uri"}
        properties = {"next": link, "previous": link, "results": schema}
        return {"type": "object", "required": list(properties), "properties": properties}


def moment(text: str) -> datetime:
    """An instant as a cursor keeps it. Raises ValueError."""
    found = parse_datetime(text)
    if found is None or found.tzinfo is None:
        raise ValueError("not an instant")
    return found


class PagesByStart(Pages):
    """Lists ordered by an annotated `starts_at`, latest first."""

    ordering: Any = ("-starts_at", "-pk")
    kept_as = moment


class Views(viewsets.ViewSet):
    """The base of every view set. `rule` says for whom it is; everybody else is answered 404 by the door."""

    rule: ClassVar[frozenset[Role]]
    metadata_class = None  # OPTIONS would describe the fields to anybody the rule lets in
    pagination_class: ClassVar[type[Pages]] = Pages

    def page_of(
        self,
        request: Request,
        rows: QuerySet[Any],
        row: type[serializers.BaseSerializer[Any]],
        *,
        verb: str,
        names: bool = False,
    ) -> Response:
        """One page of a list. Another person's rows are recorded with one event that holds whose they were.

        Lists hold plain facts; `names` opens the clients' names beside them. Words are read one row at a time.
        """
        pages = self.pagination_class()
        found: list[Any] = pages.paginate_queryset(rows, request, view=self) or []
        note_list(actor_of(request), {each.whose for each in found}, verb, names=names)
        return pages.get_paginated_response(row(found, many=True).data)


def rows_for(request: Request, model: type[Model], *, can: Can) -> Any:
    """The rows of a list, through the door: those with which the actor may do this, and `whose` (client) each is."""
    rows = model._default_manager.permitted(actor_of(request), can)  # type: ignore[attr-defined]
    return rows.annotate(whose=F("client_id" if model._meta.model_name == "episode" else "episode__client_id"))


def note_list(actor: Actor, clients: set[UUID], verb: str, *, names: bool) -> None:
    """Record that somebody listed other people's rows, and open their names if they are shown."""
    if actor.is_client or not clients:
        return
    if names:
        audit.opened_list(by=actor, client_ids=clients, verb=verb, names_only=True)
    else:
        audit.record(by=actor, verb=verb, clients=sorted(map(str, clients)))


def asked(request: Request, ask: type[Ask]) -> dict[str, Any]:
    """What the address narrows a list to. Raises ValidationError (400)."""
    narrowed = ask(data=request.query_params)
    narrowed.is_valid(raise_exception=True)
    return {name: value for name, value in narrowed.validated_data.items() if value not in (None, "")}


def said(request: Request, body: type[Body]) -> dict[str, Any]:
    """What the request says, checked field by field. Raises ValidationError (400)."""
    sent = body(data=request.data)
    sent.is_valid(raise_exception=True)
    return dict(sent.validated_data)
