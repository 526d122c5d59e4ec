"""Digests through the API: for therapists, the same nine sections as on the page."""

from datetime import timedelta

import pytest
from django.utils import timezone

from clinic import vault
from clinic.models import Appointment
from clinic.scope import acting_in
from homework.reviews.actions.digest import build_digest
from homework.reviews.models import Digest
from tests.access.world import Belongings
from tests.api.conftest import Api
from tests.cast import Cast


def test_opening_a_digest_brings_it_up_to_date(api: Api, cast: Cast, ada: Belongings) -> None:
    with acting_in(cast.north.pk):
        Digest.objects.all().delete()
    caller = api(cast.theo)
    assert caller.get("api_digests").body["results"] == []
    found = caller.get("api_digest", ada.appointment)
    assert found.status == 200
    assert [section["number"] for section in found.body["sections"]] == list(range(1, 10))
    assert all(section["lines"] for section in found.body["sections"])
    assert [row["id"] for row in caller.get("api_digests").body["results"]] == [str(ada.appointment)]


def test_a_digest_tells_what_the_client_found_out(api: Api, cast: Cast, ada: Belongings) -> None:
    found = api(cast.theo).get("api_digest", ada.appointment)
    assert "zqadafoundxv" in found.words
    assert "zqadadraftxv" not in found.words


def test_digests_stand_in_the_order_of_their_sessions(api: Api, cast: Cast, ada: Belongings) -> None:
    now = timezone.now()
    with acting_in(cast.north.pk), vault.session():
        vault.open_contents([cast.ada.membership.pk])
        for hours in (5, 90, 40):
            row = Appointment.objects.create(
                clinic=cast.north,
                episode=cast.ada.episode,
                therapist=cast.theo.membership,
                starts_at=now + timedelta(hours=hours),
            )
            build_digest(row.pk, by=cast.theo.actor)
    starts = [row["starts_at"] for row in api(cast.theo).get("api_digests").body["results"]]
    assert starts == sorted(starts, reverse=True)
    assert len(starts) >= 3


@pytest.mark.parametrize("person", ["ada", "kit", "amy"])
def test_a_digest_is_for_therapists(api: Api, cast: Cast, ada: Belongings, person: str) -> None:
    caller = api(getattr(cast, person))
    assert caller.get("api_digest", ada.appointment).status == 404
    assert caller.get("api_digests").status == 404


def test_lines_lead_to_pages(api: Api, cast: Cast, ada: Belongings) -> None:
    sections = api(cast.theo).get("api_digest", ada.appointment).body["sections"]
    pages = {line["page"] for section in sections for line in section["lines"] if line["page"]}
    assert f"/assignments/{ada.active}/" in pages
