"""A number for text messages: confirmed by its code, sealed, found again when somebody answers STOP, and gone when given up."""

from collections.abc import Iterator
from datetime import timedelta
from io import StringIO
from pathlib import Path
from typing import Any

import pytest
import time_machine
from django.conf import settings
from django.core.exceptions import ValidationError
from django.core.management import call_command
from django.test import Client
from django.urls import reverse
from django.utils import timezone
from pytest import MonkeyPatch

from accounts import keys
from clinic import numbers, outbox
from clinic.actions import care_team, contact, people
from clinic.actions import number as texting
from clinic.models import AuditEvent, ContactNumber, ContactPrefs, OutgoingMessage
from clinic.outbox.ledger import checks
from clinic.refusal import ActionRefused
from clinic.scope import acting_in
from tests.cast import Cast, Person
from tests.clinic.numbers_given import NUMBER, give_number
from tests.clinic.test_push import only_i_see

Kind = OutgoingMessage.Kind


@pytest.fixture(autouse=True)
def offered(monkeypatch: MonkeyPatch, tmp_path: Path) -> Iterator[None]:
    """This installation sends texts, into a folder."""
    monkeypatch.setattr(settings, "SMS", {**settings.SMS, "folder": str(tmp_path)})
    yield


def code_of(row: OutgoingMessage) -> str:
    return keys.open_text(row.secret, purpose=f"code {row.about}")


def asked(person: Person, number: str = NUMBER) -> OutgoingMessage:
    """The message that carries the code."""
    row = texting.ask_code(by=person.actor, number=number)
    return OutgoingMessage.objects.filter(kind=Kind.CODE, about=row.pk).latest("due_at")


def number_of(person: Person) -> ContactNumber:
    found: ContactNumber = ContactNumber.objects.get(member=person.membership)
    return found


@pytest.mark.parametrize(
    ("typed", "number"),
    [
        ("+44 7700 900123", NUMBER),
        ("0044-7700-900123", NUMBER),
        ("+34 (600) 12.34.56", "+34600123456"),
        ("+1 555‑010‑9999", "+15550109999"),
    ],
)
def test_a_number_is_read_as_people_write_it(typed: str, number: str) -> None:
    assert numbers.read_number(typed) == number


@pytest.mark.parametrize(
    "typed", ["07700 900123", "+44", "+0123456789", "+44 7700 90012x", "+" + "1" * 16, "", "+44\n7700"]
)
def test_what_is_no_number_is_refused_with_what_to_do(typed: str) -> None:
    with pytest.raises(ValidationError):
        numbers.read_number(typed)


@pytest.mark.finding("F36")
def test_a_number_counts_only_once_its_code_was_typed_and_is_sealed(north: Cast) -> None:
    only_i_see(north.ada)
    sent = asked(north.ada)
    assert (sent.channel, sent.user_id, sent.not_after) == (
        "sms",
        north.ada.user.pk,
        sent.due_at + timedelta(minutes=10),
    )
    assert not ContactNumber.objects.live().exists()
    assert texting.confirm(by=north.ada.actor, code=f" {code_of(sent)} ", how_agreed="session")
    row = ContactNumber.objects.live().get()
    assert NUMBER[3:] not in row.sealed + row.number_hash + row.code_hash
    assert (numbers.unseal(row), row.number_hash) == (NUMBER, numbers.hash_of(NUMBER))
    assert ContactPrefs.objects.get(client=north.ada.membership).how_agreed == "session"
    with pytest.raises(ActionRefused):
        texting.confirm(by=north.ada.actor, code=code_of(sent))


@pytest.mark.finding("F36")
@pytest.mark.parametrize("said", ["", "yes", "unsure"])
def test_nothing_is_asked_where_somebody_else_could_see_it(north: Cast, said: str) -> None:
    ContactPrefs.objects.filter(client=north.ada.membership).update(seen_by_others=said)
    with pytest.raises(ActionRefused):
        asked(north.ada)
    assert not OutgoingMessage.objects.exists()


def test_a_wrong_code_counts_and_the_sixth_try_is_one_too_many(north: Cast) -> None:
    only_i_see(north.ada)
    code = code_of(asked(north.ada))
    wrong = f"{(int(code) + 1) % 10**6:06d}"
    for _ in range(5):
        assert texting.confirm(by=north.ada.actor, code=wrong) is False
    with pytest.raises(ActionRefused):
        texting.confirm(by=north.ada.actor, code=code)
    assert not ContactNumber.objects.live().exists()


