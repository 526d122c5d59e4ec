"""When somebody of the clinic reads, in words for its clients (6.1): never more than the clinic has set.

"Nobody reads this straight away" always stands before it. Without hours and days of the set-up the clinic's own line is
said, and without that nothing. One query a request, kept beside the clinic.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, time, timedelta
from itertools import groupby

from django.db import transaction
from django.utils import formats
from django.utils.dates import WEEKDAYS
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from clinic.access import Actor
from clinic.models import Clinic, ContactPrefs
from homework.safety import hours, setup
from homework.safety.models import SafetySetup

EVERY = timedelta(days=90)
"""How often a client is asked to say that they know it."""


def is_due(prefs: ContactPrefs | None, now: datetime) -> bool:
    """Whether to ask a client to say that they know nobody reads straight away: never said, or 90 days ago."""
    if prefs is None:
        return False
    return prefs.reading_noted_at is None or now - prefs.reading_noted_at >= EVERY


def setup_of(actor: Actor) -> SafetySetup | None:
    """The arrangement of the actor's clinic, asked for once a request."""
    known = actor.clinic._state.fields_cache
    if "safety_setup" not in known:
        with transaction.atomic():  # the page of a refusal is drawn after its transaction: without one no row is seen
            known["safety_setup"] = setup.of(actor.clinic_id)
    found: SafetySetup | None = known["safety_setup"]
    return found


def sentence(clinic: Clinic, arranged: SafetySetup | None) -> str:
    """When this clinic reads, as far as it has said so; empty when it has not."""
    week = in_words(hours.of(arranged, clinic).days)
    days = arranged.reads_within_days if arranged is not None else None
    said = {"clinic": clinic.name, "when": week, "count": days}
    if week and days:
        return (
            ngettext(
                "%(clinic)s reads on %(when)s, usually within %(count)s working day.",
                "%(clinic)s reads on %(when)s, usually within %(count)s working days.",
                days,
            )
            % said
        )
    if week:
        return _("%(clinic)s reads on %(when)s.") % said
    if clinic.reading_hours.strip():
        return _("%(clinic)s reads: %(when)s.") % {**said, "when": clinic.reading_hours.strip().rstrip(".")}
    if days:
        return (
            ngettext(
                "%(clinic)s usually reads within %(count)s working day.",
                "%(clinic)s usually reads within %(count)s working days.",
                days,
            )
            % said
        )
    return ""


def in_words(days: Mapping[int, tuple[time, time]]) -> str:
    """A week of service: days one after the other with the same hours are said together."""
    runs = groupby(enumerate(sorted(days)), key=lambda pair: (pair[1] - pair[0], days[pair[1]]))
    return "; ".join(_run([day for _place, day in run], times) for (_offset, times), run in runs)


def _run(days: list[int], times: tuple[time, time]) -> str:
    first, last = WEEKDAYS[days[0]], WEEKDAYS[days[-1]]
    if len(days) == 1:
        which = str(first)
    elif len(days) == 2:
        which = _("%(first)s and %(last)s") % {"first": first, "last": last}
    else:
        which = _("%(first)s to %(last)s") % {"first": first, "last": last}
    begins, ends = (formats.time_format(moment, "H:i") for moment in times)
    return _("%(days)s, %(begins)s to %(ends)s") % {"days": which, "begins": begins, "ends": ends}


@dataclass(frozen=True)
class Opening:
    """Whether somebody reads now, and in words when the next time begins; empty when the clinic has not said."""

    is_open: bool
    opens: str


def opening(clinic: Clinic, arranged: SafetySetup | None, now: datetime) -> Opening:
    """What is so at this moment, on the clinic's wall."""
    service = hours.of(arranged, clinic)
    begins = service.next_opening(now)
    if begins is None or service.is_open(now):
        return Opening(begins is not None, "")
    return Opening(False, at(clinic, begins))


def at(clinic: Clinic, moment: datetime) -> str:
    """A moment on the clinic's wall: Thursday 5 March, 09:00."""
    local = moment.astimezone(clinic.zone)
    day, clock = formats.date_format(local, "l j F"), formats.time_format(local, "H:i")
    return _("%(day)s, %(clock)s") % {"day": day, "clock": clock}
