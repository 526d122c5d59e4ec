"""Which size of a worksheet fits into the minutes there are on a bad day (F35). Pure."""

from homework.worksheets.definition import CODES, Definition


def fits(definition: Definition, code: str, minutes: int | None) -> bool:
    """Whether a size fits. Nothing said about minutes is no limit."""
    size = definition.sizes.get(code)
    return minutes is None or size is None or size.minutes <= minutes


def that_fits(definition: Definition, code: str, minutes: int | None) -> str:
    """The size to begin with: the one asked for if it fits, else the biggest smaller one that does, else the smallest."""
    there = [each for each in CODES if each in definition.sizes]
    if code not in there or fits(definition, code, minutes):
        return code
    smaller = there[: there.index(code)]
    return next((each for each in reversed(smaller) if fits(definition, each, minutes)), there[0])
