"""When a client is asked again whether it is safe to write to them: at the first sign-in, then every eight weeks (F36).

One instant is kept (`ContactPrefs.asked_at`). Whoever puts the questions off is asked again after a week: the instant is
then set as if they had been answered seven weeks ago.
"""

from datetime import datetime, timedelta

from clinic.models import ContactPrefs

EVERY = timedelta(weeks=8)
LATER = timedelta(weeks=1)


def is_due(asked_at: datetime | None, now: datetime) -> bool:
    """Whether to ask now: never asked, or eight weeks ago."""
    return asked_at is None or now - asked_at >= EVERY


def put_off(now: datetime) -> datetime:
    """The instant to keep when the questions are put off at `now`: they are due again a week later."""
    return now - EVERY + LATER


def asks(prefs: ContactPrefs | None, now: datetime) -> str:
    """What Today asks: "first" before the questions were ever seen, "again" when they are due, else nothing."""
    if prefs is None or not is_due(prefs.asked_at, now):
        return ""
    return "again" if prefs.asked_at else "first"
