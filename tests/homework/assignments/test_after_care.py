"""After care a client keeps their own pages for a time, for themself alone; then the pages rest (F50)."""

from datetime import UTC, date, datetime, timedelta
from html import unescape
from types import SimpleNamespace
from typing import Any
from uuid import uuid4

import pytest
import time_machine
from django.test import Client
from django.urls import reverse

from clinic import after_care, leaving, vault
from clinic.actions import care_team
from clinic.models import Clinic, Episode, OutgoingMessage
from clinic.refusal import ActionRefused
from clinic.scope import acting_in
from homework.assignments.actions import entry as doing
from homework.assignments.actions import own, sharing
from homework.assignments.models import Assignment, Entry, Plan
from tests.cast import Cast
from tests.homework.assignments import given
from tests.homework.assignments.nudging import minute, wants_email
from tests.homework.assignments.pages import SignIn

pytestmark = pytest.mark.django_db
ENDED = datetime(2026, 3, 2, 12, tzinfo=UTC)


def said(answer: Any) -> str:
    return unescape(answer.content.decode())


@pytest.fixture(autouse=True)
def _second_of_march() -> Any:
    with time_machine.travel(ENDED, tick=False):
        yield


@pytest.fixture
def cared(north: Cast) -> SimpleNamespace:
    """Ada has work, a questionnaire and something written; then her care ends on the 2nd of March."""
    work = given.agreed(north, "w02", frequency=Plan.Frequency.DAILY, reminder="neutral")
    measure = given.agreed(north, "gad-7", frequency=Plan.Frequency.ONCE)
    written = given.shared(north, work, {"found_out": "the tea helped"})
    assert north.ada.episode is not None
    care_team.end_episode(by=north.theo.actor, episode=north.ada.episode)
    return SimpleNamespace(cast=north, work=given.fresh(work), measure=given.fresh(measure), written=written)


def opened(browser: Client, answer: Any) -> Any:
    """The page a post leads to."""
    assert answer.status_code == 303, said(answer)[:800]
    return browser.get(answer["Location"])


@pytest.mark.finding("F50")
def test_a_discharged_client_can_open_w20_and_cannot_message(cared: Any, sign_in: SignIn) -> None:
    ada = sign_in(cared.cast.ada)
    page = opened(ada, ada.post(reverse("staying_well")))
    html = said(page)
    assert page.status_code == 200 and "Staying well" in html
    assert "This is for you alone. Nobody reads it, now or later." in html
    assert "look back and share" not in html
    entry = Entry.objects.get(assignment__version__worksheet__slug="w20")
    kept = ada.post(reverse("entry", args=[entry.pk]), {"first_step": "I ring my sister", "rev": "0", "action": "stop"})
    assert kept.status_code == 303
    entry.refresh_from_db()
    assert entry.answers["first_step"] == "I ring my sister"
    for route, args in (("tell", []), ("tell_about", [cared.work.pk]), ("wish", []), ("wins", [])):
        sent = ada.post(
            reverse(route, args=args), {"kind": "how", "text": "zqmessagexv", "submission_key": str(uuid4())}
        )
        assert sent.status_code in (404, 409), route
        assert "<textarea" not in said(ada.get(reverse(route, args=args))), f"{route} offers nothing to send"
    assert ada.post(reverse("ask_why", args=[cared.work.pk])).status_code == 409
    today = said(ada.get(reverse("today")))
    for route in ("tell", "wish"):
        assert f'href="{reverse(route)}"' not in today
        assert f'href="{reverse(route)}"' not in said(ada.get(reverse("work")))


