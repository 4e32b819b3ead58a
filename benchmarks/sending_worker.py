"""A worker process that is measured: waits for a line, sends all that is due, and tells what it took.

python -m benchmarks.sending_worker [--connections N] [--profile]; settings from the environment.
"""

from __future__ import annotations

import argparse
import json
import resource
import sys
import time
from collections import Counter
from collections.abc import Callable
from functools import wraps
from pathlib import Path
from typing import Any

from sqlalchemy.orm import configure_mappers

from mailer.deliveries.line import sending, stocking, windows
from mailer.deliveries.working import drain
from mailer.foundation.database import Database
from mailer.foundation.settings import load_settings
from mailer.wire.crew import Crew
from mailer.wire.message import Skeleton

# Stage → where it is; a stage inside another is counted in both.
STAGES: dict[str, tuple[Any, str]] = {
    "claim": (stocking.Stocker, "_claim"),
    "fill": (stocking, "fill"),
    "splice, sign": (Skeleton, "fill_all"),
    "window": (windows.Bookkeeper, "turn"),
    "gate": (windows, "open_gates"),
    "record": (windows, "record"),
    "loop": (sending.Sender, "run"),
    "smtp": (Crew, "step"),
    "board": (sending.Board, "catch_up"),
}


def main() -> None:
    options = _options()
    database = Database(load_settings())
    # A worker that is up did this long ago, as it did its imports.
    configure_mappers()
    sending.TURN_SECONDS = options.turn / 1e6
    stages = {name: _clock(*place) for name, place in STAGES.items()} if options.profile else {}
    print("ready", flush=True)
    sys.stdin.readline()
    began = resource.getrusage(resource.RUSAGE_SELF)
    letters = drain(database, connections=options.connections, seconds=3600)
    used = resource.getrusage(resource.RUSAGE_SELF)
    told = {
        "letters": letters,
        "user": used.ru_utime - began.ru_utime,
        "system": used.ru_stime - began.ru_stime,
        "megabytes": _most_kilobytes() / 1024,
        "stages": {name: dict(counted) for name, counted in stages.items()},
    }
    print(json.dumps(told), flush=True)


def _most_kilobytes() -> int:
    """What this process had in memory at most. The system's own count begins with whoever started it."""
    status = Path("/proc/self/status")
    lines = status.read_text().splitlines() if status.exists() else []
    peaks = [int(line.split()[1]) for line in lines if line.startswith("VmHWM:")]
    return peaks[0] if peaks else resource.getrusage(resource.RUSAGE_SELF).ru_maxrss


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m benchmarks.sending_worker")
    parser.add_argument("--connections", type=int, default=16)
    parser.add_argument("--profile", action="store_true")
    parser.add_argument("--turn", type=float, default=sending.TURN_SECONDS * 1e6)
    return parser.parse_args()


def _clock(holder: Any, name: str) -> Counter[str]:
    """Count calls and seconds of a stage: by the clock, and of the processor."""
    counted: Counter[str] = Counter()
    done: Callable[..., Any] = getattr(holder, name)

    @wraps(done)
    def measured(*arguments: Any, **more: Any) -> Any:
        began, worked = time.perf_counter(), time.thread_time()
        try:
            return done(*arguments, **more)
        finally:
            counted.update(calls=1)
            counted["seconds"] += time.perf_counter() - began  # type: ignore[assignment]
            counted["worked"] += time.thread_time() - worked  # type: ignore[assignment]

    setattr(holder, name, measured)
    return counted


if __name__ == "__main__":
    main()
