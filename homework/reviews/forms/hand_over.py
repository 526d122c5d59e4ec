"""What a coach says when something needs a therapist."""

from django.utils.translation import gettext_lazy as _

from homework.assignments.forms.plan import Refusable, radios
from homework.reviews.actions.hand_over import Reason


class HandOverForm(Refusable):
    """One of three reasons. No words about the client: those are for a talk."""

    reason = radios(Reason.choices, label=_("What is it about?"), required=True)
