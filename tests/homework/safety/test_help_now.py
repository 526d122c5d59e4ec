"""Help now: for everybody, signed in or not, with the numbers of the place one is in."""

from collections.abc import Callable

import pytest
from django.test import Client
from django.urls import reverse

from clinic.models import Site
from clinic.scope import acting_in
from tests.cast import Cast, Person

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
