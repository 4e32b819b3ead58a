"""The mark of a running installation: a file in its data folder that a database must agree with.

The database knows each data folder that sends for it, and how often it did; the folder knows it too. A database that
was put back from a backup knows of fewer times than the folder, a copied one is in another place. Judging that is
``guarding``; here is only the file.
"""

from __future__ import annotations

import fcntl
import json
import os
import secrets
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import asdict, dataclass
from pathlib import Path


@dataclass(frozen=True)
class Mark:
    """Which data folder this is, and how often it began to send."""

    key: str
    count: int = 0


def new_mark() -> Mark:
    """Return the mark of a data folder that nobody knows yet."""
    return Mark(secrets.token_hex(12))


def read_mark(folder: Path) -> Mark | None:
    """Return the mark of this data folder; None when it never sent, or its file cannot be read any more."""
    try:
        found = json.loads(_path(folder).read_text(encoding="ascii"))
        return Mark(str(found["key"]), int(found["count"]))
    except (OSError, ValueError, KeyError, TypeError):
        return None


def write_mark(folder: Path, mark: Mark) -> None:
    """Keep the mark, on the disk when this returns; another process sees the old one or the new one, not half of it."""
    beside = folder / f"sending.{os.getpid()}.part"
    with open(beside, "w", encoding="ascii") as file:
        json.dump(asdict(mark), file)
        file.flush()
        os.fsync(file.fileno())
    os.replace(beside, _path(folder))


@contextmanager
def turn(folder: Path) -> Iterator[None]:
    """Let one process of this data folder at a time look at the mark and change it."""
    folder.mkdir(parents=True, exist_ok=True)
    with open(folder / "sending.lock", "w", encoding="ascii") as file:
        fcntl.flock(file, fcntl.LOCK_EX)
        yield


def _path(folder: Path) -> Path:
    return folder / "sending.json"
