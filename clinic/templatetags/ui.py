"""The parts of the design, as template tags.

    {% icon "leave" %}                                  a drawing; decoration, so hidden from screen readers
    {% mark "small" %}  {% mark "done" "Walked" %}      one mark, named; {% mark "done" hidden=True %} beside its word
    {% marks names %}                                   a strip of marks, read out as a count (F31: small is done)
    {% thread days %}                                   the days between two sessions
    {% field form.email %}                              a form field with its label, hint and error, joined by id
    {% scale form.sure low="Not sure" high="Very sure" %}   0 to 10, nothing chosen at first
    {% slide form.afraid low="..." high="..." %}        0 to 100; untouched stays without an answer
    {% five form.outcome %}                             the ways on after a review
    {% note "care" %}...{% endnote %}                   one thing to know now
    {% nothing "Title" %}...{% endnothing %}            an empty list: why, and one next step
    {% back url "Today" %}                              the way back
    {% tabbar here noun.place %}  {% rail_nav here %}   navigation of the two frames
    {% capture name %}...{% endcapture %}               keeps what is inside for later

The settings load them into every template. Nothing here reads the database. A name that is not in the design raises
`KeyError`, so a typing error is found by the first test that renders the page.
"""

from collections.abc import Iterable
from typing import Any

from django import template
from django.forms import BoundField, CheckboxInput, CheckboxSelectMultiple, RadioSelect
from django.template.base import Node, NodeList, Parser, Token
from django.template.context import Context
from django.template.loader import render_to_string
from django.urls import NoReverseMatch, reverse
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from clinic.templatetags.drawings import MARKS, icon, logo, mark, marks

register = template.Library()
for drawn in (icon, logo, mark, marks):
    register.simple_tag(drawn)

NOTE_ICONS = {"": "talk", "good": "check", "care": "alert", "stop": "flag"}
LEVELS = {"debug": "", "info": "", "success": "good", "warning": "care", "error": "care"}
OUTCOMES = {
    "keep": "keep",
    "adjust": "change",
    "smaller": "smaller",
    "bigger": "bigger",
    "replace": "swap",
    "pause": "pause",
    "stop": "stop",
    "later": "clock",
}
# route, drawing, word, other names a page may use for it in its block `nav_current`
TABS = (
    ("today", "today", gettext_lazy("Today"), ()),
    ("work", "work", gettext_lazy("My work"), ()),
    ("notes", "talk", gettext_lazy("Notes"), ()),
    ("settings", "settings", gettext_lazy("Settings"), ()),
)
CLINICIAN_RAIL = (
    ("therapist_home", "today", gettext_lazy("Today"), ("today", "home")),
    ("caseload", "clients", gettext_lazy("Clients"), ("clients",)),
    ("library", "library", gettext_lazy("Library"), ()),
)
THERAPIST_RAIL = (
    *CLINICIAN_RAIL,
    ("own_sheets", "pencil", gettext_lazy("Worksheets"), ("draft",)),
    ("away", "pause", gettext_lazy("Away"), ()),
)
SAFETY = ("safety_setup", "shield", gettext_lazy("Safety"), ("safety",))
FIGURES = ("figures", "progress", gettext_lazy("Figures"), ())
ADMIN_RAIL = (
    ("board", "board", gettext_lazy("Board"), ("today", "home")),
    ("people", "people", gettext_lazy("People"), ()),
    ("away_rota", "pause", gettext_lazy("Away"), ()),
    SAFETY,
    ("clinic_settings", "site", gettext_lazy("Settings"), ("sites", "settings")),
    FIGURES,
    ("running", "bell", gettext_lazy("Messages"), ()),
)
ROLE_NAMES = {
    "client": gettext_lazy("Client"),
    "therapist": gettext_lazy("Therapist"),
    "coach": gettext_lazy("Coach"),
    "admin": gettext_lazy("Clinic admin"),
}
# signs in what a browser sends about itself, the first that fits
BROWSERS = (("Edg", "Edge"), ("OPR", "Opera"), ("Firefox", "Firefox"), ("Chrom", "Chrome"), ("Safari", "Safari"))
SYSTEMS = (
    ("iPhone", "iPhone"),
    ("iPad", "iPad"),
    ("Android", "Android"),
    ("Windows", "Windows"),
    ("Mac OS", "Mac"),
    ("Linux", "Linux"),
)


