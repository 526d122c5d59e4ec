"""What may be marked in a session: two separate marks, the ruler, both sides. Everything is optional (F24, F26)."""

from collections.abc import Mapping
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from homework.assignments.forms.plan import TEXT, Rating, Refusable, Words
from homework.reviews.actions.readiness import MARKS, WORDS, Readiness
from homework.reviews.models import ReadinessMark

HOW_MUCH = [
    ("", _("No mark")),
    ("0", _("0 Not at all")),
    ("1", _("1 A little")),
    ("2", _("2 Clearly")),
    ("3", _("3 Strongly")),
]


def tap(label: Any, help_text: Any) -> forms.TypedChoiceField:
    """One tap from 0 to 3, or none."""
    return forms.TypedChoiceField(
        label=label,
        help_text=help_text,
        required=False,
        choices=HOW_MUCH,
        coerce=int,
        empty_value=None,
        widget=forms.RadioSelect,
    )


class ReadinessForm(Refusable):
    """The marks of one session. `note`: what there is already."""

    unsure = tap(_("Unsure about change"), _("Wanting it and not wanting it, side by side."))
    against = tap(
        _("Against this task or the therapy"), _("Arguing with it, turning it down, going along without meaning it.")
    )
    importance = Rating(label=_("How much does a change matter to them just now?"))
    confidence = Rating(label=_("How sure are they that they could, if they wanted to?"))
    why_not_lower = Words(label=_("Why not lower?"), rows=2, limit=TEXT)
    for_change = Words(label=_("What speaks for a change"), rows=3, limit=TEXT)
    for_staying = Words(label=_("What speaks for staying as it is"), rows=3, limit=TEXT)

    def __init__(self, data: Mapping[str, Any] | None = None, *, note: ReadinessMark | None = None) -> None:
        marks = {name: value for name, value in ((note.marks if note else None) or {}).items() if name in MARKS}
        super().__init__(data, initial={**marks, **((note.words if note else None) or {})})

    def to_readiness(self) -> Readiness:
        """What the action takes."""
        said = self.cleaned_data
        return Readiness({name: said[name] for name in MARKS}, {name: said[name] for name in WORDS})
