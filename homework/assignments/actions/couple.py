"""Two clients as a couple: made by a therapist who treats both, begun by the yes of each, ended by either (F61, F63).

Each says yes or "not now" on their own page, and either may leave at any time: nobody asks why, and nobody is told who it was.
`reveal` and `take_back` are called by sharing and taking back, in their transaction; the rule itself is in `couples`.

Locks are taken in one order, so that leaving and sharing at once wait for each other: entry or work first, then the couple.
"""

from datetime import date

from django.db import IntegrityError, transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from clinic import audit, vault
from clinic.access import Actor
from clinic.models import Episode
from clinic.refusal import ActionRefused
from homework.assignments import couples
from homework.assignments.actions import rest
from homework.assignments.models import Assignment, Dyad, DyadMember, Entry, PartnerShare


@transaction.atomic
def make(
    *,
    by: Actor,
    episode: Episode,
    partner: Episode,
    seen_on: date | None = None,
    partner_seen_on: date | None = None,
) -> Dyad:
    """Make a couple of two clients of one's own. Nothing begins before both say yes; each learns the other's first name.

    seen_on, partner_seen_on: the day each was seen alone about safety, now or later (`note_seen_alone`). The names of both
    have to be open. Raises ActionRefused: 403 when the actor does not treat both, 409 when one is in a couple or no longer in
    care, 422 for a day to come or the same client twice.
    """
    if episode.pk == partner.pk:
        raise ActionRefused(_("Choose another client: a couple takes two."), status=422, field="partner")
    if not couples.treats_both(by, episode.pk, partner.pk):
        raise ActionRefused(_("A couple is made by a therapist who treats both."), status=403)
    for one in (episode, partner):
        rest.needs_open(one)
    _check_day(by, seen_on, "seen_on")
    _check_day(by, partner_seen_on, "partner_seen_on")
    dyad: Dyad = Dyad.objects.create(clinic_id=by.clinic_id, made_by=by.member)
    try:
        with transaction.atomic():
            _place(by, dyad, episode, partner.client.first_name, seen_on)
            _place(by, dyad, partner, episode.client.first_name, partner_seen_on)
    except IntegrityError:
        raise ActionRefused(_("One of the two is in a couple already."), field="partner") from None
    return dyad


def _place(by: Actor, dyad: Dyad, episode: Episode, partner_name: str, seen_on: date | None) -> None:
    place = DyadMember(
        clinic_id=by.clinic_id,
        episode=episode,
        dyad=dyad,
        partner_name=partner_name,
        seen_alone_on=seen_on,
        seen_by=by.membership if seen_on is not None else None,
    )
    place.save(force_insert=True)
    audit.record(by=by, verb="couple.made", obj=place, dyad=str(dyad.pk), seen_alone=seen_on is not None)


def _check_day(by: Actor, on: date | None, field: str) -> None:
    if on is not None and on > by.clinic.today():
        raise ActionRefused(_("Choose the day of a talk that has been held."), status=422, field=field)


@transaction.atomic
def note_seen_alone(*, by: Actor, place: DyadMember, on: date) -> None:
    """Note the day this client was seen alone about safety (F63). Raises ActionRefused: 422 for a day to come, 409 when over."""
    _check_day(by, on, "on")
    _current(place)
    DyadMember.objects.filter(pk=place.pk).update(seen_alone_on=on, seen_by=by.member)
    audit.record(by=by, verb="couple.seen_alone", obj=place)


@transaction.atomic
def consent(*, by: Actor, place: DyadMember) -> None:
    """The client's own yes; said twice is said once. Raises ActionRefused (409) when the couple is over."""
    rest.needs_open(place.episode)
    _current(place)
    if DyadMember.objects.filter(pk=place.pk, consented_at__isnull=True).update(consented_at=timezone.now()):
        audit.record(by=by, verb="couple.consented", obj=place)


@transaction.atomic
def decline(*, by: Actor, place: DyadMember) -> None:
    """Not now. No reason; the other is told "not now" and nothing else. A yes said before ends like leaving does."""
    _over(by, place, "couple.declined" if place.consented_at is None else "couple.left")


