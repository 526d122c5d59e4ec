"""Questions and wins through the API: the client asks and writes, the care team answers and says it saw."""

from uuid import uuid4

import pytest

from clinic.models import Episode
from clinic.scope import acting_in
from homework.reviews.models import ClientQuestion, Win
from tests.access.world import Belongings
from tests.api.conftest import Api
from tests.cast import Cast


@pytest.mark.finding("F44")
def test_a_question_is_asked_answered_and_closed(api: Api, cast: Cast, ada: Belongings) -> None:
    client, therapist = api(cast.ada), api(cast.theo)
    body = {"assignment": ada.active, "kind": "too_hard", "chips": ["unclear"], "text": "Too many lines."}
    body["submission_key"] = uuid4()
    made = client.post("api_questions", body=body)
    assert (made.status, made.body["state"], made.body["chips"]) == (201, "open", ["unclear"])
    assert client.post("api_questions", body=body).body["id"] == made.body["id"]
    pk = made.body["id"]
    assert therapist.post("api_question_answer", pk, {"outcome": "explained"}).status == 422
    kept = therapist.post("api_question_answer", pk, {"outcome": "not_yet", "answer": "Ask her."})
    assert (kept.status, kept.body["state"]) == (200, "open")
    assert client.get("api_question", pk).body["answer"] == ""
    done = therapist.post("api_question_answer", pk, {"outcome": "changed", "answer": "Two lines then."})
    assert (done.body["state"], done.body["outcome"]) == ("answered", "changed")
    assert client.get("api_question", pk).body["answer"] == "Two lines then."
    assert client.post("api_question_close", pk).body["state"] == "closed"
    assert pk in [row["id"] for row in client.get("api_questions", query="?state=closed").body["results"]]


@pytest.mark.finding("F46")
def test_a_wish_carries_a_draft_and_needs_no_plan(api: Api, cast: Cast, ada: Belongings) -> None:
    body = {"episode": ada.episode, "kind": "request", "idea": {"what": "Sleep", "place": "in bed"}}
    made = api(cast.ada).post("api_questions", body=body)
    assert made.status == 201
    assert made.body["idea"] == {"what": "Sleep", "why": "", "first_step": "", "anchor": "", "place": "in bed"}
    assert made.body["assignment"] is None


@pytest.mark.finding("F43")
def test_a_win_is_noted_and_somebody_says_they_saw_it(api: Api, cast: Cast, ada: Belongings) -> None:
    body = {"episode": ada.episode, "text": "I rang my sister.", "submission_key": uuid4()}
    made = api(cast.ada).post("api_wins", body=body)
    assert (made.status, made.body["seen_at"]) == (201, None)
    assert api(cast.ada).post("api_wins", body=body).body["id"] == made.body["id"]
    seen = api(cast.theo).post("api_win_seen", made.body["id"])
    assert seen.body["seen_at"]
    assert seen.body["text"] == "I rang my sister."


def test_lists_hold_no_words(api: Api, cast: Cast, ada: Belongings) -> None:
    for name, words in (("api_questions", "question"), ("api_wins", "win")):
        found = api(cast.theo).get(name)
        assert found.body["results"]
        assert f"zqada{words}xv" not in found.words


def test_a_question_belongs_somewhere_and_other_fields_are_refused(api: Api, cast: Cast, ada: Belongings) -> None:
    caller = api(cast.ada)
    assert caller.post("api_questions", body={"kind": "how"}).status == 400
    assert caller.post("api_questions", body={"episode": ada.episode, "text": "x", "state": "closed"}).status == 400
    assert caller.post("api_questions", body={"episode": ada.episode, "chips": ["alone"]}).status == 400
    assert caller.post("api_questions", body={"episode": ada.episode}).status == 422


def test_nobody_asks_for_somebody_else(api: Api, cast: Cast, ada: Belongings) -> None:
    body = {"episode": ada.episode, "kind": "how", "text": "For her?"}
    assert api(cast.ben).post("api_questions", body=body).status == 404
    assert api(cast.theo).post("api_questions", body=body).status == 403
    assert api(cast.theo).post("api_wins", body={"episode": ada.episode, "text": "Hers."}).status == 403
    assert api(cast.ada).post("api_question_answer", ada.ids["question"], {"outcome": "talked"}).status == 403


def test_after_care_has_ended_nothing_is_sent(api: Api, cast: Cast, ada: Belongings) -> None:
    caller = api(cast.ada)
    with acting_in(cast.north.pk):
        assert Episode.objects.filter(pk=ada.episode).update(state="ended") == 1
        before = (ClientQuestion.objects.count(), Win.objects.count())
    assert caller.post("api_questions", body={"episode": ada.episode, "kind": "how"}).status == 409
    assert caller.post("api_wins", body={"episode": ada.episode, "text": "Still."}).status == 409
    with acting_in(cast.north.pk):
        assert (ClientQuestion.objects.count(), Win.objects.count()) == before
