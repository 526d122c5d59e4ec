"""Marking a session and listening first, in a real browser."""

from collections.abc import Callable
from datetime import timedelta

import pytest
from django.db import transaction
from django.urls import reverse
from django.utils import timezone

from clinic.models import Appointment
from clinic.scope import acting_in
from homework.reviews.models import ReadinessMark
from tests.access.world import Belongings
from tests.browser.conftest import PHONE, Window
from tests.cast import Cast

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


@pytest.mark.finding("F24")
@pytest.mark.finding("F26")
def test_a_number_brings_its_question_and_a_mark_opens_listen_first(
    people: tuple[Cast, dict[str, Belongings]], window: Callable[..., Window]
) -> None:
    cast, world = people
    with acting_in(cast.north.pk), transaction.atomic():
        held = Appointment.objects.create(
            clinic=cast.north,
            episode=cast.ada.episode,
            therapist=cast.theo.membership,
            starts_at=timezone.now() - timedelta(minutes=20),
        )
    view = window(cast.theo, PHONE)
    path = reverse("session_notes", args=[held.pk])
    page = view.go(path)
    asked = page.locator("[data-questions=importance]")
    assert asked.inner_text() == "Why this number, and not a lower one?"
    page.locator("label:has(> input[name=importance][value='4'])").click()
    assert asked.inner_text() == "Why a 4, and not a 2?"
    page.locator("label:has(> input[name=against][value='2'])").click()
    page.get_by_role("button", name="Keep").click()
    page.wait_for_load_state()
    assert asked.inner_text() == "Why a 4, and not a 2?"
    view.assert_sound(path)
    with acting_in(cast.north.pk), transaction.atomic():
        assert ReadinessMark.objects.filter(appointment=held).exists()
    listen = reverse("propose", args=[world["ada"].episode])
    assert view.go(listen).get_by_role("heading", level=1).inner_text() == "Listen first"
    view.assert_sound(listen)
