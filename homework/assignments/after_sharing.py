"""Where a client comes to after sharing: the page with numbers, where an answer led to a flag (6.3.1), else what was done."""

from django.urls import reverse

from clinic.access import Actor
from homework.assignments import risky
from homework.assignments.models import Entry
from homework.safety import told


def page_of_flag(actor: Actor, entry: Entry) -> str:
    """The address of the page after a risky answer, empty for any other entry. One query for measures that ask such a thing."""
    if not risky.asks(entry.sheet.parsed.measure):
        return ""
    flag = told.about(actor, entry.pk)
    return reverse("told", args=[flag]) if flag is not None else ""


def page(actor: Actor, entry: Entry) -> str:
    """The address of the next page."""
    return page_of_flag(actor, entry) or reverse("entry_done", args=[entry.pk])