def href(route: str) -> str:
    """The address of a route, or nothing where it is not mounted (a template rendered on its own)."""
    try:
        return reverse(route)
    except NoReverseMatch:
        return ""


@register.inclusion_tag("ui/thread.html")
def thread(days: Iterable[Any], label: str = "") -> dict[str, Any]:
    """The days between two sessions, at most ten of them.

    Each day has `name` ("Thu") and `mark`; it may have `label` (said instead of the mark's word), `detail` (a second
    line) and `now` (true for today).
    """
    return {"days": days, "label": label or _("The days between your two sessions")}


@register.inclusion_tag("ui/legend.html")
def legend() -> dict[str, Any]:
    """What the marks mean; on every screen that draws them without words."""
    return {"names": ("done", "small", "partial", "notthistime", "planned")}


@register.simple_tag
def field(bound: BoundField, **attrs: Any) -> SafeString:
    """A form field with label, hint and error. Keywords become attributes of the input, except:

    label, hint: said instead of the form's own; ask=True: the label is a question, in serif; icon: beside a tick box's
    words; fit=True: short choices side by side. `data_x` becomes `data-x`; `class` is added to the design's own.
    """
    own = {key: attrs.pop(key, "") for key in ("label", "hint", "ask", "icon", "fit")}
    widget = bound.field.widget
    if widget.is_hidden:
        return SafeString(bound)
    widget.attrs.pop("placeholder", None)  # a label that goes away is no label
    classes = attrs.pop("class", "")
    attrs = {key.replace("_", "-"): value for key, value in attrs.items()}
    hint = own["hint"] or bound.help_text
    described = [f"{bound.auto_id}_helptext"] if hint else []
    described += [f"{bound.auto_id}_error"] if bound.errors else []
    name, control = "ui/field.html", SafeString("")
    if isinstance(widget, (RadioSelect, CheckboxSelectMultiple)):
        name = "ui/field_choices.html"
    elif isinstance(widget, CheckboxInput):
        name = "ui/field_tick.html"
    if name != "ui/field_choices.html":
        usual = "" if isinstance(widget, CheckboxInput) else "input"
        joined = {"aria-describedby": " ".join(described)} if described else {}
        styled = {"class": f"{usual} {classes}".strip()} if usual or classes else {}
        control = bound.as_widget(attrs={**styled, **joined, **attrs})
    context = {**own, "field": bound, "control": control, "hint": hint, "described": " ".join(described)}
    context["label"] = own["label"] or bound.label
    return render_to_string(name, context)


@register.inclusion_tag("ui/scale.html")
def scale(bound: Any, low: str = "", high: str = "", top: int = 10, hint: str = "", label: str = "") -> dict[str, Any]:
    """0 to `top` with nothing chosen at first (F08, F14). `low` and `high` are the words at its ends.

    `bound` is a form field, or anything with `html_name`, `auto_id`, `label`, `value`, `errors`, `help_text`.
    """
    return rated(bound, low, high, hint, label) | {"top": top, "numbers": range(top + 1)}


@register.inclusion_tag("ui/slide.html")
def slide(
    bound: Any, low: str = "", high: str = "", top: int = 100, step: int = 5, hint: str = "", label: str = ""
) -> dict[str, Any]:
    """How strong a feeling is, 0 to `top`. A number field; with JavaScript also a slider. Empty until it is touched."""
    return rated(bound, low, high, hint, label) | {"top": top, "step": step}


def rated(bound: Any, low: str, high: str, hint: str, label: str) -> dict[str, Any]:
    """What the two kinds of rating have in common."""
    value = bound.value() if callable(bound.value) else bound.value
    hint = hint or bound.help_text
    ids = [f"{bound.auto_id}_helptext"] if hint else []
    ids += [f"{bound.auto_id}_error"] if bound.errors else []
    return {
        "field": bound,
        "value": "" if value is None else str(value),
        "low": low,
        "high": high,
        "hint": hint,
        "label": label or bound.label,
        "described": " ".join(ids),
    }


@register.inclusion_tag("ui/five.html")
def five(bound: BoundField, label: str = "", hint: str = "") -> dict[str, Any]:
    """The ways on after a review, one row, drawing over word. Values are the outcomes of `reviews.Review`."""
    rows = [(option, OUTCOMES[str(option.data["value"])]) for option in bound.subwidgets if option.data["value"]]
    return {"field": bound, "rows": rows, "label": label or bound.label, "hint": hint or bound.help_text}


