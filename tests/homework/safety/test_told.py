"""6.3.1: the page after a risky answer, and "I am not safe": where to turn now, three buttons, and nothing else."""

import re
from datetime import timedelta
from typing import Any
from uuid import uuid4

import pytest
import time_machine
from django.db import DatabaseError
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from accounts import pin
from clinic.models import Episode
from homework.assignments.actions import entry as doing
from homework.assignments.models import Assignment, Entry, Plan
from homework.safety.models import ClinicResource, FlagEvent, SafetyFlag
from tests.cast import Cast
from tests.homework.assignments import given
from tests.homework.assignments.pages import SignIn, page, statements, text, url
from tests.homework.safety.given import AT_NIGHT, IN_HOURS, set_up

pytestmark = pytest.mark.django_db
RL4 = (
    "Many people have thoughts like these when things are hard.",
    "Nobody at the clinic reads this right away.",
    "If you might act on them, please use one of these now:",
    "Your therapist will be told you answered this.",
    "They would like to talk with you about it; it will not be held against you.",
)


@pytest.fixture
def asked(north: Cast) -> Assignment:
    """Ada agreed to a weekly PHQ-9, in a clinic that has arranged everything."""
    north.north.phone = "020 7946 0018"
    north.north.save()
    set_up(north)
    return given.agreed(north, "phq-9", frequency=Plan.Frequency.TIMES, times_per_week=1)


def form(item9: int | str, entry: Entry, **more: Any) -> dict[str, Any]:
    """The questionnaire as a browser sends it without a script."""
    said: dict[str, Any] = {f"q{n}": "1" for n in range(1, 9)} | {"q9": str(item9), "q10": "1"}
    return said | {"share": "1", "rev": str(entry.rev), "submission_key": str(uuid4())} | more


def answer(browser: Client, north: Cast, work: Assignment, item9: int | str = 2, **more: Any) -> Any:
    entry = doing.begin(by=north.ada.actor, assignment=work)
    return browser.post(url("entry", entry.pk), form(item9, entry, **more))


def flag() -> SafetyFlag:
    found: SafetyFlag = SafetyFlag.objects.select_related("episode").get()
    return found


