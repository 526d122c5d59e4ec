"""Weekly sessions, single ones, and moving one. Times are those of the clock at the client's site."""

from collections.abc import Iterable
from datetime import date, datetime, timedelta
from typing import Any

from django import forms
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from clinic.forms.base import ActionForm, ClockTime, Day, OneOf, check_from_today
from clinic.models import Membership
from clinic.wall_clock import instant, local_day

FURTHEST = timedelta(days=730)


class SessionForm(ActionForm):
    """What every session has: a therapist, a day, a time, a length."""

    therapist = OneOf(label=_("With"))
    day = Day(label=_("Day"))
    at = ClockTime(label=_("Time"))
    minutes = forms.IntegerField(label=_("Minutes"), min_value=5, max_value=240, initial=50)

    def __init__(
        self,
        *args: Any,
        zone: str,
        therapists: Iterable[tuple[Membership, str]] = (),
        mine: Membership | None = None,
        **kwargs: Any,
    ) -> None:
        super().__init__(*args, **kwargs)
        self.zone = zone
        self.fields["therapist"].offer(therapists)  # type: ignore[attr-defined]
        self.fields["therapist"].initial = str(mine.pk) if mine else ""

    def clean_day(self) -> date | None:
        """From today on, and not so far that it is a slip."""
        today = local_day(timezone.now(), self.zone)
        day = check_from_today(self.cleaned_data["day"], today)
        if day is not None and day > today + FURTHEST:
            raise forms.ValidationError(_("Choose a day within two years."))
        return day

    @property
    def starts_at(self) -> datetime:
        """The instant that day and time mean at the site."""
        return instant(self.cleaned_data["day"], self.cleaned_data["at"], self.zone)

    def clean(self) -> dict[str, Any]:
        """A time that is still to come."""
        values = super().clean() or {}
        if values.get("day") and values.get("at") and self.starts_at <= timezone.now():
            self.add_error("at", _("This time has passed. Choose a later one."))
        return values

    def values(self) -> dict[str, Any]:
        """Who, when, how long."""
        typed = self.cleaned_data
        return {"therapist": typed["therapist"], "starts_at": self.starts_at, "minutes": typed["minutes"]}


class SeriesForm(SessionForm):
    """A weekly session: its first day says which day of the week."""

    day = Day(label=_("First session"), help_text=_("Then every week on the same day and at the same time."))
    last_day = Day(label=_("Last session"), required=False, help_text=_("Leave empty if it goes on."))

    field_order = ("therapist", "day", "at", "minutes", "last_day")

    def values(self) -> dict[str, Any]:
        """The weekly rule."""
        typed = self.cleaned_data
        return {
            "therapist": typed["therapist"],
            "weekday": typed["day"].weekday(),
            "local_time": typed["at"],
            "minutes": typed["minutes"],
            "starts_on": typed["day"],
            "ends_on": typed["last_day"],
            "zone": self.zone,
        }


class MoveForm(SessionForm):
    """A new time for one session; it stays with the same person and keeps its length."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        del self.fields["therapist"], self.fields["minutes"]

    def values(self) -> dict[str, Any]:
        """When."""
        return {"starts_at": self.starts_at}
