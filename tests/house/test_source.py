"""Rules about the source: one door, one clock, no content in logs, and nothing that only looks finished."""

import ast
import re
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
APPS = ("accounts", "clinic", "homework")
SOURCES = sorted(
    path
    for app in APPS
    for path in (ROOT / app).rglob("*.py")
    if "migrations" not in path.parts and "demo" not in path.parts
)


def rel(path: Path) -> str:
    return str(path.relative_to(ROOT))


def layer(path: Path) -> str:
    """views, api, forms or tasks: where queries do not belong."""
    name = path.name
    if "views" in path.parts or name == "views.py":
        return "views"
    if "api" in path.parts or name.startswith("api"):
        return "api"
    if "forms" in path.parts or name.endswith("forms.py"):
        return "forms"
    return "tasks" if name == "tasks.py" else ""


def test_there_is_something_to_check() -> None:
    assert len(SOURCES) > 150
    assert {layer(path) for path in SOURCES} == {"", "views", "api", "forms", "tasks"}


# Rows that belong to nobody: crisis lines are the same for everybody, signed in or not.
WITHOUT_A_DOOR: set[str] = set()


@pytest.mark.parametrize("path", [path for path in SOURCES if layer(path)], ids=rel)
def test_views_api_forms_and_tasks_hold_no_queries_of_their_own(path: Path) -> None:
    if rel(path) in WITHOUT_A_DOOR:
        return
    found = re.findall(r"\b[A-Z]\w+\.(?:objects|_default_manager)\b", path.read_text())
    assert not found, f"{rel(path)}: {found}"


FORBIDDEN = {
    r"\bmark_safe\(f": "a string that was put together is not safe",
    r"csrf_exempt(?!  #)(?!\n)": "say why beside it",
    r"\bdatetime\.now\(\)|\butcnow\(": "an instant needs a time zone",
    r"\.apply_async\(|countdown=|\beta=": "the database is the schedule",
    r"\bprint\(": "nothing is printed",
    r"__all__\"": "fields are named",
    r"except Exception:\s*\n\s*pass": "an error is not swallowed",
    r"@receiver\b": "no signals for workflow",
    r"\b(?:TODO|FIXME|XXX)\b": "nothing is left over",
}
PRINTS = {"clinic/embedded"}
GUARD = "clinic/task_base.py"  # where countdowns are refused has to name them


@pytest.mark.parametrize("pattern", FORBIDDEN, ids=list(FORBIDDEN.values()))
def test_patterns_that_are_not_used(pattern: str) -> None:
    found = []
    for path in SOURCES:
        if pattern.startswith(r"\bprint") and any(rel(path).startswith(folder) for folder in PRINTS):
            continue
        text = path.read_text()
        if pattern.startswith("csrf_exempt"):
            lines = [line for line in text.splitlines() if line.strip() == "@csrf_exempt"]
            found += [rel(path)] * len(lines)
        elif re.search(pattern, text) and rel(path) != GUARD:
            found.append(rel(path))
    assert not found, f"{FORBIDDEN[pattern]}: {found}"


@pytest.mark.parametrize("path", SOURCES, ids=rel)
def test_modules_classes_and_public_functions_say_what_they_are_for(path: Path) -> None:
    tree = ast.parse(path.read_text())
    bare = [] if ast.get_docstring(tree) or not tree.body else ["the module"]
    for node in ast.walk(tree):
        if isinstance(node, ast.FunctionDef | ast.ClassDef) and not node.name.startswith("_"):
            inner = isinstance(node, ast.FunctionDef) and any(
                node in getattr(parent, "body", []) for parent in ast.walk(tree) if isinstance(parent, ast.FunctionDef)
            )
            listing = isinstance(node, ast.ClassDef) and any("Choices" in ast.unparse(base) for base in node.bases)
            if not ast.get_docstring(node) and node.name != "Meta" and not inner and not listing:
                bare.append(node.name)
    assert not bare, f"{rel(path)}: {bare}"


def test_only_the_audit_and_the_door_open_sealed_fields() -> None:
    openers = {rel(path) for path in SOURCES if re.search(r"vault\.open_(?:names|contents)\(", path.read_text())}
    assert openers <= {"clinic/audit.py", "clinic/door.py"}, openers


# How a client describes themself: the model, the client's own page, and the one monthly count (F55, F56).
NAMING = re.compile(r"\bSelfDescription\b|\bself_description\b")
NAMES_IT = {
    "clinic/models/self_description.py", "clinic/models/__init__.py", "clinic/people_urls.py",
    "clinic/forms/self_description.py", "clinic/views/self_description.py", "clinic/actions/self_description.py",
    "homework/reviews/outcomes/equity.py",
}  # fmt: skip


@pytest.mark.finding("F55")
def test_only_the_clients_own_page_and_the_monthly_count_name_a_self_description() -> None:
    assert {rel(path) for path in SOURCES if NAMING.search(path.read_text())} == NAMES_IT


def test_no_page_of_an_admin_uses_a_template_with_content() -> None:
    views = (ROOT / "clinic" / "views").glob("*.py")
    templates = {name for path in views for name in re.findall(r'"([a-z_]+/[a-z_]+\.html)"', path.read_text())}
    assert templates
    for name in templates:
        text = (ROOT / "templates" / name).read_text()
        assert not re.search(r"rationale|answers|found_out|first_step|\.message\b.*review", text), name
