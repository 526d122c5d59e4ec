"""Where the clinic's admin sees that e-mail does not reach somebody: beside the person, without a reason or a message."""

from collections.abc import Callable
from datetime import timedelta

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from clinic import outbox, returns
from clinic.actions import people
from clinic.models import ContactPrefs, Invitation, OutgoingMessage, Site
from tests.cast import Cast, Person
from tests.clinic.returns.reports import Kind, Returned, event, sent
from tests.homework.assignments.nudging import wants_email

SignIn = Callable[[Person | None], Client]
TAG = "E-mail came back"


def listed(sign_in: SignIn, north: Cast, show: str = "") -> dict[str, str]:
    """The rows of the list of people, by name."""
    page = sign_in(north.amy).get(reverse("people"), {"show": show}).content.decode()
    rows = page.split("<tr>")[2:]
    return {row.split('<th scope="row">')[1].split("<")[0].strip(): row for row in rows}


def returned(row: OutgoingMessage, what: str = Returned.BOUNCED) -> None:
    returns.take([event(row, what)])


@pytest.fixture
def nora(north: Cast) -> Invitation:
    """A new client whose invitation was sent to an address that does not exist."""
    site = Site.objects.get(clinic=north.north)
    member, _token = people.invite_client(by=north.amy.actor, name="Nora", email="nora@exmaple.org", site=site)
    outbox.deliver(north.north, outbox.claim(north.north))
    found: Invitation = member.invitations.get()
    returned(OutgoingMessage.objects.get(about=found.pk))
    return found


def test_a_client_whose_e_mail_came_back_has_a_neutral_tag(north: Cast, sign_in: SignIn) -> None:
    wants_email(north.ada, timezone.now() - timedelta(days=30))
    returned(sent(north.ada))
    rows = listed(sign_in, north)
    assert TAG in rows["Ada"]
    assert TAG not in rows["Ben"]


def test_a_complaint_is_the_clients_own_and_not_shown(north: Cast, sign_in: SignIn) -> None:
    wants_email(north.ada, timezone.now() - timedelta(days=30))
    returned(sent(north.ada), Returned.COMPLAINT)
    assert ContactPrefs.objects.get(client=north.ada.membership).email_stopped == "complaint"
    assert TAG not in listed(sign_in, north)["Ada"]


def test_so_has_a_colleague_until_a_message_stays(north: Cast, sign_in: SignIn) -> None:
    returned(sent(north.theo, kind=Kind.SAFETY, to=""))
    rows = listed(sign_in, north, "staff")
    assert TAG in rows["Theo"]
    assert TAG not in rows["Cora"]
    sent(north.theo, timezone.now(), kind=Kind.DIGEST, to="")
    assert TAG not in listed(sign_in, north, "staff")["Theo"]


def test_an_invitation_that_came_back_says_to_check_the_address(north: Cast, sign_in: SignIn, nora: Invitation) -> None:
    again = reverse("invitation_resend", args=[nora.pk])
    row = listed(sign_in, north, "waiting")["Nora"]
    assert TAG in row
    assert f'href="{again}"' in row
    assert "Check the address, send again" in row
    board = sign_in(north.amy).get(reverse("board")).content.decode()
    assert TAG in board.split('id="invitations"')[1]
    assert "there is no such address" in sign_in(north.amy).get(again).content.decode()


def test_sent_again_to_another_address_it_says_so_no_more(north: Cast, sign_in: SignIn, nora: Invitation) -> None:
    sign_in(north.amy).post(reverse("invitation_resend", args=[nora.pk]), {"email": "nora@example.org"})
    newest = Invitation.objects.order_by("-created_at", "-pk")[0]
    assert newest.email == "nora@example.org"
    assert TAG not in listed(sign_in, north, "waiting")["Nora"]
    page = sign_in(north.amy).get(reverse("invitation_resend", args=[newest.pk])).content.decode()
    assert "there is no such address" not in page


def test_a_colleagues_invitation_too(north: Cast, sign_in: SignIn) -> None:
    people.invite_staff(by=north.amy.actor, name="Dana", email="dana@exmaple.org", role="therapist")  # type: ignore[arg-type]
    outbox.deliver(north.north, outbox.claim(north.north))
    returned(OutgoingMessage.objects.get(to="dana@exmaple.org"))
    row = listed(sign_in, north, "staff")["Dana"]
    assert TAG in row
    assert "Check the address." in row


@pytest.mark.finding("F36")
def test_the_therapist_sees_nothing_of_it(north: Cast, sign_in: SignIn) -> None:
    assert north.ada.episode is not None
    page = reverse("client_page", args=[north.ada.episode.pk])
    wants_email(north.ada, timezone.now() - timedelta(days=30))
    returned(sent(north.ada))
    for path in (page, reverse("therapist_home"), reverse("caseload")):
        assert "came back" not in sign_in(north.theo).get(path).content.decode()


def test_a_page_asks_no_more_often_for_many_than_for_one(north: Cast, sign_in: SignIn, nora: Invitation) -> None:
    def asked() -> int:
        browser = sign_in(north.amy)
        with CaptureQueriesContext(connection) as queries:
            for show in ("waiting", "staff", ""):
                assert browser.get(reverse("people"), {"show": show}).status_code == 200
        return len(queries)

    before = asked()
    site = Site.objects.get(clinic=north.north)
    for number in range(4):
        address = f"n{number}@exmaple.org"
        people.invite_client(by=north.amy.actor, name=f"Nora {number}", email=address, site=site)
    for person in (north.theo, north.cora, north.kit):
        returned(sent(person, kind=Kind.DIGEST, to=""))
    assert asked() == before
