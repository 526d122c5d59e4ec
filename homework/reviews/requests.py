"""A client's wish for something to work on, told to the pages that plan (F46). `homework.assignments.planning.wishes` asks."""

from uuid import UUID

from clinic.access import Actor, Can
from clinic.models import Episode
from homework.assignments.models import Assignment
from homework.assignments.planning.wishes import Wish, tells_wishes
from homework.reviews import questions
from homework.reviews.actions import question as speaking
from homework.reviews.models import ClientQuestion


def wish_of(actor: Actor, episode: Episode, pk: UUID) -> Wish | None:
    """The open question with this id in this episode, as a wish. One query."""
    rows = ClientQuestion.objects.permitted(actor, Can.PLAN).open().filter(episode=episode)
    row: ClientQuestion | None = rows.filter(kind=ClientQuestion.Kind.REQUEST, pk=pk).first()
    return Wish(pk=row.pk, **questions.draft_of(row)) if row is not None else None


def meet(actor: Actor, pk: UUID, made: Assignment) -> None:
    """A proposal is the answer to the wish it came from."""
    row = ClientQuestion.objects.get(pk=pk)
    row.episode = made.episode
    speaking.meet(by=actor, question=row, assignment=made)


tells_wishes(wish_of, meet)
