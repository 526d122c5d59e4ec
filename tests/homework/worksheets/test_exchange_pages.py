"""Taking a worksheet along, and bringing one in as a draft."""

import json
from collections.abc import Callable
from html import unescape
from pathlib import Path
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse

from clinic.models import AuditEvent
from clinic.scope import acting_in
from homework.worksheets.builder import checks
from homework.worksheets.definition import load_library, parse
from homework.worksheets.exchange import coming, fhir_out, own
from homework.worksheets.models import Draft, Worksheet, WorksheetVersion
from tests.access.world import version
from tests.cast import Cast, Person
from tests.homework.worksheets.browser import Page
from tests.homework.worksheets.samples import everything, question, sheet
from tests.homework.worksheets.test_own import BAD

SignIn = Callable[[Person | None], Client]
FILES = Path(__file__).parent / "fhir"
LIBRARY = {one.slug: one for one in load_library()}
URL = "/library/import/"


@pytest.fixture
def theo(cast: Cast, sign_in: SignIn) -> Client:
    return sign_in(cast.theo)


def export(browser: Client, row: WorksheetVersion, kind: str) -> Any:
    return browser.get(reverse("worksheet_export", args=[row.worksheet_id, kind]))


@pytest.mark.parametrize("kind", ["toml", "json", "fhir"])
def test_a_worksheet_is_taken_along_as_a_file_that_comes_back(cast: Cast, theo: Client, kind: str) -> None:
    row = version("w08")
    answer = export(theo, row, kind)
    assert answer.status_code == 200
    assert answer["Content-Disposition"].startswith('attachment; filename="worksheet-w08-1.')
    came = coming.read(answer.content)
    assert (came.format, came.definition.title) == (kind, row.parsed.title)


def test_a_measure_that_may_not_be_changed_goes_with_its_licence(theo: Client) -> None:
    text = export(theo, version("gad-7"), "fhir").content.decode()
    assert "No permission required" in text and "Spitzer" in text


def test_a_wording_the_clinic_licensed_itself_stays(cast: Cast, theo: Client) -> None:
    table = LIBRARY["gad-7"].to_json()
    table["measure"] = {**table["measure"], "licence_status": "bring_your_own"}
    made = parse({**table, "slug": "licensed"})
    with acting_in(cast.north.pk):
        place = Worksheet.objects.create(clinic=cast.north, slug="licensed", kind="measure", family="measure")
        stored = {"definition": made.to_json(), "sha256": made.digest(), "clinic": cast.north}
        row = WorksheetVersion.objects.create(worksheet=place, number=1, **stored)
    for kind in ("toml", "json", "fhir"):
        answer = export(theo, row, kind)
        assert answer.status_code == 403
        assert "stays here" in answer.content.decode()
    page = theo.get(reverse("worksheet", args=[place.pk])).content.decode()
    assert "stays here" in page
    assert reverse("worksheet_export", args=[place.pk, "toml"]) not in page


@pytest.mark.finding("F64")
def test_a_coach_takes_along_only_what_coaches_see(cast: Cast, sign_in: SignIn) -> None:
    kit = sign_in(cast.kit)
    assert export(kit, version("w26"), "toml").status_code == 200
    assert export(kit, version("gad-7"), "toml").status_code == 403
    assert kit.get(URL).status_code == 404


def test_no_other_format_is_there(theo: Client) -> None:
    assert export(theo, version("w08"), "exe").status_code == 404


def test_the_page_of_a_worksheet_says_what_other_systems_will_not_see(theo: Client) -> None:
    row = version("w08")
    page = unescape(theo.get(reverse("worksheet", args=[row.worksheet_id])).content.decode())
    assert reverse("worksheet_export", args=[row.worksheet_id, "fhir"]) in page
    assert "Other systems do not show the first step" in page


def post(browser: Client, text: str = "", action: str = "look", **more: Any) -> Any:
    return browser.post(URL, {"text": text, "action": action, **more})


def words(answer: Any) -> str:
    return unescape(answer.content.decode())


