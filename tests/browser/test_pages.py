"""Every page in a real browser: axe finds nothing, nothing is blocked or thrown, nothing scrolls sideways at 320 px."""

from collections.abc import Callable

import pytest
from django.urls import reverse

from tests.access.world import Belongings
from tests.browser.conftest import DESK, PHONE, Window
from tests.cast import Cast

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]
People = tuple[Cast, dict[str, Belongings]]
Open = Callable[..., Window]


def client_paths(things: Belongings) -> list[str]:
    return [
        reverse("today"),
        reverse("work"),
        reverse("task", args=[things.active]),
        reverse("shape", args=[things.proposed]),
        reverse("agreed_sheet", args=[things.active]),
        reverse("work_paper", args=[things.active]),
        reverse("work_change", args=[things.active]),
        reverse("entry", args=[things.draft]),
        reverse("entry_finish", args=[things.draft]),
        reverse("entry", args=[things.shared]),
        reverse("entry_done", args=[things.shared]),
        reverse("notes"),
        reverse("settings"),
        reverse("about_fit"),
        reverse("about_practice"),
        reverse("history"),
        reverse("noticed"),
        reverse("goals"),
        *(reverse(name) for name in ("tell", "wish", "asked", "wins")),
        *(reverse(name, args=[things.active]) for name in ("tell_about", "in_the_way", "everyday_help")),
        reverse("reading_log"),
        reverse("my_security"),
        reverse("help_now"),
    ]


def therapist_paths(things: Belongings) -> list[str]:
    return [
        reverse("therapist_home"),
        reverse("caseload"),
        reverse("client_page", args=[things.episode]),
        reverse("library"),
        reverse("worksheet", args=[things.ids["worksheet"]]),
        reverse("worksheet_paper", args=[things.ids["worksheet"]]),
        reverse("own_sheets"),
        reverse("draft", args=[things.ids["tailored_draft"]]),
        reverse("draft_example", args=[things.ids["tailored_draft"]]),
        reverse("instruments"),
        reverse("work_paper", args=[things.active]),
        reverse("propose", args=[things.episode]),
        reverse("propose_with", args=[things.episode, things.ids["worksheet"]]),
        reverse("propose_nothing", args=[things.episode]),
        reverse("assignment", args=[things.active]),
        reverse("assignment_change", args=[things.active]),
        reverse("assignment_adapt", args=[things.active]),
        reverse("assignment_agreed", args=[things.active]),
        reverse("together", args=[things.proposed]),
        reverse("client_goals", args=[things.episode]),
        reverse("review", args=[things.active]),
        reverse("entry_together", args=[things.shared]),
        reverse("session_notes", args=[things.appointment]),
        reverse("question", args=[things.ids["question"]]),
        reverse("practical_help", args=[things.active]),
        reverse("digest", args=[things.appointment]),
        reverse("digest_paper", args=[things.appointment]),
        reverse("flag", args=[things.ids["flag"]]),
        reverse("flag_raise", args=[things.episode]),
        reverse("sessions", args=[things.episode]),
        reverse("care_team", args=[things.episode]),
        reverse("settings"),
    ]


def admin_paths(things: Belongings) -> list[str]:
    return [
        reverse("board"),
        reverse("open_flags"),
        reverse("people"),
        reverse("invite", args=["client"]),
        reverse("assign_client", args=[things.ids["waiting"]]),
        reverse("transfer_client", args=[things.episode]),
        reverse("place_end", args=[things.ids["member"]]),
        reverse("safety_setup"),
        reverse("safety_screening"),
        reverse("help_lines"),
        reverse("help_line", args=[things.ids["resource"]]),
        reverse("rehearsal", args=[things.ids["rehearsal"]]),
        reverse("clinic_settings"),
        reverse("instruments"),
        reverse("instrument", args=["who-5"]),
        reverse("library_switches"),
    ]


PATHS = {"ada": client_paths, "theo": therapist_paths, "amy": admin_paths}


@pytest.mark.parametrize(
    ("who", "size", "dark"),
    [
        ("ada", PHONE, False),
        ("ada", DESK, True),
        ("theo", DESK, False),
        ("theo", PHONE, True),
        ("amy", DESK, True),
        ("amy", PHONE, False),
    ],
)
def test_pages_are_sound(people: People, window: Open, who: str, size: tuple[int, int], dark: bool) -> None:
    cast, world = people
    view = window(getattr(cast, who), size, dark=dark)
    for path in PATHS[who](world["ada"]):
        view.go(path)
        view.assert_sound(path)


def test_pages_for_strangers_are_sound(people: People, window: Open) -> None:
    view = window(None)
    for path in (reverse("account_login"), reverse("account_reset_password"), reverse("help_now")):
        view.go(path)
        view.assert_sound(path)
