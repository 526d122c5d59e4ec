"""The library as a therapist uses it: narrowing, what to loosen, favourites, what was proposed, what is switched off."""

import re
from collections.abc import Callable
from dataclasses import replace
from urllib.parse import parse_qs, urlsplit

import pytest
from django.http import QueryDict
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from clinic.models import AuditEvent, Membership
from clinic.refusal import ActionRefused
from homework.worksheets import catalogue
from homework.worksheets.actions import choices
from homework.worksheets.forms import LibraryForm
from homework.worksheets.models import SwitchedOn, Worksheet, WorksheetVersion
from homework.worksheets.narrowing import Filter, browse, shelves
from tests.access.world import make_world
from tests.cast import Cast
from tests.homework.assignments import given
from tests.homework.assignments.pages import statements
from tests.homework.worksheets.test_pages import SignIn, get, words

FULL = Filter(
    words="one two",
    minutes=5,
    kind="practice",
    approach="cbt",
    family="sleep",
    context=("bed_ok", "work_ok"),
    without=("eye_contact", "needs_quiet"),
    language="es",
    grade=4,
    coach=True,
)


def sheet_of(slug: str) -> Worksheet:
    return Worksheet.objects.get(slug=slug, clinic=None)


@pytest.fixture
def theo(cast: Cast, sign_in: SignIn) -> Client:
    return sign_in(cast.theo)


@pytest.fixture
def sheets(north: Cast) -> list[catalogue.Sheet]:
    return catalogue.offered(north.theo.actor)


@pytest.fixture
def supervisor(north: Cast) -> Membership:
    Membership.objects.filter(pk=north.sol.membership.pk).update(is_supervisor=True)
    return Membership.objects.get(pk=north.sol.membership.pk)


def test_an_address_says_the_whole_filter_and_is_read_back_as_it_was() -> None:
    asked = parse_qs(urlsplit(FULL.as_query()).query)
    assert LibraryForm(QueryDict(FULL.as_query()[1:])).to_filter() == FULL
    assert set(asked) == {
        "words",
        "minutes",
        "kind",
        "approach",
        "family",
        "context",
        "without",
        "language",
        "grade",
        "coach",
    }


@pytest.mark.parametrize(
    ("narrowed", "holds"),
    [
        (Filter(minutes=5), lambda one: one.minutes[0] <= 5),
        (Filter(kind="monitor"), lambda one: one.definition.kind == "monitor"),
        (Filter(family="sleep"), lambda one: one.definition.family == "sleep"),
        (Filter(approach="psychodynamic"), lambda one: "psychodynamic" in one.definition.modalities),
        (Filter(context=("bed_ok",)), lambda one: "bed_ok" in one.definition.contexts),
        (Filter(without=("reading_load",)), lambda one: "reading_load" not in one.definition.cautions),
        (Filter(without=("needs_privacy",)), lambda one: "needs_privacy" not in one.definition.contexts),
        (Filter(language="es"), lambda one: "es" in one.definition.languages),
        (Filter(grade=3), lambda one: one.definition.reading_grade <= 3),
        (Filter(coach=True), lambda one: one.definition.min_role == "coach"),
    ],
    ids=["minutes", "kind", "family", "approach", "context", "caution", "privacy", "language", "grade", "coach"],
)
def test_each_condition_shows_what_meets_it_and_all_of_it(
    sheets: list[catalogue.Sheet], narrowed: Filter, holds: Callable[[catalogue.Sheet], bool]
) -> None:
    shown = [one for shelf in browse(sheets, narrowed).shelves for one in shelf.sheets]
    assert {one.definition.slug for one in shown} == {one.definition.slug for one in sheets if holds(one)}
    assert 0 < len(shown) < len(sheets)


@pytest.mark.parametrize("part", ["title", "known_as", "purpose", "why"])
def test_search_looks_at_the_title_the_known_name_the_purpose_and_the_reason(
    sheets: list[catalogue.Sheet], part: str
) -> None:
    sheet = next(one for one in sheets if one.definition.slug == "w10")
    odd = replace(sheet, definition=replace(sheet.definition, **{part: "A Zebra in the rain"}))
    assert Filter(words="rain zebra").lets(odd)
    assert not Filter(words="zebra").lets(sheet)


def test_search_looks_at_the_family(sheets: list[catalogue.Sheet]) -> None:
    found = {one.definition.family for one in sheets if Filter(words="hard moments").lets(one)}
    assert "hard_moments" in found


