"""Gates: what has to be so in a clinic before a measure may be used there (clinical.md 6.8).

A measure names its gate. Whoever knows the answer puts it here when the program starts, because the answer lives in an app
above this one. A gate nobody answers for is closed.
"""

from collections.abc import Callable
from uuid import UUID

from homework.worksheets.kinds import Measure

_answers: dict[str, Callable[[UUID], bool]] = {}


def answer_for(gate: str, is_open: Callable[[UUID], bool]) -> None:
    """Say who knows whether a gate is open; `is_open` takes the id of a clinic."""
    _answers[gate] = is_open


def is_open(gate: str, clinic_id: UUID) -> bool:
    """Whether a gate is open in a clinic; no gate (an empty name) is open to all."""
    if not gate:
        return True
    answer = _answers.get(gate)
    return answer is not None and answer(clinic_id)


def lets(measure: Measure | None, clinic_id: UUID) -> bool:
    """Whether a clinic may use a measure; what is no measure has no gate."""
    return measure is None or is_open(measure.gate, clinic_id)
