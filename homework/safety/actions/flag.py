"""Raising a flag, and what the client chooses on the page after it (6.3).

A flag is made in the transaction of the answers it is about: when they are there, it is there. Telling people comes after
it in a savepoint of its own: when that fails the flag stands, and the ladder tells them later.
"""

from typing import Any
from uuid import UUID

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from clinic import audit, logs
from clinic.access import Actor
from clinic.models import Episode
from clinic.refusal import ActionRefused
from homework.safety import hours, priority, setup, telling
from homework.safety.models import FlagEvent, SafetyFlag
from homework.safety.record import add_step

ENOUGH, CONTACT, NOT_SAFE = "enough", "contact", "not_safe"
CHOICES = (ENOUGH, CONTACT, NOT_SAFE)
CONTACT_LIMIT = 120
"""Letters kept of a number, and of a time: what fits into one line."""


@transaction.atomic
def raise_flag(
    *,
    by: Actor,
    episode: Episode,
    kind: str,
    answered: dict[str, Any] | None = None,
    about_id: UUID | None = None,
    measure: str = "",
    words: str = "",
) -> SafetyFlag:
    """Raise a flag, once: the same kind about the same entry, or without an entry while nobody has looked, is one flag.

    answered: item, points, label, was (points last time, None when not known), rises. about_id: the entry. measure: its
    slug. words: what a clinician wrote. The client's sealed fields have to be open.
    """
    Episode.objects.select_for_update(no_key=True).get(pk=episode.pk)  # two taps come one after the other
    there = _there(episode, kind, about_id)
    if there is not None:
        return there
    now, arranged = timezone.now(), setup.of(episode.clinic_id)
    points, was = priority.known(answered)
    first = priority.priority_of(kind, points, was, arranged is not None and arranged.all_first)
    by_when = priority.look_by(first, now, hours.of(arranged, episode.clinic), priority.targets_of(arranged))
    flag = SafetyFlag(
        clinic_id=episode.clinic_id,
        episode=episode,
        kind=kind,
        priority=first,
        answered=answered or {},
        about_id=about_id,
        measure=measure,
        raised_by=by.membership,
        raised_at=now,
        setup_version=arranged.version if arranged is not None else 0,
        words=words,
        contact={},
        look_by=by_when,
        rung=0,
        next_rung_at=by_when,
    )
    flag.save(force_insert=True)
    _note(by, flag, FlagEvent.Step.RAISED, kind=kind, priority=flag.priority)
    audit.record(by=by, verb="flag.raised", obj=flag, kind=kind, priority=flag.priority)
    _tell(flag)
    return flag


def _there(episode: Episode, kind: str, about_id: UUID | None) -> SafetyFlag | None:
    """The flag that was raised for this already."""
    rows = SafetyFlag.objects.filter(episode=episode, kind=kind)
    rows = rows.filter(about_id=about_id) if about_id is not None else rows.filter(about_id__isnull=True).unseen()
    if about_id is None and kind not in SafetyFlag.BY_CLIENT:
        return None  # what clinicians write is never the same twice
    found: SafetyFlag | None = rows.order_by("-raised_at").first()
    if found is not None:
        found.episode = episode
    return found


@transaction.atomic
def choose(*, by: Actor, flag: SafetyFlag, choice: str, number: str = "", when: str = "") -> SafetyFlag:
    """What the client says on the page after a risky answer. Asking for contact, or not being safe, makes it P1.

    number, when: where and at what time it is safe to be called. Nothing said here makes a flag less: "safe enough" is
    written down and that is all. Once somebody has looked at the flag, being unsafe or asking for contact is news: then it
    is a flag of its own, which is returned. Raises ActionRefused (422) for a choice that is not offered.
    """
    if choice not in CHOICES:
        raise ActionRefused(_("Choose one of the answers."), status=422, field="choice")
    if not flag.episode.is_open:
        raise ActionRefused(_("The program can tell nobody just now. Please call one of the numbers."))
    locked = _held(flag)
    if choice != ENOUGH and _is_news(locked, choice):
        locked = _held(raise_flag(by=by, episode=flag.episode, kind=choice))
    contact = {"number": number.strip()[:CONTACT_LIMIT], "when": when.strip()[:CONTACT_LIMIT]}
    if locked.choice == choice and (choice != CONTACT or locked.contact == contact):
        return locked  # tapped twice
    locked.choice = choice
    if choice == CONTACT:
        locked.contact = contact
    raised = choice != ENOUGH and _sooner(locked)
    locked.save(update_fields=["choice", "contact", "priority", "look_by", "next_rung_at"])
    _note(by, locked, FlagEvent.Step.CHOSE, choice=choice, priority=locked.priority)
    audit.record(by=by, verb="flag.chosen", obj=locked, choice=choice)
    if raised:
        _tell(locked)
    return locked


def _held(flag: SafetyFlag) -> SafetyFlag:
    locked: SafetyFlag = SafetyFlag.objects.select_for_update().get(pk=flag.pk)
    locked.episode = flag.episode
    return locked


def _is_news(flag: SafetyFlag, choice: str) -> bool:
    """Whether somebody has looked at this flag before this was said; a number added to the same wish is no news."""
    if flag.state == SafetyFlag.State.OPEN:
        return False
    return flag.state == SafetyFlag.State.CLOSED or flag.choice != choice


def _sooner(flag: SafetyFlag) -> bool:
    """Make it P1, to be looked at sooner and never later than before. Returns whether that changed its priority."""
    arranged = setup.of(flag.clinic_id)
    opening, targets = hours.of(arranged, flag.episode.clinic), priority.targets_of(arranged)
    was, flag.priority = flag.priority, SafetyFlag.Priority.P1
    flag.look_by = min(flag.look_by, priority.look_by(flag.priority, timezone.now(), opening, targets))
    if flag.next_rung_at is not None:
        flag.next_rung_at = min(flag.next_rung_at, flag.look_by)
    return was != flag.priority


def _note(by: Actor, flag: SafetyFlag, step: str, **detail: Any) -> None:
    """One step in the life of the flag: plain facts, nothing that was answered."""
    add_step(flag, step, actor=by.membership, detail=detail)


def _tell(flag: SafetyFlag) -> None:
    """Tell those who are told first. Whatever goes wrong with that, the flag stands."""
    try:
        with transaction.atomic():
            telling.tell_first(flag)
    except Exception as error:
        logs.trouble("safety.telling_failed", error, ids=str(flag.pk))
