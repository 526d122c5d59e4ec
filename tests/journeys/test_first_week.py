"""The first week, both sides of it, through pages and the worker: from choosing a worksheet to the next plan.

A therapist chooses and proposes, the client shapes it and says yes, writes, is saved on the way and shares, the worker
builds the digest, the therapist reads it, reviews, and the next plan opens with what was decided. Nothing is called
that a browser or the worker would not call.
"""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
import time_machine
from django.http import HttpResponse
from django.test import Client
from django.urls import reverse

from clinic.models import Appointment, OutgoingMessage
from homework.assignments.models import Assignment, Entry, Plan
from homework.reviews import tasks
from homework.reviews.models import Digest, Review
from homework.worksheets.models import WorksheetVersion
from tests.cast import Cast, Person
from tests.homework.assignments.pages import text
from tests.homework.worksheets.browser import Page

MONDAY = datetime(2026, 3, 2, 15, 20, tzinfo=UTC)  # in the session
DAY = timedelta(days=1)
REASON = "You said every evening feels the same. This looks at whether that is so."


@dataclass
class Desk:
    """One person's browser: reads a page, sends its form back with some fields changed."""

    client: Client

    def read(self, name: str, *args: Any, **query: str) -> str:
        answer = self.client.get(reverse(name, args=args), query)
        assert answer.status_code == 200, answer.content.decode()[:2000]
        return text(answer)

    def send(self, address: str, **changed: Any) -> HttpResponse:
        """What the page at this address would send, untouched but for `changed`."""
        sent = Page(self.client.get(address).content.decode()).sent
        return self.client.post(address, {**sent, **changed})


@pytest.fixture(autouse=True)
def clock() -> Iterator[None]:
    """Everybody came to the clinic before that Monday."""
    with time_machine.travel(MONDAY, tick=False):
        yield


@pytest.fixture
def at(north: Cast, sign_in: Callable[[Person | None], Client]) -> Callable[..., Any]:
    """Somebody at their screen, at a moment."""

    @contextmanager
    def there(moment: datetime, person: Person) -> Iterator[Desk]:
        with time_machine.travel(moment, tick=False):
            yield Desk(sign_in(person))

    return there


@pytest.fixture
def sessions(north: Cast) -> list[Appointment]:
    """This Monday's session and the next."""
    return [
        Appointment.objects.create(
            clinic=north.north, episode=north.ada.episode, therapist=north.theo.membership, starts_at=start
        )
        for start in (MONDAY - timedelta(minutes=20), MONDAY - timedelta(minutes=20) + 7 * DAY)
    ]


def sheet(slug: str) -> WorksheetVersion:
    rows = WorksheetVersion.objects.filter(worksheet__slug__startswith=slug).select_related("worksheet")
    return rows.order_by("-number")[0]


