"""Inviting, joining, assigning, transferring."""

from collections.abc import Iterable
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from accounts.models import User
from clinic.access import Role
from clinic.forms.base import ActionForm, OneOf
from clinic.models import ContactPrefs, Membership, Site


class InviteClientForm(ActionForm):
    """A client: name, address, site, language, and a therapist if there is one already."""

    name = forms.CharField(label=_("Name"), max_length=120)
    email = forms.EmailField(label=_("E-mail"), max_length=254, help_text=_("The invitation goes there."))
    site = OneOf(label=_("Site"))
    language = forms.ChoiceField(label=_("Language"), choices=User.Language.choices)
    lead = OneOf(
        label=_("Therapist"),
        required=False,
        nobody=_("Not yet, the client waits"),
        help_text=_("You can choose one later."),
    )

    def __init__(
        self, *args: Any, sites: Iterable[Site], leads: Iterable[tuple[Membership, str]], **kwargs: Any
    ) -> None:
        super().__init__(*args, **kwargs)
        self.fields["site"].offer((site, site.name) for site in sites)  # type: ignore[attr-defined]
        self.fields["lead"].offer(leads)  # type: ignore[attr-defined]


class InviteStaffForm(ActionForm):
    """A colleague: name, address, what they do, how many clients they have room for."""

    ROLES = ((Role.THERAPIST, _("Therapist")), (Role.COACH, _("Coach")), (Role.ADMIN, _("Clinic admin")))

    name = forms.CharField(label=_("Name"), max_length=120, help_text=_("Clients and colleagues see it."))
    email = forms.EmailField(label=_("E-mail"), max_length=254, help_text=_("The invitation goes there."))
    role = forms.ChoiceField(label=_("What they do"), choices=ROLES, widget=forms.RadioSelect, initial=Role.THERAPIST)
    site = OneOf(label=_("Site"), required=False, nobody=_("All sites"))
    approach = forms.ChoiceField(
        label=_("Approach"), choices=[("", _("Not said")), *Membership.Approach.choices], required=False
    )
    places = forms.IntegerField(
        label=_("Places in the caseload"),
        min_value=0,
        max_value=60,
        initial=10,
    )
    is_supervisor = forms.BooleanField(label=_("Supervises colleagues"), required=False)
    language = forms.ChoiceField(label=_("Language"), choices=User.Language.choices)

    def __init__(self, *args: Any, sites: Iterable[Site], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["site"].offer((site, site.name) for site in sites)  # type: ignore[attr-defined]

    def clean(self) -> dict[str, Any]:
        """Admins have no caseload."""
        values = super().clean() or {}
        if values.get("role") == Role.ADMIN:
            values["places"] = 0
        return values


class AddressForm(ActionForm):
    """Where to send an invitation again."""

    email = forms.EmailField(label=_("E-mail"), max_length=254, required=False)


class ChooseTherapistForm(ActionForm):
    """Which therapist a waiting client goes to."""

    lead = OneOf(label=_("Therapist"))

    def __init__(self, *args: Any, leads: Iterable[tuple[Membership, str]], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["lead"].offer(leads)  # type: ignore[attr-defined]


class TransferForm(ActionForm):
    """To whom a client goes, and whether the client knows."""

    to = OneOf(label=_("To"))
    client_knows = forms.BooleanField(
        label=_("The client knows and has agreed"),
        required=False,
        help_text=_("If nobody could ask yet, leave it empty. It is noted either way."),
    )

    def __init__(self, *args: Any, leads: Iterable[tuple[Membership, str]], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["to"].offer(leads)  # type: ignore[attr-defined]


class JoinForm(ActionForm):
    """What a person chooses when they take up an invitation. Nothing for somebody who can already sign in."""

    password = forms.CharField(
        label=_("Choose a password"),
        max_length=200,
        strip=False,
        widget=forms.PasswordInput(attrs={"autocomplete": "new-password"}),
        help_text=_("At least 12 characters. Three or four words that do not belong together work well."),
    )
    language = forms.ChoiceField(label=_("Language"), choices=User.Language.choices, widget=forms.RadioSelect)
    seen_by_others = forms.ChoiceField(
        label=_("Could someone else see messages on this phone or mailbox?"),
        choices=[choice for choice in ContactPrefs.SeenByOthers.choices if choice[0]],
        widget=forms.RadioSelect,
        required=False,
        help_text=_("If so, or if you are not sure, we send none. You can skip this and say it later."),
    )

    def __init__(self, *args: Any, role: str, known: bool, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if role != Role.CLIENT:
            del self.fields["seen_by_others"]
        if known:
            for name in list(self.fields):
                del self.fields[name]


def leads_in_words(colleagues: Iterable[Any]) -> list[tuple[Membership, str]]:
    """Therapists as choices, each with their room: "Ben Okoro, room for 2"."""
    return [(one.member, f"{one.name}, {one.room_in_words}") for one in colleagues if one.can_lead]
