"""Rules about templates, style sheets and scripts, read from the source.

Strict CSP (no inline style, script or handler), every word translatable, neutral titles (F36), small enough for a slow
phone, and every drawing and address they name exists.
"""

import gzip
import json
import re
import sys
from collections.abc import Iterable, Iterator
from html.parser import HTMLParser
from pathlib import Path

import pytest
from django import forms
from django.template.loader import get_template, render_to_string
from django.urls import reverse

from clinic.templatetags import drawings, ui

ROOT = Path(__file__).resolve().parents[2]
TEMPLATES = ROOT / "templates"
STATIC = ROOT / "static"

COMMENT = re.compile(r"\{#.*?#\}|\{%\s*comment.*?endcomment\s*%\}", re.S)
BLOCKTRANS = re.compile(r"\{%\s*blocktrans(?:late)?\b.*?endblocktrans(?:late)?\s*%\}", re.S)
TAG = re.compile(r"\{%.*?%\}|\{\{.*?\}\}", re.S)
# what fills an attribute or an address, so that nobody reads it
UNSEEN = re.compile(
    r"\{%\s*block (?:body_class|main_class|nav_current)\s*%\}.*?endblock[^%]*%\}|\{%\s*capture query.*?endcapture", re.S
)
TITLE = re.compile(r"\{%\s*block (?:head_)?title\s*%\}(.*?)\{%\s*endblock", re.S)
# Folders of parts that are included, and whole documents that stand on their own, each with its reason.
PARTS = {"ui", "snippets", "fields"}
ALONE = {
    "base.html": "the skeleton itself",
    "front/leave.html": "what is shown after leaving looks like another site",
    "messages/message.html": "mail",
    "worksheets/draft_preview.html": "stands in a frame as wide as a phone, without the page around it",
    "account/password_reset_help_text.html": "the library puts it into a form field",
}
TELLING = re.compile(r"therap|clinic|patient|depress|anxi|panic|suicid|crisis|phq|gad-?7|homework", re.I)


def pages(*endings: str) -> list[Path]:
    """All templates with one of these endings."""
    return sorted(path for path in TEMPLATES.rglob("*") if path.suffix in (endings or (".html",)))


def name(path: Path) -> str:
    """How a template is named in `render`."""
    return path.relative_to(TEMPLATES).as_posix()


def source(path: Path) -> str:
    """A template without its comments."""
    return COMMENT.sub("", path.read_text(encoding="utf-8"))


def found(pattern: str, paths: Iterable[Path]) -> list[str]:
    """Where a pattern occurs, as `file: text`."""
    rule = re.compile(pattern, re.I)
    return [f"{path.name}: {hit.group(0)[:80]}" for path in paths for hit in rule.finditer(source(path))]


class Words(HTMLParser):
    """Collects what a person can see or hear: text, and the attributes that are read out."""

    def __init__(self) -> None:
        super().__init__()
        self.seen: list[str] = []
        self.code = False

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.code = tag == "script"
        self.seen += [value for key, value in attrs if value and key in ("aria-label", "title", "alt", "placeholder")]

    def handle_data(self, data: str) -> None:
        if not self.code:
            self.seen.append(data)
        self.code = False


def untranslated(text: str) -> Iterator[str]:
    """Words in a template that are not inside a translation tag."""
    reader = Words()
    text = re.sub(r"(</?)\{\{.*?\}\}", r"\1span", text)  # an element whose name is a variable
    reader.feed(TAG.sub(" ", BLOCKTRANS.sub(" ", UNSEEN.sub(" ", text))))
    reader.close()
    for piece in reader.seen:
        if re.search(r"[^\W\d_]{2,}", piece):
            yield " ".join(piece.split())[:60]


def test_no_template_holds_a_style_a_script_or_a_handler() -> None:
    written = r"\sstyle\s*=|<style\b|\son[a-z]+\s*=\s*[\"']|javascript:|\bhx-on\b|\bhx-vals=[\"']js:"
    scripts = r"<script(?![^>]*\ssrc=)(?![^>]*type=\"application/json\")[^>]*>"
    assert found(f"{written}|{scripts}", pages()) == []


