"""Logs that cannot tell: one JSON object a line, made of an allow-list of keys, the same for web, workers and commands.

What is never in a line: a name, an answer, a path with its arguments, a query, a body, an e-mail address, a browser's
name, the text of an exception (database errors quote what was typed) or its local variables. A person is a pseudonym
that changes with the installation's secret key. What other libraries log is cut down to who said it, how loud, their
own fixed sentence, and for an error its type and where it happened.
"""

import hashlib
import hmac
import json
import logging
import re
import sys
import time
from collections.abc import Callable, Iterator, MutableMapping
from datetime import UTC, datetime
from itertools import islice
from pathlib import Path
from types import TracebackType
from typing import Any
from uuid import UUID, uuid4

import structlog
from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.utils.html import escape
from django.utils.safestring import SafeString
from django.views.debug import ExceptionReporter

ROOT = Path(__file__).resolve().parent.parent
KEYS = (
    *(
        "time",
        "level",
        "logger",
        "event",
        "process",
        "request",
        "route",
        "method",
        "status",
        "ms",
        "actor",
        "role",
        "clinic",
    ),
    *("task", "task_id", "ids", "outcome", "error", "at", "kind", "message", "attempts", "parked", "sent", "skipped"),
    *("failed", "queued", "away", "late", "count", "directive"),
)
#: An event is a code word of ours, never a sentence that something was put into.
CODE_WORD = re.compile(r"[a-z][a-z0-9_.]{0,59}")
#: Values are numbers, ids and code words; anything longer or with other letters in it is not.
PLAIN = re.compile(r"[A-Za-z0-9_.:/<>()+ \-]{0,400}")
#: Libraries whose sentences are fixed text (what they fill in is left out).
SPEAKS_FIXED_TEXT = ("celery", "kombu", "gunicorn", "amqp")
FRAMES = 8
#: What our own line of a request or task says already.
QUIETER = {
    "django.request": logging.ERROR,
    "celery.worker.strategy": logging.WARNING,
    "celery.app.trace": logging.WARNING,
}

log: Any = structlog.stdlib.get_logger("between")
Event = MutableMapping[str, Any]


# --- what a line may hold ---------------------------------------------------------------------------------------------


def plain(value: Any) -> Any:
    """A value as it may stand in a line: numbers, ids, code words and lists of them; anything else becomes its type."""
    if value is None or isinstance(value, bool | int | float):
        return value
    if isinstance(value, UUID):
        return str(value)
    if isinstance(value, str):
        return value if PLAIN.fullmatch(value) else "<text>"
    if isinstance(value, list | tuple):
        return [plain(each) for each in value[:500]]
    return f"<{type(value).__name__}>"


def only_allowed(logger: Any, name: str, event: Event) -> Event:
    """The last processor before rendering: drop keys that are not on the list and values that are not plain."""
    return {key: plain(event[key]) for key in KEYS if key in event and event[key] not in (None, "")}


def code_words(logger: Any, name: str, event: Event) -> Event:
    """Our own events are code words; a sentence is replaced, because something may have been put into it."""
    if not CODE_WORD.fullmatch(str(event.get("event", ""))):
        event["event"] = "unnamed"
    return event


def cut_down(logger: Any, name: str, event: Event) -> Event:
    """What another library logged: its fixed sentence if it speaks in fixed sentences, never what was filled in."""
    record: logging.LogRecord = event["_record"]
    fixed = record.name.split(".")[0] in SPEAKS_FIXED_TEXT and isinstance(record.msg, str)
    return {**event, "event": sentence(str(record.msg)) if fixed else "log", "logger": record.name}


def sentence(text: str) -> str:
    """A fixed sentence without its gaps, on one line: "Connected to %s" becomes "Connected to"."""
    gaps = re.sub(r"%(\([^)]*\))?[-#0 +]*[\d.*]*[a-zA-Z%]", "", text)
    return " ".join(re.sub(r"[^A-Za-z0-9_.:/<>() \-]", " ", gaps).split())[:200]


def stamp(logger: Any, name: str, event: Event) -> Event:
    """When, and how loud."""
    record: logging.LogRecord = event["_record"]
    event["time"] = datetime.fromtimestamp(record.created, UTC).isoformat(timespec="milliseconds")
    event["level"] = record.levelname.lower()
    return event


def say_error(logger: Any, name: str, event: Event) -> Event:
    """An exception as its type and where it happened."""
    said = event.pop("exc_info", None)
    error = sys.exc_info()[1] if said is True else said[1] if isinstance(said, tuple) else said
    if isinstance(error, BaseException):
        event.update(about(error))
    return event


