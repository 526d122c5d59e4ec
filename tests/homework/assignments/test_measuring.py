"""When a measure may be given: behind an open gate, and not before its numbers compare again."""

import datetime as dt
from typing import Any

import pytest
import time_machine
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from clinic.refusal import ActionRefused
from clinic.scope import acting_in
from homework.assignments import measuring
from homework.assignments.models import Assignment, Plan
from homework.safety import setup
from homework.safety.models import SafetySetup
from homework.worksheets import catalogue, gates
from homework.worksheets.actions import instruments
from homework.worksheets.models import WorksheetVersion
from tests.cast import Cast
from tests.homework.assignments import given
from tests.homework.assignments.pages import SignIn
from tests.homework.safety.given import set_up
from tests.homework.worksheets.measures import MEASURES, STRUCTURES, answered, filled, words_for


@pytest.mark.django_db
class TestTheGate:
    """PHQ-9 and a worded CORE-10 wait until the clinic, and this program, can follow up a risky answer."""

    def test_it_opens_when_everything_is_there(self, north: Cast) -> None:
        assert not setup.is_complete(north.north.pk), "nothing is set up"
        assert setup.open_points(setup.of(north.north.pk)) == list(setup.Point)
        set_up(north)
        assert setup.open_points(setup.of(north.north.pk)) == []
        assert gates.is_open("safety_setup", north.north.pk)
        with acting_in(north.south.pk):
            assert not setup.is_complete(north.south.pk)
            assert not setup.is_complete(north.north.pk), "another clinic's set-up cannot be read"

    @pytest.mark.parametrize(
        ("without", "point"),
        [
            ({"lead": None}, "leads"),
            ({"deputy": None}, "leads"),
            ({"hours": {}}, "hours"),
            ({"policy": " "}, "policy"),
            ({"approved_by": ""}, "wording"),
            ({"approved_on": None}, "wording"),
        ],
    )
    def test_each_of_them_is_needed(self, north: Cast, without: dict[str, Any], point: str) -> None:
        set_up(north, **without)
        assert point in setup.open_points(setup.of(north.north.pk))
        assert not setup.is_complete(north.north.pk)

    @pytest.mark.parametrize("who", ["lead", "deputy"])
    def test_lead_and_deputy_work_here_now(self, north: Cast, who: str) -> None:
        row = set_up(north)
        person = getattr(row, who)
        person.ended_at = timezone.now()
        person.save(update_fields=["ended_at"])
        assert not setup.is_complete(north.north.pk)

    def test_nobody_covers_for_themselves_and_no_client_does(self, north: Cast) -> None:
        set_up(north, deputy=north.sol.membership)
        assert not setup.is_complete(north.north.pk)
        set_up(north, deputy=north.ada.membership)
        assert not setup.is_complete(north.north.pk)

    def test_a_gate_nobody_answers_for_is_closed(self, north: Cast) -> None:
        assert gates.is_open("", north.north.pk)
        assert not gates.is_open("something else", north.north.pk)

    def test_the_phq_9_is_neither_offered_nor_proposed_and_the_phq_8_is_named(self, north: Cast) -> None:
        offered = {sheet.worksheet.slug for sheet in catalogue.offered(north.theo.actor)}
        assert "phq-9" not in offered and "phq-8" in offered
        with pytest.raises(ActionRefused, match="PHQ-8 is there") as no:
            given.proposed(north, "phq-9", frequency=Plan.Frequency.ONCE)
        assert no.value.status == 409
        assert not Assignment.objects.exists()

    def test_a_worded_core_10_waits_as_well(self, north: Cast) -> None:
        structure = STRUCTURES["core-10"]
        said = {"wording": words_for("core-10"), "reference": "Licence 4711", "permission": True}
        instruments.word(by=north.amy.actor, structure=structure, **said)
        assert "core-10" not in {sheet.worksheet.slug for sheet in catalogue.offered(north.theo.actor)}
        version = WorksheetVersion.objects.select_related("worksheet").get(clinic=north.north)
        assert north.ada.episode is not None
        with pytest.raises(ActionRefused, match="PHQ-8"):
            measuring.check(north.ada.episode, version, on=dt.date(2026, 3, 9), zone="Europe/London")

    def test_behind_an_open_gate_it_is_offered_and_can_be_proposed(self, north: Cast) -> None:
        set_up(north)
        assert "phq-9" in {sheet.worksheet.slug for sheet in catalogue.offered(north.theo.actor)}
        work = given.agreed(north, "phq-9", frequency=Plan.Frequency.ONCE)
        assert work.state == Assignment.State.ACTIVE
        measuring.check_now(work, "Europe/London")
        SafetySetup.objects.update(deputy=None)
        with pytest.raises(ActionRefused, match="rest for now"):
            measuring.check_now(work, "Europe/London")

    def test_the_page_of_a_therapist_does_not_list_it(self, north: Cast, sign_in: SignIn) -> None:
        assert north.ada.episode is not None
        browser: Client = sign_in(north.theo)
        html = browser.get(reverse("propose", args=[north.ada.episode.pk])).content.decode()
        assert "PHQ-8" in html and "PHQ-9" not in html


@pytest.mark.django_db
class TestTheInterval:
    """A measure is not given again before its numbers compare."""

    def answer(self, cast: Cast, slug: str) -> Assignment:
        work = given.agreed(cast, slug, size="M", frequency=Plan.Frequency.ONCE)
        given.shared(cast, work, answered(filled(MEASURES[slug], highest=False)))
        return work

    @pytest.mark.parametrize(("slug", "days"), [("gad-7", 7), ("pcl-5", 14)])
    def test_it_is_refused_until_the_day_and_then_is_not(self, north: Cast, slug: str, days: int) -> None:
        with time_machine.travel("2026-03-02T09:00:00Z", tick=False):
            work = self.answer(north, slug)
        last = dt.datetime(2026, 3, 2, 9, tzinfo=dt.UTC)
        with time_machine.travel(last + dt.timedelta(days=days - 1), tick=False):
            with pytest.raises(ActionRefused) as no:
                given.proposed(north, slug, frequency=Plan.Frequency.ONCE)
            assert (no.value.status, no.value.field) == (422, "starts_on")
            assert f"{2 + days} March 2026" in no.value.message_for_user
            with pytest.raises(ActionRefused, match=f"{2 + days} March"):
                measuring.check_now(work, "Europe/London")
            later = given.proposed(north, slug, frequency=Plan.Frequency.ONCE, starts_on=dt.date(2026, 3, 2 + days))
            assert later.state == Assignment.State.PROPOSED
        with time_machine.travel(last + dt.timedelta(days=days), tick=False):
            assert given.proposed(north, slug, frequency=Plan.Frequency.ONCE)
            measuring.check_now(work, "Europe/London")

    def test_the_day_is_the_clients_own(self, north: Cast) -> None:
        with time_machine.travel("2026-03-02T23:30:00Z", tick=False):
            self.answer(north, "gad-7")
        assert north.ada.episode is not None
        assert measuring.last_taken(north.ada.episode, "gad-7", "Europe/London") == dt.date(2026, 3, 2)
        assert measuring.last_taken(north.ada.episode, "gad-7", "Europe/Berlin") == dt.date(2026, 3, 3)
        assert measuring.last_taken(north.ada.episode, "phq-8", "Europe/London") is None

    def test_another_measure_and_what_is_no_measure_are_free(self, north: Cast) -> None:
        self.answer(north, "gad-7")
        assert given.proposed(north, "phq-8", frequency=Plan.Frequency.ONCE)
        assert given.proposed(north, "w02")
