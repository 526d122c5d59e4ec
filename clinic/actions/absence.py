"""Being away: somebody says when and who covers, the cover says yes, and only then it stands (6.3).

Nothing of the days themselves is touched: sessions stay as they are. While it stands the cover has a place with each client of
the one who is away (`actions.covering`), dated like the absence; a client may rather not have that cover, and come back to it.
"""

from datetime import date, timedelta

from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext as _

from clinic import audit, outbox, standing_in
from clinic.access import Actor, Role
from clinic.actions import covering
from clinic.models import Absence, CareTeamMember, Episode, Membership
from clinic.models.absence import AbsenceQuerySet
from clinic.outbox import staff
from clinic.refusal import ActionRefused

State = Absence.State
LONGEST = timedelta(days=366)


@transaction.atomic
def ask(*, by: Actor, member: Membership, cover: Membership, starts_on: date, ends_on: date) -> Absence:
    """Say that a therapist is away, and ask a colleague to cover. It does not stand before their yes.

    Days the cover had said no to are given up for these. Raises ActionRefused: 422 for days or a cover that do not fit, 409 when
    the member covers for somebody in these days; PermissionDenied for anybody but the member and an admin.
    """
    _check_own(by, member)
    _hold(member, cover)
    _check_days(by, starts_on, ends_on)
    _check_people(by, member, cover)
    days = Absence.objects.filter(clinic_id=by.clinic_id).said().touching(starts_on, ends_on)
    _check_free(days, member, cover)
    days.filter(member=member, state=State.DECLINED).update(state=State.CANCELLED)
    row = Absence.objects.create(clinic=by.clinic, member=member, cover=cover, starts_on=starts_on, ends_on=ends_on)
    audit.record(by=by, verb="absence.asked", obj=row, member=str(member.pk), cover=str(cover.pk))
    _tell(row, cover)
    return row


@transaction.atomic
def answer(*, by: Actor, absence: Absence, yes: bool) -> Absence:
    """The cover says yes, or no; no also later, when it cannot be after all. Said twice is said once.

    Raises ActionRefused (409) when it is over or was cancelled, or when the cover is away then; PermissionDenied for others.
    """
    row = _held(absence)
    if row.cover_id != by.member_id:
        raise PermissionDenied
    _check_goes_on(by, row)
    wanted = State.STANDING if yes else State.DECLINED
    if row.state == wanted:
        return row
    if yes and row.state != State.ASKED:
        raise ActionRefused(_("This is no longer asked."))
    if yes:
        _check_can_cover(row)
    row.state, row.answered_at = wanted, timezone.now()
    row.save(update_fields=["state", "answered_at"])
    if yes:
        count = covering.put(row, covering.led_by(row.member_id))
        audit.record(by=by, verb="absence.agreed", obj=row, clients=count)
    else:
        covering.end(row)
        audit.record(by=by, verb="absence.declined", obj=row)
    _tell(row, row.member)
    return row


@transaction.atomic
def cancel(*, by: Actor, absence: Absence) -> None:
    """Not away after all, or back already: the cover's places end now. Twice is once. Raises ActionRefused (409) when over."""
    row = _held(absence)
    _check_own(by, row.member)
    if row.state == State.CANCELLED:
        return
    _check_goes_on(by, row)
    was = row.state
    row.state = State.CANCELLED
    row.save(update_fields=["state"])
    covering.end(row)
    audit.record(by=by, verb="absence.cancelled", obj=row)
    if was == State.STANDING:
        _tell(row, row.cover)


@transaction.atomic
def shorten(*, by: Actor, absence: Absence, ends_on: date) -> Absence:
    """Back earlier: another last day. More days are asked for anew, because the cover has to say yes to them.

    Raises ActionRefused: 422 for a day before today, before the first one, or after the last; 409 when it is over.
    """
    row = _held(absence)
    _check_own(by, row.member)
    _check_goes_on(by, row)
    if row.state == State.CANCELLED:
        raise ActionRefused(_("This was cancelled."))
    if ends_on > row.ends_on:
        raise ActionRefused(_("For more days, ask again: the cover says yes to them too."), status=422, field="ends_on")
    if ends_on < max(row.starts_on, by.clinic.today()):
        raise ActionRefused(_("Choose today or a later day. To be back now, cancel it."), status=422, field="ends_on")
    if ends_on != row.ends_on:
        row.ends_on = ends_on
        row.save(update_fields=["ends_on"])
        covering.shorten(row)
        audit.record(by=by, verb="absence.shortened", obj=row)
    return row


