"""The key rotation command, as an operator runs it."""

import pytest
from django.core.management import call_command

from accounts import keys
from clinic import vault
from clinic.models import DataKey, Membership
from clinic.scope import acting_in
from tests.cast import Cast


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
