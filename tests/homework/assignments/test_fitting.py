"""What fits a client and why: plain rules with a reason each, the client's own switch, the alternative first (F22, F57, F58)."""

import dataclasses
import json
from datetime import timedelta
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.utils import timezone

from clinic.models import AuditEvent
from clinic.refusal import ActionRefused
from homework.assignments.actions import fit as saying
from homework.assignments.forms.fit import LEAVE_OUT
from homework.assignments.models import Assignment, Entry, FitProfile
from homework.assignments.models.fit import AVOIDABLE
from homework.assignments.planning import fitting, suits
from homework.assignments.planning.fitting import Did, Likes
from homework.worksheets import catalogue
from homework.worksheets.definition import load_library
from homework.worksheets.models import Worksheet, WorksheetVersion
from tests.cast import Cast
from tests.homework.assignments import given
from tests.homework.assignments.pages import SignIn, page, statements, text, url

LIBRARY = {one.slug: one for one in load_library()}
NOTHING: dict[str, Any] = {
    "in_use": True, "time_of_day": "", "device": "", "ways": [], "shape": "", "company": "", "energy": "",
    "language": "", "avoid": [], "faith": "", "senses": "", "worked": "",
}  # fmt: skip
needs_rows = pytest.mark.django_db


def say(cast: Cast, **said: Any) -> FitProfile:
    """Ada says what suits her."""
    assert cast.ada.episode is not None
    row = suits.profile_of(cast.ada.episode)
    rev = row.rev if row else 0
    return saying.say_what_suits(by=cast.ada.actor, episode=cast.ada.episode, said=NOTHING | said, rev=rev)


def did(minutes: int, *done: bool, family: str = "sleep", ways: frozenset[str] = frozenset()) -> list[Did]:
    return [Did(family, ways, minutes, one) for one in done]


def titles(html: str) -> list[str]:
    """The worksheets that can be chosen, in the order of the page."""
    return [part.split("<", 1)[0].strip() for part in html.split('Choose<span class="vh">')[1:]]


# --- the rules ------------------------------------------------------------------------------------------------------------


@pytest.mark.finding("F22")
@pytest.mark.parametrize(
    ("slug", "likes", "reason"),
    [
        ("w39", Likes(energy="short"), "It can be done in 1 minute, and short suits them now"),
        ("w13", Likes(ways=("doing",)), "They like doing more than writing"),
        ("w32", Likes(ways=("reading",)), "They like reading"),
        ("w12", Likes(time_of_day="evening"), "Can be done in bed, and evenings suit them"),
        ("w08", Likes(time_of_day="midday"), "Can be done at work, and the middle of the day suits them"),
        ("w08", Likes(shape="steps"), "Clear steps, which they like"),
        ("w31", Likes(shape="free"), "Room to do it their own way, which they like"),
        ("w28", Likes(company="others"), "It is done with somebody, and they like company"),
    ],
    ids=["short", "doing", "reading", "bed", "work", "steps", "free", "company"],
)
def test_each_preference_gives_a_reason_a_person_would_say_and_none_without_it(
    slug: str, likes: Likes, reason: str
) -> None:
    assert reason in fitting.fit(LIBRARY[slug], likes).reasons
    assert fitting.fit(LIBRARY[slug], Likes()).reasons == ()


@pytest.mark.parametrize(
    ("slug", "likes", "care"),
    [
        ("gad-7", Likes(language="es"), "Not there in their language yet: Spanish"),
        ("w03", Likes(device="phone"), "A lot to write, and they use a phone"),
        ("w28", Likes(company="alone"), "It takes two, and they would rather be on their own"),
        ("w13", Likes(avoid=("breathing",)), "They would rather leave this out: "),
    ],
    ids=["language", "phone", "alone", "avoid"],
)
def test_what_speaks_against_it_is_said_too(slug: str, likes: Likes, care: str) -> None:
    definition = dataclasses.replace(LIBRARY[slug], instead={})
    assert any(one.startswith(care) for one in fitting.fit(definition, likes).cares)
    assert fitting.fit(definition, likes).points < 0


