"""Narrowing the library, and switching on what ships switched off."""

from collections.abc import Iterable
from typing import Any

from django import forms
from django.conf import settings
from django.utils.translation import gettext_lazy as _

from clinic.forms.base import ActionForm, OneOf
from clinic.models import Membership
from homework.worksheets.catalogue import CAUTIONS, CONTEXTS, FAMILIES, NEEDS
from homework.worksheets.models import Worksheet
from homework.worksheets.narrowing import GRADES, MINUTES, WORDS, Filter

ANY = ("", _("Any"))
PLACES = [(key, words) for key, words in CONTEXTS.items() if key not in NEEDS]
FEW = ("minutes", "kind", "approach", "family")
MORE = ("context", "without", "language", "grade", "coach")


def _number(label: Any) -> forms.TypedChoiceField:
    return forms.TypedChoiceField(label=label, required=False, coerce=int, empty_value=None)


def _several(label: Any) -> forms.MultipleChoiceField:
    return forms.MultipleChoiceField(label=label, required=False, widget=forms.CheckboxSelectMultiple)


class LibraryForm(forms.Form):
    """All is optional, and what cannot be read narrows nothing. `measures`: whether the reader is offered any (F64)."""

    words = forms.CharField(
        label=_("Find"), required=False, max_length=80, widget=forms.TextInput(attrs={"type": "search"})
    )
    minutes = _number(_("Time needed"))
    kind = forms.ChoiceField(label=_("Kind"), required=False)
    approach = forms.ChoiceField(label=_("Approach"), required=False, choices=[ANY, *Membership.Approach.choices])
    family = forms.ChoiceField(label=_("Family"), required=False)
    context = _several(_("Can be done"))
    without = _several(_("Leave out"))
    language = forms.ChoiceField(label=_("Language"), required=False, choices=[ANY, *settings.LANGUAGES])
    grade = _number(_("Reading level"))
    coach = forms.BooleanField(label=_("For coaches too"), required=False)

    def __init__(self, data: object = None, *, measures: bool = True) -> None:
        super().__init__(data)  # type: ignore[arg-type]
        kinds = [row for row in Worksheet.Kind.choices if measures or row[0] != Worksheet.Kind.MEASURE]
        families = [row for row in FAMILIES.items() if measures or row[0] != "measure"]
        cautions = sorted(CAUTIONS.items(), key=lambda row: str(row[1]).casefold())
        needs = [(key, CONTEXTS[key]) for key in NEEDS]
        for name, choices in {
            "minutes": [ANY, *((str(n), WORDS["minutes"](n)) for n in MINUTES)],
            "grade": [ANY, *((str(n), WORDS["grade"](n)) for n in GRADES)],
            "kind": [ANY, *kinds],
            "family": [ANY, *families],
            "context": PLACES,
            "without": [*needs, *cautions],
        }.items():
            self.fields[name].choices = choices  # type: ignore[attr-defined]

    def to_filter(self) -> Filter:
        """What to narrow to."""
        self.full_clean()
        said = getattr(self, "cleaned_data", {})
        return Filter(
            **{name: said[name] for name in ("words", "kind", "approach", "family", "language") if name in said},
            minutes=said.get("minutes"),
            grade=said.get("grade"),
            context=tuple(said.get("context", ())),
            without=tuple(said.get("without", ())),
            coach=bool(said.get("coach")),
        )

    @property
    def in_use(self) -> bool:
        """Whether any condition but the words is set."""
        return self.more_in_use or any(getattr(self, "cleaned_data", {}).get(name) for name in FEW)

    @property
    def more_in_use(self) -> bool:
        """Whether one of the rarer conditions is set."""
        return any(getattr(self, "cleaned_data", {}).get(name) for name in MORE)


class SupervisorForm(ActionForm):
    """Who supervises a sheet that ships switched off. Only those who may be named are offered."""

    use_required_attribute = False
    supervisor = OneOf(label=_("Supervised by"), nobody=_("Choose somebody"))

    def __init__(self, data: object = None, *, people: Iterable[Membership], prefix: str) -> None:
        super().__init__(data, prefix=prefix)  # type: ignore[arg-type]
        field = self.fields["supervisor"]
        assert isinstance(field, OneOf)
        field.offer((person, person.display_name) for person in people)
