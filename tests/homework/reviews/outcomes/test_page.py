"""How we are doing: who sees it, what it shows, and what is never in it."""

import inspect
from collections.abc import Iterator
from datetime import date
from typing import Any

import pytest
import time_machine
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from clinic import access
from clinic.models import AuditEvent, Membership
from clinic.scope import acting_in
from homework.reviews.actions import figures
from homework.reviews.models import Figures, ServiceAction
from homework.reviews.outcomes import barriers, change, equity, plans, versions
from homework.reviews.outcomes.month import Month
from tests.cast import Cast, Person
from tests.homework.assignments.pages import SignIn, page, text, told, url
from tests.homework.reviews.weeks import NOW, crowd


@pytest.fixture(autouse=True)
def clock() -> Iterator[None]:
    with time_machine.travel(NOW, tick=False):
        yield


def kept(cast: Cast, kind: str, month: date, cells: dict[str, Any]) -> None:
    Figures.objects.create(clinic=cast.north, kind=kind, month=month, cells=cells, made_at=NOW)


def a_month(cast: Cast, month: date = date(2026, 2, 1), privacy: int | None = 24, **more: Any) -> None:
    """Figures as a worker keeps them."""
    north, far = str(cast.theo.membership.site_id), "rest"
    kinds: dict[str, Any] = {kind: {"all": None, north: None, far: None} for kind in barriers.Obstacle.values}
    kinds["privacy"] = {"all": privacy, north: 14, far: None}
    kinds["phone"] = {"all": 12, north: None, far: None}
    ways = {"if_then": 11, "smaller": 15, "rest": None}
    kept(cast, "barriers", month, {"clients": {"all": 48, north: 30, far: 18}, "kinds": kinds, "ways": ways} | more)
    one = {"clients": 20, "started": 70, "done": 60, "depth": 5.5}
    sides = {
        "group": {"asian": None, "white": one, "unsaid": {**one, "depth": None}},
        "means": {"easy": None, "just": one, "hard": one, "unsaid": one},
        "language": {"en": one, "es": {**one, "started": 40}},
    }
    kept(cast, "equity", month, {"clients": 50, "months": 3, "sides": sides})
    some = {"clients": 20, "share": 35}
    outcome = {
        "measure": "phq-9",
        "part": "",
        "clients": 50,
        "ways": {"recovered": some, "better": some, "same": None, "worse": None},
    }
    few = {"measure": "gad-7", "part": "", "clients": None, "ways": {"better": None}}
    kept(cast, "outcomes", month, {"months": 12, "measures": [outcome, few]})
    factors: dict[str, Any] = {name: {"clients": 20, "share": 65} for name in plans.FACTORS}
    factors |= {"useful": {"clients": 20, "level": 6.5}, "sure": None}
    factors["time_of_day"] = {part: {"clients": 20, "share": 20} for part in plans.PARTS}
    kept(cast, "plans", month, {"clients": 20, "factors": factors})


# --- who sees it ----------------------------------------------------------------------------------------------------------


@pytest.mark.finding("F56")
@pytest.mark.finding("F52")
def test_admins_supervisors_and_the_safety_lead_see_it_and_another_therapist_does_not(
    north: Cast, sign_in: SignIn
) -> None:
    a_month(north)
    for person, flag in ((north.sol, "is_supervisor"), (north.cora, "is_safety_lead")):
        assert sign_in(person).get(url("figures")).status_code == 404
        Membership.objects.filter(pk=person.membership.pk).update(**{flag: True})
        read = page(sign_in(person), "figures")
        assert "What got in the way" in read
        assert "Note what was done" not in read
        assert "Figures" in page(sign_in(person), "library")  # a place in their rail
    assert "Note what was done" in page(sign_in(north.amy), "figures")
    for person in (north.theo, north.kit, north.ada, north.zoe):
        assert sign_in(person).get(url("figures")).status_code == 404
    assert "Figures" not in page(sign_in(north.theo), "library")


def test_another_clinics_figures_are_not_there(north: Cast, sign_in: SignIn) -> None:
    a_month(north)
    with acting_in(north.south.pk):
        Membership.objects.filter(pk=north.zoe.membership.pk).update(is_supervisor=True)
    assert "Nothing has been counted yet" in page(sign_in(north.zoe), "figures")


# --- what it shows --------------------------------------------------------------------------------------------------------


@pytest.mark.finding("F39")
def test_what_got_in_the_way_is_told_with_the_month_before_and_what_could_be_offered(
    north: Cast, sign_in: SignIn
) -> None:
    a_month(north, privacy=18)
    a_month(north, date(2026, 3, 1))
    read = page(sign_in(north.amy), "figures")
    assert "48 clients told us something this month." in read
    assert "No private place or moment 24 18 14 kept back No private place: offer a room at the clinic" in read
    assert "Phone or internet 12 12 kept back kept back Data and phones cost money: offer print" in read
    assert "Kept back: Not enough time;" in read
    assert "North house" in read
    assert "Other sites" in read
    assert "Made it smaller 15 15" in read
    february = text(sign_in(north.amy).get(url("figures"), {"month": "2026-02"}))
    assert "No private place or moment 18 14 kept back" in february
    assert "Month before" not in february


@pytest.mark.finding("F56")
def test_the_equity_view_asks_about_the_service_and_leads_to_nobody(north: Cast, sign_in: SignIn) -> None:
    a_month(north)
    browser = sign_in(north.amy)
    read = page(browser, "figures")
    assert "Is our service reaching everyone?" in read
    assert "White or European heritage 70 % 60 % 5.5 about 20" in read
    assert "Did not say 70 % 60 % kept back about 20" in read
    assert "Español 40 %" in read
    assert "Kept back: Asian or Asian heritage;" in read
    main = browser.get(url("figures")).content.decode().split('<main id="main"', 1)[1].split("</main>")[0]
    assert "<a " not in main


