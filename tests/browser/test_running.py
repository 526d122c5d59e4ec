"""Messages and jobs, in a real browser: well, and in trouble; phone and desktop; no sideways scroll, nothing axe finds."""

import os
from collections.abc import Callable
from pathlib import Path

import pytest
from django.db import transaction
from django.urls import reverse
from django.utils import timezone

from accounts.models import AccountMail
from clinic.models import JobRun, OutgoingMessage
from clinic.scope import acting_in
from tests.access.world import Belongings
from tests.browser.conftest import DESK, NARROW, PHONE, Window
from tests.cast import Cast
from tests.clinic.test_running import HOUR, MINUTE, all_ran, park, put

SHOTS = os.environ.get("BETWEEN_SHOTS", "")
pytestmark = pytest.mark.browser
Kind, State, Channel = OutgoingMessage.Kind, OutgoingMessage.State, OutgoingMessage.Channel


def look(view: Window, name: str) -> None:
    """Keep a picture, where somebody wants to look."""
    if SHOTS:
        view.page.screenshot(path=str(Path(SHOTS) / f"{name}.png"), full_page=True)


def some_weeks(cast: Cast) -> None:
    """What a clinic's outbox looks like."""
    for number in range(24):
        put(cast.ada, Kind.REMINDER, HOUR + number * 5 * HOUR, state=State.SENT)
        put(cast.ada, Kind.REMINDER, HOUR + number * 6 * HOUR, state=State.SKIPPED, skipped_because="written")
        put(cast.ben, Kind.REMINDER, 2 * HOUR + number * HOUR, state=State.SENT, channel=Channel.PUSH)
        put(cast.theo, Kind.DIGEST, 3 * HOUR + number * HOUR, state=State.SENT)
    for code in ("quiet", "session", "cap", "paused"):
        put(cast.ada, Kind.REMINDER, 3 * HOUR, state=State.SKIPPED, skipped_because=code)
    put(cast.ada, Kind.NOTE, 3 * HOUR, state=State.SENT, returned="bounced", returned_at=timezone.now())
    put(cast.theo, Kind.SAFETY, 30 * HOUR, state=State.SENT)
    put(cast.theo, Kind.DIGEST, -HOUR)


@pytest.mark.parametrize(
    ("size", "dark"), [(DESK, False), (PHONE, True), (PHONE, False), (NARROW, False), (DESK, True)]
)
def test_the_page_is_sound_when_all_is_well_and_when_it_is_not(
    people: tuple[Cast, dict[str, Belongings]], window: Callable[..., Window], size: tuple[int, int], dark: bool
) -> None:
    cast, _things = people
    shade = "dark" if dark else "light"
    with transaction.atomic(), acting_in(cast.north.pk):
        OutgoingMessage.objects.all().delete()
        AccountMail.objects.all().delete()
        all_ran()
    view = window(cast.amy, size, dark=dark)
    view.go(reverse("running"))
    view.assert_sound("empty")
    look(view, f"empty-{size[0]}-{shade}")
    with transaction.atomic(), acting_in(cast.north.pk):
        some_weeks(cast)
    view.go(reverse("running"))
    assert "All is well." in view.page.content()
    look(view, f"well-{size[0]}-{shade}")
    with transaction.atomic(), acting_in(cast.north.pk):
        all_ran(reviews_build_due_digests=95 * MINUTE)
        JobRun.objects.filter(name="reviews.build_due_digests").update(
            trouble="django.db.utils.OperationalError homework/reviews/digest/build.py:88"
        )
        park(cast.ada, Kind.REMINDER)
        park(cast.theo, Kind.SAFETY, channel=Channel.SMS)
        park(cast.theo, Kind.INVITATION)
        put(cast.theo, Kind.SAFETY, 12 * MINUTE)
        AccountMail.objects.create(to="x@example.org", state="parked")
    view.go(reverse("running"))
    view.assert_sound("trouble")
    look(view, f"trouble-{size[0]}-{shade}")
    view.go(reverse("board"))
    look(view, f"board-{size[0]}-{shade}")
    view.page.get_by_role("link", name="Have a look").focus()
    view.page.keyboard.press("Enter")
    view.page.wait_for_url("**/running/")
    view.page.get_by_role("button", name="Let it go: Invitations, to a client").focus()
    view.page.keyboard.press("Enter")
    view.page.get_by_text("It will not be sent.").wait_for()