class TestThePage:
    """After a measure with such an answer."""

    @pytest.mark.finding("F65")
    def test_sharing_leads_there_with_the_words_that_were_agreed(
        self, north: Cast, ada: Client, asked: Assignment
    ) -> None:
        response = answer(ada, north, asked)
        assert response.status_code == 303
        assert response["Location"] == url("told", flag().pk)
        shown = text(ada.get(response["Location"]))
        assert "Thank you for telling us." in shown
        for said in RL4:
            assert said in shown, said
        for number in ("116 123", "999", "020 7946 0018"):
            assert number in shown

    def test_numbers_can_be_called_with_a_tap(self, north: Cast, ada: Client, asked: Assignment) -> None:
        html = ada.get(answer(ada, north, asked)["Location"]).content.decode()
        assert {"tel:116123", "tel:999", "tel:02079460018"} <= set(re.findall(r'href="(tel:[^"]+)"', html))

    def test_it_asks_nothing_praises_nothing_and_needs_no_script(
        self, north: Cast, ada: Client, asked: Assignment
    ) -> None:
        response = ada.get(answer(ada, north, asked)["Location"])
        html, shown = response.content.decode(), text(response)
        for word in ("Done", "Well done", "score", "Score", "chat", "questionnaire", "PHQ"):
            assert word not in shown, word
        assert re.findall(r'name="choice" value="(\w+)"', html) == ["enough", "contact", "not_safe"]
        assert re.search(r"<title>\s*Notes\s*</title>", html)
        assert "onclick" not in html

    def test_not_at_all_leads_to_the_usual_page_and_never_back_here(
        self, north: Cast, ada: Client, asked: Assignment
    ) -> None:
        response = answer(ada, north, asked, 0)
        assert response["Location"] == url("entry_done", Entry.objects.get().pk)
        assert not SafetyFlag.objects.exists()

    def test_it_can_be_reached_later_and_instead_of_what_was_done(
        self, north: Cast, ada: Client, asked: Assignment
    ) -> None:
        there = answer(ada, north, asked)["Location"]
        assert ada.get(url("entry_done", Entry.objects.get().pk))["Location"] == there
        assert there in ada.get(url("today")).content.decode()
        assert url("entry", Entry.objects.get().pk) in ada.get(there).content.decode(), (
            "what was answered can be read, taken back"
        )

    def test_in_hours_and_out_of_hours_it_says_plainly_whether_anybody_is_there(
        self, north: Cast, sign_in: SignIn, asked: Assignment
    ) -> None:
        made = SafetyFlag.objects
        with time_machine.travel(IN_HOURS, tick=False):
            ada = sign_in(north.ada)
            work = given.fresh(asked)
            work.plans.update(starts_on=IN_HOURS.date() - timedelta(days=7))
            there = answer(ada, north, work)["Location"]
            assert "Your clinic is open now. Even so, nobody watches these pages." in text(ada.get(there))
        with time_machine.travel(AT_NIGHT, tick=False):
            shown = text(sign_in(north.ada).get(there))
            assert "Nobody at your clinic is watching now. It opens again on Thursday 5 March, 09:00." in shown
        assert made.count() == 1

    def test_without_hours_nothing_is_promised(self, north: Cast, ada: Client) -> None:
        assert north.ada.episode is not None
        ada.post(url("not_safe"))
        shown = text(ada.get(url("told", flag().pk)))
        assert "Nobody at your clinic watches these pages." in shown
        assert "opens again" not in shown

    def test_the_clinics_own_lines_come_before_those_that_ship(
        self, north: Cast, ada: Client, asked: Assignment
    ) -> None:
        site = north.ada.membership.site
        ClinicResource.objects.create(
            clinic=north.north, site=site, kind="crisis", name="Harbour line", phone="01632 960001"
        )
        ClinicResource.objects.create(
            clinic=north.north, kind="crisis", language="es", name="Teléfono", phone="01632 960002"
        )
        shown = text(ada.get(answer(ada, north, asked)["Location"]))
        assert "01632 960001" in shown
        assert "SHOUT 85258" not in shown
        assert "01632 960002" not in shown, "a line in another language"

    def test_ones_own_plan_is_one_tap_away(self, north: Cast, ada: Client, asked: Assignment) -> None:
        there = answer(ada, north, asked)["Location"]
        assert "Your own plan" not in text(ada.get(there))
        work = given.agreed(north, "w21", frequency=Plan.Frequency.ONCE)
        assert f'href="{url("task", work.pk)}"' in ada.get(there).content.decode()
        mine = given.begun(north, work, {"signs": "I stop answering"})
        assert f'href="{url("entry", mine.pk)}?card=1"' in ada.get(there).content.decode()

    def test_a_reading_costs_the_same_however_many_flags_there_are(
        self, north: Cast, ada: Client, asked: Assignment
    ) -> None:
        there = answer(ada, north, asked)["Location"]
        ada.get(there)
        before = statements(ada, "get", there)
        ada.post(url("not_safe"))
        assert statements(ada, "get", there) == before


