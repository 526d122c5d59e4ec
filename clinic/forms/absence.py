"""Being away: which days, who covers."""

from collections.abc import Iterable
from datetime import date
from typing import Any

from django.utils.translation import gettext_lazy as _

from clinic.forms.base import ActionForm, Day, OneOf, check_from_today
from clinic.models import Membership


class AwayForm(ActionForm):
    """First and last day, and the colleague who is asked."""

    starts_on = Day(label=_("First day away"))
    ends_on = Day(label=_("Last day away"))
    cover = OneOf(
        label=_("Who covers?"),
        nobody=_("Choose"),
        help_text=_("They are asked on their own page. It stands with their yes."),
    )

    def __init__(self, *args: Any, therapists: Iterable[tuple[Membership, str]], today: date, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.today = today
        self.fields["cover"].offer(therapists)  # type: ignore[attr-defined]

    def clean_starts_on(self) -> date | None:
        """From today on."""
        return check_from_today(self.cleaned_data["starts_on"], self.today)


class AwayOfForm(AwayForm):
    """The same, entered by an admin for a therapist."""

    member = OneOf(label=_("Who is away?"), nobody=_("Choose"))
    field_order = ("member", "starts_on", "ends_on", "cover")

    def __init__(self, *args: Any, therapists: Iterable[tuple[Membership, str]], **kwargs: Any) -> None:
        rows = list(therapists)
        super().__init__(*args, therapists=rows, **kwargs)
        self.fields["member"].offer(rows)  # type: ignore[attr-defined]


class BackForm(ActionForm):
    """Back earlier."""

    ends_on = Day(label=_("Last day away"))
