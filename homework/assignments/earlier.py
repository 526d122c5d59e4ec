"""What a client wrote on one sheet, offered on another: the steps of their ladder, the things that matter to them."""

from typing import Any

from homework.assignments.models import Entry
from homework.worksheets.definition import Definition
from homework.worksheets.kinds import EARLIER, Earlier

LOOKED_AT = 10
"""The newest entries of the other sheet."""


def offers(entry: Entry, definition: Definition) -> dict[str, Any]:
    """For each question that asks for it: the texts to pick from, under the name the page reads them by.

    No query for a sheet without such a question; otherwise one for each other sheet. The client's own, drafts included.
    """
    found: dict[str, Any] = {}
    for field in definition.by_key.values():
        if isinstance(field, Earlier):
            found[f"{EARLIER}{field.key}"] = field.offers(_answers(entry, field.worksheet))
    return found


def _answers(entry: Entry, slug: str) -> list[dict[str, Any]]:
    """What was written on a sheet, or on a copy of it."""
    rows = Entry.objects.filter(clinic_id=entry.clinic_id, episode_id=entry.episode_id)
    rows = rows.exclude(state=Entry.State.WITHDRAWN).exclude(pk=entry.pk)
    here = rows.filter(assignment__version__worksheet__slug=slug)
    copies = rows.filter(assignment__version__worksheet__made_from__worksheet__slug=slug)
    newest = (here | copies).order_by("-captured_at")[:LOOKED_AT]
    return [row.answers or {} for row in newest]
