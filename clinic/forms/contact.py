"""The questions about safe contact (F36)."""

from typing import Any

from django import forms
from django.http import QueryDict
from django.utils.translation import gettext, ngettext
from django.utils.translation import gettext_lazy as _

from clinic.channels import Channels
from clinic.forms.base import ActionForm, ClockTime
from clinic.models import ContactPrefs, OutgoingMessage

Channel = OutgoingMessage.Channel
HERE = "here"
ALWAYS = [
    (HERE, _("Only here, when I open this page")),
    (Channel.EMAIL.value, _("An e-mail that says “A note is waiting for you”, and nothing more")),
]
#: The inputs that say which ways this page asked about: what was turned on after it was opened is not stopped by it.
ASKED = "asked"


class SafeContactForm(ActionForm):
    """Who else could see messages, whether the device is shared, which ways are safe and when none is.

    Asked about are the ways there are for this client: an e-mail, and the text messages and phones that are on. Those are
    turned on under Settings, because that needs a code or the browser's leave; here they stay, or stop. With only one thing to
    choose it is a question with one answer. `shared` is not kept: it is about the device at hand, and leads to the PIN.
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
    way = forms.ChoiceField(label=_("Which way is safe for a short note?"), choices=ALWAYS, widget=forms.RadioSelect)
    quiet_from = ClockTime(label=_("From"))
    quiet_until = ClockTime(label=_("Until"))
    noun = forms.ChoiceField(
        label=_("A word for it that suits you"),
        choices=ContactPrefs.Noun.choices,
        widget=forms.RadioSelect,
    )

    def __init__(self, data: QueryDict | None, *, on: list[tuple[str, str]], initial: dict[str, Any]) -> None:
        """on: the ways that are on besides e-mail, each with its words."""
        super().__init__(data, initial=initial)
        self.on, self.asked = on, set(data.getlist(ASKED)) if data is not None else set()
        if on:
            self.fields["way"] = forms.MultipleChoiceField(
                label=_("Which ways are safe for a short note?"),
                help_text=_("Choose every one that is safe. What you leave out is turned off."),
                choices=[*ALWAYS, *on],
                widget=forms.CheckboxSelectMultiple,
            )

    def clean_way(self) -> set[str]:
        """The ways that are safe, none for "only here"."""
        chosen = self.cleaned_data["way"]
        ways = {chosen} if isinstance(chosen, str) else set(chosen)
        if HERE in ways and len(ways) > 1:
            raise forms.ValidationError(_("Choose “only here”, or the ways that are safe."))
        return ways - {HERE}

    def values(self) -> dict[str, Any]:
        """What `contact.set_contact` takes. "Only here" stops everything; else what the page asked about and nobody chose."""
        kept = {name: self.cleaned_data[name] for name in ("seen_by_others", "quiet_from", "quiet_until", "noun")}
        ways = self.cleaned_data["way"]
        besides = {Channel.SMS.value, Channel.PUSH.value}
        asked = self.asked & besides if ways else besides
        return {**kept, "email_reminders": Channel.EMAIL in ways, "stop": sorted(asked - ways)}


def on_besides(channels: Channels) -> list[tuple[str, str]]:
    """The ways that are on besides e-mail, with the words of this page."""
    found: list[tuple[str, str]] = []
    if channels.number.since is not None:
        ending = gettext("A text message to the number ending in %(ending)s. This is on.")
        found.append((Channel.SMS.value, ending % {"ending": channels.number.ending}))
    if channels.push.browsers:
        words = ngettext(
            "A note on the phone or browser you chose. This is on.",
            "A note on the %(n)s phones and browsers you chose. This is on.",
            channels.push.browsers,
        )
        found.append((Channel.PUSH.value, words % {"n": channels.push.browsers}))
    return found


def safe_contact_of(prefs: ContactPrefs, on: list[tuple[str, str]]) -> dict[str, Any]:
    """What a client said last time, as the form starts. Before the first time no way is chosen for them."""
    said = {name: getattr(prefs, name) for name in ("seen_by_others", "quiet_from", "quiet_until", "noun")}
    ways = [Channel.EMAIL.value] if prefs.email_reminders else []
    ways = [*ways, *(way for way, _words in on)] or [HERE]
    return {**said, "way": (ways if on else ways[0]) if prefs.seen_by_others else ""}