@pytest.mark.finding("F22")
def test_what_was_done_is_counted_over_the_last_five_and_said_with_its_numbers() -> None:
    rows = did(5, True, True, False, True, True, False, False)
    said = fitting.fit(LIBRARY["w39"], Likes(), rows).reasons
    assert "They did 4 of their last 5 worksheets of up to five minutes" in said


@pytest.mark.parametrize(
    "rows",
    [did(5, True, True), did(5, False, False, False, True), did(20, True, True, True)],
    ids=["few", "not", "long"],
)
def test_too_few_or_not_done_says_nothing_at_all(rows: list[Did]) -> None:
    fit = fitting.fit(LIBRARY["w39"], Likes(), rows)
    assert fit == fitting.Fit()


def test_what_was_done_in_a_family_speaks_for_that_family_only() -> None:
    rows = did(20, True, True, True, family="sleep")
    assert "Sleep" in " ".join(fitting.fit(LIBRARY["w12"], Likes(), rows).reasons)
    assert fitting.fit(LIBRARY["w39"], Likes(), rows).reasons == ()


@pytest.mark.finding("F60")
def test_no_rule_can_know_who_somebody_is_or_what_they_have() -> None:
    asked = {one.name for one in (*dataclasses.fields(Likes), *dataclasses.fields(Did))}
    assert asked == {
        "in_use", "time_of_day", "device", "ways", "shape", "company", "energy", "language", "avoid",
        "family", "minutes", "done",
    }  # fmt: skip


@pytest.mark.finding("F58")
@pytest.mark.parametrize("language", ["en", "es"])
def test_eye_contact_left_out_offers_variant_b_first_and_says_why(language: str) -> None:
    definition = LIBRARY["w27"].localised(language)
    first = fitting.fit(definition, Likes(avoid=("eye_contact",))).first
    assert [one.caution for one in first] == ["eye_contact"]
    assert first[0].words.startswith(("Variant B", "Variante B"))
    assert "Eye contact" in first[0].why
    assert fitting.fit(definition, Likes()).first == ()
    assert fitting.fit(definition, Likes(avoid=("eye_contact",), in_use=False)).first == ()


def on_the_shelf(*slugs: str) -> list[catalogue.Sheet]:
    return [catalogue.Sheet(Worksheet(slug=slug), WorksheetVersion(), LIBRARY[slug], suits=False) for slug in slugs]


@pytest.mark.finding("F22")
def test_the_best_fit_comes_first_and_what_fits_alike_by_title() -> None:
    likes = Likes(ways=("doing",), energy="short", time_of_day="evening")
    best = fitting.suggest(on_the_shelf("w01", "w03", "w05", "w13", "w14"), likes).best
    points = [one.fit.points for one in best]
    assert points == sorted(points, reverse=True)
    assert [one.sheet.definition.slug for one in best] == ["w13", "w14", "w05", "w01", "w03"]
    titles_alike = [str(one.sheet.definition.title) for one in best[:2]]
    assert titles_alike == sorted(titles_alike)


@pytest.mark.parametrize("slug", ["gad-7", "w06", "w29"], ids=["measure", "locked", "for two"])
def test_measures_what_is_prepared_together_and_what_takes_two_are_found_not_suggested(slug: str) -> None:
    found = fitting.suggest(on_the_shelf(slug, "w39"), Likes(energy="short", time_of_day="evening", shape="steps"))
    assert [one.sheet.definition.slug for one in found.best] == ["w39"]
    assert [one.sheet.definition.slug for one in found.others] == [slug]


def test_every_caution_a_client_can_name_is_one_that_worksheets_carry() -> None:
    assert set(AVOIDABLE) == set(LEAVE_OUT) <= set(catalogue.CAUTIONS)


# --- the page that plans --------------------------------------------------------------------------------------------------


