"""Worksheets in the API: the library, its versions in three formats, and bringing one in."""

import json
from typing import Any
from uuid import uuid4

import pytest
from django.urls import reverse

from clinic.models import AuditEvent
from clinic.scope import acting_in
from homework.worksheets import catalogue
from homework.worksheets.definition import load_library, parse
from homework.worksheets.exchange import fhir_out, own
from homework.worksheets.models import Draft, Worksheet, WorksheetVersion
from tests.access.world import version
from tests.api.conftest import Answer, Api, Caller
from tests.cast import Cast
from tests.clinic.test_api_base import HOSTILE

LIBRARY = {one.slug: one for one in load_library()}
THEIRS: dict[str, Any] = {
    "resourceType": "Questionnaire",
    "title": "Theirs",
    "item": [
        {"linkId": "q-1", "type": "boolean", "text": "Slept well?"},
        {"linkId": "doctor", "type": "reference", "text": "Your doctor"},
    ],
}


def listed(caller: Caller, query: str = "") -> set[str]:
    rows: set[str] = set()
    found = caller.get("api_worksheets", query=query)
    while True:
        assert found.status == 200, found.body
        rows |= {row["slug"] for row in found.body["results"]}
        if not found.body["next"]:
            return rows
        found = caller.get("api_worksheets", query="?" + found.body["next"].partition("?")[2])


@pytest.mark.finding("F64")
@pytest.mark.parametrize("person", ["theo", "kit"])
def test_the_list_is_what_is_offered(api: Api, cast: Cast, person: str) -> None:
    who = getattr(cast, person)
    offered = {sheet.worksheet.slug for sheet in catalogue.offered(who.actor)}
    assert listed(api(who)) == offered
    assert ("gad-7" in offered) is (person == "theo")


@pytest.mark.parametrize("person", ["ada", "amy"])
def test_clients_and_admins_find_nothing_here(api: Api, cast: Cast, person: str) -> None:
    caller, pk = api(getattr(cast, person)), version("w01").worksheet_id
    for name in ("api_worksheets", "api_worksheet", "api_worksheet_versions"):
        assert caller.get(name, None if name == "api_worksheets" else pk).status == 404
    assert caller.post("api_worksheets", body={"fhir": THEIRS}).status == 404


@pytest.mark.parametrize(
    ("query", "holds"),
    [
        ("kind=measure", lambda one: one.kind == "measure"),
        ("family=sleep", lambda one: one.family == "sleep"),
        ("approach=psychodynamic", lambda one: "psychodynamic" in one.modalities),
        ("language=es", lambda one: "es" in one.languages),
        ("minutes=5", lambda one: min(size.minutes for size in one.sizes.values()) <= 5),
        ("words=GAD", lambda one: one.slug in ("gad-7", "gad-2")),
    ],
)
def test_the_list_can_be_narrowed(api: Api, cast: Cast, query: str, holds: Any) -> None:
    everything = [sheet.version.parsed for sheet in catalogue.offered(cast.theo.actor)]
    assert listed(api(cast.theo), f"?{query}") == {one.slug for one in everything if holds(one)} != set()


@pytest.mark.parametrize(
    "query", ["kind=x", "family=x", "approach=%00", "minutes=0", "minutes=x", "language=%27", "cursor=x", "words=%00"]
)
def test_a_question_that_cannot_be_read_names_itself(api: Api, cast: Cast, query: str) -> None:
    found = api(cast.theo).get("api_worksheets", query=f"?{query}")
    assert (found.status, found.body["field"]) == (400, query.partition("=")[0])


def test_one_worksheet_has_its_newest_definition(api: Api, cast: Cast) -> None:
    row = version("w31")
    found = api(cast.theo).get("api_worksheet", row.worksheet_id).body
    assert parse(found["definition"]) == row.parsed
    assert (found["title"], found["minutes"], found["stays_because"]) == ("I wonder", [1, 5], "")


