"""What is written beside an answer, the client's reply, and private notes."""

from typing import Any

from django import forms
from django.utils.datastructures import MultiValueDict
from django.utils.translation import gettext_lazy as _

from homework.assignments.forms.plan import TEXT, Refusable, Words


class TickBoxes(forms.Widget):
    """The boxes that are ticked; the page draws them itself (`reviews/_quotable.html`)."""

    def value_from_datadict(self, data: Any, files: Any, name: str) -> list[str]:
        """All values, at most a hundred."""
        found = data.getlist(name) if isinstance(data, MultiValueDict) else data.get(name) or []
        return [str(value)[:120] for value in found][:100]


class Ticks(forms.Field):
    """Which of the client's sentences are taken in (F31)."""

    widget = TickBoxes

    def __init__(self) -> None:
        super().__init__(required=False)

    def clean(self, value: Any) -> list[str]:
        """As they came; what they mean is decided where the entry is."""
        return list(value or ())


class CommentForm(Refusable):
    """One comment, with the sentences it takes in."""

    text = Words(label=_("What would you like to say about this?"), rows=4, limit=TEXT)
    quotes = Ticks()


class ReplyForm(Refusable):
    """What the client says back."""

    text = Words(label=_("Your reply"), rows=3, limit=TEXT)


class NoteForm(Refusable):
    """A private note."""

    text = Words(label=_("A note for yourself"), rows=5, limit=TEXT)
