"""What happens to the clock of a machine: it jumps an hour or a day, and summer time begins or ends."""

from __future__ import annotations

import time
from collections.abc import Callable
from datetime import UTC, datetime

from tests.faults.running import Fault, Run

HOUR, DAY = 3600, 86_400
MOVABLE = ("clocked",)


def jump(seconds: int) -> Callable[[Run], None]:
    def happens(run: Run) -> None:
        run.wait_for_dots()
        run.allow_doubt()
        run.clocked.set_clock(seconds)

    return happens


def go_to(moment: datetime) -> Callable[[Run], None]:
    """Return a jump to this moment, before the mailing is sent."""

    def prepare(run: Run) -> None:
        run.clocked.start_at(moment.timestamp() - time.time())

    return prepare


def pass_an_hour(run: Run) -> None:
    """Wait until it is sent; then the same moment by the wall comes again, or never came."""
    run.wait_for_rest()
    run.allow_doubt()
    run.clocked.set_clock(run.clocked.offset + HOUR)
    time.sleep(4)


FAULTS = (
    Fault("clock +1 hour", "the clock jumps an hour ahead", jump(HOUR), houses=MOVABLE),
    Fault("clock -1 hour", "the clock jumps an hour back", jump(-HOUR), houses=MOVABLE),
    Fault("clock +1 day", "the clock jumps a day ahead", jump(DAY), houses=MOVABLE),
    Fault("clock -1 day", "the clock jumps a day back", jump(-DAY), houses=MOVABLE),
    Fault(
        "summer time ends",
        "planned at 02:30 on the night when that comes twice",
        pass_an_hour,
        go_to(datetime(2027, 10, 31, 0, 29, 50, tzinfo=UTC)),
        send=("--at", "2027-10-31T02:30"),
        houses=MOVABLE,
    ),
    Fault(
        "summer time begins",
        "planned at 02:30 on the night when that never comes",
        pass_an_hour,
        go_to(datetime(2027, 3, 28, 1, 29, 50, tzinfo=UTC)),
        send=("--at", "2027-03-28T02:30"),
        houses=MOVABLE,
    ),
)