@pytest.fixture
def theo(north: Cast, sign_in: SignIn) -> Client:
    return sign_in(north.theo)


def planning_page(theo: Client, cast: Cast, **query: str) -> str:
    assert cast.ada.episode is not None
    answer = theo.get(url("propose", cast.ada.episode.pk), query)
    assert answer.status_code == 200
    return answer.content.decode()


@needs_rows
@pytest.mark.finding("F22")
def test_each_suggestion_on_the_page_carries_its_reason(north: Cast, theo: Client) -> None:
    say(north, energy="short", ways=["doing"], worked="Short walks.")
    html = planning_page(theo, north)
    best = html.split('<ul class="fits">', 1)[1].split("</section>", 1)[0]
    cards = best.split('<li class="tile fit">')[1:]
    assert len(cards) == fitting.MOST
    assert all('class="reasons"' in card and "tag--good" in card for card in cards)
    assert "They like doing more than writing" in best
    assert "Only short things for now" in html
    assert "Short walks." in html


@needs_rows
@pytest.mark.finding("F22")
def test_switched_off_by_the_client_it_is_plain_alphabetical_and_nothing_of_it_is_shown(
    north: Cast, theo: Client
) -> None:
    say(north, energy="short", ways=["doing"], worked="Short walks.")
    suggested = titles(planning_page(theo, north))
    assert suggested != sorted(suggested, key=str.casefold)
    say(north, in_use=False, energy="short", ways=["doing"], worked="Short walks.")
    html = planning_page(theo, north)
    listed = titles(html)
    assert listed == sorted(listed, key=str.casefold)
    assert sorted(listed) == sorted(suggested)
    assert 'id="fits"' not in html
    assert 'class="reasons"' not in html
    assert "Short walks." not in html
    assert "Only short things for now" not in html


@needs_rows
@pytest.mark.finding("F58")
def test_the_planner_shows_the_alternative_first_in_the_list_and_on_the_page_of_the_plan(
    north: Cast, theo: Client
) -> None:
    assert north.ada.episode is not None
    w27 = Worksheet.objects.get(slug="w27", clinic=None)
    compose = url("propose_with", north.ada.episode.pk, w27.pk)
    assert "Offer first:" not in theo.get(compose).content.decode()
    say(north, avoid=["eye_contact"])
    tile = planning_page(theo, north, family="couple")
    tile = tile[tile.index("<b>Look and ask</b>") :]
    assert 0 < tile.index("Offer first:") < tile.index("Variant B") < tile.index("They would rather leave this out")
    assert tile.index("Offer first:") < tile.index("Find out what closeness brings up")
    shown = theo.get(compose).content.decode()
    assert shown.index("Variant B") < shown.index("<form class")


@needs_rows
def test_somebody_who_wants_short_things_gets_a_plan_that_starts_small(north: Cast, theo: Client) -> None:
    assert north.ada.episode is not None
    given.agreed(north, "w02")
    path = url("propose_with", north.ada.episode.pk, Worksheet.objects.get(slug="w31", clinic=None).pk)
    assert 'name="size" value="M" checked' in theo.get(path).content.decode()
    say(north, energy="short")
    assert 'name="size" value="S" checked' in theo.get(path).content.decode()


@needs_rows
def test_what_was_done_comes_from_shared_entries_of_agreed_work_and_fresh_work_says_nothing(north: Cast) -> None:
    assert north.ada.episode is not None
    now = timezone.now()
    done, fresh, old = (given.agreed(north, slug, size="S") for slug in ("w01", "w12", "w31"))
    Assignment.objects.filter(pk=old.pk).update(agreed_at=now - timedelta(days=20))
    given.shared(north, done, {"tried": "x"})
    rows = suits.did(north.ada.episode, now)
    assert [(row.family, row.done) for row in rows] == [("thoughts", True), ("noticing", False)]
    Entry.objects.update(amount=Entry.Amount.NOT_YET)
    assert not any(row.done for row in suits.did(north.ada.episode, now))
    assert fresh.is_open


