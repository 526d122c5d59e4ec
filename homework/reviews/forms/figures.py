"""What was done about something in the figures."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from clinic.forms.base import ActionForm, Day
from homework.reviews.models import Figures

LIMIT = 400


class ServiceActionForm(ActionForm):
    """One dated line."""

    kind = forms.ChoiceField(label=_("About"), choices=Figures.Kind.choices)
    text = forms.CharField(
        label=_("What was done"),
        max_length=LIMIT,
        help_text=_("No names, of clients or of colleagues."),
        widget=forms.Textarea(attrs={"rows": 2}),
    )
    done_on = Day(label=_("On"))

    def __init__(self, data: Any = None, **kwargs: Any) -> None:
        super().__init__(data, **kwargs)
        self.fields["text"].widget.attrs["autocomplete"] = "off"
