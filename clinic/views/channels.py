"""The parts of the settings page about the ways a message can go: which forms there are, and what is said afterwards."""

from functools import partial
from typing import Any

from django.utils.translation import gettext as _

from clinic import numbers
from clinic.access import Actor
from clinic.actions import contact
from clinic.actions import number as texting
from clinic.forms.base import ActionForm
from clinic.forms.channels import CodeForm, EmailForm, EndNumberForm, NumberForm, StaffCodeForm

AT = {"email": "#by-email", "number": "#by-text", "code": "#by-text", "number_end": "#by-text"}
"""Where on the page a part stands: whoever saved one comes back to it."""


def channel_parts(actor: Actor, sent: dict[str, Any]) -> dict[str, tuple[ActionForm, Any]]:
    """The forms by name, each with its action."""
    found: dict[str, tuple[ActionForm, Any]] = {}
    if actor.is_client:
        found["email"] = (EmailForm(sent.get("email")), partial(contact.turn_email, by=actor))
    if numbers.offered():
        code = CodeForm if actor.is_client else StaffCodeForm
        found["number"] = (NumberForm(sent.get("number")), partial(texting.ask_code, by=actor))
        found["code"] = (code(sent.get("code")), partial(texting.confirm, by=actor))
        found["number_end"] = (EndNumberForm(sent.get("number_end")), partial(texting.end, by=actor))
    return found


def channel_says(part: str, form: ActionForm) -> str:
    """What has happened, plainly."""
    if part == "email":
        return _("Short e-mails are on.") if form.cleaned_data["on"] else _("Short e-mails are off.")
    return {
        "number": _("A code is on its way to that number. It works for ten minutes."),
        "code": _("Text messages are on."),
        "number_end": _("Text messages are off, and your number is gone from here."),
    }[part]