def test_nothing_is_fetched_from_another_site() -> None:
    paths = [
        *pages(".html", ".txt", ".webmanifest"),
        *STATIC.rglob("*.css"),
        *STATIC.rglob("*.js"),
        *STATIC.rglob("*.svg"),
    ]
    assert found(r"(?:https?:)?//(?!www\.w3\.org/2000/svg)[a-z0-9-]+\.[a-z]", paths) == []


def test_no_script_writes_markup_or_keeps_words_on_the_device() -> None:
    writes = r"\binnerHTML\b|\bouterHTML\b|insertAdjacentHTML|document\.write|\beval\(|new Function\("
    keeps = r"\blocalStorage\b|\bsessionStorage\.(?!clear)|\bindexedDB\b"
    assert found(writes, STATIC.rglob("*.js")) == []
    # offline.js keeps ciphertext, never a word; tests/browser/test_offline.py looks through the whole profile for them
    # device.js only counts what waits, before it is all deleted
    assert found(keeps, (path for path in STATIC.rglob("*.js") if path.name not in ("offline.js", "device.js"))) == []


def test_every_template_can_be_read() -> None:
    for path in pages(".html", ".txt", ".webmanifest"):
        get_template(name(path))


def test_every_template_is_a_page_a_part_or_has_a_reason() -> None:
    strays = []
    for path in pages():
        extends = re.match(r"\s*\{%\s*extends\s", source(path))
        part = path.name.startswith("_") or PARTS & set(path.relative_to(TEMPLATES).parts[:-1])
        if not (extends or part or name(path) in ALONE):
            strays.append(name(path))
    assert strays == []


def test_what_htmx_swaps_is_a_part_whose_root_has_its_name() -> None:
    roots = set()
    for path in pages():
        first = re.search(r"<[a-z][^>]*?\sid=\"([^\"]*)\"", TAG.sub("", source(path)))
        if path.name.startswith("_") and first and first.group(1).lstrip("_") == path.stem.lstrip("_"):
            roots.add(first.group(1))
    asked = {
        (target, name(path)) for path in pages() for target in re.findall(r"hx-target=\"#([\w-]+)\"", source(path))
    }
    assert {f"{where} swaps #{target}" for target, where in asked if target not in roots} == set()


def test_every_word_can_be_translated() -> None:
    assert [f"{name(path)}: {word}" for path in pages() for word in untranslated(source(path))] == []


def test_every_word_of_a_mail_can_be_translated() -> None:
    plain = [TAG.sub(" ", BLOCKTRANS.sub(" ", source(path))) for path in pages(".txt")]
    assert [text.strip() for text in plain if re.search(r"[^\W\d_]{2,}", text)] == []


@pytest.mark.finding("F36")
def test_titles_name_no_person_no_clinic_and_no_illness() -> None:
    for path in pages():
        for title in TITLE.findall(source(path)):
            said = re.sub(r"\{\{\s*(clinic_app_name[^}]*|block\.super)\s*\}\}", "", title)
            assert "{{" not in said, f"{name(path)} puts something of somebody's into its title"
            if not re.match(r"\s*\{%\s*extends \"base_staff", source(path)):
                assert not TELLING.search(said), f"{name(path)} has a telling title"


@pytest.mark.parametrize("base", ["base_client.html", "base_staff.html", "base_plain.html"])
def test_each_base_has_a_title_and_a_language_even_without_anything_to_show(base: str) -> None:
    page = render_to_string(base)
    assert re.search(r"<title>\w+</title>", page)
    assert '<html lang="en" dir="ltr">' in page
    assert 'id="main"' in page


@pytest.mark.finding("F36")
def test_a_home_screen_shows_the_discreet_name_and_nothing_else() -> None:
    shown = json.loads(render_to_string("manifest.webmanifest", {"clinic_app_name": 'A "plain" name'}))
    assert shown["name"] == shown["short_name"] == 'A "plain" name'
    assert not TELLING.search(json.dumps(shown))


@pytest.mark.finding("F36")
def test_a_clients_page_has_leaving_and_help_and_says_nothing_of_therapy() -> None:
    page = render_to_string("base_client.html", {"leave_url": "/elsewhere"})
    assert f'action="{reverse("leave")}"' in page
    assert 'data-leave="/elsewhere"' in page
    assert f'href="{reverse("help_now")}"' in page
    assert not TELLING.search(page)


def test_the_page_for_our_own_mistake_needs_neither_request_nor_database() -> None:
    assert "<h1>" in render_to_string("500.html")