class TestTheButtons:
    """One tap each."""

    @pytest.fixture
    def there(self, north: Cast, ada: Client, asked: Assignment) -> str:
        where: str = answer(ada, north, asked, 1)["Location"]
        return where

    def test_safe_enough(self, ada: Client, there: str) -> None:
        response = ada.post(there, {"choice": "enough"})
        assert response.status_code == 303
        shown = text(ada.get(there))
        assert "Noted: safe enough for now." in shown and "116 123" in shown
        assert flag().priority == "P2"

    def test_being_contacted_is_asked_for_in_one_tap_and_the_number_may_follow(self, ada: Client, there: str) -> None:
        ada.post(there, {"choice": "contact"})
        assert flag().priority == "P1" and flag().contact == {"number": "", "when": ""}
        shown = text(ada.get(there))
        assert "Your clinic is asked to contact you." in shown and "Somebody is asked to look at this by" in shown
        response = ada.post(there, {"choice": "contact", "number": "07700 900123", "when": "after six"})
        assert response["Location"] == f"{there}#contact"
        assert flag().contact == {"number": "07700 900123", "when": "after six"}
        assert 'value="07700 900123"' in ada.get(there).content.decode()
        assert SafetyFlag.objects.count() == 1

    def test_a_number_that_is_too_long_keeps_what_was_typed(self, ada: Client, there: str) -> None:
        response = ada.post(there, {"choice": "contact", "number": "1" * 121, "when": "after six"})
        assert response.status_code == 422
        assert "after six" in response.content.decode()

    def test_a_number_added_after_somebody_looked_is_no_new_flag(self, ada: Client, there: str) -> None:
        ada.post(there, {"choice": "contact"})
        SafetyFlag.objects.update(state="seen", seen_at=timezone.now())
        ada.post(there, {"choice": "contact", "number": "07700 900123"})
        assert flag().contact["number"] == "07700 900123"

    def test_not_safe_puts_the_numbers_first_and_large(self, ada: Client, there: str) -> None:
        ada.post(there, {"choice": "not_safe"})
        html = ada.get(there).content.decode()
        assert "calls--large" in html and "Do not wait for an answer." in html
        assert html.index("tel:999") < html.index("tel:116123"), "the emergency number is first"
        assert flag().priority == "P1"

    def test_another_word_is_refused(self, ada: Client, there: str) -> None:
        assert ada.post(there, {"choice": "fine"}).status_code == 422

    def test_after_care_has_ended_the_numbers_stay_and_nothing_is_promised(
        self, north: Cast, ada: Client, there: str
    ) -> None:
        Episode.objects.filter(pk=flag().episode_id).update(state="ended", ended_on=timezone.now().date())
        html = ada.get(there).content.decode()
        assert "tel:999" in html and 'name="choice"' not in html
        assert ada.post(there, {"choice": "contact"}).status_code == 409


class TestWhoElse:
    """6.3.4: nobody but the client has this page; the therapist has another one."""

    def test_the_page_is_the_clients_alone(self, north: Cast, ada: Client, asked: Assignment, sign_in: SignIn) -> None:
        there = answer(ada, north, asked)["Location"]
        for person in (north.ben, north.theo, north.sol, north.cora, north.kit, north.amy, north.yan):
            assert sign_in(person).get(there).status_code == 404

    def test_what_a_clinician_raised_is_not_shown_to_the_client(self, north: Cast, ada: Client) -> None:
        from homework.safety.actions import flag as flags

        assert north.ada.episode is not None
        raised = flags.raise_flag(
            by=north.theo.actor, episode=north.ada.episode, kind="partner_violence", words="what I saw"
        )
        assert ada.get(url("told", raised.pk)).status_code == 404
        assert url("told", raised.pk) not in ada.get(url("today")).content.decode()


class TestImNotSafe:
    """6.2: one tap from Help now."""

    def test_it_is_there_for_a_client_in_care_and_for_nobody_else(
        self, north: Cast, ada: Client, sign_in: SignIn
    ) -> None:
        address = f'action="{url("not_safe")}"'
        assert address in ada.get(url("help_now")).content.decode()
        for browser in (Client(), sign_in(north.theo), sign_in(north.amy)):
            assert address not in browser.get(url("help_now")).content.decode()
        Episode.objects.filter(client=north.ada.membership).update(state="ended", ended_on=timezone.now().date())
        assert address not in ada.get(url("help_now")).content.decode()
        assert ada.post(url("not_safe")).status_code == 409
        assert not SafetyFlag.objects.exists()

    def test_one_tap_raises_a_flag_and_shows_the_numbers(self, north: Cast, ada: Client) -> None:
        response = ada.post(url("not_safe"))
        assert response["Location"] == url("told", flag().pk)
        assert (flag().kind, flag().priority) == ("not_safe", "P1")
        shown = text(ada.get(response["Location"]))
        assert "Please call one of these now" in shown and "999" in shown
        ada.post(url("not_safe"))
        assert SafetyFlag.objects.count() == 1
        assert FlagEvent.objects.filter(step="raised").count() == 1

    def test_it_works_on_a_locked_screen_and_opens_nothing(self, north: Cast, ada: Client) -> None:
        pin.set_pin(north.ada.user, "4071")
        session = ada.session
        session["locked"] = timezone.now().timestamp()
        session.save()
        response = ada.post(url("not_safe"))
        assert response["Location"] == url("help_now")
        assert flag().kind == "not_safe"
        assert "Your clinic is told." in text(ada.get(url("help_now")))
        assert url("unlock") in ada.get(url("told", flag().pk))["Location"]


