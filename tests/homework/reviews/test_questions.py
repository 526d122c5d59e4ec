"""The client speaks up and somebody answers: why, tell, wishes, stems, the life cycle, practical help (1K)."""

from collections.abc import Callable
from datetime import timedelta
from html import unescape
from typing import Any
from uuid import uuid4

import pytest
from django.db import IntegrityError, transaction
from django.test import Client
from django.utils import timezone

from clinic.models import Appointment, AuditEvent, Episode
from clinic.refusal import ActionRefused
from homework.assignments.models import Assignment, Obstacle, Plan
from homework.reviews import questions, replying
from homework.reviews.actions import question as speaking
from homework.reviews.digest import build as digests
from homework.reviews.digest import gather, stems
from homework.reviews.digest.input import digest_input
from homework.reviews.models import ClientQuestion
from tests.cast import Cast, Person
from tests.homework.assignments import given
from tests.homework.assignments.pages import page, text, told, url

SignIn = Callable[[Person | None], Client]
State = ClientQuestion.State


@pytest.fixture
def ada(north: Cast, sign_in: SignIn) -> Client:
    return sign_in(north.ada)


@pytest.fixture
def theo(north: Cast, sign_in: SignIn) -> Client:
    return sign_in(north.theo)


def ask(cast: Cast, work: Assignment | None = None, **said: Any) -> ClientQuestion:
    """Ada asks something."""
    assert cast.ada.episode is not None
    said = {"kind": "advice", "text": "What do I do about my sister?"} | said
    episode = work.episode if work is not None else cast.ada.episode
    return speaking.ask(by=cast.ada.actor, episode=episode, assignment=work, said=speaking.Said(**said))


def digest_of(coming: Appointment) -> digests.Digest:
    now = timezone.now()
    return digests.build(digest_input(gather.intervals(gather.appointments([coming.pk], now), now)[0]))


def section(coming: Appointment, key: str) -> list[str]:
    part = digest_of(coming).section(key)
    return [line.text for line in (*part.lines, *part.folded)]


# --- why (F02) -------------------------------------------------------------------------------------------------------


@pytest.mark.finding("F02")
@pytest.mark.parametrize("state", ["active", "paused"])
def test_why_is_a_permanent_link_on_the_task_and_shows_the_reason(north: Cast, ada: Client, state: str) -> None:
    work = given.agreed(north)
    if state == "paused":
        ada.post(url("work_pause", work.pk))
    raw = ada.get(url("task", work.pk)).content.decode()
    fold = unescape(raw.split('id="why-me"', 1)[1].split("</details>", 1)[0])
    assert "Why am I doing this?" in fold
    assert given.WHY in fold
    assert url("ask_why", work.pk) in fold
    assert url("tell_about", work.pk) in raw


@pytest.mark.finding("F02")
def test_why_is_one_tap_from_the_page_one_writes_on(north: Cast, ada: Client) -> None:
    entry = given.begun(north, given.agreed(north))
    raw = ada.get(url("entry", entry.pk)).content.decode()
    assert f"{url('task', entry.assignment_id)}#why-me" in raw
    assert url("tell_about", entry.assignment_id) in raw


@pytest.mark.finding("F02")
def test_two_taps_on_why_are_one_open_question_in_the_digest_until_it_is_closed(north: Cast, ada: Client) -> None:
    work, coming = given.agreed(north), given.session(north)
    for _tap in range(2):
        says = told(ada, ada.post(url("ask_why", work.pk)))
    assert "would like to talk about why" in says
    row = ClientQuestion.objects.get()
    assert (row.kind, row.state, row.assignment_id) == ("why", "open", work.pk)
    assert "Would like to talk about why (asked today)" in section(coming, "asked")
    speaking.answer(by=north.theo.actor, question=row, outcome="talked")
    assert "Would like to talk about why (talked about)" in section(coming, "asked")
    ada.post(url("asked_close", row.pk))
    assert section(coming, "asked") == ["none"]


@pytest.mark.finding("F02")
def test_the_database_keeps_one_open_why_for_one_piece_of_work(north: Cast) -> None:
    work = given.agreed(north)
    first = speaking.ask_why(by=north.ada.actor, assignment=work)
    with pytest.raises(IntegrityError), transaction.atomic():
        ClientQuestion(
            clinic=north.north, episode=work.episode, assignment=work, kind="why", asked_at=timezone.now(), idea={}
        ).save(force_insert=True)
    speaking.answer(by=north.theo.actor, question=first, outcome="explained", text="It checks your own idea.")
    assert speaking.ask_why(by=north.ada.actor, assignment=work).pk != first.pk


