"""Log now: one tap from Today, one field, saved; sharing the line is one more tap (F07)."""

import re
from uuid import uuid4

import pytest
from django.test import Client

from clinic.models import AuditEvent
from clinic.refusal import ActionRefused
from homework.assignments.actions import log as logging_now
from homework.assignments.days import quick
from homework.assignments.models import Entry
from homework.worksheets.definition import load_library
from tests.cast import Cast
from tests.homework.assignments import given
from tests.homework.assignments.pages import page, told, url

pytestmark = pytest.mark.django_db


def key_on(html: str) -> str:
    found = re.search(r'name="submission_key" value="([^"]+)"', html)
    assert found is not None
    return found[1]


@pytest.mark.finding("F07")
def test_from_today_one_line_is_saved_in_two_taps_and_shared_in_three(north: Cast, ada: Client) -> None:
    work = given.agreed(north, "w31", frequency="event")
    today = ada.get(url("today")).content.decode()
    assert f'href="{url("log", work.pk)}"' in today
    field = ada.get(url("log", work.pk)).content.decode()  # one: Log now
    assert len(re.findall(r"<(?:textarea|input type=\"text\")", field)) == 1, "one field, and nothing else to fill in"
    line = {"noticed": "The light on the stairs", "submission_key": key_on(field)}
    saved = ada.post(url("log", work.pk), line)  # two: Save
    entry = Entry.objects.get()
    assert saved["Location"] == url("entry_logged", entry.pk)
    shown = ada.get(saved["Location"]).content.decode()
    assert "The light on the stairs" in shown
    assert (entry.state, entry.started) == (Entry.State.DRAFT, True)
    shared = ada.post(url("entry_logged", entry.pk), {"rev": entry.rev, "submission_key": key_on(shown)})  # three
    assert "You wrote one line. That counts." in told(ada, shared)
    entry.refresh_from_db()
    assert (entry.state, entry.amount) == (Entry.State.SHARED, None), "noticing has no amount (F10)"


@pytest.mark.finding("F07")
def test_a_shared_line_of_ordinary_work_is_a_little(north: Cast, ada: Client) -> None:
    work = given.agreed(north, "w02", frequency="event")
    entry = logging_now.log(
        by=north.ada.actor, assignment=work, key="hot_thought", value="He sighed", submission_key=uuid4()
    )
    logging_now.share_line(by=north.ada.actor, entry=entry, key=uuid4(), rev=entry.rev)
    entry.refresh_from_db()
    assert (entry.amount, entry.answers) == (Entry.Amount.A_LITTLE, {"hot_thought": "He sighed"})
    assert set(AuditEvent.objects.filter(object_id=entry.pk).values_list("verb", flat=True)) >= {
        "entry.logged",
        "entry.shared",
    }


@pytest.mark.finding("F07")
def test_each_time_it_happens_is_a_note_of_its_own_and_a_double_tap_is_one(north: Cast, ada: Client) -> None:
    work = given.agreed(north, "w31", frequency="event")
    first, second = uuid4(), uuid4()
    for key, words in ((first, "Once"), (first, "Once"), (second, "Twice")):
        assert ada.post(url("log", work.pk), {"noticed": words, "submission_key": str(key)}).status_code == 303
    assert sorted(entry.answers["noticed"] for entry in Entry.objects.all()) == ["Once", "Twice"]


def test_what_is_begun_already_stays_as_it_is(north: Cast, ada: Client) -> None:
    work = given.agreed(north, "w39", frequency="daily")
    begun = given.begun(north, work, {"note": "half a thought", "mood_now": 4})
    ada.post(url("log", work.pk), {"mood_now": "7", "submission_key": str(uuid4())})
    begun.refresh_from_db()
    assert begun.answers["mood_now"] == 4
    assert Entry.objects.exclude(pk=begun.pk).get().slot_on is None


def test_nothing_written_is_said_kindly_and_nothing_is_kept(north: Cast, ada: Client) -> None:
    work = given.agreed(north, "w31", frequency="event")
    assert "One word is enough" in ada.post(url("log", work.pk), {"noticed": " "}).content.decode()
    assert not Entry.objects.exists()
    with pytest.raises(ActionRefused) as refused:
        logging_now.log(by=north.ada.actor, assignment=work, key="noticed", value="", submission_key=uuid4())
    assert refused.value.status == 422


def test_work_that_rests_cannot_be_logged(north: Cast, ada: Client) -> None:
    work = given.agreed(north, "w31", frequency="event")
    ada.post(url("work_pause", work.pk))
    assert ada.get(url("log", work.pk))["Location"] == url("task", work.pk)


def test_a_daily_record_offers_it_on_its_card_and_on_its_page(north: Cast, ada: Client) -> None:
    work = given.agreed(north, "w39", frequency="daily")
    assert "Log now, in one line" in page(ada, "today")
    assert "Log now, in one line" in page(ada, "task", work.pk)
    other = given.agreed(north, "w02", frequency="daily")
    assert "Log now" not in page(ada, "task", other.pk), "a practice with many parts is no log"


def test_every_worksheet_that_can_be_logged_has_one_question_and_a_size_for_it() -> None:
    for definition in load_library():
        question = quick.question(definition)
        if definition.measure is not None:
            assert question is None
            continue
        if not quick.offered(definition, event=True):
            continue
        assert question is not None
        assert [field.key for field in quick.only(definition, question.key).layout("M")] == [question.key]
        for size in definition.sizes:
            kept_in = quick.size_for(definition, size, question.key)
            assert question.key in {field.key for field in definition.layout(kept_in)}, definition.slug
