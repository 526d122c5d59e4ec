"""Writing for oneself after care (F50): who may write what, and a staying-well plan to begin where there is none.

What is written then stays a draft: the client's alone, never shared, in nobody's digest.
"""

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from clinic import after_care, audit
from clinic.access import Actor
from clinic.models import Episode
from clinic.refusal import ActionRefused
from homework.assignments.actions import entry as doing
from homework.assignments.actions import revision
from homework.assignments.models import Assignment, Entry, Plan
from homework.assignments.planning import agreed
from homework.assignments.planning.plan_words import PlanWords
from homework.worksheets.models import WorksheetVersion

STAYING_WELL = "w20"


@transaction.atomic
def staying_well(*, by: Actor, episode: Episode) -> Entry:
    """Open the staying-well plan: the one agreed in care, or one of the client's own. Asked twice, it is there once.

    Raises ActionRefused (409) while care goes on, where it is planned together, and after the pages have come to rest.
    """
    held = Episode.objects.select_for_update(of=("self",)).select_related("client__user", "site").get(pk=episode.pk)
    if not after_care.writes_for_self(held, by.clinic):
        raise ActionRefused(_("While care goes on, you plan this with your therapist."))
    known = Assignment.objects.of(held.pk).active().filter(version__worksheet__slug=STAYING_WELL).first()
    work = known or _own_work(by, held)
    work.episode = held
    return doing.begin(by=by, assignment=work)


def _own_work(by: Actor, episode: Episode) -> Assignment:
    """A plan of one's own: agreed by its only author, due on no day."""
    shipped = WorksheetVersion.objects.filter(worksheet__slug=STAYING_WELL, clinic__isnull=True)
    version = shipped.select_related("worksheet").order_by("-number")[0]
    definition, now = agreed.spoken(version), timezone.now()
    work: Assignment = Assignment.objects.create(
        clinic_id=by.clinic_id,
        episode=episode,
        version=version,
        proposed_by=by.member,
        state=Assignment.State.ACTIVE,
        agreed_at=now,
    )
    words = PlanWords(
        rationale=_("For myself, after care."),
        first_step=str(definition.first_step),
        counts_as_some=str(definition.counts_as_some),
        size=Plan.Size.M,
        frequency=Plan.Frequency.ONCE,
    )
    revision.write(by, work, words, revision=1, state=Plan.State.AGREED, confirmed_at=now, answer=Plan.Answer.YES)
    audit.record(by=by, verb="assignment.own_begun", obj=work)
    return work
