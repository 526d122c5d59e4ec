"""Bring your own: structures without words, a clinic's wording, who attested it, and the page for it."""

import dataclasses
import datetime as dt
import tomllib
from importlib.resources import files
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse
from django.utils import timezone

from clinic.access import Actor
from clinic.models import AuditEvent
from clinic.refusal import ActionRefused
from clinic.scope import acting_in
from homework.worksheets import attested, catalogue, instruments
from homework.worksheets.actions import instruments as wording
from homework.worksheets.definition import DefinitionError, library_files, parse
from homework.worksheets.instruments import Structure
from homework.worksheets.models import Attestation, Worksheet, WorksheetVersion
from tests.cast import Cast
from tests.homework.assignments.pages import SignIn
from tests.homework.worksheets.measures import STRUCTURES, words_for

# --- bring your own: no word of it is ours ------------------------------------------------------------------------------


def test_no_structure_holds_a_word_of_its_instrument() -> None:
    allowed = {
        "slug", "title", "known_as", "caution_note", "modalities", "frequency", "cautions", "minutes", "licence_text",
        "source_url", "recall", "items", "points", "scale", "reverse", "risks", "scoring", "subscales", "bands", "cutoff",
        "cutoffs", "rci", "asks_spread", "higher_is_worse", "min_interval_days", "gate", "ungated",
    }  # fmt: skip
    assert {one.name for one in dataclasses.fields(Structure)} == allowed
    for structure in STRUCTURES.values():
        assert isinstance(structure.items, int)
        assert len(structure.licence_text) > 40
        assert structure.known_as.keys() == structure.caution_note.keys() == {"en", "es"}
    assert not {f"{slug}.toml" for slug in STRUCTURES} & {name for name, _text in library_files()}


@pytest.mark.parametrize(
    ("text", "problem"),
    [
        ("slug = ", "expected TOML"),
        ('slug = "who-5"', "expected here"),
        ("reverse", "no item has"),
        ("bands", "without a gap"),
        ("name", "the name of the file"),
    ],
)
def test_a_structure_that_cannot_be_used_is_refused(text: str, problem: str) -> None:
    whole = (files("homework.worksheets") / "library/structures/who-5.toml").read_text("utf-8")
    assert tomllib.loads(whole)["slug"] == "who-5"
    broken = {
        "reverse": whole.replace("items = 5", "items = 5\nreverse = [6]"),
        "bands": whole.replace("high = 28", "high = 27"),
        "name": whole.replace('slug = "who-5"', 'slug = "who-6"'),
    }.get(text, text)
    with pytest.raises(DefinitionError, match=problem):
        instruments.read("who-5.toml", broken)


@pytest.mark.parametrize("slug", sorted(STRUCTURES))
@pytest.mark.parametrize("language", ["en", "es"])
def test_a_wording_in_either_language_makes_a_measure(slug: str, language: str) -> None:
    said = words_for(slug, language=language)
    definition = parse(instruments.complete(STRUCTURES[slug], said))
    assert instruments.problems(STRUCTURES[slug], said) == {}
    assert definition.language == language
    assert [str(question.label) for question in definition.questions] == list(said.items)
    assert definition.measure and definition.measure.licence_status == "bring_your_own"
    assert definition.measure.attribution == said.credit
    assert instruments.wording_of(definition) == said


@pytest.mark.parametrize(
    ("more", "field"),
    [
        ({"items": ("one", "two")}, "items"),
        ({"labels": ("yes", "no")}, "labels"),
        ({"stem": " "}, "stem"),
        ({"credit": ""}, "credit"),
        ({"title": ""}, "title"),
    ],
)
def test_a_wording_that_does_not_fit_says_which_part_and_what_to_do(more: dict[str, Any], field: str) -> None:
    found = instruments.problems(STRUCTURES["who-5"], words_for("who-5", **more))
    assert list(found) == [field]
    assert found[field].endswith(".")


@pytest.mark.parametrize(
    ("text", "items"),
    [
        ("First one\n\n  Second,  with a comma \n", ["First one", "Second, with a comma"]),
        ("1. First\n2) Second", ["First", "Second"]),
        ("3. First\n4. Second", ["3. First", "4. Second"]),
        ('n,text\n1,First\n2,"Second, more"', ["First", "Second, more"]),
        ("1;First\n2;Second", ["First", "Second"]),
        ("\ufeffitem\tpoints\nFirst\t0\nSecond\t1", ["First", "Second"]),
        ('["First", "Second"]', ["First", "Second"]),
        ('{"items": [{"text": "First"}, "Second"], "stem": "Above"}', ["First", "Second"]),
    ],
    ids=["text", "numbered", "other numbers", "csv", "semicolons", "tabs", "json list", "json"],
)
def test_a_file_of_any_of_three_kinds_gives_the_questions(text: str, items: list[str]) -> None:
    found = instruments.imported(text)
    assert list(instruments.lines_of(found["items"])) == items
    assert found.get("stem", "") == ("Above" if "Above" in text else "")


