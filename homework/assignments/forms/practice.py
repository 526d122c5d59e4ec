"""About practice between sessions: five open questions, none of which wants an answer (F14)."""

from typing import Any

from django.utils.translation import gettext_lazy as _

from clinic.models import ContactPrefs
from homework.assignments.forms.plan import TEXT, Refusable, Words, radios
from homework.assignments.models import FitProfile
from homework.assignments.planning import about_practice


class PracticeForm(Refusable):
    """The client's own words, and the word they prefer."""

    earlier = Words(label=_("Have you done something like this before? How was it?"), rows=3, limit=TEXT)
    word = Words(label=_("What comes up when you hear the word homework?"), rows=3, limit=TEXT)
    noun = radios(
        ContactPrefs.Noun.choices,
        label=_("Which word do you like better?"),
        help_text=_("Your pages use it from then on."),
    )
    helped = Words(label=_("What helped you to try something between sessions?"), rows=3, limit=TEXT)
    in_the_way = Words(label=_("What got in the way?"), rows=3, limit=TEXT)

    def __init__(self, data: Any = None, *, profile: FitProfile, prefs: ContactPrefs | None) -> None:
        noun = prefs.noun if prefs is not None else ContactPrefs.Noun.PRACTICE
        super().__init__(data, initial={**about_practice.said(profile), "noun": noun})

    def said(self) -> dict[str, str]:
        """Their words, by part. Call it on a valid form."""
        return {part: self.cleaned_data[part] for part in about_practice.PARTS}

    @property
    def chosen(self) -> str:
        """The word they prefer; without a choice it stays as it is."""
        return self.cleaned_data["noun"] or str(self.initial["noun"])
