"""Each way a message can go, as a small form of its own: e-mail, a number, the code that confirms it (clinical.md 5)."""

from collections.abc import Callable
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from clinic.forms.base import ActionForm
from clinic.models import ContactPrefs


def how_agreed() -> forms.ChoiceField:
    """How the client's yes came about: kept beside it."""
    return forms.ChoiceField(
        label=_("How did this come about?"),
        choices=[choice for choice in ContactPrefs.HowAgreed.choices if choice[0]],
        initial=ContactPrefs.HowAgreed.ALONE,
        widget=forms.RadioSelect,
        required=False,
    )


class EmailForm(ActionForm):
    """Short e-mails on; sent without `on` it turns them off."""

    on = forms.BooleanField(required=False, widget=forms.HiddenInput)
    how_agreed = how_agreed()


class NumberForm(ActionForm):
    """A number a code is sent to."""

    number = forms.CharField(
        label=_("Your mobile number"),
        max_length=40,
        help_text=_("With the country, such as +44 7700 900123. We send a code to it."),
        widget=forms.TextInput(attrs={"type": "tel", "autocomplete": "tel", "inputmode": "tel"}),
    )


class CodeForm(ActionForm):
    """The code that was sent. A wrong one is said beside the field, and counts as a try."""

    code = forms.CharField(
        label=_("The code from the text message"),
        max_length=12,
        widget=forms.TextInput(attrs={"inputmode": "numeric", "autocomplete": "one-time-code"}),
    )
    how_agreed = how_agreed()

    def done(self, action: Callable[..., Any]) -> bool:
        """As usual, but a code that is not right is no success."""
        if not super().done(action):
            return False
        if self.result is False:
            self.add_error("code", _("That is not the code we sent. Please look at it once more."))
            self.status = 422
            return False
        return True


class StaffCodeForm(CodeForm):
    """The same for staff, who are not asked how they agreed."""

    how_agreed = None  # type: ignore[assignment]


class EndNumberForm(ActionForm):
    """A number is given up."""