@pytest.mark.parametrize(
    "text", ["", "   ", "{", "[" * 100_000, '{"stem": "no questions"}', '{"items": 3}', "[]", "{}"]
)
def test_a_file_that_holds_no_questions_says_what_to_do(text: str) -> None:
    with pytest.raises(ValueError, match=r"\."):
        instruments.imported(text)


@pytest.mark.django_db
class TestBringing:
    """An admin enters a wording, by the action and on the page."""

    def word(self, by: Actor, slug: str = "who-5", **more: Any) -> wording.Worded:
        said = {"reference": "Licence 4711", "permission": True} | {
            key: more.pop(key) for key in ("reference", "permission") if key in more
        }
        return wording.word(by=by, structure=STRUCTURES[slug], wording=words_for(slug, **more), **said)

    def test_it_becomes_the_clinics_own_measure_with_who_when_and_why(self, north: Cast) -> None:
        made = self.word(north.amy.actor)
        sheet = made.version.worksheet
        assert (sheet.clinic_id, sheet.slug, sheet.kind, made.version.number) == (
            north.north.pk, "who-5", Worksheet.Kind.MEASURE, 1,
        )  # fmt: skip
        said = Attestation.objects.get()
        assert (said.by, said.reference, said.worksheet) == (north.amy.membership, "Licence 4711", sheet)
        assert made.version.parsed.measure and said.text_sha256 == made.version.parsed.measure.text_sha256
        assert timezone.now() - said.at < dt.timedelta(minutes=1)
        verbs = set(AuditEvent.objects.filter(object_id=sheet.pk).values_list("verb", flat=True))
        assert verbs == {"instrument.worded", "instrument.attested"}
        assert not AuditEvent.objects.filter(detail__icontains="as printed").exists()

    def test_therapists_are_offered_it_and_the_other_clinic_is_not(self, north: Cast) -> None:
        self.word(north.amy.actor)
        assert "who-5" in {sheet.worksheet.slug for sheet in catalogue.offered(north.theo.actor)}
        assert "who-5" not in {sheet.worksheet.slug for sheet in catalogue.offered(north.kit.actor)}
        with acting_in(north.south.pk):
            assert "who-5" not in {sheet.worksheet.slug for sheet in catalogue.offered(north.zoe.actor)}
            assert Attestation.objects.count() == 0

    def test_other_words_are_the_next_version_and_the_same_words_only_a_new_attestation(self, north: Cast) -> None:
        first = self.word(north.amy.actor)
        again = self.word(north.amy.actor, reference="Renewed in 2027")
        other = self.word(north.amy.actor, stem="Another stem")
        assert [one.is_new for one in (first, again, other)] == [True, False, True]
        assert [one.version.number for one in (first, again, other)] == [1, 1, 2]
        assert first.version.definition == WorksheetVersion.objects.get(pk=first.version.pk).definition
        assert Attestation.objects.count() == 3

    @pytest.mark.parametrize(
        ("more", "field"),
        [
            ({"reference": "  "}, "reference"),
            ({"permission": False}, "permission"),
            ({"items": ("only one",)}, "items"),
        ],
    )
    def test_without_ground_tick_or_fit_nothing_is_kept(self, north: Cast, more: dict[str, Any], field: str) -> None:
        with pytest.raises(ActionRefused) as no:
            self.word(north.amy.actor, **more)
        assert (no.value.status, no.value.field) == (422, field)
        assert not Worksheet.objects.filter(clinic=north.north, slug="who-5").exists()

    def test_a_therapist_does_not_enter_wording(self, north: Cast) -> None:
        with pytest.raises(ActionRefused):
            self.word(north.theo.actor)

    def test_a_worksheet_of_that_name_is_not_overwritten(self, north: Cast) -> None:
        Worksheet.objects.create(clinic=north.north, slug="who-5", kind=Worksheet.Kind.PRACTICE)
        with pytest.raises(ActionRefused, match="short name"):
            self.word(north.amy.actor)


def typed(slug: str = "who-5", **more: Any) -> dict[str, Any]:
    said = words_for(slug)
    return {
        "title": said.title,
        "language": "en",
        "stem": said.stem,
        "labels": "\n".join(said.labels),
        "items": "\n".join(said.items),
        "credit": said.credit,
        "reference": "Licence 4711",
        "permission": "on",
    } | more


