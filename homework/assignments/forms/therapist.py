"""What a therapist's pages ask: a proposal, a week with nothing, a proposed change, an ending.

They add to `PlanForm` what only the proposing side is asked; what a proposal needs is decided in the actions.
"""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from homework.assignments.forms.plan import TEXT, PlanForm, Refusable, Words, radios
from homework.assignments.models import Assignment
from homework.assignments.planning.plan_words import PlanWords


class ComposeForm(PlanForm):
    """A proposal. The client chooses when reminders come, so they are not asked here."""

    pace_reason = Words(label=_("Why one more just now?"))
    together_decided = forms.BooleanField(label=_("We decided together to add this"), required=False)

    def __init__(self, *args: Any, is_full: bool = False, listens: bool = False, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        _leave_the_reminder(self)
        if not listens:
            del self.fields["together_decided"]
        if not is_full:
            del self.fields["pace_reason"]


class ProposeChangeForm(PlanForm):
    """A change to propose. `current` is the plan as it stands: sent as it is, there is nothing to propose."""

    reason = Words(label=_("What is the change for?"), rows=2, limit=TEXT)

    def __init__(self, *args: Any, current: PlanWords, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.current = current
        _leave_the_reminder(self)

    def clean(self) -> dict[str, Any]:
        """Something has to be different."""
        said = super().clean()
        if not self.errors and self.to_words() == self.current:
            self.add_error(
                None, _("Nothing is different yet. Change something, or go back and keep the plan as it is.")
            )
        return said


def _leave_the_reminder(form: PlanForm) -> None:
    for name in ("reminder", "reminder_time", "reminder_lead"):
        del form.fields[name]


class NothingForm(Refusable):
    """A week with nothing, and why (F27)."""

    rationale = Words(label=_("Why this week stays free"), rows=3, limit=TEXT)


class EndForm(Refusable):
    """How it ends: a code, never whose fault."""

    ended_as = radios(
        [
            (Assignment.EndedAs.COMPLETED, _("It has done its work")),
            (Assignment.EndedAs.DROPPED, _("We let it go together")),
            (Assignment.EndedAs.EXPIRED, _("Its time is over")),
        ],
        label=_("How does it end?"),
        required=True,
    )
