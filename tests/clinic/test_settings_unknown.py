"""Settings: a value nobody offered is answered with 422, a word about it, and everything that was typed (clinical.md 5)."""

from html import unescape
from pathlib import Path
from typing import Any

import pytest
from django.urls import reverse
from django.utils import timezone

from clinic import numbers, push
from clinic.models import ContactNumber, ContactPrefs
from clinic.scope import acting_in
from tests.cast import Cast
from tests.clinic.test_safe_contact import SignIn

TYPED: dict[str, dict[str, str]] = {
    "look": {"language": "es", "theme": "dark", "time_zone": "Asia/Tokyo"},
    "messages": {"seen_by_others": "unsure", "quiet_from": "19:15", "quiet_until": "10:45", "noun": "exercise"},
    "email": {"on": "on", "how_agreed": "session"},
    "number": {"number": "+44 7700 900199"},
    "code": {"code": "123456", "how_agreed": "session"},
    "words": {"wording": "own", "words": "The blue cup", "here": "on"},
}
WRONG = [(part, name) for part, typed in TYPED.items() for name in typed if name not in ("on", "here", "words")]
NONSENSE = {"number": "call me", "code": "no digits at all"}


@pytest.fixture(autouse=True)
def _both_offered(settings: Any, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    settings.SMS = {**settings.SMS, "url": "", "folder": str(tmp_path)}
    monkeypatch.setattr(push, "public_key", lambda: "")


def ready(cast: Cast, part: str) -> None:
    """Nobody else sees messages; for the code, one was sent."""
    with acting_in(cast.north.pk):
        member, now = cast.ada.membership, timezone.now()
        ContactPrefs.objects.filter(client=member).update(seen_by_others="no", asked_at=now, answered_at=now)
        if part == "code":
            sealed = numbers.seal(member.pk, "+447700900142")
            row = {"sealed": sealed, "code_hash": "x" * 64, "code_sent_at": now}
            ContactNumber.objects.create(clinic=cast.north, member=member, **row)


def post(sign_in: SignIn, cast: Cast, sent: dict[str, str]) -> tuple[int, str]:
    answer = sign_in(cast.ada).post(reverse("settings"), sent)
    return answer.status_code, unescape(answer.content.decode())


def form_of(page: str, part: str) -> str:
    """The form that was sent, as it comes back."""
    [form] = [form for form in page.split("<form")[1:] if f'name="part" value="{part}"' in form]
    return form.partition("</form>")[0]


def holds(form: str, name: str, value: str) -> bool:
    """Whether an input still says this: chosen, ticked or typed."""
    for tag in form.replace("<option", "<input").split("<input")[1:]:
        tag = tag.partition(">")[0]
        if f'value="{value}"' in tag and (f'name="{name}"' in tag or "selected" in tag):
            return "radio" not in tag or "checked" in tag
    return (
        f'name="{name}"' in form
        and value == "on"
        and "checked" in form.partition(f'name="{name}"')[2].partition(">")[0]
    )


@pytest.mark.parametrize(("part", "wrong"), WRONG)
def test_an_unknown_value_keeps_everything_that_was_typed(cast: Cast, sign_in: SignIn, part: str, wrong: str) -> None:
    ready(cast, part)
    sent = {**TYPED[part], wrong: NONSENSE.get(wrong, "nonsense")}
    status, page = post(sign_in, cast, {"part": part, **sent})
    assert status == 422
    form = form_of(page, part)
    assert 'class="error"' in form or "data-invalid" in form
    for name, value in sent.items():
        if name != wrong:
            assert holds(form, name, value), (name, form)
    if wrong in ("quiet_from", "quiet_until", "number", "code"):
        assert holds(form, wrong, sent[wrong])
    with acting_in(cast.north.pk):
        prefs = ContactPrefs.objects.get(client=cast.ada.membership)
        assert (prefs.noun, prefs.email_reminders, prefs.wording) == ("practice", False, "nudge")
    cast.ada.user.refresh_from_db()
    assert cast.ada.user.time_zone != "Asia/Tokyo"


@pytest.mark.parametrize("part", ["look", "messages", "words", "number"])
@pytest.mark.parametrize("named", ["nonsense", ""])
def test_a_part_that_is_not_there_saves_nothing_and_keeps_what_was_typed(
    cast: Cast, sign_in: SignIn, part: str, named: str
) -> None:
    ready(cast, part)
    status, page = post(sign_in, cast, {"part": named, **TYPED[part]})
    assert status == 422
    assert "Nothing was saved." in page
    form = form_of(page, part)
    for name, value in TYPED[part].items():
        assert holds(form, name, value), (name, form)


def test_text_messages_that_are_not_offered_any_more_are_said_to_be_not_saved(
    cast: Cast, sign_in: SignIn, settings: Any
) -> None:
    ready(cast, "number")
    settings.SMS = {**settings.SMS, "url": "", "folder": ""}
    status, page = post(sign_in, cast, {"part": "number", **TYPED["number"]})
    assert status == 422
    assert "Nothing was saved." in page


def test_nothing_at_all_is_no_error_of_the_server(cast: Cast, sign_in: SignIn) -> None:
    assert post(sign_in, cast, {})[0] == 422
    assert sign_in(cast.theo).post(reverse("settings"), {"part": "messages", "noun": "practice"}).status_code == 422


@pytest.mark.parametrize("part", ["email", "number", "code"])
def test_a_way_refused_because_somebody_else_may_see_it_says_so_on_the_page(
    cast: Cast, sign_in: SignIn, part: str
) -> None:
    status, page = post(sign_in, cast, {"part": part, **TYPED[part]})
    assert status == 409
    assert "First say that only you see" in page
