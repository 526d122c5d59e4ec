"""The PIN of a client's screen: typing it, and choosing one."""

from django import forms
from django.utils.translation import gettext_lazy as _

from clinic.forms.base import ActionForm


class PinField(forms.CharField):
    """Digits on a phone's number keys, shown as dots; the browser is asked not to remember them."""

    def __init__(self, **kwargs: object) -> None:
        looks = {"inputmode": "numeric", "autocomplete": "off", "maxlength": "8", "spellcheck": "false"}
        super().__init__(widget=forms.PasswordInput(attrs=looks), max_length=8, **kwargs)  # type: ignore[arg-type]


class UnlockForm(ActionForm):
    """The PIN that was set."""

    pin = PinField(label=_("Your PIN"))


class PinForm(ActionForm):
    """A new PIN, twice."""

    pin = PinField(label=_("A PIN of 4 to 8 digits"), help_text=_("Not your birthday, and not the PIN of this phone."))
    again = PinField(label=_("Once more"))
