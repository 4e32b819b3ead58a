"""Leases: how long letters stay in a worker's hands. One row a worker; whoever lives renews it.

A worker's every gate holds this row, and so does whoever takes up the letters of a worker that is gone: one comes
before or after the other, never beside it (invariant I7). Times are the database's.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime, timedelta
from functools import cache
from pathlib import Path
from socket import gethostname
from typing import cast

from sqlalchemy import Insert, Table, bindparam, case, delete, select, update
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.orm import Session

from mailer.deliveries.models import WorkerLease
from mailer.foundation.database import settings_of
from mailer.foundation.prepared import Prepared

# How many letters further a lease reaches than those in hand, so that it need not grow with each claim.
AHEAD = 10_000

_LEASES = cast(Table, WorkerLease.__table__)
_BOOT_ID = Path("/proc/sys/kernel/random/boot_id")


@cache
def this_host() -> str:
    """Return the name of this machine in this life of it: after it was started anew it is another."""
    try:
        return f"{gethostname()[:40]}:{_BOOT_ID.read_text().strip()}"[:80]
    except OSError:
        return ""


def hold(session: Session, worker: str, delivery_ids: Iterable[int], *, now: datetime) -> None:
    """Begin the lease of a worker on these letters, or let it hold them too. One that ran out begins anew.

    One that holds such letters already is only kept from ending: its gates renew it, and need not wait for this.
    """
    ids = list(delivery_ids)
    lowest, highest = min(ids), max(ids)
    if _COVERS(session, {"of_worker": worker, "moment": now, "first": lowest, "last": highest}):
        return
    values = {"worker": worker, "until": _until(session, now), "host": this_host()}
    _HOLD(session, {**values, "lowest": lowest, "highest": highest + AHEAD})


def renew(session: Session, worker: str, *, now: datetime) -> bool:
    """Let the lease last longer, and hold it in this transaction. False when it ran out: it is not revived."""
    return bool(_RENEW(session, {"of_worker": worker, "moment": now, "until": _until(session, now)}))


def lock(session: Session, worker: str) -> None:
    """Hold the lease of a worker in this transaction, also when it ran out; nobody takes up its letters meanwhile."""
    session.execute(select(WorkerLease.worker).where(WorkerLease.worker == worker).with_for_update())


def end(session: Session, worker: str) -> None:
    """End the lease of a worker that has nothing in its hands any more."""
    session.execute(delete(WorkerLease).where(WorkerLease.worker == worker))


def run_out(session: Session, *, now: datetime) -> list[WorkerLease]:
    """Return the leases that ran out, held in this transaction; those that somebody else looks at are left to them."""
    return list(
        session.scalars(
            select(WorkerLease)
            .where(WorkerLease.until <= now)
            .order_by(WorkerLease.worker)
            .with_for_update(skip_locked=True)
            .execution_options(populate_existing=True)
        )
    )


def _until(session: Session, now: datetime) -> datetime:
    return now + timedelta(seconds=settings_of(session).lease_seconds)


def _hold(on_sqlite: bool) -> Insert:
    """One statement for a new lease and a held one: the letters between its ends grow."""
    made = sqlite.insert(_LEASES) if on_sqlite else postgresql.insert(_LEASES)
    new = made.excluded
    return made.on_conflict_do_update(
        index_elements=["worker"],
        set_={
            "until": new.until,
            "host": new.host,
            "lowest": case((WorkerLease.lowest < new.lowest, WorkerLease.lowest), else_=new.lowest),
            "highest": case((WorkerLease.highest > new.highest, WorkerLease.highest), else_=new.highest),
        },
    )


_HOLD = Prepared(_hold)
_COVERS = Prepared(
    lambda _sqlite: (
        select(WorkerLease.worker)
        .where(WorkerLease.worker == bindparam("of_worker"), WorkerLease.until > bindparam("moment"))
        .where(WorkerLease.lowest <= bindparam("first"), WorkerLease.highest >= bindparam("last"))
        # Beside a gate that renews it, never beside who takes up its letters.
        .with_for_update(read=True, key_share=True)
    )
)
_RENEW = Prepared(
    lambda _sqlite: (
        update(WorkerLease)
        .where(WorkerLease.worker == bindparam("of_worker"), WorkerLease.until > bindparam("moment"))
        .values(until=bindparam("until"))
        .returning(WorkerLease.worker)
    )
)
