"""What helps to answer a client's question: stems by its kind, the plan it is about (F30). Reads only.

Stems are open questions, never advice. To "What should I do?" there is a general thought besides. Whatever was asked, an
answer can be kept for the session instead of sent (`actions.process_note.keep`).
"""

from dataclasses import dataclass

from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from homework.assignments.models import Plan
from homework.assignments.planning import shaping
from homework.reviews.digest import stems
from homework.reviews.models import ClientQuestion

OPEN: tuple[Promise, ...] = (
    gettext_lazy("What would help you most just now?"),
    gettext_lazy("Tell me a little more about it."),
)
GENERAL: Promise = gettext_lazy("Some people notice that … What do you make of that?")


@dataclass(frozen=True)
class Stems:
    """What the reply box offers: questions to start from, and to "What should I do?" a general thought."""

    questions: list["str | Promise"]
    general: "str | Promise" = ""


def stems_for(kind: str) -> Stems:
    """The stems of one kind of question (F30): chosen by the kind, never by who asks."""
    found: list[str | Promise] = [stems.TEXTS[stem] for stem in stems.for_question(kind)]
    if kind == ClientQuestion.Kind.ADVICE:
        pattern = stems.TEXTS[stems.stem_id(stems.Pattern.ASKED_ADVICE, 3)]
        first = [pattern, *(stem for stem in found if stem is not pattern)]
        return Stems(first, GENERAL)
    return Stems(found or list(OPEN))


def plan_of(question: ClientQuestion) -> Plan | None:
    """The plan a question is about, as it holds now; None when it is about none."""
    work = question.assignment
    if work is None:
        return None
    work.episode = question.episode
    return shaping.latest_plan(work)


def done(question: ClientQuestion) -> str:
    """What has happened with it, for the one who answered."""
    if question.state == ClientQuestion.State.OPEN:
        return _("It stays open. Nothing was sent; what you wrote is kept here for the session.")
    if question.answer:
        return _("Sent. They read it on their first page.")
    return _("Noted. They can see that you talked about it.")
