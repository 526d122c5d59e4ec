"""What a review asks: only the outcome is needed, two lines are enough (F47, F48)."""

from collections.abc import Iterable
from typing import Any
from uuid import UUID

from django import forms
from django.utils.translation import gettext_lazy as _

from homework.assignments.forms.plan import LINE, TEXT, Refusable, Words
from homework.reviews.actions.review import Ratings
from homework.reviews.forms.commenting import Ticks
from homework.reviews.models import Review

SKILL = [
    (0, _("0 Not used")),
    (1, _("1 Tried, mostly the old way")),
    (2, _("2 Partly")),
    (3, _("3 Clearly")),
    (4, _("4 Adapts it unaided")),
]
LEARNING = [
    (0, _("0 None told")),
    (1, _("1 A little")),
    (2, _("2 Says what happened")),
    (3, _("3 Sees a pattern")),
    (4, _("4 Draws own conclusions, uses them elsewhere")),
]


def choice(label: Any, choices: Iterable[tuple[Any, Any]], *, number: bool = False) -> forms.ChoiceField:
    """One of several, or no answer."""
    kind = forms.TypedChoiceField if number else forms.ChoiceField
    more: dict[str, Any] = {"coerce": int, "empty_value": None} if number else {}
    return kind(label=label, required=False, choices=[("", _("No answer")), *choices], **more)


class ReviewForm(Refusable):
    """In this order: what went well, what was learned, what got in the way, what comes next."""

    went_well = Words(label=_("What went well"), rows=2, limit=TEXT)
    learned = Words(label=_("What was learned"), rows=2, limit=TEXT)
    in_the_way = Words(label=_("What got in the way"), rows=2, limit=TEXT)
    reason = Words(label=_("If not today: why, in a few words"), limit=LINE)
    message = Words(label=_("Write back"), rows=4, limit=TEXT)
    outcome = forms.ChoiceField(
        label=_("What next for this?"),
        choices=Review.Outcome.choices,
        widget=forms.RadioSelect,
        error_messages={"required": _("Choose what comes next. Keeping it as it is counts.")},
    )
    talked = choice(_("We talked about it"), Review.Talked.choices, number=True)
    skill = choice(_("Skill shown"), SKILL, number=True)
    learning = choice(_("Learning"), LEARNING, number=True)
    obstacle_state = choice(_("What was in the way"), Review.ObstacleState.choices)
    minutes = choice(_("Time you two spent on it"), Review.Minutes.choices)
    seen = forms.CharField(required=False, widget=forms.HiddenInput, max_length=4000)
    quotes = Ticks()

    def clean_seen(self) -> list[UUID]:
        """The entries that were on the page; anything else in it is left out."""
        found = []
        for text in self.cleaned_data["seen"].split(","):
            try:
                found.append(UUID(text.strip()))
            except ValueError:
                continue
        return found

    def to_review(self) -> dict[str, Any]:
        """What `review_work` takes."""
        said = self.cleaned_data
        texts = {name: said[name] for name in ("went_well", "learned", "in_the_way", "message", "outcome")}
        if said["outcome"] == Review.Outcome.LATER:
            texts["in_the_way"] = said["reason"] or said["in_the_way"]
        ratings = {name: said[name] for name in ("talked", "skill", "learning", "obstacle_state", "minutes")}
        return {**texts, "ratings": Ratings(**ratings), "seen": said["seen"], "quotes": said["quotes"]}
