"""One's own settings and security, who opened a client's work, and the clinic's discreet face."""

from collections.abc import Callable
from datetime import timedelta
from pathlib import Path
from uuid import uuid4

import pytest
from django.contrib.sessions.models import Session
from django.contrib.staticfiles import finders
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from accounts.models import ApiToken
from accounts.tokens import hash_of
from clinic import audit, icons, telling
from clinic.access import Role
from clinic.actions import security
from clinic.models import Clinic, ContactPrefs, Membership, Site
from clinic.refusal import ActionRefused
from clinic.scope import acting_in
from tests.cast import PASSWORD, Cast, Person

SignIn = Callable[[Person | None], Client]
MESSAGES = {
    "part": "messages",
    "seen_by_others": "no",
    "quiet_from": "21:00",
    "quiet_until": "08:00",
    "noun": "practice",
}


def prefs_of(cast: Cast) -> ContactPrefs:
    with acting_in(cast.north.pk):
        return ContactPrefs.objects.get(client=cast.ada.membership)


def prove(browser: Client, person: Person) -> None:
    """Type the password again."""
    person.user.set_password(PASSWORD)
    person.user.save()
    browser.force_login(person.user)
    session = browser.session
    session["account_authentication_methods"] = [{"method": "mfa", "type": "totp", "at": 0}]
    session["account_authentication_methods_user"] = str(person.user.pk)
    session.save()
    answer = browser.post(reverse("account_reauthenticate"), {"password": PASSWORD, "next": reverse("my_security")})
    assert answer.headers["Location"] == reverse("my_security")


# --- settings ---------------------------------------------------------------------------------------------------------


def test_a_client_turns_messages_on_and_off(cast: Cast, sign_in: SignIn) -> None:
    browser = sign_in(cast.ada)
    assert browser.post(reverse("settings"), {"part": "email", "on": "on"}).status_code == 409, "who else sees them?"
    assert browser.post(reverse("settings"), MESSAGES).status_code == 303
    assert not prefs_of(cast).may_email, "saying who sees them turns nothing on"
    on = browser.post(reverse("settings"), {"part": "email", "on": "on", "how_agreed": "session"})
    assert (on.status_code, on.headers["Location"]) == (303, reverse("settings") + "#by-email")
    assert (prefs_of(cast).may_email, prefs_of(cast).how_agreed) == (True, "session")
    assert "We talked about it in a session" in browser.get(reverse("settings")).content.decode()
    browser.post(reverse("settings"), {"part": "email"})
    assert not prefs_of(cast).may_email


@pytest.mark.finding("F36")
@pytest.mark.parametrize("others", ["yes", "unsure"])
def test_it_is_said_plainly_when_messages_stay_off(cast: Cast, sign_in: SignIn, others: str) -> None:
    browser = sign_in(cast.ada)
    browser.post(reverse("settings"), MESSAGES)
    browser.post(reverse("settings"), {"part": "email", "on": "on"})
    answer = browser.post(reverse("settings"), {**MESSAGES, "seen_by_others": others}, follow=True)
    assert not prefs_of(cast).may_email
    assert "so we send none" in answer.content.decode()
    assert "Turn on e-mails" not in answer.content.decode()


def test_what_was_typed_stays_when_a_wish_is_refused(cast: Cast, sign_in: SignIn) -> None:
    answer = sign_in(cast.ada).post(reverse("settings"), {**MESSAGES, "noun": "", "quiet_from": "20:15"})
    assert answer.status_code == 422
    assert 'value="20:15"' in answer.content.decode()


def test_a_pause_from_the_page_and_back(cast: Cast, sign_in: SignIn) -> None:
    browser = sign_in(cast.ada)
    assert browser.post(reverse("pause_all"), {"days": "14", "back": "settings"}).status_code == 303
    assert prefs_of(cast).paused_until is not None
    assert "Go on now" in browser.get(reverse("settings")).content.decode()
    browser.post(reverse("resume_all"), {"back": "settings"})
    assert prefs_of(cast).paused_until is None


@pytest.mark.parametrize("who", ["ada", "theo", "kit", "amy"])
def test_everybody_chooses_language_look_and_time_zone(cast: Cast, sign_in: SignIn, who: str) -> None:
    browser, person = sign_in(getattr(cast, who)), getattr(cast, who)
    look = {"part": "look", "language": "es", "theme": "dark", "time_zone": "America/Lima"}
    assert browser.post(reverse("settings"), look).status_code == 303
    person.user.refresh_from_db()
    assert (person.user.language, person.user.theme, person.user.time_zone) == ("es", "dark", "America/Lima")
    page = browser.get(reverse("settings"))
    assert page.headers["Content-Language"] == "es"
    assert 'data-theme="dark"' in page.content.decode()


