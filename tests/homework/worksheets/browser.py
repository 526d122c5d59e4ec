"""What a browser without scripts would send: the form of a rendered page, read with the standard library.

Also looks at the markup as a screen reader would: every input has a name to be read out, every id is there once, and
whatever an input points to exists.
"""

from collections import Counter
from html.parser import HTMLParser

VOID = {"input", "br", "img", "link", "meta", "use"}


class Page(HTMLParser):
    """One rendered page."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.sent: dict[str, list[str]] = {}
        self.inputs: list[dict[str, str | None]] = []
        self.ids: Counter[str] = Counter()
        self.label_for: set[str] = set()
        self.pointed_at: set[str] = set()
        self.open: list[str] = []
        self.labelled_inside: set[int] = set()
        self.text = ""
        self._area: list[str] | None = None
        self._select = ""
        self.attributes: set[str] = set()
        self.feed(html)
        self.close()
        assert not self.open, f"left open: {self.open}"

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = dict(attrs)
        self.attributes |= set(given)
        if given.get("id"):
            self.ids[str(given["id"])] += 1
        if tag == "label" and given.get("for"):
            self.label_for.add(str(given["for"]))
        for name in ("aria-describedby", "aria-labelledby"):
            self.pointed_at |= set((given.get(name) or "").split())
        if tag in ("input", "textarea", "select"):
            self.inputs.append({**given, "tag": tag, "in_label": "yes" if "label" in self.open else None})
        if tag == "input":
            self._input(given)
        if tag == "textarea":
            self._area = [str(given.get("name")), ""]
        if tag == "select":
            self._select = str(given.get("name"))
        if tag == "option" and "selected" in given:
            self._send(self._select, given.get("value"))
        if tag not in VOID and not tag.startswith("svg"):
            self.open.append(tag)

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """Nothing of ours closes itself, except drawings."""

    def handle_endtag(self, tag: str) -> None:
        if tag in VOID or tag.startswith("svg"):
            return
        assert self.open and self.open[-1] == tag, f"</{tag}> closes {self.open[-3:]}"
        self.open.pop()
        if tag == "textarea" and self._area is not None:
            name, text = self._area
            self._send(name, text.removeprefix("\n"))
            self._area = None

    def handle_data(self, data: str) -> None:
        if self._area is not None:
            self._area[1] += data
        self.text += data

    def _input(self, given: dict[str, str | None]) -> None:
        kind = given.get("type", "text")
        if kind in ("radio", "checkbox") and "checked" not in given:
            return
        if given.get("name"):
            self._send(str(given["name"]), given.get("value"))

    def _send(self, name: str, value: str | None) -> None:
        self.sent.setdefault(name, []).append(value or "")

    def nameless(self) -> list[dict[str, str | None]]:
        """Inputs a screen reader could not announce."""
        return [
            given
            for given in self.inputs
            if given.get("type") != "hidden"
            and not (given.get("aria-label") or given["in_label"] or given.get("id") in self.label_for)
        ]