@transaction.atomic
def leave(*, by: Actor, place: DyadMember) -> None:
    """Leave, without a word. Nothing new is shown from now on; what was shown stays with the one who has it."""
    _over(by, place, "couple.left")


@transaction.atomic
def end(*, by: Actor, place: DyadMember) -> None:
    """A therapist of one of the two ends it. Both keep what they have; neither is told who ended it."""
    _over(by, place, "couple.ended")


def _current(place: DyadMember) -> None:
    """The couple, held. Raises ActionRefused (409) when it is over."""
    Dyad.objects.select_for_update().get(pk=place.dyad_id)
    if not DyadMember.objects.current().filter(pk=place.pk).exists():
        raise ActionRefused(_("This is over. A new start can be made with your therapist."))


def _over(by: Actor, place: DyadMember, verb: str) -> None:
    """The couple is over for both, and so is what they had planned for two. Said twice is said once."""
    work = Assignment.objects.filter(dyad_id=place.dyad_id).exclude(state=Assignment.State.ENDED)
    open_work = list(work.select_for_update(of=("self",)).select_related("episode").order_by("pk"))
    Dyad.objects.select_for_update().get(pk=place.dyad_id)
    now = timezone.now()
    if not Dyad.objects.filter(pk=place.dyad_id, ended_at__isnull=True).update(ended_at=now):
        return
    DyadMember.objects.filter(dyad_id=place.dyad_id, left_at__isnull=True).update(left_at=now)
    for row in open_work:
        rest.let_go(by=by, assignment=row, ended_as=Assignment.EndedAs.EXPIRED)
    audit.record(by=by, verb=verb, obj=place)


# --- what is shown ----------------------------------------------------------------------------------------------------


def reveal(*, by: Actor, entry: Entry) -> None:
    """After an entry of a couple's work is shared: copy what the rule in `couples` allows, both ways, in this transaction.

    The other's entry is opened here only, with the keys of both for this moment, and the opening is in the record of both.
    """
    if entry.assignment.dyad_id is None or not entry.started:
        return
    Dyad.objects.select_for_update().get(pk=entry.assignment.dyad_id)
    pair = couples.pair_of(entry.episode_id, entry.assignment.dyad_id)
    twin = couples.twin_of(entry.assignment)
    if pair is None or not pair.is_together or twin is None:
        return
    here = [row.pk for row in couples.rounds(entry.assignment)]
    there = couples.rounds(twin)
    number = here.index(entry.pk)
    other = there[number] if number < len(there) else None
    both = other is not None and not entry.kept_back and not other.kept_back
    with vault.session():
        _show(by, entry, to=pair.theirs, beside=other if both else None)
        if both and other is not None:
            _show(by, Entry.objects.select_related(*SHEET).get(pk=other.pk), to=pair.mine, beside=entry)


SHEET = ("episode__client", "version__worksheet", "assignment__version__worksheet")


def _show(by: Actor, entry: Entry, *, to: DyadMember, beside: Entry | None) -> None:
    """Put the parts of one entry that the partner may read into the partner's own episode, sealed with the partner's key.

    beside: the partner's entry of the same round, when both have shared and neither keeps back.
    """
    if entry.kept_back:
        return
    audit.opened(by=by, obj=entry, verb="couple.revealed")
    content = couples.shown_parts(entry.sheet.parsed, entry, both=beside is not None)
    share = PartnerShare.objects.filter(entry=entry, episode=to.episode).first()
    if not content and share is None:
        return
    if share is None:
        share = PartnerShare(clinic_id=by.clinic_id, episode=to.episode, dyad=to.dyad, entry=entry)
    share.episode, share.content, share.own_entry = to.episode, content, beside
    share.save()
    audit.record(by=by, verb="couple.revealed", obj=entry, to=str(to.episode_id), parts=len(content))


def take_back(*, by: Actor, entry: Entry) -> None:
    """After an entry is taken back: the partner's copy goes too, also when the couple is over by then."""
    gone, _per_model = PartnerShare.objects.filter(entry_id=entry.pk).delete()
    if gone:
        audit.record(by=by, verb="couple.taken_back", obj=entry)
