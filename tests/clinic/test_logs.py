"""Logs that cannot tell: a line holds allowed keys with plain values, and never what somebody wrote."""

import io
import json
import logging
import sys
from collections.abc import Callable, Iterator
from typing import Any
from uuid import UUID, uuid4

import pytest
from celery import Celery
from django.core.exceptions import PermissionDenied
from django.db import connection, transaction
from django.http import HttpRequest, HttpResponse
from django.test import Client, RequestFactory
from django.urls import path
from django.views.debug import ExceptionReporter
from hypothesis import given, settings
from hypothesis import strategies as st

from clinic import logs, outbox
from clinic.access import Actor
from clinic.models import OutgoingMessage
from clinic.task_base import Task, only_ids
from homework.assignments.actions import entry as doing
from homework.assignments.models import Assignment
from tests.access.world import canary, give
from tests.cast import Cast
from tests.homework.assignments.nudging import MONDAY, agree, at, minute, wants_email
from tests.homework.assignments.test_reminders import NINE

SECRET = "zqcanaryxv"
Lines = Callable[[], list[dict[str, Any]]]


@pytest.fixture
def stream() -> Iterator[io.StringIO]:
    """Where the lines of this test go."""
    here = io.StringIO()
    logs.configure({"stream": here})
    yield here
    logs.configure({"stream": sys.__stderr__, "level": "WARNING"})


@pytest.fixture
def lines(stream: io.StringIO) -> Lines:
    """What was logged so far, parsed; each line is one JSON object with allowed keys only."""

    def read() -> list[dict[str, Any]]:
        found = [json.loads(line) for line in stream.getvalue().splitlines()]
        assert all(set(line) <= set(logs.KEYS) for line in found)
        return found

    return read


# --- what a line may hold ---------------------------------------------------------------------------------------------


def test_a_line_has_when_how_loud_and_what(lines: Lines) -> None:
    logs.log.info("outbox", sent=3, clinic=UUID(int=7))
    (line,) = lines()
    assert line.pop("time").endswith("+00:00")
    assert line == {"level": "info", "event": "outbox", "sent": 3, "clinic": str(UUID(int=7))}


def test_keys_that_are_not_on_the_list_are_dropped(lines: Lines, stream: io.StringIO) -> None:
    logs.log.info("outbox", name=SECRET, body=SECRET, email=SECRET, path=SECRET, query=SECRET, exception=SECRET)
    assert SECRET not in stream.getvalue()
    assert lines()[0]["event"] == "outbox"


@pytest.mark.parametrize("event", [f"saved {SECRET}", "Ada wrote", "é", "", "x" * 90])
def test_an_event_is_a_code_word_and_never_a_sentence(lines: Lines, event: str) -> None:
    logs.log.info(event)
    assert lines()[0]["event"] == "unnamed"


@settings(max_examples=200, deadline=None)
@given(value=st.one_of(st.text(), st.binary(), st.dictionaries(st.text(), st.text()), st.floats(allow_nan=False)))
def test_a_value_is_a_number_an_id_or_plain_words_of_the_machine(value: object) -> None:
    said = logs.plain(value)
    assert said is value or said in {"<text>", "<bytes>", "<dict>"}
    assert not isinstance(said, str) or all(letter.isascii() and letter.isprintable() for letter in said)


def test_what_others_log_is_cut_down_to_who_said_it(lines: Lines, stream: io.StringIO) -> None:
    logging.getLogger("some.library").error("could not save %s", SECRET)
    logging.getLogger("some.library").error(f"could not save {SECRET}")
    logging.getLogger("django.request").error("Internal Server Error: %s", f"/x/{SECRET}")
    assert SECRET not in stream.getvalue()
    assert [line["logger"] for line in lines()] == ["some.library", "some.library", "django.request"]
    assert {line["event"] for line in lines()} == {"log"}


def test_workers_and_servers_keep_their_fixed_sentences_without_what_is_filled_in(lines: Lines) -> None:
    logging.getLogger("celery.worker.consumer").warning("Connection to %s lost: retry in %(s)s s", "redis://secret")
    assert lines()[0]["event"] == "Connection to lost: retry in s"
    assert "secret" not in str(lines())


