"""What a client sends when they speak up, and what the care team answers (F02, F30, F43, F44, F46)."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from homework.assignments.forms.plan import LINE, TEXT, Refusable, Words, radios
from homework.reviews.actions.question import IDEA, Said
from homework.reviews.models import ClientQuestion

Kind, Chip, Outcome = ClientQuestion.Kind, ClientQuestion.Chip, ClientQuestion.Outcome
KINDS = (Kind.WHY, Kind.HOW, Kind.TOO_HARD, Kind.NOT_FOR_ME, Kind.ADVICE, Kind.OTHER)
CHIPS = (Chip.IRRELEVANT, Chip.TOO_HARD, Chip.UNCLEAR, Chip.UNSAFE, Chip.VALUES, Chip.HELPED)


class TellForm(Refusable):
    """Tell my therapist: what it is about, chips, words. Any one of them is enough (F44)."""

    kind = radios([(kind.value, kind.label) for kind in KINDS], label=_("What would you like to say or ask?"))
    chips = forms.MultipleChoiceField(
        label=_("Is any of this so?"),
        required=False,
        choices=[(chip.value, chip.label) for chip in CHIPS],
        widget=forms.CheckboxSelectMultiple,
    )
    text = Words(label=_("In your own words, if you like"), rows=4, limit=TEXT)

    def to_said(self) -> Said:
        """What the action takes."""
        said = self.cleaned_data
        return Said(kind=said["kind"] or Kind.TELL, chips=said["chips"], text=said["text"])


class WishForm(Refusable):
    """I'd like something to work on: an idea if there is one, and a plan of one's own for who wants to draft it (F46)."""

    text = Words(label=_("Do you have something in mind? You can leave this empty."), rows=3, limit=TEXT)
    what = Words(label=_("What would you do?"), limit=LINE)
    why = Words(label=_("Why would it be good for you?"), rows=2, limit=TEXT)
    first_step = Words(label=_("What would be the first small step?"), limit=LINE)
    anchor = Words(label=_("When? What comes just before?"), help_text=_("For example: after breakfast."), limit=LINE)
    place = Words(label=_("Where?"), limit=LINE)

    @property
    def drafts(self) -> bool:
        """Whether something of a plan is written, so that the part stays open."""
        return any(self[name].value() for name in IDEA)

    def to_said(self) -> Said:
        """What the action takes."""
        said = self.cleaned_data
        return Said(kind=Kind.REQUEST, text=said["text"], idea={name: said[name] for name in IDEA})


class WinForm(Refusable):
    """Something that went well, in a line (F43)."""

    text = Words(label=_("What went well?"), rows=2, limit=TEXT)


class AnswerForm(Refusable):
    """The care team's answer: words, and what became of it. In writing or in the session, one of them (F02, F44)."""

    answer = Words(label=_("Your answer"), rows=5, limit=TEXT)
    outcome = forms.ChoiceField(
        label=_("What became of it?"),
        choices=[choice for choice in Outcome.choices if choice[0]],
        widget=forms.RadioSelect,
        error_messages={"required": _("Choose what became of it. Not yet counts too.")},
    )

    def said(self) -> dict[str, Any]:
        """What the action takes."""
        return {"outcome": self.cleaned_data["outcome"], "text": self.cleaned_data["answer"]}
