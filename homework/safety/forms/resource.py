"""One line of help."""

import re
from collections.abc import Iterable
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from accounts.models import User
from clinic.forms.base import ActionForm, OneOf
from clinic.models import Site
from homework.safety.models import ClinicResource

NUMBER = re.compile(r"[0-9+()/.\- ]+")


class ResourceForm(ActionForm):
    """A crisis line, an emergency number, a place that helps: who it is, how it is reached, when somebody checked it."""

    kind = forms.ChoiceField(label=_("What is it?"), choices=ClinicResource.Kind.choices)
    name = forms.CharField(label=_("Name"), max_length=80)
    about = forms.CharField(
        label=_("For whom, in plain words"),
        max_length=160,
        required=False,
        help_text=_("For example: free, for anybody, you do not have to give your name."),
    )
    phone = forms.CharField(label=_("Phone"), max_length=24, required=False)
    sms = forms.CharField(
        label=_("By text message"), max_length=40, required=False, help_text=_("What to write and where: SHOUT 85258")
    )
    url = forms.URLField(label=_("Web page or chat"), max_length=200, required=False, assume_scheme="https")
    hours = forms.CharField(
        label=_("When it is open"), max_length=80, required=False, help_text=_("For example: day and night")
    )
    site = OneOf(label=_("For which site?"), required=False, nobody=_("All sites"))
    language = forms.ChoiceField(
        label=_("For which language?"), choices=[("", _("Everybody")), *User.Language.choices], required=False
    )
    checked = forms.BooleanField(
        label=_("I called it, or opened it, today: it is right"),
        required=False,
        help_text=_("The date is shown beside it. You are asked again after half a year."),
    )

    def __init__(self, *args: Any, sites: Iterable[Site], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["site"].offer((site, site.name) for site in sites)  # type: ignore[attr-defined]

    def clean_phone(self) -> str:
        """A number one can tap."""
        number: str = self.cleaned_data["phone"]
        if number and not NUMBER.fullmatch(number):
            raise forms.ValidationError(_("Only the number, please. What else is to be said goes into another field."))
        return number

    def clean_url(self) -> str:
        """A web page, not a file server."""
        address: str = self.cleaned_data["url"]
        if address and not address.startswith(("https://", "http://")):
            raise forms.ValidationError(_("Choose a page whose address begins with https."))
        return address


def resource_of(row: ClinicResource) -> dict[str, Any]:
    """A row as its form starts; a check is said anew each time."""
    own = {name: getattr(row, name) for name in ResourceForm.base_fields if name not in ("site", "checked")}
    return own | {"site": row.site_id or ""}
