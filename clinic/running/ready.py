"""Is this installation ready to work? Booleans for a monitor, with no version, number or name in them (security.md 8.5).

Only a missing broker leaves it ready: then everything waits in the database and goes out later, so it is "degraded". Asked from
this machine itself, or with the token; never by a visitor.
"""

import hmac
from collections.abc import Callable
from pathlib import Path
from urllib.parse import urlsplit

from django.conf import settings
from django.core.exceptions import ImproperlyConfigured
from django.db import Error, connection, transaction
from django.db.migrations.executor import MigrationExecutor
from django.http import HttpRequest
from django.utils import timezone

from accounts import keys
from clinic import jobs, logs
from clinic.models import Clinic
from clinic.running import alarm
from clinic.scope import acting_in

WAIT = 2.0  # seconds the broker has to answer
HERE = ("127.0.0.1", "::1")
PASSED_ON = ("X-Forwarded-For", "Forwarded", "X-Real-IP")  # a proxy on this machine speaks for somebody else
_migrated: list[bool] = []  # once true it stays true for this code


def may_ask(request: HttpRequest) -> bool:
    """Whether this comes from this machine itself, or shows the token of the settings."""
    shown, wanted = request.headers.get("X-Health-Token", ""), settings.HEALTH_TOKEN
    if wanted and hmac.compare_digest(shown.encode(), wanted.encode()):
        return True
    by_proxy = any(name in request.headers for name in PASSED_ON)
    return request.META.get("REMOTE_ADDR") in HERE and not by_proxy


def answer() -> dict[str, bool]:
    """Each dependency by itself; `ready` without the broker, `degraded` when only that is missing."""
    parts = {
        "database": _well("database", _database),
        "migrations": _well("migrations", _migrations),
        "keys": _well("keys", _keys),
        "messages": _well("messages", _messages),
        "jobs": _well("jobs", _jobs),
    }
    ready, broker = all(parts.values()), _well("broker", _broker)
    return {**parts, "broker": broker, "ready": ready, "degraded": ready and not broker}


def _well(name: str, question: Callable[[], bool]) -> bool:
    """The answer; trouble with asking is a no, and is in the log."""
    try:
        return question()
    except (Error, OSError, ImproperlyConfigured, ValueError) as error:
        logs.trouble(f"ready.{name}", error)
        return False


def _database() -> bool:
    with connection.cursor() as cursor:
        cursor.execute("SELECT 1")
        return bool(cursor.fetchone())


def _migrations() -> bool:
    """Whether the tables are those of this code."""
    if not _migrated:
        executor = MigrationExecutor(connection)
        if executor.migration_plan(executor.loader.graph.leaf_nodes()):
            return False
        _migrated.append(True)
    return True


def _keys() -> bool:
    """Whether the key file can still be read and begins with the key that this process seals with."""
    return keys.parse(Path(settings.KEYS_FILE).read_text()).active == keys.key_file().active


def _messages() -> bool:
    """Whether no clinic has an urgent message that waits too long. Stops at the first one."""
    now = timezone.now()
    for clinic in Clinic.objects.order_by("pk"):
        with acting_in(clinic.pk), transaction.atomic():
            if alarm.of_messages(clinic, now).is_slow:
                return False
    return True


def _jobs() -> bool:
    """Whether no job is late. An installation without a clinic has nothing to do yet."""
    first = Clinic.objects.order_by("created_at").first()
    if first is None:
        return True
    now = timezone.now()
    found = alarm.Trouble(now, jobs.overview(now), is_new=now - first.created_at < alarm.NEW)
    return not found.late


def _broker() -> bool:
    """Whether the broker answers. Celery is not asked: the web program does not load it."""
    url = settings.CELERY_BROKER_URL
    if urlsplit(url).scheme == "memory":
        return True
    import redis

    line = redis.Redis.from_url(
        url.replace("redis+socket://", "unix://", 1), socket_connect_timeout=WAIT, socket_timeout=WAIT
    )
    try:
        return bool(line.ping())
    except redis.RedisError as error:
        logs.trouble("ready.broker", error)
        return False
    finally:
        line.close()