def test_a_code_works_for_ten_minutes(north: Cast) -> None:
    only_i_see(north.ada)
    code = code_of(asked(north.ada))
    with time_machine.travel(timezone.now() + timedelta(minutes=11)), pytest.raises(ActionRefused):
        texting.confirm(by=north.ada.actor, code=code)


def test_a_code_is_good_for_its_own_number_and_person(north: Cast) -> None:
    for person in (north.ada, north.ben):
        only_i_see(person)
    first = code_of(asked(north.ada))
    with time_machine.travel(timezone.now() + timedelta(seconds=5)):
        second = code_of(asked(north.ada, "+447700900999"))
        bens = code_of(asked(north.ben))
        for other in {first, bens} - {second}:
            assert texting.confirm(by=north.ada.actor, code=other) is False


def test_three_codes_an_hour_and_ten_a_day(north: Cast) -> None:
    only_i_see(north.ada)
    start, sent = timezone.now(), 0
    for minute in range(0, 23 * 60, 10):
        with time_machine.travel(start + timedelta(minutes=minute), tick=False):
            try:
                asked(north.ada)
                sent += 1
            except ActionRefused as no:
                assert no.status == 429
        if minute == 50:
            assert sent == 3
    assert sent == 10


def test_whose_number_it_is_is_never_told(north: Cast) -> None:
    for person in (north.ada, north.ben):
        only_i_see(person)
    give_number(north.ben)
    texting.ask_code(by=north.ada.actor, number=NUMBER)
    assert OutgoingMessage.objects.filter(kind=Kind.CODE, user=north.ada.user).count() == 1


def test_only_the_newest_code_is_sent_and_only_while_it_can_be_typed(north: Cast) -> None:
    only_i_see(north.ada)
    now = timezone.now()
    with time_machine.travel(now, tick=False):
        old = asked(north.ada)
    with time_machine.travel(now + timedelta(minutes=1), tick=False):
        new = asked(north.ada)
    (check,) = checks[Kind.CODE]
    assert check(north.north, [old, new], now + timedelta(minutes=2)) == {old.pk: "withdrawn", new.pk: ""}
    assert check(north.north, [new], now + timedelta(minutes=12)) == {new.pk: "withdrawn"}
    texting.end(by=north.ada.actor)
    assert check(north.north, [new], now + timedelta(minutes=2)) == {new.pk: "withdrawn"}


def test_the_code_leaves_through_the_outbox_and_is_gone_from_it(north: Cast, tmp_path: Path) -> None:
    only_i_see(north.ada)
    code = code_of(asked(north.ada))
    assert outbox.deliver(north.north, outbox.claim(north.north)).sent == 1
    (file,) = tmp_path.iterdir()
    assert f"Your code is {code}." in file.read_text()
    assert OutgoingMessage.objects.get(kind=Kind.CODE).secret == ""


ENDINGS: dict[str, Any] = {
    "given up": lambda cast: texting.end(by=cast.ada.actor),
    "seen by others": lambda cast: contact.set_contact(by=cast.ada.actor, **wishes(cast, "yes")),
    "not sure": lambda cast: contact.set_contact(by=cast.ada.actor, **wishes(cast, "unsure")),
    "stop link": lambda cast: contact.stop_messages(clinic_id=cast.north.pk, client_id=cast.ada.membership.pk),
    "answered": lambda cast: texting.stop(cast.north.pk, NUMBER),
    "care ended": lambda cast: care_team.end_episode(by=cast.amy.actor, episode=cast.ada.episode),
    "place ended": lambda cast: people.end_place(by=cast.amy.actor, member=cast.ada.membership),
}


def wishes(cast: Cast, seen: str) -> dict[str, Any]:
    prefs = ContactPrefs.objects.get(client=cast.ada.membership)
    kept = {name: getattr(prefs, name) for name in ("quiet_from", "quiet_until", "noun")}
    return {**kept, "seen_by_others": seen, "email_reminders": False}


@pytest.mark.finding("F36")
@pytest.mark.parametrize("how", ENDINGS)
def test_a_number_that_is_over_is_erased(north: Cast, how: str) -> None:
    only_i_see(north.ada)
    give_number(north.ada)
    ENDINGS[how](north)
    row = number_of(north.ada)
    assert (row.sealed, row.number_hash, row.code_hash) == ("", "", "")
    assert row.ended_at is not None and row.ended_because
    assert not ContactNumber.objects.live().exists()


