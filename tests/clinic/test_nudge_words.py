"""What a reminder says: the client's own choice, word for word in each language, and nothing that tells (clinical.md 5, F36)."""

from typing import Any
from uuid import UUID

import pytest
from django.conf import settings
from django.core.management import call_command
from django.test import Client
from django.urls import reverse

from accounts import keys
from accounts.models import User
from clinic import messages, telling, text_messages, vault, wording
from clinic.actions import nudge_words
from clinic.models import AuditEvent, Clinic, ContactPrefs, OutgoingMessage
from clinic.refusal import ActionRefused
from clinic.wording import Cue
from tests.cast import Cast

ID = UUID(int=7)
LANGUAGES = [code for code, _ in settings.LANGUAGES]
Kind = OutgoingMessage.Kind

#: Word for word. Changing a line means changing it here, where somebody sees it.
GOLDEN = {
    ("nudge", "en"): "You asked for a nudge around now.",
    ("nudge", "es"): "Pediste un aviso para esta hora.",
    ("note", "en"): "A note is waiting for you.",
    ("note", "es"): "Tienes una nota.",
    ("minutes", "en"): "Your few minutes, if today suits.",
    ("minutes", "es"): "Tus minutos, si hoy te va bien.",
    ("own", "en"): "Tea, then {ten} lines",
    ("own", "es"): "Tea, then {ten} lines",
}


def prefs_with(chosen: str, cue: Cue | None = None) -> ContactPrefs:
    prefs = ContactPrefs(client_id=ID, wording=chosen)
    prefs.cue = wording.seal(ID, cue) if cue is not None else ""
    return prefs