def test_search_needs_no_accents(sheets: list[catalogue.Sheet]) -> None:
    spanish = [replace(one, definition=one.definition.localised("es")) for one in sheets]
    said = {one.definition.slug for one in spanish if Filter(words="cercania").lets(one)}
    assert "w27" in said


def test_nothing_found_names_each_condition_that_brings_something_back_and_how_much(theo: Client) -> None:
    page = get(theo, "library", words="sleep", kind="measure", grade="6")
    assert "Nothing fits all of that" in page
    wider = words(get(theo, "library", words="sleep", grade="6"))
    number = int(re.search(r"(\d+) of \d+", wider)[1])  # type: ignore[index]
    assert f"Take away “Measure”: {number} worksheet" in words(page)
    assert 'href="?words=sleep&grade=6"' in page
    assert "Take away “zebra”: " in words(get(theo, "library", words="zebra", minutes="5"))
    assert "Take away “Up to 5 minutes”" not in words(get(theo, "library", words="zebra", minutes="5"))


def test_a_condition_in_use_is_taken_away_with_one_tap_and_the_others_stay(theo: Client) -> None:
    page = get(theo, "library", minutes="5", without="reading_load")
    assert 'href="?without=reading_load"' in page
    assert 'href="?minutes=5"' in page


@pytest.mark.finding("F06")
@pytest.mark.parametrize("approach", ["psychodynamic", "couples", "coaching"])
def test_the_first_screen_is_of_ones_own_approach_and_nothing_is_lost(cast: Cast, approach: str) -> None:
    cast.theo.membership.approach = approach
    offered = catalogue.offered(cast.theo.actor)
    made = shelves(offered, Filter())
    first = made[0].sheets[: max(1, sum(sheet.suits for sheet in made[0].sheets))]
    assert all(sheet.suits for sheet in first)
    shares = [sum(one.suits for one in shelf.sheets) / len(shelf.sheets) for shelf in made if shelf.family != "measure"]
    assert shares == sorted(shares, reverse=True)
    assert sum(len(shelf.sheets) for shelf in made) == len(offered)
    cast.theo.membership.approach = ""
    assert [shelf.family for shelf in shelves(catalogue.offered(cast.theo.actor), Filter())] != [
        shelf.family for shelf in made
    ]


def test_a_measure_shows_what_it_asks_about_and_how_often_it_may_be_given(theo: Client) -> None:
    page = words(get(theo, "library", words="gad-7"))
    assert "The last 2 weeks 7 days apart" in page
    one = words(theo.get(reverse("worksheet", args=[sheet_of("gad-7").pk])).content.decode())
    assert "About the last 2 weeks At most every 7 days" in one


def test_what_is_locked_says_why_and_what_is_for_two_says_so(theo: Client) -> None:
    page = words(get(theo, "library", family="couple"))
    locked = reason_of("w27")
    assert locked in page
    assert page.count("For two") >= 3


def reason_of(slug: str) -> str:
    version = WorksheetVersion.objects.filter(worksheet__slug=slug, clinic=None).latest("number")
    return " ".join(str(version.parsed.lock_reason).split())


def test_a_favourite_is_kept_and_let_go_with_a_plain_form_and_stays_with_its_owner(
    cast: Cast, theo: Client, sign_in: SignIn
) -> None:
    sheet = sheet_of("w31")
    path, back = reverse("worksheet_favourite", args=[sheet.pk]), reverse("library") + "?minutes=5"
    for _twice in range(2):
        answer = theo.post(path, {"on": "1", "next": back})
        assert (answer.status_code, answer["Location"]) == (303, f"{back}#sheet-{sheet.pk}")
    page = get(theo, "library")
    assert 'aria-pressed="true"' in page
    assert "Favourites I wonder" in words(page)
    assert 'aria-pressed="true"' not in get(sign_in(cast.cora), "library")
    theo.post(path, {"on": "0", "next": back})
    assert 'aria-pressed="true"' not in get(theo, "library")


def test_the_star_knows_the_address_of_the_page_it_is_on(theo: Client) -> None:
    page = get(theo, "library", minutes="5", family="sleep")
    assert set(re.findall(r'name="next" value="([^"]*)"', page)) == {reverse("library") + "?minutes=5&family=sleep"}


def test_after_a_favourite_nobody_is_sent_to_another_site(theo: Client) -> None:
    path = reverse("worksheet_favourite", args=[sheet_of("w31").pk])
    answer = theo.post(path, {"on": "1", "next": "https://example.org/"})
    assert answer["Location"] == reverse("worksheet", args=[sheet_of("w31").pk])


