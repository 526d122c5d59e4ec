"""Away, covered, and after care, in a real browser: nothing axe finds, nothing sideways, light and dark, also without a script."""

import os
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path

import pytest
from django.db import transaction
from django.urls import reverse

from clinic import leaving, vault
from clinic.actions import absence as changing
from clinic.actions import care_team
from clinic.models import Absence, CareTeamMember, Clinic, Episode
from clinic.scope import acting_in
from tests.access.world import Belongings
from tests.browser.conftest import DESK, PHONE, Window
from tests.cast import Cast

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]
People = tuple[Cast, dict[str, Belongings]]
Open = Callable[..., Window]
KEEP = os.environ.get("BETWEEN_TEST_SHOTS", "")  # a folder for looking at them


def look(window: Window, name: str, path: str) -> None:
    """Open it, check it, and keep a picture where one is wanted."""
    page = window.go(path)
    if KEEP:
        page.screenshot(path=str(Path(KEEP) / f"{name}.png"), full_page=True)
    window.assert_sound(path)


def everything(cast: Cast) -> None:
    """Theo is away now with Cora, later waits for Sol; Sol asks Theo; Ben would rather not have Cora."""
    today = cast.north.today()
    with transaction.atomic(), vault.session(), acting_in(cast.north.pk):
        Absence.objects.all().delete()
        days = {"starts_on": today, "ends_on": today + timedelta(days=6)}
        theo, cora, sol = cast.theo.membership, cast.cora.membership, cast.sol.membership
        now = changing.ask(by=cast.theo.actor, member=theo, cover=cora, **days)
        changing.answer(by=cast.cora.actor, absence=now, yes=True)
        place = CareTeamMember.objects.get(absence=now, episode=cast.ben.episode)
        changing.answer_cover(by=cast.ben.actor, place=place, welcome=False)
        later = {"starts_on": today + timedelta(days=20), "ends_on": today + timedelta(days=25)}
        no = changing.ask(by=cast.theo.actor, member=theo, cover=sol, **later)
        changing.answer(by=cast.sol.actor, absence=no, yes=False)
        last = {"starts_on": today + timedelta(days=40), "ends_on": today + timedelta(days=44)}
        changing.ask(by=cast.theo.actor, member=theo, cover=sol, **last)
        asks = {"starts_on": today + timedelta(days=60), "ends_on": today + timedelta(days=61)}
        changing.ask(by=cast.sol.actor, member=sol, cover=theo, **asks)


def test_the_pages_about_being_away_are_sound(people: People, window: Open) -> None:
    cast, things = people
    everything(cast)
    for size, dark in ((PHONE, False), (DESK, True)):
        name = "phone" if size == PHONE else "desk-dark"
        look(window(cast.theo, size, dark=dark), f"away-{name}", reverse("away"))
        look(window(cast.amy, size, dark=dark), f"rota-{name}", reverse("away_rota"))
        look(window(cast.ada, size, dark=dark), f"today-away-{name}", reverse("today"))
    look(window(cast.theo, DESK), "away-desk", reverse("away"))
    look(window(cast.amy, DESK), "rota-desk", reverse("away_rota"))
    look(window(cast.ben, PHONE), "today-objected", reverse("today"))
    look(window(cast.theo, DESK), "end", reverse("episode_end", args=[things["ada"].episode]))
    look(window(cast.theo, DESK), "team", reverse("care_team", args=[things["ben"].episode]))
    look(window(cast.amy, DESK), "place-end", reverse("place_end", args=[cast.cora.membership.pk]))


def test_saying_no_to_a_cover_needs_no_script(people: People, window: Open) -> None:
    cast, _things = people
    everything(cast)
    page = window(cast.ada, script=False).go(reverse("today"))
    page.get_by_role("button", name="I would rather not").click()
    assert page.get_by_text("Cora does not read your pages, as you wished.").is_visible()
    page.get_by_role("button", name="Cora may read").click()
    assert page.get_by_text("Cora reads your pages").is_visible()


def test_life_after_care_is_sound_and_goes_without_a_script(
    people: People, window: Open, monkeypatch: pytest.MonkeyPatch
) -> None:
    cast, things = people
    monkeypatch.setattr(leaving, "_questions", [])  # what is still open in this world is not what is looked at here
    with transaction.atomic(), vault.session(), acting_in(cast.north.pk):
        assert cast.ada.episode is not None
        care_team.end_episode(by=cast.theo.actor, episode=cast.ada.episode)
        Clinic.objects.filter(pk=cast.north.pk).update(phone="01632 960123")
    for size, dark in ((PHONE, False), (DESK, True)):
        name = "phone" if size == PHONE else "desk-dark"
        look(window(cast.ada, size, dark=dark), f"after-{name}", reverse("today"))
        look(window(cast.ada, size, dark=dark), f"after-work-{name}", reverse("work"))
        look(window(cast.ada, size, dark=dark), f"after-task-{name}", reverse("task", args=[things["ada"].active]))
        look(window(cast.ada, size, dark=dark), f"after-draft-{name}", reverse("entry", args=[things["ada"].draft]))
    plain = window(cast.ada, script=False)
    page = plain.go(reverse("today"))
    page.get_by_role("button", name="My staying-well plan").click()
    assert page.get_by_role("heading", level=1).inner_text() == "Staying well"
    page.get_by_role("button", name="Keep it for me").click()
    assert page.url.endswith(reverse("today"))
    with transaction.atomic(), acting_in(cast.north.pk):
        long_ago = cast.north.today() - timedelta(days=800)
        Episode.objects.filter(pk=cast.ada.episode.pk).update(opened_on=long_ago, ended_on=long_ago)
    look(window(cast.ada, PHONE), "rest-phone", reverse("today"))
    look(window(cast.ada, DESK, dark=True), "rest-desk-dark", reverse("today"))
