"""6.5: what this program never says. No level of risk, no prediction, and no sign that somebody is safe.

Read from templates, scripts and every text of the source; what a worksheet asks in its published words is not ours to change.
"""

import ast
import dataclasses
import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from django.test import Client

from homework.assignments.actions import entry as doing
from homework.assignments.models import Plan
from homework.safety.models import SafetyFlag
from homework.worksheets import answered_danger
from tests.cast import Cast
from tests.homework.assignments import given
from tests.homework.assignments.pages import SignIn, url
from tests.homework.safety.given import set_up
from tests.homework.worksheets.measures import MEASURES, answered, scored
from tests.house.test_source import SOURCES, rel
from tests.house.test_templates import STATIC, name, pages, source

NEVER = [
    r"\b(?:low|medium|moderate|high|no|acute|imminent)[ -]risk\b",
    r"\brisk[ -](?:levels?|scores?|categor\w+|stratif\w+|tiers?|ratings?)\b",
    r"\bat (?:low|high|some|no) risk\b",
    r"\b(?:clients?|patients?|persons?|people|they|she|he|now) (?:is|are) (?:now )?safe\b|\b(?:marked|seems|looks) (?:as )?safe\b",
    r"\bpredict\w* (?:of )?(?:suicide|self-harm|risk)\b",
    r"\bno[ -]suicide (?:contract|agreement)\b",
]


def texts() -> Iterator[tuple[str, str]]:
    """Everything somebody could read: templates, scripts, and the strings of Python without what explains it."""
    for path in pages():
        yield name(path), source(path)
    for path in sorted(STATIC.rglob("*.js")):
        yield path.relative_to(STATIC).as_posix(), path.read_text()
    for path in SOURCES:
        yield rel(path), " \n ".join(said_in(path))


def said_in(path: Path) -> Iterator[str]:
    tree = ast.parse(path.read_text())
    explained = {id(node.body[0].value) for node in ast.walk(tree) if is_explained(node)}  # type: ignore[attr-defined]
    for node in ast.walk(tree):
        if isinstance(node, ast.Constant) and isinstance(node.value, str) and id(node) not in explained:
            yield node.value


def is_explained(node: ast.AST) -> bool:
    body = getattr(node, "body", None)
    return (
        isinstance(body, list)
        and bool(body)
        and isinstance(body[0], ast.Expr)
        and isinstance(body[0].value, ast.Constant)
    )


@pytest.mark.parametrize("pattern", NEVER)
def test_6_5_these_words_are_nowhere(pattern: str) -> None:
    assert [(where, match[0]) for where, text in texts() for match in re.finditer(pattern, text, re.I)] == []


@pytest.mark.parametrize(
    "said", ["low risk", "High-risk client", "risk level: 2", "marked safe", "predicts suicide", "the client is safe"]
)
def test_6_5_the_rule_would_see_them(said: str) -> None:
    assert any(re.search(pattern, said, re.I) for pattern in NEVER), said


def test_6_5_a_flag_has_a_response_time_and_no_level() -> None:
    names = {field.name for field in SafetyFlag._meta.get_fields()}
    assert not {"risk", "level", "severity", "score", "colour", "safe"} & names
    assert set(SafetyFlag.Priority.values) == {"P1", "P2"}


class TestNotAtAll:
    """An answer, shown as one."""

    @pytest.mark.parametrize(
        ("item9", "line"),
        [
            (0, "Question 9 answered: not at all"),
            (1, "Question 9 answered: several days"),
            (3, "Question 9 answered: nearly every day"),
            (None, "Question 9 was left open: worth asking."),
        ],
    )
    def test_6_3_the_line_for_staff_says_what_was_answered(self, item9: int | None, line: str) -> None:
        points = {n: 0 for n in range(1, 9)} | ({9: item9} if item9 is not None else {})
        result = dataclasses.asdict(scored("phq-9", points))
        assert answered_danger.lines(MEASURES["phq-9"], result) == [line]

    def test_6_3_a_measure_without_such_a_question_has_none(self) -> None:
        result = dataclasses.asdict(scored("gad-7", {n: 0 for n in range(1, 8)}))
        assert answered_danger.lines(MEASURES["gad-7"], result) == []

    @pytest.mark.django_db
    def test_6_3_no_page_gives_it_a_tick_or_a_word_of_relief(self, north: Cast, sign_in: SignIn) -> None:
        set_up(north)
        work = given.agreed(north, "phq-9", frequency=Plan.Frequency.TIMES, times_per_week=1)
        entry = doing.begin(by=north.ada.actor, assignment=work)
        given.shared(north, work, answered({n: 0 for n in range(1, 10)}))
        theo: Client = sign_in(north.theo)
        for route, args in (("client_page", [entry.episode_id]), ("review", [work.pk]), ("assignment", [work.pk])):
            html = theo.get(url(route, *args)).content.decode()
            for line in re.findall(r"[^\n]*(?:better off dead|[Qq]uestion 9)[^\n]*", html):
                assert not re.search(r"i-check|tag--good|note--good|✓|✔", line), (route, line)
            assert not re.search(
                r"\bsafe\b(?! (?:to|for|at|enough))", re.sub(r"<[^>]+>", " ", html.split("<main")[1])
            ), route
        assert "Question 9 answered: not at all" in theo.get(url("client_page", entry.episode_id)).content.decode()
