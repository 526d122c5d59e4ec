"""What one's own calendar address shows."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from clinic.calendar_feed import Choice
from clinic.forms.base import ActionForm
from clinic.forms.settings import neutral
from clinic.models import ContactPrefs


class FeedForm(ActionForm):
    """For staff the title alone; clients also choose what is in it and say who could see it."""

    seen = forms.ChoiceField(
        label=_("Could someone else see this calendar?"),
        choices=[choice for choice in ContactPrefs.SeenByOthers.choices if choice[0]],
        widget=forms.RadioSelect,
        required=False,
        help_text=_("Think of a shared computer, a family calendar, or a watch."),
    )
    sessions = forms.BooleanField(label=_("Times of my sessions"), required=False)
    work = forms.BooleanField(
        label=_("Times of what I planned"),
        required=False,
        help_text=_("Only plans that have a time of day. It never says what the plan is."),
    )
    title = forms.CharField(
        label=_("What each entry is called"),
        max_length=24,
        required=False,
        help_text=_("One neutral word. No names, no initials."),
    )

    def __init__(self, *args: Any, choice: Choice, usual: str, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["title"].widget.attrs["placeholder"] = usual
        if not choice.is_client:
            for name in ("seen", "sessions", "work"):
                del self.fields[name]

    def clean_title(self) -> str:
        """Neutral."""
        return neutral(self.cleaned_data["title"])


def feed_of(choice: Choice) -> dict[str, Any]:
    """What is chosen, as a form starts."""
    feed = choice.feed
    if feed is None:
        return {"sessions": True, "work": False}
    return {"sessions": feed.sessions, "work": feed.work, "title": feed.title, "seen": ContactPrefs.SeenByOthers.NO}
