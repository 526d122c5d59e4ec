"""Every text message, word for word, in every language: one text of 160 letters, with nothing in it but what stands here (F36)."""

import re
from uuid import UUID

import pytest
from django.conf import settings
from pytest import MonkeyPatch

from accounts import keys
from accounts.models import User
from clinic import telling, text_messages, way_out
from clinic.models import Clinic, ContactPrefs, OutgoingMessage

Kind = OutgoingMessage.Kind
LANGUAGES = [code for code, _ in settings.LANGUAGES]
TEXTED = (Kind.REMINDER, Kind.AGAIN, Kind.NOTE, Kind.SAFETY, Kind.CODE)
ID = UUID(int=7)
pytestmark = pytest.mark.finding("F36")

#: Word for word what arrives. Changing a text means changing it here, where somebody sees it.
GOLDEN = {
    ("reminder", "en"): "You asked for a nudge around now. {home} {stop}",
    ("reminder", "es"): "Pediste un aviso para esta hora. {home} {stop}",
    ("again", "en"): "You asked for a nudge around now. {home} {stop}",
    ("again", "es"): "Pediste un aviso para esta hora. {home} {stop}",
    ("note", "en"): "A note is waiting for you. {home} {stop}",
    ("note", "es"): "Tienes una nota. {home} {stop}",
    ("safety", "en"): "Please sign in to Notes as soon as you can. {home}",
    ("safety", "es"): "Entra en Notes en cuanto puedas, por favor. {home}",
    ("code", "en"): "Your code is 123456. It works for ten minutes.",
    ("code", "es"): "Tu clave es 123456. Sirve durante diez minutos.",
}
REPLY = {"en": "Reply STOP to stop.", "es": "Responde ALTO para parar."}
LINK = {"en": "Stop: {link}", "es": "Parar: {link}"}


def text_of(kind: str, language: str, app_name: str = "Notes", wishes: ContactPrefs | None = None) -> str:
    """The text as it arrives."""
    user = User(pk=ID, email="ada@example.org", language=language)
    row = OutgoingMessage(pk=ID, clinic_id=ID, kind=kind, channel="sms", about=ID, user=user)
    row.wishes = wishes  # type: ignore[attr-defined]
    if kind == Kind.CODE:
        row.secret = keys.seal_text("123456", purpose=f"code {ID}")
    return text_messages.compose(row, Clinic(pk=ID, name="North clinic for anxiety", app_name=app_name))


@pytest.mark.parametrize("replies", [True, False])
@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("kind", TEXTED)
def test_every_text_is_as_it_was_agreed_word_for_word(
    kind: str, language: str, replies: bool, monkeypatch: MonkeyPatch
) -> None:
    monkeypatch.setattr(settings, "SMS", {**settings.SMS, "replies": replies})
    link = f"{settings.BASE_URL}/s/{way_out.short_token(ID, ID)}/"
    stop = REPLY[language] if replies else LINK[language].format(link=link)
    assert text_of(kind, language) == GOLDEN[kind, language].format(home=f"{settings.BASE_URL}/", stop=stop)


@pytest.mark.parametrize("replies", [True, False])
@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("kind", TEXTED)
def test_every_text_is_one_text(kind: str, language: str, replies: bool, monkeypatch: MonkeyPatch) -> None:
    """160 letters of GSM 03.38, also with a long address and a long name."""
    monkeypatch.setattr(settings, "SMS", {**settings.SMS, "replies": replies})
    for host in ("https://n.example", "https://notes.a-rather-long-name.example.org"):
        monkeypatch.setattr(settings, "BASE_URL", host)
        text = text_of(kind, language, app_name="Cuéntame más → “íntimo”")
        assert len(text) <= 160
        assert set(text) <= text_messages.GSM_7
        if kind in {Kind.REMINDER, Kind.AGAIN, Kind.NOTE} and not replies:
            assert f"{host}/s/{way_out.short_token(ID, ID)}/" in text, "the way out is never cut off"


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("kind", TEXTED)
def test_no_text_says_what_it_is_about(kind: str, language: str) -> None:
    said = re.sub(r"https?://\S+", "", text_of(kind, language))
    assert telling.tells(said, ["North clinic for anxiety", "Ada"]) == ""
    assert "!" not in said


def test_a_line_the_client_chose_is_said_as_far_as_it_fits() -> None:
    minutes = ContactPrefs(wording=ContactPrefs.Wording.MINUTES)
    assert text_of(Kind.REMINDER, "es", wishes=minutes).startswith("Tus minutos, si hoy te va bien.")


def test_every_language_has_every_text_and_nothing_else_goes_as_one() -> None:
    assert {kind: sorted(texts) for kind, texts in text_messages.TEXTS.items()} == {
        kind: sorted(LANGUAGES) for kind in TEXTED
    }
    assert sorted(text_messages.AROUND) == sorted(LANGUAGES)
    assert set(GOLDEN) == {(kind, language) for kind in TEXTED for language in LANGUAGES}


def test_a_clinics_own_word_is_folded_to_what_a_text_may_hold() -> None:
    assert text_messages.folded("Mañana, ¿café? Día → 10 €") == "Mañana, ¿café? Dia  10 "
