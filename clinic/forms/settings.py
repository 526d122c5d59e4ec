"""Preferences of a person, wishes of a client about messages, settings of a clinic."""

from typing import Any

from django import forms
from django.utils.text import normalize_newlines
from django.utils.translation import gettext_lazy as _

from accounts.models import User
from clinic import telling
from clinic.forms.base import ActionForm, ClockTime
from clinic.models import Clinic, ContactPrefs, Site
from clinic.wall_clock import zone_choices

PRIVATE = {"diary", "diario"}  # telling in a message, but as a name only a diary


class LookForm(ActionForm):
    """Language, time zone, light or dark."""

    language = forms.ChoiceField(label=_("Language"), choices=User.Language.choices, widget=forms.RadioSelect)
    theme = forms.ChoiceField(label=_("Look"), choices=User.Theme.choices, widget=forms.RadioSelect, required=False)
    time_zone = forms.ChoiceField(label=_("Time zone"), choices=zone_choices)


class ContactForm(ActionForm):
    """Whether, when and how a client may be reached."""

    seen_by_others = forms.ChoiceField(
        label=_("Could someone else see messages on this phone or mailbox?"),
        choices=[choice for choice in ContactPrefs.SeenByOthers.choices if choice[0]],
        widget=forms.RadioSelect,
        required=False,
    )
    quiet_from = ClockTime(label=_("No messages from"))
    quiet_until = ClockTime(label=_("Until"))
    noun = forms.ChoiceField(
        label=_("What shall we call what you do between sessions?"),
        choices=ContactPrefs.Noun.choices,
        widget=forms.RadioSelect,
    )


class BlurForm(ActionForm):
    """Whether one's own words are blurred."""

    blur = forms.BooleanField(required=False)


class CardsForm(ActionForm):
    """Whether a card comes after a session (F05)."""

    offered = forms.BooleanField(
        label=_("One thing to carry with me"),
        help_text=_("A card on Today after a session. It takes a minute, and you can always skip it."),
        required=False,
    )


class PauseForm(ActionForm):
    """How long nothing is sent."""

    days = forms.TypedChoiceField(
        label=_("Pause everything for"),
        coerce=int,
        choices=[(1, _("1 day")), (2, _("2 days")), (3, _("3 days")), (7, _("1 week")), (14, _("2 weeks"))],
    )


class ClinicForm(ActionForm):
    """The clinic as colleagues know it, and as a client's household may see it."""

    name = forms.CharField(label=_("Name of the clinic"), max_length=120, help_text=_("Seen by people who work here."))
    app_name = forms.CharField(
        label=_("Discreet name"),
        max_length=24,
        help_text=_("In the tab and on top of pages. Neutral."),
    )
    sender_name = forms.CharField(
        label=_("Sender of messages"), max_length=24, help_text=_("Who messages come from. Neutral.")
    )
    icon = forms.ChoiceField(
        label=_("Mark on a phone"),
        choices=Clinic.Icon.choices,
        widget=forms.RadioSelect,
        required=False,
        help_text=_("In the tab and on the home screen. None of them says anything."),
    )
    weekly_messages = forms.TypedChoiceField(
        label=_("Notes a client may get in a week, at most"),
        coerce=int,
        empty_value=None,
        required=False,
        choices=[(number, str(number)) for number in range(4, 0, -1)],
        help_text=_("Counted over everything and every way. A diary that a client agreed to keep daily may ask daily."),
    )
    time_zone = forms.ChoiceField(
        label=_("Time zone"), choices=zone_choices, help_text=_("Decides when a day begins here.")
    )
    phone = forms.CharField(
        label=_("Phone"), max_length=40, required=False, help_text=_("Shown on the page “Help now”.")
    )
    reading_hours = forms.CharField(
        label=_("When somebody reads"),
        max_length=80,
        required=False,
        help_text=_("For example: Monday to Friday, 9 to 5"),
    )
    leave_url = forms.URLField(
        label=_("Page after leaving quickly"),
        max_length=200,
        assume_scheme="https",
        help_text=_("A page that anybody could be reading, such as the weather."),
    )
    couple_secrets = forms.ChoiceField(
        label=_("What partners tell you, when two clients work as a couple"),
        choices=Clinic.Secrets.choices,
        widget=forms.RadioSelect,
        help_text=_("Both read it above every private part of a sheet for two."),
    )

    after_months = forms.IntegerField(
        label=_("Months a client keeps their own pages after care has ended"),
        min_value=0,
        max_value=120,
        help_text=_("They read everything and write for themselves. Nobody else reads it then."),
    )

    def clean_app_name(self) -> str:
        """Neutral: neither a telling word nor the clinic's own name."""
        return neutral(self.cleaned_data["app_name"], self.cleaned_data.get("name", ""))

    def clean_sender_name(self) -> str:
        """Neutral, and one line."""
        return neutral(self.cleaned_data["sender_name"], self.cleaned_data.get("name", ""))

    def clean_weekly_messages(self) -> int:
        """What is left out stays at four."""
        return self.cleaned_data["weekly_messages"] or 4

    def clean_icon(self) -> str:
        """What is left out stays a note."""
        return str(self.cleaned_data["icon"] or Clinic.Icon.NOTE)

    def clean_leave_url(self) -> str:
        """A page over https, so that nobody on the way sees which."""
        address: str = self.cleaned_data["leave_url"]
        if not address.startswith("https://"):
            raise forms.ValidationError(_("Choose a page whose address begins with https."))
        return address


class SiteForm(ActionForm):
    """A site of the clinic."""

    name = forms.CharField(label=_("Name"), max_length=80)
    time_zone = forms.ChoiceField(label=_("Time zone"), choices=zone_choices)
    crisis_locale = forms.RegexField(
        r"^[a-z]{2}-[A-Z]{2}$",
        label=_("Country of crisis lines"),
        help_text=_("Language and country, for example en-GB."),
        error_messages={"invalid": _("Write it like en-GB.")},
    )


class TokenForm(ActionForm):
    """What an API token is for."""

    name = forms.CharField(label=_("What is it for?"), max_length=60)


def neutral(words: str, clinic: str = "") -> str:
    """Refuse words that tell what the program is for, or whose it is."""
    line = " ".join(normalize_newlines(words).split())
    found = telling.tells(line, [clinic])
    if found and found not in PRIVATE:
        says = _("“%(word)s” would tell others what it is for. Choose a neutral word, such as Notes.")
        raise forms.ValidationError(says, params={"word": found})
    return line


def look_of(user: User) -> dict[str, Any]:
    """A person's preferences as a form starts."""
    return {"language": user.language, "theme": user.theme, "time_zone": user.time_zone}


def contact_of(prefs: ContactPrefs) -> dict[str, Any]:
    """A client's wishes as a form starts."""
    return {name: getattr(prefs, name) for name in ContactForm.base_fields}


def clinic_of(clinic: Clinic) -> dict[str, Any]:
    """A clinic's settings as a form starts."""
    return {name: getattr(clinic, name) for name in ClinicForm.base_fields}


def site_of(site: Site) -> dict[str, Any]:
    """A site as a form starts."""
    return {name: getattr(site, name) for name in SiteForm.base_fields}