def about(error: BaseException) -> dict[str, str]:
    """The types of an exception and its causes, and the places in our code it came through. Never its text."""
    chain = list(islice(_causes(error), 4))
    names = [f"{type(each).__module__}.{type(each).__qualname__}".removeprefix("builtins.") for each in chain]
    return {"error": " from ".join(names)[:200], "at": " < ".join(_places(error.__traceback__))[:390]}


def _causes(error: BaseException | None) -> Iterator[BaseException]:
    while error is not None:
        yield error
        error = error.__cause__ or (None if error.__suppress_context__ else error.__context__)


def _places(trace: TracebackType | None) -> list[str]:
    """`file:line` of the innermost place and of every place in this program, innermost first."""
    found: list[str] = []
    while trace is not None:
        file = Path(trace.tb_frame.f_code.co_filename)
        ours = file.is_relative_to(ROOT) and "site-packages" not in file.parts
        if ours or trace.tb_next is None:
            name = file.relative_to(ROOT) if ours else Path(*file.parts[-2:])
            found.append(f"{name}:{trace.tb_lineno}")
        trace = trace.tb_next
    return found[::-1][:FRAMES]


def trouble(event: str, error: BaseException, **facts: Any) -> None:
    """Log an exception that was dealt with: its type, where, and plain facts."""
    log.error(event, **about(error), **facts)


# --- setting up -------------------------------------------------------------------------------------------------------


def configure(config: dict[str, Any]) -> None:
    """`LOGGING_CONFIG` of the settings: every logger of every library ends in one handler that writes such lines.

    `config` may name a `level` (default INFO) and a `stream` (default standard error).
    """
    line = structlog.processors.JSONRenderer(serializer=json.dumps)
    ending: list[Any] = [stamp, structlog.stdlib.ProcessorFormatter.remove_processors_meta, only_allowed, line]
    formatter = structlog.stdlib.ProcessorFormatter(
        foreign_pre_chain=[cut_down, say_error], processors=ending, keep_exc_info=False, use_get_message=False
    )
    structlog.configure(
        processors=[
            structlog.stdlib.filter_by_level,
            code_words,
            say_error,
            structlog.stdlib.ProcessorFormatter.wrap_for_formatter,
        ],
        logger_factory=structlog.stdlib.LoggerFactory(),
        wrapper_class=structlog.stdlib.BoundLogger,
        cache_logger_on_first_use=False,
    )
    handler = logging.StreamHandler(config.get("stream") or sys.stderr)
    handler.setFormatter(formatter)
    root = logging.getLogger()
    root.handlers = [each for each in root.handlers if type(each) is not logging.StreamHandler] + [handler]
    root.setLevel(config.get("level", "INFO"))
    for name in list(logging.Logger.manager.loggerDict):
        known = logging.getLogger(name)
        known.handlers, known.propagate = [], True
    for name, level in QUIETER.items():
        logging.getLogger(name).setLevel(level)
    logging.raiseExceptions = False  # a broken log call must not print its arguments
    if "celery" in sys.modules:  # a worker, beat or test; the web program does not load it
        from celery import signals

        signals.setup_logging.connect(_keep_ours, weak=False)


def _keep_ours(**kwargs: Any) -> None:
    """Celery sets up no logging of its own once somebody listens to this signal."""


def pseudonym(value: object) -> str:
    """The same person in every line of this installation, and nobody outside of it."""
    key = settings.SECRET_KEY.encode()
    return hmac.new(key, f"log|{value}".encode(), hashlib.sha256).hexdigest()[:16]


# --- one line a request -----------------------------------------------------------------------------------------------


class RequestLog:
    """The outermost middleware: which route, by whom (a pseudonym), how it ended, how long it took."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        """Let the request through and note it. Static files are not noted."""
        began = time.perf_counter()
        response = self.get_response(request)
        found = request.resolver_match
        if found is None and response.status_code in (200, 304):
            return response
        actor = getattr(request, "actor", None)
        log.info(
            "request",
            request=uuid4().hex,
            route=(found.view_name or "unnamed") if found else "nowhere",
            method=request.method if request.method in METHODS else "other",
            status=response.status_code,
            ms=round((time.perf_counter() - began) * 1000, 1),
            actor=pseudonym(actor.member_id) if actor else None,
            role=str(actor.role) if actor else None,
            clinic=actor.clinic_id if actor else None,
            directive=getattr(request, "csp_directive", None),
        )
        return response


METHODS = {"GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"}


class QuietReporter(ExceptionReporter):
    """`DEFAULT_EXCEPTION_REPORTER`: where Django would describe an exception with its variables, type and place."""

    def get_traceback_text(self) -> SafeString:
        """Type and `file:line`."""
        said = about(self.exc_value) if self.exc_value is not None else {}
        return SafeString(escape(" ".join(said.values())))

    def get_traceback_html(self) -> SafeString:
        """The same: there is no longer version."""
        return self.get_traceback_text()
