"""What a person's own browsers are given: the key for what waits there."""

from django.db import transaction

from accounts import device_keys
from accounts.device_keys import DeviceKey
from clinic import audit
from clinic.access import Actor


@transaction.atomic
def hand_out_key(*, by: Actor) -> DeviceKey:
    """The key of one's own browsers; the first time, the secret it is made of. Making it is recorded, asking is not."""
    assert by.user is not None
    if not device_keys.has_secret(by.user) and device_keys.make_secret(by.user):
        audit.record(by=by, verb="device.key_made", obj=by.membership)
    return device_keys.key_of(by.user)
