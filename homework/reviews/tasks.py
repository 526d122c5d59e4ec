"""Celery tasks of the reviews app."""

from uuid import UUID

from celery import shared_task
from django.db import transaction
from django.utils import timezone

from clinic import access, outbox, vault
from clinic.models import Clinic
from clinic.scope import acting_in
from homework.reviews import caseload, unanswered, unreviewed
from homework.reviews.actions import digest, figures, takeaway, tally

BATCH = 500  # sessions one unit builds at most


@shared_task(name="reviews.build_due_digests")  # type: ignore[untyped-decorator]
def build_due_digests() -> int:
    """Sweep: queue the building of every digest that is due, clinic by clinic. Returns for how many sessions."""

    def work(clinic: Clinic) -> int:
        ids = [str(pk) for pk in digest.due_appointments(timezone.now())]
        for start in range(0, len(ids), BATCH):
            build_some_digests.delay(str(clinic.pk), ids[start : start + BATCH])
        return len(ids)

    return outbox.each_clinic(work, "reviews.build_due_digests")


@shared_task(name="reviews.build_some_digests")  # type: ignore[untyped-decorator]
def build_some_digests(clinic_id: str, appointment_ids: list[str]) -> int:
    """Unit: build the digests of these sessions, as far as they are still due. Running it twice builds once."""
    clinic = caseload.clinic_of(UUID(clinic_id))
    with acting_in(clinic.pk), vault.session():
        by = access.system(clinic, "digest")
        return digest.build_digests(by=by, appointment_ids=[UUID(pk) for pk in appointment_ids])


@shared_task(name="reviews.takeaway_cards")  # type: ignore[untyped-decorator]
def takeaway_cards() -> int:
    """Sweep: bring a card an hour after each session, and what was written once more mid-week. Running it twice is once."""

    def work(clinic: Clinic) -> int:
        by = access.system(clinic, "takeaway cards")
        return takeaway.bring(by=by) + takeaway.bring_again(by=by)

    return outbox.each_clinic(work, "reviews.takeaway_cards")


@shared_task(name="reviews.tally_versions")  # type: ignore[untyped-decorator]
def tally_versions() -> int:
    """Sweep: queue the counting of how worksheets do, for each clinic where a night has begun. Returns how many."""

    def work(clinic: Clinic) -> int:
        due = tally.is_due(clinic, timezone.now())
        if due:
            tally_one_clinic.delay(str(clinic.pk))
        return int(due)

    return outbox.each_clinic(work, "reviews.tally_versions")


@shared_task(name="reviews.tally_one_clinic")  # type: ignore[untyped-decorator]
def tally_one_clinic(clinic_id: str) -> int:
    """Unit: count one clinic anew, if that is still due. Running it twice counts once."""
    clinic = caseload.clinic_of(UUID(clinic_id))
    with acting_in(clinic.pk), vault.session(), transaction.atomic():
        if not tally.is_due(clinic, timezone.now()):
            return 0
        return tally.count_versions(by=access.system(clinic, "how worksheets do"))


@shared_task(name="reviews.unreviewed_plans")  # type: ignore[untyped-decorator]
def unreviewed_plans() -> int:
    """Sweep: the morning after a session, a neutral note where last time's plan was not looked at (F47). Returns how many."""

    def work(clinic: Clinic) -> int:
        return unreviewed.queue(clinic, timezone.now())

    return outbox.each_clinic(work, "reviews.unreviewed_plans")


@shared_task(name="reviews.unanswered_questions")  # type: ignore[untyped-decorator]
def unanswered_questions() -> int:
    """Sweep: a neutral note where a client's question has been open for too many sessions. Returns how many."""

    def work(clinic: Clinic) -> int:
        return unanswered.queue(clinic, timezone.now())

    return outbox.each_clinic(work, "reviews.unanswered_questions")


@shared_task(name="reviews.make_figures")  # type: ignore[untyped-decorator]
def make_figures() -> int:
    """Sweep: queue the figures of every clinic where a month is over that has none. Returns for how many clinics."""

    def work(clinic: Clinic) -> int:
        due = figures.due(clinic, timezone.now())
        if due:
            make_figures_of_clinic.delay(str(clinic.pk))
        return int(bool(due))

    return outbox.each_clinic(work, "reviews.make_figures")


@shared_task(name="reviews.make_figures_of_clinic")  # type: ignore[untyped-decorator]
def make_figures_of_clinic(clinic_id: str) -> int:
    """Unit: make what one clinic lacks, each month in a transaction of its own. Running it twice makes them once."""
    clinic = caseload.clinic_of(UUID(clinic_id))
    with acting_in(clinic.pk), vault.session():
        with transaction.atomic():
            months = figures.due(clinic, timezone.now())
        return sum(figures.make(by=access.system(clinic, "monthly figures"), month=month) for month in months)