@pytest.mark.finding("F50")
def test_what_is_written_then_is_nobody_elses(cared: Any, sign_in: SignIn) -> None:
    cast, ada = cared.cast, sign_in(cared.cast.ada)
    opened(ada, ada.post(reverse("begin", args=[cared.work.pk])))
    entry = Entry.objects.drafts().get(assignment=cared.work)
    ada.post(reverse("entry", args=[entry.pk]), {"found_out": "zqalonexv", "rev": "0", "action": "stop"})
    assert "zqalonexv" in said(ada.get(reverse("entry", args=[entry.pk])))
    assert ada.get(reverse("entry_finish", args=[entry.pk])).status_code == 409
    assert ada.post(reverse("entry_finish", args=[entry.pk]), {"amount": "3", "rev": "1"}).status_code == 409
    with pytest.raises(ActionRefused):
        sharing.share(
            by=cast.ada.actor,
            entry=entry,
            values={"found_out": "x"},
            kept_private=[],
            after=sharing.After(),
            key=uuid4(),
        )
    for other in (cast.theo, cast.sol, cast.kit, cast.amy):
        assert not Entry.objects.visible_to(other.actor).filter(pk=entry.pk).exists()
    page = sign_in(cast.theo).get(reverse("client_page", args=[cast.ada.episode.pk]))
    assert page.status_code == 200 and "zqalonexv" not in said(page)


@pytest.mark.finding("F50")
def test_everything_written_can_be_read_and_no_questionnaire_is_asked(cared: Any, sign_in: SignIn) -> None:
    ada = sign_in(cared.cast.ada)
    assert "the tea helped" in said(ada.get(reverse("entry", args=[cared.written.pk])))
    for route in ("today", "work", "notes", "noticed", "history", "goals", "asked", "reading_log"):
        assert ada.get(reverse(route)).status_code == 200, route
    today = said(ada.get(reverse("today")))
    assert "Until 2 March 2027 you can read everything here, and write for yourself." in today
    assert "Nobody reads what you write now." in today
    assert "Is it safe to write to you?" not in today
    assert "GAD-7" not in today
    assert ada.post(reverse("begin", args=[cared.measure.pk])).status_code == 409
    assert "Write for myself" in said(ada.get(reverse("task", args=[cared.work.pk])))
    assert "Write for myself" not in said(ada.get(reverse("task", args=[cared.measure.pk])))


@pytest.mark.finding("F50")
def test_no_reminder_goes_out_after_care(cared: Any) -> None:
    wants_email(cared.cast.ada, ENDED)
    Assignment.objects.update(next_reminder_at=ENDED)
    assert minute(cared.cast.north, ENDED) == 0
    assert not OutgoingMessage.objects.filter(state=OutgoingMessage.State.SENT).exists()


@pytest.mark.finding("F50")
@pytest.mark.parametrize(
    ("at", "is_open"),
    [
        (datetime(2026, 3, 2, 13, tzinfo=UTC), True),
        (datetime(2027, 3, 2, 23, 0, tzinfo=UTC), True),
        (datetime(2027, 3, 3, 1, 0, tzinfo=UTC), False),
    ],
)
def test_the_pages_are_open_for_the_clinics_months_and_then_rest(
    cared: Any, sign_in: SignIn, at: datetime, is_open: bool
) -> None:
    Clinic.objects.update(phone="01632 960123")
    with time_machine.travel(at, tick=False):
        ada = sign_in(cared.cast.ada)
        today = said(ada.get(reverse("today")))
        wanted = 200 if is_open else 404
        for route, pk in (("entry", cared.written.pk), ("task", cared.work.pk), ("agreed_sheet", cared.work.pk)):
            assert ada.get(reverse(route, args=[pk])).status_code == wanted, route
        assert ada.post(reverse("staying_well")).status_code == (303 if is_open else 404)
        notes = said(ada.get(reverse("notes")))
        assert (reverse("entry", args=[cared.written.pk]) in notes) is is_open
        api = ada.get(reverse("api_entries"))
        assert (str(cared.written.pk) in said(api)) is is_open
        assert ("Your pages rest" in today) is not is_open
        assert ada.get(reverse("help_now")).status_code == 200
        assert ada.get(reverse("settings")).status_code == 200
    if not is_open:
        assert "Nothing you wrote is lost" in today and "01632 960123" in today and "a copy" in today


@pytest.mark.finding("F50")
def test_the_months_are_the_clinics_own(cared: Any, sign_in: SignIn) -> None:
    cast = cared.cast
    Clinic.objects.filter(pk=cast.north.pk).update(after_months=1)
    with time_machine.travel(datetime(2026, 4, 3, 12, tzinfo=UTC), tick=False):
        assert "Your pages rest" in said(sign_in(cast.ada).get(reverse("today")))
    Clinic.objects.filter(pk=cast.north.pk).update(after_months=2)
    with time_machine.travel(datetime(2026, 4, 3, 12, tzinfo=UTC), tick=False):
        assert "Until 2 May 2026" in said(sign_in(cast.ada).get(reverse("today")))


