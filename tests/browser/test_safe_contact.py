"""The questions about safe contact, by hand: what is on is there to keep or stop, in the browser, light and dark (F36)."""

import os
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from django.db import transaction
from django.urls import reverse
from django.utils import timezone

from clinic import numbers
from clinic.models import ContactNumber, ContactPrefs, PushSubscription
from clinic.scope import acting_in
from tests.access.world import Belongings
from tests.browser.conftest import Window
from tests.cast import Cast

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True), pytest.mark.finding("F36")]
People = tuple[Cast, dict[str, Belongings]]


@pytest.fixture(autouse=True)
def _texts(settings: Any, tmp_path: Path) -> None:
    settings.SMS = {**settings.SMS, "folder": str(tmp_path)}


def everything_on(cast: Cast) -> None:
    with transaction.atomic(), acting_in(cast.north.pk):
        member, now = cast.ada.membership, timezone.now()
        wishes = ContactPrefs.objects.filter(client=member)
        wishes.update(seen_by_others="no", email_reminders=True, consented_at=now, asked_at=now, answered_at=now)
        sealed = numbers.seal(member.pk, "+447700900142")
        ContactNumber.objects.create(clinic=cast.north, member=member, sealed=sealed, confirmed_at=now)
        for name in "ab":
            PushSubscription.objects.create(clinic=cast.north, member=member, endpoint_hash=name, sealed="x")


@pytest.mark.parametrize("dark", [False, True])
@pytest.mark.parametrize("on", [False, True], ids=["nothing on", "everything on"])
def test_the_questions_are_sound(people: People, window: Callable[..., Window], on: bool, dark: bool) -> None:
    if on:
        everything_on(people[0])
    there = window(people[0].ada, dark=dark)
    page = there.go(reverse("about_contact"))
    if shots := os.environ.get("SHOTS"):
        page.screenshot(path=f"{shots}/contact-{on}-{dark}.png", full_page=True)
    there.assert_sound(reverse("about_contact"))


def test_without_a_script_one_way_stops_and_the_others_stay(people: People, window: Callable[..., Window]) -> None:
    cast = people[0]
    everything_on(cast)
    page = window(cast.ada, script=False).go(reverse("about_contact"))
    page.get_by_label("A text message to the number ending in 42").uncheck()
    page.get_by_role("button", name="Save").click()
    with transaction.atomic(), acting_in(cast.north.pk):
        assert not ContactNumber.objects.live().exists()
        assert PushSubscription.objects.live().count() == 2
        assert ContactPrefs.objects.get(client=cast.ada.membership).may_email
