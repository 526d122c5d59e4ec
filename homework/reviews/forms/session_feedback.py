"""Three items about a session, none of which wants an answer (2.7)."""

from typing import Any

from homework.assignments.forms.plan import LINE, Rating, Refusable, Words, radios
from homework.reviews import session_feedback as asked


class FeedbackForm(Refusable):
    """Exactly the three, in their order."""

    chose = Rating(label=asked.CHOSE)
    unsaid = radios(list(asked.UNSAID.items()), label=asked.ANYTHING)
    words = Words(label=asked.DIFFERENT, rows=2, limit=LINE)

    def said(self) -> dict[str, Any]:
        """What was answered. Call it on a valid form."""
        return {name: self.cleaned_data[name] for name in ("chose", "unsaid", "words")}
