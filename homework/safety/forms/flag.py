"""What a clinician says about a flag, one step at a time."""

from django import forms
from django.utils.translation import gettext_lazy as _

from clinic.forms.base import ActionForm
from homework.safety.models import SafetyFlag

LIMIT = 2_000
KINDS = [(kind.value, label) for kind, label in (
    (SafetyFlag.Kind.CLINICIAN, _("Something they said or did makes me want somebody to look today")),
    (SafetyFlag.Kind.OTHERS, _("Somebody else may be hurt")),
    (SafetyFlag.Kind.CHILD, _("A child may be hurt or neglected")),
    (SafetyFlag.Kind.PARTNER, _("Violence at home")),
)]  # fmt: skip


class SeeForm(ActionForm):
    """A tap. Nothing is typed."""


class PlanForm(ActionForm):
    """What is going to be done."""

    use_required_attribute = False
    plan = forms.CharField(
        label=_("What are you going to do?"),
        max_length=LIMIT,
        required=False,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text=_("For example: I call her at 11 on the number she gave. A sentence is enough."),
    )


class OutcomeForm(ActionForm):
    """What became of it."""

    use_required_attribute = False
    outcome = forms.ChoiceField(
        label=_("What became of it?"),
        choices=SafetyFlag.Outcome.choices,
        required=False,
        widget=forms.RadioSelect,
        help_text=_("“Could not reach them” keeps it open, and the next person is told."),
    )
    note = forms.CharField(
        label=_("A note, if you like"),
        max_length=LIMIT,
        required=False,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text=_("Needed when it was answered by mistake. It stays in the record."),
    )


class RemindersForm(ActionForm):
    """Whether reminders about work go on meanwhile."""

    on = forms.BooleanField(required=False)


class RaiseForm(ActionForm):
    """A flag from what was said or seen."""

    use_required_attribute = False
    kind = forms.ChoiceField(label=_("What is it about?"), choices=KINDS, required=False, widget=forms.RadioSelect)
    words = forms.CharField(
        label=_("What was said or seen, and when?"),
        max_length=LIMIT,
        required=False,
        widget=forms.Textarea(attrs={"rows": 4}),
        help_text=_("Their own words where you can. It cannot be changed or taken back afterwards."),
    )
