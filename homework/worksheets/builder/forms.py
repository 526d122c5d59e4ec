"""Beginning a worksheet."""

from django import forms
from django.utils.translation import gettext_lazy as _

from homework.worksheets.builder.words import LANGUAGES


class NewSheetForm(forms.Form):
    """A title is enough to begin."""

    title = forms.CharField(label=_("Title"), max_length=120, help_text=_("It can be changed at any time."))
    kind = forms.ChoiceField(
        label=_("What it is"),
        required=False,
        choices=[("sheet", _("A worksheet")), ("points", _("A questionnaire with points"))],
    )
    language = forms.ChoiceField(label=_("First written in"), choices=list(LANGUAGES.items()))
