"""Where a client's own plan for a hard moment is (worksheet W21, or a copy of it made for them): its newest filled sheet, or
the work it is to be filled in. Help now and the page after a risky answer lead there (6.2)."""

from django.db.models import Q
from django.urls import reverse

from clinic.access import Actor, Can
from homework.assignments.models import Assignment, Entry

PLAN = "w21"


def address(actor: Actor) -> str:
    """The address of the newest plan that was written on, a draft too; else of the work; empty without. Two queries at most."""
    entries = Entry.objects.permitted(actor, Can.READ).filter(_is_plan("assignment__version__worksheet"), started=True)
    newest = entries.exclude(state=Entry.State.WITHDRAWN).order_by("-captured_at").values_list("pk", flat=True).first()
    if newest is not None:
        return f"{reverse('entry', args=[newest])}?card=1"
    works = Assignment.objects.permitted(actor, Can.READ).open().filter(_is_plan("version__worksheet"))
    work = works.order_by("-created_at").values_list("pk", flat=True).first()
    return reverse("task", args=[work]) if work is not None else ""


def _is_plan(worksheet: str) -> Q:
    return Q(**{f"{worksheet}__slug": PLAN}) | Q(**{f"{worksheet}__made_from__worksheet__slug": PLAN})
