"""Agreeing on one screen, in the session: the therapist's browser, the client's own PIN, the client's own yes (F18).

The PIN is looked at before anything else and outside the transaction of the yes, so that a wrong try counts whatever
becomes of the rest. The yes itself is the client's: the same action as on their phone, with their name in the record.
"""

from django.db import transaction
from django.utils.translation import gettext as _

from accounts import pin as pins
from accounts.models import User
from clinic import audit
from clinic.access import Actor, Role
from clinic.refusal import ActionRefused
from homework.assignments.actions import amber, plan
from homework.assignments.models import Assignment, Plan
from homework.assignments.planning import beliefs as believing
from homework.assignments.planning.plan_words import Beliefs, PlanWords


def confirm_together(
    *,
    by: Actor,
    assignment: Assignment,
    pin: str,
    words: PlanWords | None = None,
    beliefs: Beliefs | None = None,
    choice: str = "",
) -> Plan:
    """The client's yes on the therapist's screen. Both are in the record.

    by: the therapist whose screen it is. choice: what the two decided about an amber plan ("keep"), to be recorded.
    Raises ActionRefused: 422 (field `pin`) when the PIN is not theirs, 409 when it is closed after five wrong tries, when
    they have none, or when nothing waits for an answer.
    """
    user = assignment.episode.client.user
    if user is None or not pins.has_pin(user):
        raise ActionRefused(_("They have no PIN yet, so the yes is given on their own phone."))
    _check(user, pin)
    return _say_yes(by, assignment, words, beliefs, choice)


def _check(user: User, pin: str) -> None:
    try:
        right = pins.check(user, pin)
    except pins.Locked:
        says = _("The PIN is closed after too many tries. The yes can be given on their own phone.")
        raise ActionRefused(says) from None
    if not right:
        raise ActionRefused(_("That is not the PIN. Please try again."), status=422, field="pin")


@transaction.atomic
def _say_yes(by: Actor, assignment: Assignment, words: PlanWords | None, beliefs: Beliefs | None, choice: str) -> Plan:
    client = client_actor(assignment)
    made = plan.confirm(by=client, assignment=assignment, words=words, beliefs=beliefs, together=True)
    audit.record(by=by, verb="plan.agreed_together", obj=assignment, revision=made.revision)
    if choice == "keep" and believing.of_said(beliefs or Beliefs()):
        amber.record(by=by, assignment=assignment, plan=made, choice="keep")
    return made


def client_actor(assignment: Assignment) -> Actor:
    """The client of this work, acting for themself."""
    client = assignment.episode.client
    return Actor(user=client.user, membership=client, clinic=assignment.episode.clinic, role=Role.CLIENT)
