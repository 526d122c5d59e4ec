"""When a client is asked again whether it is safe to write to them: at the first sign-in, then every eight weeks (F36).

When the questions are due, one neutral note asks them to come and look (`outbox.recheck`); two weeks later, without an answer,
nothing leaves any more until there is one: an answer that old is no answer about the phone of today.

Two instants are kept. `ContactPrefs.asked_at` says when the questions are due: whoever puts them off is asked again after a
week, so it is then set as if they had been answered seven weeks ago. `answered_at` moves with an answer only: putting off does
not make an old answer newer.
"""

from datetime import datetime, timedelta

from clinic.models import ContactPrefs

EVERY = timedelta(weeks=8)
LATER = timedelta(weeks=1)
GRACE = timedelta(weeks=2)  # so long an answer that is due again still counts
SERIES = "recheck:"  # how the keys of the notes begin


def is_due(asked_at: datetime | None, now: datetime) -> bool:
    """Whether to ask now: never asked, or eight weeks ago."""
    return asked_at is None or now - asked_at >= EVERY


def put_off(now: datetime) -> datetime:
    """The instant to keep when the questions are put off at `now`: they are due again a week later."""
    return now - EVERY + LATER


def rests(answered_at: datetime, now: datetime) -> bool:
    """Whether the last answer is too old to send anything: ten weeks."""
    return now - answered_at >= EVERY + GRACE


def asks(prefs: ContactPrefs | None, now: datetime) -> str:
    """What Today asks: "first" before the questions were ever seen, "again" when they are due, else nothing."""
    if prefs is None or not is_due(prefs.asked_at, now):
        return ""
    return "again" if prefs.asked_at else "first"
