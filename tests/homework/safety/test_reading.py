"""6.1: what is said where about who reads and when, and that a client has said they know it."""

import re
from datetime import time, timedelta
from typing import Any
from uuid import uuid4

import pytest
from django.template.loader import get_template
from django.test import Client
from django.utils import timezone, translation

from clinic.actions import contact
from clinic.models import AuditEvent, Clinic, ContactPrefs
from homework.assignments.actions import entry as doing
from homework.assignments.models import Entry
from homework.safety import hours, reading
from homework.safety.models import SafetySetup
from tests.cast import Cast
from tests.homework.assignments import given
from tests.homework.assignments.pages import page, statements, text, url
from tests.homework.safety.given import AT_NIGHT, HOURS, IN_HOURS, set_up
from tests.house.test_templates import TEMPLATES

NINE_TO_FIVE = (time(9), time(17))


class TestTheSentence:
    """Never more than the clinic has set."""

    clinic = Clinic(name="Larkfield", time_zone="Europe/London")

    @pytest.mark.parametrize(
        ("days", "said"),
        [
            ({}, ""),
            ({day: NINE_TO_FIVE for day in range(5)}, "Monday to Friday, 09:00 to 17:00"),
            ({0: NINE_TO_FIVE, 1: NINE_TO_FIVE}, "Monday and Tuesday, 09:00 to 17:00"),
            ({5: (time(10), time(12, 30))}, "Saturday, 10:00 to 12:30"),
            (
                {0: NINE_TO_FIVE, 1: NINE_TO_FIVE, 2: NINE_TO_FIVE, 4: (time(9), time(13))},
                "Monday to Wednesday, 09:00 to 17:00; Friday, 09:00 to 13:00",
            ),
            ({0: NINE_TO_FIVE, 2: NINE_TO_FIVE}, "Monday, 09:00 to 17:00; Wednesday, 09:00 to 17:00"),
        ],
    )
    def test_a_week_in_words(self, days: dict[int, tuple[time, time]], said: str) -> None:
        assert reading.in_words(days) == said

    @pytest.mark.parametrize(
        ("arranged", "own_line", "said"),
        [
            (None, "", ""),
            (None, "Mondays", "Larkfield reads: Mondays."),
            (SafetySetup(hours={}), " ", ""),
            (SafetySetup(hours=HOURS), "Mondays", "Larkfield reads on Monday to Friday, 09:00 to 17:00."),
            (
                SafetySetup(hours=HOURS, reads_within_days=2),
                "",
                "Larkfield reads on Monday to Friday, 09:00 to 17:00, usually within 2 working days.",
            ),
            (
                SafetySetup(hours=HOURS, reads_within_days=1),
                "",
                "Larkfield reads on Monday to Friday, 09:00 to 17:00, usually within 1 working day.",
            ),
            (SafetySetup(reads_within_days=3), "", "Larkfield usually reads within 3 working days."),
        ],
    )
    def test_it_says_what_is_set_and_no_more(self, arranged: SafetySetup | None, own_line: str, said: str) -> None:
        clinic = Clinic(name="Larkfield", time_zone="Europe/London", reading_hours=own_line)
        assert reading.sentence(clinic, arranged) == said

    def test_the_opening_is_on_the_clinics_wall(self) -> None:
        arranged = SafetySetup(hours=HOURS)
        assert reading.opening(self.clinic, arranged, IN_HOURS) == reading.Opening(True, "")
        assert reading.opening(self.clinic, arranged, AT_NIGHT) == reading.Opening(False, "Thursday 5 March, 09:00")
        tokyo = Clinic(time_zone="Asia/Tokyo")
        assert reading.opening(tokyo, arranged, AT_NIGHT).opens == "Thursday 5 March, 09:00"
        assert reading.opening(self.clinic, None, IN_HOURS) == reading.Opening(False, "")

    def test_it_can_be_said_in_spanish(self) -> None:
        with translation.override("es"):
            assert "lunes" in reading.in_words(hours.of(SafetySetup(hours=HOURS), self.clinic).days).lower()


