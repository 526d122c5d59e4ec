"""The client's own word for what they do between sessions: on all their pages, and nowhere else (F14)."""

from collections.abc import Callable

import pytest
from django.test import Client
from django.utils import translation

from accounts import keys
from clinic import messages, nouns
from clinic.actions import contact
from clinic.models import ContactPrefs, OutgoingMessage
from clinic.refusal import ActionRefused
from homework.assignments.actions import entry as doing
from homework.assignments.actions import rest as resting
from tests.cast import Cast, Person
from tests.homework.assignments import given
from tests.homework.assignments.pages import page, statements, text, url

pytestmark = [pytest.mark.django_db, pytest.mark.finding("F14")]
SignIn = Callable[[Person | None], Client]


def test_every_word_has_every_phrase_of_its_own() -> None:
    assert set(nouns.NOUNS) == set(ContactPrefs.Noun)
    for name in nouns.Noun.__dataclass_fields__:
        said = [str(getattr(noun, name)) for noun in nouns.NOUNS.values()]
        assert len(set(said)) == len(said), name


def test_the_clients_word_is_on_their_pages_instead_of_the_standard_one(north: Cast, sign_in: SignIn) -> None:
    work, idea = given.agreed(north), given.proposed(north, "w05")
    done = given.shared(north, given.agreed(north, "w31"), {"noticed": "x"})
    contact.choose_noun(by=north.ada.actor, noun="experiment")
    browser = sign_in(north.ada)
    shown = {
        name: page(browser, name, *args)
        for name, args in {
            "today": (), "work": (), "notes": (), "settings": (), "history": (), "task": (work.pk,),
            "shape": (idea.pk,), "agreed_sheet": (work.pk,), "entry": (done.pk,), "entry_done": (done.pk,),
        }.items()
    }  # fmt: skip
    for name, words in shown.items():
        assert "Today Experiments Notes Settings" in words, name  # the navigation
        assert "My practice" not in words and "My work" not in words.replace("My work ", "", 1), name
    assert "My experiments" in shown["work"] and "My experiments" in shown["task"]
    assert "Your experiment for today" in shown["today"]
    assert "An idea for an experiment from Theo" in shown["shape"]
    assert "The experiment we agreed on" in shown["agreed_sheet"]
    assert "About experiments between sessions" in shown["settings"]
    assert "Your experiments, week by week" in shown["history"]
    assert "About this experiment" in shown["entry"] and "About this experiment" in shown["entry_done"]


def test_titles_stay_the_same_whatever_the_word_is(north: Cast, sign_in: SignIn) -> None:
    contact.choose_noun(by=north.ada.actor, noun="homework")
    shown = sign_in(north.ada).get(url("work")).content.decode()
    assert "<title>My work</title>" in shown and "<h1>My homework</h1>" in shown


def test_a_refusal_says_it_in_the_clients_word(north: Cast) -> None:
    work = given.agreed(north)
    contact.choose_noun(by=north.ada.actor, noun="exercise")
    resting.pause(by=north.ada.actor, assignment=work)
    with pytest.raises(ActionRefused, match="My exercises"):
        doing.begin(by=north.ada.actor, assignment=given.fresh(work))


def test_staff_read_the_standard_words(north: Cast, sign_in: SignIn) -> None:
    work = given.agreed(north)
    contact.choose_noun(by=north.ada.actor, noun="experiment")
    assert north.ada.episode is not None
    theo = sign_in(north.theo)
    for name, pk in (("client_page", north.ada.episode.pk), ("assignment", work.pk)):
        assert "experiment" not in page(theo, name, pk).lower(), name


@pytest.mark.parametrize("kind", messages.WORDS)
def test_messages_that_leave_never_name_it(north: Cast, kind: str) -> None:
    contact.choose_noun(by=north.ada.actor, noun="experiment")
    row = OutgoingMessage(
        kind=kind, about=north.ada.membership.pk, user=north.ada.user, language="en", to="a@b.example"
    )
    if kind == OutgoingMessage.Kind.INVITATION:
        row.user, row.secret = None, keys.seal_text("a-token", purpose=f"invitation {row.about}")
    sent = messages.compose(row, north.north)
    assert "experiment" not in f"{sent.subject} {sent.body}".lower()
    assert not {"practice", "homework", "exercise"} & set(f"{sent.subject} {sent.body}".lower().split())


def test_spanish_pages_have_a_phrase_for_each_word() -> None:
    with translation.override("es"):
        assert all(str(noun.mine) for noun in nouns.NOUNS.values())


def test_it_costs_nothing_on_pages_about_one_thing_and_one_statement_on_lists(north: Cast, sign_in: SignIn) -> None:
    work = given.agreed(north)
    browser = sign_in(north.ada)
    browser.get(url("task", work.pk))
    before = statements(browser, "get", url("task", work.pk))
    contact.choose_noun(by=north.ada.actor, noun="experiment")
    assert statements(browser, "get", url("task", work.pk)) == before
    assert "My experiments" in text(browser.get(url("task", work.pk)))
