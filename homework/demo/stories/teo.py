"""Teo's story client: Devon."""

from typing import Any

from homework.demo.weeks import Course, measured, written


def guessed(times: float) -> dict[str, Any]:
    """Two things on the page of the week, which took so many times as long as guessed."""
    return {
        "picks": [
            {"what": "Answer the landlord", "guess": 10, "actual": round(10 * times)},
            {"what": "Sort the post", "guess": 20, "actual": round(20 * times)},
        ],
        "places": "At the coffee machine, before anything else.",
    }


RATIOS = (2.4, 2.4, 2.3, 2.1, 2.0, 1.8, 1.6)
_DEVON = written(
    ["w42"] * 7 + ["w44"] * 2 + ["w42"] * 3,
    starts=[1, 1, 0, 2, 1, 2],
    amount=[2, 2, 0, 3, 3, 4],
    depth=[5, 5, 5, 6],
    obstacle=["forgot", "forgot", ""],
    size=["M"],
    answers=[*(guessed(ratio) for ratio in RATIOS), {}, {}, *(guessed(ratio) for ratio in (1.5, 1.4, 1.3))],
)
# Devon, with a coach: planning the week beside the coffee machine. What he guesses and what it takes come closer: 2.4 to 1.3.
# The questionnaires are between him and Hana; the coach cannot open them.
DEVON = Course(
    tuple(measured(_DEVON, "phq-9", {1: 9, 5: 8, 9: 7})),
    place="at the coffee machine",
    anchor="when the coffee is running",
)
