"""What came back, on the admin's pages in a real browser: nothing axe finds, nothing sideways, light and dark."""

from datetime import timedelta

import pytest
from django.db import transaction
from django.urls import reverse
from django.utils import timezone

from clinic import outbox, returns, vault
from clinic.actions import people as inviting
from clinic.models import Invitation, OutgoingMessage, Site
from clinic.scope import acting_in
from tests.browser.conftest import DESK, PHONE
from tests.browser.test_away import Open, People, look
from tests.cast import Cast
from tests.clinic.returns.reports import Kind, event, sent
from tests.homework.assignments.nudging import wants_email

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


def some_came_back(cast: Cast) -> Invitation:
    """Ada's reminder, Theo's digest and the invitation of a new client came back."""
    with acting_in(cast.north.pk), vault.session():
        with transaction.atomic():
            wants_email(cast.ada, timezone.now() - timedelta(days=30))
            site = Site.objects.get(clinic=cast.north)
            by = cast.amy.actor
            member, _token = inviting.invite_client(by=by, name="Nora Quill", email="nora@exmaple.org", site=site)
        outbox.deliver(cast.north, outbox.claim(cast.north))
        with transaction.atomic():
            invitation: Invitation = member.invitations.get()
            rows = [sent(cast.ada), sent(cast.theo, timezone.now(), kind=Kind.DIGEST, to="")]
            rows.append(OutgoingMessage.objects.get(about=invitation.pk))
        returns.take([event(row) for row in rows])
        return invitation


@pytest.mark.parametrize(("size", "dark"), [(DESK, False), (PHONE, True)], ids=["desk", "phone"])
def test_the_pages_say_it_plainly_on_every_screen(
    people: People, window: Open, size: tuple[int, int], dark: bool
) -> None:
    cast, _things = people
    again = reverse("invitation_resend", args=[some_came_back(cast).pk])
    paths = {"clients": reverse("people"), "staff": f"{reverse('people')}?show=staff"}
    for name, path in {**paths, "again": again}.items():
        there = window(cast.amy, size, dark=dark)
        look(there, f"{name}-{size[0]}", path)
        words = there.page.locator("main").inner_text()
        assert ("came back" if name == "again" else "E-mail came back") in words
