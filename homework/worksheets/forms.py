"""Narrowing the library."""

from django import forms
from django.utils.translation import gettext_lazy as _

from clinic.models import Membership
from homework.worksheets import catalogue
from homework.worksheets.models import Worksheet

ANY = ("", _("Any"))
TIMES = [ANY, (str(catalogue.SHORT), _("Up to 5 minutes")), (str(catalogue.MIDDLE), _("Up to 15 minutes"))]


class LibraryForm(forms.Form):
    """All is optional, and what cannot be read narrows nothing. `measures`: whether the reader is offered any (F64)."""

    words = forms.CharField(
        label=_("Find"), required=False, max_length=80, widget=forms.TextInput(attrs={"type": "search"})
    )
    approach = forms.ChoiceField(label=_("Approach"), required=False, choices=[ANY, *Membership.Approach.choices])
    kind = forms.ChoiceField(label=_("Kind"), required=False)
    minutes = forms.TypedChoiceField(
        label=_("Time needed"), required=False, choices=TIMES, coerce=int, empty_value=None
    )

    def __init__(self, data: object = None, *, measures: bool = True) -> None:
        super().__init__(data)  # type: ignore[arg-type]
        kinds = [row for row in Worksheet.Kind.choices if measures or row[0] != Worksheet.Kind.MEASURE]
        self.fields["kind"].choices = [ANY, *kinds]  # type: ignore[attr-defined]

    def to_filter(self) -> catalogue.Filter:
        """What to narrow to."""
        self.full_clean()
        said = getattr(self, "cleaned_data", {})
        return catalogue.Filter(
            words=said.get("words", ""),
            kind=said.get("kind", ""),
            approach=said.get("approach", ""),
            minutes=said.get("minutes"),
        )
