"""What a client adds to something they shared."""

from collections.abc import Sequence
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from homework.assignments.forms.plan import TEXT, Refusable, Words, radios
from homework.assignments.models import EntryAddition


class AdditionForm(Refusable):
    """Something more, or a correction; to one question or to all of it."""

    kind = radios([], label=_("What is it?"))
    key = forms.ChoiceField(label=_("What does it belong to?"), required=False)
    words = Words(label=_("In your words"), rows=4, limit=TEXT)

    def __init__(self, *args: Any, questions: Sequence[tuple[str, str]] = (), **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["kind"].choices = [  # type: ignore[attr-defined]
            (EntryAddition.Kind.MORE.value, _("Something to add")),
            (EntryAddition.Kind.CORRECTION.value, _("Something to put right")),
        ]
        if questions:
            self.fields["key"].choices = [("", _("All of it")), *questions]  # type: ignore[attr-defined]
        else:
            del self.fields["key"]

    def to_addition(self) -> dict[str, str]:
        """What the action takes, the submission's key aside."""
        said = {name: self.cleaned_data[name] for name in ("kind", "key", "words") if name in self.fields}
        return said | {"kind": said["kind"] or EntryAddition.Kind.MORE}
