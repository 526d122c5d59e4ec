"""The figures of a service and a client's page about themself, in a real browser: sound, readable, no sideways scroll."""

import os
from collections.abc import Callable
from datetime import date
from pathlib import Path

import pytest
from django.db import transaction
from django.urls import reverse

from clinic.scope import acting_in
from tests.access.world import Belongings
from tests.browser.conftest import PHONE, Window
from tests.cast import Cast
from tests.homework.reviews.outcomes.test_page import a_month

SHOTS = os.environ.get("BETWEEN_SHOTS", "")
pytestmark = pytest.mark.browser


def look(view: Window, name: str) -> None:
    """Keep a picture, where somebody wants to look."""
    if SHOTS:
        view.page.screenshot(path=str(Path(SHOTS) / f"{name}.png"), full_page=True)


@pytest.mark.parametrize(("size", "dark"), [((1280, 900), False), (PHONE, True)])
def test_the_figures_and_the_page_about_oneself_are_sound(
    people: tuple[Cast, dict[str, Belongings]], window: Callable[..., Window], size: tuple[int, int], dark: bool
) -> None:
    cast, _things = people
    with transaction.atomic(), acting_in(cast.north.pk):
        a_month(cast, privacy=18)
        a_month(cast, date(2026, 3, 1))
    for person, route in ((cast.amy, "figures"), (cast.ada, "about_described")):
        view = window(person, size, dark=dark)
        view.go(reverse(route))
        look(view, f"{route}-{size[0]}")
        view.assert_sound(route)
        if size != PHONE and route == "figures":
            view.page.emulate_media(media="print")
            look(view, "figures-print")