@pytest.mark.finding("F50")
def test_new_care_opens_what_was_written_before(cared: Any, sign_in: SignIn) -> None:
    cast, later = cared.cast, datetime(2029, 1, 8, 12, tzinfo=UTC)
    with time_machine.travel(later, tick=False):
        Episode.objects.create(
            clinic=cast.north,
            client=cast.ada.membership,
            site=cast.ada.episode.site,
            state="active",
            opened_on=later.date(),
        )
        ada = sign_in(cast.ada)
        assert ada.get(reverse("entry", args=[cared.written.pk])).status_code == 200
        assert "Your pages rest" not in said(ada.get(reverse("today")))
        assert ada.post(reverse("begin", args=[cared.work.pk])).status_code == 409, "but old care is not gone on with"


@pytest.mark.finding("F50")
def test_the_staying_well_plan_of_the_care_is_the_one_that_opens(north: Cast) -> None:
    made = given.agreed(north, "w20", frequency=Plan.Frequency.ONCE)
    episode = north.ada.episode
    assert episode is not None
    with pytest.raises(ActionRefused, match="with your therapist"):
        own.staying_well(by=north.ada.actor, episode=episode)
    care_team.end_episode(by=north.theo.actor, episode=episode)
    first = own.staying_well(by=north.ada.actor, episode=episode)
    again = own.staying_well(by=north.ada.actor, episode=episode)
    assert first.pk == again.pk and first.assignment_id == made.pk
    assert Assignment.objects.count() == 1


def test_what_rested_when_care_ended_stays_at_rest(cared: Any) -> None:
    Assignment.objects.filter(pk=cared.work.pk).update(state=Assignment.State.PAUSED)
    with pytest.raises(ActionRefused):
        doing.begin(by=cared.cast.ada.actor, assignment=given.fresh(cared.work))


@pytest.mark.parametrize("months", [0, 1, 2, 6, 11, 12, 13, 18, 120])
def test_dates_and_the_question_to_the_database_agree(months: int) -> None:
    clinic: Any = SimpleNamespace(after_months=months)
    for ended in (date(2023, 11, 1) + timedelta(days=n) for n in range(500)):
        last = after_care.last_day(ended, months)
        for today in (last - timedelta(days=1), last, last + timedelta(days=1), last + timedelta(days=3)):
            assert (ended >= after_care.ended_since(clinic, today)) is (today <= last), (ended, today)


class TestEnding:
    """Who ends somebody's care, and when it cannot end yet."""

    def test_the_lead_or_an_admin_after_one_question(self, cast: Cast, sign_in: SignIn) -> None:
        path = reverse("episode_end", args=[cast.ada.episode.pk])  # type: ignore[union-attr]
        asked = said(sign_in(cast.theo).get(path))
        assert "End the care of Ada?" in asked and "keep their own pages until" in asked
        assert sign_in(cast.cora).post(path).status_code == 404
        assert sign_in(cast.amy).post(path).status_code == 303
        with acting_in(cast.north.pk):
            assert Episode.objects.get(pk=cast.ada.episode.pk).state == Episode.State.ENDED  # type: ignore[union-attr]
        assert "already ended" in said(sign_in(cast.theo).get(path))

    def test_not_while_something_is_open(self, cast: Cast, sign_in: SignIn, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setattr(leaving, "_questions", [*leaving._questions])
        leaving.asks(lambda clinic, member: ["Something is open."] if member.pk == cast.ada.membership.pk else [])
        answer = sign_in(cast.theo).post(reverse("episode_end", args=[cast.ada.episode.pk]))  # type: ignore[union-attr]
        assert answer.status_code == 409 and "Something is open." in said(answer)
        with vault.session(), acting_in(cast.north.pk):
            assert Episode.objects.get(pk=cast.ada.episode.pk).is_open  # type: ignore[union-attr]
