"""Help now: for everybody, signed in or not, with the numbers of the place one is in."""

from collections.abc import Callable
from datetime import date

import pytest
from django.test import Client
from django.urls import reverse

from clinic import vault
from clinic.models import Site
from clinic.scope import acting_in
from homework.assignments.models import Plan
from homework.safety import numbers
from homework.safety.models import ClinicResource, SafetyFlag
from tests.cast import Cast, Person
from tests.homework.assignments import given
from tests.homework.assignments.pages import SignIn, statements
from tests.homework.safety.given import set_up

pytestmark = pytest.mark.django_db


@pytest.mark.finding("F65")
def test_it_is_there_for_strangers_without_a_script(cast: Cast) -> None:
    page = Client().get(reverse("help_now"), headers={"accept-language": "en-US"}).content.decode()
    assert "988" in page
    assert "911" in page
    assert "<script src" not in page.replace('<script type="module" src', "")


def test_a_country_can_be_chosen(cast: Cast) -> None:
    assert "024" in Client().get(reverse("help_now"), {"country": "es"}).content.decode()


def test_an_unknown_country_falls_back_instead_of_breaking(cast: Cast) -> None:
    assert "116 123" in Client().get(reverse("help_now"), {"country": "\x00<script>"}).content.decode()


def test_somebody_signed_in_sees_the_numbers_of_their_site(
    cast: Cast, sign_in: Callable[[Person | None], Client]
) -> None:
    with acting_in(cast.north.pk):
        Site.objects.filter(pk=cast.ada.membership.site_id).update(crisis_locale="en-IE")
    page = sign_in(cast.ada).get(reverse("help_now")).content.decode()
    assert "50808" in page


@pytest.mark.finding("F65")
@pytest.mark.parametrize("route", ["today", "work", "notes", "settings"])
def test_every_client_page_leads_there(cast: Cast, sign_in: Callable[[Person | None], Client], route: str) -> None:
    assert reverse("help_now") in sign_in(cast.ada).get(reverse(route)).content.decode()


class TestTheWholePage:
    """6.2: what is on it, in which order, for whom."""

    @pytest.fixture
    def shown(self, cast: Cast) -> Cast:
        """Everything a clinic can arrange for the page."""
        with acting_in(cast.north.pk):
            cast.north.phone = "020 7946 0018"
            cast.north.save()
            set_up(cast, emergency_department="City Hospital, North Road, day and night", reads_within_days=2)
            rows = (
                ("text", "Text line", {"sms": "HOME 85258"}),
                ("violence", "Safe home line", {"phone": "0808 2000 247"}),
                ("low_cost", "Talking in town", {"url": "https://example.org/", "about": "Pay what you can"}),
                ("practical", "Food bank", {"phone": "01632 960003", "hours": "Tuesdays"}),
            )
            for kind, name, more in rows:
                ClinicResource.objects.create(
                    clinic=cast.north, kind=kind, name=name, verified_on=date(2026, 1, 5), **more
                )
        return cast

    def test_everything_is_there_in_the_order_of_the_specification(self, shown: Cast, sign_in: SignIn) -> None:
        with acting_in(shown.north.pk), vault.session():
            vault.open_contents([shown.ada.membership.pk])
            set_up(shown)
            plan = given.agreed(shown, "w21", frequency=Plan.Frequency.ONCE)
        html = sign_in(shown.ada).get(reverse("help_now")).content.decode()
        parts = (
            reverse("task", args=[plan.pk]),
            "tel:116123",
            "tel:999",
            "City Hospital",
            "tel:02079460018",
            reverse("not_safe"),
            "sms:85258",
            "tel:08082000247",
            "Talking in town",
            "Food bank",
        )
        places = [html.find(part) for part in parts]
        assert -1 not in places, [part for part, place in zip(parts, places, strict=True) if place < 0]
        assert places == sorted(places)

    @pytest.mark.finding("F71")
    def test_low_cost_and_practical_help_stands_below_the_lines_with_the_day_it_was_checked(
        self, shown: Cast, sign_in: SignIn
    ) -> None:
        html = sign_in(shown.ada).get(reverse("help_now")).content.decode()
        assert html.index("tel:116123") < html.index("Low-cost or free care") < html.index("Practical help")
        for word in ("Pay what you can", "Tuesdays", "Checked on 5 January 2026", "https://example.org/"):
            assert word in html

    def test_a_line_that_was_not_checked_for_long_is_shown_all_the_same(self, shown: Cast, sign_in: SignIn) -> None:
        with acting_in(shown.north.pk):
            ClinicResource.objects.update(verified_on=date(2020, 1, 1))
        html = sign_in(shown.ada).get(reverse("help_now")).content.decode()
        assert "tel:116123" in html and "Food bank" in html

    def test_another_country_shows_its_own_lines_not_the_clinics(self, shown: Cast, sign_in: SignIn) -> None:
        html = sign_in(shown.ada).get(reverse("help_now"), {"country": "IE"}).content.decode()
        assert "50808" in html and "Safe home line" not in html
        assert "tel:02079460018" in html, "the clinic stays the clinic"

    def test_it_costs_the_same_however_many_rows_there_are(self, shown: Cast, sign_in: SignIn) -> None:
        ada, stranger = sign_in(shown.ada), Client()
        ada.get(reverse("help_now"))
        few = statements(ada, "get", reverse("help_now"))
        with acting_in(shown.north.pk):
            ClinicResource.objects.bulk_create(
                ClinicResource(clinic=shown.north, kind="practical", name=f"Row {n}", phone=str(n)) for n in range(30)
            )
        assert statements(ada, "get", reverse("help_now")) == few <= 12
        assert statements(stranger, "get", reverse("help_now")) <= 2

    def test_what_a_browser_keeps_holds_nothing_of_the_clinic_or_the_person(self, shown: Cast, sign_in: SignIn) -> None:
        html = sign_in(shown.ada).get(f"{reverse('help_now')}?kept=1").content.decode()
        for word in ("North", "020 7946", "City Hospital", "Food bank", "Safe home line", reverse("not_safe"), "Ada"):
            assert word not in html, word
        assert "116 123" in html

    def test_a_country_without_lines_leads_on(self, cast: Cast) -> None:
        found = numbers.of(None, None, "XX")
        assert found.talk == [numbers.DIRECTORY] and not found.emergency

    def test_opening_it_tells_nobody(self, shown: Cast, sign_in: SignIn) -> None:
        sign_in(shown.ada).get(reverse("help_now"))
        with acting_in(shown.north.pk):
            assert not SafetyFlag.objects.exists()


@pytest.mark.parametrize(
    ("phone", "dial", "sms", "to"),
    [("116 123", "116123", "SHOUT 85258", "85258"), ("+44 (0)20 7946", "+440207946", "988", "988"), ("", "", "", "")],
)
def test_a_number_is_dialled_without_what_makes_it_readable(phone: str, dial: str, sms: str, to: str) -> None:
    line = numbers.Line("A line", phone=phone, sms=sms)
    assert (line.dial, line.text_to) == (dial, to)
