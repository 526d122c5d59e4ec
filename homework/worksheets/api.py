"""Worksheets in the API: what is in the library, every version of it in three formats, and bringing one in as a draft.

Who is offered what is the catalogue's word, as on the pages; clients and admins are answered 404 by the door.
"""

from typing import Any
from uuid import UUID

from django.db import transaction
from django.http import HttpResponse
from django.utils.translation import gettext as _
from drf_spectacular.utils import extend_schema_field
from rest_framework import serializers
from rest_framework.exceptions import ParseError
from rest_framework.request import Request
from rest_framework.response import Response

from clinic.access import CLINICIANS, actor_of
from clinic.api import LARGEST, StrictJSONParser
from clinic.api_schema import LIST_PROBLEMS, READ_PROBLEMS, WRITE_PROBLEMS, Problem, operation
from clinic.api_views import Ask, Body, Views, asked, said
from clinic.models import Membership
from homework.worksheets import catalogue
from homework.worksheets.catalogue import Sheet
from homework.worksheets.definition import DefinitionError
from homework.worksheets.exchange import coming, own, strict, versions
from homework.worksheets.exchange.drafting import bring_in
from homework.worksheets.exchange.fhir_foreign import Remark
from homework.worksheets.exchange.leaving import TYPES, fhir, leaving, may_leave
from homework.worksheets.models import Draft, Worksheet, WorksheetVersion
from homework.worksheets.narrowing import Filter

FAMILIES = [(key, str(key)) for key in catalogue.FAMILIES]


class WorksheetRow(serializers.Serializer[Sheet]):
    """One worksheet in the list, in the reader's language."""

    id = serializers.UUIDField(source="worksheet.pk")
    slug = serializers.CharField(source="worksheet.slug")
    kind = serializers.ChoiceField(choices=Worksheet.Kind.choices, source="definition.kind")
    family = serializers.ChoiceField(choices=FAMILIES, source="definition.family")
    title = serializers.CharField(source="definition.title")
    known_as = serializers.CharField(source="definition.known_as", help_text="What therapists call it.")
    purpose = serializers.CharField(source="definition.purpose")
    approaches = serializers.ListField(child=serializers.CharField(), source="definition.modalities")
    languages = serializers.ListField(child=serializers.CharField(), source="definition.languages")
    minutes = serializers.ListField(child=serializers.IntegerField(), help_text="The shortest and the longest size.")
    version = serializers.IntegerField(source="version.number")
    published_at = serializers.DateTimeField(source="version.published_at")


class WorksheetDetail(WorksheetRow):
    """One worksheet with its newest definition."""

    definition = serializers.SerializerMethodField()
    stays_because = serializers.SerializerMethodField(help_text="Why the wording is not given; empty when it is.")

    @extend_schema_field(serializers.DictField(allow_null=True))
    def get_definition(self, row: Sheet) -> Any:
        """The table, in all its languages; null where the wording stays in the clinic."""
        return None if may_leave(row.definition) else row.version.parsed.to_json()

    def get_stays_because(self, row: Sheet) -> str:
        """Why."""
        return may_leave(row.definition)


class VersionRow(serializers.Serializer[WorksheetVersion]):
    """One version in the list."""

    number = serializers.IntegerField()
    published_at = serializers.DateTimeField()
    sha256 = serializers.CharField(help_text="Of the definition; the same wherever it is stored.")


class VersionDetail(VersionRow):
    """One version with its definition."""

    definition = serializers.DictField(source="table")


class WorksheetsAsk(Ask):
    """Narrow the list."""

    words = serializers.CharField(required=False, max_length=80, help_text="All of them, in title, purpose or reason.")
    kind = serializers.ChoiceField(choices=Worksheet.Kind.choices, required=False)
    family = serializers.ChoiceField(choices=FAMILIES, required=False)
    approach = serializers.ChoiceField(choices=Membership.Approach.choices, required=False)
    language = serializers.RegexField(r"^[a-z]{2,3}$", required=False)
    minutes = serializers.IntegerField(
        required=False, min_value=1, max_value=600, help_text="At most, in the smallest size."
    )


FORMATS = [("json", "json"), *((key, key) for key in TYPES if key != "json")]


class VersionAsk(Ask):
    """In which format."""

    def get_fields(self) -> dict[str, Any]:
        """`as` is a word of Python, so it cannot be the name of an attribute."""
        return {"as": serializers.ChoiceField(choices=FORMATS, required=False, help_text="Left out: `json`.")}


class WorksheetIn(Body):
    """A worksheet to bring in, in exactly one of three forms."""

    definition = serializers.DictField(required=False, help_text="Our own table.")
    fhir = serializers.DictField(required=False, help_text="A FHIR R4 Questionnaire.")
    toml = serializers.CharField(required=False, trim_whitespace=False, help_text="Our own table as TOML.")
    title = serializers.CharField(
        required=False, allow_blank=True, max_length=200, help_text="Instead of the one in it."
    )


class RemarkOut(serializers.Serializer[Remark]):
    """What was changed or left out."""

    item = serializers.CharField(help_text="The linkId; empty when it is about the whole.")
    says = serializers.CharField()


class DraftOut(serializers.Serializer[Any]):
    """The draft that was begun."""

    draft = serializers.UUIDField()
    worksheet = serializers.UUIDField()
    title = serializers.CharField()
    remarks = RemarkOut(many=True)


