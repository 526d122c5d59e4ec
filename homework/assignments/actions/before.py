"""What the client believes about a plan, kept with the revision it is about (2.6, F12)."""

from clinic.access import Actor
from homework.assignments.models import BeforeCheck, Plan
from homework.assignments.planning.plan_words import Beliefs

RATINGS = ("useful", "fits", "hard", "sure", "free")


def keep(*, by: Actor, plan: Plan, beliefs: Beliefs) -> None:
    """Store what was said; an untouched rating is no answer. Inside the transaction of the yes it came with."""
    given = {name: value for name in RATINGS if (value := getattr(beliefs, name)) is not None}
    if not given and not beliefs.first_step_known and not beliefs.chips:
        return
    BeforeCheck(
        clinic_id=by.clinic_id,
        episode=plan.episode,
        plan=plan,
        ratings=given,
        first_step_known=beliefs.first_step_known,
        chips=list(beliefs.chips),
    ).save(force_insert=True)