@pytest.mark.finding("F02")
def test_words_about_why_join_the_open_question(north: Cast) -> None:
    work = given.agreed(north)
    first = speaking.ask_why(by=north.ada.actor, assignment=work)
    ask(north, work, kind="why", text="It feels like school.", chips=["irrelevant"])
    row = ClientQuestion.objects.get(pk=first.pk)
    row.episode = work.episode
    assert (row.text, row.chips) == ("It feels like school.", ["irrelevant"])


@pytest.mark.finding("F02")
def test_why_needs_an_answer_in_writing_or_a_word_in_the_session(north: Cast, theo: Client) -> None:
    row = speaking.ask_why(by=north.ada.actor, assignment=given.agreed(north))
    for outcome in ("explained", "changed"):
        answer = theo.post(url("question", row.pk), {"outcome": outcome, "answer": "  "})
        assert answer.status_code == 422
        assert "Write a line, or say that you talked about it." in text(answer)
    assert theo.post(url("question", row.pk), {"answer": "Because it is yours."}).status_code == 422
    assert ClientQuestion.objects.get().state == "open"
    told(theo, theo.post(url("question", row.pk), {"outcome": "talked"}))
    assert ClientQuestion.objects.get().state == "talked"


# --- tell my therapist (F44) -----------------------------------------------------------------------------------------


@pytest.mark.finding("F44")
def test_what_a_client_tells_lives_from_asking_to_their_own_closing(north: Cast, ada: Client, theo: Client) -> None:
    work, coming = given.agreed(north), given.session(north)
    form = page(ada, "tell_about", work.pk)
    assert "This changes the plan, not what your therapist thinks of you." in form
    assert "Who can read it" in form
    assert "not straight away" in form
    sent = {
        "kind": "too_hard",
        "chips": ["too_hard", "values"],
        "text": "Four lines are a lot.",
        "submission_key": uuid4(),
    }
    listed = told(ada, ada.post(url("tell_about", work.pk), sent))
    assert "Waiting" in listed
    assert "Four lines are a lot." in listed
    row = ClientQuestion.objects.get()
    assert "“Four lines are a lot.” (asked today, too hard, against their values)" in section(coming, "asked")

    assert "Needs a reply" in page(theo, "therapist_home")
    later = told(theo, theo.post(url("question", row.pk), {"outcome": "not_yet", "answer": "Ask about mornings."}))
    assert "It stays open. Nothing was sent" in later
    assert "Ask about mornings." not in page(ada, "asked")
    assert "will come back to it with you" in page(ada, "asked")
    assert any(line.startswith("Reply owed") for line in section(coming, "open"))
    assert ada.post(url("asked_close", row.pk)).status_code == 409

    told(theo, theo.post(url("question", row.pk), {"outcome": "changed", "answer": "One line is plenty."}))
    assert ClientQuestion.objects.get().state == "answered"
    assert "Ask about mornings." not in page(theo, "therapist_home")
    assert url("question", row.pk) not in theo.get(url("therapist_home")).content.decode()
    assert "One line is plenty." in page(ada, "today")
    assert "Answered" in page(ada, "asked")
    again = theo.post(url("question", row.pk), {"outcome": "explained", "answer": "Something else."})
    assert again.status_code == 409

    told(ada, ada.post(url("asked_close", row.pk), {"from": "today"}))
    assert ClientQuestion.objects.get().state == "closed"
    assert "One line is plenty." not in page(ada, "today")
    assert "One line is plenty." in page(ada, "asked")
    verbs = list(
        AuditEvent.objects.filter(object_id=row.pk, is_read=False).order_by("at").values_list("verb", flat=True)
    )
    assert verbs == ["question.asked", "question.answered", "question.answered", "question.closed"]


@pytest.mark.finding("F44")
def test_sent_twice_is_kept_once_and_other_words_are_not_put_over_it(north: Cast, ada: Client) -> None:
    sent = {"kind": "how", "text": "How long is long enough?", "submission_key": str(uuid4())}
    for _tap in range(2):
        assert ada.post(url("tell"), sent).status_code == 303
    assert ClientQuestion.objects.count() == 1
    other = ada.post(url("tell"), sent | {"text": "And where?"})
    assert other.status_code == 422
    assert "And where?" in unescape(other.content.decode())


