"""What clinicians do about a flag: look at it, plan, try, close; and raise one themselves (6.3, 6.6).

`open -> seen -> acting(plan) -> closed(outcome)`. Opening the page is no acknowledgement: "I am looking at this" is a tap, and
what is going to be done is typed. Who could not be reached keeps it open, and the ladder goes on. Nothing is ever deleted;
each step is added to the flag's record and to the audit. A second tap changes nothing.
"""

from datetime import datetime, timedelta

from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext as _

from clinic import audit
from clinic.access import Actor, Can, Role
from clinic.models import Episode
from clinic.refusal import ActionRefused
from homework.safety import hours, setup
from homework.safety.actions import screening_tally
from homework.safety.actions.flag import raise_flag
from homework.safety.models import FlagEvent, SafetyFlag, SafetySetup
from homework.safety.record import add_step

State, Outcome, Step = SafetyFlag.State, SafetyFlag.Outcome, FlagEvent.Step
TWICE = timedelta(minutes=2)
"""The same thing sent again within this time is the second tap of one person."""


@transaction.atomic
def raise_by_clinician(*, by: Actor, episode: Episode, kind: str, words: str) -> SafetyFlag:
    """Raise a flag from what was said or seen. Raises ActionRefused: 422 without a kind or words, 409 once care has ended.

    Raises PermissionDenied for whoever does not treat this client as a therapist.
    """
    if by.role != Role.THERAPIST or not Episode.objects.permitted(by, Can.REVIEW).filter(pk=episode.pk).exists():
        raise PermissionDenied
    said = words.strip()
    if kind not in SafetyFlag.BY_CLINICIAN:
        raise ActionRefused(_("Choose what it is about."), status=422, field="kind")
    if not said:
        raise ActionRefused(_("Write what was said or seen."), status=422, field="words")
    if not episode.is_open:
        raise ActionRefused(_("This episode of care has ended."))
    Episode.objects.select_for_update(no_key=True, of=("self",)).get(pk=episode.pk)  # two taps come one after the other
    mine = SafetyFlag.objects.filter(episode=episode, kind=kind, raised_by=by.membership).standing()
    for flag in mine.filter(raised_at__gte=timezone.now() - TWICE).select_related("episode"):
        if flag.words == said:
            return flag
    return raise_flag(by=by, episode=episode, kind=kind, words=said)


@transaction.atomic
def see(*, by: Actor, flag: SafetyFlag) -> SafetyFlag:
    """ "I am looking at this": the ladder stops. Raises ActionRefused (409) when the flag is closed."""
    row = _held(by, flag)
    if row.state == State.OPEN:
        _seen(by, row, timezone.now())
        row.state = State.ACTING if row.plan else State.SEEN
        row.save(update_fields=["state", "seen_at", "seen_by", "next_rung_at"])
    return row


@transaction.atomic
def act(*, by: Actor, flag: SafetyFlag, plan: str) -> SafetyFlag:
    """What is going to be done, typed: this is the acknowledgement. A changed plan is written down beside the first.

    Raises ActionRefused: 422 without words, 409 when the flag is closed.
    """
    row, said = _held(by, flag), plan.strip()
    if not said:
        raise ActionRefused(_("Write what you are going to do."), status=422, field="plan")
    if row.state == State.ACTING and row.plan == said:
        return row
    now = timezone.now()
    if row.state == State.OPEN:
        _seen(by, row, now)
    row.state, row.plan, row.acting_at = State.ACTING, said, row.acting_at or now
    row.save(update_fields=["state", "plan", "acting_at", "seen_at", "seen_by", "next_rung_at"])
    add_step(row, Step.PLANNED, actor=by.member, words=said)
    audit.record(by=by, verb="flag.planned", obj=row)
    return row


