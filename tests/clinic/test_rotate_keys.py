"""The key rotation command, as an operator runs it."""

import pytest
from django.core.management import call_command
from django.db import transaction

from accounts import keys
from clinic import vault
from clinic.actions import push
from clinic.models import DataKey, Membership, PushSubscription
from clinic.push import Address
from clinic.scope import acting_in
from tests.cast import Cast, make_cast


def test_rotation_rewraps_every_clinics_keys_and_names_still_open(
    cast: Cast, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    old = keys.key_file()
    monkeypatch.setattr(vault, "key_file", lambda: keys.KeyFile(active="next", keys={**old.keys, "next": b"n" * 32}))
    call_command("rotate_keys")
    assert "3 data keys" in capsys.readouterr().out
    call_command("rotate_keys")
    assert "0 data keys" in capsys.readouterr().out
    monkeypatch.setattr(vault, "key_file", lambda: keys.KeyFile(active="next", keys={"next": b"n" * 32}))
    for clinic, person, name in ((cast.north, cast.ada, "Ada"), (cast.south, cast.yan, "Yan")):
        with acting_in(clinic.pk), vault.session():
            vault.open_names([person.membership.pk])
            assert {row.kek_id for row in DataKey.objects.all()} == {"next"}
            assert Membership.objects.get(pk=person.membership.pk).label == name


@pytest.mark.django_db(transaction=True)
def test_rotation_seals_the_addresses_of_phones_anew(monkeypatch: pytest.MonkeyPatch) -> None:
    with transaction.atomic():
        cast = make_cast()
        member = cast.ada.membership
        with acting_in(cast.north.pk):
            address = Address(endpoint="https://push.example/1", p256dh="k", auth="a")
            PushSubscription.objects.create(
                clinic=cast.north, member=member, endpoint_hash="h", sealed=push.seal(member.pk, address)
            )
    old = keys.key_file()
    for module in (vault, keys):
        monkeypatch.setattr(module, "key_file", lambda: keys.KeyFile("next", {**old.keys, "next": b"n" * 32}))
    call_command("rotate_keys")
    with acting_in(cast.north.pk), transaction.atomic():
        row = PushSubscription.objects.get()
        assert keys.is_current(row.sealed)
        assert push.unseal(row) == address