@pytest.mark.finding("F44")
def test_nothing_said_is_asked_for_again_and_a_chip_is_enough(north: Cast, ada: Client) -> None:
    assert ada.post(url("tell"), {"text": " "}).status_code == 422
    told(ada, ada.post(url("tell"), {"chips": ["helped"]}))
    assert ClientQuestion.objects.get().kind == "tell"


@pytest.mark.finding("F44")
def test_not_safe_at_home_shows_help_and_is_never_met_with_motivation(north: Cast, ada: Client, theo: Client) -> None:
    work, coming = given.agreed(north), given.session(north)
    listed = ada.post(url("tell_about", work.pk), {"chips": ["unsafe"]}, follow=True)
    main = listed.content.decode().split("<main", 1)[1].split("</main>", 1)[0].split("<footer", 1)[0]
    assert url("help_now") in main
    assert "not about trying harder" in text(listed)
    assert "Said: not safe at home (asked today)" in section(coming, "asked")
    shown = page(theo, "question", ClientQuestion.objects.get().pk)
    assert "Practical help comes first" in shown
    assert "Talk alone first" in shown


@pytest.mark.finding("F44")
def test_after_care_has_ended_nothing_can_be_sent_and_everything_can_be_read(north: Cast, ada: Client) -> None:
    work = given.agreed(north)
    row = ask(north, work)
    speaking.answer(by=north.theo.actor, question=row, outcome="explained", text="Think of June.")
    Episode.objects.filter(pk=work.episode_id).update(state=Episode.State.ENDED, ended_on=timezone.now().date())
    for name, args in (("tell", []), ("tell_about", [work.pk]), ("wish", [])):
        assert ada.post(url(name, *args), {"kind": "how", "text": "Still there?"}).status_code == 409
    assert ada.post(url("ask_why", work.pk)).status_code == 409
    assert ClientQuestion.objects.count() == 1
    assert "Think of June." in page(ada, "asked")
    assert url("ask_why", work.pk) not in ada.get(url("task", work.pk)).content.decode()


def test_a_supervisor_reads_with_a_reason_and_does_not_answer(north: Cast, sign_in: SignIn) -> None:
    row = ask(north)
    assert sign_in(north.sol).get(url("question", row.pk)).status_code == 403


def test_a_coach_answers_what_is_not_about_a_measure(north: Cast, sign_in: SignIn) -> None:
    kit = sign_in(north.kit)
    assert kit.get(url("question", ask(north, given.agreed(north)).pk)).status_code == 200
    measure = given.agreed(north, "gad-7")
    assert kit.get(url("question", ask(north, measure).pk)).status_code == 404


def test_words_and_answers_are_sealed_where_they_are_kept(north: Cast) -> None:
    from django.db import connection

    row = ask(north, text="zqsealedask", idea={"what": "zqsealedidea"})
    speaking.answer(by=north.theo.actor, question=row, outcome="explained", text="zqsealedanswer")
    with connection.cursor() as cursor:
        cursor.execute("SELECT text, idea, answer FROM reviews_clientquestion WHERE id = %s", [row.pk])
        kept = [bytes(value) for value in cursor.fetchone()]
        cursor.execute("SELECT detail::text FROM clinic_auditevent")
        noted = " ".join(found[0] for found in cursor.fetchall())
    assert all(b"zqsealed" not in value for value in kept)
    assert "zqsealed" not in noted


def test_the_page_of_questions_asks_the_database_as_often_for_many_as_for_one(north: Cast, ada: Client) -> None:
    from tests.homework.assignments.pages import statements

    work = given.agreed(north)
    ask(north, work)
    page(ada, "asked")
    few = statements(ada, "get", url("asked"))
    for number in range(5):
        ask(north, work, text=f"And {number}?")
    assert statements(ada, "get", url("asked")) == few


# --- stems (F30) -----------------------------------------------------------------------------------------------------