def test_an_exception_is_its_type_and_its_places(lines: Lines, stream: io.StringIO) -> None:
    try:
        try:
            raise ValueError(SECRET)
        except ValueError as inner:
            raise RuntimeError(f"about {SECRET}") from inner
    except RuntimeError as error:
        logs.trouble("digest", error)
        logging.getLogger("some.library").exception("it failed with %s", SECRET)
        logs.log.error("again", exc_info=True)
    assert SECRET not in stream.getvalue()
    for line in lines():
        assert line["error"] == "RuntimeError from ValueError"
        assert line["at"].startswith("tests/clinic/test_logs.py:")


@pytest.mark.django_db
def test_what_a_database_error_quotes_is_not_in_the_line(north: Cast, lines: Lines, stream: io.StringIO) -> None:
    try:
        with transaction.atomic(), connection.cursor() as cursor:
            cursor.execute("INSERT INTO clinic_clinic (id, name, slug) VALUES (%s, %s, %s)", [SECRET, SECRET, SECRET])
    except Exception as error:
        assert SECRET in str(error)
        logs.trouble("entry", error)
    assert SECRET not in stream.getvalue()
    assert lines()[0]["error"].startswith("django.db.utils.DataError from psycopg.errors.")


def test_a_broken_log_call_does_not_print_its_arguments(stream: io.StringIO, capfd: pytest.CaptureFixture[str]) -> None:
    logging.getLogger("celery").error("%d of %s", SECRET)
    assert SECRET not in stream.getvalue()
    assert SECRET not in capfd.readouterr().err


def test_nobody_else_writes_to_the_log(stream: io.StringIO) -> None:
    for name in ("gunicorn.error", "celery", "django.server", "django"):
        logger = logging.getLogger(name)
        assert logger.propagate
        assert logger.handlers == []
    ours = [each for each in logging.getLogger().handlers if type(each) is logging.StreamHandler]
    assert len(ours) == 1


def test_a_person_is_a_pseudonym_of_this_installation(settings: Any) -> None:
    someone = uuid4()
    before = logs.pseudonym(someone)
    assert before == logs.pseudonym(someone) != logs.pseudonym(uuid4())
    assert str(someone) not in before
    settings.SECRET_KEY = "another" * 9
    assert logs.pseudonym(someone) != before


def test_where_django_would_describe_an_exception_there_is_no_variable(rf: RequestFactory) -> None:
    written = SECRET
    try:
        raise KeyError(written)
    except KeyError:
        reporter = logs.QuietReporter(rf.get(f"/{SECRET}"), *sys.exc_info())
    for text in (reporter.get_traceback_text(), reporter.get_traceback_html()):
        assert SECRET not in text
        assert "KeyError" in text
    assert isinstance(reporter, ExceptionReporter)


# --- one line a request -----------------------------------------------------------------------------------------------


def fine(request: HttpRequest, name: str) -> HttpResponse:
    """A page that says what was asked."""
    return HttpResponse(SECRET)


def broken(request: HttpRequest, name: str) -> HttpResponse:
    """A page that breaks over what was asked."""
    typed = request.POST.get("answer", SECRET)
    raise RuntimeError(f"{name} {typed}")


def forbidden(request: HttpRequest, name: str) -> HttpResponse:
    """A page that is refused with words."""
    raise PermissionDenied(SECRET)


for view in (fine, broken, forbidden):
    view.rule = "public"  # type: ignore[attr-defined]
urlpatterns = [
    path("fine/<str:name>/", fine, name="fine"),
    path("broken/<str:name>/", broken, name="broken"),
    path("forbidden/<str:name>/", forbidden, name="forbidden"),
]
handler500 = handler403 = handler404 = "tests.clinic.test_logs.plain_error"


