"""What happens to processes: killed, stopped, asked to go, while letters leave."""

from __future__ import annotations

import signal
import time

from tests.faults import processes
from tests.faults.house import LEASE_SECONDS
from tests.faults.running import Fault, Run
from tests.faults.servers import wait_until


def kill_worker(run: Run) -> None:
    run.wait_for_dots()
    run.kill(run.house.find("worker"))
    run.house.repair()


def kill_child(run: Run) -> None:
    """Only the process that has connections open: the pool's own child, its parent lives."""
    run.wait_for_dots()
    run.kill(sending_child(run))


def sending_child(run: Run) -> list[int]:
    """Return the child that sends; another when none does, and the worker itself where it has no children."""
    workers = run.house.find("worker")
    pool = processes.children(workers)
    return [pid for pid in pool if run.house.open_connections([pid])] or pool[:1] or workers


def kill_clock(run: Run) -> None:
    run.wait_for_dots()
    run.kill(run.house.find("clock"))
    run.house.repair()


def stop_clock(run: Run) -> None:
    """The clock hangs for longer than a lease: who sends renews its own, and needs no clock for it."""
    run.wait_for_dots()
    clocks = run.house.find("clock")
    processes.send(clocks, signal.SIGSTOP)
    time.sleep(LEASE_SECONDS + 1)
    processes.send(clocks, signal.SIGCONT)


def kill_web(run: Run) -> None:
    run.wait_for_dots()
    run.kill(run.house.find("web"))
    run.house.repair()


def kill_everything(run: Run) -> None:
    run.wait_for_dots()
    run.kill(run.house.find())
    run.house.repair()


def kill_at_random(run: Run) -> None:
    """Two to four times, at a random moment, a random process of the house."""
    for _ in range(run.random.randint(2, 4)):
        run.wait_for_more_dots(run.random.randint(1, 12))
        time.sleep(run.random.uniform(0, 0.1))
        role = run.random.choice(VICTIMS)
        run.kill(sending_child(run) if role == "child" else run.house.find(role))
        run.house.repair()


def stop_past_lease(run: Run) -> None:
    """The worker of one host sleeps longer than its lease, the other host takes over, and it wakes."""
    run.wait_for_dots()
    sleeping = run.stop_host("one")
    time.sleep(LEASE_SECONDS + 1)
    run.wake(sleeping)
    time.sleep(3)


def ask_to_stop(run: Run) -> None:
    """SIGTERM, as a new version is put in place: the letters in hand are finished, none is in doubt."""
    run.wait_for_dots()
    workers = processes.parents(run.house.find("worker"))
    processes.send(workers, signal.SIGTERM)
    wait_until(lambda: not any(map(processes.is_alive, workers)), seconds=30, what="going home")
    run.house.repair()


def kill_mail_server(run: Run) -> None:
    run.wait_for_dots()
    run.allow_doubt()
    run.house.stop_mail_server()
    run.wait_for_state("held")
    run.house.start_mail_server()


# Mostly who sends; the rest are slow to start again. "" is all of them at once.
VICTIMS = (*("child",) * 16, "worker", "clock", "web", "")
BOTH = ("large", "embedded")
AT_RANDOM = Fault(
    "kill at random", "two to four kill -9 of whatever runs, at random moments", kill_at_random, houses=BOTH
)

FAULTS = (
    AT_RANDOM,
    Fault("kill worker", "kill -9 of the worker and its children", kill_worker, houses=BOTH),
    Fault("kill child", "kill -9 of the child that sends, not of its parent", kill_child),
    Fault("kill clock", "kill -9 of the clock", kill_clock, houses=BOTH),
    Fault("stop clock", "SIGSTOP of the clock for longer than a lease, then SIGCONT", stop_clock, houses=BOTH),
    Fault("kill web", "kill -9 of the web", kill_web, houses=BOTH),
    Fault("kill everything", "kill -9 of all processes at once, as when the power fails", kill_everything, houses=BOTH),
    Fault("kill mail server", "the mail server is gone for a while", kill_mail_server),
    Fault(
        "sleep past lease",
        "SIGSTOP of a host's worker for longer than its lease, then SIGCONT",
        stop_past_lease,
        hosts=2,
        letters=100,
        delay=0.1,
        occasions=frozenset({"I7"}),
    ),
    Fault("deploy", "SIGTERM in the middle: no doubt at all", ask_to_stop),
)
