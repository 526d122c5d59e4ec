"""What all tests share: a database behind an unprivileged role, the cast, signing in, a clock."""

import faulthandler
import os
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import psycopg
import pytest
from django.conf import settings
from django.core.cache import cache
from django.core.management import call_command
from django.db import OperationalError, connections
from django.db.backends.postgresql.operations import DatabaseOperations
from django.test import Client

from clinic import roles, vault
from clinic.scope import acting_in
from tests.cast import Cast, Person, make_cast

CHROMIUM = next((path for path in ("/usr/bin/chromium", "/usr/bin/chromium-browser") if Path(path).exists()), "")


def pytest_addoption(parser: pytest.Parser) -> None:
    """`--require-browser`: a missing Chromium is an error, not a counted skip."""
    parser.addoption("--require-browser", action="store_true", help="fail when there is no Chromium for browser tests")


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """Without Chromium, browser tests are skipped in one counted line that says how to get it."""
    if CHROMIUM:
        return
    if config.getoption("--require-browser"):
        raise pytest.UsageError("browser tests are required, but there is no /usr/bin/chromium")
    skip = pytest.mark.skip(reason="browser tests need Chromium: apt-get install chromium")
    for item in items:
        if "browser" in item.keywords:
            item.add_marker(skip)


@pytest.hookimpl(tryfirst=True)
def pytest_sessionfinish() -> None:
    """Five minutes for everything that comes after the last test; then it ends, with the stacks of all threads on the screen."""
    faulthandler.dump_traceback_later(300, exit=True, file=sys.__stderr__)


@pytest.hookimpl(tryfirst=True)
def pytest_unconfigure() -> None:
    """The last lines reach the screen before servers are stopped: else what hangs there hides what was found."""
    sys.stdout.flush()


@pytest.fixture(scope="session")
def django_db_setup(django_db_blocker: pytest.FixtureRequest, worker_suffix: str) -> Iterator[None]:
    """Make the test database as its owner, then connect as the unprivileged role the program runs as."""
    name = f"test_between{worker_suffix}"
    owner = connections["owner"].settings_dict
    with django_db_blocker.unblock():  # type: ignore[attr-defined]
        for alias in connections:
            connections[alias].close()
            connections[alias].settings_dict["NAME"] = settings.DATABASES[alias]["NAME"] = name
        _recreate(owner, name)
        call_command("migrate", database="owner", verbosity=0)
        call_command("createcachetable", database="owner", verbosity=0)
        from homework.safety.crisis_lines import sync_seeds
        from homework.worksheets.sync import sync_shipped_library

        sync_shipped_library(using="owner")
        sync_seeds(using="owner")
        with connections["owner"].cursor() as cursor:
            roles.grant(cursor)
            # Only for tests: pytest-django empties tables between tests that need real commits.
            cursor.execute(f"GRANT TRUNCATE ON ALL TABLES IN SCHEMA public TO {roles.APP_ROLE}")
        _keep_the_library()
    yield
    with django_db_blocker.unblock():  # type: ignore[attr-defined]
        for alias in connections:
            connections[alias].close()


SHIPPED = ("worksheets_worksheet", "worksheets_worksheetversion", "safety_crisisresource")


def _keep_the_library() -> None:
    """Tests with real commits empty the tables afterwards; what ships with the program is put back from a copy.

    Patched on the class: a browser's event loop makes Django open connections of its own.
    """
    with connections["owner"].cursor() as cursor:
        cursor.execute("CREATE SCHEMA shipped")
        for table in SHIPPED:
            cursor.execute(f"CREATE TABLE shipped.{table} AS TABLE public.{table}")
        back = "; ".join(f"INSERT INTO public.{table} SELECT * FROM shipped.{table}" for table in SHIPPED)
        # The program's role may not write rows that belong to no clinic; the owner may, and this runs as the owner.
        cursor.execute(
            "CREATE FUNCTION put_the_library_back() RETURNS void LANGUAGE sql SECURITY DEFINER "
            f"SET search_path = public AS $$ {back} $$"
        )
    connections["owner"].close()
    flush = DatabaseOperations.sql_flush

    def with_the_library(self: DatabaseOperations, style: object, tables: list[str], **options: object) -> list[str]:
        emptied = [table for table in tables if table != "django_migrations"]
        return [*flush(self, style, emptied, **options), "SELECT put_the_library_back()"]

    DatabaseOperations.sql_flush = with_the_library  # type: ignore[method-assign]
    empty = DatabaseOperations.execute_sql_flush

    def patiently(self: DatabaseOperations, statements: list[str]) -> None:
        """A page that was just closed may still have a request running: then the two wait for each other, once."""
        for left in (2, 1, 0):
            try:
                empty(self, statements)
                return
            except OperationalError as error:
                if "deadlock" not in str(error) or not left:
                    raise
                time.sleep(0.5)

    DatabaseOperations.execute_sql_flush = patiently  # type: ignore[method-assign]


def _recreate(owner: dict[str, str], name: str) -> None:
    with psycopg.connect(
        host=owner["HOST"], user=owner["USER"], dbname="postgres", port=owner["PORT"] or None, autocommit=True
    ) as server:
        server.execute(f"DROP DATABASE IF EXISTS {name}")
        server.execute(f"CREATE DATABASE {name}")


@pytest.fixture(scope="session")
def worker_suffix() -> str:
    """One database a worker when tests run in parallel."""
    worker = os.environ.get("PYTEST_XDIST_WORKER", "")
    return f"_{worker}" if worker else ""


@pytest.fixture
def opened() -> Iterator[vault.Session]:
    """A vault session, as a request or task has one."""
    with vault.session() as session:
        yield session


@pytest.fixture(autouse=True)
def _own_counters() -> None:
    """Every test starts with its own counters: all of them come from one address, and share one process's memory."""
    cache.clear()


@pytest.fixture
def cast(db: None) -> Cast:
    """Everybody who appears in tests, in their clinics."""
    return make_cast()


@pytest.fixture
def north(cast: Cast, opened: vault.Session) -> Iterator[Cast]:
    """The cast, acting in the North clinic with every client of it opened: for tests of actions and queries."""
    with acting_in(cast.north.pk):
        vault.open_contents([cast.ada.membership.pk, cast.ben.membership.pk])
        yield cast


@pytest.fixture
def sign_in(db: None) -> Callable[[Person | None], Client]:
    """A browser in which this person is signed in (staff with their second factor); None is a stranger."""

    def browser(person: Person | None) -> Client:
        client = Client()
        if person is not None:
            client.force_login(person.user)
            session = client.session
            session["account_authentication_methods"] = [{"method": "mfa", "type": "totp", "at": 0}]
            session.save()
        return client

    return browser
