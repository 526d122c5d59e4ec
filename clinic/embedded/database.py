"""The database ``between`` and its two roles, made by the very script that production uses."""

import subprocess

from clinic.embedded.folders import ROOT
from clinic.embedded.postgres import Postgres, binaries
from clinic.embedded.process import CannotStart

#: ``between_owner`` changes the schema, ``between_app`` runs the program; the script says what each may do.
ROLES = ROOT / "deploy" / "postgres" / "10-roles.sql"
OWNER = "between_owner"
APP = "between_app"


def create(server: Postgres, *, for_tests: bool = False) -> None:
    """Create what is missing; changes nothing when all is there. Raises ``CannotStart``.

    ``for_tests`` lets the owner create further databases, because a test run makes its own.
    """
    commands = ["--file", str(ROLES)]
    if for_tests:
        commands += ["--command", f"ALTER ROLE {OWNER} CREATEDB"]
    done = subprocess.run(
        [binaries() / "psql", "--no-psqlrc", "--quiet", "--dbname", server.url("postgres", "postgres"), *commands],
        capture_output=True,
        text=True,
        check=False,
    )
    if done.returncode:
        raise CannotStart(f"The database could not be prepared: {done.stderr.strip()}")


def addresses(server: Postgres) -> dict[str, str]:
    """The environment naming both roles' addresses. The owner's is for ``manage.py prepare`` alone."""
    return {"BETWEEN_DATABASE_URL": server.url(APP), "BETWEEN_OWNER_DATABASE_URL": server.url(OWNER)}
