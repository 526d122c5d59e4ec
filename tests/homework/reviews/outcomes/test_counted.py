"""What is counted in a month, and that what is kept is suppressed already."""

from collections.abc import Iterator, Sequence
from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest
import time_machine
from django.db import connection
from django.test.utils import CaptureQueriesContext

from clinic import access, vault
from clinic.actions import self_description
from clinic.jobs import BY_TASK
from clinic.models import AuditEvent, Episode, Site
from clinic.scope import acting_in
from homework.assignments.actions import stuck
from homework.assignments.models import Assignment, Entry, Score
from homework.reviews import tasks
from homework.reviews.actions import figures
from homework.reviews.models import Figures
from homework.reviews.outcomes import barriers, change, equity, plans
from homework.reviews.outcomes.change import way_of
from homework.reviews.outcomes.month import Month, last_full
from tests.cast import Cast, Person
from tests.homework.reviews.weeks import DAY, NOW, agree, crowd, fresh, live_a_week, share, version

AFTER = datetime(2026, 4, 1, 3, 0, tzinfo=UTC)  # the night after March


@pytest.fixture(autouse=True)
def clock() -> Iterator[None]:
    with time_machine.travel(NOW, tick=False):
        yield


def march(cast: Cast) -> Month:
    return Month.of(cast.north, date(2026, 3, 15))


def by(cast: Cast) -> access.Actor:
    return access.system(cast.north, "test")


def work_of(person: Person) -> Assignment:
    return fresh(Assignment.objects.get(episode=person.episode, state="active"))


# --- the month ------------------------------------------------------------------------------------------------------------


def test_a_month_is_on_the_clinics_wall_and_over_in_the_night_after_it(north: Cast) -> None:
    month = march(north)
    assert (month.start.date(), month.end.date(), month.earlier(3).first) == (
        date(2026, 3, 1), date(2026, 4, 1), date(2025, 12, 1),
    )  # fmt: skip
    assert month.end.utcoffset() == timedelta(hours=1)  # London, after the clocks went forward
    assert last_full(north.north, datetime(2026, 4, 1, 0, 59, tzinfo=UTC)).first == date(2026, 2, 1)
    assert last_full(north.north, datetime(2026, 4, 1, 1, 1, tzinfo=UTC)).first == date(2026, 3, 1)


# --- what got in the way --------------------------------------------------------------------------------------------------


@pytest.mark.finding("F39")
def test_nine_clients_with_an_obstacle_are_kept_back_and_ten_are_told_each_once(north: Cast) -> None:
    people = crowd(north, 10)
    share(people[0], work_of(people[0]), at=NOW - DAY, obstacles=["privacy"], on=(NOW - DAY).date())
    for person in people[:9]:
        share(person, work_of(person), at=NOW, obstacles=["money"], on=NOW.date())
    told = barriers.cells(by(north), march(north))
    assert told["clients"] == {"all": 10}
    assert told["kinds"]["privacy"] == {"all": 10}
    assert told["kinds"]["money"] == {"all": None}
    assert told["kinds"]["care"] == {"all": None}


@pytest.mark.finding("F39")
def test_where_all_but_a_few_met_it_that_is_kept_back_as_well(north: Cast) -> None:
    people = crowd(north, 11)
    share(north.ada, agree(north.ada, north.theo, at=NOW - 2 * DAY), at=NOW - DAY)
    told = barriers.cells(by(north), march(north))
    assert len(people) == 11
    assert told["clients"] == {"all": 12}
    assert told["kinds"]["privacy"] == {"all": None}  # twelve less eleven is Ada