class DefinitionProblem(Problem):
    """Why a worksheet cannot be brought in. The last three are there when it could not be read."""

    file = serializers.CharField(required=False)
    key = serializers.CharField(required=False, help_text="The key, or the linkId of the item; empty: the whole file.")
    expected = serializers.CharField(required=False)


class DeepJSONParser(StrictJSONParser):
    """Strict JSON that may be as deep as a questionnaire, and names no key twice."""

    def parse(self, stream: Any, media_type: str | None = None, parser_context: Any = None) -> Any:
        """The value, or ParseError with what is wrong."""
        raw = stream.read(LARGEST + 1)
        try:
            return strict.read_json(raw, "JSON")
        except DefinitionError as problem:
            raise ParseError(str(problem)) from None


class Worksheets(Views):
    """The library."""

    rule = frozenset(CLINICIANS)
    parser_classes = (DeepJSONParser,)

    @operation("List worksheets", ask=WorksheetsAsk, gives=WorksheetRow(many=True), problems=LIST_PROBLEMS)
    def list(self, request: Request) -> Response:
        """The worksheets and measures one may offer, in their newest version. A coach is given the part for coaches."""
        narrowed = Filter(**asked(request, WorksheetsAsk))
        rows, sheets = versions.shown(actor_of(request), narrowed)
        pages = self.pagination_class()
        found: Any = pages.paginate_queryset(rows, request, view=self) or []
        shown: Any = [sheets[row.pk] for row in found]
        return pages.get_paginated_response(WorksheetRow(shown, many=True).data)

    @operation("One worksheet", gives=WorksheetDetail)
    def retrieve(self, request: Request, pk: UUID) -> Response:
        """One worksheet with the definition of its newest version: its questions, sizes, languages, cautions."""
        return Response(WorksheetDetail(catalogue.sheet_for(actor_of(request), pk)).data)

    @operation(
        "Bring a worksheet in",
        takes=WorksheetIn,
        gives=DraftOut,
        status=201,
        problems=WRITE_PROBLEMS,
        more={422: DefinitionProblem},
    )
    def create(self, request: Request) -> Response:
        """Begin a draft from our own table or a FHIR Questionnaire. It is offered to nobody before it is published.

        What was changed or left out is told item by item. Measures are not brought in: their wording is fixed.
        """
        wanted = said(request, WorksheetIn)
        try:
            came = _came(wanted)
        except DefinitionError as problem:
            transaction.set_rollback(True)
            return _problem(problem)
        draft: Draft = bring_in(by=actor_of(request), came=came, title=wanted.get("title", ""))
        made = {
            "draft": draft.pk,
            "worksheet": draft.worksheet_id,
            "title": draft.words["title"],
            "remarks": came.remarks,
        }
        return Response(DraftOut(made).data, status=201)


class WorksheetVersions(Views):
    """The versions of a worksheet. One that is in use never changes."""

    rule = frozenset(CLINICIANS)

    @operation("List versions", gives=VersionRow(many=True), problems=READ_PROBLEMS)
    def list(self, request: Request, pk: UUID) -> Response:
        """Every version of one worksheet, newest first: its number, when it was published and its fingerprint."""
        pages = self.pagination_class()
        rows = versions.versions_of(actor_of(request), pk).defer("definition")
        found: Any = pages.paginate_queryset(rows, request, view=self) or []
        return pages.get_paginated_response(VersionRow(found, many=True).data)

    @operation("One version", ask=VersionAsk, gives=VersionDetail, problems=(400, *READ_PROBLEMS))
    def retrieve(self, request: Request, pk: UUID, number: int) -> Any:
        """One version with its definition. With `as=fhir` the answer is an R4 Questionnaire, with `as=toml` a text."""
        row = versions.version_of(actor_of(request), pk, number)
        form = asked(request, VersionAsk).get("as", "json")
        file = leaving(row, form)
        if form == "toml":
            return HttpResponse(file.text, content_type=file.content_type)
        if form == "fhir":
            return Response(fhir(row), content_type=file.content_type)
        row.table = row.parsed.to_json()  # type: ignore[attr-defined]
        return Response(VersionDetail(row).data)


def _came(wanted: dict[str, Any]) -> coming.Came:
    """What was sent, in whichever form. Raises DefinitionError."""
    given = [name for name in ("definition", "fhir", "toml") if name in wanted]
    if len(given) != 1:
        raise DefinitionError(
            "request", given[1] if given else "definition", "expected one of definition, fhir and toml"
        )
    name = given[0]
    if name == "toml":
        return coming.Came("toml", own.from_toml(wanted["toml"], "toml"))
    if name == "fhir" and "resourceType" not in wanted["fhir"]:
        raise DefinitionError("fhir", "resourceType", "expected Questionnaire, but it is not there")
    if name == "definition" and "resourceType" in wanted["definition"]:
        raise DefinitionError("definition", "resourceType", "expected our own table; a Questionnaire goes into fhir")
    return coming.read_value(wanted[name], name)


def _problem(problem: DefinitionError) -> Response:
    told = {"file": problem.source, "key": problem.path, "expected": problem.expected}
    message = _("%(key)s: %(expected)s") % {"key": problem.path or problem.source, "expected": problem.expected}
    return Response({"message": message, "field": problem.source, **told}, status=422)
