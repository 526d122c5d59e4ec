"""Section 1 of the digest from what stands: what was answered, who looks, by when (D1). Never a degree of risk."""

from collections.abc import Iterator

from homework.reviews.digest.interval import Interval
from homework.reviews.digest.rows import FlagRow
from homework.safety.models import SafetyFlag

Kind = SafetyFlag.Kind
NAMES = {Kind.ITEM9: "PHQ-9", Kind.CORE6: "CORE-10"}


def rows(here: Interval) -> Iterator[FlagRow]:
    """One row a standing flag, leading to its page. While nobody looks it says whose it is and by when, on the clinic's wall."""
    therapist, zone = here.appointment.therapist, here.appointment.clinic.zone
    for flag in here.flags:
        asked, waits = flag.answered or {}, flag.state == SafetyFlag.State.OPEN
        yield FlagRow(
            kind=_kind(flag.kind),
            state=flag.state,
            link=("flag", str(flag.pk)),
            measure=NAMES.get(Kind(flag.kind), ""),
            item=asked.get("item"),
            answer=str(asked.get("label", "")),
            who=therapist.label if waits else "",
            by=flag.look_by.astimezone(zone) if waits else None,
        )


def _kind(kind: str) -> str:
    if kind in NAMES:
        return "item"
    return "button" if kind == Kind.NOT_SAFE else "other"
