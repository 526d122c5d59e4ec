"""Private notes and what is kept for the session: the author's alone, under their own key (F32)."""

import ast
import re
from collections.abc import Callable
from pathlib import Path

import pytest
from django.core.management import call_command
from django.db import connection, transaction
from django.test import Client
from django.utils import timezone

from accounts import keys
from clinic import vault
from clinic.api_schema import openapi
from clinic.models import AuditEvent, DataKey
from clinic.refusal import ActionRefused
from clinic.scope import acting_in
from homework.assignments.models import Assignment
from homework.reviews import process_notes
from homework.reviews.actions import process_note as noting
from homework.reviews.actions import question as speaking
from homework.reviews.models import ClientQuestion, Comment, ProcessNote, Review
from tests.cast import Cast, Person, make_cast
from tests.homework.assignments import given
from tests.homework.assignments.pages import page, told, url

SignIn = Callable[[Person | None], Client]
ROOT = Path(__file__).resolve().parents[3]
HARSH = "He is toxic. I don't like this for you."


@pytest.fixture
def ada(north: Cast, sign_in: SignIn) -> Client:
    return sign_in(north.ada)


@pytest.fixture
def theo(north: Cast, sign_in: SignIn) -> Client:
    return sign_in(north.theo)


@pytest.fixture
def work(north: Cast) -> Assignment:
    return given.agreed(north)


def note(cast: Cast, words: str = "I felt pulled to rescue.", kind: str = "process") -> ProcessNote:
    assert cast.ada.episode is not None
    return noting.write(by=cast.theo.actor, episode=cast.ada.episode, text=words, kind=kind)


# --- keep for the session --------------------------------------------------------------------------------------------


@pytest.mark.finding("F32")
def test_choosing_keep_on_the_review_sends_nothing_and_loses_nothing(
    north: Cast, work: Assignment, ada: Client, theo: Client
) -> None:
    entry = given.shared(north, work, {"found_out": "It passes."})
    answer = theo.post(url("review_keep", work.pk), {"message": HARSH, "went_well": "She went.", "outcome": "smaller"})
    raw = answer.content.decode()
    assert answer.status_code == 200
    assert "Nothing was sent" in raw
    assert "She went." in raw
    assert re.search(r'name="outcome" value="smaller"[^>]*checked|checked[^>]*value="smaller"', raw)
    assert not re.search(r"<textarea[^>]*name=\"message\"[^>]*>\s*He is", raw)
    assert not Review.objects.exists()
    assert not Comment.objects.exists()
    for name, args in (("today", []), ("entry", [entry.pk]), ("task", [work.pk])):
        assert "toxic" not in page(ada, name, *args)
    kept = process_notes.kept(north.theo.actor, work.episode)
    assert [(one.text, one.kind) for one in kept] == [(HARSH, "kept")]


@pytest.mark.finding("F32")
def test_choosing_keep_beside_an_answer_or_a_question_sends_nothing(
    north: Cast, work: Assignment, ada: Client, theo: Client
) -> None:
    entry = given.shared(north, work, {"found_out": "It passes."})
    path = f"{url('entry_comment', entry.pk)}?key=found_out"
    shown = told(theo, theo.post(path, {"text": HARSH, "keep": "1"}))
    assert "Nothing was sent" in shown
    assert HARSH.split(".")[0] in shown
    row = speaking.ask(by=north.ada.actor, episode=work.episode, said=speaking.Said(kind="how", text="How long?"))
    shown = told(theo, theo.post(url("question_keep", row.pk), {"answer": "Just leave him"}))
    assert "the question stays open" in shown
    kept = ClientQuestion.objects.get(pk=row.pk)
    assert (kept.state, kept.answer) == ("open", None)
    assert not Comment.objects.exists()
    for name, args in (("today", []), ("entry", [entry.pk]), ("asked", [])):
        shown = page(ada, name, *args)
        assert "toxic" not in shown
        assert "leave him" not in shown


@pytest.mark.finding("F30")
@pytest.mark.parametrize("kind", ["advice", "how"])
def test_every_reply_box_offers_stems_and_keeping_and_for_advice_a_general_thought(
    north: Cast, theo: Client, kind: str
) -> None:
    assert north.ada.episode is not None
    row = speaking.ask(by=north.ada.actor, episode=north.ada.episode, said=speaking.Said(kind=kind, text="What now?"))
    raw = theo.get(url("question", row.pk)).content.decode()
    assert raw.count("data-say=") >= 2
    assert "Keep for the session" in raw
    assert f'formaction="{url("question_keep", row.pk)}"' in raw
    assert ("Share a general thought" in raw) == (kind == "advice")
    assert ("When has something like this come up before?" in raw) == (kind == "advice")


@pytest.mark.finding("F32")
def test_what_was_kept_is_shown_to_its_author_where_it_helps_until_it_is_put_away(
    north: Cast, work: Assignment, theo: Client, sign_in: SignIn
) -> None:
    coming = given.session(north, timezone.now())
    row = note(north, "Ask about her brother.", kind="kept")
    places = (("client_page", work.episode_id), ("review", work.pk), ("session_notes", coming.pk))
    for name, pk in places:
        assert "Ask about her brother." in page(theo, name, pk)
    assert "Ask about her brother." not in page(theo, "assignment", work.pk)
    for name, pk in (places[0], places[1]):
        assert "Ask about her brother." not in page(sign_in(north.kit), name, pk)
    told(theo, theo.post(url("private_note_away", row.pk)))
    for name, pk in places:
        assert "Ask about her brother." not in page(theo, name, pk)
    assert "Ask about her brother." in page(theo, "private_notes", work.episode_id)


