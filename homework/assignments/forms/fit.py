"""What suits me: the client's own page, all of it optional (F22, F57, F58)."""

from typing import Any

from django import forms
from django.conf import settings
from django.utils.translation import gettext_lazy as _

from homework.assignments.actions.fit import PARTS
from homework.assignments.forms.plan import TEXT, Refusable, Words, radios
from homework.assignments.models import FitProfile
from homework.assignments.models.fit import AVOIDABLE

# The client's words for what a therapist knows by shorter ones (`catalogue.CAUTIONS`).
LEAVE_OUT = {
    "eye_contact": _("Looking into someone’s eyes"),
    "sensory": _("Noise, bright light, or being touched"),
    "interoception": _("Paying close attention to my body"),
    "breathing": _("Breathing exercises"),
    "imagery": _("Making pictures in my mind"),
    "reading_load": _("A lot to read"),
    "writing_load": _("A lot to write"),
    "counting": _("Counting or tracking things"),
    "time_estimation": _("Guessing how long something takes"),
}
SEVERAL = forms.CheckboxSelectMultiple


class FitForm(Refusable):
    """Every question may stay open; an answer that is not offered changes nothing else."""

    in_use = forms.BooleanField(
        label=_("Use this to find what suits me"),
        help_text=_("Your therapist sees it when you plan together. Switched off, nobody else sees it."),
        required=False,
    )
    time_of_day = radios(FitProfile.Time.choices, label=_("When is a good time?"))
    device = radios(FitProfile.Device.choices, label=_("What do you like to use?"))
    energy = radios(FitProfile.Energy.choices, label=_("How much is right just now?"))
    ways = forms.MultipleChoiceField(
        label=_("What do you like to do?"), required=False, choices=FitProfile.Way.choices, widget=SEVERAL
    )
    shape = radios(FitProfile.Shape.choices, label=_("Clear steps, or free?"))
    company = radios(FitProfile.Company.choices, label=_("Alone, or with somebody?"))
    language = radios([("", _("Either")), *settings.LANGUAGES], label=_("Which language is easiest?"))
    avoid = forms.MultipleChoiceField(
        label=_("What would you rather leave out?"),
        help_text=_("No reason needed. Something else is offered first."),
        required=False,
        choices=[(key, LEAVE_OUT[key]) for key in AVOIDABLE],
        widget=SEVERAL,
    )
    senses = Words(label=_("What is too loud, too bright or too close for you?"), rows=2, limit=TEXT)
    faith = Words(label=_("Is there something about faith, family or culture to keep in mind?"), rows=2, limit=TEXT)
    worked = Words(label=_("What has worked for you before?"), rows=2, limit=TEXT)

    def __init__(self, data: Any = None, *, profile: FitProfile) -> None:
        super().__init__(data, initial={part: getattr(profile, part) for part in PARTS})

    def said(self) -> dict[str, Any]:
        """What the client said, for each part of the profile. Call it on a valid form."""
        return {part: self.cleaned_data[part] for part in PARTS}
