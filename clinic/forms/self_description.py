"""The client's optional page about themself (F55, F56)."""

from django import forms
from django.utils.translation import gettext_lazy as _

from clinic.forms.base import ActionForm
from clinic.models import SelfDescription


class SelfDescriptionForm(ActionForm):
    """Three questions; each may stay open, and an answer can be taken back by itself."""

    group = forms.ChoiceField(
        label=_("Which of these fits you best?"),
        choices=[*SelfDescription.Group.choices, ("", _("I’d rather not say"))],
        widget=forms.RadioSelect,
        required=False,
    )
    means = forms.ChoiceField(
        label=_("How far does the money go?"),
        choices=[*SelfDescription.Means.choices, ("", _("I’d rather not say"))],
        widget=forms.RadioSelect,
        required=False,
    )
    words = forms.CharField(
        label=_("How would you say it in your own words?"),
        help_text=_("For yourself. Nobody reads it, and it is not counted."),
        max_length=400,
        required=False,
        widget=forms.Textarea(attrs={"rows": 3}),
    )