@pytest.mark.finding("F39")
def test_a_small_site_cannot_be_had_by_subtraction(north: Cast) -> None:
    people = crowd(north, 26)
    far = Site.objects.create(clinic=north.north, name="Far house")
    third = Site.objects.create(clinic=north.north, name="Third house")
    Episode.objects.filter(pk__in=[one.episode.pk for one in people[:3] if one.episode]).update(site=far)
    Episode.objects.filter(pk__in=[one.episode.pk for one in people[3:14] if one.episode]).update(site=third)
    told = barriers.cells(by(north), march(north))
    assert told["clients"] == {"all": 26, str(people[20].membership.site_id): 12, "rest": 14}
    assert told["kinds"]["privacy"] == told["clients"]
    assert str(far.pk) not in str(told)
    assert str(third.pk) not in str(told)


@pytest.mark.finding("F39")
def test_being_stuck_counts_as_telling_and_so_do_the_ways_on(north: Cast) -> None:
    people = crowd(north, 20)
    for person in people[:10]:
        stuck.take(by=person.actor, assignment=work_of(person), way="smaller", obstacles=["care"])
    told = barriers.cells(by(north), march(north))
    assert told["kinds"]["care"] == {"all": 10}
    assert told["ways"] == {"if_then": None, "smaller": 10, "rest": None}


def test_another_month_and_what_was_taken_back_are_not_counted(north: Cast) -> None:
    crowd(north, 10)
    assert barriers.cells(by(north), march(north).earlier(1))["clients"] == {"all": None}
    Entry.objects.filter(state="shared").update(state="withdrawn")
    assert barriers.cells(by(north), march(north))["clients"] == {"all": None}


# --- is our service reaching everyone? ------------------------------------------------------------------------------------


def describe(people: Sequence[Person], **said: str) -> None:
    for person in people:
        self_description.say(by=person.actor, **said)


@pytest.mark.finding("F56")
def test_groups_of_ten_or_more_are_told_and_a_small_group_takes_the_next_smallest_along(north: Cast) -> None:
    people = crowd(north, 23)
    describe(people[:10], group="white", means="just")
    describe(people[10:13], group="roma")  # ten did not say: as many: one of the two goes along with the three
    told = equity.cells(by(north), march(north))["sides"]
    assert {group for group, one in told["group"].items() if one} == {"white"}
    assert {group for group, one in told["means"].items() if one} == {"just", "unsaid"}
    assert told["group"]["white"] == {"clients": 10, "started": 90, "done": 90, "depth": 6.0}
    assert told["language"]["es"] is None
    assert told["language"]["en"] is not None


@pytest.mark.finding("F56")
def test_shares_are_of_each_clients_own_work(north: Cast) -> None:
    people = crowd(north, 10)
    vault.open_contents([person.membership.pk for person in people])
    for person in people:
        agree(person, north.theo, at=NOW - 2 * DAY, slug="w31")
    told = equity.cells(by(north), march(north))["sides"]["language"]["en"]
    assert (told["started"], told["done"]) == (50, 50)


@pytest.mark.finding("F56")
def test_a_depth_that_only_few_have_is_kept_back(north: Cast) -> None:
    people = crowd(north, 12)
    Entry.objects.filter(episode__in=[one.episode for one in people[:4]]).update(depth=None)
    told = equity.cells(by(north), march(north))["sides"]["language"]["en"]
    assert told["depth"] is None
    assert told["started"] == 90


@pytest.mark.finding("F56")
def test_only_those_who_described_themselves_are_opened_and_each_count_is_in_the_record(north: Cast) -> None:
    people = crowd(north, 10)
    describe(people[:2], group="asian", words="zqownwordsxv")
    told = equity.cells(by(north), march(north))
    events = list(AuditEvent.objects.filter(verb=equity.VERB))
    assert [event.detail["clients"] for event in events] == [sorted(str(one.membership.pk) for one in people[:2])]
    assert events[0].actor_role == "system"
    assert "zqownwords" not in str(told)


@pytest.mark.finding("F56")
def test_an_erased_client_has_said_nothing(north: Cast) -> None:
    people = crowd(north, 10)
    describe(people, group="mixed")
    with vault.session():
        vault.destroy_key(client_id=people[0].membership.pk)
    told = equity.cells(by(north), march(north))["sides"]["group"]
    assert not any(told.values())  # nine, and one who said nothing


