"""The word lists: pure, short, whole words, without accents (6.4)."""

import pytest

from homework.safety import screening


@pytest.mark.parametrize(
    "text",
    [
        "I want to die",
        "I WANT TO DIE!!",
        "I don’t want to live",
        "I don't want to live",
        "no suicidal thoughts",
        "thinking of self-harm again",
        "me quiero morir",
        "Pensé en quitarme la vida.",
        "hacerme daño",
        "want\nto   die",
    ],
)
def test_a_phrase_is_found_however_it_is_written(text: str) -> None:
    assert screening.is_heavy(["something else", text])


@pytest.mark.parametrize(
    "text",
    [
        "",
        "killing time",
        "dying to see you",
        "I could kill for a coffee",
        "a suicidally bad plan",
        "Me muero de risa",
        "matar el tiempo",
        "cut my hair myself",
    ],
)
def test_everyday_sayings_and_parts_of_words_are_not(text: str) -> None:
    assert not screening.is_heavy([text])


def test_both_languages_have_a_short_list() -> None:
    found = screening.lists()
    assert set(found) == {"en", "es"}
    for phrases in found.values():
        assert 20 <= len(phrases) <= 60
        assert len(set(phrases)) == len(phrases)
        assert all(phrase == screening.plain(phrase) for phrase in phrases)
