"""Session mode: a shared entry on one screen. What is added stands beside it, with author and day; the answer stays (F07)."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any
from uuid import uuid4

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone
from django.utils.formats import date_format

from clinic.access import TeamRole
from clinic.models import AuditEvent, OutgoingMessage
from clinic.refusal import ActionRefused
from homework.assignments import additions, left_open
from homework.assignments.actions import sharing, together
from homework.assignments.models import Entry, EntryAddition
from tests.cast import Cast, Person, put_on_team
from tests.homework.assignments.given import agreed, begun, fresh, session, shared
from tests.homework.worksheets.browser import Page

SignIn = Callable[[Person | None], Client]
ANSWERS = {
    "situation": "On the bus",
    "hot_thought": "They all stare.",
    "other_ways": [{"view": "They look at phones."}],
}
HELPFUL = {"other_ways-0-view": "zqhelpfulxv", "belief_after": "40"}


def given(cast: Cast, values: dict[str, Any] | None = None, private: tuple[str, ...] = (), slug: str = "w02") -> Entry:
    """Ada shared one page, keeping some parts to herself."""
    entry = begun(cast, agreed(cast, slug))
    said = ANSWERS if values is None else values
    after = sharing.After(amount=4)
    sharing.share(by=cast.ada.actor, entry=entry, values=said, kept_private=list(private), after=after, key=uuid4())
    return again(entry)


def again(entry: Entry) -> Entry:
    """The entry as a page fetches it."""
    related = ("episode__client", "episode__clinic", "assignment__version__worksheet", "version", "plan")
    found: Entry = Entry.objects.select_related(*related).get(pk=entry.pk)
    return found


def page_of(entry: Entry) -> str:
    return reverse("entry_together", args=[entry.pk])


def main_of(answer: Any) -> str:
    text: str = answer.content.decode()
    return text.split("<main", 1)[1].split("</main>", 1)[0]


@pytest.fixture
def theo(north: Cast, sign_in: SignIn) -> Client:
    return sign_in(north.theo)


# --- adding ----------------------------------------------------------------------------------------------------------


@pytest.mark.finding("F07")
def test_a_more_helpful_response_is_added_together_and_the_answer_stays(north: Cast, theo: Client) -> None:
    entry = given(north)
    held = session(north, timezone.now() - timedelta(minutes=10))
    assert theo.post(page_of(entry), {**HELPFUL, "submission_key": str(uuid4())}).status_code == 303
    rows = {row.key: row for row in EntryAddition.objects.all()}
    assert rows["other_ways"].content == [{"view": "zqhelpfulxv"}]
    assert rows["belief_after"].content == 40
    for row in rows.values():
        assert (row.kind, row.author, row.appointment_id) == ("together", north.theo.membership, held.pk)
    assert again(entry).answers == ANSWERS


@pytest.mark.finding("F07")
def test_whoever_reads_it_reads_who_added_it_and_when(north: Cast, sign_in: SignIn, theo: Client) -> None:
    entry = given(north)
    theo.post(page_of(entry), HELPFUL)
    on = date_format(timezone.localdate(), "j F")
    staff, own = f"Added together on {on} by Theo and Ada", f"Added together on {on} by Theo and you"
    for name, pk in (
        ("review", entry.assignment_id),
        ("assignment", entry.assignment_id),
        ("entry_together", entry.pk),
    ):
        text = main_of(theo.get(reverse(name, args=[pk])))
        assert staff in text, name
        assert "zqhelpfulxv" in text, name
    text = main_of(sign_in(north.ada).get(reverse("entry", args=[entry.pk])))
    assert own in text
    assert "zqhelpfulxv" in text
    assert "What are other ways to see it?" in text


def test_only_what_was_left_is_offered(north: Cast, theo: Client) -> None:
    entry = given(north, private=("emotions",))
    sent = {str(one.get("name")) for one in Page(theo.get(page_of(entry)).content.decode()).inputs}
    assert {"belief_after", "other_ways-0-view", "found_out"} <= sent
    assert not {"situation", "hot_thought", "emotions", "mood_before", "mood_after", "mood"} & sent


@pytest.mark.parametrize("name", ["situation", "hot_thought", "mood_before", "emotions", "nothing_like_it"])
def test_a_part_that_is_not_offered_is_not_read(north: Cast, theo: Client, name: str) -> None:
    entry = given(north, private=("emotions",))
    assert theo.post(page_of(entry), {name: "somebody else’s words"}).status_code == 422
    assert not EntryAddition.objects.exists()
    with pytest.raises(ActionRefused) as refused:
        together.add(by=north.theo.actor, entry=entry, values={name: "words"}, key=uuid4())
    assert (refused.value.status, refused.value.field) == (409, name)


def test_a_question_answered_together_takes_no_second_answer_and_rows_take_more(north: Cast, theo: Client) -> None:
    entry = given(north)
    theo.post(page_of(entry), HELPFUL)
    sent = {str(one.get("name")) for one in Page(theo.get(page_of(entry)).content.decode()).inputs}
    assert "belief_after" not in sent
    theo.post(page_of(entry), {"belief_after": "10", "other_ways-0-view": "One more."})
    assert [row.content for row in EntryAddition.objects.filter(key="belief_after")] == [40]
    assert EntryAddition.objects.filter(key="other_ways").count() == 2


def test_a_double_tap_adds_once(north: Cast, theo: Client) -> None:
    entry = given(north)
    sent = {**HELPFUL, "submission_key": str(uuid4())}
    assert [theo.post(page_of(entry), sent).status_code for _tap in range(3)] == [303, 303, 303]
    assert EntryAddition.objects.count() == 2


def test_what_cannot_be_read_is_shown_with_everything_typed(north: Cast, theo: Client) -> None:
    entry = given(north)
    answer = theo.post(page_of(entry), {**HELPFUL, "belief_after": "forty-ish"})
    assert answer.status_code == 422
    assert "forty-ish" in main_of(answer)
    assert "zqhelpfulxv" in main_of(answer)
    assert not EntryAddition.objects.exists()


def test_nothing_written_adds_nothing_and_one_more_row_can_be_asked_for(north: Cast, theo: Client) -> None:
    entry = given(north)
    assert theo.post(page_of(entry), {}).status_code == 422
    more = theo.post(page_of(entry), {**HELPFUL, "more": "other_ways"})
    assert more.status_code == 200
    assert "zqhelpfulxv" in main_of(more)
    assert not EntryAddition.objects.exists()


def test_a_questionnaire_stays_as_it_was_answered(north: Cast, theo: Client) -> None:
    entry = given(north, {f"q{number}": 1 for number in range(1, 8)}, slug="gad-7")
    assert not left_open.offered(entry, entry.sheet.parsed, ()).keys
    assert "<form" not in main_of(theo.get(page_of(entry)))
    with pytest.raises(ActionRefused):
        together.add(by=north.theo.actor, entry=entry, values={"q1": 3}, key=uuid4())


def test_what_is_not_shared_or_no_longer_is_cannot_be_opened_or_added_to(north: Cast, theo: Client) -> None:
    draft = begun(north, agreed(north), {"situation": "x"})
    assert theo.get(page_of(draft)).status_code == 404
    entry = given(north, slug="w01", values={"situation": "x"})
    sharing.take_back(by=north.ada.actor, entry=entry)
    assert theo.post(page_of(entry), HELPFUL).status_code == 404
    with pytest.raises(ActionRefused):
        together.add(by=north.theo.actor, entry=again(entry), values={"thought": "y"}, key=uuid4())


def test_after_care_has_ended_nothing_is_added(north: Cast, theo: Client) -> None:
    entry = given(north)
    entry.episode.state = entry.episode.State.ENDED
    entry.episode.save()
    with pytest.raises(ActionRefused):
        together.add(by=north.theo.actor, entry=again(entry), values={"belief_after": 40}, key=uuid4())


# --- what is read ------------------------------------------------------------------------------------------------------


def test_additions_are_read_in_order_with_their_question_and_private_parts_stay_private(north: Cast) -> None:
    entry = given(north, private=("emotions",))
    for kind, key, content in (
        ("more", "", {"text": "It was raining."}),
        ("correction", "situation", {"text": "On the tram."}),
        ("more", "emotions", {"text": "zqprivatexv"}),
    ):
        EntryAddition.objects.create(
            clinic=north.north, episode=entry.episode, entry=entry, kind=kind, key=key, content=content,
            author=north.ada.membership,
        )  # fmt: skip
    team, own = additions.of(entry, north.theo.actor), additions.of(entry, north.ada.actor)
    assert [(one.kind, one.author) for one in team] == [("more", "Ada"), ("correction", "Ada"), ("more", "Ada")]
    assert [one.question for one in team] == ["", "What happened?", "What did you feel?"]
    assert [[part.text for row in one.rows for part in row] for one in team] == [
        ["It was raining."],
        ["On the tram."],
        [],
    ]
    assert team[2].private
    assert team[2].content is None
    assert own[2].rows[0][0].text == "zqprivatexv"
    assert own[1].label.startswith("You corrected this on")


# --- who may, and what is kept of it -------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("who", "status"), [("theo", 200), ("kit", 200), ("ada", 404), ("amy", 404), ("cora", 404), ("zoe", 404)]
)
def test_it_is_for_those_whose_it_is_to_review(north: Cast, sign_in: SignIn, who: str, status: int) -> None:
    entry = given(north)
    browser = sign_in(getattr(north, who))
    assert browser.get(page_of(entry)).status_code == status
    assert browser.post(page_of(entry), HELPFUL).status_code == (303 if status == 200 else 404)


def test_a_cover_opens_it_and_a_coach_opens_no_questionnaire(north: Cast, sign_in: SignIn) -> None:
    entry = given(north)
    ends_on = timezone.now().date() + timedelta(days=2)
    put_on_team(entry.episode, north.cora, TeamRole.COVER, ends_on=ends_on)
    assert sign_in(north.cora).get(page_of(entry)).status_code == 200
    measure = given(north, {f"q{number}": 1 for number in range(1, 8)}, slug="gad-7")
    assert sign_in(north.kit).get(page_of(measure)).status_code == 404


def test_reading_and_adding_are_on_the_record_sealed_and_sent_to_nobody(
    north: Cast, theo: Client, mailoutbox: list[Any]
) -> None:
    entry = given(north)
    queued = OutgoingMessage.objects.count()
    theo.get(page_of(entry))
    theo.post(page_of(entry), HELPFUL)
    assert AuditEvent.objects.filter(verb="entry.read_together", is_read=True).count() == 2
    assert AuditEvent.objects.get(verb="entry.added_together").detail == {"questions": 2}
    with connection.cursor() as cursor:
        cursor.execute("SELECT row_to_json(t)::text FROM assignments_entryaddition t")
        assert "zqhelpful" not in str(cursor.fetchall())
    assert (OutgoingMessage.objects.count(), mailoutbox) == (queued, [])


def test_the_pages_about_it_lead_there(north: Cast, theo: Client) -> None:
    entry = given(north)
    for name, pk in (
        ("review", entry.assignment_id),
        ("assignment", entry.assignment_id),
        ("client_page", entry.episode_id),
    ):
        assert page_of(entry) in main_of(theo.get(reverse(name, args=[pk]))), name


def test_additions_cost_one_query_however_many_there_are(north: Cast, theo: Client) -> None:
    work = agreed(north)
    entries = [
        again(shared(north, fresh(work), ANSWERS, on=(timezone.now() - timedelta(days=day)).date()))
        for day in (1, 2, 3)
    ]
    address = reverse("review", args=[work.pk])

    def counted() -> int:
        theo.get(address)
        with CaptureQueriesContext(connection) as queries:
            theo.get(address)
        return len(queries)

    together.add(by=north.theo.actor, entry=entries[0], values={"belief_after": 40}, key=uuid4())
    few = counted()
    for entry in entries:
        for _more in range(3):
            together.add(by=north.theo.actor, entry=entry, values={"other_ways": [{"view": "Again."}]}, key=uuid4())
    assert counted() == few