# --- how clients are doing ------------------------------------------------------------------------------------------------


def scored(person: Person, work: Assignment, *totals: int | None) -> None:
    """Scores of a measure, a week apart, the last a day ago."""
    for number, total in enumerate(reversed(totals)):
        at = NOW - DAY - number * 7 * DAY
        entry = Entry.objects.create(
            clinic_id=work.clinic_id, episode=work.episode, assignment=work, plan=work.plans.get(), size="S",
            state="shared", started=True, captured_at=at, shared_at=at, slot_on=at.date(),
        )  # fmt: skip
        row = Score(clinic_id=work.clinic_id, episode=work.episode, entry=entry, measure="gad-7", taken_at=at)
        row.result = {"total": total, "parts": []}
        row.save()


def measured(cast: Cast, people: Sequence[Person], *totals: int | None) -> None:
    vault.open_contents([person.membership.pk for person in people])
    for person in people:
        scored(person, agree(person, cast.theo, at=NOW - 40 * DAY, slug="gad-7"), *totals)


def went(cast: Cast) -> dict[str, Any]:
    told = change.cells(by(cast), march(cast))["measures"]
    return {one["measure"]: one for one in told}["gad-7"]


def test_each_client_counts_once_and_a_small_way_takes_the_next_smallest_along(north: Cast) -> None:
    people = crowd(north, 22)
    measured(north, people[:10], 16, 12, 6)  # across the cut-off of 10
    measured(north, people[10:20], 19, 14)
    measured(north, people[20:], 5, 12)
    told = went(north)
    assert told["clients"] == 20
    assert told["ways"]["recovered"] == {"clients": 10, "share": 50}
    assert told["ways"]["worse"] is None  # two
    assert [way for way, one in told["ways"].items() if one is None] == ["better", "same", "worse"]


def test_fewer_than_ten_with_two_scores_are_not_told(north: Cast) -> None:
    people = crowd(north, 12)
    measured(north, people[:9], 16, 6)
    measured(north, people[9:], 16, None)  # one total only
    told = went(north)
    assert told["clients"] is None
    assert not any(told["ways"].values())


@pytest.mark.parametrize(
    ("totals", "way"),
    [
        ((16, 6), "recovered"),
        ((16, 12), "better"),
        ((16, 13), "same"),
        ((9, 2), "better"),  # it was never on the clinical side
        ((10, 6), "recovered"),
        ((5, 9), "worse"),
        ((5, 8), "same"),
        ((16, 5, 16), "same"),
    ],
)
def test_which_way_it_went_is_the_first_total_beside_the_last(totals: tuple[int, ...], way: str) -> None:
    measure = version("gad-7").parsed.measure
    assert measure is not None
    assert measure.rci is not None
    assert (measure.rci.value, measure.cutoff) == (4, 10)
    assert way_of(measure, totals) == way


test_which_way_it_went_is_the_first_total_beside_the_last = pytest.mark.django_db(
    test_which_way_it_went_is_the_first_total_beside_the_last
)


def test_scores_are_opened_in_batches_with_one_event_each(north: Cast, monkeypatch: pytest.MonkeyPatch) -> None:
    people = crowd(north, 3)
    measured(north, people, 16, 6)
    monkeypatch.setattr("homework.reviews.outcomes.opened.BATCH", 2)
    change.cells(by(north), march(north))
    events = AuditEvent.objects.filter(verb=change.VERB)
    assert sorted(len(event.detail["clients"]) for event in events) == [1, 2]


# --- how plans are made ---------------------------------------------------------------------------------------------------