def test_stop_is_heard_for_that_number_in_that_clinic_alone(north: Cast) -> None:
    for person, number in ((north.ada, NUMBER), (north.theo, NUMBER), (north.ben, "+447700900124")):
        give_number(person, number)
    assert texting.stop(north.south.pk, NUMBER) == 0
    assert texting.stop(north.north.pk, NUMBER) == 2
    assert list(ContactNumber.objects.live().values_list("member", flat=True)) == [north.ben.membership.pk]
    assert AuditEvent.objects.filter(verb="number.stopped").count() == 2


def test_new_keys_reseal_numbers_and_a_new_secret_finds_them_still(north: Cast, monkeypatch: MonkeyPatch) -> None:
    row, old = give_number(north.ada), keys.key_file()
    assert not numbers.reseal(row)
    monkeypatch.setattr(keys, "key_file", lambda: keys.KeyFile(active="next", keys={**old.keys, "next": b"n" * 32}))
    monkeypatch.setattr(settings, "SECRET_KEY", "another-" * 8)
    call_command("rotate_keys", stdout=StringIO())
    row.refresh_from_db()
    monkeypatch.setattr(keys, "key_file", lambda: keys.KeyFile(active="next", keys={"next": b"n" * 32}))
    assert (numbers.unseal(row), row.number_hash) == (NUMBER, numbers.hash_of(NUMBER))


# --- the page ---------------------------------------------------------------------------------------------------------


def settings_page(browser: Client, **sent: str) -> Any:
    return browser.post(reverse("settings"), sent)


@pytest.mark.parametrize("who", ["ada", "theo", "kit", "amy"])
def test_on_the_page_from_number_to_code_to_off_again(cast: Cast, sign_in: Any, who: str) -> None:
    person, browser = getattr(cast, who), sign_in(getattr(cast, who))
    if who == "ada":
        with acting_in(cast.north.pk):
            only_i_see(cast.ada)
    assert "Send me a code" in browser.get(reverse("settings")).content.decode()
    refused = settings_page(browser, part="number", number="07700 900123")
    assert refused.status_code == 422
    assert "07700 900123" in refused.content.decode(), "what was typed stays"
    assert settings_page(browser, part="number", number="+44 7700 900123").headers["Location"].endswith("#by-text")
    page = browser.get(reverse("settings")).content.decode()
    assert "ending in 23" in page
    assert "900123" not in page
    assert settings_page(browser, part="code", code="12").status_code == 422
    with acting_in(cast.north.pk):
        code = code_of(OutgoingMessage.objects.get(kind=Kind.CODE, user=person.user))
    assert settings_page(browser, part="code", code=code).status_code == 303
    assert "to the number ending in 23" in browser.get(reverse("settings")).content.decode()
    assert settings_page(browser, part="number_end").status_code == 303
    assert "Send me a code" in browser.get(reverse("settings")).content.decode()


@pytest.mark.finding("F36")
def test_a_number_is_in_no_record_no_log_and_on_nobody_elses_page(
    cast: Cast, sign_in: Any, caplog: pytest.LogCaptureFixture
) -> None:
    with acting_in(cast.north.pk):
        only_i_see(cast.ada)
    browser = sign_in(cast.ada)
    settings_page(browser, part="number", number="+44 7700 900123")
    with acting_in(cast.north.pk):
        code = code_of(OutgoingMessage.objects.get(kind=Kind.CODE))
        outbox.deliver(cast.north, outbox.claim(cast.north))
    settings_page(browser, part="code", code=code)
    with acting_in(cast.north.pk):
        record = str([(event.verb, event.detail) for event in AuditEvent.objects.all()])
        ledger = str(list(OutgoingMessage.objects.values()))
    seen = [
        sign_in(who).get(reverse(route, args=args)).content.decode()
        for who, route, args in (
            (cast.theo, "client_page", [cast.ada.episode.pk]),  # type: ignore[union-attr]
            (cast.theo, "therapist_home", []),
            (cast.amy, "people", []),
            (cast.amy, "board", []),
            (cast.amy, "clinic_settings", []),
        )
    ]
    for text in (record, ledger, caplog.text, *seen):
        assert "900123" not in text
        assert code not in text


def test_without_a_provider_the_page_offers_none(cast: Cast, sign_in: Any, monkeypatch: MonkeyPatch) -> None:
    monkeypatch.setattr(settings, "SMS", {**settings.SMS, "folder": "", "url": ""})
    with acting_in(cast.north.pk):
        only_i_see(cast.ada)
    browser = sign_in(cast.ada)
    assert "Text message" not in browser.get(reverse("settings")).content.decode()
    assert settings_page(browser, part="number", number=NUMBER).status_code == 422
