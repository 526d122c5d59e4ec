"""What was answered to the questions about not being safe, in a line for the care team. Pure; only what was said, no verdict.

“Not at all” is an answer. It is shown as one, and never as a sign that somebody is safe (clinical.md 6.3, 6.5).
"""

from collections.abc import Mapping
from typing import Any

from django.utils.translation import gettext as _

from homework.worksheets.kinds import Measure


def label(measure: Measure, item: int, points: int) -> str:
    """An answer in the words of the measure; empty where its points have none."""
    asked = next(one for one in measure.items if one.n == item)
    return next((str(option.label) for option in asked.options or measure.options if option.value == points), "")


def lines(measure: Measure, result: Mapping[str, Any]) -> list[str]:
    """One line for each such question of a kept result."""
    left_open = {said["item"] for said in result.get("not_asked", ())}
    given = {said["item"]: said["points"] for said in result.get("risks", ())}
    found = []
    for item in measure.items:
        if item.risk and item.n in left_open:
            found.append(_("Question %(n)s was left open: worth asking.") % {"n": item.n})
        elif item.risk and result:
            points = given.get(item.n, measure.ends(item)[0])
            said = {"n": item.n, "answer": label(measure, item.n, points).lower()}
            found.append(_("Question %(n)s answered: %(answer)s") % said)
    return found
