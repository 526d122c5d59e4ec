"""A line that offers what was written earlier on another sheet: which step of my ladder, which thing that matters."""

import dataclasses
from collections.abc import Mapping, Sequence
from typing import Any

from homework.worksheets.kinds.base import Values, kind
from homework.worksheets.kinds.source import Json
from homework.worksheets.kinds.words import Prose

EARLIER = "earlier:"
"""Where a page puts the offers into the values it draws from: `values["earlier:step"] = ["Ring the bell", ...]`."""

OFFERS = 30


@kind("ref")
@dataclasses.dataclass(frozen=True, kw_only=True)
class Earlier(Prose):
    """Kept as text, so that it stays as it was when the other sheet changes. `column` picks one cell of its rows."""

    worksheet: str
    field: str
    column: str = ""

    def control(self, name: str, value: Any, values: Values) -> Json:
        """What may be picked; typing something else is always possible."""
        return {"offers": values.get(f"{EARLIER}{self.key}") or []}

    def offers(self, entries: Sequence[Mapping[str, Any]]) -> list[str]:
        """The texts written under that question, newest entry first, each once."""
        found: dict[str, None] = {}
        for answers in entries:
            there = answers.get(self.field)
            cells = (
                [row.get(self.column) for row in there if isinstance(row, Mapping)] if isinstance(there, list) else []
            )
            for text in cells if self.column else [there]:
                if isinstance(text, str) and text.strip():
                    found.setdefault(" ".join(text.split())[:200])
        return list(found)[:OFFERS]
