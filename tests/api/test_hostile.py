"""Whatever is sent, the API answers in its own words: nothing is 500, and what is refused changes nothing."""

from collections.abc import Iterator
from functools import partial
from typing import Any
from uuid import UUID, uuid4

import pytest
from django.db import transaction
from django.urls import reverse
from rest_framework import serializers

from clinic.api_me import Look
from clinic.api_views import Body
from clinic.models import AuditEvent
from clinic.refusal import ActionRefused
from clinic.scope import acting_in
from homework.assignments.api.answers import merged
from homework.assignments.api.doing import LogIn, PauseAllIn, StuckIn, SuggestionIn
from homework.assignments.api.entry_shapes import AdditionIn, BeginIn, DraftIn, ShareIn
from homework.assignments.api.plans import AgreementIn, NothingIn, ProposalIn, WordsIn
from homework.worksheets.definition import Definition
from tests.access.world import Belongings, version
from tests.api.conftest import Api
from tests.cast import Cast
from tests.clinic.test_api_base import HOSTILE

# route -> who may, with which method, about what, the body it takes
WRITES: dict[str, tuple[str, str, str, type[Body]]] = {
    "api_me": ("ada", "PATCH", "", Look),
    "api_assignments": ("theo", "POST", "", ProposalIn),
    "api_assignment_confirm": ("ada", "POST", "proposed", AgreementIn),
    "api_assignment_decline": ("ada", "POST", "proposed", WordsIn),
    "api_assignment_talk": ("ada", "POST", "proposed", WordsIn),
    "api_assignment_pause": ("ada", "POST", "active", NothingIn),
    "api_assignment_resume": ("ada", "POST", "active", NothingIn),
    "api_entries": ("ada", "POST", "", BeginIn),
    "api_entry": ("ada", "PATCH", "draft", DraftIn),
    "api_entry_share": ("ada", "POST", "draft", ShareIn),
    "api_entry_additions": ("ada", "POST", "shared", AdditionIn),
    "api_assignment_different": ("ada", "POST", "proposed", SuggestionIn),
    "api_assignment_log": ("ada", "POST", "active", LogIn),
    "api_assignment_stuck": ("ada", "POST", "active", StuckIn),
    "api_assignment_worse": ("ada", "POST", "active", NothingIn),
    "api_pause_all": ("ada", "POST", "", PauseAllIn),
}
BAD: list[Any] = [
    None, True, False, 0, -1, 3, 10**6, 10**15, 10**18, 10**40, -(10**40), 0.5, 1e308, -1e308, 5e-324,
    "", " ", "x", "0", "-1", "1e9", "null", "none", "٣", "²", "½", "01:99", "24:00", "23:59:59.999999", "08:30+05:00",
    "0001-01-01", "9999-12-31", "0000-00-00", "2026-02-30", "2026-11-22T10:00:00Z", "99999-01-01",
    "00000000-0000-0000-0000-000000000000", "{00000000-0000-0000-0000-000000000000}", "urn:uuid:" + "0" * 32,
    "../../etc/passwd", "/etc/localtime", "Europe/../UTC", "EUROPE/LONDON", "<script>alert(1)</script>", "{{ 7 * 7 }}",
    "%s%s%n", "%(x)s", "'; DROP TABLE clinic_clinic; --", "\u202egnp.exe", "\ufeff", "\uffff", "\x01\x1f\x7f", "\r\n",
    "a\u0301" * 50, "😀" * 100, "x" * 399, "x" * 5_000, "x" * 100_000,
    [], [None], [[]], [{}], ["x"] * 300, list(range(-3, 12)), {}, {"": ""}, {"x": {"x": 1}}, {"a": [1, {"b": None}]},
]  # fmt: skip


