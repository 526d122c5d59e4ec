"""A calendar address of one's own: made, changed, taken back (F36). What is in it: `clinic.calendar_feed`."""

from datetime import timedelta
from uuid import UUID

from django.db import transaction
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext as _

from clinic import audit, calendar_feed
from clinic.access import CLINICIANS, Actor
from clinic.models import CalendarFeed, ContactPrefs, Membership
from clinic.refusal import ActionRefused

SEEN_EVERY = timedelta(hours=1)  # fetches are noted no more often


@transaction.atomic
def make(*, by: Actor, sessions: bool = True, work: bool = False, title: str = "", seen: str = "") -> CalendarFeed:
    """Make an address; the one before it ends at once, so a person has one at most.

    `seen`: a client's answer whether somebody else could see the calendar. Only “no” makes one. Staff have their sessions in
    it and nothing else. Raises ActionRefused: 422 without an answer or with nothing to show, 409 where somebody else could see
    it, once care has ended, and for somebody who gives no sessions.
    """
    Membership.objects.select_for_update(of=("self",)).get(pk=by.member.pk)  # two at once make one after the other
    _check(by, seen)
    sessions, work = _wanted(by, sessions=sessions, work=work)
    _end(by.member.pk)
    row: CalendarFeed = CalendarFeed.objects.create(
        clinic_id=by.clinic_id, member=by.member, sessions=sessions, work=work, title=title
    )
    audit.record(by=by, verb="feed.made", obj=by.membership, sessions=sessions, work=work)
    return row


@transaction.atomic
def change(*, by: Actor, sessions: bool = True, work: bool = False, title: str = "", seen: str = "") -> CalendarFeed:
    """Change what the address shows; it stays the same address. Raises ActionRefused as `make`, and 409 without one."""
    row: CalendarFeed | None = CalendarFeed.objects.live().select_for_update().filter(member_id=by.member.pk).first()
    if row is None:
        raise ActionRefused(_("This address has ended. You can make a new one."))
    _check(by, seen)
    row.sessions, row.work = _wanted(by, sessions=sessions, work=work)
    row.title = title
    row.save(update_fields=["sessions", "work", "title"])
    audit.record(by=by, verb="feed.changed", obj=by.membership, sessions=row.sessions, work=row.work)
    return row


@transaction.atomic
def end(*, by: Actor) -> None:
    """Take one's address back; from now on it is not found. What has ended stays ended."""
    if _end(by.member.pk):
        audit.record(by=by, verb="feed.ended", obj=by.membership)


def end_all(*, by: Actor, member: Membership) -> None:
    """Somebody else could see it, care is over, or the person leaves: the address ends. Part of an action.

    Call in a transaction, in the scope of the clinic.
    """
    if _end(member.pk):
        audit.record(by=by, verb="feed.ended", obj=member)


def note_fetch(feed: CalendarFeed) -> None:
    """Note, to the hour, that a calendar program asked: its owner sees that it is in use, and no diary of asking is kept."""
    now = timezone.now()
    unseen = Q(fetched_at__isnull=True) | Q(fetched_at__lte=now - SEEN_EVERY)
    if feed.fetched_at is None or feed.fetched_at <= now - SEEN_EVERY:
        CalendarFeed.objects.live().filter(unseen, pk=feed.pk).update(
            fetched_at=now.replace(minute=0, second=0, microsecond=0)
        )


def _end(member_id: UUID) -> int:
    ended: int = CalendarFeed.objects.live().filter(member_id=member_id).update(ended_at=timezone.now())
    return ended


def _check(by: Actor, seen: str) -> None:
    """Who may have one, and whether nobody else would see it."""
    if not by.is_client and by.role not in CLINICIANS:
        raise ActionRefused(_("A calendar is for people who have sessions."))
    choice = calendar_feed.choice_of(by)
    if not choice.care_goes_on:
        raise ActionRefused(_("There is nothing to show any more: your sessions here have come to an end."))
    if choice.others_see:
        raise ActionRefused(_("You said that someone else could see your messages. They could see a calendar, too."))
    if by.is_client and seen not in ContactPrefs.SeenByOthers.values[1:]:
        raise ActionRefused(_("First say if someone else could see your calendar."), status=422, field="seen")
    if by.is_client and seen != ContactPrefs.SeenByOthers.NO:
        raise ActionRefused(_("Then a calendar is not a safe place. You find all times here instead."), field="seen")


def _wanted(by: Actor, *, sessions: bool, work: bool) -> tuple[bool, bool]:
    """What is shown; a calendar of nothing helps nobody."""
    if not by.is_client:
        return True, False
    if not sessions and not work:
        raise ActionRefused(_("Choose at least one thing to show."), status=422, field="sessions")
    return sessions, work
