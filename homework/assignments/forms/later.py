"""A time of today at which to be reminded once more."""

from django import forms

from clinic.forms.base import ClockTime


class LaterForm(forms.Form):
    """The wall time that was tapped."""

    at = ClockTime()
