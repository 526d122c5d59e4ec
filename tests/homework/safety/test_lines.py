"""A clinic's own lines of help: taken over, called, asked about, shown below the crisis lines (6.2, F71)."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
import time_machine
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from clinic import outbox
from clinic.models import AuditEvent, OutgoingMessage, Site
from clinic.refusal import ActionRefused
from clinic.scope import acting_in
from homework.safety import lines, resources, setup
from homework.safety.actions import resource as changing
from homework.safety.models import ClinicResource
from homework.safety.tasks import crisis_rows_due
from tests.cast import Cast, Person
from tests.homework.safety.given import set_up

pytestmark = pytest.mark.django_db
SignIn = Callable[[Person | None], Client]


def row(cast: Cast, days: int | None = 0, **more: Any) -> ClinicResource:
    """A line that was checked so many days ago; None: never."""
    said = {"kind": "crisis", "name": "A line", "phone": "0100"} | more
    on = None if days is None else cast.north.today() - timedelta(days=days)
    return ClinicResource.objects.create(clinic=cast.north, verified_on=on, **said)


@pytest.mark.finding("F71")
def test_a_row_with_its_date_is_on_the_help_page_below_the_crisis_lines(cast: Cast, sign_in: SignIn) -> None:
    amy = sign_in(cast.amy)
    amy.post(reverse("help_lines_take"))
    typed = {"kind": "low_cost", "name": "Free counselling house", "phone": "01632 960123", "checked": "on"}
    assert amy.post(reverse("help_line_add"), typed).status_code == 303
    page = sign_in(cast.ada).get(reverse("help_now")).content.decode()
    assert page.index("Samaritans") < page.index("Free counselling house")
    today = cast.north.today()
    assert f"{today.day} {today:%B %Y}" in page[page.index("Free counselling house") :]
    with acting_in(cast.north.pk):
        row = ClinicResource.objects.get(name="Free counselling house")
        assert (row.verified_on, row.verified_by_id) == (today, cast.amy.membership.pk)


@pytest.mark.finding("F71")
def test_clients_read_the_rows_of_their_site_and_language(cast: Cast) -> None:
    with acting_in(cast.north.pk):
        other = Site.objects.create(clinic=cast.north, name="Other house")
        here = cast.ada.membership.site
        row(cast, kind="practical", name="For all")
        row(cast, kind="practical", name="Here", site=here)
        row(cast, kind="practical", name="There", site=other)
        row(cast, kind="low_cost", name="En español", language="es")
        row(cast, kind="low_cost", name="Gone", retired_at=timezone.now())
        found = resources.for_client(cast.north, here, "en")
        assert {one.name for one in found.practical} == {"For all", "Here"}
        assert not found.low_cost
        assert [kind for kind, _rows in found.below] == ["Practical help: money, housing, care, work"]
        assert [one.name for one in resources.for_client(cast.north, here, "es").low_cost] == ["En español"]


def test_what_ships_is_offered_for_the_countries_of_the_sites_and_once(cast: Cast, sign_in: SignIn) -> None:
    amy = sign_in(cast.amy)
    page = amy.get(reverse("help_lines")).content.decode()
    assert "NHS 111, option 2" in page
    for _twice in range(2):
        assert amy.post(reverse("help_lines_take")).status_code == 303
    with acting_in(cast.north.pk):
        rows = list(ClinicResource.objects.filter(clinic=cast.north))
        assert len(rows) == 4
        assert {one.verified_on for one in rows} == {None}
        assert {one.kind for one in rows} == {"emergency", "crisis", "text"}
        Site.objects.create(clinic=cast.north, name="Dublin", crisis_locale="en-IE")
        more = lines.offered(cast.amy.actor)
    assert {(one.site.name, one.name) for one in more if one.site} == {
        ("Dublin", "Text About It"),
    }
    assert "From the list that comes with the program" in amy.get(reverse("help_lines")).content.decode()


def test_one_tap_says_that_it_was_called_today(cast: Cast, sign_in: SignIn) -> None:
    with acting_in(cast.north.pk):
        made = row(cast, days=400)
    amy = sign_in(cast.amy)
    assert "more than a year ago" in amy.get(reverse("help_lines")).content.decode()
    for _twice in range(2):
        assert amy.post(reverse("help_line_checked", args=[made.pk])).status_code == 303
    with acting_in(cast.north.pk):
        made.refresh_from_db()
        assert made.verified_on == cast.north.today()
        assert AuditEvent.objects.filter(verb="resource.checked").count() == 1


def test_another_number_has_to_be_called_again(cast: Cast) -> None:
    with acting_in(cast.north.pk):
        made = row(cast)
        same = changing.change(by=cast.amy.actor, row=made, about="For anybody.")
        assert same.verified_on is not None
        new = changing.change(by=cast.amy.actor, row=made, phone="0200")
        assert new.verified_on is None
        called = changing.change(by=cast.amy.actor, row=made, phone="0300", checked=True)
        assert called.verified_on == cast.north.today()


@pytest.mark.parametrize(
    ("typed", "wrong"),
    [
        ({"name": "A house"}, "A number, a text number or a web page is needed."),
        ({"name": "A house", "phone": "ask for Jo"}, "Only the number, please."),
        ({"name": "A house", "url": "javascript:alert(1)"}, "Enter a valid URL"),
        ({"phone": "0100"}, "This field is required"),
    ],
)
def test_what_is_wrong_is_said_and_what_was_typed_stays(
    cast: Cast, sign_in: SignIn, typed: dict[str, str], wrong: str
) -> None:
    answer = sign_in(cast.amy).post(reverse("help_line_add"), {"kind": "practical", "about": "Typed words."} | typed)
    page = answer.content.decode()
    assert answer.status_code == 422
    assert wrong in page
    assert "Typed words." in page
    with acting_in(cast.north.pk):
        assert not ClinicResource.objects.filter(clinic=cast.north).exists()


def test_a_line_sent_twice_is_one_and_taken_off_it_is_gone(cast: Cast) -> None:
    with acting_in(cast.north.pk):
        said: dict[str, Any] = {"kind": "practical", "name": "A house", "phone": "0100"}
        made = changing.add(by=cast.amy.actor, **said)
        assert changing.add(by=cast.amy.actor, **said).pk == made.pk
        changing.retire(by=cast.amy.actor, row=made)
        assert not lines.groups(cast.amy.actor)[-1].lines
        with pytest.raises(ActionRefused):
            changing.confirm(by=cast.amy.actor, row=made)
        assert changing.add(by=cast.amy.actor, **said).pk != made.pk


@pytest.mark.parametrize(
    ("days", "asked", "old"), [(180, False, False), (181, True, False), (365, True, False), (366, True, True)]
)
def test_half_a_year_asks_and_a_year_warns_every_admin_and_hides_nothing(
    cast: Cast, sign_in: SignIn, days: int, asked: bool, old: bool
) -> None:
    with acting_in(cast.north.pk):
        set_up(cast)
        row(cast, days=days, name="An old line")
        ages = lines.ages(cast.north)
    assert (ages.asked, ages.old) == (int(asked), int(old))
    board = sign_in(cast.amy).get(reverse("board")).content.decode()
    assert ("was last checked more than half a year ago" in board) == (asked and not old)
    assert ("was last checked more than a year ago" in board) == old
    assert "An old line" in sign_in(cast.ada).get(reverse("help_now")).content.decode()


def test_old_crisis_lines_close_the_gate(cast: Cast) -> None:
    with acting_in(cast.north.pk):
        set_up(cast)
        assert setup.is_complete(cast.north.pk)
        ClinicResource.objects.filter(clinic=cast.north).update(verified_on=cast.north.today() - timedelta(days=366))
        assert not setup.is_complete(cast.north.pk)


def test_admins_are_asked_once_a_week_while_there_is_something_to_call(cast: Cast) -> None:
    with time_machine.travel("2026-03-04T10:00:00Z"), acting_in(cast.north.pk):
        set_up(cast)
        made = row(cast, days=181)
    with time_machine.travel("2026-03-04T20:00:00Z"):  # after hours: it waits for the next opening
        assert crisis_rows_due() == 1
        assert crisis_rows_due() == 0
    with time_machine.travel("2026-03-06T10:00:00Z"):
        assert crisis_rows_due() == 0
        with acting_in(cast.north.pk):
            message = OutgoingMessage.objects.get(key__startswith=lines.KEY)
            assert message.kind == OutgoingMessage.Kind.DIGEST
            assert message.user_id == cast.amy.user.pk
            assert message.due_at.isoformat() == "2026-03-05T09:00:00+00:00"
            assert outbox.checks[message.kind]
            assert lines.still_to_check(cast.north, [message], timezone.now()) == {message.pk: ""}
    with time_machine.travel("2026-03-09T10:00:00Z"):
        assert crisis_rows_due() == 1  # another week
        with acting_in(cast.north.pk):
            changing.confirm(by=cast.amy.actor, row=made)
            assert lines.still_to_check(cast.north, [message], timezone.now()) == {message.pk: "checked"}
    with time_machine.travel("2026-03-16T10:00:00Z"):
        assert crisis_rows_due() == 0
