"""Where and when it is safe to be called. Both may stay empty."""

from django import forms
from django.utils.translation import gettext_lazy as _

from homework.safety.actions.flag import CONTACT_LIMIT


class SafeContactForm(forms.Form):
    """A number and a time, in the client's own words."""

    use_required_attribute = False
    number = forms.CharField(
        label=_("A number where it is safe to call you"),
        required=False,
        max_length=CONTACT_LIMIT,
        widget=forms.TextInput(attrs={"autocomplete": "off", "inputmode": "tel"}),
    )
    when = forms.CharField(
        label=_("A good time"),
        required=False,
        max_length=CONTACT_LIMIT,
        widget=forms.TextInput(attrs={"autocomplete": "off"}),
    )
