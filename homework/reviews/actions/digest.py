"""Building digests: a day before each session, again half an hour before, and whenever one is opened.

One digest an appointment: its primary key is the appointment's, so building it again replaces it and two builders at
once cannot make two. When each is due is spread (`digest.moments`); many builders side by side share the work, each holding
the sessions it builds. The therapist gets at most one neutral message a day that there is something to read.
"""

from collections.abc import Iterable, Sequence
from datetime import datetime
from uuid import UUID
from zoneinfo import ZoneInfo

from django.db import transaction
from django.db.models import F, Q
from django.utils import timezone, translation
from django.utils.translation import gettext as _

from clinic import audit, outbox
from clinic.access import Actor
from clinic.models import Appointment, OutgoingMessage
from clinic.outbox import staff
from clinic.refusal import ActionRefused
from homework.reviews.digest import build as digests
from homework.reviews.digest import gather, interval, moments, stems
from homework.reviews.digest.input import digest_input
from homework.reviews.models import Digest

AT_ONCE = 25  # digests in one transaction: a part of a second
LOOKED_AT = 1000  # sessions one builder chooses from


def due_appointments(now: datetime, among: Iterable[UUID] | None = None) -> list[UUID]:
    """The sessions of this clinic that want a digest now, soonest first: none yet, or one that is to be brought up to date.

    One statement. It reads the few that could be due by the clock alone; which of them are, their moments say.
    """
    soon = Q(digest__built_at__lt=F("starts_at") - moments.AGAIN_FROM, starts_at__lte=now + moments.AGAIN_FROM)
    none_yet = Q(digest__isnull=True) | Q(digest__built_at__lt=F("starts_at") - moments.EARLIEST)
    coming = Appointment.objects.standing().filter(
        soon | none_yet, starts_at__gt=now, starts_at__lte=now + moments.EARLIEST
    )
    if among is not None:
        coming = coming.filter(pk__in=list(among))
    rows = coming.order_by("starts_at", "pk").values_list("pk", "starts_at", "clinic__time_zone", "digest__built_at")
    return [pk for pk, at, zone, built in rows if moments.is_due(pk, at, ZoneInfo(zone), built, now)]


def build_digest(appointment_id: UUID, *, by: Actor, at: datetime | None = None) -> Digest:
    """The digest of one session, built anew. The client has to be open already (the door did that for a page).

    Raises Appointment.DoesNotExist. A session that is over keeps the digest it had.
    """
    now = at or timezone.now()
    with transaction.atomic():
        rows = gather.appointments([appointment_id], now)
        if not rows:
            raise Appointment.DoesNotExist
        row = rows[0]
        stored = Digest.objects.filter(pk=row.pk).first()
        if stored is not None and row.ends_at < now:
            return stored
        return _keep(by, rows, now)[0]


@transaction.atomic
def put_aside(*, by: Actor, digest: Digest, stem: str) -> None:
    """Take a suggested question out of a session's digest; another one may come up in its place. Twice is once.

    Raises ActionRefused (422) for what is no suggestion.
    """
    if stem not in stems.TEXTS:
        raise ActionRefused(_("That question is not among the suggestions."), status=422)
    row = Digest.objects.select_for_update().get(pk=digest.pk)
    if stem in row.put_aside:
        return
    row.put_aside = [*row.put_aside, stem]
    row.save(update_fields=["put_aside"])
    row.episode = digest.episode
    audit.record(by=by, verb="digest.question_put_aside", obj=row, stem=stem)


def build_due(*, by: Actor, limit: int = AT_ONCE, at: datetime | None = None) -> int:
    """The next few digests of one clinic that are due and that nobody else is building. Returns how many were built."""
    now = at or timezone.now()
    with transaction.atomic():
        due = due_appointments(now)[:LOOKED_AT]
        return build_digests(by=by, appointment_ids=due, at=now, limit=limit) if due else 0


@transaction.atomic
def build_digests(
    *, by: Actor, appointment_ids: Sequence[UUID], at: datetime | None = None, limit: int | None = None
) -> int:
    """The digests of many sessions of one clinic, those that are still due. Returns how many were built.

    The number of queries does not depend on the number of sessions. Idempotent, also side by side: a session another builder
    holds is passed over, and what it has built meanwhile is not due any more (asked again after the row is held).
    """
    now = at or timezone.now()
    wanted = due_appointments(now, _held(appointment_ids, limit))
    rows = gather.appointments(wanted, now) if wanted else []
    if not rows:
        return 0
    first = {row.pk for row in rows} - set(Digest.objects.filter(pk__in=wanted).values_list("pk", flat=True))
    audit.opened_list(by=by, client_ids=[row.episode.client_id for row in rows], verb="digest.built")
    _keep(by, rows, now)
    _tell([row for row in rows if row.pk in first], now)
    return len(rows)


def _held(ids: Sequence[UUID], limit: int | None) -> list[UUID]:
    """Of these sessions the first that nobody else is building, held until the end of the transaction."""
    free = Appointment.objects.filter(pk__in=ids).select_for_update(of=("self",), no_key=True, skip_locked=True)
    return list(free.order_by("starts_at", "pk").values_list("pk", flat=True)[:limit])


def _keep(by: Actor, rows: Sequence[Appointment], now: datetime) -> list[Digest]:
    """Store one digest for each session, sealed; one that is there already is replaced."""
    built = []
    for here in gather.intervals(rows, now):
        language = here.appointment.therapist.user.language if here.appointment.therapist.user else "en"
        with translation.override(language):
            content = digests.to_json(digests.build(digest_input(here)))
        content["thread"] = interval.thread(here)
        content["since"] = here.since.isoformat()
        content["entries"] = sum(len(work.done(here.since)) for work in here.works)
        row = here.appointment
        built.append(
            Digest(
                pk=row.pk,
                clinic_id=by.clinic_id,
                episode=row.episode,
                appointment=row,
                content=content,
                built_at=now,
            )
        )
    Digest.objects.bulk_create(
        built, update_conflicts=True, unique_fields=["id"], update_fields=["content", "built_at"], batch_size=500
    )
    return built


def _tell(rows: Iterable[Appointment], now: datetime) -> None:
    """One neutral message a therapist and day: there is something to read. Nothing in it says about whom."""
    messages: dict[str, OutgoingMessage] = {}
    for row in rows:
        message = staff.something_to_read(member=row.therapist, about=row.pk, now=now, not_after=row.starts_at)
        if message is not None and message.due_at < row.starts_at:
            messages.setdefault(message.key, message)
    outbox.queue_all(list(messages.values()))