@register.simple_block_tag
def note(content: str, tone: str = "", picture: str = "") -> SafeString:
    """One thing to know now. `tone`: nothing, good, care, or stop (safety and true errors only)."""
    kind = f" note--{tone}" if tone else ""
    drawn = icon(picture or NOTE_ICONS[tone])
    return format_html('<div class="note{}">{}<div class="stack stack--s grow">{}</div></div>', kind, drawn, content)


@register.simple_block_tag
def nothing(content: str, title: str) -> SafeString:
    """An empty list: says why, and offers one next step."""
    return format_html('<div class="blank stack stack--s"><p class="ask">{}</p>{}</div>', title, content)


@register.simple_tag
def back(url: str, label: str) -> SafeString:
    """The way back, above a page's heading."""
    return format_html('<a class="plain" href="{}">{}{}</a>', url, icon("back"), label)


@register.inclusion_tag("ui/messages.html", takes_context=True)
def page_messages(context: Context) -> dict[str, Any]:
    """What has just happened, said once."""
    said = [(LEVELS.get(m.level_tag, ""), m) for m in context.get("messages") or ()]
    return {"said": [(tone, NOTE_ICONS[tone] if tone else "check", message) for tone, message in said]}


def links(items: Iterable[tuple[str, str, Any, tuple[str, ...]]], here: str) -> SafeString:
    """The items of a navigation, the current one marked. Items whose route is not mounted are left out."""
    here = here.strip()
    rows = []
    for route, drawn, word, others in items:
        address = href(route)
        if address:
            current = mark_safe(' aria-current="page"') if here and here in (route, *others) else ""
            rows.append((address, current, icon(drawn), word))
    return format_html_join("", '<li><a href="{}"{}>{}{}</a></li>', rows)


@register.simple_tag
def tabbar(here: str = "", work: Any = "") -> SafeString:
    """The client's four places; `work`: what they call the second of them (F14)."""
    tabs = [(route, drawn, work if work and route == "work" else word, more) for route, drawn, word, more in TABS]
    return format_html('<nav class="tabbar" aria-label="{}"><ul>{}</ul></nav>', _("Main"), links(tabs, here))


@register.simple_tag
def rail_nav(role: str, here: str = "", figures: bool = False, safety: bool = False) -> SafeString:
    """The places of staff; an admin's are others than a clinician's, and a coach writes no worksheets.

    figures: a supervisor or safety lead also sees the figures of the service. safety: the safety lead, the set-up.
    """
    items = {"admin": ADMIN_RAIL, "coach": CLINICIAN_RAIL}.get(role, THERAPIST_RAIL)
    if safety and SAFETY not in items:
        items = (*items, SAFETY)
    if figures and FIGURES not in items:
        items = (*items, FIGURES)
    return format_html('<nav aria-label="{}"><ul>{}</ul></nav>', _("Main"), links(items, here))


@register.filter
def put_name(phrase: Any, name: str) -> str:
    """A phrase with somebody's name in its place."""
    return str(phrase) % {"name": name}


@register.filter
def mark_name(name: str) -> str:
    """The usual word of a mark."""
    return str(MARKS[name])


@register.filter
def role_name(role: str) -> str:
    """A role in words, for the person who has it."""
    return str(ROLE_NAMES.get(role, ""))


@register.filter
def browser_name(user_agent: str) -> str:
    """A browser as its owner knows it: "Firefox, Windows". The full text it sends says nothing to people."""
    browser = next((name for sign, name in BROWSERS if sign in user_agent), _("A browser"))
    system = next((name for sign, name in SYSTEMS if sign in user_agent), "")
    return f"{browser}, {system}" if system else str(browser)


class Captured(Node):
    """Renders what is inside and keeps it under a name."""

    child_nodelists = ("nodelist",)

    def __init__(self, nodelist: NodeList, name: str) -> None:
        self.nodelist, self.name = nodelist, name

    def render(self, context: Context) -> str:
        """Nothing is written here; the result stands in the context."""
        context[self.name] = SafeString(self.nodelist.render(context).strip())
        return ""


@register.tag
def capture(parser: Parser, token: Token) -> Captured:
    """`{% capture name %}{% block x %}{% endblock %}{% endcapture %}`: lets a base template ask what a block says."""
    name = token.split_contents()[1]
    nodelist = parser.parse(("endcapture",))
    parser.delete_first_token()
    return Captured(nodelist, name)
