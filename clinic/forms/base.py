"""What all forms of this app share: showing a refusal beside what was typed, and choosing one of some rows."""

from collections.abc import Callable, Iterable
from datetime import date
from typing import Any, TypeVar

from django import forms
from django.db import models
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from clinic.refusal import ActionRefused

M = TypeVar("M", bound=models.Model)


class ActionForm(forms.Form):
    """A form that leads to an action. A refusal is shown beside the field it is about, with everything typed kept.

    `status` is what the page answers with; `result` what the action returned.
    """

    status = 200
    result: Any = None

    def done(self, action: Callable[..., Any]) -> bool:
        """Act with what was typed, as keyword arguments.

        False when nothing was sent, or something is to be looked at.
        """
        if not self.is_bound:
            return False
        if not self.is_valid():
            self.status = 422
            return False
        try:
            self.result = action(**self.values())
        except ActionRefused as refusal:
            self.add_error(refusal.field if refusal.field in self.fields else None, refusal.message_for_user)
            self.status = refusal.status
            return False
        return True

    def values(self) -> dict[str, Any]:
        """The keyword arguments of the action."""
        return self.cleaned_data


class OneOf(forms.TypedChoiceField):
    """One of some rows, offered as a select: the value is the row itself, so that nothing else can be named."""

    def __init__(
        self, rows: Iterable[tuple[models.Model, str]] = (), *, nobody: "str | Promise" = "", **kwargs: Any
    ) -> None:
        super().__init__(**kwargs)
        self.nobody = nobody
        self.offer(rows)

    def offer(self, rows: Iterable[tuple[models.Model, str]]) -> None:
        """Set the rows to choose from, each with its words."""
        listed = list(rows)
        found = {str(row.pk): row for row, _words in listed}
        empty = [("", self.nobody)] if self.nobody or not self.required else []
        self.choices = [*empty, *((str(row.pk), words) for row, words in listed)]
        self.coerce = found.__getitem__
        self.empty_value = None


class Day(forms.DateField):
    """A date, with the browser's own calendar."""

    def __init__(self, **kwargs: Any) -> None:
        kwargs.setdefault("widget", forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"))
        kwargs.setdefault("input_formats", ["%Y-%m-%d"])
        super().__init__(**kwargs)


class ClockTime(forms.TimeField):
    """A time of day, with the browser's own clock."""

    def __init__(self, **kwargs: Any) -> None:
        kwargs.setdefault("widget", forms.TimeInput(attrs={"type": "time"}, format="%H:%M"))
        kwargs.setdefault("input_formats", ["%H:%M", "%H:%M:%S"])
        super().__init__(**kwargs)


def check_from_today(value: date | None, today: date) -> date | None:
    """Refuse a day gone by."""
    if value is not None and value < today:
        raise forms.ValidationError(_("Choose today or a later day."))
    return value
