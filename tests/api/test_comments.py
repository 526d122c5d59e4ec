"""Comments through the API: said beside an answer, read and answered by the client; private notes are not there (F31)."""

from uuid import uuid4

import pytest

from tests.access.world import Belongings
from tests.api.conftest import Api
from tests.cast import Cast


@pytest.mark.finding("F31")
def test_a_comment_is_written_read_and_answered_once_each(api: Api, cast: Cast, ada: Belongings) -> None:
    client, therapist = api(cast.ada), api(cast.theo)
    body = {"entry": ada.shared, "key": "found_out", "text": "What helped?", "submission_key": uuid4()}
    body["quotes"] = [{"entry": ada.shared, "text": "zqadafoundxv"}]
    made = therapist.post("api_comments", body=body)
    assert (made.status, made.body["key"], made.body["answers"]) == (201, "found_out", None)
    assert [one["text"] for one in made.body["quotes"]] == ["zqadafoundxv"]
    pk = made.body["id"]
    assert therapist.post("api_comments", body=body).body["id"] == pk
    assert therapist.post("api_comments", body=body | {"text": "Else?"}).status == 422
    wrong = {**body, "submission_key": uuid4(), "quotes": [{"entry": ada.shared, "text": "never written"}]}
    assert therapist.post("api_comments", body=wrong).body["field"] == "quotes"
    assert client.get("api_comment", pk).body["text"] == "What helped?"
    assert client.post("api_comment_seen", pk).body["seen_at"]
    reply = {"text": "The air.", "submission_key": uuid4()}
    back = client.post("api_comment_reply", pk, reply)
    assert (back.status, back.body["answers"], back.body["seen_at"]) == (201, pk, None)
    assert client.post("api_comment_reply", pk, reply).body["id"] == back.body["id"]
    assert therapist.post("api_comment_reply", pk, reply).status == 403
    assert client.post("api_comments", body=body).status == 403
    rows = therapist.get("api_comments", query=f"?entry={ada.shared}")
    assert {pk, back.body["id"]} <= {row["id"] for row in rows.body["results"]}
    assert "What helped?" not in rows.words


def test_strangers_find_no_comment_and_nobody_finds_a_private_note(api: Api, cast: Cast, ada: Belongings) -> None:
    for person in (cast.ben, cast.cora, cast.zoe):
        assert api(person).get("api_comment", ada.ids["comment"]).status == 404
    assert api(cast.theo).get("api_comment", ada.ids["process_note"]).status == 404