# --- private notes ---------------------------------------------------------------------------------------------------


def test_notes_are_written_changed_put_away_and_taken_out_again(north: Cast, work: Assignment, theo: Client) -> None:
    shown = told(theo, theo.post(url("private_notes", work.episode_id), {"text": "I felt pulled to rescue."}))
    assert "I felt pulled to rescue." in shown
    row = ProcessNote.objects.get()
    empty = theo.post(url("private_note", row.pk), {"text": "  "})
    assert empty.status_code == 422
    assert "Pulled, and tired." in told(theo, theo.post(url("private_note", row.pk), {"text": "Pulled, and tired."}))
    told(theo, theo.post(url("private_note_away", row.pk)))
    assert ProcessNote.objects.get().put_away_at is not None
    told(theo, theo.post(url("private_note_away", row.pk), {"away": "0"}))
    assert ProcessNote.objects.get().put_away_at is None


def test_the_same_words_twice_are_one_note(north: Cast) -> None:
    assert note(north).pk == note(north).pk
    assert note(north, "Another.").pk != note(north).pk


def test_nobody_but_the_author_finds_a_note(north: Cast, work: Assignment, sign_in: SignIn) -> None:
    row = note(north)
    for person in (north.ada, north.sol, north.cora, north.kit, north.amy):
        browser = sign_in(person)
        for name in ("private_note", "private_note_away"):
            assert browser.post(url(name, row.pk), {"text": "x"}).status_code == 404, (person.user.email, name)
        assert browser.get(url("private_note", row.pk)).status_code == 404
    assert "rescue" not in page(sign_in(north.kit), "private_notes", work.episode_id)
    with pytest.raises(ActionRefused):
        noting.change(by=north.kit.actor, note=row, text="x")


def test_a_note_is_sealed_with_its_authors_key_and_opens_for_nobody_else(north: Cast) -> None:
    row = note(north)
    own = DataKey.objects.get(client=north.theo.membership)
    with connection.cursor() as cursor:
        cursor.execute("SELECT text FROM reviews_processnote WHERE id = %s", [row.pk])
        stored = bytes(cursor.fetchone()[0])
    assert stored[1:17] == own.pk.bytes
    assert b"rescue" not in stored
    with vault.session():
        vault.open_contents([north.ada.membership.pk])  # whoever reads the client has not opened the author
        with pytest.raises(vault.NotOpened):
            _ = ProcessNote.objects.get(pk=row.pk).text
    with vault.session():
        process_notes.open_own(north.theo.actor)
        assert ProcessNote.objects.get(pk=row.pk).text == "I felt pulled to rescue."


def test_the_first_note_makes_the_key_and_later_ones_use_it(north: Cast) -> None:
    assert not DataKey.objects.filter(client=north.theo.membership).exists()
    note(north)
    note(north, "Another.")
    assert DataKey.objects.filter(client=north.theo.membership).count() == 1


def test_the_record_says_that_there_is_a_note_and_nobody_elses_work_was_read(
    north: Cast, work: Assignment, theo: Client
) -> None:
    row = note(north)
    before = AuditEvent.objects.filter(is_read=True).count()
    page(theo, "private_note", row.pk)
    theo.post(url("private_note", row.pk), {"text": "Tired."})
    assert AuditEvent.objects.filter(is_read=True).count() == before
    verbs = AuditEvent.objects.filter(object_type="processnote", is_read=False).values_list("verb", flat=True)
    assert set(verbs) == {"process_note.written", "process_note.changed"}
    assert not any("rescue" in str(detail) for detail in AuditEvent.objects.values_list("detail", flat=True))


def test_private_notes_are_in_no_export_no_digest_and_not_in_the_api() -> None:
    assert "process" not in str(openapi()["paths"]).lower()
    known = {
        "models/comment.py",
        "models/__init__.py",
        "process_notes.py",
        "actions/process_note.py",
        "views/private_notes.py",
    }
    base = ROOT / "homework" / "reviews"
    for path in (ROOT / "homework").rglob("*.py"):
        if "migrations" in path.parts or (path.is_relative_to(base) and str(path.relative_to(base)) in known):
            continue
        names = {node.id for node in ast.walk(ast.parse(path.read_text())) if isinstance(node, ast.Name)}
        assert "ProcessNote" not in names, path


@pytest.mark.django_db(transaction=True)
def test_rotating_the_keys_covers_authors_too(monkeypatch: pytest.MonkeyPatch) -> None:
    with transaction.atomic():
        cast = make_cast()
        with acting_in(cast.north.pk), vault.session():
            vault.open_contents([cast.ada.membership.pk])
            row = note(cast)
    old = keys.key_file()
    rotated = keys.KeyFile(active="next", keys={**old.keys, "next": b"n" * 32})
    for module in (vault, keys):
        monkeypatch.setattr(module, "key_file", lambda: rotated)
    call_command("rotate_keys")
    for module in (vault, keys):
        monkeypatch.setattr(module, "key_file", lambda: keys.KeyFile(active="next", keys={"next": b"n" * 32}))
    with acting_in(cast.north.pk), transaction.atomic(), vault.session():
        assert DataKey.objects.get(client=cast.theo.membership).kek_id == "next"
        process_notes.open_own(cast.theo.actor)
        assert ProcessNote.objects.get(pk=row.pk).text == "I felt pulled to rescue."