@pytest.mark.parametrize("look", [{"language": "xx"}, {"time_zone": "Mars/Base"}, {"theme": "sepia"}])
def test_a_preference_that_is_not_offered_is_refused(cast: Cast, sign_in: SignIn, look: dict[str, str]) -> None:
    values = {"part": "look", "language": "en", "theme": "", "time_zone": "Europe/London", **look}
    assert sign_in(cast.ada).post(reverse("settings"), values).status_code == 422


@pytest.mark.parametrize("part", ["messages", "pause", "resume"])
def test_staff_have_no_wishes_about_messages(cast: Cast, sign_in: SignIn, part: str) -> None:
    assert sign_in(cast.theo).post(reverse("settings"), {**MESSAGES, "part": part, "days": "3"}).status_code == 422


@pytest.mark.finding("F36")
@pytest.mark.parametrize("route", ["settings", "reading_log", "my_security"])
def test_titles_of_a_clients_pages_tell_nothing(cast: Cast, sign_in: SignIn, route: str) -> None:
    page = sign_in(cast.ada).get(reverse(route)).content.decode()
    title = page.partition("<title>")[2].partition("</title>")[0]
    assert title
    assert not telling.tells(title)
    assert "North" not in title


# --- who opened my work -----------------------------------------------------------------------------------------------


@pytest.mark.finding("F33")
@pytest.mark.finding("F64")
def test_a_client_sees_who_can_open_their_work_and_what_a_coach_is(cast: Cast, sign_in: SignIn) -> None:
    page = sign_in(cast.ada).get(reverse("reading_log")).content.decode()
    assert "Theo" in page
    assert "coach, not a licensed therapist" in page
    assert "Reads only with a written reason" in page
    assert "Cora" not in page


@pytest.mark.finding("F33")
def test_a_client_sees_who_opened_their_work_and_when(cast: Cast, sign_in: SignIn) -> None:
    sign_in(cast.theo).get(reverse("sessions", args=[cast.ada.episode.pk]))  # type: ignore[union-attr]
    rows = sign_in(cast.ada).get(reverse("reading_log")).context["rows"]
    assert [(row.name, str(row.role)) for row in rows] == [("Theo", "your therapist")]
    assert timezone.now() - rows[0].at < timedelta(minutes=1)


def test_opening_the_same_page_again_on_one_day_is_one_line_with_a_number(cast: Cast, sign_in: SignIn) -> None:
    browser = sign_in(cast.theo)
    for _ in range(3):
        browser.get(reverse("sessions", args=[cast.ada.episode.pk]))  # type: ignore[union-attr]
    rows = sign_in(cast.ada).get(reverse("reading_log")).context["rows"]
    assert [(str(row.what), row.times) for row in rows] == [("your sessions", 3)]


def test_a_client_sees_only_their_own_record(cast: Cast, sign_in: SignIn) -> None:
    sign_in(cast.theo).get(reverse("sessions", args=[cast.ada.episode.pk]))  # type: ignore[union-attr]
    assert sign_in(cast.ben).get(reverse("reading_log")).context["rows"] == []


def test_ones_own_reading_is_not_in_the_record(cast: Cast, sign_in: SignIn) -> None:
    browser = sign_in(cast.ada)
    for route in ("settings", "my_security", "reading_log"):
        browser.get(reverse(route))
    assert browser.get(reverse("reading_log")).context["rows"] == []


def test_the_record_is_shown_in_pages(cast: Cast, sign_in: SignIn) -> None:
    with acting_in(cast.north.pk):
        for _ in range(60):
            audit.record(by=cast.theo.actor, verb="entry.read", obj=cast.ada.episode, is_read=True)
    browser = sign_in(cast.ada)
    first = browser.get(reverse("reading_log")).context["rows"]
    second = browser.get(reverse("reading_log"), {"page": "2"}).context["rows"]
    assert [sum(row.times for row in rows) for rows in (first, second)] == [50, 10]


@pytest.mark.parametrize("who", ["theo", "kit", "amy"])
def test_the_record_is_the_clients_own_page(cast: Cast, sign_in: SignIn, who: str) -> None:
    assert sign_in(getattr(cast, who)).get(reverse("reading_log")).status_code == 404


# --- my security ------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("who", ["ada", "theo", "kit", "amy"])
def test_everybody_sees_how_they_sign_in_and_when_it_ends(cast: Cast, sign_in: SignIn, who: str) -> None:
    page = sign_in(getattr(cast, who)).get(reverse("my_security"))
    assert page.status_code == 200
    text = page.content.decode()
    assert reverse("account_change_password") in text
    assert reverse("usersessions_list") in text
    assert ("API tokens" in text) is (who != "ada")


