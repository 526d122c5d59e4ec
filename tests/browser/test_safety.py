"""6.3.1 in a browser: a risky answer on a narrow phone, the page after it, the three buttons, and Help now; with and without a
script."""

from collections.abc import Callable

import pytest
from django.db import transaction
from django.urls import reverse
from playwright.sync_api import Page, expect

from clinic import vault
from clinic.scope import acting_in
from homework.assignments.actions import entry as doing
from homework.assignments.models import Plan
from homework.safety.models import SafetyFlag
from tests.access.world import Belongings
from tests.browser.conftest import NARROW, Window
from tests.cast import Cast
from tests.homework.assignments import given
from tests.homework.safety.given import set_up

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]
People = tuple[Cast, dict[str, Belongings]]
Open = Callable[..., Window]


def phq9(cast: Cast) -> str:
    """The address of a PHQ-9 Ada has begun."""
    with transaction.atomic(), acting_in(cast.north.pk), vault.session():
        vault.open_contents([cast.ada.membership.pk])
        set_up(cast, reads_within_days=2, emergency_department="City Hospital, North Road, day and night")
        cast.north.phone = "020 7946 0018"
        cast.north.save()
        work = given.agreed(cast, "phq-9", frequency=Plan.Frequency.TIMES, times_per_week=1)
        return reverse("entry", args=[doing.begin(by=cast.ada.actor, assignment=work).pk])


def fill(page: Page, item9: int) -> None:
    """Answer every question, the ninth with this."""
    for number in range(1, 11):
        page.locator(f"input[name=q{number}][value='{item9 if number == 9 else 1}']").check(force=True)
    page.get_by_role("button", name="Share my answers").click()


@pytest.mark.finding("F65")
@pytest.mark.parametrize("script", [True, False], ids=["script", "no script"])
def test_a_risky_answer_on_a_narrow_phone(people: People, window: Open, script: bool) -> None:
    cast, world = people
    path = phq9(cast)
    ada = window(cast.ada, NARROW, script=script)
    page = ada.go(path)
    expect(page.get_by_text("Question 9 asks about thoughts of not being safe.")).to_be_visible()
    if script:
        ada.assert_sound(path)
    fill(page, 2)
    expect(page.get_by_role("heading", level=1)).to_have_text("Thank you for telling us.")
    expect(page.locator("a[href='tel:116123']")).to_be_visible()
    page.get_by_role("button", name="I’d like someone from the clinic to contact me").click()
    page.get_by_label("A number where it is safe to call you").fill("07700 900123")
    page.get_by_role("button", name="Save").click()
    expect(page.get_by_text("What you wrote here is kept.")).to_be_visible()
    if script:
        ada.assert_sound("the page after it")
    page.get_by_role("button", name="I’m not safe right now").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Please call one of these now")
    expect(page.locator("a[href^='tel:']").first).to_have_attribute("href", "tel:999")
    assert page.locator("a[href^='tel:']").first.bounding_box()["y"] < NARROW[1], "the first number needs no scrolling"  # type: ignore[index]
    if script:
        ada.assert_sound("not safe")
    with acting_in(cast.north.pk), transaction.atomic():
        flags = SafetyFlag.objects.filter(episode=cast.ada.episode)
        flag = flags.exclude(about_id=world["ada"].shared).get()
    assert (flag.kind, flag.priority, flag.choice) == ("item9", "P1", "not_safe")


@pytest.mark.parametrize("dark", [False, True], ids=["light", "dark"])
def test_help_now_with_everything_a_clinic_can_arrange(people: People, window: Open, dark: bool) -> None:
    cast, _world = people
    phq9(cast)
    ada = window(cast.ada, NARROW, dark=dark)
    page = ada.go(reverse("help_now"))
    ada.assert_sound("help now")
    page.get_by_role("button", name="I’m not safe right now").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Please call one of these now")
    ada.assert_sound("not safe")