@pytest.mark.finding("F30")
def test_the_kind_of_question_chooses_what_the_reply_box_offers(north: Cast, theo: Client) -> None:
    row = ask(north, kind="advice")
    shown = page(theo, "question", row.pk)
    assert "When has something like this come up before?" in shown
    assert "Share a general thought" in shown
    assert "Keep for the session" in shown
    other = page(theo, "question", ask(north, kind="too_hard", text="Too much.").pk)
    assert "Which part was the heaviest?" in other
    assert "When has something like this come up before?" not in other
    assert "Share a general thought" not in other
    assert replying.stems_for("advice").questions[0] == "When has something like this come up before?"
    assert {stems.KINDS.get(kind) for kind in ("why", "too_hard", "advice")} >= {stems.Pattern.ASKED_ADVICE}


@pytest.mark.finding("F30")
def test_keeping_it_for_the_session_sends_nothing(north: Cast, ada: Client, theo: Client) -> None:
    row = ask(north)
    theo.post(url("question", row.pk), {"answer": "Ask what June was like.", "outcome": ["talked", "not_yet"]})
    kept = ClientQuestion.objects.get()
    kept.episode = row.episode
    assert (kept.state, kept.outcome, kept.answer) == ("open", "not_yet", "Ask what June was like.")
    assert "June" not in page(ada, "today") + page(ada, "asked")
    assert "Ask what June was like." in page(theo, "question", row.pk)


# --- a wish for something to work on (F46) ---------------------------------------------------------------------------


@pytest.mark.finding("F46")
def test_a_wish_can_be_said_when_nothing_is_planned(north: Cast, ada: Client) -> None:
    assert not Plan.objects.exists()
    for name in ("today", "work"):
        assert url("wish") in ada.get(url(name)).content.decode()
    told(ada, ada.post(url("wish"), {"text": ""}))
    assert ClientQuestion.objects.get().kind == "request"


@pytest.mark.finding("F46")
def test_a_client_drafts_a_plan_and_the_therapist_begins_from_their_words(
    north: Cast, ada: Client, theo: Client
) -> None:
    draft = {
        "text": "I want to sleep better.",
        "what": "Write down what keeps me awake",
        "why": "I lie there and turn things over, and in the morning they are small.",
        "first_step": "Put a pen on the pillow.",
        "anchor": "after brushing my teeth",
        "place": "in bed",
    }
    ada.post(url("wish"), draft | {"submission_key": str(uuid4())})
    row, coming = ClientQuestion.objects.get(), given.session(north)
    assert "“I want to sleep better.” (asked today)" in section(coming, "asked")
    assert f"{url('propose', row.episode_id)}?request={row.pk}" in theo.get(url("question", row.pk)).content.decode()
    sheet = given.version("w02")
    choose = theo.get(url("propose", row.episode_id), {"request": row.pk}).content.decode()
    assert f"{url('propose_with', row.episode_id, sheet.worksheet_id)}?request={row.pk}" in choose
    address = f"{url('propose_with', row.episode_id, sheet.worksheet_id)}?request={row.pk}"
    filled = unescape(theo.get(address).content.decode())
    for words in draft.values():
        assert words in filled
    sent = {name: draft[name] for name in ("first_step", "anchor", "place")} | {
        "rationale": draft["why"],
        "counts_as_some": "One word.",
        "counts_as_all": "Four evenings.",
        "size": "S",
        "frequency": "daily",
    }
    assert theo.post(address, sent).status_code == 303
    made = Assignment.objects.get()
    plan = made.plans.get()
    plan.episode = row.episode
    assert (plan.rationale, plan.rationale_edited) == (draft["why"], True)
    answered = ClientQuestion.objects.get()
    assert (answered.state, answered.outcome, answered.assignment_id) == ("answered", "changed", made.pk)
    assert "planned something with this" in page(ada, "asked")


@pytest.mark.finding("F46")
def test_a_wish_without_a_reason_leaves_the_library_wording_to_be_put_in_own_words(north: Cast, theo: Client) -> None:
    row = ask(north, kind="request", text="", idea={"first_step": "Open the window."})
    sheet = given.version("w02")
    address = f"{url('propose_with', row.episode_id, sheet.worksheet_id)}?request={row.pk}"
    seed = str(sheet.parsed.why)
    sent = {
        "rationale": seed,
        "first_step": "Open the window.",
        "counts_as_some": "One.",
        "size": "S",
        "frequency": "daily",
    }
    answer = theo.post(address, sent)
    assert answer.status_code == 422
    assert ClientQuestion.objects.get().state == "open"


