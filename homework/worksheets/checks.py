"""A system check that parses the whole library: a broken worksheet stops `check`, `migrate` and every test run."""

from collections.abc import Sequence
from typing import Any

from django.core.checks import CheckMessage, Error, register

from homework.worksheets.definition import DefinitionError, library_files, parse_file


@register()
def every_worksheet_parses(app_configs: Sequence[Any] | None = None, **kwargs: Any) -> list[CheckMessage]:
    """worksheets.E001 for every file that cannot be used, with its name, the key and what was expected there."""
    problems: list[CheckMessage] = []
    for name, text in library_files():
        try:
            parse_file(name, text)
        except DefinitionError as problem:
            problems.append(Error(str(problem), hint="homework/worksheets/library/", id="worksheets.E001"))
    return problems