def one_version(caller: Caller, pk: Any, number: int = 1, query: str = "") -> Answer:
    response = caller.browser.get(reverse("api_worksheet_version", args=[pk, number]) + query)
    text = response.content.decode()
    return Answer(response.status_code, json.loads(text) if text.startswith("{") else text, response)


def test_every_version_can_be_read_in_three_formats(api: Api, cast: Cast) -> None:
    caller, row = api(cast.theo), version("w31")
    versions = caller.get("api_worksheet_versions", row.worksheet_id).body["results"]
    assert [(one["number"], one["sha256"]) for one in versions] == [(1, row.sha256)]
    plain = one_version(caller, row.worksheet_id)
    assert parse(plain.body["definition"]) == row.parsed
    fhir = one_version(caller, row.worksheet_id, query="?as=fhir")
    assert (fhir.body["resourceType"], fhir.body["version"]) == ("Questionnaire", "1")
    assert fhir.raw.headers["Content-Type"].startswith("application/fhir+json")
    toml = one_version(caller, row.worksheet_id, query="?as=toml")
    assert own.from_toml(toml.body) == row.parsed
    assert one_version(caller, row.worksheet_id, query="?as=xml").status == 400
    assert one_version(caller, row.worksheet_id, 2).status == 404
    assert one_version(caller, row.worksheet_id, 10**15).status == 404
    assert one_version(caller, uuid4()).status == 404


def test_a_coach_reads_only_what_coaches_see(api: Api, cast: Cast) -> None:
    kit = api(cast.kit)
    for slug, status in (("w26", 200), ("gad-7", 403)):
        pk = version(slug).worksheet_id
        assert kit.get("api_worksheet", pk).status == status
        assert kit.get("api_worksheet_versions", pk).status == status
        assert one_version(kit, pk, query="?as=fhir").status == status


def test_a_wording_the_clinic_licensed_itself_stays(api: Api, cast: Cast) -> None:
    table = LIBRARY["gad-7"].to_json()
    made = parse({**table, "slug": "licensed", "measure": {**table["measure"], "licence_status": "bring_your_own"}})
    with acting_in(cast.north.pk):
        place = Worksheet.objects.create(clinic=cast.north, slug="licensed", kind="measure", family="measure")
        stored = {"definition": made.to_json(), "sha256": made.digest(), "clinic": cast.north}
        WorksheetVersion.objects.create(worksheet=place, number=1, **stored)
    caller = api(cast.theo)
    found = caller.get("api_worksheet", place.pk).body
    assert found["definition"] is None and found["stays_because"]
    for query in ("", "?as=fhir", "?as=toml"):
        assert one_version(caller, place.pk, query=query).status == 403


BODIES: dict[str, Any] = {
    "definition": LIBRARY["w31"].to_json(),
    "fhir": json.loads(json.dumps(fhir_out.questionnaire(LIBRARY["w31"]))),
    "toml": own.to_toml(LIBRARY["w31"]),
}


@pytest.mark.parametrize("form", BODIES)
def test_a_worksheet_is_brought_in_as_a_draft(api: Api, cast: Cast, form: str) -> None:
    found = api(cast.theo).post("api_worksheets", body={form: BODIES[form], "title": "Mine"})
    assert (found.status, found.body["title"], found.body["remarks"]) == (201, "Mine", [])
    with acting_in(cast.north.pk):
        draft = Draft.objects.get(pk=found.body["draft"])
        assert str(draft.worksheet_id) == found.body["worksheet"]
        assert parse(draft.words).title == "Mine"
        assert AuditEvent.objects.filter(verb="worksheet.imported", object_id=draft.pk).count() == 1


def test_what_was_left_out_is_told_item_by_item(api: Api, cast: Cast) -> None:
    found = api(cast.theo).post("api_worksheets", body={"fhir": THEIRS})
    assert found.status == 201
    assert "doctor" in {remark["item"] for remark in found.body["remarks"]}


