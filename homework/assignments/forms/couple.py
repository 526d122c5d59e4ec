"""What the pages about a couple ask."""

from collections.abc import Iterable
from typing import Any

from django import forms
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from clinic.forms.base import ActionForm, Day, OneOf
from clinic.models import Episode


class CoupleForm(ActionForm):
    """Who the other one is, and when each was seen alone about safety, if that has been."""

    partner = OneOf(label=_("With whom?"), nobody=_("Choose"))
    seen_on = Day(label=_("Seen alone about safety on"), required=False)
    partner_seen_on = Day(label=_("The other seen alone on"), required=False)

    def __init__(self, *args: Any, others: Iterable[Episode], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["partner"].offer([(one, one.client.label) for one in others])  # type: ignore[attr-defined]


class SeenForm(ActionForm):
    """The day of the talk alone."""

    on = Day(label=_("Seen alone about safety on"))


SHOW, KEEP = "show", "keep"


def for_partner(name: str) -> forms.ChoiceField:
    """Before a couple's entry is shared: show the partner their parts, or keep them (6.6). Nothing is chosen beforehand."""
    return forms.ChoiceField(
        label=gettext("May %(name)s read their parts?") % {"name": name},
        choices=[
            (SHOW, gettext("Yes, show %(name)s the parts for them") % {"name": name}),
            (KEEP, gettext("No, keep it between me and my therapist")),
        ],
        widget=forms.RadioSelect,
        error_messages={"required": gettext("Choose one. Either is fine.")},
    )
