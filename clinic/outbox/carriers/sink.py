"""Where messages end that leave no machine: one JSON file each, beside the mail of the demo and of tests."""

import json
import os
import secrets
import time
from pathlib import Path


def put(folder: Path, way: str, said: dict[str, str]) -> Path:
    """Write one message, whole or not at all, named by arrival. Returns the file."""
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    name = f"{time.time_ns():020d}-{secrets.token_hex(4)}.{way}.json"
    part = folder / f".{name}.part"
    with os.fdopen(os.open(part, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w") as file:
        json.dump(said, file, ensure_ascii=False)
        file.flush()
        os.fsync(file.fileno())
    return part.replace(folder / name)
