"""The adapt dialogue (F57): what would fit this person's life, culture or faith better."""

from dataclasses import replace
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from homework.assignments.forms.plan import TEXT, Refusable, Words
from homework.assignments.planning.plan_words import PlanWords

PARTS = ("example", "picture", "people", "form")


class AdaptForm(Refusable):
    """Four questions to ask together; the answers go with the change. The reason and first step may be said anew."""

    example = Words(label=gettext_lazy("An example from their own life"), rows=2)
    picture = Words(label=gettext_lazy("A picture, saying or story that fits better"), rows=2)
    people = Words(label=gettext_lazy("Who could be part of it, or better not"), rows=2)
    form = Words(label=gettext_lazy("Another form: spoken, drawn, prayed, done with the hands"), rows=2)
    rationale = Words(label=gettext_lazy("Why this, said in a way that fits"), rows=3, limit=TEXT)
    first_step = Words(label=gettext_lazy("The first step, said in a way that fits"), rows=2, limit=TEXT)

    def __init__(self, data: Any = None, *, words: PlanWords) -> None:
        self.before = words
        super().__init__(data, initial={"rationale": words.rationale, "first_step": words.first_step})

    def clean(self) -> dict[str, Any]:
        """Something has to be said."""
        said: dict[str, Any] = super().clean() or {}
        if not self.errors and not any(said[part] for part in PARTS) and self.to_words() == self.before:
            self.add_error(None, _("Nothing is different yet. One line is enough."))
        return said

    def to_words(self) -> PlanWords:
        """The plan, said anew."""
        said = self.cleaned_data
        return replace(self.before, rationale=said["rationale"], first_step=said["first_step"])

    def reason(self) -> str:
        """What was found out, a line for each question, kept with the change."""
        return "\n".join(
            f"{self.fields[part].label}: {self.cleaned_data[part]}" for part in PARTS if self.cleaned_data[part]
        )
