"""The library: everything one may offer, one's own approach first, and each worksheet as the client sees it."""

import re
from collections.abc import Callable
from html import unescape
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from clinic.models import Membership
from homework.worksheets import catalogue, narrowing
from homework.worksheets.models import Worksheet, WorksheetVersion
from tests.cast import Cast, Person
from tests.homework.worksheets.browser import Page

SignIn = Callable[[Person | None], Client]


def get(browser: Client, name: str, *args: Any, **query: str) -> str:
    answer = browser.get(reverse(name, args=args), query)
    assert answer.status_code == 200
    return unescape(answer.content.decode())


def words(page: str) -> str:
    inside = page.split("<main", 1)[1].split("</main>", 1)[0]
    return " ".join(re.sub(r"<[^>]+>", " ", inside).split())


def newest(slug: str) -> WorksheetVersion:
    rows = WorksheetVersion.objects.filter(worksheet__slug__startswith=slug).select_related("worksheet")
    return rows.order_by("-number")[0]


def on() -> list[WorksheetVersion]:
    """Everything a new clinic may offer: not what ships switched off, no measure whose gate is closed."""
    rows = WorksheetVersion.objects.filter(worksheet__off=False).select_related("worksheet")
    return [row for row in rows if row.parsed.measure is None or not row.parsed.measure.gate]


@pytest.fixture
def theo(cast: Cast, sign_in: SignIn) -> Client:
    return sign_in(cast.theo)


@pytest.mark.finding("F06")
def test_everything_is_on_a_shelf_whatever_the_approach(cast: Cast, theo: Client) -> None:
    text = words(get(theo, "library"))
    for row in on():
        assert str(row.parsed.title) in text


@pytest.mark.finding("F06")
@pytest.mark.parametrize("approach", [choice for choice, _label in Membership.Approach.choices])
def test_on_each_shelf_what_suits_ones_approach_comes_first(cast: Cast, approach: str) -> None:
    cast.theo.membership.approach = approach
    for shelf in narrowing.shelves(catalogue.offered(cast.theo.actor), narrowing.Filter()):
        suits = [sheet.suits for sheet in shelf.sheets]
        assert suits == sorted(suits, reverse=True)
        assert all(sheet.suits is (approach in sheet.definition.modalities) for sheet in shelf.sheets)


def test_the_library_is_narrowed_by_words_kind_time_and_approach(cast: Cast, theo: Client) -> None:
    sleep, thought = str(newest("w12").parsed.title), str(newest("w02").parsed.title)
    assert sleep in words(get(theo, "library", words="SLEEP"))
    assert thought not in words(get(theo, "library", words="sleep"))
    assert "GAD-7" in words(get(theo, "library", kind="measure"))
    assert thought not in words(get(theo, "library", kind="measure"))
    assert all(
        narrowing.Filter(minutes=5).lets(sheet) is (min(size.minutes for size in sheet.definition.sizes.values()) <= 5)
        for sheet in catalogue.offered(cast.theo.actor)
    )
    assert "GAD-7" in words(get(theo, "library", approach="psychodynamic"))


@pytest.mark.parametrize(
    "query", [{"kind": "no such"}, {"minutes": "x"}, {"approach": "' OR 1=1"}, {"words": "x" * 500}]
)
def test_a_filter_nobody_can_mean_narrows_nothing_or_everything_but_breaks_nothing(
    theo: Client, query: dict[str, str]
) -> None:
    assert theo.get(reverse("library"), query).status_code == 200


def test_nothing_found_says_what_to_try(theo: Client) -> None:
    assert "Nothing fits all of that" in words(get(theo, "library", words="zebra"))


def test_the_library_takes_one_query_for_all_worksheets_and_those_of_a_gate(cast: Cast) -> None:
    with CaptureQueriesContext(connection) as asked:
        assert len(catalogue.offered(cast.theo.actor)) > 5
    assert sum("worksheets_worksheetversion" in query["sql"] for query in asked) == 1
    assert len(asked) <= 3