WORDS_IN = re.compile(r"<textarea|\{% field |worksheet_form")
NOT_FOR_WORDS = {
    "clinic/my_pin.html",
    "clinic/about_contact.html",
    "clinic/about_described.html",
    "clinic/settings.html",
}


def pages_that_take_words() -> list[str]:
    """Every page of a client with something to write or fill in, the settings aside."""
    found = []
    for path in sorted(TEMPLATES.rglob("*.html")):
        source, name = path.read_text(), path.relative_to(TEMPLATES).as_posix()
        if '"base_client.html"' in source and WORDS_IN.search(source) and name not in NOT_FOR_WORDS:
            found.append(name)
    return found


def test_there_are_such_pages() -> None:
    assert {"assignments/entry.html", "assignments/log.html", "assignments/stuck.html", "reviews/tell.html"} <= set(
        pages_that_take_words()
    )


@pytest.mark.finding("F65")
@pytest.mark.parametrize("name", pages_that_take_words())
def test_every_page_that_takes_words_says_who_reads_and_leads_to_help_now(name: str) -> None:
    get_template(name)
    source = (TEMPLATES / name).read_text()
    ours = ("safety/_reads.html", "assignments/_foot.html", "safety/_opening.html")
    assert any(f'include "{one}"' in source for one in ours), name


def test_the_words_are_in_one_place() -> None:
    copies = [
        path.relative_to(TEMPLATES).as_posix()
        for path in TEMPLATES.rglob("*.html")
        if "clinic.reading_hours" in path.read_text()
    ]
    assert copies in ([], ["assignments/pages_rest.html"]), "after care the office is meant, and it is no page of words"
    for name in ("assignments/_foot.html", "safety/_reads.html"):
        assert "night" not in (TEMPLATES / name).read_text()


@pytest.mark.django_db
class TestOnThePages:
    """A browser without a script."""

    @pytest.mark.finding("F65")
    @pytest.mark.parametrize("route", ["today", "work", "tell", "wish", "wins", "asked"])
    def test_the_clinics_own_words_stand_on_its_clients_pages(self, north: Cast, ada: Client, route: str) -> None:
        set_up(north, reads_within_days=2)
        shown = page(ada, route)
        assert "Nobody reads this straight away." in shown
        assert "North clinic reads on Monday to Friday, 09:00 to 17:00, usually within 2 working days." in shown
        assert "If you might not be safe, use Help now" in shown

    def test_a_measure_and_a_worksheet_say_it_above_the_questions(self, north: Cast, ada: Client) -> None:
        set_up(north)
        for slug in ("gad-7", "w02"):
            shown = page(ada, "entry", doing.begin(by=north.ada.actor, assignment=given.agreed(north, slug)).pk)
            assert "North clinic reads on Monday to Friday, 09:00 to 17:00." in shown

    def test_it_is_asked_for_once_a_page(self, north: Cast, ada: Client) -> None:
        ada.get(url("tell"))
        without = statements(ada, "get", url("tell"))
        set_up(north)
        assert statements(ada, "get", url("tell")) == without


@pytest.mark.parametrize(
    ("noted", "due"), [(None, True), (90, True), (89, False), (0, False), (-1, False), (1000, True)]
)
def test_knowing_it_is_asked_for_once_and_every_ninety_days(noted: int | None, due: bool) -> None:
    prefs = ContactPrefs(reading_noted_at=None if noted is None else IN_HOURS - timedelta(days=noted))
    assert reading.is_due(prefs, IN_HOURS) is due


def test_whoever_has_no_wishes_is_not_asked() -> None:
    assert not reading.is_due(None, IN_HOURS)


