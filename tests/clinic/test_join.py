"""The page behind an invitation's link: looking changes nothing, sending does once, and it tells strangers nothing."""

import threading
from collections.abc import Callable, Iterator
from datetime import timedelta
from uuid import UUID, uuid4

import pytest
import time_machine
from allauth.account.models import EmailAddress
from django.db import connection, transaction
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from accounts.models import User
from clinic import vault
from clinic.access import Role
from clinic.actions import join as joining
from clinic.actions import people
from clinic.models import ContactPrefs, Invitation, Membership, Site
from clinic.scope import acting_in
from tests.cast import PASSWORD, Cast, Person, make_cast

SignIn = Callable[[Person | None], Client]
TYPED = {"password": PASSWORD, "language": "en"}


def invite(cast: Cast, role: Role = Role.CLIENT, email: str = "nora@example.org", language: str = "en") -> str:
    """Invite somebody to the North clinic; returns the address of the page their link leads to."""
    with acting_in(cast.north.pk), transaction.atomic(), vault.session():
        site = Site.objects.get(clinic=cast.north)
        if role == Role.CLIENT:
            _member, token = people.invite_client(
                by=cast.amy.actor, name="Nora Quill", email=email, site=site, language=language
            )
        else:
            _member, token = people.invite_staff(by=cast.amy.actor, name="Nora Quill", email=email, role=role)
    return reverse("join", args=[cast.north.pk, token])


def member_in(cast: Cast, email: str) -> Membership | None:
    with acting_in(cast.north.pk):
        return Membership.objects.filter(user__email=email, clinic=cast.north).first()


def test_looking_at_the_link_never_uses_it_up(cast: Cast) -> None:
    link = invite(cast)
    for _ in range(3):
        page = Client().get(link)
        assert page.status_code == 200
        Client().head(link)
    with acting_in(cast.north.pk):
        assert Invitation.objects.open().count() == 1
    assert not User.objects.filter(email="nora@example.org").exists()
    assert Client().post(link, TYPED).status_code == 303


def test_the_page_is_neutral(cast: Cast) -> None:
    """No clinic, no person, no word about care: it is read over shoulders (F36)."""
    page = Client().get(invite(cast)).content.decode().lower()
    for word in ("north", "nora quill", "amy", "clinic", "therap", "homework", "session"):
        assert word not in page, word
    assert "<title>notes</title>" in page


def test_a_client_joins_and_is_sent_to_sign_in(cast: Cast) -> None:
    browser = Client()
    answer = browser.post(invite(cast), {**TYPED, "language": "es", "seen_by_others": "yes"})
    assert (answer.status_code, answer.headers["Location"]) == (303, reverse("account_login"))
    assert "_auth_user_id" not in browser.session, "joining does not sign in"
    user = User.objects.get(email="nora@example.org")
    assert (user.language, user.needs_second_factor, user.check_password(PASSWORD)) == ("es", False, True)
    address = EmailAddress.objects.get(user=user)
    assert (address.verified, address.primary) == (True, True)
    member = member_in(cast, user.email)
    assert member is not None
    with acting_in(cast.north.pk):
        assert ContactPrefs.objects.get(client=member).seen_by_others == "yes"


def test_a_new_client_then_signs_in_with_a_code_from_their_mail(cast: Cast) -> None:
    browser = Client()
    browser.post(invite(cast), TYPED)
    answer = browser.post(reverse("account_login"), {"login": "nora@example.org", "password": PASSWORD})
    assert answer.headers["Location"] == reverse("account_confirm_login_code")


@pytest.mark.parametrize("role", [Role.THERAPIST, Role.COACH, Role.ADMIN])
def test_staff_join_and_set_up_a_second_step_before_anything_else(cast: Cast, role: Role) -> None:
    browser = Client()
    browser.post(invite(cast, role), TYPED)
    assert User.objects.get(email="nora@example.org").needs_second_factor
    browser.post(reverse("account_login"), {"login": "nora@example.org", "password": PASSWORD})
    assert browser.get(reverse("my_security")).headers["Location"] == reverse("mfa_index")


def test_the_person_gets_the_time_zone_of_their_site(cast: Cast) -> None:
    with acting_in(cast.north.pk):
        Site.objects.filter(clinic=cast.north).update(time_zone="America/Lima")
    Client().post(invite(cast), TYPED)
    assert User.objects.get(email="nora@example.org").time_zone == "America/Lima"


def test_a_link_works_once(cast: Cast) -> None:
    link = invite(cast)
    assert Client().post(link, TYPED).status_code == 303
    assert Client().get(link).status_code == 404
    assert Client().post(link, {**TYPED, "password": "another-brass-kettle-44"}).status_code == 404
    assert User.objects.get(email="nora@example.org").check_password(PASSWORD)


def test_used_withdrawn_run_out_and_unknown_links_get_one_and_the_same_page(cast: Cast) -> None:
    used, withdrawn = invite(cast), invite(cast, email="mo@example.org")
    late = invite(cast, email="pia@example.org")
    Client().post(used, TYPED)
    with acting_in(cast.north.pk):
        people.withdraw(by=cast.amy.actor, invitation=Invitation.objects.get(email="mo@example.org"))
        Invitation.objects.filter(email="pia@example.org").update(expires_at=timezone.now() - timedelta(seconds=1))
    unknown = reverse("join", args=[cast.north.pk, "x" * 43])
    elsewhere = reverse("join", args=[uuid4(), "x" * 43])
    answers = [Client().get(link) for link in (used, withdrawn, late, unknown, elsewhere)]
    assert {answer.status_code for answer in answers} == {404}
    assert len({mask(answer.content) for answer in answers}) == 1