@pytest.mark.finding("F64")
def test_a_coach_sees_the_part_for_coaches_without_measures(cast: Cast, sign_in: SignIn) -> None:
    kit = sign_in(cast.kit)
    text = words(get(kit, "library"))
    assert str(newest("w26").parsed.title) in text
    for row in WorksheetVersion.objects.select_related("worksheet"):
        for_coaches = row.worksheet.min_role == "coach" and row.worksheet.kind != Worksheet.Kind.MEASURE
        assert (str(row.parsed.title) in text) is for_coaches, row.worksheet.slug
        status = kit.get(reverse("worksheet", args=[row.worksheet_id])).status_code
        assert status == (200 if for_coaches else 403), row.worksheet.slug
    assert "Measure" not in text


@pytest.mark.parametrize("who", ["ada", "amy"])
def test_the_library_is_for_those_who_treat(cast: Cast, sign_in: SignIn, who: str) -> None:
    browser = sign_in(getattr(cast, who))
    sheet = newest("w01").worksheet_id
    for name, args in (("library", []), ("worksheet", [sheet]), ("worksheet_paper", [sheet])):
        assert browser.get(reverse(name, args=args)).status_code == 404


def test_a_worksheet_tells_its_purpose_care_sizes_and_how_to_bring_it_in(theo: Client) -> None:
    row = newest("w04")
    definition = row.parsed
    text = words(get(theo, "worksheet", row.worksheet_id))
    assert definition.guide is not None
    for said in (
        definition.purpose,
        definition.why,
        definition.first_step,
        definition.caution_note,
        definition.guide.introduce,
        definition.guide.review,
        definition.counts_as_some,
        *(size.label for size in definition.sizes.values()),
    ):
        assert " ".join(str(said).split()) in text


def test_every_worksheet_shows_in_every_size_as_the_client_sees_it_and_on_paper(theo: Client) -> None:
    for row in on():
        for size in row.parsed.sizes:
            page = get(theo, "worksheet", row.worksheet_id, size=size)
            asked = row.parsed.layout(size).own
            assert all(" ".join(str(field.label).split()) in words(page) for field in asked), row.worksheet.slug
            paper = words(get(theo, "worksheet_paper", row.worksheet_id, size=size))
            assert all(" ".join(str(field.label).split()) in paper for field in asked), row.worksheet.slug


def test_looking_at_a_worksheet_sends_nothing(theo: Client) -> None:
    page = get(theo, "worksheet", newest("w02").worksheet_id)
    preview = page.split("<fieldset", 1)[1]
    assert "disabled" in preview.split(">", 1)[0]
    assert "<form" not in preview.split("</main>", 1)[0]


@pytest.mark.finding("F59")
def test_paper_names_no_clinic_and_no_person(cast: Cast, theo: Client) -> None:
    paper = (
        get(theo, "worksheet_paper", newest("w01").worksheet_id).split('class="paper', 1)[1].split("</article>", 1)[0]
    )
    assert not re.search(r"North|Theo|Between", paper)


def test_a_measure_shows_whose_it_is_its_bands_and_what_counts_as_change(theo: Client) -> None:
    row = newest("gad-7")
    text = words(get(theo, "worksheet", row.worksheet_id))
    measure = row.parsed.measure
    assert measure is not None
    assert measure.attribution in text
    assert all(f"{band.low}–{band.high} {band.label}" in text for band in measure.bands)
    assert "4 points" in text


@pytest.mark.parametrize("name", ["library", "worksheet", "worksheet_paper"])
def test_what_can_be_operated_can_be_announced(theo: Client, name: str) -> None:
    args = [] if name == "library" else [newest("w04").worksheet_id]
    page = Page(theo.get(reverse(name, args=args)).content.decode())
    assert not [
        given for given in page.nameless() if given.get("type") not in ("hidden", None) or given["tag"] != "input"
    ]
    assert not [found for found, times in page.ids.items() if times > 1]
    assert page.pointed_at <= set(page.ids)


def test_titles_and_words_follow_the_readers_language(cast: Cast, theo: Client) -> None:
    cast.theo.user.language = "es"
    cast.theo.user.save()
    assert str(newest("w04").parsed.localised("es").title) in words(get(theo, "library"))
