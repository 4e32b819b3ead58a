"""The mark of a running installation: a file in its data folder that a database must agree with.

The database knows each data folder that sends for it, and how often it did; the folder knows it too. A database that
was put back from a backup knows of fewer times than the folder, a copied one is in another place. Judging that is
``guarding``; here is only the file, and whose turn it is to look at it.
"""

from __future__ import annotations

import fcntl
import json
import logging
import os
import secrets
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import asdict, dataclass
from pathlib import Path

from mailer.foundation.clock import boot_seconds

log = logging.getLogger(__name__)

# Longer than PostgreSQL lets a process that stands still keep its locks (``foundation.database``): whoever loses its
# turn lost its transaction before.
FROZEN_SECONDS = 45.0
# A turn lasts some milliseconds.
LOOK_SECONDS = 0.005


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
    # Of each thread its own: one that lost its turn may still be writing.
    beside = folder / f"sending.{os.getpid()}.{threading.get_native_id()}.part"
    with open(beside, "w", encoding="ascii") as file:
        json.dump(asdict(mark), file)
        file.flush()
        os.fsync(file.fileno())
    os.replace(beside, _path(folder))


@contextmanager
def turn(folder: Path, *, patience: float = FROZEN_SECONDS) -> Iterator[Callable[[], bool]]:
    """Let one process of this data folder at a time look at the mark and change it; what it gives tells if that is us.

    Whoever stands still with the turn in its hands (a stopped process, a paused container) loses it when somebody
    waited ``patience`` seconds for it: nobody who lives waits for who may never move again (invariant I4).
    """
    folder.mkdir(parents=True, exist_ok=True)
    path = folder / "sending.lock"
    file = _take(path, patience)
    try:
        yield lambda: _is_still(path, file)
    finally:
        os.close(file)


def _take(path: Path, patience: float) -> int:
    """Return the lock file, held. One that went out of its folder meanwhile is nobody's turn any more."""
    while True:
        file = os.open(path, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o666)
        if _has_come(file, patience):
            if _is_still(path, file):
                return file
        elif _is_still(path, file):
            log.warning("A process of this data folder stands still with the turn in its hands; going on without it.")
            path.unlink(missing_ok=True)
        os.close(file)


def _has_come(file: int, patience: float) -> bool:
    """Wait for the turn. False when one and the same process had it for as long as our patience."""
    had_by, since = -1, 0.0
    while True:
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            now, holder = boot_seconds(), os.fstat(file).st_mtime_ns
            had_by, since = (holder, now) if holder != had_by else (had_by, since)
            if now - since >= patience:
                return False
            time.sleep(LOOK_SECONDS)
        else:
            os.utime(file)
            return True


def _is_still(path: Path, file: int) -> bool:
    try:
        return os.path.samestat(path.stat(), os.fstat(file))
    except FileNotFoundError:
        return False


def _path(folder: Path) -> Path:
    return folder / "sending.json"
