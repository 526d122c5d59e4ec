"""Places on a care team, and why a supervisor reads."""

from collections.abc import Iterable
from datetime import date
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from clinic.access import TeamRole
from clinic.forms.base import ActionForm, Day, OneOf, check_from_today
from clinic.models import Membership


class AddMemberForm(ActionForm):
    """Who joins a care team, as what, from when until when."""

    ROLES = (
        (TeamRole.COVER, _("Cover, while the therapist is away")),
        (TeamRole.COTHERAPIST, _("Co-therapist")),
        (TeamRole.SUPERVISOR, _("Supervisor, reads with a stated reason")),
        (TeamRole.COACH, _("Coach, for one skill, without measures")),
    )

    role = forms.ChoiceField(label=_("As"), choices=ROLES, widget=forms.RadioSelect)
    member = OneOf(label=_("Who"), nobody=_("Choose"))
    starts_on = Day(label=_("From"))
    ends_on = Day(label=_("Last day"), required=False, help_text=_("Cover and coaching end by themselves."))
    skill = forms.CharField(
        label=_("For a coach: help with what?"),
        max_length=80,
        required=False,
        help_text=_("One skill, in words the client reads. For example: planning the week."),
    )
    client_agreed = forms.BooleanField(
        label=_("The client said yes on paper"),
        required=False,
        help_text=_(
            "For a coach, and only where the client has not signed in here yet. Others are asked on their own page."
        ),
    )

    def __init__(self, *args: Any, members: Iterable[tuple[Membership, str]], today: date, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.today = today
        self.fields["member"].offer(members)  # type: ignore[attr-defined]
        self.fields["starts_on"].initial = today

    def clean_starts_on(self) -> date | None:
        """From today on."""
        return check_from_today(self.cleaned_data["starts_on"], self.today)


class ReasonForm(ActionForm):
    """Why a supervisor reads today."""

    reason = forms.CharField(
        label=_("Why do you read today?"),
        max_length=400,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text=_("At least 10 characters. It opens the pages for one hour."),
    )
