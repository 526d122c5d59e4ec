"""Comments beside answers, the client's replies, and quotes (F29, F31, F69)."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any
from uuid import uuid4

import pytest
from django.test import Client
from django.utils import timezone

from clinic import vault
from clinic.models import AuditEvent
from clinic.refusal import ActionRefused
from clinic.scope import acting_in
from homework.assignments.actions import addition, sharing
from homework.assignments.models import Assignment, Entry
from homework.reviews import comments, quoting, replies, wording_tally
from homework.reviews.actions import comment as commenting
from homework.reviews.actions.review import review_work
from homework.reviews.models import Comment, Review
from tests.cast import Cast, Person
from tests.homework.assignments import given
from tests.homework.assignments.pages import page, statements, text, told, url

SignIn = Callable[[Person | None], Client]
FOUND = "It passed. I was glad afterwards."


@pytest.fixture
def ada(north: Cast, sign_in: SignIn) -> Client:
    return sign_in(north.ada)


@pytest.fixture
def theo(north: Cast, sign_in: SignIn) -> Client:
    return sign_in(north.theo)


@pytest.fixture
def work(north: Cast) -> Assignment:
    return given.agreed(north)


@pytest.fixture
def entry(north: Cast, work: Assignment) -> Entry:
    return given.shared(north, work, {"hot_thought": "Nobody wants me there.", "found_out": FOUND})


def say(cast: Cast, entry: Entry, words: str = "What was that like?", key: str = "found_out", **more: Any) -> Comment:
    return commenting.say(by=cast.theo.actor, entry=entry, text=words, key=key, **more)


def comment_page(entry: Entry, key: str = "found_out") -> str:
    return f"{url('entry_comment', entry.pk)}?key={key}"


# --- on one answer ---------------------------------------------------------------------------------------------------


def test_a_comment_stands_under_its_very_answer_for_both_and_is_sent_once(
    north: Cast, entry: Entry, ada: Client, theo: Client
) -> None:
    assert "Say something about this" in page(theo, "review", entry.assignment_id)
    data = {"text": "What was the first sign?", "submission_key": str(uuid4())}
    thought = comment_page(entry, "hot_thought")
    assert "What was the first sign?" in told(theo, theo.post(thought, data))
    assert theo.post(thought, data).status_code == 303
    assert Comment.objects.count() == 1
    raw = ada.get(url("entry", entry.pk)).content.decode()
    assert (
        raw.index("Nobody wants me there.") < raw.index("What was the first sign?") < raw.index("It passed. I was glad")
    )
    for name in ("review", "assignment"):
        assert "What was the first sign?" in page(theo, name, entry.assignment_id)


def test_nothing_can_be_said_about_what_is_kept_private_or_is_not_there(
    north: Cast, work: Assignment, theo: Client
) -> None:
    begun = given.begun(north, work)
    entry = sharing.share(
        by=north.ada.actor, entry=begun, values={"hot_thought": "secret", "found_out": FOUND},
        kept_private=["hot_thought"], after=sharing.After(), key=uuid4(),
    )  # fmt: skip
    for key in ("hot_thought", "no_such_question"):
        with pytest.raises(ActionRefused) as no:
            say(north, entry, key=key)
        assert no.value.status == 422
    shown = page(theo, "review", work.pk)
    assert "secret" not in shown
    assert f"{url('entry_comment', entry.pk)}?key=hot_thought" not in theo.get(url("review", work.pk)).content.decode()


def test_an_empty_comment_keeps_what_is_ticked_and_sends_nothing(entry: Entry, theo: Client) -> None:
    answer = theo.post(comment_page(entry), {"text": " ", "quotes": [f"{entry.pk}:found_out:0"]})
    assert answer.status_code == 422
    assert f'value="{entry.pk}:found_out:0" checked' in answer.content.decode()
    assert not Comment.objects.exists()


def test_what_is_taken_back_hides_its_comments_from_everybody(
    north: Cast, entry: Entry, ada: Client, theo: Client
) -> None:
    row = say(north, entry)
    sharing.take_back(by=north.ada.actor, entry=entry)
    assert "What was that like?" not in page(ada, "entry", entry.pk)
    assert "What was that like?" not in page(ada, "today")
    assert "What was that like?" not in page(theo, "review", entry.assignment_id)
    assert ada.post(url("comment_reply", row.pk), {"text": "late"}).status_code == 404
    assert theo.get(comment_page(entry)).status_code == 404


@pytest.mark.parametrize("who", ["kit", "theo"])
def test_a_coach_comments_on_practice_only(north: Cast, entry: Entry, sign_in: SignIn, who: str) -> None:
    measure = given.agreed(north, "gad-7")
    scored = given.shared(north, measure, {key: 1 for key in measure.version.parsed.by_key})
    browser = sign_in(getattr(north, who))
    assert browser.get(comment_page(entry)).status_code == 200
    assert browser.get(comment_page(scored, "")).status_code == (404 if who == "kit" else 200)


def test_nobody_else_can_comment_or_read_it(north: Cast, entry: Entry, sign_in: SignIn) -> None:
    row = say(north, entry)
    for person in (north.cora, north.amy, north.ben):
        assert sign_in(person).get(comment_page(entry)).status_code == 404
        assert sign_in(person).post(url("comment_reply", row.pk), {"text": "x"}).status_code == 404
    assert sign_in(north.ada).get(comment_page(entry)).status_code == 404


# --- the client reads and replies ------------------------------------------------------------------------------------


@pytest.mark.finding("F69")
def test_without_a_conclusion_of_their_own_it_is_folded_and_opens_with_one(
    north: Cast, work: Assignment, ada: Client
) -> None:
    entry = given.shared(north, work, {"hot_thought": "x"})
    row = say(north, entry, key="hot_thought")
    for name, args in (("entry", [entry.pk]), ("today", [])):
        raw = ada.get(url(name, *args)).content.decode()
        assert raw.index("Your own words first (optional)") < raw.index("What was that like?")
    addition.add(
        by=north.ada.actor, entry=entry, kind="more", words="It passes.", key="found_out", submission_key=uuid4()
    )
    for name, args in (("entry", [entry.pk]), ("today", [])):
        shown = page(ada, name, *args)
        assert "What was that like?" in shown
        assert "Your own words first" not in shown
    assert Comment.objects.get(pk=row.pk).seen_at is None


def test_the_client_replies_more_than_once_and_both_see_what_was_read(
    north: Cast, entry: Entry, ada: Client, theo: Client
) -> None:
    row = say(north, entry)
    assert "They have not read it yet." in text(theo.get(comment_page(entry)))
    assert "What was that like?" in page(ada, "today")
    data = {"text": "Strange, and good.", "submission_key": str(uuid4())}
    shown = told(ada, ada.post(url("comment_reply", row.pk), data))
    assert "Strange, and good." in shown
    assert "Sent, not read yet." in shown
    assert ada.post(url("comment_reply", row.pk), data).status_code == 303
    ada.post(url("comment_reply", row.pk), {"text": "One more thing.", "submission_key": str(uuid4())})
    assert Comment.objects.filter(answers=row).count() == 2
    assert "What was that like?" not in page(ada, "today")  # replying says that it was read
    assert "Strange, and good." in page(theo, "review", entry.assignment_id)
    assert "Sent, not read yet." not in page(ada, "entry", entry.pk)
    shown = text(theo.get(comment_page(entry)))
    assert "Read on" in shown


def test_a_reply_goes_to_a_comment_and_nowhere_else(north: Cast, entry: Entry, ada: Client) -> None:
    row = say(north, entry)
    back = commenting.reply(by=north.ada.actor, comment=row, text="Yes.")
    with pytest.raises(ActionRefused):
        commenting.reply(by=north.ada.actor, comment=back, text="And no.")
    answer = ada.post(url("comment_reply", row.pk), {"text": " "})
    assert answer.status_code == 422
    assert "Write a word or a line first." in text(answer)


def test_marking_it_as_read_clears_today_and_tells_the_therapist(
    north: Cast, entry: Entry, ada: Client, theo: Client
) -> None:
    row = say(north, entry)
    told(ada, ada.post(url("comment_seen", row.pk), {"from": "today"}))
    assert "What was that like?" not in page(ada, "today")
    assert "Read on" in text(theo.get(comment_page(entry)))
    assert AuditEvent.objects.filter(verb="comment.seen").count() == 1


def test_unread_replies_wait_for_the_care_team_until_somebody_looks(north: Cast, entry: Entry, theo: Client) -> None:
    row = say(north, entry)
    assert comments.unread_replies(north.theo.actor) == []
    commenting.reply(by=north.ada.actor, comment=row, text="Yes.")
    waiting = comments.unread_replies(north.theo.actor)
    assert [(one.comment, one.client) for one in waiting] == [(row.pk, north.ada.membership.label)]
    assert comments.unread_replies(north.cora.actor) == []
    assert comments.unread_replies(north.sol.actor) == []  # reads with a reason, and does not write back
    assert "Yes." in text(theo.get(waiting[0].href.partition("#")[0]))
    assert comments.unread_replies(north.theo.actor) == []


def test_pages_ask_as_often_for_many_comments_as_for_one(north: Cast, entry: Entry, ada: Client, theo: Client) -> None:
    paths = [(theo, url("review", entry.assignment_id)), (ada, url("entry", entry.pk)), (ada, url("today"))]
    say(north, entry)
    for browser, path in paths:
        browser.get(path)
    one = [statements(browser, "get", path) for browser, path in paths]
    for number in range(5):
        say(north, entry, f"And {number}?", key="hot_thought")
    assert [statements(browser, "get", path) for browser, path in paths] == one


# --- quotes ----------------------------------------------------------------------------------------------------------


@pytest.mark.finding("F31")
def test_a_ticked_sentence_goes_along_as_a_quote_that_links_to_its_entry(
    north: Cast, entry: Entry, ada: Client, theo: Client
) -> None:
    first = quoting.lines(entry, "found_out")[0]
    assert first.text == "It passed."
    theo.post(
        url("review", entry.assignment_id),
        {
            "outcome": "keep",
            "message": "You saw it end. What helped?",
            "quotes": [first.value, f"{entry.pk}:found_out:99"],
        },
    )
    review = Review.objects.get()
    review.episode = entry.episode
    assert [one["text"] for one in review.quotes] == ["It passed."]
    raw = ada.get(url("today")).content.decode()
    assert "<q>It passed.</q>" in raw
    assert f'href="{url("entry", entry.pk)}#a-found_out"' in raw
    raw = theo.get(url("reviewed", review.pk)).content.decode()
    assert f'href="{url("assignment", entry.assignment_id)}#e-{entry.pk}"' in raw
    assert "<q>It passed.</q>" in theo.get(url("client_page", entry.episode_id)).content.decode()


@pytest.mark.finding("F31")
def test_only_the_clients_own_words_can_be_quoted(north: Cast, entry: Entry, work: Assignment) -> None:
    kept = say(north, entry, quotes=[{"entry": entry.pk, "text": "I was glad"}])
    assert [one["text"] for one in kept.quotes] == ["I was glad"]
    for wrong in (
        {"entry": entry.pk, "text": "I never said this"},
        {"entry": uuid4(), "text": "It passed."},
        {"entry": "", "text": ""},
    ):
        with pytest.raises(ActionRefused):
            say(north, entry, "Hm?", quotes=[wrong])
    secret = sharing.share(
        by=north.ada.actor, entry=given.begun(north, work), values={"found_out": "Only for me."},
        kept_private=["found_out"], after=sharing.After(), key=uuid4(),
    )  # fmt: skip
    assert quoting.lines(secret) == []
    with pytest.raises(ActionRefused):
        say(north, secret, "Hm?", key="", quotes=[{"entry": secret.pk, "text": "Only for me."}])


@pytest.mark.finding("F31")
def test_a_quote_of_what_is_taken_back_is_gone_for_the_care_team(north: Cast, entry: Entry, theo: Client) -> None:
    line = quoting.lines(entry, "found_out")[0]
    review = review_work(
        by=north.theo.actor, assignment=entry.assignment, outcome="keep", message="So it ends.", quotes=[line.value]
    )
    assert "It passed." in page(theo, "reviewed", review.pk)
    sharing.take_back(by=north.ada.actor, entry=entry)
    assert "It passed." not in page(theo, "reviewed", review.pk)
    assert "It passed." not in page(theo, "client_page", entry.episode_id)


# --- wording, privately ----------------------------------------------------------------------------------------------


@pytest.mark.finding("F29")
def test_nothing_is_blocked_and_the_author_alone_reads_what_was_counted(
    north: Cast, entry: Entry, ada: Client, theo: Client, sign_in: SignIn
) -> None:
    shown = told(
        theo,
        theo.post(
            url("review", entry.assignment_id), {"outcome": "keep", "message": "You should rest. What helps? How?"}
        ),
    )
    assert "2 questions, 1 piece of advice" in shown
    review = Review.objects.get()
    assert (review.asks, review.advises) == (2, 1)
    assert "piece of advice" not in page(sign_in(north.kit), "reviewed", review.pk)
    say(north, entry, "You must stop.")
    assert "0 questions, 1 piece of advice" in text(theo.get(comment_page(entry)))
    assert "piece of advice" not in text(sign_in(north.kit).get(comment_page(entry)))
    assert "piece of advice" not in page(ada, "entry", entry.pk)
    for name, args in (("review", [entry.assignment_id]), ("entry_comment", [entry.pk])):
        raw = theo.get(url(name, *args)).content.decode()
        assert '<script id="wording" type="application/json">' in raw
        assert "data-wording" in raw


@pytest.mark.finding("F29")
def test_the_tally_holds_ones_own_rows_by_month(north: Cast, entry: Entry) -> None:
    say(north, entry, "You should rest. What helps?")
    review_work(by=north.theo.actor, assignment=entry.assignment, outcome="keep", message="How was it?")
    months = wording_tally.of(north.theo.actor)
    assert [(one.texts, one.asks, one.advises) for one in months] == [(2, 2, 1)]
    assert wording_tally.of(north.kit.actor) == []
    Comment.objects.update(created_at=timezone.now() - timedelta(days=70))
    assert [one.texts for one in wording_tally.of(north.theo.actor)] == [1, 1]


def test_after_care_has_ended_nothing_more_is_said(north: Cast, entry: Entry) -> None:
    row = say(north, entry)
    entry.episode.ended_on = timezone.now().date()
    entry.episode.state = "ended"
    entry.episode.save()
    for act in (
        lambda: say(north, entry, "More?"),
        lambda: commenting.reply(by=north.ada.actor, comment=row, text="Yes"),
    ):
        with pytest.raises(ActionRefused) as no:
            act()
        assert no.value.status == 409


def test_says_own_words_is_one_rule(north: Cast, entry: Entry) -> None:
    with acting_in(north.north.pk), vault.session():
        vault.open_contents([north.ada.membership.pk])
        assert replies.is_said(entry, entry.sheet)
