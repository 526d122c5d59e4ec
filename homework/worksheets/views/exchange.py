"""Worksheets in and out, for staff: a file to take along, and a page to bring one in."""

from dataclasses import dataclass
from uuid import UUID

from django import forms
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods, require_safe

from clinic.access import CLINICIANS, Role, actor_of, open_to
from clinic.refusal import ActionRefused
from clinic.views.answers import done
from homework.worksheets import catalogue
from homework.worksheets.builder.words import QUESTIONS
from homework.worksheets.definition import DefinitionError
from homework.worksheets.exchange import coming, strict
from homework.worksheets.exchange.drafting import bring_in, cannot
from homework.worksheets.exchange.leaving import TYPES, leaving


@open_to(*CLINICIANS)
@require_safe
def worksheet_export(request: HttpRequest, pk: UUID, kind: str) -> HttpResponse:
    """One worksheet as a file: TOML, JSON or FHIR."""
    if kind not in TYPES:
        raise Http404
    file = leaving(catalogue.sheet_for(actor_of(request), pk).version, kind)
    answer = HttpResponse(file.text, content_type=file.content_type)
    answer.headers["Content-Disposition"] = f'attachment; filename="{file.name}"'
    return answer


class ImportForm(forms.Form):
    """A file, or a text. What is in the file moves to the text, so that nothing is lost when something is to be mended."""

    file = forms.FileField(label=gettext_lazy("A file"), required=False, allow_empty_file=True, max_length=400)
    text = forms.CharField(
        label=gettext_lazy("Or paste it here"),
        required=False,
        strip=False,
        widget=forms.Textarea(attrs={"rows": 12, "spellcheck": "false", "autocomplete": "off"}),
    )


@dataclass
class Looked:
    """What is said about what came in: what was understood, or what is to be mended."""

    text: str = ""
    came: coming.Came | None = None
    problem: DefinitionError | None = None
    refused: str = ""

    @property
    def questions(self) -> list[tuple[str, str]]:
        """What came over: each question, and what kind it has become, in the builder's words."""
        found = self.came.definition.questions if self.came else ()
        return [(str(one.label), str(QUESTIONS.get(one.kind, one.kind))) for one in found]


@open_to(Role.THERAPIST)
@require_http_methods(["GET", "HEAD", "POST"])
def worksheet_import(request: HttpRequest) -> HttpResponse:
    """Bring a worksheet in: look at what came over and what did not, then make a draft of it."""
    looked = look(request) if request.method == "POST" else Looked()
    if looked.came and not looked.refused and request.POST.get("action") == "create":
        try:
            draft = bring_in(by=actor_of(request), came=looked.came)
        except ActionRefused as refusal:
            looked.refused = refusal.message_for_user
        else:
            return done(request, _("It is a draft now. Only you and your colleagues see it."), "draft", draft.pk)
    status = 422 if looked.problem or looked.refused else 200
    context = {"form": ImportForm(initial={"text": looked.text}), "looked": looked}
    return render(request, "worksheets/import.html", context, status=status)


def look(request: HttpRequest) -> Looked:
    """Read what was sent; a file goes before the text. Never raises."""
    looked = Looked(text=request.POST.get("text", ""))
    file = request.FILES.get("file")
    raw: bytes | str = looked.text
    source = _("what you pasted")
    try:
        if file is not None and file.size:
            source = file.name[:80] if file.name else source
            if file.size > strict.LARGEST:
                raise DefinitionError(source, "", "expected at most 1 MB")
            raw = file.read()
            looked.text = strict.text_of(raw, source)
        looked.came = coming.read(raw, source)
        looked.refused = cannot(looked.came)
    except DefinitionError as problem:
        looked.problem = problem
    return looked
