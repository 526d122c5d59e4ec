"""Entering the wording of an instrument: typed, or taken from a file, with the ground on which the clinic may use it."""

from typing import Any

from django import forms
from django.http import QueryDict
from django.utils.translation import gettext_lazy as _

from clinic.forms.base import ActionForm
from homework.worksheets import instruments
from homework.worksheets.instruments import Structure, Wording

FILE_LIMIT = 100_000  # bytes; the longest instrument is some kilobytes
LANGUAGES = [("en", _("English")), ("es", _("Spanish"))]


class InstrumentForm(ActionForm):
    """The words as printed. What a file brings is put into the fields, so that it can be looked at and put right."""

    file_problem: Any = ""

    file = forms.FileField(
        label=_("Take the wording from a file"),
        required=False,
        allow_empty_file=True,
        widget=forms.FileInput(attrs={"accept": ".txt,.csv,.json,text/plain,text/csv,application/json"}),
        help_text=_("Text with one question on each line, CSV or JSON. It fills in the fields below."),
    )
    title = forms.CharField(label=_("Name"), max_length=80, required=False)
    language = forms.ChoiceField(label=_("Language"), choices=LANGUAGES, help_text=_("The language the wording is in."))
    stem = forms.CharField(
        label=_("What stands above the questions"),
        max_length=2_000,
        required=False,
        widget=forms.Textarea(attrs={"rows": 3}),
    )
    labels = forms.CharField(
        label=_("Answers, one on each line"),
        max_length=2_000,
        required=False,
        widget=forms.Textarea(attrs={"rows": 5}),
    )
    low = forms.CharField(label=_("What 0 is called"), max_length=120, required=False)
    high = forms.CharField(label=_("What the highest number is called"), max_length=120, required=False)
    items = forms.CharField(
        label=_("Questions, one on each line"),
        max_length=10_000,
        required=False,
        widget=forms.Textarea(attrs={"rows": 10}),
    )
    credit = forms.CharField(
        label=_("Credit line"),
        max_length=500,
        required=False,
        help_text=_("Shown under the form, always. Copy it as the owner asks for it."),
    )
    sd = forms.FloatField(label=_("Standard deviation"), required=False)
    r = forms.FloatField(label=_("Reliability"), required=False)
    reference = forms.CharField(
        label=_("Licence, contract or permission"),
        max_length=500,
        required=False,
        widget=forms.Textarea(attrs={"rows": 2}),
        help_text=_("For example: licence no. 4711 of 3 March 2026, filed with the office."),
    )
    permission = forms.BooleanField(label=_("We hold permission to use this wording here"), required=False)

    def __init__(self, data: Any = None, upload: Any = None, *, structure: Structure, wording: Wording | None) -> None:
        start = wording or Wording(title=structure.title, stem="", items=(), credit="")
        super().__init__(data, upload, initial=_fields_of(start))
        self.structure = structure
        for name in _not_asked(structure):
            del self.fields[name]
        if structure.points:
            self.fields["labels"].help_text = _(
                "In this order of points: %(points)s. Where a point has no words, type its number."
            ) % {"points": ", ".join(map(str, structure.points))}
        self.fields["items"].help_text = _("%(count)s questions, in the order of the form.") % {
            "count": structure.items
        }
        self._take_the_file()

    def _take_the_file(self) -> None:
        """Put what the file says into the fields, before anything is looked at: on an error it is all still there."""
        upload = self.files.get("file")
        if not self.is_bound or upload is None:
            return
        typed = QueryDict(mutable=True)
        typed.update(self.data)
        self.data = typed
        try:
            if (upload.size or 0) > FILE_LIMIT:
                raise ValueError(_("This file is larger than any wording. Choose another, or type the questions."))
            found = instruments.imported(upload.read().decode("utf-8"))
        except UnicodeDecodeError:
            self.file_problem = _("This file is no text in UTF-8. Save it as plain text, or type the questions.")
        except ValueError as problem:
            self.file_problem = problem.args[0]
        else:
            for name in found.keys() & self.fields.keys():
                typed[name] = found[name]

    def clean(self) -> dict[str, Any]:
        """Everything there is to look at, all at once."""
        said: dict[str, Any] = super().clean() or {}
        if self.file_problem:
            self.add_error("file", self.file_problem)
        if self.errors.keys() - {"file"}:
            return said
        for name, message in instruments.problems(self.structure, self._wording(said)).items():
            self.add_error(name, message)
        if not said.get("reference", "").strip():
            self.add_error("reference", _("Say on what ground you may use it: a licence, a contract, a letter."))
        if not said.get("permission"):
            self.add_error(
                "permission",
                _("Tick this when the clinic holds the permission. Without it the wording cannot be kept."),
            )
        return said

    def values(self) -> dict[str, Any]:
        """The arguments of the action."""
        said = self.cleaned_data
        return {
            "wording": self._wording(said),
            "reference": said["reference"],
            "permission": said["permission"],
        }

    def _wording(self, said: dict[str, Any]) -> Wording:
        labels = instruments.lines_of(said.get("labels", ""))
        return Wording(
            language=said["language"],
            title=said["title"],
            stem=said["stem"],
            labels=labels,
            low=said.get("low", ""),
            high=said.get("high", ""),
            items=instruments.lines_of(said["items"]),
            credit=said["credit"],
            sd=said.get("sd"),
            r=said.get("r"),
        )


def _not_asked(structure: Structure) -> list[str]:
    """Fields this instrument has no use for."""
    unused = ["low", "high"] if structure.points else ["labels"]
    return unused if structure.asks_spread else [*unused, "sd", "r"]


def _fields_of(wording: Wording) -> dict[str, Any]:
    return {
        "title": wording.title,
        "language": wording.language,
        "stem": wording.stem,
        "labels": "\n".join(wording.labels),
        "low": wording.low,
        "high": wording.high,
        "items": "\n".join(wording.items),
        "credit": wording.credit,
        "sd": wording.sd,
        "r": wording.r,
    }
