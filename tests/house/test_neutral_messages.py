"""Everything that leaves the program, word for word, in every language; and no other way out than these (F36)."""

import ast
import re
from pathlib import Path
from uuid import UUID

import pytest
from django.conf import settings

from accounts import keys
from accounts.models import User
from clinic import messages
from clinic.models import Clinic, OutgoingMessage

Kind = OutgoingMessage.Kind
MAILED = [kind for kind in Kind.values if kind != Kind.CODE]  # a code goes as a text: test_neutral_texts.py
ROOT = settings.BASE_DIR
LANGUAGES = [code for code, _ in settings.LANGUAGES]
ID = UUID(int=7)

#: Word for word what arrives. Changing a message means changing it here, where somebody sees it.
GOLDEN = {
    ("reminder", "en"): """A note is waiting for you
---
You asked for a nudge around now.

Open: {home}

Stop these e-mails. You do not need to sign in: {stop}

Nobody reads replies to this message.
""",
    ("reminder", "es"): """Tienes una nota
---
Pediste un aviso para esta hora.

Abrir: {home}

No recibir más estos correos. No hace falta entrar: {stop}

Nadie lee las respuestas a este mensaje.
""",
    ("again", "en"): """A note is waiting for you
---
You asked for a nudge around now.

Open: {home}

Stop these e-mails. You do not need to sign in: {stop}

Nobody reads replies to this message.
""",
    ("again", "es"): """Tienes una nota
---
Pediste un aviso para esta hora.

Abrir: {home}

No recibir más estos correos. No hace falta entrar: {stop}

Nadie lee las respuestas a este mensaje.
""",
    ("note", "en"): """A note is waiting for you
---
A note is waiting for you.

Open: {home}

Stop these e-mails. You do not need to sign in: {stop}

Nobody reads replies to this message.
""",
    ("note", "es"): """Tienes una nota
---
Tienes una nota.

Abrir: {home}

No recibir más estos correos. No hace falta entrar: {stop}

Nadie lee las respuestas a este mensaje.
""",
    ("digest", "en"): """You have something to read
---
You have something to read in Notes. Sign in when you are somewhere private.

Sign in: {home}

Nobody reads replies to this message.
""",
    ("digest", "es"): """Tienes algo para leer
---
Tienes algo para leer en Notes. Entra cuando estés en un lugar privado.

Entrar: {home}

Nadie lee las respuestas a este mensaje.
""",
    ("safety", "en"): """Please sign in
---
Please sign in to Notes as soon as you can.

Sign in: {home}

Nobody reads replies to this message.
""",
    ("safety", "es"): """Entra, por favor
---
Entra en Notes en cuanto puedas, por favor.

Entrar: {home}

Nadie lee las respuestas a este mensaje.
""",
    ("invitation", "en"): """You have been invited
---
You have been invited to Notes.
The link works once, for three days.

Open the invitation: {join}

If you did not expect this, you can leave it alone.

Nobody reads replies to this message.
""",
    ("invitation", "es"): """Tienes una invitación
---
Tienes una invitación a Notes.
El enlace funciona una sola vez, durante tres días.

Abrir la invitación: {join}

Si no la esperabas, puedes ignorar este mensaje.

Nadie lee las respuestas a este mensaje.
""",
}

#: What must not be in any of them, in either language, as the start of a word.
TELLING = [
    *("therap", "session", "appoint", "clinic", "patient", "client", "homework", "worksheet", "exercise", "practice"),
    *("task", "assign", "plan", "diary", "expos", "anxi", "depress", "mood", "mental", "health", "psych", "treat"),
    *("symptom", "score", "measure", "questionnaire", "risk", "flag", "alert", "urgent", "safety", "crisis", "doctor"),
    *("counsel", "overdue", "late", "missed", "forg", "fail", "must", "should", "haven", "streak", "don't"),
    *(
        "terap",
        "sesi",
        "cita",
        "clínic",
        "pacient",
        "tarea",
        "ejercic",
        "práctic",
        "diari",
        "ansied",
        "depres",
        "ánimo",
    ),
    *("salud", "psic", "tratam", "síntom", "puntu", "medid", "cuestion", "riesgo", "alerta", "seguridad", "consej"),
    *("atras", "olvid", "deber", "debes"),
]


def written(kind: str, language: str) -> str:
    """Subject and text as they arrive."""
    user = User(pk=ID, email="ada@example.org", language=language)
    row = OutgoingMessage(pk=ID, kind=kind, about=ID, user=user, language=language)
    if kind == Kind.INVITATION:
        row.user, row.to = None, "neri@example.org"
        row.secret = keys.seal_text("a-token", purpose=f"invitation {ID}")
    message = messages.compose(row, Clinic(pk=ID, name="North clinic for anxiety"))
    return f"{message.subject}\n---\n{message.body}"


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("kind", MAILED)
def test_every_message_is_as_it_was_agreed_word_for_word(kind: str, language: str) -> None:
    stop = f"{settings.BASE_URL}/stop/{messages.stop_token(ID, ID)}/"
    join = f"{settings.BASE_URL}/join/{ID}/a-token/"
    assert written(kind, language) == GOLDEN[kind, language].format(home=f"{settings.BASE_URL}/", stop=stop, join=join)


