"""``-p clinic.embedded.pytest_plugin``: the tests' own Postgres, made and thrown away in half a second each.

It sets the environment before pytest-django reads the settings. Workers of a parallel run inherit it. An address that
is set already is used as it is, and then nothing is started.
"""

import atexit
import os
import shutil
import tempfile
from collections.abc import Generator
from pathlib import Path

import pytest

from clinic.embedded import database, folders
from clinic.embedded.postgres import Postgres
from clinic.embedded.process import CannotStart

PREFIX = "between-test-"
#: Bytes that must be free in memory to put the cluster there; on disk each run is about 1.5 s slower.
ROOM_IN_MEMORY = 2**30

_cluster: Postgres | None = None
_folder: Path | None = None


@pytest.hookimpl(wrapper=True, tryfirst=True)
def pytest_load_initial_conftests(early_config: pytest.Config) -> Generator[None]:
    """Before anybody reads the settings: say where everything is, and start Postgres. Ends pytest with one sentence."""
    if "PYTEST_XDIST_WORKER" not in os.environ and not asks_for_help(early_config):
        try:
            prepare()
        except CannotStart as error:
            raise pytest.UsageError(str(error)) from error
    yield


def pytest_unconfigure() -> None:
    """After the last test: stop Postgres and remove every trace."""
    global _cluster, _folder
    if _cluster is not None:
        _cluster.stop()
    if _folder is not None:
        shutil.rmtree(_folder, ignore_errors=True)
    _cluster = _folder = None


def prepare() -> None:
    """Fill the environment of the test run. Raises ``CannotStart``."""
    global _cluster, _folder
    atexit.register(pytest_unconfigure)  # an error in the command line ends pytest without the hook
    base = place()
    sweep(base)
    _folder = Path(tempfile.mkdtemp(prefix=PREFIX, dir=base))
    folders.make_private(_folder)
    ours = {
        "BETWEEN_MODE": "test",
        "BETWEEN_RUN_DIR": str(_folder),
        "BETWEEN_BASE_URL": "http://localhost:8000",
        **folders.create_keys(_folder),
    }
    if "BETWEEN_DATABASE_URL" not in os.environ:
        _cluster = Postgres(_folder / "pg", throwaway=True)
        _cluster.start()
        database.create(_cluster, for_tests=True)
        ours |= database.addresses(_cluster)
    os.environ.pop("BETWEEN_BROKER_URL", None)
    os.environ.update(ours)


def place() -> Path:
    """Memory if there is room, else the folder for temporary files."""
    memory = Path("/dev/shm")
    if os.access(memory, os.W_OK | os.X_OK) and shutil.disk_usage(memory).free > ROOM_IN_MEMORY:
        return memory
    return Path(tempfile.gettempdir())


def sweep(base: Path) -> None:
    """Remove what a killed test run left; a cluster whose lock is held belongs to a run that is still going on."""
    for old in base.glob(PREFIX + "*"):
        lock = old / "pg" / "lock"
        if old.is_symlink() or old.lstat().st_uid != os.geteuid() or not lock.exists():
            continue
        held = folders.hold(lock, "")
        if held is not None:
            shutil.rmtree(old, ignore_errors=True)
            held.close()


def asks_for_help(config: pytest.Config) -> bool:
    """``--help`` and ``--version`` need no database."""
    known = config.known_args_namespace
    return bool(getattr(known, "help", False) or getattr(known, "version", 0))
