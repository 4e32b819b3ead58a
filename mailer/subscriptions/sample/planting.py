"""Plant what the sample's mailboxes allowed: all at once, or in a big sample many by many."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from random import Random

from sqlalchemy import Row, insert, select
from sqlalchemy.orm import Session

from mailer.directory.models import Mailbox, MailboxKind
from mailer.directory.sample.dice import dice
from mailer.foundation.bulk import load
from mailer.subscriptions.sample.ledger import Ledger
from mailer.subscriptions.sample.standings import Known, deal_standings, deal_wishes

# Mailboxes dealt together in a big sample: the proportions are exact in every batch.
BATCH = 50_000


def plant_permission(session: Session, *, seed: int) -> None:
    """Add consents, subscriptions, suppressions and preferences for all mailboxes."""
    rng = dice(seed, "permission")
    ledger = Ledger(session, rng)
    _record(ledger, rng, list(session.scalars(select(Mailbox).order_by(Mailbox.id))))
    for kind, rows in ledger.take().items():
        session.execute(insert(kind), rows)
    session.flush()


def load_permission(session: Session, *, seed: int) -> None:
    """Do the same for very many mailboxes, batch by batch."""
    rng = dice(seed, "permission")
    ledger = Ledger(session, rng)
    for mailboxes in _batches(session):
        _record(ledger, rng, mailboxes)
        for kind, rows in ledger.take().items():
            load(session, kind, list(rows[0]), (tuple(row.values()) for row in rows))


def _record(ledger: Ledger, rng: Random, mailboxes: Sequence[Known]) -> None:
    standings = deal_standings(rng, mailboxes)
    wishes = deal_wishes(rng, mailboxes, standings)
    for mailbox in mailboxes:
        ledger.record(mailbox, standings[mailbox.id], wishes.get(mailbox.id, "everything"))


def _batches(session: Session) -> Iterator[Sequence[Row[int, MailboxKind, str, str]]]:
    asked = select(Mailbox.id, Mailbox.kind, Mailbox.domain, Mailbox.address_hash).order_by(Mailbox.id).limit(BATCH)
    last = 0
    while rows := session.execute(asked.where(Mailbox.id > last)).all():
        yield rows
        last = rows[-1].id
