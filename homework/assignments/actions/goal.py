"""Goals: anybody who plans may write one down; why it matters is the client's alone to write (F28)."""

from uuid import UUID

from django.db import transaction
from django.utils.translation import gettext as _

from clinic import audit
from clinic.access import Actor
from clinic.models import Episode
from clinic.refusal import ActionRefused
from homework.assignments.actions.rest import needs_open
from homework.assignments.models import Goal

MOST = 12  # goals worked towards at a time; more is a list, not a direction


@transaction.atomic
def name_goal(*, by: Actor, episode: Episode, text: str, why: str = "") -> Goal:
    """Write a goal down. The same words again give the same goal, so a double click makes one.

    Raises ActionRefused: 422 without words or with too many goals, 403 when somebody else says why it matters, 409 when
    the care has ended.
    """
    needs_open(episode)
    if not text.strip():
        raise ActionRefused(_("Say in a few words what it is."), status=422, field="text")
    if why.strip():
        _only_the_client(by, episode)
    current = list(Goal.objects.select_for_update().filter(episode=episode).current())
    for row in current:
        row.episode = episode
        if _same(row.text, text):
            return row
    if len(current) >= MOST:
        raise ActionRefused(_("There are many goals already. Put one aside first."), status=422, field="text")
    goal = Goal(clinic_id=by.clinic_id, episode=episode, text=text.strip(), why=why.strip() or None, added_by=by.member)
    goal.save(force_insert=True)
    audit.record(by=by, verb="goal.named", obj=goal)
    return goal


@transaction.atomic
def change_goal(
    *, by: Actor, goal: Goal, text: str | None = None, why: str | None = None, state: str | None = None, rev: int
) -> Goal:
    """Change its words, why it matters, or how it stands. None leaves a part as it is; the same again changes nothing.

    Raises ActionRefused: 403 when somebody but the client writes why it matters (F28), 422 without words, 409 when it
    was changed somewhere else since `rev`, or when the care has ended.
    """
    needs_open(goal.episode)
    if why is not None:
        _only_the_client(by, goal.episode)
    if text is not None and not text.strip():
        raise ActionRefused(_("Say in a few words what it is."), status=422, field="text")
    if state is not None and state not in Goal.State.values:
        raise ActionRefused(_("Choose how it stands."), status=422, field="state")
    row: Goal = Goal.objects.select_for_update().get(pk=goal.pk)
    row.episode = goal.episode
    wanted = {
        name: value
        for name, value in (("text", text), ("why", why), ("state", state))
        if value is not None and not _same(getattr(row, name), value)
    }
    if not wanted:
        return row
    if row.rev != rev:
        raise ActionRefused(_("This was also changed somewhere else. Open this page again to see it, then add yours."))
    for name, value in wanted.items():
        setattr(row, name, value.strip() or None)
    row.rev += 1
    row.save(update_fields=[*wanted, "rev"])
    audit.record(by=by, verb="goal.changed", obj=row, parts=sorted(wanted), state=row.state)
    return row


def belongs(episode: Episode, goal: UUID | None) -> UUID | None:
    """The id of a goal of this episode, as a plan may name it. Raises ActionRefused (422) for any other."""
    if goal is not None and not Goal.objects.filter(pk=goal, episode=episode).exists():
        raise ActionRefused(
            _("This goal is not there any more. Choose another one, or none."), status=422, field="goal"
        )
    return goal


def _only_the_client(by: Actor, episode: Episode) -> None:
    if episode.client_id != by.member_id:
        raise ActionRefused(_("Why it matters is theirs alone to write."), status=403, field="why")


def _same(one: str | None, two: str) -> bool:
    return " ".join((one or "").split()) == " ".join(two.split())
