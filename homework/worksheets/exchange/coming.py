"""A file or a text from anybody, as a definition: which format it is, what came over, and what did not."""

from dataclasses import dataclass, field
from typing import Any, Literal

from homework.worksheets.definition import Definition
from homework.worksheets.exchange import own, strict
from homework.worksheets.exchange.fhir_foreign import Remark
from homework.worksheets.exchange.fhir_in import questionnaire_in
from homework.worksheets.kinds import DefinitionError

Format = Literal["toml", "json", "fhir"]


@dataclass(frozen=True)
class Came:
    """What was understood. It is no draft yet."""

    format: Format
    definition: Definition
    remarks: list[Remark] = field(default_factory=list)


def read(raw: bytes | str, source: str = "worksheet") -> Came:
    """A worksheet from TOML, JSON or FHIR, told apart by what is in it. Raises DefinitionError and nothing else."""
    text = strict.text_of(raw, source).strip()
    if not text:
        raise DefinitionError(source, "", "expected a worksheet, but there is nothing in it")
    if text.startswith("<"):
        raise DefinitionError(source, "", "expected TOML or JSON (FHIR as JSON too, not as XML)")
    if text[0] in "{[" and not text.startswith(("[[", "[sizes", "[measure")):
        return read_value(strict.read_json(text, source), source)
    return Came("toml", own.from_toml(text, source))


def read_value(value: Any, source: str = "worksheet") -> Came:
    """A worksheet from a value of JSON: our own table, or a Questionnaire. Raises DefinitionError."""
    strict.check(value, source)
    if isinstance(value, dict) and "resourceType" in value:
        try:
            found = questionnaire_in(value, source)
        except DefinitionError:
            raise
        except (
            ArithmeticError,
            AttributeError,
            LookupError,
            RecursionError,
            StopIteration,
            TypeError,
            ValueError,
        ) as problem:
            raise DefinitionError(
                source, "item", f"expected a Questionnaire of R4 ({type(problem).__name__})"
            ) from None
        return Came("fhir", own.understood(found.table, source), found.remarks)
    return Came("json", own.understood(value, source))