def test_a_token_needs_the_password_again_and_nothing_typed_is_kept(cast: Cast, sign_in: SignIn) -> None:
    cast.theo.user.set_password(PASSWORD)
    cast.theo.user.save()
    browser = sign_in(cast.theo)
    answer = browser.post(reverse("my_security"), {"name": "zq-what-was-typed"})
    assert (answer.status_code, answer.headers["Location"].partition("?")[0]) == (
        303,
        reverse("account_reauthenticate"),
    )
    assert not ApiToken.objects.exists()
    assert "zq-what-was-typed" not in str(dict(browser.session))


def test_a_token_is_shown_once_and_kept_as_a_hash(cast: Cast) -> None:
    browser = Client()
    prove(browser, cast.theo)
    answer = browser.post(reverse("my_security"), {"name": "My notebook"})
    token = answer.context["token"]
    assert token.startswith("between_")
    assert token in answer.content.decode()
    assert ApiToken.objects.get().token_hash == hash_of(token)
    assert token not in browser.get(reverse("my_security")).content.decode()
    for session in Session.objects.all():
        assert token not in str(session.get_decoded())


def test_a_token_can_be_ended_at_once(cast: Cast, sign_in: SignIn) -> None:
    row, token = token_of(cast.theo, cast)
    assert sign_in(cast.theo).post(reverse("api_token_end", args=[row.pk])).status_code == 303
    assert not ApiToken.objects.live().filter(token_hash=hash_of(token)).exists()


def token_of(person: Person, cast: Cast) -> tuple[ApiToken, str]:
    with acting_in(cast.north.pk):
        return security.create_token(by=person.actor, name="My notebook")


@pytest.mark.parametrize("who", ["kit", "amy", "zoe"])
def test_nobody_ends_somebody_elses_token(cast: Cast, sign_in: SignIn, who: str) -> None:
    row, _token = token_of(cast.theo, cast)
    assert sign_in(getattr(cast, who)).post(reverse("api_token_end", args=[row.pk])).status_code == 404
    assert sign_in(getattr(cast, who)).post(reverse("api_token_end", args=[uuid4()])).status_code == 404
    assert ApiToken.objects.live().count() == 1


def test_a_client_makes_no_token(north: Cast) -> None:
    with pytest.raises(ActionRefused):
        security.create_token(by=north.ada.actor, name="mine")


def test_there_are_at_most_ten_tokens(north: Cast) -> None:
    for number in range(10):
        security.create_token(by=north.theo.actor, name=f"number {number}")
    with pytest.raises(ActionRefused):
        security.create_token(by=north.theo.actor, name="one more")


def test_somebody_with_two_places_chooses_where_they_act(cast: Cast, sign_in: SignIn) -> None:
    with acting_in(cast.south.pk):
        place = Membership.objects.create(
            clinic=cast.south, user=cast.theo.user, role=Role.THERAPIST, display_name="Theo in the south"
        )
    browser = sign_in(cast.theo)
    page = reverse("sessions", args=[cast.ada.episode.pk])  # type: ignore[union-attr]
    assert browser.get(page).status_code == 200
    assert browser.post(reverse("place_choose", args=[place.pk])).status_code == 303
    assert "Theo in the south" in browser.get(reverse("my_security")).content.decode()
    assert browser.get(page).status_code == 404, "the other clinic's clients are out of sight"
    browser.post(reverse("place_choose", args=[cast.theo.membership.pk]))
    assert browser.get(page).status_code == 200


def test_nobody_acts_in_somebody_elses_place(cast: Cast, sign_in: SignIn) -> None:
    for place in (cast.amy.membership.pk, cast.zoe.membership.pk, uuid4()):
        assert sign_in(cast.theo).post(reverse("place_choose", args=[place])).status_code == 404


# --- the clinic's settings --------------------------------------------------------------------------------------------

CLINIC = {
    "part": "clinic",
    "clinic-name": "North clinic",
    "clinic-app_name": "Diary",
    "clinic-after_months": "18",
    "clinic-sender_name": "Reminders",
    "clinic-time_zone": "Europe/London",
    "clinic-phone": "020 7946 0000",
    "clinic-reading_hours": "Monday to Friday, 9 to 5",
    "clinic-leave_url": "https://www.bbc.com/weather",
    "clinic-couple_secrets": "limited",
}


