"""How versions of a worksheet do: ten clients or more, rounded, no subtraction, sealed ratings opened one client at a time."""

from collections.abc import Iterator
from typing import Any

import pytest
import time_machine
from django.test import Client
from django.urls import reverse

from clinic import access, vault
from clinic.jobs import BY_TASK
from clinic.models import AuditEvent
from clinic.scope import acting_in
from homework.assignments.models import Assignment
from homework.reviews import tallying, tasks
from homework.reviews.actions import tally
from homework.reviews.models import VersionTally
from homework.reviews.tallying import Tally
from tests.cast import Cast
from tests.homework.assignments.pages import SignIn, text
from tests.homework.reviews.weeks import DAY, NOW, agree, crowd, share, version

YES = {"started": True, "shared": True, "clear": True, "expected": True, "useful": True, "deep": True}


def of(clients: int, yes: int = 0) -> Tally:
    made = Tally()
    for number in range(clients):
        made.add(YES if number < yes else dict.fromkeys(YES, False))
    return made


# --- what may be told -----------------------------------------------------------------------------------------------------


def test_below_ten_clients_nothing_is_told_and_from_ten_on_a_rounded_share() -> None:
    assert set(tallying.told({"a": of(9, 9)})["a"].values()) == {None}
    assert set(tallying.told({"a": of(10, 5)})["a"].values()) == {50}


def test_a_question_that_fewer_than_ten_answered_is_not_told_though_others_are() -> None:
    made = of(12, 6)
    made.asked["deep"] = 9
    said = tallying.told({"a": made})["a"]
    assert (said["deep"], said["useful"]) == (None, 50)


@pytest.mark.parametrize(("yes", "of_all", "told"), [(7, 12, 60), (0, 12, 5), (12, 12, 95), (1, 100, 5)])
def test_shares_come_in_steps_of_five_and_never_say_all_or_none(yes: int, of_all: int, told: int) -> None:
    assert tallying.share(yes, of_all) == told


@pytest.mark.parametrize(
    ("clients", "shown"),
    [
        ({"a": 12, "b": 30}, {"a", "b"}),
        ({"a": 12, "b": 3}, set()),  # the total less a would be b
        ({"a": 12, "b": 30, "c": 3}, {"b"}),  # the smaller one goes along with c, then the rest is 15
        ({"a": 40, "b": 6, "c": 6}, {"a"}),
        ({"a": 10}, {"a"}),
        ({"a": 9}, set()),
    ],
)
def test_a_version_is_hidden_when_what_is_left_of_its_worksheet_is_small(
    clients: dict[str, int], shown: set[str]
) -> None:
    assert tallying.safe(clients) == shown


# --- counting -------------------------------------------------------------------------------------------------------------


@pytest.fixture(autouse=True)
def clock() -> Iterator[None]:
    with time_machine.travel(NOW, tick=False):
        yield


@pytest.fixture
def at_once(monkeypatch: pytest.MonkeyPatch) -> None:
    """The queued unit runs at once."""
    unit = tasks.tally_one_clinic
    monkeypatch.setattr(unit, "delay", lambda *ids: unit(*ids))


def rows(cast: Cast) -> list[VersionTally]:
    with acting_in(cast.north.pk):
        return list(VersionTally.objects.order_by("version_id"))


def test_nine_clients_leave_no_number_anywhere_and_a_tenth_lets_the_page_tell(
    north: Cast, at_once: None, sign_in: SignIn
) -> None:
    crowd(north, 9)
    assert tasks.tally_versions() == 1
    row = rows(north)[0]
    assert row.version_id == version("w01").pk
    assert {getattr(row, question) for question in tallying.QUESTIONS} == {None}
    assert "Not enough yet." in told_to(sign_in(north.theo))
    with time_machine.travel(NOW + 9 * DAY, tick=False):
        crowd(north, 1, NOW + 9 * DAY, first=9)
        assert tasks.tally_versions() == 1
        row = rows(north)[0]
        assert (row.started, row.shared, row.expected) == (95, 95, 5)
        page = told_to(sign_in(north.cora))
    assert "Shared something about 95 %" in page
    assert "Expected it to be useful about 5 %" in page
    assert "Knew their first step not enough yet" in page
    assert "Client0" not in page


def told_to(browser: Client) -> str:
    answer = browser.get(reverse("worksheet", args=[version("w01").worksheet_id]))
    assert answer.status_code == 200
    return text(answer).split("How it went here", 1)[1]


def test_ratings_are_taken_from_the_sealed_checks(north: Cast, at_once: None) -> None:
    people = crowd(north, 10)
    for person in people[:6]:
        work = Assignment.objects.get(episode=person.episode, state="active")
        share(person, work, at=NOW - DAY, pleasant=9)
    for person in people[6:]:
        work = Assignment.objects.get(episode=person.episode, state="active")
        share(person, work, at=NOW - DAY, progress=2, pleasant=1)
    tasks.tally_versions()
    assert rows(north)[0].useful == 60


def test_counting_twice_gives_the_same_and_the_night_is_counted_once(north: Cast, at_once: None) -> None:
    crowd(north, 10)

    def shares() -> list[Any]:
        return [[getattr(row, question) for question in tallying.QUESTIONS] for row in rows(north)]

    assert tasks.tally_versions() == 1
    first = shares()
    assert tasks.tally_versions() == 0
    with vault.session(), acting_in(north.north.pk):
        tally.count_versions(by=access.system(north.north, "test"))
    assert shares() == first
    assert len(first) == 1


def test_nothing_new_since_the_last_count_leaves_everybody_closed(north: Cast, at_once: None) -> None:
    crowd(north, 2)
    tasks.tally_versions()
    before = AuditEvent.objects.filter(verb="versions.counted").count()
    with time_machine.travel(NOW + 2 * DAY, tick=False):
        assert tasks.tally_versions() == 0
    assert AuditEvent.objects.filter(verb="versions.counted").count() == before == 2


def test_each_client_is_opened_alone_and_recorded(north: Cast, at_once: None, monkeypatch: pytest.MonkeyPatch) -> None:
    people = crowd(north, 3)
    opened: list[int] = []
    read = tally._after

    def counting(work: Any) -> Any:
        opened.append(len(vault._here().contents))
        return read(work)

    monkeypatch.setattr(tally, "_after", counting)
    tasks.tally_versions()
    assert opened == [1, 1, 1]
    told = [event.detail["clients"] for event in AuditEvent.objects.filter(verb="versions.counted")]
    assert sorted(one for clients in told for one in clients) == sorted(str(one.membership.pk) for one in people)


def test_a_client_whose_key_was_destroyed_is_left_out(north: Cast, at_once: None) -> None:
    people = crowd(north, 10)
    vault.destroy_key(client_id=people[0].membership.pk)
    tasks.tally_versions()
    assert rows(north)[0].shared is None


def test_measures_and_other_clinics_are_not_counted(north: Cast, at_once: None) -> None:
    agree(north.ada, north.theo, at=NOW - DAY, slug="gad-7")
    assert tasks.tally_versions() == 0
    with acting_in(north.south.pk):
        assert not VersionTally.objects.exists()


def test_a_coach_does_not_see_it(north: Cast, sign_in: SignIn) -> None:
    sheet = version("w26").worksheet_id
    assert "How it went here" in text(sign_in(north.theo).get(reverse("worksheet", args=[sheet])))
    assert "How it went here" not in text(sign_in(north.kit).get(reverse("worksheet", args=[sheet])))


def test_the_beat_knows_the_sweep_by_its_name() -> None:
    assert tasks.tally_versions.name in BY_TASK
