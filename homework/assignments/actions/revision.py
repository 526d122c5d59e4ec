"""Revisions of a plan: every change adds one, and nothing is overwritten (F21). Used by the actions about plans."""

from typing import Any

from django.utils.translation import gettext as _

from clinic.access import Actor
from clinic.models import Episode
from clinic.refusal import ActionRefused
from homework.assignments.actions import goal as goals
from homework.assignments.models import Assignment, CopingPlan, Obstacle, Plan
from homework.assignments.planning.plan_words import PLAIN, SEALED, PlanWords, in_order


def squeeze(text: str) -> str:
    """A text without what cannot be seen: two that differ in spaces or capitals only are the same."""
    return " ".join(text.split()).casefold()


def write(by: Actor, assignment: Assignment, words: PlanWords, *, revision: int, state: str, **more: Any) -> Plan:
    """Add one revision with its if-then pairs. Inside the transaction of an action that has locked the assignment."""
    episode, version = assignment.episode, assignment.version
    plan = Plan(
        clinic_id=by.clinic_id,
        episode=episode,
        assignment=assignment,
        revision=revision,
        state=state,
        author=by.membership,
        rationale_edited=version is None or squeeze(words.rationale) != squeeze(version.parsed.why),
        zone=zone_of(episode, by),
        starts_on=words.starts_on or by.clinic.today(),
        weekdays=sorted(set(words.weekdays)),
        goal_id=goals.belongs(episode, words.goal),
        used_at=list(in_order(words.used_at)),
        **{name: getattr(words, name) for name in PLAIN},
        **{name: getattr(words, name).strip() or None for name in SEALED},
        **more,
    )
    plan.save(force_insert=True)
    pairs = [pair for pair in words.if_thens if pair.if_text.strip() or pair.then_text.strip()]
    for position, pair in enumerate(pairs[:3]):
        CopingPlan(
            clinic_id=by.clinic_id,
            episode=episode,
            plan=plan,
            position=position,
            obstacle=pair.obstacle or Obstacle.OTHER,
            if_text=pair.if_text.strip() or None,
            then_text=pair.then_text.strip() or None,
        ).save(force_insert=True)
    return plan


def zone_of(episode: Episode, by: Actor) -> str:
    """The client's own time zone; their site's before they have signed in for the first time."""
    if by.is_client and by.user is not None:
        return by.user.time_zone
    user = episode.client.user
    return user.time_zone if user is not None else episode.site.time_zone


def waiting(assignment: Assignment) -> Plan:
    """The revision that waits for the client's answer. Raises ActionRefused when there is none (any more)."""
    plan: Plan | None = assignment.plans.proposed().first()
    if plan is None:
        raise ActionRefused(_("There is nothing waiting for an answer here any more."))
    plan.episode = assignment.episode
    return plan
