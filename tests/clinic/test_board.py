"""The admin's board and list of people: names, numbers and dates; never content, and no slower with more clients."""

from collections.abc import Callable

import pytest
from django.test import Client
from django.urls import reverse

from tests.cast import Cast, Person

SignIn = Callable[[Person | None], Client]


def test_smoke(cast: Cast, sign_in: SignIn) -> None:
    amy = sign_in(cast.amy)
    bad = []
    ep = cast.ada.episode.pk
    for url in [reverse("board"), reverse("people"), reverse("people")+"?show=staff", reverse("people")+"?q=ada", reverse("people")+"?show=waiting", reverse("invite", args=["client"]), reverse("invite", args=["staff"]),
        reverse("place_end", args=[cast.theo.membership.pk]), reverse("place_end", args=[cast.ada.membership.pk]), reverse("assign_client", args=[ep]), reverse("transfer_client", args=[ep]), reverse("clinic_settings"), reverse("care_team", args=[ep]), reverse("settings"), reverse("my_security")]:
        r = amy.get(url)
        print(url, r.status_code)
        if r.status_code != 200: bad.append(url)
    theo = sign_in(cast.theo)
    for url in [reverse("care_team", args=[ep]), reverse("sessions", args=[ep]), reverse("settings"), reverse("my_security")]:
        r = theo.get(url)
        print(url, r.status_code)
        if r.status_code != 200: bad.append(url)
    ada = sign_in(cast.ada)
    for url in [reverse("settings"), reverse("my_security"), reverse("reading_log")]:
        r = ada.get(url)
        print(url, r.status_code)
        if r.status_code != 200: bad.append(url)
    r = sign_in(cast.sol).get(reverse("supervision_reason", args=[ep]))
    print(r.status_code)
    assert not bad
