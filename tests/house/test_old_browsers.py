"""Scripts and styles a browser of 2021 understands: what is newer is asked for before it is used, or has a fallback."""

import re
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
SCRIPTS = sorted((ROOT / "static" / "js").glob("*.js"))
STYLES = sorted((ROOT / "static" / "css").glob("*.css"))

# What no browser of 2021 can read at all: one such line and the whole file does nothing.
SYNTAX = {
    "await outside of a function": r"^(?:const|let|var)?[^/\n({]*\bawait\b",
    "a static block": r"\bstatic\s*\{",
    "a look-behind": r"\(\?<[=!]",
    "the v flag": r"/[a-z]*v[a-z]*\.(?:test|exec)\(",
    "import attributes": r"\bimport\b[^;\n]*\bwith\s*\{",
    "a private name in `in`": r"#\w+ in ",
    "using": r"^\s*(?:await )?using ",
}

# What was not everywhere at the end of 2021. The second pattern is how it is asked for first.
NEWER = {
    "crypto.randomUUID": r"crypto\.randomUUID\)|crypto\.randomUUID\?\.",
    "AbortSignal.timeout": r"AbortSignal\.timeout\?\.",
    "AbortSignal.any": r"AbortSignal\.any\?\.",
    "navigator.locks": r"navigator\.locks\?\.|\(navigator\.locks\)",
    "navigator.wakeLock": r"navigator\.wakeLock\?\.",
    "navigationPreload": r"navigationPreload\?\.",
    "indexedDB.databases": r"indexedDB\.databases\?\.",
    "trustedTypes": r"trustedTypes\?\.",
    ".requestSubmit(": r"\.requestSubmit (?:\?|&&)|if \([\w.]+\.requestSubmit\)",
    ".showModal(": r"\.showModal\?\.",
    ".showPopover(": r"\.showPopover\?\.",
    ".checkVisibility(": r"\.checkVisibility\?\.",
    "structuredClone(": "-",
    "Object.hasOwn(": "-",
    "Object.groupBy(": "-",
    "Array.fromAsync(": "-",
    "Promise.withResolvers(": "-",
    ".at(": "-",
    ".findLast": "-",
    ".toSorted(": "-",
    ".toReversed(": "-",
    ".toSpliced(": "-",
    ".toBase64(": "-",
    ".fromBase64(": "-",
    "startViewTransition(": r"startViewTransition\?\.|\.startViewTransition\)",
}


def lines(path: Path) -> list[str]:
    """A script without its comments."""
    text = re.sub(r"/\*.*?\*/", "", path.read_text(), flags=re.S)
    return [re.sub(r"(^|\s)//.*", "", line) for line in text.splitlines()]


def test_there_are_scripts_to_look_at() -> None:
    assert len(SCRIPTS) > 8
    assert len(STYLES) > 5


@pytest.mark.parametrize("path", SCRIPTS, ids=lambda path: path.name)
def test_a_script_uses_no_syntax_that_is_newer_than_2021(path: Path) -> None:
    found = [
        f"{what}: {line.strip()}"
        for line in lines(path)
        for what, how in SYNTAX.items()
        if re.search(how, line) and not (what.startswith("await") and line.startswith((" ", "\t", "}")))
    ]
    assert not found


@pytest.mark.parametrize("path", SCRIPTS, ids=lambda path: path.name)
def test_a_script_asks_before_it_uses_what_is_newer_than_2021(path: Path) -> None:
    code = lines(path)
    found = [
        f"{what}: {line.strip()}"
        for what, asked in NEWER.items()
        for line in code
        if what in line and not re.search(asked, "\n".join(code))
    ]
    assert not found


@pytest.mark.parametrize("path", STYLES, ids=lambda path: path.name)
def test_a_style_sheet_needs_no_nesting(path: Path) -> None:
    text = re.sub(r"/\*.*?\*/", "", path.read_text(), flags=re.S)
    assert not re.findall(r"(?:^|[{;}])\s*&[\s.:>\[#]", text), "nested rules are of 2023"


def test_a_browser_without_layers_is_given_the_same_rules_without_them() -> None:
    used = [path.name for path in STYLES if "@layer" in path.read_text()]
    assert used
    asks = (ROOT / "static" / "js" / "client.js").read_text() + (ROOT / "static" / "js" / "offline.js").read_text()
    assert "CSSLayerBlockRule" in asks
