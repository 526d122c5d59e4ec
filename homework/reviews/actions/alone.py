"""“I'd rather talk about this on my own”, on a sheet for two: it goes to the therapist only, never to the partner (F63)."""

from uuid import uuid5

from django.utils.translation import gettext as _

from clinic.access import Actor
from clinic.refusal import ActionRefused
from homework.assignments.models import Entry
from homework.reviews.actions import question
from homework.reviews.models import ClientQuestion


def tell_alone(*, by: Actor, entry: Entry) -> ClientQuestion:
    """Keep the wish, once an entry however often it is tapped.

    Raises ActionRefused (409) for an entry that is not for two, or after care has ended.
    """
    if entry.assignment.dyad_id is None:
        raise ActionRefused(_("This sheet is not for two. You can tell your therapist under “Something to tell”."))
    said = question.Said(kind=ClientQuestion.Kind.TELL, chips=[ClientQuestion.Chip.ALONE])
    key = uuid5(entry.pk, "alone")
    return question.ask(by=by, episode=entry.episode, assignment=entry.assignment, said=said, key=key)
