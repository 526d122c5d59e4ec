"""What a reminder says (clinical.md 5)."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from clinic import wording
from clinic.forms.base import ActionForm
from clinic.models import ContactPrefs


class NudgeWordsForm(ActionForm):
    """One of three lines, or one's own."""

    wording = forms.ChoiceField(
        label=_("What shall a reminder say?"), choices=ContactPrefs.Wording.choices, widget=forms.RadioSelect
    )
    words = forms.CharField(
        label=_("My own words"),
        help_text=_("Anyone who sees your phone can read this. Up to 60 characters, no names."),
        required=False,
        max_length=200,
        widget=forms.TextInput(attrs={"autocomplete": "off"}),
    )
    here = forms.BooleanField(
        label=_("Show my own words only here, on Today. Messages say “You asked for a nudge around now.”"),
        required=False,
    )

    def values(self) -> dict[str, Any]:
        """What `nudge_words.choose` takes."""
        said = self.cleaned_data
        return {"chosen": said["wording"], "words": said["words"], "here": said["here"]}


def nudge_words_of(prefs: ContactPrefs) -> dict[str, Any]:
    """A client's choice as the form starts."""
    cue = wording.cue_of(prefs)
    return {"wording": prefs.wording, "words": cue.words if cue else "", "here": cue.here if cue else False}