@pytest.mark.parametrize("pk", ["", "nonsense", "00000000-0000-7000-8000-000000000000"])
def test_an_id_that_is_no_wish_of_this_client_changes_nothing(north: Cast, theo: Client, pk: str) -> None:
    assert north.ada.episode is not None
    shown = theo.get(url("propose", north.ada.episode.pk), {"request": pk})
    assert shown.status_code == 200
    assert "would like something to work on" not in text(shown)


def test_another_clients_wish_is_no_wish_here(north: Cast, theo: Client) -> None:
    assert north.ben.episode is not None
    row = ask(north, kind="request", text="zqmine")
    assert "zqmine" not in text(theo.get(url("propose", north.ben.episode.pk), {"request": row.pk}))


def test_a_measures_question_is_refused_after_it_was_answered_by_somebody_else(north: Cast) -> None:
    row = ask(north)
    speaking.answer(by=north.theo.actor, question=row, outcome="talked")
    assert speaking.answer(by=north.theo.actor, question=row, outcome="talked").pk == row.pk
    with pytest.raises(ActionRefused):
        speaking.answer(by=north.kit.actor, question=row, outcome="explained", text="Me too.")


# --- the care team sees it -------------------------------------------------------------------------------------------


def test_the_lists_of_the_care_team_show_what_waits(north: Cast, theo: Client) -> None:
    row = ask(north, text="Is one line enough?")
    assert "Is one line enough?" in page(theo, "therapist_home")
    assert "your answer" in page(theo, "caseload")
    raw = theo.get(url("client_page", row.episode_id)).content.decode()
    assert "Is one line enough?" in raw
    assert url("question", row.pk) in raw


def test_old_answers_that_were_not_closed_are_only_counted(north: Cast) -> None:
    now = timezone.now()
    coming = given.session(north)
    row = ask(north)
    speaking.answer(by=north.theo.actor, question=row, outcome="explained", text="It is enough.")
    ClientQuestion.objects.update(answered_at=now - timedelta(days=9), asked_at=now - timedelta(days=10))
    given.session(north, now - timedelta(days=7))
    assert section(coming, "asked") == ["1 from before, answered and still on their list"]


@pytest.mark.finding("F39")
@pytest.mark.parametrize("kind", ["money", "care", "housing", "unsafe", "privacy", "shifts"])
def test_an_obstacle_of_everyday_life_routes_to_practical_help_and_never_to_motivation(
    north: Cast, ada: Client, theo: Client, kind: str
) -> None:
    work, coming = given.agreed(north), given.session(north)
    answer = ada.post(
        url("in_the_way", work.pk), {"obstacles": [kind], "words": "It is the fare.", "submission_key": str(uuid4())}
    )
    shown = told(ada, answer)
    assert "This is about help with everyday things, not about trying harder." in shown
    assert ("If you are not safe where you are" in shown) is (kind == "unsafe")
    lines = digest_of(coming).section("plan")
    practical = next(line for line in (*lines.lines, *lines.folded) if line.msg.id == "plan.practical")
    assert practical.link == ("practical_help", str(work.pk))
    motivational = {str(each) for pattern in stems.MOTIVATIONAL for each in stems.STEMS[pattern]}
    assert not motivational & set(section(coming, "ask"))
    raw = unescape(theo.get(url("review", work.pk)).content.decode())
    assert not [stem for stem in motivational if stem in raw]
    help_page = page(theo, "practical_help", work.pk)
    assert str(Obstacle(kind).label) in help_page
    assert "It is the fare." in help_page
    assert "not about trying harder" in help_page
    assert questions.met(work)[0] == [kind]


@pytest.mark.finding("F39")
def test_money_brings_concrete_offers_such_as_print_or_phone(north: Cast, ada: Client, theo: Client) -> None:
    work = given.agreed(north)
    ada.post(url("in_the_way", work.pk), {"obstacles": ["money"], "submission_key": str(uuid4())})
    raw = theo.get(url("practical_help", work.pk)).content.decode()
    assert "On paper instead" in raw
    assert "By phone" in raw
    assert url("work_paper", work.pk) in raw


@pytest.mark.finding("F39")
def test_every_obstacle_has_words_in_the_digest() -> None:
    from homework.reviews.digest.words import MESSAGES

    assert [kind for kind in Obstacle.values if f"obstacle.{kind}" not in MESSAGES] == []
