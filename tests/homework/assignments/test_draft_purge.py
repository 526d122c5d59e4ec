"""Drafts nobody touches for thirty days go, with their files; the client is told, and an open page loses nothing (6.7)."""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from html import unescape

import pytest
import time_machine
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from clinic import access
from clinic.actions import care_team
from clinic.models import AuditEvent
from clinic.scope import acting_in
from homework.assignments import tasks
from homework.assignments.actions import drafts
from homework.assignments.models import Assignment, Attachment, DraftCopy, Entry, Plan
from tests.cast import Cast
from tests.homework.assignments import given
from tests.homework.assignments.pages import SignIn, text

pytestmark = pytest.mark.django_db
BEGUN = datetime(2027, 3, 1, 12, tzinfo=UTC)
DAY = timedelta(days=1)
TYPED = {"found_out": "the tea helped"}


@pytest.fixture
def work(north: Cast) -> Iterator[Assignment]:
    with time_machine.travel(BEGUN, tick=False):
        yield given.agreed(north, "w02", frequency=Plan.Frequency.EVENT)


def draft(cast: Cast, work: Assignment) -> Entry:
    return given.begun(cast, work, TYPED)


def night(days: int) -> int:
    with time_machine.travel(BEGUN + days * DAY, tick=False):
        return tasks.draft_purge()


def test_a_draft_is_there_for_thirty_days_and_goes_after_them_with_what_lies_beside_it(
    north: Cast, work: Assignment
) -> None:
    row = draft(north, work)
    DraftCopy(clinic=north.north, episode=row.episode, entry=row, answers={"found_out": "on the phone"}).save()
    file = Attachment(clinic=north.north, episode=row.episode, entry=row, key="x", kind="photo", size=1)
    file.content = b"x"
    file.save()
    assert night(30) == 0
    assert [night(32), night(32)] == [1, 0]
    assert not (Entry.objects.exists() or DraftCopy.objects.exists() or Attachment.objects.exists())
    told = AuditEvent.objects.filter(verb=drafts.PURGED).latest("at")
    assert told.detail == {"drafts": 1, "files": 1}
    assert (told.client, told.object_id) == (None, None)


def test_whoever_writes_on_keeps_it_and_what_was_shared_stays(north: Cast, work: Assignment) -> None:
    given.shared(north, work, TYPED)
    row = draft(north, work)
    Entry.objects.filter(pk=row.pk).update(saved_at=BEGUN + 20 * DAY)
    assert night(40) == 0
    assert Entry.objects.count() == 2
    assert night(60) == 1
    assert Entry.objects.get().state == Entry.State.SHARED


@pytest.mark.finding("F50")
def test_what_is_written_for_oneself_after_care_stays(north: Cast, work: Assignment) -> None:
    draft(north, work)
    assert north.ada.episode is not None
    care_team.end_episode(by=north.theo.actor, episode=north.ada.episode)
    assert night(90) == 0
    assert Entry.objects.count() == 1


def test_once_a_night_and_each_clinic_its_own(north: Cast, work: Assignment) -> None:
    draft(north, work)
    with time_machine.travel(BEGUN + 32 * DAY, tick=False):
        with acting_in(north.south.pk):
            assert drafts.purge(by=access.system(north.south, "test")) == 0
        assert tasks.draft_purge() == 1
        tasks.draft_purge()
    with acting_in(north.north.pk):
        assert AuditEvent.objects.filter(verb=drafts.PURGED).count() == 1


def test_the_number_of_queries_does_not_grow(north: Cast, work: Assignment) -> None:
    def counted(number: int) -> int:
        for _one in range(number):
            row = Entry(
                clinic=north.north, episode=work.episode, assignment=work, plan=work.plans.get(), size="S",
                answers=TYPED, kept_private=[], started=True, saved_at=BEGUN - 40 * DAY,
            )  # fmt: skip
            row.save()
        with CaptureQueriesContext(connection) as seen:
            assert drafts.purge(by=access.system(north.north, "test")) == number
        return len(seen)

    assert counted(1) == counted(7)


# --- the client is told ----------------------------------------------------------------------------------------------------


def test_the_page_of_a_draft_and_the_list_say_how_long_it_is_kept(
    north: Cast, work: Assignment, sign_in: SignIn
) -> None:
    row, ada = draft(north, work), sign_in(north.ada)
    says = "A draft is kept for 30 days after you last wrote on it."
    assert says in text(ada.get(reverse("entry", args=[row.pk])))
    assert says in text(ada.get(reverse("notes")))


def test_from_the_twenty_third_day_on_it_says_until_when(north: Cast, work: Assignment, sign_in: SignIn) -> None:
    draft(north, work)
    for days, told in ((22, False), (23, True)):
        with time_machine.travel(BEGUN + days * DAY, tick=False):
            ada = sign_in(north.ada)
            for page in ("today", "notes"):
                assert ("ept until 31 March" in text(ada.get(reverse(page)))) is told, (days, page)


# --- a page that was open meanwhile ------------------------------------------------------------------------------------------


def page_of(row: Entry, words: str, **more: object) -> dict[str, object]:
    return {"rev": row.rev, "draft_of": row.assignment_id, "draft_size": row.size, "found_out": words, **more}


def gone(cast: Cast, work: Assignment) -> Entry:
    row = draft(cast, work)
    pk = row.pk
    Entry.objects.filter(pk=pk).delete()
    row.pk = pk
    return row


def test_autosave_to_a_draft_that_is_gone_keeps_the_words_in_a_new_one(
    north: Cast, work: Assignment, sign_in: SignIn
) -> None:
    row, ada = gone(north, work), sign_in(north.ada)
    where = reverse("entry_save", args=[row.pk])
    answer = ada.post(where, page_of(row, "still here"), headers={"X-Requested-With": "autosave"})
    assert answer.status_code == 200, answer.content
    again = ada.post(where, page_of(row, "still here, and more", rev=answer.json()["rev"]))
    assert again.status_code == 200
    new = Entry.objects.get()
    assert new.answers["found_out"] == "still here, and more"
    assert not new.copies.exists()


def test_the_same_without_a_script_leads_to_the_new_draft_and_says_so(
    north: Cast, work: Assignment, sign_in: SignIn
) -> None:
    row, ada = gone(north, work), sign_in(north.ada)
    answer = ada.post(reverse("entry", args=[row.pk]), page_of(row, "still here", save="1"))
    new = Entry.objects.get()
    assert (answer.status_code, answer["Location"]) == (303, reverse("entry", args=[new.pk]))
    page = unescape(ada.get(answer["Location"]).content.decode())
    assert "still here" in page
    assert "what you wrote is in a new one" in page


def test_a_page_that_does_not_say_what_it_is_about_and_somebody_elses_are_not_found(
    north: Cast, work: Assignment, sign_in: SignIn
) -> None:
    row = gone(north, work)
    where = reverse("entry_save", args=[row.pk])
    assert sign_in(north.ada).post(where, {"rev": 1, "found_out": "x"}).status_code == 404
    assert sign_in(north.ben).post(where, page_of(row, "x")).status_code == 404
    assert not Entry.objects.exists()


def test_work_that_is_over_says_so_and_the_words_stay_on_the_page(
    north: Cast, work: Assignment, sign_in: SignIn
) -> None:
    row = gone(north, work)
    Assignment.objects.filter(pk=work.pk).update(state="paused")
    answer = sign_in(north.ada).post(
        reverse("entry_save", args=[row.pk]), page_of(row, "x"), headers={"X-Requested-With": "autosave"}
    )
    assert answer.status_code == 409
    assert answer.json()["message"]