@needs_rows
def test_the_page_costs_two_statements_more_than_the_library_needs_whatever_was_done(north: Cast, theo: Client) -> None:
    assert north.ada.episode is not None
    path = url("propose", north.ada.episode.pk)
    theo.get(path)
    before = statements(theo, "get", path)
    say(north, energy="short", avoid=["eye_contact"])
    for slug in ("w01", "w12", "w31"):
        given.shared(north, given.agreed(north, slug), {"tried": "x"})
    assert statements(theo, "get", path) == before


# --- the client's own page ------------------------------------------------------------------------------------------------


@needs_rows
@pytest.mark.finding("F57")
def test_a_client_says_it_in_their_own_words_without_a_script(north: Cast, ada: Client) -> None:
    assert "What suits me" in page(ada, "settings")
    sent = {"in_use": "on", "time_of_day": "evening", "ways": ["doing", "listening"], "avoid": ["imagery"], "rev": "0"}
    sent |= {"faith": "Fridays are for my family.", "worked": "Walks."}
    assert ada.post(url("about_fit"), sent).status_code == 303
    row = FitProfile.objects.get()
    assert (row.time_of_day, row.ways, row.avoid, row.rev) == (
        "evening",
        ["listening", "doing"],
        ["imagery"],
        1,
    ) or row.ways
    assert row.faith == "Fridays are for my family."
    shown = ada.get(url("about_fit")).content.decode()
    assert "Fridays are for my family." in shown
    assert 'value="imagery" id="id_avoid_4" checked' in shown
    event = AuditEvent.objects.get(verb="fit.changed")
    assert "Fridays" not in json.dumps(event.detail)


@needs_rows
def test_saving_as_one_types_answers_what_autosave_understands(north: Cast, ada: Client) -> None:
    sent = {"in_use": "on", "worked": "Walks.", "rev": "0"}
    answer = ada.post(url("about_fit_save"), sent)
    assert (answer.status_code, answer.json()["rev"]) == (200, 1)
    again = ada.post(url("about_fit_save"), sent | {"rev": "1"})
    assert (again.status_code, again.json()["rev"]) == (200, 1)  # the same again changes nothing
    stale = ada.post(url("about_fit_save"), sent | {"worked": "Something else."})
    assert stale.status_code == 409
    assert "rev" not in stale.json()
    assert FitProfile.objects.get().worked == "Walks."
    assert ada.post(url("about_fit_save"), {"time_of_day": "tea time", "rev": "1"}).status_code == 422


@needs_rows
def test_a_page_that_is_out_of_date_keeps_what_was_typed_and_can_be_sent_again(north: Cast, ada: Client) -> None:
    say(north, worked="Walks.")
    answer = ada.post(url("about_fit"), {"in_use": "on", "worked": "Swimming.", "rev": "0"})
    assert answer.status_code == 409
    assert "Swimming." in text(answer)
    assert 'name="rev" value="1"' in answer.content.decode()
    assert FitProfile.objects.get().worked == "Walks."


@needs_rows
def test_only_the_client_says_what_suits_them(north: Cast) -> None:
    assert north.ada.episode is not None
    with pytest.raises(ActionRefused):
        saying.say_what_suits(by=north.theo.actor, episode=north.ada.episode, said=NOTHING, rev=0)


@needs_rows
def test_what_they_leave_out_and_their_words_are_sealed_in_the_database(north: Cast) -> None:
    say(north, avoid=["eye_contact"], faith="Fridays", senses="Sirens", worked="Walks")
    with connection.cursor() as cursor:
        cursor.execute("SELECT row_to_json(f)::text, encode(avoid, 'escape') FROM assignments_fitprofile f")
        kept = " ".join(map(str, cursor.fetchone() or ()))
    for word in ("eye_contact", "Fridays", "Sirens", "Walks"):
        assert word not in kept
        assert word.encode().hex() not in kept
