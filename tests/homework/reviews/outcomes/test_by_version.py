"""How each version of a worksheet does, and what is said of it: a new version begins with a row of its own (F72)."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, date, datetime

import pytest
import time_machine

from clinic import access, vault
from homework.assignments.actions import plan as planning
from homework.assignments.planning.plan_words import Beliefs
from homework.reviews.actions import figures, tally
from homework.reviews.models import VersionTally
from homework.reviews.outcomes.month import Month
from homework.worksheets.actions import drafts
from homework.worksheets.models import WorksheetVersion
from tests.cast import Cast, Person
from tests.homework.assignments.pages import SignIn, page
from tests.homework.reviews.weeks import DAY, NOW, WORDS, crowd, fresh, share, version


@pytest.fixture(autouse=True)
def clock() -> Iterator[None]:
    with time_machine.travel(NOW, tick=False):
        yield


def used(cast: Cast, people: list[Person], sheet: WorksheetVersion, chips: tuple[str, ...] = ()) -> None:
    """These clients agreed to it and shared something on it."""
    vault.open_contents([one.membership.pk for one in people])
    for person in people:
        assert person.episode is not None
        words = replace(WORDS, starts_on=(NOW - DAY).date())
        with time_machine.travel(NOW - 2 * DAY, tick=False):
            work = planning.propose(by=cast.theo.actor, episode=person.episode, version=sheet, words=words)
            planning.confirm(
                by=person.actor, assignment=work, beliefs=Beliefs(useful=8, first_step_known="yes", chips=chips)
            )
        share(person, fresh(work), at=NOW - DAY, pleasant=8)


@pytest.mark.finding("F72")
def test_a_new_version_starts_a_row_of_its_own_with_nothing_of_the_old_one(north: Cast, sign_in: SignIn) -> None:
    first = drafts.publish(by=north.theo.actor, draft=drafts.copy(by=north.theo.actor, version=version("w01")))
    people = crowd(north, 12)
    used(north, people[:10], first, chips=("unclear",))
    draft = drafts.edit(by=north.theo.actor, worksheet=first.worksheet)
    draft = drafts.save(by=north.theo.actor, draft=draft, table={**draft.words, "title": "Renamed"}, rev=0)
    second = drafts.publish(by=north.theo.actor, draft=draft)
    used(north, people[10:], second)
    by = access.system(north.north, "test")
    tally.count_versions(by=by)
    figures.make(by=by, month=Month.of(north.north, date(2026, 3, 1)))
    rows = {row.version_id: row for row in VersionTally.objects.filter(version__worksheet=first.worksheet)}
    assert rows.keys() == {first.pk, second.pk}
    assert {rows[second.pk].started, rows[first.pk].started} == {None}  # two new ones: the old is kept back with them
    used(north, people[:9], second)
    with time_machine.travel(datetime(2026, 4, 2, 9, tzinfo=UTC), tick=False):
        tally.count_versions(by=by)
        read = page(sign_in(north.theo), "worksheet", first.worksheet_id)
    now = {row.version_id: row for row in VersionTally.objects.filter(version__worksheet=first.worksheet)}
    one = now[first.pk]
    assert (one.started, one.clear, one.useful, one.deep) == (95, 95, 95, 95)
    assert now[second.pk].started == 95
    assert "Version 2 Began it about 95 %" in read


@pytest.mark.finding("F72")
def test_what_was_ticked_when_planning_is_told_beside_the_rest(north: Cast, sign_in: SignIn) -> None:
    first = drafts.publish(by=north.theo.actor, draft=drafts.copy(by=north.theo.actor, version=version("w01")))
    people = crowd(north, 10)
    used(north, people[:6], first, chips=("unclear", "too_big"))
    used(north, people[6:], first, chips=("unclear",))
    by = access.system(north.north, "test")
    tally.count_versions(by=by)
    assert "Said:" not in page(sign_in(north.theo), "worksheet", first.worksheet_id)
    figures.make(by=by, month=Month.of(north.north, date(2026, 3, 1)))
    read = page(sign_in(north.theo), "worksheet", first.worksheet_id)
    assert "Said: Not clear about 90 % Said: Too big about 60 %" in read
    assert "Said: Not safe at home" not in read