@pytest.mark.django_db
class TestKnowing:
    """A tick on the page that shares. What is typed is kept, and nothing else is held up."""

    @pytest.fixture(autouse=True)
    def never_said(self, north: Cast) -> None:
        ContactPrefs.objects.update(reading_noted_at=None)

    def finish(self, browser: Client, entry: Entry, **more: Any) -> Any:
        said = {"amount": "3", "words": "could we talk", "rev": str(entry.rev), "submission_key": str(uuid4())}
        return browser.post(url("entry_finish", entry.pk), said | more)

    def draft(self, north: Cast) -> Entry:
        return given.begun(north, given.agreed(north), {"hot_thought": "a word"})

    def test_the_page_that_shares_asks_once(self, north: Cast, ada: Client) -> None:
        entry = self.draft(north)
        assert 'name="reading_noted"' in ada.get(url("entry_finish", entry.pk)).content.decode()
        assert 'name="reading_noted"' not in ada.get(url("today")).content.decode(), "nothing else is held up"
        response = self.finish(ada, entry, reading_noted="1")
        assert response["Location"] == url("entry_done", entry.pk)
        prefs = ContactPrefs.objects.get(client=north.ada.membership)
        assert prefs.reading_noted_at is not None and timezone.now() - prefs.reading_noted_at < timedelta(minutes=1)
        assert AuditEvent.objects.filter(verb="contact.reading_noted").count() == 1
        second = given.begun(north, given.agreed(north, "w01"), {"situation": "a word"})
        assert 'name="reading_noted"' not in ada.get(url("entry_finish", second.pk)).content.decode()

    def test_without_the_tick_nothing_is_shared_and_nothing_typed_is_lost(self, north: Cast, ada: Client) -> None:
        entry = self.draft(north)
        response = self.finish(ada, entry)
        assert response.status_code == 422
        assert "Please tick that you know" in text(response)
        assert "could we talk" in response.content.decode()
        assert not Entry.objects.shared().exists()

    def test_a_questionnaire_asks_on_its_own_page(self, north: Cast, ada: Client) -> None:
        entry = doing.begin(by=north.ada.actor, assignment=given.agreed(north, "gad-7"))
        said = {f"q{n}": "1" for n in range(1, 9)} | {
            "share": "1",
            "rev": str(entry.rev),
            "submission_key": str(uuid4()),
        }
        response = ada.post(url("entry", entry.pk), said)
        assert response.status_code == 422
        assert "Please tick that you know" in text(response)
        kept = Entry.objects.select_related("episode").get(pk=entry.pk)
        assert kept.answers["q7"] == 1 and kept.state == Entry.State.DRAFT
        said |= {"rev": str(kept.rev), "reading_noted": "1"}
        assert ada.post(url("entry", entry.pk), said).status_code == 303

    def test_one_line_and_what_got_in_the_way_ask_too(self, north: Cast, ada: Client) -> None:
        work = given.agreed(north)
        entry = given.begun(north, work, {"hot_thought": "a word"})
        line = {"rev": str(entry.rev), "submission_key": str(uuid4())}
        response = ada.post(url("entry_logged", entry.pk), line)
        assert response.status_code == 422 and "Please tick that you know" in text(response)
        way = {"obstacles": "time", "words": "the car broke", "submission_key": str(uuid4())}
        response = ada.post(url("in_the_way", given.agreed(north, "w01").pk), way)
        assert response.status_code == 422 and "the car broke" in response.content.decode()
        assert not Entry.objects.shared().exists()
        assert ada.post(url("entry_logged", entry.pk), line | {"reading_noted": "1"}).status_code == 303

    def test_it_is_asked_again_after_ninety_days(self, north: Cast, ada: Client) -> None:
        contact.note_reading(by=north.ada.actor)
        entry = self.draft(north)
        ContactPrefs.objects.update(reading_noted_at=timezone.now() - timedelta(days=90))
        assert self.finish(ada, entry).status_code == 422
        ContactPrefs.objects.update(reading_noted_at=timezone.now() - timedelta(days=89))
        assert self.finish(ada, entry).status_code == 303