def test_an_admin_sets_the_discreet_name_that_clients_see(cast: Cast, sign_in: SignIn) -> None:
    assert sign_in(cast.amy).post(reverse("clinic_settings"), CLINIC).status_code == 303
    assert "<title>Diary" in sign_in(cast.ada).get(reverse("reading_log")).content.decode()


@pytest.mark.finding("F36")
@pytest.mark.parametrize("name", ["Therapy notes", "North Clinic", "My Homework", "Mood diary", "Psicología"])
def test_a_name_that_tells_is_refused(cast: Cast, sign_in: SignIn, name: str) -> None:
    answer = sign_in(cast.amy).post(reverse("clinic_settings"), {**CLINIC, "clinic-app_name": name})
    assert answer.status_code == 422
    assert Clinic.objects.get(pk=cast.north.pk).app_name == "Notes"
    assert name in answer.content.decode(), "what was typed stays"


@pytest.mark.finding("F36")
@pytest.mark.parametrize("sender", ["North reminders", "Your therapist", "Psych team", "Salud mental", "Mood line"])
def test_a_sender_that_tells_or_names_the_clinic_is_refused_with_the_word(
    cast: Cast, sign_in: SignIn, sender: str
) -> None:
    answer = sign_in(cast.amy).post(reverse("clinic_settings"), {**CLINIC, "clinic-sender_name": sender})
    assert answer.status_code == 422
    assert "would tell others what it is for" in answer.content.decode()
    assert Clinic.objects.get(pk=cast.north.pk).sender_name == "Reminders"


@pytest.mark.finding("F36")
@pytest.mark.parametrize("icon", ["note", "leaf", "wave", "dot"])
def test_a_clinic_chooses_its_mark_and_its_clients_see_it_strangers_do_not(
    cast: Cast, sign_in: SignIn, icon: str
) -> None:
    sent = {**CLINIC, "clinic-icon": icon, "clinic-weekly_messages": "2"}
    assert sign_in(cast.amy).post(reverse("clinic_settings"), sent).status_code == 303
    assert Clinic.objects.get(pk=cast.north.pk).weekly_messages == 2
    browser = sign_in(cast.ada)
    about = browser.get(reverse("manifest")).json()
    assert {picture["src"].rpartition("/")[2].partition("-")[0].partition(".")[0] for picture in about["icons"]} == {
        icon
    }
    page = browser.get(reverse("reading_log")).content.decode()
    assert f"icons/{icon}-apple-180" in page
    assert icons.mark(icon).tab in page
    for picture in about["icons"]:
        path = finders.find(picture["src"].removeprefix("/static/"))
        assert path is not None and Path(path).stat().st_size < 6000
    assert "icon-192.png" in Client().get(reverse("manifest")).content.decode()
    assert icons.mark("").tab in Client().get(reverse("account_login")).content.decode()


@pytest.mark.parametrize("page", ["http://example.org/", "javascript:alert(1)", "not a page"])
def test_leaving_quickly_leads_to_a_secure_page(cast: Cast, sign_in: SignIn, page: str) -> None:
    answer = sign_in(cast.amy).post(reverse("clinic_settings"), {**CLINIC, "clinic-leave_url": page})
    assert answer.status_code == 422


def test_an_admin_opens_and_changes_sites(cast: Cast, sign_in: SignIn) -> None:
    browser = sign_in(cast.amy)
    new = {"part": "new", "new-name": "Millfield", "new-time_zone": "Europe/Madrid", "new-crisis_locale": "es-ES"}
    assert browser.post(reverse("clinic_settings"), new).status_code == 303
    with acting_in(cast.north.pk):
        site = Site.objects.get(name="Millfield")
    same = {f"{site.pk}-{name}": value for name, value in (("name", "north HOUSE"), ("time_zone", "Europe/Madrid"))}
    clash = browser.post(
        reverse("clinic_settings"), {**same, "part": str(site.pk), f"{site.pk}-crisis_locale": "es-ES"}
    )
    assert clash.status_code == 409
    with acting_in(cast.north.pk):
        assert Site.objects.get(pk=site.pk).name == "Millfield"


def test_a_site_of_another_clinic_cannot_be_changed(cast: Cast, sign_in: SignIn) -> None:
    with acting_in(cast.south.pk):
        site = Site.objects.get(clinic=cast.south)
    values = {"part": str(site.pk), f"{site.pk}-name": "Mine now", f"{site.pk}-crisis_locale": "en-GB"}
    answer = sign_in(cast.amy).post(reverse("clinic_settings"), {**values, f"{site.pk}-time_zone": "Europe/London"})
    assert answer.status_code == 422
    with acting_in(cast.south.pk):
        assert Site.objects.get(pk=site.pk).name == "South house"
