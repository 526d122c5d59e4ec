"""Style sheets name sides by the way the text runs, so that a page turns round where reading goes from right to left."""

import re
from collections.abc import Iterator

import pytest

from clinic.templatetags import drawings
from tests.house.test_templates import ROOT, STATIC, TEMPLATES

SHEETS = sorted(STATIC.glob("css/*.css"))
SIDES = re.compile(
    r"(?:^|[;{\s])((?:margin|padding|border)-(?:left|right)(?:-\w+)?|(?:left|right)|float|clear|text-align|"
    r"(?:border-(?:top|bottom)-(?:left|right)-radius))\s*:\s*([^;}]+)",
)
FOUR = re.compile(r"(?:^|[;{\s])(padding|margin|inset|border-width|border-radius)\s*:\s*([^;}]+)")
# (file, what it says): the reason
ALLOWED = {
    ("builder.css", "border-width: 0 1.5px 1.5px 0"): "the arrow of a fold points down, the same from both sides",
    ("worksheets.css", "border-width: 0 1.5px 1.5px 0"): "the arrow of a fold points down, the same from both sides",
}
POINTING = {"back", "next", "leave"}  # pictures with a direction; all others look the same from both sides


def parts(value: str) -> list[str]:
    """The values of a shorthand, brackets kept whole."""
    return re.findall(r"[^\s(]+(?:\([^)]*\))?", value.replace("!important", "").strip())


def physical(name: str, text: str) -> Iterator[str]:
    """Every declaration that means left or right wherever the text begins."""
    text = re.sub(r"/\*.*?\*/", "", text, flags=re.S)
    for rule, value in SIDES.findall(text):
        if rule not in ("float", "clear", "text-align") or re.search(r"\b(?:left|right)\b", value):
            yield f"{rule}: {value.strip()}"
    for rule, value in FOUR.findall(text):
        four = parts(value)
        uneven = len(four) == 4 and (four[1] != four[3] if rule != "border-radius" else len(set(four)) > 1)
        if uneven and (name, f"{rule}: {value.strip()}") not in ALLOWED:
            yield f"{rule}: {value.strip()}"


@pytest.mark.parametrize("path", SHEETS, ids=lambda path: path.name)
def test_no_style_names_left_or_right(path: object) -> None:
    name, text = path.name, path.read_text(encoding="utf-8")  # type: ignore[attr-defined]
    assert list(physical(name, text)) == []


@pytest.mark.parametrize(
    "style", ["margin-left: 1rem", "padding: 0 1px 0 2px", "text-align: right", "left: 0", "border-radius: 0 1px 1px 0"]
)
def test_the_rule_finds_what_it_is_for(style: str) -> None:
    assert list(physical("x.css", f"a {{ {style}; }}"))


def test_every_reason_is_still_needed() -> None:
    for name, words in ALLOWED:
        assert words in (STATIC / "css" / name).read_text(encoding="utf-8"), (name, words)


def test_pictures_that_point_turn_round_and_no_arrow_is_typed() -> None:
    assert drawings.POINTS_ALONG == POINTING
    assert "icon--dir" in drawings.icon("back") and "icon--dir" not in drawings.icon("check")
    turned = '[dir="rtl"] .icon--dir { transform: scaleX(-1); }'
    assert turned in (STATIC / "css" / "components.css").read_text(encoding="utf-8")
    typed = [path.name for path in TEMPLATES.rglob("*.html") if re.search("[←→‹›«»]", path.read_text(encoding="utf-8"))]
    assert not typed, typed


def test_the_page_says_which_way_it_runs() -> None:
    assert 'dir="{% if LANGUAGE_BIDI %}rtl{% else %}ltr{% endif %}"' in (ROOT / "templates/base.html").read_text()
