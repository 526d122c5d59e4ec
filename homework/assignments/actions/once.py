"""A key made in the browser belongs to one thing: used with another, it comes from a page that is out of date."""

from collections.abc import Iterator
from contextlib import contextmanager

from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _

from clinic.refusal import ActionRefused


@contextmanager
def key_is_its_own() -> Iterator[None]:
    """Raises ActionRefused (409) when what is saved within meets the key of something else; nothing is kept then."""
    try:
        with transaction.atomic():
            yield
    except IntegrityError:
        raise ActionRefused(_("This page is out of date. Please open it again.")) from None