def test_outcomes_are_by_measure_with_recovery_and_say_no_cause(north: Cast, sign_in: SignIn) -> None:
    a_month(north)
    read = page(sign_in(north.amy), "figures")
    assert "PHQ-9 About 50 clients." in read
    assert "Recovered: reliably better, and across the cut-off about 20 35 %" in read
    assert "Kept back: No reliable change; Reliably worse." in read
    assert "GAD-7 Fewer than ten clients so far." in read
    assert "because" not in read.split("How clients are doing")[1].split("How plans are made")[0]


@pytest.mark.finding("F60")
def test_how_plans_are_made_shows_what_can_be_changed_in_a_fixed_order(north: Cast, sign_in: SignIn) -> None:
    a_month(north)
    read = page(sign_in(north.amy), "figures").split("How plans are made")[1]
    words = [
        "Expected it to be useful",
        "Knew the first step",
        "Had an if-then",
        "Said when and where",
        "reviewed in the month",
    ]
    assert sorted(words, key=read.index) == words
    assert "Expected it to be useful (0 to 10) 6.5" in read
    assert "Kept back: Sure they would do it (0 to 10)." in read
    assert "In the morning 20 %" in read


def test_before_the_first_month_is_over_the_page_says_so(north: Cast, sign_in: SignIn) -> None:
    assert "A month is counted in the night after its last day." in page(sign_in(north.amy), "figures")
    assert "Nothing has been counted yet" in text(sign_in(north.amy).get(url("figures"), {"month": "x'--"}))


@pytest.mark.finding("F56")
@pytest.mark.finding("F52")
def test_no_name_and_no_id_of_anybody_is_in_what_is_kept_or_shown(north: Cast, sign_in: SignIn) -> None:
    people = crowd(north, 12)
    by = access.system(north.north, "test")
    for back in (0, 1):
        figures.make(by=by, month=Month.of(north.north, NOW.date()).earlier(back))
    everything = str(list(Figures.objects.values_list("cells", flat=True)))
    shown = sign_in(north.amy).get(url("figures")).content.decode().replace(north.amy.membership.display_name, "")
    everybody: list[Person] = [*people, north.ada, north.ben, north.theo, north.cora, north.kit]
    for one in everybody:
        for trace in (
            one.membership.pk,
            one.user.pk,
            one.episode.pk if one.episode else one.membership.pk,
            one.user.email,
        ):
            assert str(trace) not in everything + shown
    for name in ("Client0", "Ada", "Theo", "Cora"):
        assert name not in everything + shown
    assert "12" in everything


@pytest.mark.finding("F52")
def test_nothing_is_counted_by_therapist() -> None:
    for module in (barriers, change, equity, plans, versions):
        source = inspect.getsource(module)
        for name in ("proposed_by", "therapist_id", "reviewer", "lead_id", "CareTeamMember", "author"):
            assert name not in source, (module.__name__, name)


def test_the_page_asks_as_often_for_many_months_as_for_one(north: Cast, sign_in: SignIn) -> None:
    a_month(north)
    browser = sign_in(north.amy)

    def statements() -> int:
        browser.get(url("figures"))
        with CaptureQueriesContext(connection) as queries:
            browser.get(url("figures"))
        return len(queries)

    before = statements()
    for month in (1, 3, 4, 5):
        a_month(north, date(2026, month, 1))
    for number in range(5):
        note(browser, text=f"Thing {number}")
    assert statements() == before


# --- what was done --------------------------------------------------------------------------------------------------------


def note(browser: Client, **more: str) -> Any:
    said = {"kind": "equity", "text": "Evening helper on Tuesdays", "done_on": "2026-03-10"}
    return browser.post(url("figures_note"), said | more)


@pytest.mark.finding("F56")
def test_an_admin_notes_what_was_done_once_and_can_take_it_out_again(north: Cast, sign_in: SignIn) -> None:
    a_month(north)
    browser = sign_in(north.amy)
    assert "10 Mar 2026 Evening helper on Tuesdays" in told(browser, note(browser))
    note(browser)
    line = ServiceAction.objects.get()
    assert AuditEvent.objects.filter(verb="service.noted").count() == 1
    assert "Evening helper" not in str(AuditEvent.objects.filter(verb="service.noted").values())
    assert sign_in(north.theo).post(url("figures_note_out", line.pk)).status_code == 404
    assert "Evening helper" not in told(browser, browser.post(url("figures_note_out", line.pk)))
    assert browser.post(url("figures_note_out", line.pk)).status_code == 404
    assert not ServiceAction.objects.exists()


@pytest.mark.parametrize(
    ("changed", "said"),
    [
        ({"done_on": "2026-03-13"}, "Choose today or an earlier day."),
        ({"text": "  "}, "This field is required."),
        ({"kind": "people"}, "Select a valid choice."),
    ],
)
def test_a_line_that_cannot_be_kept_comes_back_with_what_was_typed(
    north: Cast, sign_in: SignIn, changed: dict[str, str], said: str
) -> None:
    a_month(north)
    answer = note(sign_in(north.amy), **changed)
    assert answer.status_code == 422
    assert said in text(answer)
    assert changed.get("text", "Evening helper") in answer.content.decode()
    assert not ServiceAction.objects.exists()


def test_supervisors_read_and_do_not_write(north: Cast, sign_in: SignIn) -> None:
    Membership.objects.filter(pk=north.sol.membership.pk).update(is_supervisor=True)
    assert note(sign_in(north.sol)).status_code == 404
