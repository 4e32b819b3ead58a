"""What happens to the servers beneath: a broker emptied, gone or full; PostgreSQL struck at each step; a full disk."""

from __future__ import annotations

import time

from tests.faults.orders import Order
from tests.faults.running import Fault, Run
from tests.faults.servers import wait_until

BROKER = frozenset({"I5"})
# Stands for the minutes of a real outage: longer than a lease, a hold and any retry of the harness' settings.
GONE_SECONDS = 8.0
FULL_SECONDS = 3.0


def empty_broker(run: Run) -> None:
    """FLUSHALL, again and again: tasks are lost at every stage of their lives."""
    for _ in range(10):
        run.large.redis.flush()
        time.sleep(run.random.uniform(0.05, 0.4))
    run.broker_is_back()


def stop_broker(run: Run) -> None:
    run.large.redis.stop()


def bring_broker_back(run: Run) -> None:
    time.sleep(GONE_SECONDS)
    run.large.redis.start()
    run.broker_is_back()


def lose_broker(run: Run) -> None:
    """In the middle; and whoever was sending falls too, so that there is work left when it is back."""
    run.wait_for_dots()
    run.large.redis.stop()
    run.kill(run.house.find("worker"))
    run.house.repair()
    bring_broker_back(run)


def fill_broker(run: Run) -> None:
    run.large.redis.limit_memory(1)


def make_room_in_broker(run: Run) -> None:
    time.sleep(GONE_SECONDS)
    run.large.redis.limit_memory(0)
    run.broker_is_back()


def strike_when(*states: str, unless_sent: bool = False):  # type: ignore[no-untyped-def]
    """Return what prepares a blow to PostgreSQL: right after the commit that put letters in one of these states.

    Nobody has heard of that commit yet. ``unless_sent``: only when the dot of one of them has not arrived.
    """

    def prepare(run: Run) -> None:
        def strike() -> bool:
            dots = {dot.message_id for dot in run.house.log.seen().dots}
            waiting = [one for one in run.in_state(*states) if not (unless_sent and one.message_id in dots)]
            if not waiting:
                return False
            run.allow_doubt()
            run.large.postgresql.restart()
            run.struck.set()
            return True

        for host in run.large.hosts.values():
            host.database.at_commit(strike)

    return prepare


def strike_at_freeze(run: Run) -> None:
    """A blow while the audience is frozen: the mailing was taken, and nothing of it is there yet."""

    def strike() -> bool:
        if run.house.state(run.mailing_id) != "preparing":
            return False
        run.allow_doubt()
        run.large.postgresql.restart()
        run.struck.set()
        return True

    for host in run.large.hosts.values():
        host.database.at_commit(strike)


def see_it_struck(run: Run) -> None:
    wait_until(run.struck.is_set, what="the blow")


def strike_before_gate(run: Run) -> None:
    """While the server thinks about DATA: the letter is claimed, and its gate is still to come."""
    wait_until(lambda: run.house.log.seen().deeds, what="DATA")
    _strike_and_let_go(run)


def strike_before_record(run: Run) -> None:
    """While the server thinks about the dot: it has the letter and says 250 as soon as PostgreSQL was struck."""
    wait_until(lambda: run.house.log.seen().deeds, what="a dot")
    _strike_and_let_go(run)


def _strike_and_let_go(run: Run) -> None:
    run.allow_doubt()
    run.large.postgresql.restart()
    run.behave()


def strike_at_random(run: Run) -> None:
    for _ in range(3):
        run.wait_for_more_dots(run.random.randint(1, 12))
        time.sleep(run.random.uniform(0, 0.2))
        run.allow_doubt()
        run.large.postgresql.restart()


def fill_disk(run: Run) -> None:
    """Nothing more can be written for a while: no gate is durable, so no dot may go out."""
    run.wait_for_dots()
    run.allow_doubt()
    run.embedded.fill_disk()
    time.sleep(FULL_SECONDS)
    run.embedded.free_disk()


def fill_disk_of_database(run: Run) -> None:
    """The same under PostgreSQL, which refuses, or falls when it cannot write its log; workers keep their own disk."""
    run.wait_for_dots()
    run.allow_doubt()
    run.large.postgresql.fill_disk()
    time.sleep(FULL_SECONDS)
    run.large.postgresql.free_disk()


FAULTS = (
    Fault("broker emptied", "FLUSHALL again and again", empty_broker, occasions=BROKER),
    Fault(
        "broker gone at start", "no broker when the mailing is sent", bring_broker_back, stop_broker, occasions=BROKER
    ),
    Fault("broker gone", "the broker falls in the middle, and the worker with it", lose_broker, occasions=BROKER),
    Fault("broker full", "Redis is out of memory", make_room_in_broker, fill_broker, occasions=BROKER),
    Fault(
        "database at freeze",
        "PostgreSQL -m immediate while the audience is frozen",
        see_it_struck,
        strike_at_freeze,
    ),
    Fault(
        "database at claim",
        "PostgreSQL -m immediate after a claim",
        see_it_struck,
        strike_when("claimed", "handing_over"),
    ),
    Fault(
        "database before gate",
        "PostgreSQL -m immediate while DATA waits for its answer",
        strike_before_gate,
        orders=(Order("data", "hang", times=1),),
    ),
    Fault(
        "database at gate",
        "PostgreSQL -m immediate between the gate's commit and its dot",
        see_it_struck,
        strike_when("handing_over", unless_sent=True),
    ),
    Fault(
        "database before record",
        "PostgreSQL -m immediate between the 250 and its record",
        strike_before_record,
        orders=(Order("dot", "hang", times=1),),
    ),
    Fault(
        "database after record",
        "PostgreSQL -m immediate after a record, of which the worker does not hear",
        see_it_struck,
        strike_when("accepted"),
    ),
    Fault("database at random", "PostgreSQL -m immediate three times", strike_at_random, letters=80),
    Fault("disk full", "nothing can be written for three seconds", fill_disk, houses=("embedded",)),
    Fault("database disk full", "PostgreSQL can write nothing for three seconds", fill_disk_of_database, letters=80),
)