def plain_error(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:
    """An error page without a template."""
    return HttpResponse(status=500 if exception is None else 404)


@pytest.fixture
def browser(settings: Any) -> Client:
    """A browser before three pages, with the request log outermost."""
    settings.ROOT_URLCONF = __name__
    settings.MIDDLEWARE = [
        "clinic.logs.RequestLog",
        *[each for each in settings.MIDDLEWARE if "whitenoise" not in each],
    ]
    settings.MIDDLEWARE = list(dict.fromkeys(settings.MIDDLEWARE))
    return Client(raise_request_exception=False)


@pytest.mark.django_db
@pytest.mark.parametrize(("route", "status"), [("fine", 200), ("broken", 500), ("forbidden", 404), ("nowhere", 404)])
def test_a_request_is_its_route_and_how_it_ended(
    browser: Client, lines: Lines, stream: io.StringIO, route: str, status: int
) -> None:
    browser.post(
        f"/{route}/{SECRET}/?q={SECRET}",
        {"answer": SECRET},
        headers={"User-Agent": SECRET, "Referer": f"http://x/{SECRET}", "X-Request-Id": SECRET},
    )
    assert SECRET not in stream.getvalue()
    (line,) = [line for line in lines() if line["event"] == "request"]
    assert (line["route"], line["method"], line["status"]) == (route, "POST", status)
    assert line["ms"] >= 0
    assert len(line["request"]) == 32


@pytest.mark.django_db
def test_an_error_in_a_page_is_one_line_with_its_place(browser: Client, lines: Lines) -> None:
    browser.get(f"/broken/{SECRET}/")
    (line,) = [line for line in lines() if "error" in line]
    assert (line["logger"], line["error"]) == ("django.request", "RuntimeError")
    assert line["at"].startswith("tests/clinic/test_logs.py:")


def test_who_asked_is_a_pseudonym_a_role_and_a_clinic(north: Cast, lines: Lines, rf: RequestFactory) -> None:
    request = rf.get("/today/")
    request.actor = north.ada.actor  # type: ignore[attr-defined]
    request.resolver_match = type("Found", (), {"view_name": "today"})()
    logs.RequestLog(lambda request: HttpResponse())(request)
    (line,) = lines()
    assert line["actor"] == logs.pseudonym(north.ada.membership.pk)
    assert (line["role"], line["clinic"], line["route"]) == ("client", str(north.north.pk), "today")
    assert str(north.ada.membership.pk) not in str(line)


def test_static_files_and_strange_methods_are_not_spelled_out(lines: Lines, rf: RequestFactory) -> None:
    logs.RequestLog(lambda request: HttpResponse())(rf.get("/static/x.css"))
    logs.RequestLog(lambda request: HttpResponse(status=405))(rf.generic(SECRET, "/"))
    (line,) = lines()
    assert (line["method"], line["route"], line["status"]) == ("other", "nowhere", 405)


def test_what_a_page_policy_stopped_is_noted_by_its_directive(lines: Lines, rf: RequestFactory) -> None:
    def answer(request: HttpRequest) -> HttpResponse:
        request.csp_directive = "script-src-elem"  # type: ignore[attr-defined]
        return HttpResponse(status=204)

    logs.RequestLog(answer)(rf.post("/csp-report"))
    assert lines()[0]["directive"] == "script-src-elem"


# --- one line a task --------------------------------------------------------------------------------------------------


@pytest.fixture
def app() -> Iterator[Celery]:
    """A Celery app with our base of tasks."""
    made = Celery("test", task_cls="clinic.task_base:Task", broker="memory://", set_as_current=False)
    made.conf.task_always_eager = True
    yield made
    made.close()


@pytest.mark.parametrize("value", [SECRET, {"a": 1}, 1.5, None, True, b"x", [SECRET], ["1", SECRET], {"x"}, ("", "")])
def test_a_task_takes_ids_and_nothing_else(app: Celery, value: object) -> None:
    with pytest.raises(TypeError, match=r"^tasks take ids only, not \w+$"):
        only_ids([value], {})

    @app.task(name="test.unit", shared=False)
    def unit(value: object) -> None:
        raise AssertionError("never runs")

    for call in (lambda: unit.delay(value), lambda: unit.apply_async(kwargs={"value": value}), lambda: unit(value)):
        with pytest.raises(TypeError):
            call()


@pytest.mark.parametrize("value", [7, UUID(int=7), str(UUID(int=7)), [str(UUID(int=7))] * 500, (1, 2)])
def test_ids_in_any_shape_are_fine(value: object) -> None:
    only_ids([value], {"also": value})


def test_a_task_is_one_line_with_its_ids(app: Celery, lines: Lines) -> None:
    @app.task(name="test.unit", shared=False)
    def unit(one: str, many: list[str]) -> str:
        return SECRET

    ids = [str(uuid4()), str(uuid4())]
    unit.delay(ids[0], ids)
    (line,) = [line for line in lines() if line["event"] == "task"]
    assert (line["task"], line["outcome"], line["ids"]) == ("test.unit", "done", [ids[0], 2])
    assert isinstance(unit, Task)
    assert SECRET not in str(lines())


def test_a_task_that_fails_is_its_type_and_place(app: Celery, lines: Lines, stream: io.StringIO) -> None:
    @app.task(name="test.broken", shared=False)
    def unit() -> None:
        raise LookupError(SECRET)

    unit.delay()
    (line,) = [line for line in lines() if line["event"] == "task"]
    assert (line["outcome"], line["error"]) == ("failed", "LookupError")
    assert line["at"].startswith("tests/clinic/test_logs.py:")
    assert SECRET not in stream.getvalue()


def test_celery_sets_up_no_logging_of_its_own(app: Celery, stream: io.StringIO) -> None:
    before = list(logging.getLogger().handlers)
    app.log.already_setup = False
    app.log.setup_logging_subsystem()
    assert logging.getLogger().handlers == before


def test_the_worker_knows_every_task_that_beat_names() -> None:
    from clinic.celery import app as program
    from clinic.jobs import ROUTES

    program.loader.import_default_modules()
    assert set(ROUTES) <= set(program.tasks)


# --- nothing anywhere -------------------------------------------------------------------------------------------------


@pytest.mark.finding("F36")
def test_nothing_a_client_is_called_wrote_or_agreed_leaves_the_program(
    north: Cast, stream: io.StringIO, mailoutbox: list[Any]
) -> None:
    """Name, reason, steps, if-thens, answers, drafts and ratings are strings that exist once; none of them gets out."""
    north.ada.membership.client_name = canary("ada", "name")
    north.ada.membership.save()
    north.theo.membership.display_name = canary("theo", "name")
    north.theo.membership.save()
    with at(MONDAY):
        wants_email(north.ada)
        belongings = give(north, "ada", north.theo, "w02", "gad-7")
        agree(north.ada, north.theo, rationale=canary("ada", "why"), first_step=canary("ada", "step"))
        outbox.queue(
            clinic_id=north.north.pk, kind="digest", key="d", user=north.theo.user, about=belongings.appointment
        )
    sent = minute(north.north, NINE)
    with pytest.raises(RuntimeError), at(NINE):
        spoil(north.ada.actor, belongings.draft)
    canaries = [*belongings.canaries, canary("ada", "name"), canary("theo", "name"), "gad-7", "w02"]
    rows = [str(vars(row)) for row in OutgoingMessage.objects.all()]
    wire = [message.message().as_string() for message in mailoutbox]
    assert len(wire) == sent == OutgoingMessage.objects.filter(state="sent").count() >= 2
    for text in (*rows, *wire, stream.getvalue()):
        assert [word for word in canaries if word in text] == []


def spoil(by: Actor, draft: UUID) -> None:
    """Something breaks in the middle of saving, with everything in local variables."""
    entry = doing.Entry.objects.select_related("episode__client").get(pk=draft)
    try:
        doing.save_draft(by=by, entry=entry, values={"thought": canary("ada", "thought")}, kept_private=[], rev=1)
        raise RuntimeError(entry.answers)
    except RuntimeError as error:
        logs.trouble("entry", error, count=Assignment.objects.count())
        logging.getLogger("homework").exception("could not save %s", entry.answers)
        raise