@pytest.mark.parametrize(
    ("body", "file", "key"),
    [
        ({}, "request", "definition"),
        ({"toml": "a = 1", "fhir": THEIRS}, "request", "toml"),
        ({"toml": "a = "}, "toml", ""),
        ({"definition": {"slug": 1}}, "definition", "slug"),
        ({"definition": THEIRS}, "definition", "resourceType"),
        ({"fhir": {"item": []}}, "fhir", "resourceType"),
        ({"fhir": {**THEIRS, "item": [{"linkId": "x7", "type": "choice", "answerValueSet": "http://a/b"}]}}, "fhir", "x7"),
    ],
)  # fmt: skip
def test_what_cannot_be_read_is_422_with_file_key_and_expectation(
    api: Api, cast: Cast, body: dict[str, Any], file: str, key: str
) -> None:
    found = api(cast.theo).post("api_worksheets", body=body)
    assert (found.status, found.body["file"], found.body["key"]) == (422, file, key)
    assert found.body["expected"] and found.body["message"]
    assert not Draft.objects.exists()


def test_a_measure_and_a_coach_are_refused(api: Api, cast: Cast) -> None:
    assert api(cast.theo).post("api_worksheets", body={"definition": LIBRARY["gad-7"].to_json()}).status == 422
    assert api(cast.kit).post("api_worksheets", body={"fhir": THEIRS}).status == 403
    assert not Draft.objects.exists()


DEEPER = {name: raw for name, raw in HOSTILE.items() if raw and name != "a little too deep"} | {
    "a key twice": b'{"fhir": {}, "fhir": {}}',
    "a key twice inside": b'{"fhir": {"item": [], "item": []}}',
    "deep inside": b'{"definition": ' + b'{"a":' * 100_000 + b"1" + b"}" * 100_000 + b"}",
}


@pytest.mark.parametrize("raw", DEEPER.values(), ids=DEEPER)
def test_a_document_that_cannot_be_read_is_400(api: Api, cast: Cast, raw: bytes) -> None:
    found = api(cast.theo).call("POST", "api_worksheets", raw=raw)
    assert found.status == 400
    assert set(found.body) == {"message", "field"}


VALUES: list[Any] = [
    None, True, 0, -1, 10**11, 1e11, 0.5, "", "x", "x" * 900_000, "\u202e", [], [None], [[]], {}, {"": ""}, {"a": [1]},
    [{"linkId": "a"}], [{"linkId": "a", "type": "group", "item": [None]}], {"resourceType": "Bundle", "entry": [{}]},
    [{"url": "urn:between:sheet"}], [{"url": "urn:between:question", "extension": [{"url": "kind", "valueCode": []}]}],
]  # fmt: skip


def test_no_value_anywhere_breaks_bringing_in(api: Api, cast: Cast) -> None:
    caller = api(cast.kit)  # a coach is refused once it was read, so nothing is made
    for bad in VALUES:
        bodies: list[Any] = [bad, {"fhir": bad}, {"definition": bad}, {"toml": bad}, {"title": bad, "fhir": THEIRS}]
        bodies += [
            {"fhir": {**BODIES["fhir"], name: bad}} for name in ("item", "extension", "title", "_title", "contained")
        ]
        bodies += [{"fhir": {**THEIRS, "item": [{**THEIRS["item"][0], name: bad}]}}
                   for name in ("type", "text", "item", "enableWhen", "answerOption", "extension", "code")]  # fmt: skip
        bodies += [
            {"definition": {**BODIES["definition"], name: bad}} for name in ("fields", "sizes", "languages", "es")
        ]
        for body in bodies:
            found = caller.call("POST", "api_worksheets", body=body)
            assert found.status in (400, 403, 422), (str(body)[:200], found.status)
            assert found.body["message"]


def test_listing_takes_the_same_few_statements_whatever_is_asked(api: Api, cast: Cast) -> None:
    from django.db import connection
    from django.test.utils import CaptureQueriesContext

    caller = api(cast.theo)
    caller.get("api_worksheets")
    with CaptureQueriesContext(connection) as found:
        caller.get("api_worksheets")
    own_ones = [q for q in found if "SAVEPOINT" not in q["sql"] and "set_config" not in q["sql"]]
    assert len(own_ones) <= 8
