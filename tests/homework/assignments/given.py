"""What tests of plans and entries start from: something proposed, agreed, begun, shared, all through the actions."""

from datetime import datetime, timedelta
from typing import Any
from uuid import uuid4

from django.utils import timezone

from clinic.models import Appointment
from homework.assignments.actions import entry as doing
from homework.assignments.actions import plan as planning
from homework.assignments.actions import sharing
from homework.assignments.models import Assignment, Entry, Plan
from homework.assignments.planning.plan_words import Beliefs, IfThen, PlanWords
from homework.worksheets.definition import Definition, load_library
from homework.worksheets.models import WorksheetVersion
from tests.cast import Cast

WHY = "You said evenings feel all the same. This checks if that is so."
STEP = "Put a dot on the hour that was least bad."


def version(slug: str) -> WorksheetVersion:
    """The newest version of a shipped worksheet."""
    found = WorksheetVersion.objects.filter(worksheet__slug=slug, clinic__isnull=True).select_related("worksheet")
    return found.order_by("-number")[0]


def load(slug: str) -> Definition:
    """A shipped worksheet, without a database."""
    return next(one for one in load_library() if one.slug == slug)


def words(**more: Any) -> PlanWords:
    """A plan that says everything a proposal needs."""
    said: dict[str, Any] = {
        "rationale": WHY,
        "first_step": STEP,
        "counts_as_all": "Four days.",
        "counts_as_some": "A single dot.",
        "anchor": "after breakfast",
        "place": "at the kitchen table",
        "size": "M",
        "frequency": Plan.Frequency.DAILY,
        "if_thens": (IfThen("tired", "the kids are up early", "I do it on the bus"),),
    }
    return PlanWords(**said | more)


def proposed(cast: Cast, slug: str = "w02", **more: Any) -> Assignment:
    """Theo proposed it to Ada."""
    assert cast.ada.episode is not None
    made = planning.propose(by=cast.theo.actor, episode=cast.ada.episode, version=version(slug), words=words(**more))
    return fresh(made)


def agreed(cast: Cast, slug: str = "w02", beliefs: Beliefs | None = None, **more: Any) -> Assignment:
    """Ada said yes to it as it was."""
    work = proposed(cast, slug, **more)
    planning.confirm(by=cast.ada.actor, assignment=work, beliefs=beliefs)
    return fresh(work)


def fresh(work: Assignment) -> Assignment:
    """The assignment as a page fetches it."""
    found: Assignment = Assignment.objects.select_related(
        "episode__client", "episode__clinic", "version__worksheet"
    ).get(pk=work.pk)
    return found


def begun(cast: Cast, work: Assignment, values: dict[str, Any] | None = None, **more: Any) -> Entry:
    """Ada began it, and wrote something if values are given."""
    entry = doing.begin(by=cast.ada.actor, assignment=work, **more)
    if values is not None:
        entry = doing.save_draft(by=cast.ada.actor, entry=entry, values=values, kept_private=[], rev=0)
    return entry


def shared(
    cast: Cast, work: Assignment, values: dict[str, Any], after: sharing.After | None = None, **more: Any
) -> Entry:
    """Ada wrote and shared it."""
    entry = begun(cast, work, **more)
    after = after or sharing.After(amount=4)
    return sharing.share(by=cast.ada.actor, entry=entry, values=values, kept_private=[], after=after, key=uuid4())


def session(cast: Cast, starts_at: datetime | None = None) -> Appointment:
    """Ada sees Theo, in two days if nothing else is said."""
    assert cast.ada.episode is not None
    made: Appointment = Appointment.objects.create(
        clinic=cast.north,
        episode=cast.ada.episode,
        therapist=cast.theo.membership,
        starts_at=starts_at or timezone.now() + timedelta(days=2),
    )
    return made
