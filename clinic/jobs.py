"""The register of what the workers do: every sweep, how often, on which queue, for what, and when it is late.

Beat, queues and routes are built from here (`clinic.celery`), the admin's page reads it, and a test holds that each task of
the program is in it and each job of clinical.md 1L is served. Whoever adds a sweep adds one line.

The queues keep what cannot wait apart from what can, each with workers of its own: a storm of digests fills "work" and holds
up neither a reminder ("messages") nor a safety notice ("safety").
"""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import TYPE_CHECKING

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

if TYPE_CHECKING:
    from clinic.models import JobRun

SAFETY, MESSAGES, WORK = QUEUES = ("safety", "messages", "work")
SECONDS_10, MINUTE, MINUTES_5, MINUTES_15, HOUR, DAY = 10.0, 60.0, 300.0, 900.0, 3600.0, 86400.0


@dataclass(frozen=True)
class Job:
    """One sweep. `every` in seconds; `what` for a person who runs a clinic; `clinical`: the job of clinical.md 1L it serves."""

    task: str
    every: float
    queue: str
    what: Promise | str
    clinical: str = ""

    @property
    def late_after(self) -> timedelta:
        """It is late when it has not gone well for so long: one round left out, and a minute to do it in."""
        return timedelta(seconds=2 * self.every + MINUTE)


JOBS: tuple[Job, ...] = (
    # what nobody may wait for
    Job("accounts.send_waiting_mail", SECONDS_10, SAFETY, _("Sends codes and other mail about accounts.")),
    Job("clinic.send_urgent_messages", SECONDS_10, SAFETY, _("Sends invitations, codes and safety notices.")),
    Job(
        "safety.climb_ladder",
        MINUTES_5,
        SAFETY,
        _("Tells the next person when nobody has looked at a flag."),
        "flag_ladder + heartbeat",
    ),
    Job("clinic.message_alarm", MINUTES_5, SAFETY, _("Tells admins when messages or jobs need a look.")),
    # messages to clients and staff
    Job("assignments.queue_due_reminders", MINUTE, MESSAGES, _("Finds the reminders that are due."), "send_reminders"),
    Job("clinic.send_due_messages", MINUTE, MESSAGES, _("Sends reminders and notes."), "send_reminders"),
    Job(
        "clinic.safe_contact_recheck",
        HOUR,
        WORK,
        _("Asks clients every eight weeks if it is still safe to write to them."),
        "safe_contact_recheck",
    ),
    # everything else
    Job(
        "assignments.look_ahead",
        HOUR,
        WORK,
        _("Works out when each plan comes up next."),
        "materialise_occurrences",
    ),
    Job("clinic.read_returns", MINUTES_5, WORK, _("Reads what came back after messages were sent.")),
    Job("clinic.extend_series", HOUR, WORK, _("Makes the coming sessions of weekly series.")),
    Job("clinic.put_covers", HOUR, WORK, _("Sets up covers that could not begin at once.")),
    Job("safety.crisis_rows_due", HOUR, WORK, _("Asks for lines of help to be checked."), "crisis_rows_due"),
    Job("reviews.build_due_digests", MINUTE, WORK, _("Builds digests before sessions."), "build_digest"),
    Job("reviews.takeaway_cards", MINUTES_5, WORK, _("Brings takeaway cards after sessions."), "takeaway_cards"),
    Job("reviews.tally_versions", HOUR, WORK, _("Counts how worksheets do, each night.")),
    Job("reviews.make_figures", HOUR, WORK, _("Makes the clinic’s monthly figures."), "barrier_and_equity_rollup"),
    Job("reviews.unreviewed_plans", HOUR, WORK, _("Notes plans a session left without a look.")),
    Job(
        "reviews.unanswered_questions",
        HOUR,
        WORK,
        _("Notes clients’ questions that still wait."),
        "unanswered_questions",
    ),
    # the night's, each in its clinic's own night, and after sessions
    Job("reviews.night_signals", MINUTES_15, WORK, _("Looks each night at ratings that stand out."), "mood_and_trend"),
    Job("reviews.start_rate_watch", HOUR, WORK, _("Looks each week whether starts become fewer."), "start_rate_watch"),
    Job(
        "reviews.listen_first_switch",
        MINUTES_15,
        WORK,
        _("Lets reminders rest after a session where listening comes first."),
        "listen_first_switch",
    ),
    Job(
        "assignments.measure_scheduler",
        HOUR,
        WORK,
        _("Sets each night when measures come up next."),
        "measure_scheduler",
    ),
    Job(
        "worksheets.library_review_due",
        HOUR,
        WORK,
        _("Asks for another look at the clinic’s own worksheets."),
        "library_review_due",
    ),
    Job(
        "assignments.draft_purge",
        HOUR,
        WORK,
        _("Removes drafts nobody has touched for 30 days."),
        "draft_purge",
    ),
    Job(
        "clinic.discharge_access_end",
        HOUR,
        WORK,
        _("Ends sign-ins when the months after care are over."),
        "discharge_access_end",
    ),
    Job("clinic.tidy_ledger", HOUR, WORK, _("Removes messages sent over thirteen months ago.")),
)

#: Tasks that sweeps queue, with their queue. They come with ids and are not watched one by one.
UNITS: dict[str, str] = {
    "clinic.help_to_send": MESSAGES,
    "reviews.build_some_digests": WORK,
    "reviews.tally_one_clinic": WORK,
    "reviews.make_figures_of_clinic": WORK,
    "reviews.night_signals_of_clinic": WORK,
}

BY_TASK: dict[str, Job] = {job.task: job for job in JOBS}
ROUTES: dict[str, str] = {**{job.task: job.queue for job in JOBS}, **UNITS}

#: Which worker takes what: nobody waits behind a crowd. `./dev up` has two, docker-compose three, a big service many of each.
WORKERS: dict[str, tuple[str, ...]] = {
    "worker-safety": (SAFETY,),
    "worker-messages": (MESSAGES,),
    "worker": (WORK,),
}


@dataclass(frozen=True)
class Row:
    """How one job does. `lag`: seconds since it last went well; None when it never has."""

    name: str
    what: Promise | str
    every: float
    queue: str
    last: datetime | None
    went_well: datetime | None
    ms: int | None
    lag: float | None
    late: bool
    trouble: str


def overview(now: datetime) -> list[Row]:
    """How every job does, in the order of the register; one statement."""
    from clinic.models import JobRun

    runs = JobRun.objects.in_bulk(list(BY_TASK))
    return [_row(job, runs.get(job.task), now) for job in JOBS]


def _row(job: Job, run: "JobRun | None", now: datetime) -> Row:
    """A job that has never run is late once workers have been up for long enough, or have never been up at all."""
    well = run.went_well_at if run else None
    since = well or (run.began_at if run else None)
    return Row(
        name=job.task,
        what=job.what,
        every=job.every,
        queue=job.queue,
        last=run.began_at if run and run.ended_at else None,
        went_well=well,
        ms=run.ms if run else None,
        lag=(now - well).total_seconds() if well else None,
        late=since is None or now - since > job.late_after,
        trouble=run.trouble if run else "",
    )
