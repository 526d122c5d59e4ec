"""`manage.py rotate_keys`: wrap clients' data keys, people's numbers and what their browsers are known by, under the active key.

Put a new key first in the key file, restart, run this, then remove the old key. Only the small wrapped keys change, no answer
is touched. Safe to stop at any point and run again: each batch is one transaction.
"""

from typing import Any

from django.core.management.base import BaseCommand
from django.db import transaction

from accounts import device_keys
from accounts.models import User
from clinic import numbers, vault, wording
from clinic.actions import push
from clinic.models import Clinic, ContactNumber, ContactPrefs, DataKey, PushSubscription
from clinic.scope import acting_in

BATCH = 500


class Command(BaseCommand):
    """Rewrap data keys, clinic by clinic."""

    help = "Wrap data keys under the active key-encryption key."

    def handle(self, *args: Any, **options: Any) -> None:
        """Go through all clinics and say how many keys changed."""
        changed = sum(self.rotate(clinic) for clinic in Clinic.objects.order_by("pk"))
        self.stdout.write(f"{changed} data keys wrapped anew")
        people = User.objects.exclude(sealed_device_secret="").order_by("pk")
        stale = [user for user in people.iterator() if device_keys.reseal(user)]
        User.objects.bulk_update(stale, ["sealed_device_secret"], batch_size=BATCH)
        self.stdout.write(f"{len(stale)} secrets of browsers sealed anew")

    def rotate(self, clinic: Clinic) -> int:
        """One clinic, in batches."""
        changed, last = 0, None
        with acting_in(clinic.pk):
            with transaction.atomic():  # outside of one there are no rows of a clinic
                told = [row for row in PushSubscription.objects.live().select_for_update() if push.reseal(row)]
                PushSubscription.objects.bulk_update(told, ["sealed"], batch_size=BATCH)
                spoken = ContactPrefs.objects.exclude(cue="").select_for_update()
                own = [prefs for prefs in spoken if wording.reseal(prefs)]
                ContactPrefs.objects.bulk_update(own, ["cue"], batch_size=BATCH)
                given = ContactNumber.objects.exclude(sealed="").select_for_update()
                texted = [row for row in given if numbers.reseal(row)]
                ContactNumber.objects.bulk_update(texted, ["sealed", "number_hash"], batch_size=BATCH)
            while True:
                with transaction.atomic():
                    rows = DataKey.objects.select_for_update().filter(destroyed_at__isnull=True).order_by("pk")
                    batch = list((rows.filter(pk__gt=last) if last else rows)[:BATCH])
                    if not batch:
                        return changed
                    stale = [row for row in batch if vault.rewrap(row)]
                    DataKey.objects.bulk_update(stale, ["kek_id", "wrapped"])
                    changed += len(stale)
                    last = batch[-1].pk