class TestWhenItFails:
    """6.3 Failure: answers and flag are one transaction, and whoever needs somebody is not left with a broken page."""

    def test_nothing_is_lost_and_help_is_on_the_page(
        self, north: Cast, ada: Client, asked: Assignment, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        def broken(*args: object, **kwargs: object) -> None:
            raise DatabaseError("no room")

        monkeypatch.setattr(SafetyFlag, "save", broken)
        response = answer(ada, north, asked, 3)
        assert response.status_code == 503
        html, shown = response.content.decode(), text(response)
        assert "Nobody has it yet." in shown
        assert f'href="{url("help_now")}"' in html and 'href="tel:02079460018"' in html
        for number in range(1, 10):
            assert re.search(rf'name="q{number}"[^>]*value="{3 if number == 9 else 1}"[^>]*checked', html), number
        assert not Entry.objects.shared().exists() and not SafetyFlag.objects.exists()

    def test_the_same_sheet_can_be_sent_again(
        self, north: Cast, ada: Client, asked: Assignment, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        with monkeypatch.context() as patch:
            patch.setattr(SafetyFlag, "save", lambda *args, **kwargs: (_ for _ in ()).throw(DatabaseError("no room")))
            html = answer(ada, north, asked, 3).content.decode()
        (key,) = set(re.findall(r'name="submission_key" value="([^"]+)"', html))
        (rev,) = set(re.findall(r'name="rev" value="([^"]+)"', html))
        response = ada.post(
            url("entry", Entry.objects.get().pk), form(3, Entry.objects.get(), submission_key=key, rev=rev)
        )
        assert response["Location"] == url("told", flag().pk)

    def test_when_only_telling_fails_the_client_sees_the_page(
        self, north: Cast, ada: Client, asked: Assignment, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        from homework.safety import telling

        def broken(about: SafetyFlag) -> None:
            raise RuntimeError("no broker")

        monkeypatch.setattr(telling, "tell_first", broken)
        assert answer(ada, north, asked, 3)["Location"] == url("told", flag().pk)


def test_6_1_before_the_question_it_is_said_where_it_leads_and_who_sees_it(
    north: Cast, ada: Client, asked: Assignment
) -> None:
    entry = doing.begin(by=north.ada.actor, assignment=asked)
    shown = page(ada, "entry", entry.pk)
    assert "Question 9 asks about thoughts of not being safe." in shown
    assert "If you choose more than “Not at all” there" in shown
    assert "Who is told that you answered it: Theo" in shown
    assert "You can also choose not to answer it." in shown
    other = doing.begin(by=north.ada.actor, assignment=given.agreed(north, "gad-7"))
    assert "asks about thoughts of not being safe" not in page(ada, "entry", other.pk)


def test_6_1_a_partner_a_coach_and_the_office_are_told_nothing(
    north: Cast, ada: Client, asked: Assignment, sign_in: SignIn
) -> None:
    answer(ada, north, asked)
    for person, route, args in (
        (north.kit, "client_page", [flag().episode_id]),
        (north.amy, "board", []),
        (north.ben, "today", []),
    ):
        shown = sign_in(person).get(reverse(route, args=args)).content.decode()
        assert "More than half the days" not in shown and str(flag().pk) not in shown