def test_the_last_six_that_one_proposed_oneself_are_at_the_top_the_last_first(north: Cast, sign_in: SignIn) -> None:
    slugs = ["w01", "w02", "w04", "w05", "w08", "w12", "w31"]
    for slug in slugs:
        given.proposed(north, slug)
    given.proposed(north, "w02")
    page = get(sign_in(north.theo), "library")
    row = page.split('id="near-lately"', 1)[1].split("</section>", 1)[0]
    titles = [str(given.load(slug).title) for slug in ("w02", "w31", "w12", "w08", "w05", "w04")]
    assert re.findall(r'class="chip"[^>]*>([^<]+)<', row) == titles
    assert "near-lately" not in get(sign_in(north.cora), "library")


def test_what_ships_switched_off_is_listed_with_its_reason_and_cannot_be_opened(theo: Client) -> None:
    page = get(theo, "library")
    below = page.split('id="switched-off"', 1)[1]
    assert reason_of("x03") in words("<main" + below)
    assert theo.get(reverse("worksheet", args=[sheet_of("x03").pk])).status_code == 403


def test_an_admin_sees_only_the_names_of_what_is_switched_off(cast: Cast, sign_in: SignIn) -> None:
    page = words(get(sign_in(cast.amy), "library_switches"))
    definition = given.load("x03")
    assert str(definition.title) in page
    for kept in (definition.purpose, definition.why, definition.lock_reason, definition.caution_note):
        assert str(kept)[:60] not in page


def test_an_admin_switches_a_sheet_on_by_naming_a_supervisor_and_off_again(
    north: Cast, sign_in: SignIn, supervisor: Membership
) -> None:
    amy, theo, sheet = sign_in(north.amy), sign_in(north.theo), sheet_of("x03")
    path = reverse("library_switch", args=[sheet.pk])
    assert amy.post(path, {"action": "on", f"{sheet.pk}-supervisor": str(supervisor.pk)}).status_code == 303
    assert theo.get(reverse("worksheet", args=[sheet.pk])).status_code == 200
    event = AuditEvent.objects.get(verb="worksheet.switched_on")
    assert (event.actor, event.object_id, event.detail) == (
        north.amy.membership.pk,
        sheet.pk,
        {"supervisor": str(supervisor.pk)},
    )
    assert f"Supervised by {supervisor.display_name}" in words(get(amy, "library_switches"))
    assert amy.post(path, {"action": "off"}).status_code == 303
    assert theo.get(reverse("worksheet", args=[sheet.pk])).status_code == 403


@pytest.mark.parametrize("who", ["theo", "kit", "ada", "zoe", "sol_who_left"])
def test_only_a_therapist_of_this_clinic_who_supervises_can_be_named(
    north: Cast, sign_in: SignIn, supervisor: Membership, who: str
) -> None:
    if who == "sol_who_left":
        Membership.objects.filter(pk=supervisor.pk).update(ended_at=timezone.now())
        named = supervisor
    else:
        named = getattr(north, who).membership
    sheet = sheet_of("x03")
    answer = sign_in(north.amy).post(
        reverse("library_switch", args=[sheet.pk]), {f"{sheet.pk}-supervisor": str(named.pk)}
    )
    assert answer.status_code == 422
    with pytest.raises(ActionRefused):
        choices.switch_on(by=north.amy.actor, worksheet=sheet, supervisor=named)
    assert not SwitchedOn.objects.exists()


def test_a_therapist_switches_nothing_on(north: Cast, supervisor: Membership) -> None:
    with pytest.raises(ActionRefused):
        choices.switch_on(by=north.theo.actor, worksheet=sheet_of("x03"), supervisor=supervisor)


def test_the_library_asks_the_same_however_much_is_kept_and_proposed(cast: Cast, sign_in: SignIn) -> None:
    make_world(cast)
    browser = sign_in(cast.cora)
    path = reverse("library")
    browser.get(path)
    before = statements(browser, "get", path)
    for slug in ("w01", "w02", "w31", "w12"):
        browser.post(reverse("worksheet_favourite", args=[sheet_of(slug).pk]), {"on": "1"})
    assert statements(browser, "get", path) == before
    assert (
        before <= 7
    )  # three to know who asks, the banner; the sheets, the gate of a measure, what was proposed lately
