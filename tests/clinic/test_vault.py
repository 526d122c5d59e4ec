"""Sealed fields: nothing readable in the database, nothing opens out of place, nothing is read without being opened."""

import pytest
from django.db import connection

from accounts import keys
from clinic import vault
from clinic.models import DataKey, Membership
from clinic.scope import acting_in
from tests.cast import Cast


def raw_name(pk: object) -> bytes:
    with connection.cursor() as cursor:
        cursor.execute("SELECT client_name FROM clinic_membership WHERE id = %s", [pk])
        return bytes(cursor.fetchone()[0])


def test_a_sealed_value_is_not_readable_in_the_database(north: Cast) -> None:
    assert b"Ada" not in raw_name(north.ada.membership.pk)


def test_a_sealed_value_opens_for_a_client_who_was_opened(north: Cast) -> None:
    assert Membership.objects.get(pk=north.ada.membership.pk).label == "Ada"


def test_a_sealed_value_stays_shut_for_a_client_who_was_not_opened(cast: Cast) -> None:
    with acting_in(cast.north.pk), vault.session(), pytest.raises(vault.NotOpened):
        _ = Membership.objects.get(pk=cast.ada.membership.pk).label


def test_opening_names_does_not_open_contents(cast: Cast) -> None:
    with acting_in(cast.north.pk), vault.session():
        vault.open_names([cast.ada.membership.pk])
        assert Membership.objects.get(pk=cast.ada.membership.pk).label == "Ada"
        assert not vault._here().contents


def test_a_value_moved_to_another_clients_row_does_not_open(north: Cast) -> None:
    with connection.cursor() as cursor:
        cursor.execute(
            "UPDATE clinic_membership SET client_name = %s WHERE id = %s",
            [raw_name(north.ada.membership.pk), north.ben.membership.pk],
        )
    with pytest.raises(vault.Undecryptable):
        _ = Membership.objects.get(pk=north.ben.membership.pk).label


@pytest.mark.parametrize("position", [0, 5, 20, 30, -1])
def test_a_changed_bit_is_noticed(north: Cast, position: int) -> None:
    value = bytearray(raw_name(north.ada.membership.pk))
    value[position] ^= 1
    with connection.cursor() as cursor:
        cursor.execute(
            "UPDATE clinic_membership SET client_name = %s WHERE id = %s", [bytes(value), north.ada.membership.pk]
        )
    with pytest.raises(vault.Undecryptable):
        _ = Membership.objects.get(pk=north.ada.membership.pk).label


def test_a_plain_value_cannot_reach_a_sealed_column(north: Cast) -> None:
    with pytest.raises(TypeError):
        Membership.objects.filter(pk=north.ada.membership.pk).update(client_name="Ada in clear")


def test_rewrapping_changes_the_key_and_not_the_value(north: Cast, monkeypatch: pytest.MonkeyPatch) -> None:
    before = raw_name(north.ada.membership.pk)
    old = keys.key_file()
    new = keys.KeyFile(active="next", keys={**old.keys, "next": b"n" * 32})
    monkeypatch.setattr(vault, "key_file", lambda: new)
    row = DataKey.objects.get(client=north.ada.membership)
    assert vault.rewrap(row)
    row.save()
    assert not vault.rewrap(row)
    with vault.session():
        vault.open_contents([north.ada.membership.pk])
        assert Membership.objects.get(pk=north.ada.membership.pk).label == "Ada"
    assert raw_name(north.ada.membership.pk) == before


def test_without_its_data_key_nothing_opens(north: Cast) -> None:
    assert vault.destroy_key(client_id=north.ada.membership.pk) == 1
    with vault.session():
        vault.open_contents([north.ada.membership.pk])
        with pytest.raises(vault.Undecryptable):
            _ = Membership.objects.get(pk=north.ada.membership.pk).label


def test_sealed_values_never_print(north: Cast) -> None:
    row = Membership.objects.filter(pk=north.ada.membership.pk).values("client_name").get()
    assert repr(row["client_name"]) == "•••"
