"""Celery tasks of the reviews app."""

import time

from celery import shared_task
from django.db import transaction
from django.utils import timezone

from clinic import access, nights, rounds, stopping
from clinic.models import Clinic
from homework.reviews import nightly, unanswered, unreviewed
from homework.reviews.actions import digest, figures, listening, night, takeaway, tally

UNIT = 100  # digests one unit builds at most
UNITS = 20  # units of one clinic a sweep queues at most: what is left is still due at the next
A_SWEEP = 60.0  # seconds until a unit that nobody took is worth nothing: the next sweep has queued its own
REST = 0.5  # of the time a few digests took, before the next few: the database belongs to the pages


@shared_task(name="reviews.build_due_digests")  # type: ignore[untyped-decorator]
def build_due_digests() -> int:
    """Sweep: queue builders where digests are due, clinic by clinic. Returns for how many sessions.

    Builders are not told which: each takes the next few nobody holds. However long a backlog waits, the broker holds a handful
    of them for a clinic, and those of earlier sweeps have run out.
    """

    def work(clinic: Clinic) -> int:
        due = len(digest.due_appointments(timezone.now()))
        for _unit in range(min(-(-due // UNIT), UNITS)):
            build_some_digests.delay(str(clinic.pk))
        return due

    return rounds.each_clinic(work, "reviews.build_due_digests")


@shared_task(name="reviews.build_some_digests", expires=A_SWEEP)  # type: ignore[untyped-decorator]
def build_some_digests(clinic_id: str) -> int:
    """Unit: build the next digests of a clinic that are due, a few a transaction, with a rest after each few.

    Units side by side take different sessions; running it again builds what is still due and nothing else.
    """

    def work(clinic: Clinic) -> int:
        return digest.build_due(by=access.system(clinic, "digest"))

    built = 0
    while built < UNIT and not stopping.is_asked():
        began = time.monotonic()
        some = rounds.in_clinic(clinic_id, work, own_transactions=True)  # what it opened is closed after each few
        built += some
        if some < digest.AT_ONCE:
            break
        time.sleep(REST * (time.monotonic() - began))
    return built


@shared_task(name="reviews.takeaway_cards")  # type: ignore[untyped-decorator]
def takeaway_cards() -> int:
    """Sweep: bring a card an hour after each session, and what was written once more mid-week. Running it twice is once."""

    def work(clinic: Clinic) -> int:
        by = access.system(clinic, "takeaway cards")
        return takeaway.bring(by=by) + takeaway.bring_again(by=by)

    return rounds.each_clinic(work, "reviews.takeaway_cards")


@shared_task(name="reviews.tally_versions")  # type: ignore[untyped-decorator]
def tally_versions() -> int:
    """Sweep: queue the counting of how worksheets do, for each clinic where a night has begun. Returns how many."""

    def work(clinic: Clinic) -> int:
        due = tally.is_due(clinic, timezone.now())
        if due:
            tally_one_clinic.delay(str(clinic.pk))
        return int(due)

    return rounds.each_clinic(work, "reviews.tally_versions")


@shared_task(name="reviews.tally_one_clinic")  # type: ignore[untyped-decorator]
def tally_one_clinic(clinic_id: str) -> int:
    """Unit: count one clinic anew, if that is still due. Running it twice counts once."""

    def work(clinic: Clinic) -> int:
        due = tally.is_due(clinic, timezone.now())
        return tally.count_versions(by=access.system(clinic, "how worksheets do")) if due else 0

    return rounds.in_clinic(clinic_id, work)


@shared_task(name="reviews.unreviewed_plans")  # type: ignore[untyped-decorator]
def unreviewed_plans() -> int:
    """Sweep: the morning after a session, a neutral note where last time's plan was not looked at (F47). Returns how many."""

    def work(clinic: Clinic) -> int:
        return unreviewed.queue(clinic, timezone.now())

    return rounds.each_clinic(work, "reviews.unreviewed_plans")


@shared_task(name="reviews.unanswered_questions")  # type: ignore[untyped-decorator]
def unanswered_questions() -> int:
    """Sweep: a neutral note where a client's question has been open for too many sessions. Returns how many."""

    def work(clinic: Clinic) -> int:
        return unanswered.queue(clinic, timezone.now())

    return rounds.each_clinic(work, "reviews.unanswered_questions")


@shared_task(name="reviews.make_figures")  # type: ignore[untyped-decorator]
def make_figures() -> int:
    """Sweep: queue the figures of every clinic where a month is over that has none. Returns for how many clinics."""

    def work(clinic: Clinic) -> int:
        due = figures.due(clinic, timezone.now())
        if due:
            make_figures_of_clinic.delay(str(clinic.pk))
        return int(bool(due))

    return rounds.each_clinic(work, "reviews.make_figures")


@shared_task(name="reviews.make_figures_of_clinic")  # type: ignore[untyped-decorator]
def make_figures_of_clinic(clinic_id: str) -> int:
    """Unit: make what one clinic lacks, each month in a transaction of its own. Running it twice makes them once."""

    def work(clinic: Clinic) -> int:
        with transaction.atomic():
            months = figures.due(clinic, timezone.now())
        return sum(figures.make(by=access.system(clinic, "monthly figures"), month=month) for month in months)

    return rounds.in_clinic(clinic_id, work, own_transactions=True)


@shared_task(name="reviews.night_signals")  # type: ignore[untyped-decorator]
def night_signals() -> int:
    """Sweep: queue the look at ratings (D7 to D11, F16) of each clinic where somebody shared before this night began."""

    def work(clinic: Clinic) -> int:
        due = nightly.to_look_at(clinic, timezone.now()).exists()
        if due:
            night_signals_of_clinic.delay(str(clinic.pk))
        return int(due)

    return rounds.each_clinic(work, "reviews.night_signals")


@shared_task(name="reviews.night_signals_of_clinic")  # type: ignore[untyped-decorator]
def night_signals_of_clinic(clinic_id: str) -> int:
    """Unit: look at one clinic's clients, batch by batch. Running it twice finds nothing the second time."""

    def work(clinic: Clinic) -> int:
        return night.look(by=access.system(clinic, "night signals"))

    return rounds.in_clinic(clinic_id, work, own_transactions=True)


@shared_task(name="reviews.start_rate_watch")  # type: ignore[untyped-decorator]
def start_rate_watch() -> int:
    """Sweep: once a week and clinic, whose starts fell three weeks in a row (F66). Returns how many are new."""

    def work(clinic: Clinic) -> int:
        if not nights.is_due(clinic, night.WATCHED, nights.week_of(clinic, timezone.now())):
            return 0
        return night.watch_starts(by=access.system(clinic, "starts"))

    return rounds.each_clinic(work, "reviews.start_rate_watch")


@shared_task(name="reviews.listen_first_switch")  # type: ignore[untyped-decorator]
def listen_first_switch() -> int:
    """Sweep: after a session, let work that is to be talked about first rest from reminders (F24, F25), or go on again."""

    def work(clinic: Clinic) -> int:
        return listening.switch(by=access.system(clinic, "listen first"))

    return rounds.each_clinic(work, "reviews.listen_first_switch")
