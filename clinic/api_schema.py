"""The OpenAPI schema of the API, for staff who are signed in: every operation in plain words, every field by name.

It is made from the view sets themselves. `operation` says what an operation takes and gives; its description is the
docstring of the method. Nothing here is public.
"""

from collections.abc import Callable
from functools import cache
from typing import Any, TypeVar

from django.conf import settings
from django.utils import translation
from drf_spectacular.extensions import OpenApiAuthenticationExtension
from drf_spectacular.generators import SchemaGenerator
from drf_spectacular.settings import patched_settings
from drf_spectacular.utils import OpenApiResponse, extend_schema
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from clinic.access import STAFF
from clinic.api_views import Ask, Body

M = TypeVar("M", bound=Callable[..., Any])
Answer = type[serializers.BaseSerializer[Any]] | serializers.BaseSerializer[Any]
READ_PROBLEMS = (401, 403, 404)
LIST_PROBLEMS = (400, 401, 404)
WRITE_PROBLEMS = (400, 401, 403, 404, 409, 415, 422)
MEANS = {
    200: "As it is now.",
    201: "Made, and as it is now.",
    400: "This could not be read; `field` says where.",
    401: "Nobody is signed in.",
    403: "You can see this, but not do this.",
    404: "Not there, or not yours: both look the same.",
    409: "Not possible as things are now; the message says what to do instead.",
    415: "Send JSON, as `application/json`.",
    422: "Something is missing or does not fit; `field` says what.",
}
# Fields of one name and different choices (`state`, `role`) get a name for each set of choices.
FORM: dict[str, Any] = {
    "SCHEMA_PATH_PREFIX": "/api/v1",
    "COMPONENT_SPLIT_PATCH": False,
    "ENUM_NAME_OVERRIDES": {
        "RoleEnum": "clinic.models.Membership.Roles",
        "TeamRoleEnum": "clinic.access.TeamRole",
        "EpisodeStateEnum": "clinic.models.Episode.State",
        "AssignmentStateEnum": "homework.assignments.models.Assignment.State",
        "AssignmentKindEnum": "homework.assignments.models.Assignment.Kind",
        "WorksheetKindEnum": "homework.worksheets.models.Worksheet.Kind",
        "PlanStateEnum": "homework.assignments.models.Plan.State",
        "RestEnum": "homework.assignments.models.Assignment.Rest",
        "EntryStateEnum": "homework.assignments.models.Entry.State",
        "AdditionKindEnum": "homework.assignments.models.EntryAddition.Kind",
        "AddedKindEnum": "homework.assignments.api.entry_shapes.BY_THE_CLIENT",
        "ObstacleEnum": "homework.assignments.models.Obstacle",
        "QuestionKindEnum": "homework.reviews.models.ClientQuestion.Kind",
        "QuestionStateEnum": "homework.reviews.models.ClientQuestion.State",
        "QuestionOutcomeEnum": "homework.reviews.api.speaking.OUTCOMES",
        "QuestionChipEnum": "homework.reviews.models.ClientQuestion.Chip",
        "TellChipEnum": "homework.reviews.api.speaking.TELL_CHIPS",
        "GoalStateEnum": "homework.assignments.models.Goal.State",
        "PlanChipEnum": "homework.assignments.models.BeforeCheck.Chip",
        "CameUpEnum": "homework.assignments.models.CopingPlan.Outcome",
    },
}


class Problem(serializers.Serializer[Any]):
    """Why the program says no, for the person, and the field it is about (empty when it is about no field)."""

    message = serializers.CharField()
    field = serializers.CharField(required=False)
    see = serializers.ListField(
        child=serializers.CharField(), required=False, help_text="Pages to go to first, for example last time’s plan."
    )


def operation(
    summary: str,
    *,
    gives: Answer,
    takes: type[Body] | None = None,
    ask: type[Ask] | None = None,
    status: int = 200,
    problems: tuple[int, ...] = READ_PROBLEMS,
    more: dict[int, Answer] | None = None,
) -> Callable[[M], M]:
    """Describe one operation: a short summary, what it takes, what it gives, and how it may say no."""
    answers: dict[int, Answer] = {status: gives} | dict.fromkeys(problems, Problem) | (more or {})
    responses = {code: OpenApiResponse(answer, description=MEANS[code]) for code, answer in answers.items()}
    return extend_schema(summary=summary, request=takes, parameters=[ask] if ask else [], responses=responses)


class DoorScheme(OpenApiAuthenticationExtension):  # type: ignore[no-untyped-call]
    """How to get in: with an API token, or with the cookie of a sign-in (and then a CSRF token to change anything)."""

    target_class = "clinic.api.DoorAuthentication"
    name = ["token", "sign_in"]

    def get_security_definition(self, auto_schema: Any) -> list[dict[str, Any]]:
        """Both ways."""
        says = "`Token` and a space, then the token. It acts as the person who made it."
        token = {"type": "apiKey", "in": "header", "name": "Authorization", "description": says}
        return [token, {"type": "apiKey", "in": "cookie", "name": settings.SESSION_COOKIE_NAME}]

    def get_security_requirement(self, auto_schema: Any) -> list[dict[str, list[Any]]]:
        """One of them is enough."""
        return [{name: []} for name in self.name]


@cache
def openapi() -> dict[str, Any]:
    """The schema as plain values, in English; made once a process."""
    with patched_settings(FORM), translation.override("en"):
        generator: Any = SchemaGenerator
        schema: dict[str, Any] = generator(api_version="1").get_schema(request=None, public=True)
    return schema


class Schema(APIView):
    """The schema, for those who build on it."""

    rule = frozenset(STAFF)
    metadata_class = None

    @extend_schema(exclude=True)
    def get(self, request: Request) -> Response:
        """The OpenAPI document."""
        return Response(openapi())
