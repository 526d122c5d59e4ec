"""The key of a person's browsers: the same for the same person, another for anybody else, and never stored in the open."""

import base64

import pytest

from accounts import device_keys, keys
from accounts.models import User

pytestmark = pytest.mark.django_db


def person(name: str) -> User:
    return User.objects.create_user(f"{name}@example.org")


def test_the_key_stays_the_same_and_each_person_has_their_own() -> None:
    ada, ben = person("ada"), person("ben")
    assert device_keys.make_secret(ada) and device_keys.make_secret(ben)
    assert not device_keys.make_secret(User.objects.get(pk=ada.pk)), "once made, it is never changed"
    mine = device_keys.key_of(ada)
    assert device_keys.key_of(User.objects.get(pk=ada.pk)) == mine
    assert len(base64.b64decode(mine.key)) == 32
    theirs = device_keys.key_of(ben)
    assert theirs.key != mine.key and theirs.owner != mine.owner


def test_the_database_holds_the_secret_sealed_for_this_person_alone() -> None:
    ada, ben = person("ada"), person("ben")
    device_keys.make_secret(ada)
    key = device_keys.key_of(ada)
    assert key.key not in ada.sealed_device_secret and key.owner not in ada.sealed_device_secret
    ben.sealed_device_secret = ada.sealed_device_secret
    with pytest.raises(keys.Undecryptable):
        device_keys.key_of(ben)


def test_the_tag_tells_nothing_of_who_it_is() -> None:
    ada = person("ada")
    device_keys.make_secret(ada)
    owner = device_keys.key_of(ada).owner
    assert len(owner) == 32
    assert ada.pk.hex[:8] not in owner


def test_a_new_key_file_reseals_the_secret_and_the_key_does_not_change(monkeypatch: pytest.MonkeyPatch) -> None:
    ada = person("ada")
    device_keys.make_secret(ada)
    before, old = device_keys.key_of(ada), keys.key_file()
    assert not device_keys.reseal(ada)
    monkeypatch.setattr(keys, "key_file", lambda: keys.KeyFile(active="next", keys={**old.keys, "next": b"n" * 32}))
    assert device_keys.reseal(ada)
    monkeypatch.setattr(keys, "key_file", lambda: keys.KeyFile(active="next", keys={"next": b"n" * 32}))
    assert device_keys.key_of(ada) == before
