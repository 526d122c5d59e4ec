"""What is said after sharing: exact, plain, never about the person's worth (F43). A small part is said to count."""

from django.utils.translation import gettext as _

from homework.assignments.models import Entry
from homework.worksheets import answers
from homework.worksheets.definition import Definition

LOW = 3  # a mood of this or less makes it a hard day


def acknowledgement(definition: Definition, entry: Entry) -> str:
    """One sentence, or two."""
    if definition.measure is not None:
        return _("Thank you for answering.")
    if not entry.started:
        return _("Thank you for saying so. That is useful to know too.")
    said = len(answers.answered(definition, entry.size, entry.answers))
    if said <= 1:
        return (
            _("You wrote one line on a hard day. That counts.")
            if _hard(entry)
            else _("You wrote one line. That counts.")
        )
    if definition.outcome == "awareness":
        return _("You noticed something, and you wrote it down.")
    if entry.stepped_down or entry.size == "S":
        return _("You did the small version. That counts.")
    if entry.amount is not None and entry.amount <= Entry.Amount.HALF:
        return _("You did some of it, and you wrote it down. That counts.")
    if entry.amount == Entry.Amount.MORE:
        return _("You did more than you had planned.")
    return _("You did it on a hard day.") if _hard(entry) else _("You did it, and you wrote down how it was.")


def _hard(entry: Entry) -> bool:
    """Whether the client said that the day was hard."""
    moods = [entry.answers.get("mood_before"), entry.answers.get("mood_after")]
    return any(isinstance(mood, int) and mood <= LOW for mood in moods)
