"""The questions about safe contact (F36)."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from clinic.forms.base import ActionForm, ClockTime
from clinic.models import ContactPrefs


class SafeContactForm(ActionForm):
    """Who else could see messages, whether the device is shared, which way is safe and when it is not.

    `shared` is not kept: it is about the device at hand, and leads to the PIN.
    """

    seen_by_others = forms.ChoiceField(
        label=_("Could someone else see messages on your phone or in your mailbox?"),
        choices=[choice for choice in ContactPrefs.SeenByOthers.choices if choice[0]],
        widget=forms.RadioSelect,
    )
    shared = forms.ChoiceField(
        label=_("Does someone else use this device too?"),
        choices=[("no", _("No, only I use it")), ("yes", _("Yes, or they could pick it up"))],
        widget=forms.RadioSelect,
        required=False,
    )
    way = forms.ChoiceField(
        label=_("Which way is safe for a short note?"),
        choices=[
            ("here", _("Only here, when I open this page")),
            ("email", _("An e-mail that says “A note is waiting for you”, and nothing more")),
        ],
        widget=forms.RadioSelect,
    )
    quiet_from = ClockTime(label=_("From"))
    quiet_until = ClockTime(label=_("Until"))
    noun = forms.ChoiceField(
        label=_("A word for it that suits you"),
        choices=ContactPrefs.Noun.choices,
        widget=forms.RadioSelect,
    )

    def values(self) -> dict[str, Any]:
        """What `contact.set_contact` takes."""
        kept = {name: self.cleaned_data[name] for name in ("seen_by_others", "quiet_from", "quiet_until", "noun")}
        return {**kept, "email_reminders": self.cleaned_data["way"] == "email"}


def safe_contact_of(prefs: ContactPrefs) -> dict[str, Any]:
    """What a client said last time, as the form starts. Before the first time no way is chosen for them."""
    said = {name: getattr(prefs, name) for name in ("seen_by_others", "quiet_from", "quiet_until", "noun")}
    return {**said, "way": ("email" if prefs.email_reminders else "here") if prefs.seen_by_others else ""}
