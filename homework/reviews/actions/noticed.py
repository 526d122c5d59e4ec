"""A star on a line the client wrote, to find it again (F31). The line stays in its entry, whatever becomes of the star."""

from django.db import transaction
from django.utils.translation import gettext as _

from clinic import audit
from clinic.access import Actor
from clinic.refusal import ActionRefused
from homework.assignments.models import Entry
from homework.reviews import noticed
from homework.reviews.models import Noticed


@transaction.atomic
def star(*, by: Actor, entry: Entry, key: str) -> None:
    """Star what one question was answered with. Twice is once. Raises ActionRefused (422) where there are no own words."""
    if entry.episode.client_id != by.member_id:
        raise ActionRefused(_("Only the one who wrote it can star it."))
    if not noticed.words(entry, key):
        raise ActionRefused(_("There is nothing to star here."), status=422)
    row, made = Noticed.objects.get_or_create(
        entry=entry, key=key, defaults={"clinic_id": by.clinic_id, "episode": entry.episode}
    )
    if made:
        audit.record(by=by, verb="noticed.starred", obj=row)


@transaction.atomic
def unstar(*, by: Actor, entry: Entry, key: str) -> None:
    """Take the star off. The entry stays as it is."""
    if entry.episode.client_id != by.member_id:
        raise ActionRefused(_("Only the one who wrote it can star it."))
    gone, _rows = Noticed.objects.filter(entry=entry, key=key).delete()
    if gone:
        audit.record(by=by, verb="noticed.unstarred", obj=entry)