def test_every_place_in_the_navigation_is_there() -> None:
    places = [place[0] for place in (*ui.TABS, *ui.CLINICIAN_RAIL, *ui.ADMIN_RAIL)]
    for route in (
        *places,
        "leave",
        "help_now",
        "my_security",
        "set_language",
        "account_login",
        "account_reauthenticate",
    ):
        assert reverse(route)


def test_every_drawing_that_is_asked_for_exists() -> None:
    drawn = set(re.findall(r'<symbol id="([\w-]+)"', (STATIC / "icons.svg").read_text()))
    asked = {f"m-{one}" for one in drawings.MARKS} | {"i-logo"}
    asked |= {f"i-{one}" for one in (*ui.NOTE_ICONS.values(), *ui.OUTCOMES.values())}
    asked |= {f"i-{place[1]}" for place in (*ui.TABS, *ui.CLINICIAN_RAIL, *ui.ADMIN_RAIL)}
    for path in pages():
        asked |= {f"i-{one}" for one in re.findall(r"\{%\s*icon [\"'](\w+)[\"']", source(path))}
        asked |= {f"i-{one}" for one in re.findall(r"\{%\s*note [\"']\w*[\"'] [\"'](\w+)[\"']", source(path))}
        asked |= {f"m-{one}" for one in re.findall(r"\{%\s*mark [\"'](\w+)[\"']", source(path))}
    assert asked - drawn == set()


def test_the_first_page_is_small(capsys: pytest.CaptureFixture[str]) -> None:
    shared = [STATIC / "css/tokens.css", STATIC / "css/components.css", STATIC / "icons.svg", STATIC / "js/client.js"]
    sent = {path.name: len(gzip.compress(path.read_bytes(), 9)) for path in shared}
    figures = ", ".join(f"{file} {size:,}" for file, size in sent.items())
    with capsys.disabled():
        sys.stdout.write(f"\ncompressed bytes: {figures}; in all {sum(sent.values()):,}\n")
    assert sum(path.stat().st_size for path in shared[:2]) < 30_000, "the style of every page, uncompressed"
    assert sum(sent.values()) < 14_600, "what every page shares, in the first round trip of a connection"


def test_the_style_of_single_pages_stays_small() -> None:
    own = [path for path in STATIC.glob("css/*.css") if path.name not in ("tokens.css", "components.css")]
    assert {path.name: path.stat().st_size for path in own if path.stat().st_size > 8_000} == {}


class Sample(forms.Form):
    """One field of each kind the tags know."""

    mail = forms.EmailField(label="Email", help_text="Where codes go")
    sure = forms.IntegerField(label="How sure are you?", required=False)
    size = forms.ChoiceField(label="How big?", widget=forms.RadioSelect, choices=[("s", "Small"), ("m", "Bigger")])
    yes = forms.BooleanField(label="Agreed")


def test_a_field_joins_its_label_hint_and_error() -> None:
    html = ui.field(Sample({"mail": "rosa@"})["mail"], autocomplete="username")
    assert '<label class="label" for="id_mail">Email</label>' in html
    assert 'aria-describedby="id_mail_helptext id_mail_error"' in html
    assert 'id="id_mail_helptext"' in html and 'id="id_mail_error"' in html
    assert 'aria-invalid="true"' in html and 'autocomplete="username"' in html


def test_choices_are_a_group_with_a_name_and_a_tick_is_labelled() -> None:
    form = Sample({"size": "m"})
    assert "<legend" in ui.field(form["size"]) and ui.field(form["size"]).count("<label") == 2
    assert 'for="id_yes"' in ui.field(form["yes"])


@pytest.mark.finding("F08")
def test_a_scale_starts_with_nothing_chosen() -> None:
    assert "checked" not in render_to_string("ui/scale.html", ui.scale(Sample()["sure"]))
    chosen = render_to_string("ui/scale.html", ui.scale(Sample({"sure": "7"})["sure"], low="Not sure"))
    assert chosen.count("checked") == 1 and 'value="7" checked' in chosen


@pytest.mark.finding("F31")
def test_a_strip_of_marks_is_read_out_as_what_was_done() -> None:
    strip = drawings.marks(["done", "small", "done", "notthistime"])
    assert 'aria-label="2 done, 1 smaller version, 1 not this time"' in strip
