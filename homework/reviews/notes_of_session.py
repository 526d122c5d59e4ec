"""The page "In this session": the note there is, and what its numbers open."""

from dataclasses import dataclass

from django.utils import timezone

from clinic.access import Actor
from clinic.models import Appointment
from homework.assignments.planning import listen_first
from homework.reviews import rulers
from homework.reviews.actions.readiness import begins
from homework.reviews.models import ReadinessMark


@dataclass(frozen=True)
class Page:
    """What stands beside the form. `open`: the session has begun, so it can be marked."""

    note: ReadinessMark | None
    listen: listen_first.ListenFirst
    open: bool
    questions: list[tuple[int, str, str]]


def note_of(appointment: Appointment, actor: Actor) -> ReadinessMark | None:
    """The note of one session, where the reader may know of it. One query."""
    rows = ReadinessMark.objects.visible_to(actor).filter(appointment=appointment).select_related("author")
    note: ReadinessMark | None = rows.first()
    if note is not None:
        note.episode = appointment.episode
    return note


def page(appointment: Appointment, note: ReadinessMark | None, actor: Actor) -> Page:
    """Everything beside the form. As many queries as `listening.of`."""
    is_open = begins(appointment) and appointment.state != Appointment.State.CANCELLED
    listen = listen_first.of(appointment.episode, actor, timezone.now())
    return Page(note, listen, is_open, rulers.questions())
