"""When a measure may be given: its gate is open, somebody is there, its shortest interval is over (clinical.md 2.1, 6.3, 6.8).

A measure with a gate asks about danger. It rests for a client while their therapist is away and nobody covers for them. What was
begun before may still be shared: nobody's answer is sent back, and a flag has its own way to people who are there.
"""

from datetime import date, timedelta
from zoneinfo import ZoneInfo

from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext as _

from clinic import standing_in
from clinic.models import Episode
from clinic.refusal import ActionRefused
from homework.assignments.models import Assignment, Entry, Score
from homework.worksheets import gates, scoring
from homework.worksheets.models import WorksheetVersion


def asks_about_danger(version: WorksheetVersion | None) -> bool:
    """Whether it is a measure that waits behind a gate."""
    return version is not None and version.parsed.measure is not None and bool(version.parsed.measure.gate)


def rests(episode: Episode, version: WorksheetVersion | None) -> bool:
    """Whether nobody is there today who would see the answer to a question about danger. One query, for such measures only."""
    return asks_about_danger(version) and not standing_in.is_there(episode, episode.clinic.today())


def last_taken(episode: Episode, slug: str, zone: str) -> date | None:
    """The client's own day on which they last shared this measure, in any episode; None when they never did. One query."""
    there = Score.objects.filter(
        episode__client_id=episode.client_id, measure=slug, entry__state=Entry.State.SHARED
    ).order_by("-taken_at")
    taken_at = there.values_list("taken_at", flat=True).first()
    return None if taken_at is None else taken_at.astimezone(ZoneInfo(zone)).date()


def settled_until(entry: Entry, zone: str) -> date | None:
    """The last local day a shared entry settles: its own; for a measure, the last one of its shortest interval."""
    measure = entry.sheet.parsed.measure
    if measure is None or entry.shared_at is None:
        return entry.slot_on
    last = entry.shared_at.astimezone(ZoneInfo(zone)).date() + timedelta(days=measure.min_interval_days - 1)
    return last if entry.slot_on is None else max(last, entry.slot_on)


def check(episode: Episode, version: WorksheetVersion, *, on: date, zone: str) -> None:
    """Whether a measure may be given on a day (a client's own day in `zone`). What is no measure always may.

    Raises ActionRefused: 409 while its gate is closed or it rests because nobody is there, 422 within its shortest interval.
    """
    definition = version.parsed
    measure = definition.measure
    if measure is None:
        return
    refusal = scoring.refusal(
        measure,
        on=on,
        last_on=(last_on := last_taken(episode, definition.slug, zone)),
        safety_set_up=gates.lets(measure, episode.clinic_id),
    )
    if refusal == "safety_setup":
        raise ActionRefused(
            _(
                "The %(name)s asks about not being safe, so it waits until the clinic’s safety set-up is complete. "
                "The %(instead)s is there until then."
            )
            % {"name": definition.title, "instead": measure.ungated.upper()}
        )
    if rests(episode, version):
        raise ActionRefused(
            _(
                "The %(name)s asks about not being safe, so it rests while the therapist is away and nobody covers for this "
                "client. The %(instead)s is there until then."
            )
            % {"name": definition.title, "instead": measure.ungated.upper()}
        )
    earliest = scoring.next_day(measure, last_on)
    if refusal == "too_soon" and earliest is not None:
        raise ActionRefused(
            _("The %(name)s was answered lately. The numbers compare again from %(day)s on: let it start then.")
            % {"name": definition.title, "day": date_format(earliest, "j F Y")},
            status=422,
            field="starts_on",
        )


def check_now(assignment: Assignment, zone: str) -> None:
    """The same for a client who is about to fill it in. Raises ActionRefused in words for them (409)."""
    version = assignment.version
    if version is None or version.parsed.measure is None:
        return
    today = timezone.now().astimezone(ZoneInfo(zone)).date()
    measure = version.parsed.measure
    if not gates.lets(measure, assignment.clinic_id) or rests(assignment.episode, version):
        raise ActionRefused(_("These questions rest for now. You need do nothing about it."))
    earliest = scoring.next_day(measure, last_taken(assignment.episode, version.parsed.slug, zone))
    if earliest is not None and today < earliest:
        raise ActionRefused(
            _("You answered this lately. The next time is from %(day)s on.") % {"day": date_format(earliest, "j F")}
        )