@pytest.mark.django_db
class TestThePage:
    """`library/instruments/` and the form of one instrument, without a script."""

    def test_an_admin_words_it_and_everybody_on_the_staff_can_read_who_said_so(
        self, north: Cast, sign_in: SignIn
    ) -> None:
        amy = sign_in(north.amy)
        page = amy.get(reverse("instrument", args=["who-5"]))
        assert b"World Health Organization" in page.content
        done = amy.post(reverse("instrument", args=["who-5"]), typed())
        assert (done.status_code, done["Location"]) == (303, reverse("instruments"))
        for person in (north.amy, north.theo, north.kit):
            listed = sign_in(person).get(reverse("instruments")).content.decode()
            assert "Licence 4711" in listed and "Amy" in listed
            assert ("Change the wording" in listed) is (person is north.amy)
        again = amy.get(reverse("instrument", args=["who-5"])).content.decode()
        assert "Line 5 as printed" in again and "Licence 4711" in again

    @pytest.mark.parametrize(
        ("change", "says"),
        [
            ({"reference": ""}, "Say on what ground"),
            ({"permission": ""}, "Tick this when"),
            ({"items": "one line"}, "5 questions, and here are 1"),
            ({"language": "fr"}, "choices"),
        ],
        ids=["reference", "tick", "questions", "language"],
    )
    def test_an_error_keeps_all_that_was_typed(
        self, north: Cast, sign_in: SignIn, change: dict[str, str], says: str
    ) -> None:
        page = sign_in(north.amy).post(reverse("instrument", args=["who-5"]), typed(**change))
        html = page.content.decode()
        assert page.status_code == 422
        assert says in html
        for kept in (typed() | change).values():
            for line in kept.split("\n"):
                assert line in ("on", "fr") or line.replace("'", "&#x27;") in html
        assert not Worksheet.objects.filter(clinic=north.north).exists()

    def test_several_things_to_look_at_are_said_at_once(self, north: Cast, sign_in: SignIn) -> None:
        page = sign_in(north.amy).post(
            reverse("instrument", args=["who-5"]), typed(reference="", permission="", items="x", credit="")
        )
        html = page.content.decode()
        assert html.count('class="error"') == 4

    def test_a_file_fills_in_the_fields_and_they_are_there_to_be_put_right(self, north: Cast, sign_in: SignIn) -> None:
        amy = sign_in(north.amy)
        file = SimpleUploadedFile("w.csv", b"n,text\n1,Alpha\n2,Beta\n3,Gamma\n4,Delta\n")
        page = amy.post(reverse("instrument", args=["who-5"]), typed(items="", file=file))
        assert page.status_code == 422
        assert "Alpha\nBeta\nGamma\nDelta" in page.content.decode()
        whole = SimpleUploadedFile("w.txt", "Alpha\nBeta\nGamma\nDelta\nÉpsilon".encode())
        assert amy.post(reverse("instrument", args=["who-5"]), typed(items="", file=whole)).status_code == 303
        made = WorksheetVersion.objects.get(clinic=north.north).parsed
        assert [str(one.label) for one in made.questions][-1] == "Épsilon"

    @pytest.mark.parametrize(
        "content", [b"\xff\xfe\x00", b"", b"x" * 100_001, b"{"], ids=["binary", "empty", "big", "json"]
    )
    def test_a_file_that_cannot_be_read_says_so_and_keeps_the_rest(
        self, north: Cast, sign_in: SignIn, content: bytes
    ) -> None:
        file = SimpleUploadedFile("w.txt", content)
        page = sign_in(north.amy).post(reverse("instrument", args=["who-5"]), typed(file=file))
        assert page.status_code == 422
        assert 'id="id_file_error"' in page.content.decode()
        assert "Line 3 as printed" in page.content.decode()

    def test_an_instrument_nobody_knows_is_not_there(self, north: Cast, sign_in: SignIn) -> None:
        assert sign_in(north.amy).get(reverse("instrument", args=["bdi"])).status_code == 404

    def test_clinicians_read_the_list_and_reach_no_form(self, north: Cast, sign_in: SignIn) -> None:
        for person in (north.theo, north.kit):
            browser = sign_in(person)
            assert browser.get(reverse("instruments")).status_code == 200
            assert browser.get(reverse("instrument", args=["who-5"])).status_code == 404
            assert browser.post(reverse("instrument", args=["who-5"]), typed()).status_code == 404

    def test_the_list_says_what_waits_for_the_safety_set_up(self, north: Cast, sign_in: SignIn) -> None:
        waits = [one.definition.slug for one in attested.shipped(north.amy.actor, "en") if one.waits]
        assert waits == ["phq-9"]
        assert [one.structure.slug for one in attested.brought(north.amy.actor) if one.waits] == ["core-10"]
        assert sign_in(north.amy).get(reverse("instruments")).content.decode().count("Waits for the safety") == 2

    @pytest.mark.parametrize("slug", sorted(STRUCTURES))
    def test_every_instrument_has_its_form(self, north: Cast, sign_in: SignIn, slug: str) -> None:
        html = sign_in(north.amy).get(reverse("instrument", args=[slug])).content.decode()
        assert ('name="labels"' in html) is bool(STRUCTURES[slug].points)
        assert ('name="low"' in html) is bool(STRUCTURES[slug].scale)
        assert ('name="sd"' in html) is (slug == "pswq")