@transaction.atomic
def answer_cover(*, by: Actor, place: CareTeamMember, welcome: bool) -> None:
    """The client would rather not have this cover, or would after all. No reason is asked for; it holds at once.

    Raises ActionRefused (409) when nobody covers with this place today.
    """
    rows = standing_in.covers_on(by.clinic.today()).filter(pk=place.pk, episode__client_id=by.member_id)
    row = rows.select_for_update(of=("self",)).select_related("episode__client").first()
    if row is None:
        raise ActionRefused(_("This is over. Your therapist is back, or somebody else covers."))
    if (row.objected_at is None) == welcome:
        return
    CareTeamMember.objects.filter(pk=row.pk).update(objected_at=None if welcome else timezone.now())
    audit.record(by=by, verb="cover.welcome" if welcome else "cover.objected", obj=row, member=str(row.member_id))


def _held(absence: Absence) -> Absence:
    """The absence as it is now; it, its two people and the clients it is about are held until the end of the transaction."""
    # Always episodes before people, as everywhere, so that two actions cannot wait for each other.
    list(
        Episode.objects.select_for_update(of=("self",)).filter(pk__in=covering.led_by(absence.member_id)).order_by("pk")
    )
    _hold(absence.member, absence.cover)
    rows = Absence.objects.select_for_update(of=("self",)).select_related("member__user", "cover__user", "clinic")
    return rows.get(pk=absence.pk)


def _hold(*people: Membership) -> None:
    for one in sorted(people, key=lambda row: str(row.pk)):
        covering.hold(one)


def _check_own(by: Actor, member: Membership) -> None:
    if not by.is_admin and by.member_id != member.pk:
        raise PermissionDenied


def _check_goes_on(by: Actor, absence: Absence) -> None:
    if absence.ends_on < by.clinic.today():
        raise ActionRefused(_("These days are over."))


def _check_days(by: Actor, starts_on: date, ends_on: date) -> None:
    if starts_on < by.clinic.today():
        raise ActionRefused(_("Choose today or a later day."), status=422, field="starts_on")
    if ends_on < starts_on:
        raise ActionRefused(_("The last day is before the first one."), status=422, field="ends_on")
    if ends_on - starts_on > LONGEST:
        raise ActionRefused(_("For more than a year, transfer the clients."), status=422, field="ends_on")


def _check_people(by: Actor, member: Membership, cover: Membership) -> None:
    if not _works_here(by, member):
        raise ActionRefused(_("Choose a therapist of this clinic."), status=422, field="member")
    if not _works_here(by, cover) or cover.pk == member.pk or cover.user_id is None:
        raise ActionRefused(_("Choose another therapist of this clinic."), status=422, field="cover")


def _works_here(by: Actor, member: Membership) -> bool:
    return member.clinic_id == by.clinic_id and member.ended_at is None and member.role == Role.THERAPIST


def _check_free(days: AbsenceQuerySet, member: Membership, cover: Membership) -> None:
    """Nobody is away twice at once, nobody covers while away, and nobody is away while they cover."""
    own = days.filter(member=member).exclude(state=State.DECLINED).first()
    if own is not None:
        raise ActionRefused(
            _("There is an absence in these days already: %(days)s.") % {"days": in_words(own)},
            status=422,
            field="starts_on",
        )
    covers = days.standing().filter(cover=member).select_related("member").first()
    if covers is not None:
        raise ActionRefused(
            _("In these days there is a yes to cover for %(name)s: %(days)s. Somebody else has to be found first.")
            % {"name": covers.member.display_name, "days": in_words(covers)},
            field="starts_on",
        )
    if days.filter(member=cover).exists():
        raise ActionRefused(_("This person is away in these days too."), status=422, field="cover")


def _check_can_cover(absence: Absence) -> None:
    if absence.cover.ended_at is not None or absence.member.ended_at is not None:
        raise ActionRefused(_("This is no longer asked."))
    days = Absence.objects.said().touching(absence.starts_on, absence.ends_on)
    if days.filter(member_id=absence.cover_id).exists():
        raise ActionRefused(_("You are away in these days yourself. Cancel that first, or say no."))


def in_words(absence: Absence) -> str:
    """3 May to 10 May 2026, or one day."""
    last = date_format(absence.ends_on, "j F Y")
    if absence.starts_on == absence.ends_on:
        return last
    return _("%(first)s to %(last)s") % {"first": date_format(absence.starts_on, "j F"), "last": last}


def _tell(absence: Absence, member: Membership) -> None:
    """Something to read, once a day at most and shared with every other reason to say so; nothing in it says what."""
    message = staff.something_to_read(member=member, about=absence.pk, now=timezone.now())
    outbox.queue_all([message] if message is not None else [])
