"""Where things live on this computer: the ``.run`` folder, its lock, the sockets, the keys of the demo."""

import base64
import fcntl
import hashlib
import json
import os
import secrets
import shutil
import stat
import tempfile
from pathlib import Path
from typing import IO

from clinic.embedded.process import CannotStart

ROOT = Path(__file__).resolve().parents[2]
#: A socket's path may have 107 bytes on Linux and 103 on macOS; ``/.s.PGSQL.5432`` takes 14 of them.
LONGEST_SOCKET_FOLDER = 85
PLAIN = frozenset("abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789/._-")
MEGABYTE = 2**20


def run_folder() -> Path:
    """The folder of everything ``./dev up`` keeps: ``.run`` beside the program, or ``BETWEEN_RUN_DIR``."""
    return Path(os.environ.get("BETWEEN_RUN_DIR") or ROOT / ".run").resolve()


def make_private(folder: Path) -> None:
    """Create ``folder`` for its owner only. Root lets others walk through: its Postgres may be another user."""
    try:
        folder.mkdir(parents=True, exist_ok=True)
        folder.chmod(0o711 if os.geteuid() == 0 else 0o700)
        with tempfile.TemporaryFile(dir=folder):
            pass
    except OSError as error:
        raise CannotStart(f"Between cannot write to {folder} ({error.strerror}). Please check who owns it.") from error


def need_space(folder: Path, megabytes: int) -> None:
    """Refuse before anything is written when fewer than ``megabytes`` are free where ``folder`` is."""
    free = shutil.disk_usage(folder).free // MEGABYTE
    if free < megabytes:
        raise CannotStart(f"The disk is nearly full: {folder} needs {megabytes} MB and {free} MB are free.")


def hold(path: Path, note: str) -> IO[str] | None:
    """Lock ``path`` while the returned file stays open, and write ``note`` into it. None: somebody else holds it."""
    lock = path.open("a+")
    try:
        fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        lock.close()
        return None
    lock.truncate(0)
    lock.write(note)
    lock.flush()
    return lock


def socket_folder(folder: Path) -> Path:
    """A private folder for sockets: ``folder/s``, or a short one for temporary files when that path is too long.

    A path with spaces or other letters goes the short way too, so that no address ever needs escaping.
    """
    near = folder / "s"
    if len(os.fsencode(near)) <= LONGEST_SOCKET_FOLDER and PLAIN.issuperset(str(near)):
        near.mkdir(mode=0o700, exist_ok=True)
        return near
    base = tempfile.gettempdir()
    if len(os.fsencode(base)) > LONGEST_SOCKET_FOLDER - 40 or not PLAIN.issuperset(base):
        base = "/tmp"
    name = hashlib.sha256(os.fsencode(near)).hexdigest()[:12]
    short = Path(base, f"between-{os.geteuid()}-{name}")
    short.mkdir(mode=0o700, exist_ok=True)
    found = short.lstat()
    if not stat.S_ISDIR(found.st_mode) or found.st_uid not in _own_ids() or stat.S_IMODE(found.st_mode) & 0o077:
        raise CannotStart(f"{short} belongs to somebody else. Please remove it, or set TMPDIR to a folder of your own.")
    return short


def _own_ids() -> set[int]:
    """Whose folders we trust: ours, and as root those of nobody, who may be running our Postgres."""
    return {0, 65534} if os.geteuid() == 0 else {os.geteuid()}


def create_keys(folder: Path) -> dict[str, str]:
    """The demo's secret key, field keys and push key, made once and readable by us only; returns the environment naming them.

    The first entry of the field keys is the active one. Losing the file makes every sealed answer unreadable.
    """
    secret = folder / "secret.key"
    keys = folder / "field-keys.json"
    push = folder / "push.key"
    if not secret.exists():
        _write_once(secret, secrets.token_urlsafe(48))
    if not keys.exists():
        key = base64.b64encode(secrets.token_bytes(32)).decode()
        _write_once(keys, json.dumps([{"id": secrets.token_hex(4), "key": key}]))
    if not push.exists():
        _write_once(push, base64.b64encode(secrets.token_bytes(32)).decode())
    return {
        "BETWEEN_SECRET_KEY_FILE": str(secret),
        "BETWEEN_KEYS_FILE": str(keys),
        "BETWEEN_PUSH_KEY_FILE": str(push),
    }


def _write_once(path: Path, text: str) -> None:
    """Write ``text`` completely or not at all, mode 0400."""
    part = path.with_name(path.name + ".part")
    part.unlink(missing_ok=True)
    with os.fdopen(os.open(part, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o400), "w") as file:
        file.write(text)
        file.flush()
        os.fsync(file.fileno())
    part.replace(path)
