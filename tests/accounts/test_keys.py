"""Key-encryption keys: refused when unusable, bound to what they seal."""

import base64
import json

import pytest
from django.core.exceptions import ImproperlyConfigured

from accounts import keys

KEY = base64.b64encode(b"k" * 32).decode()


@pytest.mark.parametrize(
    "text", ["", "{}", "[]", "no json", json.dumps([{"id": "a", "key": "short"}]), '[{"id": "a"}]']
)
def test_an_unusable_key_file_is_refused_without_showing_it(text: str) -> None:
    with pytest.raises(ImproperlyConfigured) as refusal:
        keys.parse(text)
    assert "short" not in str(refusal.value)


def test_a_value_opens_only_where_it_was_bound() -> None:
    file = keys.parse(json.dumps([{"id": "a", "key": KEY}]))
    key_id, sealed = file.seal(b"secret", bound_to="here")
    assert file.open(key_id, sealed, bound_to="here") == b"secret"
    with pytest.raises(keys.Undecryptable):
        file.open(key_id, sealed, bound_to="there")


def test_an_older_key_still_opens_what_it_sealed() -> None:
    old = keys.parse(json.dumps([{"id": "a", "key": KEY}]))
    key_id, sealed = old.seal(b"secret", bound_to="x")
    new = keys.parse(json.dumps([{"id": "b", "key": base64.b64encode(b"n" * 32).decode()}, {"id": "a", "key": KEY}]))
    assert new.active == "b"
    assert new.open(key_id, sealed, bound_to="x") == b"secret"


def test_a_sealed_text_does_not_show_the_text() -> None:
    sealed = keys.seal_text("JBSWY3DPEHPK3PXP", purpose="second factor")
    assert "JBSWY3DPEHPK3PXP" not in sealed
    assert keys.open_text(sealed, purpose="second factor") == "JBSWY3DPEHPK3PXP"
    with pytest.raises(keys.Undecryptable):
        keys.open_text(sealed, purpose="something else")
