"""From a form to answers, from anyone, at any time: read, merge, and say what is there.

Nothing is ever required to save and nothing typed is ever thrown away: a number that is no number stays as it was
typed, with a message beside it. Answers are JSON by field key, whatever the size they were given in, so switching to
the smaller version keeps every word (F41).
"""

import dataclasses
from collections.abc import Collection, Mapping

from django.utils.translation import gettext as _

from homework.worksheets.definition import Definition
from homework.worksheets.kinds import SKIPPED, VALUE_LIMIT, Json, Post, Values

PRIVATE = "private"
"""The input name of "keep this part just for me"; its values are field keys."""


@dataclasses.dataclass(frozen=True)
class Reading:
    """What a post said: answers, problems to show beside them, and friendly "please check" lines, by field key."""

    values: Json
    problems: dict[str, str]
    notices: dict[str, str]
    submitted: frozenset[str]


def read(definition: Definition, size: str, data: object) -> Reading:
    """Read a posted form of one size. Never raises, whatever was sent."""
    post = Post(data)
    values: Json = {}
    problems: dict[str, str] = {}
    asked = tuple(definition.layout(size))
    for field in asked:
        answer = field.read(post, field.key)
        if answer.value is not None:
            values[field.key] = answer.value
        if answer.problem:
            problems[field.key] = answer.problem
        if post.full:
            problems[field.key] = _("Only %(count)s answers fit here. We stopped at this one.") % {"count": VALUE_LIMIT}
            break
    submitted = frozenset(field.key for field in asked)
    return Reading(values, problems, definition.notices(values), submitted)


def read_private(definition: Definition, data: object) -> list[str]:
    """The keys a person ticked to keep to themselves (F34), in the order of the worksheet."""
    ticked = set(Post(data).many(PRIVATE))
    return [key for key, field in definition.by_key.items() if key in ticked and not field.computed]


def merge(old_values: Values, reading: Reading, submitted_keys: Collection[str] | None = None) -> Json:
    """The old answers with the posted ones over them. Questions that were not on the posted page keep their answers."""
    submitted = reading.submitted if submitted_keys is None else submitted_keys
    kept = {key: value for key, value in old_values.items() if key not in submitted}
    return kept | {key: value for key, value in reading.values.items() if key in submitted}


def started(values: object) -> bool:
    """Whether anything at all was answered. One word counts (F43)."""
    if isinstance(values, Mapping):
        return any(map(started, values.values()))
    if isinstance(values, list):
        return any(map(started, values))
    return values is not None and values != ""


def answered(definition: Definition, size: str, values: Values) -> list[str]:
    """The keys of the questions of this size that have an answer."""
    return [field.key for field in definition.layout(size) if field.understood(values.get(field.key)) is not None]


def amount_hint(definition: Definition, size: str, values: Values) -> int | None:
    """How much of this size is filled in, as a first guess for "how much of it happened?": 0 not yet, 1 a little,
    2 about half, 3 most, 4 all. None where amounts have no meaning (F10) or the thing is a measure.
    """
    if definition.outcome == "awareness" or definition.measure:
        return None
    own = [f for f in definition.layout(size).own if f.inputs and (f.show_if is None or f.show_if.holds(values))]
    done = sum(1 for field in own if field.understood(values.get(field.key)) is not None)
    if not done:
        return 1 if started({key: values.get(key) for key in definition.by_key}) else 0
    share = done / len(own)
    return 4 if share == 1 else 3 if share > 0.6 else 2 if share > 0.35 else 1


def missing_for_share(definition: Definition, size: str, values: Values) -> list[str]:
    """The keys still wanted before sharing. For a measure: every item that has neither points nor "not answer"."""
    return [
        field.key
        for field in definition.layout(size)
        if field.required_for_share
        and (field.show_if is None or field.show_if.holds(values))
        and field.understood(values.get(field.key)) is None
    ]


def visible(definition: Definition, values: Values, kept_private: Collection[str]) -> tuple[Json, list[str]]:
    """What another person may see, and the keys of the parts that were written and kept private (F34).

    Only keys of this definition pass, so that an old or foreign key can never slip through.
    """
    private = set(kept_private)
    shown = {key: values[key] for key in definition.by_key if key in values and key not in private}
    return shown, [key for key in definition.by_key if key in private and started(values.get(key))]


def skipped(values: Values) -> list[str]:
    """The items of a measure that somebody chose not to answer."""
    return [key for key, value in values.items() if value == SKIPPED]