def valid(name: str, ada: Belongings) -> dict[str, Any]:
    """A body the route would take."""
    return {
        "api_assignments": {
            "episode": str(ada.episode),
            "worksheet": str(version("w02").worksheet_id),
            "rationale": "Because you said it helps.",
            "pace_reason": "They asked for it.",
        },
        "api_entries": {"assignment": str(ada.active)},
        "api_entry": {"rev": 1},
        "api_entry_share": {"rev": 1, "submission_key": str(uuid4())},
        "api_entry_additions": {"kind": "more", "words": "One word.", "submission_key": str(uuid4())},
        "api_assignment_different": {"place": "on the bus"},
        "api_assignment_log": {"value": "One word.", "submission_key": str(uuid4())},
        "api_assignment_stuck": {"way": "smaller"},
        "api_pause_all": {"days": 3},
    }.get(name, {})


def places(body: type[Body]) -> Iterator[tuple[str, Any]]:
    """Every place in a body where a value may stand, nested ones too: its field and how to put a value there."""
    for name, field in body().fields.items():
        yield name, lambda bad: bad
        nested = field.child if isinstance(field, serializers.ListField) else field
        if isinstance(nested, serializers.Serializer):
            for inner in nested.fields:
                yield name, partial(nest, inner, nested is not field)


def nest(inner: str, many: bool, bad: Any) -> Any:
    """A value one level down, in a list where a list is wanted."""
    return [{inner: bad}] if many else {inner: bad}


def tries(body: type[Body], start: dict[str, Any], bad: Any) -> Iterator[dict[str, Any]]:
    """One bad value wherever the shape lets it pass: everywhere at once; if that is refused, in one place at a time.

    Where the shape stops it, it is sent in one place only: what the shape refuses goes no further.
    """
    everywhere = [(name, put(bad)) for name, put in places(body)]
    passing = [(name, value) for name, value in everywhere if body(data={**start, name: value}).is_valid()]
    stopped = [pair for pair in everywhere if pair not in passing]
    yield {**start, **dict(passing)}
    yield from ({**start, name: value} for name, value in [*passing, *stopped[:1]])


@pytest.mark.parametrize("name", WRITES)
def test_no_value_of_any_field_breaks_a_route(api: Api, cast: Cast, ada: Belongings, name: str) -> None:
    who, method, what, body = WRITES[name]
    caller = api(getattr(cast, who))
    pk: UUID | None = getattr(ada, what) if what else None
    for bad in BAD:
        for data in tries(body, valid(name, ada), bad):
            with transaction.atomic():
                found = caller.call(method, name, pk, data)
                transaction.set_rollback(True)
            assert found.status in (200, 201, 400, 403, 404, 409, 422), (name, data, found.status)
            assert found.status < 400 or found.body["message"]
            if found.status < 400:
                break


def test_no_answer_to_any_kind_of_question_breaks_saving(api: Api, cast: Cast, ada: Belongings) -> None:
    caller, definition = api(cast.ada), version("w02").parsed
    shapes = [lambda bad: bad, *(partial(inside, name) for name in ("feeling", "own", "view", "strength"))]
    values = [shape(bad) for shape in shapes for bad in BAD]
    passing = {key: [value for value in values if could_have(definition, key, value)] for key in definition.by_key}
    assert max(map(len, passing.values())) > len(BAD) / 2
    for number in range(max(map(len, passing.values()))):
        sent = {key: taken[number] for key, taken in passing.items() if number < len(taken)}
        with transaction.atomic():
            assert caller.patch("api_entry", ada.draft, {"rev": 1, "answers": sent}).status == 200
            transaction.set_rollback(True)


def could_have(definition: Definition, key: str, value: Any) -> bool:
    """Whether the question takes the value; if not, it says so and nothing else happens."""
    try:
        merged(definition, {}, {key: value})
    except ActionRefused as refusal:
        assert refusal.status == 422
        return False
    return True


def inside(name: str, bad: Any) -> Any:
    """A bad value one level down: in a row, a feeling, its strength."""
    return [{"feeling": "afraid", "strength": bad} if name == "strength" else {name: bad}]