@pytest.mark.finding("F36")
@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("kind", MAILED)
def test_no_message_says_what_it_is_about(kind: str, language: str) -> None:
    text = re.sub(r"https?://\S+", "", written(kind, language)).lower()
    assert [word for word in TELLING if re.search(rf"\b{re.escape(word)}", text)] == []
    assert "!" not in text
    assert text.isprintable() or set(text) - {letter for letter in text if letter.isprintable()} == {"\n"}
    assert not any(ord(letter) > 0x2000 for letter in text)  # no emojis, no marks that hide something


def test_the_words_that_tell_would_be_found() -> None:
    text = "don't forget your homework before the session with your therapist"
    assert len([word for word in TELLING if re.search(rf"\b{re.escape(word)}", text)]) >= 5


def test_every_language_has_every_message() -> None:
    assert {kind: sorted(words) for kind, words in messages.WORDS.items()} == {
        kind: sorted(LANGUAGES) for kind in MAILED
    }
    assert sorted(messages.AROUND) == sorted(LANGUAGES)
    assert set(GOLDEN) == {(kind, language) for kind in MAILED for language in LANGUAGES}


@pytest.mark.finding("F25")
def test_a_reminder_says_only_what_the_clinical_rules_allow() -> None:
    allowed = {"A note is waiting for you", "A note is waiting for you.", "You asked for a nudge around now."}
    for kind in (Kind.REMINDER, Kind.NOTE):
        words = messages.WORDS[kind]["en"]
        assert {words.subject, *words.lines} <= allowed


ACCOUNT_MAIL = sorted((ROOT / "templates" / "account" / "email").glob("*.txt"))


ACCOUNT_WORDS = {"should", "must", "late", "don't", "safety", "forg"}  # "forgot password", "a little later"


@pytest.mark.parametrize("path", ACCOUNT_MAIL, ids=lambda path: path.name)
def test_mail_about_the_account_says_nothing_about_care_either(path: Path) -> None:
    source = re.sub(
        r"\{#.*?#\}|\{%\s*(extends|include|load|block|endblock|if|url)\b.*?%\}", "", path.read_text(), flags=re.S
    )
    said = re.sub(r"\{\{.*?\}\}", "", source).lower()
    assert [word for word in TELLING if word not in ACCOUNT_WORDS and re.search(rf"\b{re.escape(word)}", said)] == []


def test_there_is_mail_about_the_account_to_look_at() -> None:
    assert len(ACCOUNT_MAIL) >= 10


# --- no other way out -------------------------------------------------------------------------------------------------

SENDERS = {"EmailMessage", "EmailMultiAlternatives", "send_mail", "send_mass_mail", "mail_admins", "mail_managers"}
MAY_MAKE_MAIL = {"accounts/mail.py", "clinic/messages.py"}
LATER = {"apply_async", "delay_on_commit", "apply_async_on_commit", "send_task", "countdown"}
SOURCES = [
    path
    for app in ("accounts", "clinic", "homework")
    for path in sorted((ROOT / app).rglob("*.py"))
    if "migrations" not in path.parts
]


def names_in(path: Path) -> set[str]:
    """Every name, attribute and keyword a file uses."""
    tree = ast.parse(path.read_text())
    found = {node.id for node in ast.walk(tree) if isinstance(node, ast.Name)}
    found |= {node.attr for node in ast.walk(tree) if isinstance(node, ast.Attribute)}
    found |= {node.arg for node in ast.walk(tree) if isinstance(node, ast.keyword) and node.arg}
    return found


def users_of(names: set[str]) -> set[str]:
    """The files that use any of these names."""
    return {str(path.relative_to(ROOT)) for path in SOURCES if names_in(path) & names}


def test_mail_is_made_in_two_places_only() -> None:
    assert users_of(SENDERS) == MAY_MAKE_MAIL


def test_nothing_queues_a_task_for_later_and_only_sweeps_queue_at_all() -> None:
    """The database is the schedule: sweeps find the work, and what a lost broker held was only a hint."""
    assert users_of(LATER) == {"clinic/task_base.py"}
    assert {path.name for path in SOURCES if calls(path, "delay")} <= {"tasks.py"}


def calls(path: Path, name: str) -> bool:
    """Whether a file calls something `.name(...)`."""
    nodes = [node.func for node in ast.walk(ast.parse(path.read_text())) if isinstance(node, ast.Call)]
    return any(isinstance(node, ast.Attribute) and node.attr == name for node in nodes)


def test_no_task_takes_anything_but_ids() -> None:
    """Sweeps take nothing; a unit says `UUID` or `int`."""
    wrong = []
    for path in SOURCES:
        for node in ast.walk(ast.parse(path.read_text())):
            if isinstance(node, ast.FunctionDef) and any(
                "shared_task" in ast.dump(each) for each in node.decorator_list
            ):
                kinds = [ast.unparse(arg.annotation) if arg.annotation else "" for arg in node.args.args]
                wrong += [
                    f"{path.name}:{node.name}" for kind in kinds if kind not in {"UUID", "int", "str", "list[str]"}
                ]
    assert wrong == []
