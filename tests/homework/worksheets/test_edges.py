"""A clinic goes by one of several published numbers: scores are read by it, other clinics are not."""

from collections.abc import Callable

import pytest
from django.test import Client
from django.urls import reverse

from clinic.refusal import ActionRefused
from homework.worksheets import edges
from homework.worksheets.actions import instruments
from homework.worksheets.definition import load_library
from homework.worksheets.models import Edge
from tests.access.world import version
from tests.cast import Cast, Person

SignIn = Callable[[Person | None], Client]
PCL = next(one for one in load_library() if one.slug == "pcl-5")
GAD = next(one for one in load_library() if one.slug == "gad-7")


def test_a_choice_changes_how_scores_are_read_and_nothing_else(north: Cast) -> None:
    assert edges.of([PCL, GAD]) == {}
    instruments.choose_edges(by=north.amy.actor, worksheet=version("pcl-5").worksheet, cutoff=31, rci=18)
    here = edges.of([PCL, GAD])
    measure = edges.chosen(PCL, here.get("pcl-5")).measure
    assert measure is not None and measure.rci is not None
    assert (measure.cutoff, measure.rci.value) == (31, 18)
    assert edges.chosen(GAD, here.get("gad-7")) is GAD
    assert measure.checksum() == measure.text_sha256


def test_a_number_nobody_published_is_refused_and_only_an_admin_chooses(north: Cast) -> None:
    sheet = version("pcl-5").worksheet
    with pytest.raises(ActionRefused) as no:
        instruments.choose_edges(by=north.amy.actor, worksheet=sheet, cutoff=12, rci=None)
    assert no.value.status == 422
    with pytest.raises(ActionRefused):
        instruments.choose_edges(by=north.theo.actor, worksheet=sheet, cutoff=31, rci=None)
    assert not Edge.objects.exists()


def test_a_number_that_a_later_pack_no_longer_names_falls_back(north: Cast) -> None:
    edge = Edge(cutoff=7, rci=None)
    assert edges.chosen(PCL, edge) == PCL


def test_the_admin_chooses_on_the_page(cast: Cast, sign_in: SignIn) -> None:
    amy = sign_in(cast.amy)
    page = amy.get(reverse("instruments")).content.decode()
    assert '<option value="33" selected>' in page
    assert amy.post(reverse("instrument_edges", args=["pcl-5"]), {"cutoff": "31", "rci": "18"}).status_code == 303
    assert '<option value="31" selected>' in amy.get(reverse("instruments")).content.decode()
    assert amy.post(reverse("instrument_edges", args=["w01"]), {}).status_code == 404
    assert "<option" not in sign_in(cast.theo).get(reverse("instruments")).content.decode()