READABLE = {name: raw for name, raw in HOSTILE.items() if raw}  # without a document there is nothing to refuse


@pytest.mark.parametrize("raw", READABLE.values(), ids=READABLE)
def test_a_document_that_cannot_be_read_is_400_on_every_route(
    api: Api, cast: Cast, ada: Belongings, raw: bytes
) -> None:
    for name, (who, method, what, _body) in WRITES.items():
        found = api(getattr(cast, who)).call(method, name, getattr(ada, what) if what else None, raw=raw)
        assert found.status == 400, name
        assert set(found.body) == {"message", "field"}
    with acting_in(cast.north.pk):
        assert not AuditEvent.objects.filter(
            verb__in=("entry.shared", "assignment.paused"), object_id=ada.draft
        ).exists()


def test_more_than_the_program_takes_at_all_is_400(api: Api, cast: Cast, ada: Belongings) -> None:
    found = api(cast.ada).call("PATCH", "api_entry", ada.draft, raw=b"[" + b"1," * 3_000_000)
    assert found.status == 400


@pytest.mark.parametrize(
    "content_type",
    ["application/x-www-form-urlencoded", "multipart/form-data; boundary=x", "text/plain", "application/xml", "x", ""],
)
def test_another_kind_of_document_is_415_and_never_read(
    api: Api, cast: Cast, ada: Belongings, content_type: str
) -> None:
    browser = api(cast.ada).browser
    path = reverse("api_assignment_pause", args=[ada.active])
    response = browser.generic("POST", path, b"a=1&b=2", content_type=content_type)
    assert response.status_code == 415
    assert response.json()["message"]


@pytest.mark.parametrize("name", ["api_episodes", "api_assignments", "api_entries", "api_digests"])
def test_no_question_in_the_address_breaks_a_list(api: Api, cast: Cast, ada: Belongings, name: str) -> None:
    caller = api(cast.theo)
    bad = ["", "x", "%00", "%ff", "'", "9" * 5000, "00000000-0000-0000-0000-000000000000", "active'--", "%F0%9F%98%80"]
    for field in ("episode", "assignment", "state", "cursor", "format", "page_size", "ordering", "lang", "%00"):
        for value in bad:
            assert caller.get(name, query=f"?{field}={value}").status in (200, 400, 404)


@pytest.mark.parametrize(
    "accept", ["text/html", "application/xml", "*/*;q=x", "application/json; indent=9999999", "x" * 3000]
)
def test_no_wish_for_another_format_breaks_an_answer(api: Api, cast: Cast, accept: str) -> None:
    response = api(cast.ada).browser.get(reverse("api_me"), headers={"Accept": accept})
    assert response.status_code in (200, 406)
    assert response.headers["Content-Type"].startswith("application/json")


@pytest.mark.parametrize("header", ["X-HTTP-Method-Override", "X-Method-Override"])
def test_a_method_is_what_it_is(api: Api, cast: Cast, ada: Belongings, header: str) -> None:
    path = reverse("api_assignment", args=[ada.active])
    response = api(cast.ada).browser.post(path, {"_method": "GET"}, "application/json", headers={header: "GET"})
    assert response.status_code == 405


def test_a_plan_at_the_end_of_time_can_be_agreed_done_and_shared(api: Api, cast: Cast, ada: Belongings) -> None:
    body = valid("api_assignments", ada) | {"frequency": "daily", "starts_on": "9999-12-31", "ends_on": "9999-12-31"}
    made = api(cast.theo).post("api_assignments", body=body).body["id"]
    assert api(cast.ada).post("api_assignment_confirm", made).status == 200
    begun = api(cast.ada).post("api_entries", body={"assignment": made}).body
    sharing = {"rev": begun["rev"], "submission_key": uuid4(), "answers": {"found_out": "It is far."}}
    assert api(cast.ada).post("api_entry_share", begun["id"], sharing).status == 200
    assert api(cast.theo).get("api_digest", ada.appointment).status == 200
