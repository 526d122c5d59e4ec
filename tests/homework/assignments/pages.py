"""Reading pages as a browser gets them, without a script."""

import re
from collections.abc import Callable
from typing import Any

from django.db import connection
from django.http import HttpResponse
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from homework.assignments.planning.plan_words import words_of
from tests.cast import Person

SignIn = Callable[[Person | None], Client]


def url(name: str, *args: Any) -> str:
    """The address of a route."""
    return reverse(name, args=args)


def text(response: HttpResponse) -> str:
    """What a person reads, tags gone."""
    return " ".join(re.sub(r"<[^>]+>", " ", response.content.decode()).split())


def page(browser: Client, name: str, *args: Any, status: int = 200) -> str:
    response = browser.get(url(name, *args))
    assert response.status_code == status, response.content.decode()[:2000]
    return text(response)


def told(browser: Client, response: HttpResponse) -> str:
    """The page after a post."""
    assert response.status_code == 303, response.content.decode()[:2000]
    return text(browser.get(response["Location"]))


def statements(browser: Client, method: str, path: str, data: dict[str, Any] | None = None) -> int:
    """How many statements a page costs, transaction control aside."""
    with CaptureQueriesContext(connection) as queries:
        response = getattr(browser, method)(path, data)
    assert response.status_code in (200, 303), response.content.decode()[:2000]
    control = ("SAVEPOINT", "RELEASE", "BEGIN", "COMMIT", "ROLLBACK")
    return sum(not query["sql"].startswith(control) for query in queries.captured_queries)


def as_it_stands(work: Any, **changes: Any) -> dict[str, Any]:
    """What the browser sends when the client presses yes."""
    words = words_of(work.plans.proposed().first() or work.plans.agreed().get())
    data = {
        name: getattr(words, name)
        for name in (
            "first_step",
            "counts_as_all",
            "counts_as_some",
            "anchor",
            "place",
            "size",
            "frequency",
            "reminder",
        )
    }
    for number, pair in enumerate(words.if_thens):
        data |= {f"obstacle_{number}": pair.obstacle, f"if_{number}": pair.if_text, f"then_{number}": pair.then_text}
    return {"answer": "yes", "reminder": words.reminder, **data, **changes}