def mask(content: bytes) -> bytes:
    """A page without what differs by chance: tokens against forgery, and the address of the page itself."""
    lines = [line for line in content.splitlines() if b"csrf" not in line and b'name="next"' not in line]
    return b"\n".join(lines)


def test_a_link_of_one_clinic_does_not_work_for_another(cast: Cast) -> None:
    token = invite(cast).rstrip("/").rpartition("/")[2]
    assert Client().get(reverse("join", args=[cast.south.pk, token])).status_code == 404


def test_a_link_runs_out_after_72_hours(cast: Cast) -> None:
    link = invite(cast)
    with time_machine.travel(timezone.now() + timedelta(hours=71, minutes=59)):
        assert Client().get(link).status_code == 200
    with time_machine.travel(timezone.now() + timedelta(hours=72, minutes=1)):
        assert Client().get(link).status_code == 404
        assert Client().post(link, TYPED).status_code == 404


@pytest.mark.parametrize("easy", ["short-one", "passwordpassword", "nora@example.org"])
def test_an_easy_password_is_refused_beside_its_field_and_the_link_still_works(cast: Cast, easy: str) -> None:
    link = invite(cast)
    answer = Client().post(link, {**TYPED, "password": easy})
    assert answer.status_code == 422
    assert answer.context["form"].errors["password"]
    assert not User.objects.filter(email="nora@example.org").exists()
    assert Client().post(link, TYPED).status_code == 303


def test_the_page_does_not_tell_its_address_to_other_pages(cast: Cast) -> None:
    assert Client().get(invite(cast)).headers["Referrer-Policy"] == "strict-origin"


def test_the_page_speaks_the_language_the_clinic_chose(cast: Cast) -> None:
    page = Client(headers={"Accept-Language": "en"}).get(invite(cast, email="mo@example.org", language="es"))
    assert 'lang="es"' in page.content.decode()


# --- somebody who can already sign in ---------------------------------------------------------------------------------


def test_somebody_known_is_asked_to_sign_in_first_and_nothing_of_theirs_changes(cast: Cast) -> None:
    cast.yan.user.set_password(PASSWORD)
    cast.yan.user.save()
    link = invite(cast, email=cast.yan.user.email)
    page = Client().get(link)
    assert page.status_code == 200
    assert reverse("account_login") in page.content.decode()
    answer = Client().post(link, {**TYPED, "password": "a-new-password-for-yan-1"})
    assert answer.status_code == 409
    cast.yan.user.refresh_from_db()
    assert cast.yan.user.check_password(PASSWORD)
    assert member_in(cast, cast.yan.user.email) is None


def test_somebody_known_who_is_signed_in_takes_their_place_with_one_tap(cast: Cast, sign_in: SignIn) -> None:
    link = invite(cast, email=cast.yan.user.email)
    browser = sign_in(cast.yan)
    assert "password" not in browser.get(link).context["form"].fields
    answer = browser.post(link)
    assert (answer.status_code, answer.headers["Location"]) == (303, reverse("home"))
    member = member_in(cast, cast.yan.user.email)
    assert member is not None
    assert browser.session["membership"] == str(member.pk), "they are in their new place now"
    assert browser.get(reverse("reading_log")).status_code == 200


def test_a_client_who_becomes_staff_needs_a_second_factor_from_then_on(cast: Cast, sign_in: SignIn) -> None:
    sign_in(cast.yan).post(invite(cast, Role.COACH, email=cast.yan.user.email))
    cast.yan.user.refresh_from_db()
    assert cast.yan.user.needs_second_factor


def test_somebody_else_who_is_signed_in_cannot_take_the_place(cast: Cast, sign_in: SignIn) -> None:
    link = invite(cast)
    browser = sign_in(cast.yan)
    assert browser.get(link).status_code == 200
    assert browser.post(link, TYPED).status_code == 409
    assert member_in(cast, cast.yan.user.email) is None


def test_one_person_has_one_place_in_a_clinic(cast: Cast, sign_in: SignIn) -> None:
    link = invite(cast, email="mo@example.org")
    with acting_in(cast.north.pk):
        Invitation.objects.update(email=cast.ben.user.email)
    answer = sign_in(cast.ben).post(link)
    assert answer.status_code == 409


# --- two at once ------------------------------------------------------------------------------------------------------


@pytest.fixture
def committed(transactional_db: None) -> Iterator[Cast]:
    """The cast in a database with real commits, for threads."""
    with transaction.atomic():
        people_there = make_cast()
    yield people_there


@pytest.mark.django_db(transaction=True)
def test_two_people_who_send_the_form_at_once_make_one_account(committed: Cast) -> None:
    link = invite(committed)
    clinic_id, token = UUID(link.split("/")[2]), link.split("/")[3]
    start, found = threading.Barrier(2), []

    def send(password: str) -> None:
        try:
            start.wait(timeout=20)
            joining.accept(by=None, clinic_id=clinic_id, token=token, password=password)
            found.append("joined")
        except joining.InvitationGone:
            found.append("gone")
        finally:
            connection.close()

    threads = [threading.Thread(target=send, args=[word]) for word in (PASSWORD, "a-quite-other-word-77")]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(timeout=30)
    assert sorted(found) == ["gone", "joined"]
    assert User.objects.filter(email="nora@example.org").count() == 1
