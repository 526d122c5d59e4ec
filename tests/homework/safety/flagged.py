"""Flags for tests, raised as the program raises them."""

from datetime import timedelta
from typing import Any

from clinic.models import Absence, Membership, OutgoingMessage
from homework.safety.actions import flag as flags
from homework.safety.models import FlagEvent, SafetyFlag
from tests.cast import Cast, Person

SEVERAL = {"item": 9, "points": 1, "label": "Several days", "was": 0, "rises": False}
DAILY = {"item": 9, "points": 3, "label": "Nearly every day", "was": None, "rises": False}


def p2(cast: Cast, person: Person | None = None, **more: Any) -> SafetyFlag:
    """Ada answered question 9 with "several days", last time not known."""
    answered = SEVERAL | {"was": None} | more
    return raised(person or cast.ada, kind="item9", answered=answered, measure="phq-9")


def p1(cast: Cast, person: Person | None = None) -> SafetyFlag:
    """Ada answered question 9 with "nearly every day"."""
    return raised(person or cast.ada, kind="item9", answered=DAILY, measure="phq-9")


def raised(person: Person, **what: Any) -> SafetyFlag:
    """What this client answered or asked for."""
    assert person.episode is not None
    return flags.raise_flag(by=person.actor, episode=person.episode, **what)


def fresh(flag: SafetyFlag) -> SafetyFlag:
    """The flag as it is now, with its episode."""
    found: SafetyFlag = SafetyFlag.objects.select_related("episode__client", "episode__clinic").get(pk=flag.pk)
    return found


def told(flag: SafetyFlag) -> list[str]:
    """Who was told, in order."""
    rows = FlagEvent.objects.filter(flag=flag, step="told").order_by("created_at", "pk")
    return [Membership.objects.get(pk=pk).display_name for pk in rows.values_list("to_id", flat=True)]


def mails(flag: SafetyFlag) -> list[str]:
    """To whom messages about it are queued, in order."""
    rows = OutgoingMessage.objects.filter(kind="safety", about=flag.pk).order_by("pk").select_related("user")
    return [row.user.email.partition("@")[0] for row in rows if row.user is not None]


def steps(flag: SafetyFlag) -> list[str]:
    """Its record, in order."""
    return list(FlagEvent.objects.filter(flag=flag).order_by("created_at", "pk").values_list("step", flat=True))


def away(cast: Cast, cover: str = "cora", who: str = "theo", state: str = "standing") -> Absence:
    """Somebody is away today, with a cover who said yes."""
    today = cast.north.today()
    return Absence.objects.create(
        clinic=cast.north, member=getattr(cast, who).membership, cover=getattr(cast, cover).membership,
        starts_on=today, ends_on=today + timedelta(days=5), state=state,
    )  # fmt: skip