@pytest.mark.finding("F60")
def test_a_dashboard_holds_only_what_can_be_changed_about_a_plan(north: Cast) -> None:
    crowd(north, 10)
    told = plans.cells(by(north), march(north))
    assert set(told) == {"clients", "factors"}
    assert set(told["factors"]) == set(plans.FACTORS) == {
        "useful", "first_step", "sure", "if_then", "when_where", "reviewed", "time_of_day",
    }  # fmt: skip
    assert set(told["factors"]["time_of_day"]) == {"morning", "afternoon", "evening", "late", "open"}
    for factor in (*told["factors"].values(), *told["factors"]["time_of_day"].values()):
        assert factor is None or set(factor) <= {"clients", "level", "share", *plans.PARTS}
    about_the_person = {"age", "sex", "gender", "severity", "diagnosis", "ethnicity", "income", "education", "score"}
    assert not about_the_person & {name for name in (*plans.FACTORS, *plans.PARTS)}


@pytest.mark.finding("F60")
def test_factors_are_clients_own_means_and_one_that_few_said_is_kept_back(north: Cast) -> None:
    crowd(north, 12)
    told = plans.cells(by(north), march(north))["factors"]
    assert told["useful"] == {"clients": 10, "level": 3.0}
    assert told["sure"] == {"clients": 10, "level": 5.0}
    assert told["if_then"] == told["when_where"] == {"clients": 10, "share": 90}
    assert told["reviewed"] == {"clients": 10, "share": 10}
    assert told["first_step"] is None
    assert told["time_of_day"]["open"] == {"clients": 10, "share": 90}


# --- made once ------------------------------------------------------------------------------------------------------------


@pytest.fixture
def at_once(monkeypatch: pytest.MonkeyPatch) -> None:
    unit = tasks.make_figures_of_clinic
    monkeypatch.setattr(unit, "delay", lambda *ids: unit(*ids))


def kept(cast: Cast) -> list[tuple[str, date]]:
    with acting_in(cast.north.pk):
        return sorted(Figures.objects.values_list("kind", "month"))


@pytest.mark.finding("F56")
def test_a_worker_makes_each_month_once_and_never_counts_it_again(north: Cast, at_once: None) -> None:
    people = crowd(north, 10)
    with time_machine.travel(AFTER, tick=False):
        assert tasks.make_figures() >= 1
        assert {month for _kind, month in kept(north)} == {date(2026, 2, 1), date(2026, 3, 1)}  # Ada came in February
        assert len(kept(north)) == 10
        assert tasks.make_figures() == 0 or not figures.due(north.north, AFTER)
        with vault.session(), acting_in(north.north.pk):
            Entry.objects.filter(episode=people[0].episode).update(state="withdrawn")
            assert figures.make(by=by(north), month=march(north)) == 0
            told = Figures.objects.get(kind="barriers", month=march(north).first).cells
    assert told["kinds"]["privacy"] == {"all": 10}


def test_a_months_figures_are_not_due_before_it_is_over(north: Cast) -> None:
    live_a_week(north.ada, north.theo, NOW)
    assert [one.first for one in figures.due(north.north, NOW)] == [date(2026, 2, 1)]
    with acting_in(north.south.pk):
        assert not Figures.objects.exists()


def test_the_beat_knows_the_sweep_by_its_name() -> None:
    assert tasks.make_figures.name in BY_TASK


def statements(cast: Cast, month: Month) -> int:
    with CaptureQueriesContext(connection) as queries:
        for count in figures.COUNTED.values():
            count(by(cast), month)
    return sum(not row["sql"].startswith(("SAVEPOINT", "RELEASE", "ROLLBACK")) for row in queries)


def test_how_often_the_database_is_asked_does_not_grow_with_the_clients(north: Cast) -> None:
    few = crowd(north, 2)
    describe(few, group="asian")
    measured(north, few, 16, 6)
    before = statements(north, march(north))
    many = crowd(north, 6, first=2)
    describe(many, group="white")
    measured(north, many, 16, 6)
    assert statements(north, march(north)) == before
