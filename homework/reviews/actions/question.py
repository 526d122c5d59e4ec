"""The client speaks up, and somebody answers (clinical.md 1K): open -> answered | talked -> closed by the client.

Asking changes the plan, never what anybody thinks of the client (F02, F44, F46). Nothing can be sent after care has
ended. What is sent twice is kept once.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any
from uuid import UUID

from django.db import IntegrityError, transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from clinic import audit
from clinic.access import Actor
from clinic.models import Episode
from clinic.refusal import ActionRefused
from homework.assignments.actions.rest import needs_open
from homework.assignments.models import Assignment
from homework.reviews import wording
from homework.reviews.models import ClientQuestion

State, Outcome, Kind = ClientQuestion.State, ClientQuestion.Outcome, ClientQuestion.Kind
IDEA = ("what", "why", "first_step", "anchor", "place")  # a client's own draft of a plan (F46)


@dataclass(frozen=True)
class Said:
    """What the client says: what kind of thing it is, chips, words, and a draft of a plan of their own."""

    kind: str = Kind.TELL
    chips: Sequence[str] = ()
    text: str = ""
    idea: dict[str, str] = field(default_factory=dict)

    @property
    def says_anything(self) -> bool:
        """Whether there is something to send: a kind that speaks for itself, a chip or a word."""
        silent = self.kind in (Kind.TELL, Kind.OTHER)
        return not silent or bool(self.chips or self.text.strip())


def ask(
    *, by: Actor, episode: Episode, said: Said, assignment: Assignment | None = None, key: UUID | None = None
) -> ClientQuestion:
    """Send something to the care team, once. assignment: the work it is about, if it is about one.

    key: made in the browser. The same key with the same words answers as before; with other words it is refused (422).
    A "why" about work that has an open one adds its words to that one, so there is exactly one (F02).
    Raises ActionRefused: 409 after care has ended, 422 when nothing is said.
    """
    try:
        return _ask(by, episode, said, assignment, key)
    except IntegrityError:  # two taps at once: the other one made it
        twin = _twin(episode, said, assignment, key)
        if twin is None:
            raise ActionRefused(_("This page is out of date. Please open it again.")) from None
        return twin


@transaction.atomic
def _ask(by: Actor, episode: Episode, said: Said, assignment: Assignment | None, key: UUID | None) -> ClientQuestion:
    twin = _twin(episode, said, assignment, key)
    if twin is not None:
        return twin
    needs_open(episode)
    if not said.says_anything:
        raise ActionRefused(_("Choose one, or write a word."), status=422, field="text")
    row = _open_why(assignment) if said.kind == Kind.WHY else None
    if row is None:
        row = ClientQuestion(
            clinic_id=by.clinic_id, episode=episode, assignment=assignment, kind=said.kind, asked_at=timezone.now()
        )
    row.episode = episode
    row.text = "\n\n".join(part for part in (row.text, said.text.strip()) if part) or None
    row.chips = [chip for chip in ClientQuestion.Chip.values if chip in {*row.chips, *said.chips}]
    row.idea = {name: said.idea[name].strip() for name in IDEA if said.idea.get(name, "").strip()} or row.idea or {}
    row.submission_key = key or row.submission_key
    row.save()
    audit.record(by=by, verb="question.asked", obj=row, kind=row.kind, chips=row.chips)
    return row


def _open_why(assignment: Assignment | None) -> ClientQuestion | None:
    """The open "why" about this work, held until the end of the transaction."""
    if assignment is None:
        return None
    rows = ClientQuestion.objects.select_for_update().filter(assignment=assignment, kind=Kind.WHY, state=State.OPEN)
    found: ClientQuestion | None = rows.first()
    return found


def _twin(episode: Episode, said: Said, assignment: Assignment | None, key: UUID | None) -> ClientQuestion | None:
    """What was sent with this key before; for a bare "why", the open one. Raises ActionRefused (422)."""
    found: ClientQuestion | None = None
    if key is not None:
        found = ClientQuestion.objects.filter(submission_key=key, episode=episode).first()
    if found is not None:
        found.episode = episode
        if found.kind != said.kind or said.text.strip() not in (found.text or ""):
            raise ActionRefused(_("This was sent already with other words. Nothing was changed."), status=422)
        return found
    if said.kind == Kind.WHY and not said.text.strip() and not said.chips and assignment is not None:
        found = ClientQuestion.objects.filter(assignment=assignment, kind=Kind.WHY, state=State.OPEN).first()
        if found is not None:
            found.episode = episode
    return found


def ask_why(*, by: Actor, assignment: Assignment) -> ClientQuestion:
    """One tap: "I'd like to talk about why". However often it is tapped, one open question (F02)."""
    return ask(by=by, episode=assignment.episode, assignment=assignment, said=Said(kind=Kind.WHY))


def _locked(question: ClientQuestion) -> ClientQuestion:
    row: ClientQuestion = ClientQuestion.objects.select_for_update().get(pk=question.pk)
    row.episode = question.episode
    return row


@transaction.atomic
def answer(*, by: Actor, question: ClientQuestion, outcome: str, text: str = "") -> ClientQuestion:
    """Answer in writing, or say that it was talked about. Either is needed; "not yet" keeps it open (F02, F44).

    With "not yet" nothing is sent: what was written waits for the session. Sent twice, it is answered once.
    Raises ActionRefused: 422 without an outcome or without the words it needs, 409 when it is answered already.
    """
    row = _locked(question)
    text = text.strip()
    if outcome not in Outcome.values or not outcome:
        raise ActionRefused(_("Choose what became of it. Not yet counts too."), status=422, field="outcome")
    if row.state != State.OPEN:
        if row.answered_by_id == by.member_id and row.outcome == outcome and (row.answer or "") == text:
            return row
        raise ActionRefused(_("This has been answered already."))
    needs_open(row.episode)
    if outcome in (Outcome.CHANGED, Outcome.EXPLAINED) and not text:
        says = _("Write a line, or say that you talked about it.")
        raise ActionRefused(says, status=422, field="answer")
    state = State.OPEN if outcome == Outcome.NOT_YET else State.TALKED if outcome == Outcome.TALKED else State.ANSWERED
    counted = wording.counts(text)
    return _settle(by, row, state, outcome, answer=text or None, asks=counted.asks, advises=counted.advises)


def _settle(by: Actor, row: ClientQuestion, state: str, outcome: str, **more: Any) -> ClientQuestion:
    """Write down what became of it. The row is locked."""
    row.state, row.outcome, row.answered_by = state, outcome, by.member
    row.answered_at = timezone.now() if state != State.OPEN else None
    for name, value in more.items():
        setattr(row, name, value)
    row.save(update_fields=["state", "outcome", "answered_by", "answered_at", *more])
    audit.record(by=by, verb="question.answered", obj=row, outcome=outcome, told=bool(row.answer))
    return row


@transaction.atomic
def meet(*, by: Actor, question: ClientQuestion, assignment: Assignment) -> None:
    """Something was planned for what the client asked for: that is the answer (F46). Done once."""
    row = _locked(question)
    if row.state == State.OPEN:
        _settle(by, row, State.ANSWERED, Outcome.CHANGED, assignment=assignment)


@transaction.atomic
def close(*, by: Actor, question: ClientQuestion) -> None:
    """The client has read the answer, or it is settled for them. Done twice, it is closed once.

    Raises ActionRefused (409) while nobody has answered.
    """
    row = _locked(question)
    if row.state == State.CLOSED:
        return
    if row.state == State.OPEN:
        raise ActionRefused(_("Nobody has answered this yet, so it stays on the list."))
    row.state, row.closed_at = State.CLOSED, timezone.now()
    row.save(update_fields=["state", "closed_at"])
    audit.record(by=by, verb="question.closed", obj=row)