@pytest.mark.parametrize("write", [own.to_toml, own.to_json, lambda one: json.dumps(fhir_out.questionnaire(one))])
def test_a_worksheet_is_looked_at_and_becomes_a_draft(cast: Cast, theo: Client, write: Callable[[Any], str]) -> None:
    text = write(LIBRARY["w31"])
    looked = post(theo, text)
    assert looked.status_code == 200
    assert "I noticed ..." in words(looked)
    assert not Draft.objects.exists()
    made = post(theo, text, "create")
    assert made.status_code == 303
    with acting_in(cast.north.pk):
        draft = Draft.objects.select_related("worksheet").get()
        assert draft.words["title"] == "I wonder"
        assert draft.worksheet.slug != "w31"
        assert parse(draft.words).localised("es").title == "Me pregunto"
        assert AuditEvent.objects.filter(verb="worksheet.imported", object_id=draft.pk).count() == 1
    assert made["Location"].endswith(f"{draft.pk}/")
    assert theo.get(made["Location"]).status_code == 200


@pytest.mark.parametrize("path", sorted(FILES.glob("*.json")), ids=lambda path: path.stem)
def test_what_comes_from_elsewhere_wants_only_what_a_questionnaire_has_not(
    cast: Cast, theo: Client, path: Path
) -> None:
    assert post(theo, path.read_text(), "create").status_code == 303
    with acting_in(cast.north.pk):
        found = checks.look(Draft.objects.select_related("worksheet").get().words)
    assert found.definition is not None
    assert set(found.problems) <= {"purpose", "why", "guide.introduce", "guide.review"}


def test_what_was_left_out_is_said_item_by_item(theo: Client) -> None:
    file = SimpleUploadedFile("theirs.json", (FILES / "mixed.json").read_bytes(), "application/json")
    said = words(post(theo, file=file))
    assert "<dt>doctor</dt>" in said
    assert "left out" in said
    assert "An example clinic" in said.split("<textarea", 1)[1]  # the file's text waits in the box


def test_an_error_names_file_place_and_what_was_expected_and_nothing_typed_is_lost(theo: Client) -> None:
    text = own.to_toml(LIBRARY["w31"]).replace('kind = "choice"', 'kind = "chioce"')
    answer = post(theo, text)
    assert answer.status_code == 422
    assert "fields[1].kind" in words(answer)
    assert "expected one of" in words(answer)
    assert text.strip() in words(answer)
    file = SimpleUploadedFile(
        "theirs.json", b'{"resourceType": "Questionnaire", "item": [{"linkId": "x9", "type": "poem"}]}'
    )
    answer = post(theo, file=file)
    assert (answer.status_code, "theirs.json" in words(answer), "x9" in words(answer)) == (422, True, True)


def test_a_measure_is_not_imported(theo: Client) -> None:
    for action in ("look", "create"):
        answer = post(theo, own.to_toml(LIBRARY["gad-7"]), action)
        assert answer.status_code == 422
        assert "A measure is not imported" in words(answer)
    assert not Draft.objects.exists()


@pytest.mark.parametrize("raw", BAD.values(), ids=BAD)
def test_whatever_is_uploaded_is_answered(theo: Client, raw: bytes) -> None:
    for action in ("look", "create"):
        answer = post(theo, action=action, file=SimpleUploadedFile("../<u>.json", raw or b" "))
        assert answer.status_code == 422
        assert "<u>" not in answer.content.decode().split("<textarea")[0]


def test_every_kind_of_question_can_be_brought_in(cast: Cast, theo: Client) -> None:
    answer = post(theo, json.dumps(fhir_out.questionnaire(everything())), "create")
    assert answer.status_code == 303


def test_words_of_strangers_are_never_markup(theo: Client) -> None:
    evil = "<script>alert(1)</script>"
    table = sheet(question("text", label=evil, hint=evil), title=evil, languages=["en"])
    page = post(theo, json.dumps(table)).content.decode()
    assert "<script>alert" not in page
    item = {"linkId": evil, "type": "reference", "text": evil}
    other = {"linkId": "a", "type": "string", "text": evil}
    page = post(
        theo, json.dumps({"resourceType": "Questionnaire", "title": evil, "item": [item, other]})
    ).content.decode()
    assert "<script>alert" not in page


@pytest.mark.parametrize(
    "text", ["", "{}", '{"resourceType": "Questionnaire", "item": [{"linkId": "a", "type": "string"}]}']
)
def test_everything_on_the_page_has_a_name(theo: Client, text: str) -> None:
    answer = post(theo, text) if text else theo.get(URL)
    page = Page(answer.content.decode())
    assert not [
        given for given in page.nameless() if given.get("type") not in ("hidden", None) or given["tag"] != "input"
    ]
    assert not [found for found, times in page.ids.items() if times > 1]
    assert page.pointed_at <= set(page.ids)