@transaction.atomic
def tried(*, by: Actor, flag: SafetyFlag, note: str = "") -> SafetyFlag:
    """Could not reach them: the flag is open again, and the ladder goes on unless somebody looks at it before.

    Raises ActionRefused (409) while nobody looks at it, and when it is closed.
    """
    row, now = _held(by, flag), timezone.now()
    if row.state == State.OPEN:
        if _tapped_twice(by, row, now):
            return row
        raise ActionRefused(_("First say that you look at this."))
    arranged = setup.of(row.clinic_id)
    minutes = (arranged or SafetySetup()).rung_minutes
    row.state = State.OPEN
    row.next_rung_at = hours.of(arranged, by.clinic).later(now, minutes)
    row.save(update_fields=["state", "next_rung_at"])
    add_step(row, Step.TRIED, actor=by.member, words=note.strip())
    audit.record(by=by, verb="flag.tried", obj=row)
    return row


@transaction.atomic
def close(*, by: Actor, flag: SafetyFlag, outcome: str, note: str = "") -> SafetyFlag:
    """What became of it. "Could not reach them" closes nothing (`tried`).

    Raises ActionRefused: 422 without an outcome, or for a mistake without a note; 409 before there is a plan, and when it
    was closed in another way.
    """
    if outcome not in Outcome.values:
        raise ActionRefused(_("Choose what became of it."), status=422, field="outcome")
    if outcome == Outcome.NOT_REACHED:
        return tried(by=by, flag=flag, note=note)
    if outcome == Outcome.MISTAKE and not note.strip():
        raise ActionRefused(_("Write how you know that it was a mistake."), status=422, field="note")
    row = _held(by, flag, closed_as=outcome)
    if row.state == State.CLOSED:
        return row
    if row.state != State.ACTING:
        raise ActionRefused(_("First write what you are going to do. The outcome comes after it."))
    row.state, row.outcome, row.note = State.CLOSED, outcome, note.strip()
    row.closed_at, row.closed_by, row.next_rung_at = timezone.now(), by.member, None
    row.save(update_fields=["state", "outcome", "note", "closed_at", "closed_by", "next_rung_at"])
    add_step(row, Step.CLOSED, actor=by.member, words=row.note, outcome=outcome)
    audit.record(by=by, verb="flag.closed", obj=row, outcome=outcome)
    screening_tally.confirmed(row)
    return row


@transaction.atomic
def let_reminders_go_on(*, by: Actor, flag: SafetyFlag, on: bool) -> SafetyFlag:
    """Whether reminders about work go on while the flag stands; without this decision they rest."""
    row = _held(by, flag)
    if row.reminders_on != on:
        row.reminders_on = on
        row.save(update_fields=["reminders_on"])
        add_step(row, Step.REMINDERS, actor=by.member, on=on)
        audit.record(by=by, verb="flag.reminders", obj=row, on=on)
    return row


def _held(by: Actor, flag: SafetyFlag, closed_as: str = "") -> SafetyFlag:
    """The flag as it is now, held until the end of the transaction, for a therapist who may act on it.

    closed_as: an outcome with which it may be closed already. Raises PermissionDenied, and ActionRefused (409) once closed.
    """
    rows = SafetyFlag.objects.permitted(by, Can.REVIEW).filter(pk=flag.pk).select_for_update(of=("self",))
    row: SafetyFlag | None = rows.select_related("episode__client").first()
    if row is None or by.role != Role.THERAPIST:
        raise PermissionDenied
    if row.state == State.CLOSED and row.outcome != closed_as:
        on = date_format(row.closed_at.astimezone(by.clinic.zone), "j F Y") if row.closed_at else ""
        raise ActionRefused(_("This was closed on %(day)s.") % {"day": on})
    return row


def _seen(by: Actor, row: SafetyFlag, now: datetime) -> None:
    """Somebody looks: note who and when, and stop the ladder."""
    row.seen_at, row.seen_by, row.next_rung_at = now, by.member, None
    add_step(row, Step.SEEN, actor=by.member)
    audit.record(by=by, verb="flag.seen", obj=row)


def _tapped_twice(by: Actor, row: SafetyFlag, now: datetime) -> bool:
    """Whether this person said the same a moment ago."""
    last = FlagEvent.objects.filter(flag=row).order_by("-created_at", "-pk").first()
    return (
        last is not None and last.step == Step.TRIED and last.actor_id == by.member_id and last.created_at > now - TWICE
    )
