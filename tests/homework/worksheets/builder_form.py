"""What a browser would send for the builder's page: every box as it is shown."""

from typing import Any

from django.http import QueryDict

from homework.worksheets.builder.page import Box, Card, Page, page_of


def sent(table: dict[str, Any], second: str = "", **changes: Any) -> QueryDict:
    """The editor's form, posted without touching anything but `changes` (input name -> value or list)."""
    data = QueryDict(mutable=True)
    data["builder"], data["second"], data["rev"] = "1", second, "0"
    page = page_of(table, {}, second=second)
    for box in boxes(page) + page.points:
        _put(data, box, second)
    for card in page.cards:
        _card(data, card, second)
    for name, value in changes.items():
        data.setlist(name, value if isinstance(value, list) else [value])
    return data


def boxes(page: Page) -> list[Box]:
    """The boxes of the sheet itself."""
    return [box for group in page.groups.values() for box in group] + [
        box for _code, pair in page.sizes for box in pair
    ]


def _card(data: QueryDict, card: Card, second: str) -> None:
    data[f"{card.name}.kind"], data[f"{card.name}.key"], data[f"{card.name}.shown"] = card.kind, card.key, card.shown
    for box in card.boxes + card.more:
        _put(data, box, second)
    for column in card.columns:
        _card(data, column, second)
    data.setlist(f"{card.name}.sizes", [code for code, on in card.sizes if on])


def _put(data: QueryDict, box: Box, second: str) -> None:
    if box.widget == "tick":
        if box.value:
            data[box.name] = "yes"
    elif box.widget == "select":
        data[box.name] = next((code for code, _words, on in box.choices if on), "")
    elif box.widget == "ticks":
        data.setlist(box.name, [code for code, _words, on in box.choices if on])
    else:
        data[box.name] = str(box.value)
    if box.second is not None:
        data[f"{second}:{box.name}"] = box.second