def row(kind: str, language: str, prefs: ContactPrefs | None) -> OutgoingMessage:
    user = User(pk=ID, email="ada@example.org", language=language)
    made = OutgoingMessage(pk=ID, clinic_id=ID, kind=kind, about=ID, user=user, language=language)
    made.wishes = prefs  # type: ignore[attr-defined]
    return made


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("chosen", ContactPrefs.Wording.values)
@pytest.mark.parametrize("kind", [Kind.REMINDER, Kind.AGAIN])
def test_every_wording_is_as_it_was_agreed_word_for_word(
    kind: str, chosen: str, language: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(settings.SMS, "replies", True)  # a short way out, so that every line fits
    own = Cue("Tea, then {ten} lines") if chosen == "own" else None
    said = GOLDEN[chosen, language]
    mail = messages.compose(row(kind, language, prefs_with(chosen, own)), Clinic(pk=ID, name="North"))
    assert mail.body.splitlines()[0] == said
    assert said in str(mail.alternatives[0][0])
    assert mail.subject == {"en": "A note is waiting for you", "es": "Tienes una nota"}[language], "never the own words"
    text = text_messages.compose(row(kind, language, prefs_with(chosen, own)), Clinic(pk=ID, name="North"))
    assert text.startswith(text_messages.folded(said))


def test_every_wording_has_its_words_and_none_tells() -> None:
    assert {*wording.LINES, "own"} == set(ContactPrefs.Wording.values)
    assert {(chosen, language) for chosen in ContactPrefs.Wording.values for language in LANGUAGES} == set(GOLDEN)
    assert [line for line in GOLDEN.values() if telling.tells(line) or "!" in line] == []


@pytest.mark.parametrize("kind", [Kind.NOTE, Kind.SAFETY])
def test_own_words_stand_in_reminders_only(kind: str) -> None:
    prefs = prefs_with("own", Cue("Tea, then ten lines"))
    mail = messages.compose(row(kind, "en", prefs), Clinic(pk=ID, name="North"))
    assert "Tea" not in mail.body


@pytest.mark.parametrize("cue", [Cue("Therapy page", here=True), Cue("Tea", here=True), Cue("My therapy page")])
def test_words_for_the_page_only_or_that_tell_are_in_no_message(cue: Cue) -> None:
    assert wording.line_of(prefs_with("own", cue), "en") == "You asked for a nudge around now."


def test_a_row_nobody_lent_wishes_to_says_the_plain_line() -> None:
    plain = OutgoingMessage(pk=ID, kind=Kind.REMINDER)
    assert wording.line_for(plain, "es") == "Pediste un aviso para esta hora."


# --- what may be written ----------------------------------------------------------------------------------------------


@pytest.mark.parametrize("words", ["Ten lines with tea", "Diez líneas con té", "Look at the oak", "Your 10 minutes"])
def test_plain_words_are_kept_sealed(north: Cast, words: str) -> None:
    prefs = nudge_words.choose(by=north.ada.actor, chosen="own", words=f"  {words} ")
    assert words not in prefs.cue
    assert wording.cue_of(ContactPrefs.objects.get(pk=prefs.pk)) == Cue(words)
    assert wording.line_of(prefs, "en") == words
    assert words not in str(list(AuditEvent.objects.filter(verb="contact.words").values_list("detail", flat=True)))


@pytest.mark.finding("F36")
@pytest.mark.parametrize(
    "words",
    [
        "Therapy homework", "THERAPY", "my anxiety page", "Mood diary", "Exposure time", "before the session",
        "Hora de la terapia", "mi ansiedad", "la tarea", "Salud mental", "Sesión", "psicología", "don’t forget!", "overdue",
        "Write to Theo", "for ada", "North calls",
    ],
)  # fmt: skip
def test_words_that_tell_are_refused_for_messages_and_kept_here_if_the_client_says_so(north: Cast, words: str) -> None:
    with pytest.raises(ActionRefused) as refusal:
        nudge_words.choose(by=north.ada.actor, chosen="own", words=words)
    assert (refusal.value.status, refusal.value.field) == (422, "words")
    prefs = nudge_words.choose(by=north.ada.actor, chosen="own", words=words, here=True)
    assert wording.line_of(prefs, "en") == "You asked for a nudge around now."
    cue = wording.cue_of(prefs)
    assert cue is not None and cue.words == words


@pytest.mark.parametrize(
    "words",
    [
        "", "   ", "\n", "12345", "020 7946 0000", "!!!", "x" * 61, "https://example.org", "see www.example.org",
        "example.org/notes", "go to example.org", "ada@example.org", "javascript://x",
    ],
)  # fmt: skip
@pytest.mark.parametrize("here", [True, False])
def test_no_links_addresses_numbers_or_long_texts_at_all(north: Cast, words: str, here: bool) -> None:
    with pytest.raises(ActionRefused) as refusal:
        nudge_words.choose(by=north.ada.actor, chosen="own", words=words, here=here)
    assert (refusal.value.status, refusal.value.field) == (422, "words")


def test_a_line_stays_one_line(north: Cast) -> None:
    prefs = nudge_words.choose(by=north.ada.actor, chosen="own", words="Tea\r\nBcc: eve\u202e and\tbread")
    assert wording.line_of(prefs, "en") == "Tea Bcc: eve and bread"


def test_another_choice_takes_the_own_words_away(north: Cast) -> None:
    nudge_words.choose(by=north.ada.actor, chosen="own", words="Tea")
    prefs = nudge_words.choose(by=north.ada.actor, chosen="minutes", words="Tea")
    assert (prefs.cue, wording.line_of(prefs, "en")) == ("", "Your few minutes, if today suits.")


@pytest.mark.parametrize(("who", "chosen", "status"), [("theo", "note", 409), ("ada", "loud", 422)])
def test_only_what_is_offered_and_only_for_clients(north: Cast, who: str, chosen: str, status: int) -> None:
    with pytest.raises(ActionRefused) as refusal:
        nudge_words.choose(by=getattr(north, who).actor, chosen=chosen)
    assert refusal.value.status == status


def test_own_words_are_bound_to_their_client() -> None:
    prefs = prefs_with("own", Cue("Tea"))
    prefs.client_id = UUID(int=8)
    with pytest.raises(keys.Undecryptable):
        wording.cue_of(prefs)


def test_they_are_sealed_anew_when_keys_are_rotated(north: Cast, monkeypatch: pytest.MonkeyPatch) -> None:
    nudge_words.choose(by=north.ada.actor, chosen="own", words="Tea, then ten lines")
    old = keys.key_file()
    for module in (vault, keys):
        monkeypatch.setattr(module, "key_file", lambda: keys.KeyFile("newkey01", {**old.keys, "newkey01": b"n" * 32}))
    call_command("rotate_keys")
    prefs = ContactPrefs.objects.get(client=north.ada.membership)
    assert prefs.cue.startswith("newkey01:")
    assert wording.line_of(prefs, "en") == "Tea, then ten lines"


# --- the page ---------------------------------------------------------------------------------------------------------


def test_the_client_chooses_on_the_settings_page(cast: Cast, sign_in: Any) -> None:
    browser: Client = sign_in(cast.ada)
    page = browser.get(reverse("settings")).content.decode()
    assert "What shall a reminder say?" in page
    assert "Anyone who sees your phone can read this." in page
    said = {"part": "words", "wording": "own", "words": "My therapy page"}
    refused = browser.post(reverse("settings"), said)
    assert refused.status_code == 422
    assert "My therapy page" in refused.content.decode()
    assert browser.post(reverse("settings"), {**said, "here": "on"}).status_code == 303
    assert "My therapy page" in browser.get(reverse("settings")).content.decode()
