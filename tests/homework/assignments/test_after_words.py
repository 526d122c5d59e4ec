"""Afterwards: my reaction (F11), where else (F03), mood before and after (F16), and one's own words first (F69)."""

import re
from uuid import uuid4

import pytest
from django.test import Client

from clinic.models import Membership
from homework.assignments.actions import entry as doing
from homework.assignments.actions import sharing
from homework.assignments.models import AfterCheck, Entry
from homework.reviews.actions.digest import build_digest
from homework.reviews.actions.review import review_work
from homework.reviews.digest.build import build
from homework.reviews.digest.rows import DigestInput, TaskRow
from tests.cast import Cast
from tests.homework.assignments import given
from tests.homework.assignments.pages import SignIn, page, url
from tests.homework.reviews.test_digest import NOW

pytestmark = pytest.mark.django_db

WHERE_ELSE, REACTION = "Where else this week could you use this?", "My reaction to doing this"
FIRST = "Your own words first (optional)"


@pytest.mark.finding("F03")
def test_where_else_is_asked_from_the_second_time_on_and_not_the_first(
    north: Cast, ada: Client, sign_in: SignIn
) -> None:
    work = given.agreed(north)
    first = given.begun(north, work, {"hot_thought": "x"})
    assert WHERE_ELSE not in page(ada, "entry_finish", first.pk)
    given.shared(north, work, {"hot_thought": "x"})
    second = doing.begin(by=north.ada.actor, assignment=given.fresh(work), anew=True)
    second = doing.save_draft(by=north.ada.actor, entry=second, values={"hot_thought": "y"}, kept_private=[], rev=0)
    assert WHERE_ELSE in page(ada, "entry_finish", second.pk)
    data = {"amount": "3", "rev": str(second.rev), "elsewhere": "At work, before the call"}
    assert ada.post(url("entry_finish", second.pk), data).status_code == 303
    assert AfterCheck.objects.get(entry=second).words == {"elsewhere": "At work, before the call"}
    assert "At work, before the call" in page(ada, "entry", second.pk)
    assert "At work, before the call" in page(sign_in(north.theo), "review", work.pk)


@pytest.mark.finding("F03")
def test_only_saying_what_got_in_the_way_is_no_first_time(north: Cast, ada: Client) -> None:
    work = given.agreed(north, frequency="once")
    sharing.not_today(by=north.ada.actor, assignment=work, obstacles=["time"], key=uuid4())
    entry = given.begun(north, work, {"hot_thought": "x"})
    assert WHERE_ELSE not in page(ada, "entry_finish", entry.pk)


@pytest.mark.finding("F11")
def test_a_reaction_is_asked_of_doing_and_of_not_doing_and_read_by_both(
    north: Cast, ada: Client, sign_in: SignIn
) -> None:
    work = given.agreed(north)
    entry = given.begun(north, work, {"hot_thought": "x"})
    assert REACTION in page(ada, "entry_finish", entry.pk)
    ada.post(
        url("entry_finish", entry.pk), {"amount": "1", "rev": str(entry.rev), "reaction": "I was cross with myself"}
    )
    assert AfterCheck.objects.get(entry=entry).words == {"reaction": "I was cross with myself"}
    other = given.agreed(north, "w04")
    assert "My reaction to not doing this" in page(ada, "work_change", other.pk)
    ada.post(url("work_change", other.pk), {"action": "not_today", "reaction": "Glad, to be honest"})
    theo = sign_in(north.theo)
    for who, route, pk, words in (
        (ada, "entry", entry.pk, "I was cross with myself"),
        (theo, "review", work.pk, "I was cross with myself"),
        (ada, "entry", Entry.objects.get(assignment=other).pk, "Glad, to be honest"),
        (theo, "review", other.pk, "Glad, to be honest"),
    ):
        assert words in page(who, route, pk)


@pytest.mark.finding("F11")
def test_the_meaning_lens_shows_the_reaction_first(north: Cast) -> None:
    work = given.agreed(north)
    given.shared(north, work, {"hot_thought": "x"}, after=sharing.After(amount=3, reaction="Like being told off"))
    appointment = given.session(north)
    assert "Like being told off" in str(build_digest(appointment.pk, by=north.theo.actor).content)
    Membership.objects.filter(pk=north.theo.membership.pk).update(approach="psychodynamic")
    many = tuple(TaskRow(f"Task {n}", started=True, entries=1, days=1, reaction="word " * 30) for n in range(4))
    seen = {
        lens: sum(
            "Their reaction" in line.text
            for line in build(DigestInput(now=NOW, tasks=many, lens=lens)).section("plan").lines
        )
        for lens in ("meaning", "skills")
    }
    assert seen["meaning"] > seen["skills"]


@pytest.mark.finding("F16")
def test_mood_before_and_after_is_asked_where_the_sheet_has_not_and_kept_with_the_ratings(
    north: Cast, ada: Client
) -> None:
    work = given.agreed(north)
    entry = given.begun(north, work, {"hot_thought": "x"})
    shown = ada.get(url("entry_finish", entry.pk)).content.decode()
    assert 'name="mood_before"' in shown
    data = {"amount": "3", "rev": str(entry.rev), "mood_before": "3", "mood_after": "5"}
    ada.post(url("entry_finish", entry.pk), data)
    after = AfterCheck.objects.get(entry=entry)
    assert after.ratings == {"mood_before": 3, "mood_after": 5}
    entry.refresh_from_db()
    assert entry.depth is None, "mood is no depth (F49)"
    other = given.begun(north, given.agreed(north), {"hot_thought": "x", "mood_before": 3, "mood_after": 4})
    assert 'name="mood_before"' not in ada.get(url("entry_finish", other.pk)).content.decode(), "nothing is asked twice"


@pytest.mark.finding("F69")
def test_without_ones_own_conclusion_what_was_written_back_is_folded_and_with_it_open(north: Cast, ada: Client) -> None:
    work = given.agreed(north)
    entry = given.shared(north, work, {"hot_thought": "x"})
    review_work(by=north.theo.actor, assignment=given.fresh(work), outcome="keep", message="What surprised you?")
    for route, args in (("today", ()), ("entry", (entry.pk,))):
        shown = ada.get(url(route, *args)).content.decode()
        folded = re.search(r"<details class=\"fold\"><summary>.*?</details>", shown[shown.index(FIRST) - 400 :], re.S)
        assert folded is not None, route
        assert FIRST in folded[0] and "What surprised you?" in folded[0], route
    ada.post(url("entry_add", entry.pk), {"kind": "more", "key": "found_out", "words": "It passes"})
    for route, args in (("today", ()), ("entry", (entry.pk,))):
        shown = page(ada, route, *args)
        assert FIRST not in shown, route
        assert "What surprised you?" in shown, route


@pytest.mark.finding("F69")
def test_with_a_conclusion_in_the_sheet_it_is_open_from_the_start(north: Cast, ada: Client) -> None:
    work = given.agreed(north)
    entry = given.shared(north, work, {"hot_thought": "x", "found_out": "It passes"})
    review_work(by=north.theo.actor, assignment=given.fresh(work), outcome="keep", message="What surprised you?")
    assert FIRST not in page(ada, "today")
    assert FIRST not in page(ada, "entry", entry.pk)
    later = given.agreed(north, "w04")
    other = given.shared(north, later, {"first_half": "x"})
    assert "What surprised you?" not in page(ada, "entry", other.pk), "only what was written about this work"
