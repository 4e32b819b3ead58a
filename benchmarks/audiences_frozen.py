"""Freezing the audience of a mailing to everybody in a large directory, with a warm mirror and without one."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime
from threading import Thread

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from benchmarks.large_directory import EVERYBODY, settle, touch
from benchmarks.measuring import Measure
from mailer.audiences.recipients.keeping import kept_letters
from mailer.audiences.recipients.mirroring import MIRROR
from mailer.audiences.showing.counting import count
from mailer.deliveries.asking import purpose_of
from mailer.deliveries.freezing import freeze_deliveries
from mailer.deliveries.models import Delivery, DeliveryState
from mailer.deliveries.preparing import prepare
from mailer.deliveries.warming import Warmth
from mailer.foundation.database import Database
from mailer.mailings.models import Mailing, MailingKind, MailingState
from mailer.subscriptions.models import Topic

FREEZE_SECONDS = 8.0


def freeze(database: Database, now: datetime) -> Iterator[Measure]:
    """Freeze, each time in a transaction that is taken back.

    What a worker does at the moment itself: it filled its mirror while the mailing waited, and takes over what changed
    since. What that filling takes is told beside it, and what a mailing that leaves at once takes, without a mirror.
    """
    without, warming = Measure("freezing, no mirror"), Measure("warming up before a mailing")
    alone, after = Measure("freezing deliveries", FREEZE_SECONDS), Measure("freezing, after a change")
    whole = Measure("the whole of prepare")
    is_postgresql = database.engine.dialect.name == "postgresql"
    if is_postgresql:
        _freeze_once(database, without, now)
        with _scheduled(database, now):
            warmth = Warmth(database, large=0)
            warming.go(lambda: _wait_for(warmth.tend(clock=lambda _session: now)))
    for _ in range(3):
        _freeze_once(database, alone, now)
    if is_postgresql:
        touch(database)
        _freeze_once(database, after, now)
    with _mailing(database, now) as (session, mailing):
        whole.go(lambda: prepare(session, mailing, now=now))
    database.share(MIRROR, None)
    yield from (without, warming, alone, after, whole)


def _freeze_once(database: Database, measure: Measure, now: datetime) -> None:
    # Letters that were taken back are in the way of the next ones; in use there are none.
    settle(database)
    with _mailing(database, now) as (session, mailing):
        measure.go(lambda: _freeze_deliveries(session, mailing, now))
        _check(session, mailing, now)


@contextmanager
def _scheduled(database: Database, now: datetime) -> Iterator[None]:
    """A mailing that waits for its moment, gone afterwards."""
    with database.transaction() as session:
        mailing = _a_mailing(session, now)
        mailing.state, mailing.scheduled_at = MailingState.SCHEDULED, now
        session.add(mailing)
    try:
        yield
    finally:
        with database.transaction() as session:
            session.delete(session.merge(mailing))


def _wait_for(thread: Thread | None) -> None:
    assert thread is not None
    thread.join()


def _freeze_deliveries(session: Session, mailing: Mailing, now: datetime) -> None:
    assert mailing.audience is not None
    with kept_letters(session, mailing.audience, now=now, purpose=purpose_of(session, mailing)) as letters:
        freeze_deliveries(session, mailing, letters, now=now)


def _check(session: Session, mailing: Mailing, now: datetime) -> None:
    """What is fast and wrong is not fast: as many rows as are counted, and as many of them to be sent."""
    assert mailing.audience is not None
    counted = count(session, mailing.audience, now=now, purpose=purpose_of(session, mailing))
    rows = select(Delivery.state, func.count()).where(Delivery.mailing_id == mailing.id).group_by(Delivery.state)
    made = dict(session.execute(rows).all())
    assert sum(made.values()) == counted.mailboxes
    assert made.get(DeliveryState.QUEUED, 0) == counted.mailable


@contextmanager
def _mailing(database: Database, now: datetime) -> Iterator[tuple[Session, Mailing]]:
    session = database.open()
    try:
        mailing = _a_mailing(session, now)
        session.add(mailing)
        session.flush()
        yield session, mailing
    finally:
        session.rollback()
        session.close()


def _a_mailing(session: Session, now: datetime) -> Mailing:
    return Mailing(
        kind=MailingKind.NEWSLETTER,
        subject="Wat er te doen is",
        topic=session.scalars(select(Topic).order_by(Topic.id)).first(),
        audience={"rule": EVERYBODY, "reach": "everyone", "include": [], "exclude": []},
        state=MailingState.PREPARING,
        created_at=now,
        changed_at=now,
    )
