"""What happens to hosts: two at once, with two clocks, and one cut off from a server in the middle."""

from __future__ import annotations

import shutil
import signal
import time
from collections.abc import Callable

from tests.faults import processes
from tests.faults.house import LEASE_SECONDS
from tests.faults.running import Fault, Run

# Longer than a lease: the other host takes over what the lost one had.
AWAY_SECONDS = LEASE_SECONDS + 2


def lose(wire: str, *, silently: bool) -> Callable[[Run], None]:
    """Return the loss of one wire of host two: cut (connections end) or silently (nothing passes any more)."""

    def happens(run: Run) -> None:
        run.wait_for_dots()
        host = run.large.hosts["two"]
        run.allow_doubt(run.house.find(host="two"))
        if wire == "database":
            run.allow_window()
        lost = getattr(host, wire)
        lost.hang() if silently else lost.cut()
        time.sleep(AWAY_SECONDS)
        lost.mend()
        if wire == "broker":
            run.broker_is_back()

    return happens


def lose_host(run: Run) -> None:
    """Host two is gone for good, with its disk; the other one finishes."""
    run.wait_for_dots()
    processes.send(run.house.find(host="two"), signal.SIGSTOP)
    run.allow_doubt(run.house.find(host="two"))
    run.allow_window()
    run.large.drop_host("two")
    shutil.rmtree(run.house.folder / "data-two", ignore_errors=True)


def _each_wire() -> list[Fault]:
    names = {"broker": "Redis", "database": "PostgreSQL", "mail": "the mail server"}
    said = {False: ("cut", "is cut off from"), True: ("hung", "hears nothing from")}
    return [
        Fault(
            f"host {said[silently][0]} {wire}",
            f"of two hosts, one {said[silently][1]} {name} for longer than a lease",
            lose(wire, silently=silently),
            hosts=2,
            letters=100,
            delay=0.15,
            occasions=frozenset({"I5"} if wire == "broker" else ()),
        )
        for wire, name in names.items()
        for silently in (False, True)
    ]


FAULTS = (
    Fault("two hosts", "two hosts at once, each with a worker and a clock", hosts=2, letters=100),
    *_each_wire(),
    Fault("host lost", "of two hosts, one is gone for good", lose_host, hosts=2, letters=100, delay=0.1),
)