@pytest.mark.finding("F01")
@pytest.mark.finding("F18")
@pytest.mark.finding("F47")
@pytest.mark.finding("F48")
@pytest.mark.finding("F68")
def test_the_first_week_from_choosing_to_the_next_plan(
    north: Cast, at: Callable[..., Any], sessions: list[Appointment], monkeypatch: pytest.MonkeyPatch
) -> None:
    unit = tasks.build_some_digests
    monkeypatch.setattr(unit, "delay", lambda *ids: unit(*ids))
    theo, ada = north.theo, north.ada
    assert ada.episode is not None
    episode, version = ada.episode.pk, sheet("w04")

    with at(MONDAY, theo) as desk:  # choosing and proposing, in the session
        assert str(version.parsed.title) in desk.read("propose", episode)
        compose = reverse("propose_with", args=[episode, version.worksheet_id])
        assert desk.send(compose).status_code == 422  # the library's own reason
        assert not Assignment.objects.exists()
        assert desk.send(compose, rationale=REASON).status_code == 303
        work = Assignment.objects.get()
        assert (work.state, work.appointment_id) == (Assignment.State.PROPOSED, sessions[0].pk)
        assert work.plans.get().size == Plan.Size.S
        assert "Proposed, waiting for their answer" in desk.read("client_page", episode)

    with at(MONDAY + timedelta(hours=2), ada) as phone:  # shaping it and saying yes
        assert REASON in phone.read("shape", work.pk)
        shape = reverse("shape", args=[work.pk])
        shaped = {"answer": "yes", "place": "at the kitchen table", "useful": "7", "hard": "3", "sure": "6"}
        assert phone.send(shape, **shaped).status_code == 303
        work.refresh_from_db()
        plan = work.plans.agreed().get()
        assert (work.state, plan.codesigned, plan.place) == (Assignment.State.ACTIVE, True, "at the kitchen table")

    with at(MONDAY + DAY, theo) as desk:  # the doubt is seen before the week is over
        assert "not so sure about giving it a go (6 of 10)" in desk.read("therapist_home")

    with at(MONDAY + 2 * DAY, ada) as phone:  # begin, saved on the way, share
        page = phone.client.post(reverse("begin", args=[work.pk]))["Location"]
        entry = Entry.objects.get()
        sent = Page(phone.client.get(page).content.decode()).sent
        typed = {**sent, "first_half": "Walked the dog with my sister", "found_out": "Walking was better than the bed."}
        saved = phone.client.post(
            reverse("entry_save", args=[entry.pk]), typed, headers={"X-Requested-With": "autosave"}
        )
        assert saved.status_code == 200

    with at(MONDAY + 2 * DAY, theo) as desk:  # a draft is nobody's but hers
        assert "Walking was better" not in desk.read("client_page", episode)
        assert "Walking was better" not in desk.read("review", work.pk)

    with at(MONDAY + 2 * DAY + timedelta(minutes=5), ada) as phone:
        assert "Walked the dog with my sister" in phone.client.get(page).content.decode()
        look_back = phone.send(page, share="1")["Location"]
        done = phone.send(look_back, amount="2", engaged="6", learned="7", wish="smaller", obstacles=["tired"])
        assert done.status_code == 303
        entry.refresh_from_db()
        assert entry.state == Entry.State.SHARED

    with at(MONDAY + 3 * DAY, theo) as desk:  # it is new, with her own words first
        home = desk.read("therapist_home")
        assert "Walking was better than the bed." in home
        assert "smaller." in home

    with time_machine.travel(MONDAY + 6 * DAY, tick=False):  # the worker, a day before the session
        assert tasks.build_due_digests() == 1
        assert tasks.build_due_digests() == 0
        assert Digest.objects.get().appointment_id == sessions[1].pk
        message = OutgoingMessage.objects.get(kind=OutgoingMessage.Kind.DIGEST)
        assert message.user == theo.user

    with at(MONDAY + 7 * DAY - timedelta(minutes=30), theo) as desk:  # reading it, on the day
        home = desk.read("therapist_home")
        assert "Walking was better than the bed." in home
        digest = desk.read("digest", sessions[1].pk)
        for said in (
            "Walking was better than the bed.",
            "amount about half, depth 6.5",
            "Met: tired/late",
            "Wants: smaller",
        ):
            assert said in digest

    with at(MONDAY + 7 * DAY, theo) as desk:  # in the session: last time's plan first, then the next
        address = reverse("propose_with", args=[episode, sheet("w05").worksheet_id])
        assert desk.send(address, rationale=REASON).status_code == 409
        review = reverse("review", args=[work.pk])
        decided = desk.send(review, outcome="bigger", message="What was different on Wednesday?", went_well="The walk.")
        assert decided.status_code == 303
        made = Review.objects.get()
        assert (made.appointment_id, made.outcome) == (sessions[1].pk, "bigger")
        following = Page(desk.client.get(decided["Location"]).content.decode()).sent
        assert (following["size"], following["place"]) == (["M"], ["at the kitchen table"])
        assert desk.send(decided["Location"], reason="There is room for a little more.").status_code == 303
        assert [plan.size for plan in work.plans.proposed()] == [Plan.Size.M]
        assert "Nothing new just now" in desk.read("therapist_home")

    with at(MONDAY + 7 * DAY + timedelta(hours=1), ada) as phone:  # what was agreed holds until she says yes
        assert "What was different on Wednesday?" in phone.read("today")
        assert work.plans.agreed().get().size == Plan.Size.S
        assert phone.send(reverse("shape", args=[work.pk]), answer="yes").status_code == 303
        assert work.plans.agreed().get().size == Plan.Size.M
