"""A long file is settled in portions: what one wrote is flushed and let go of, so memory does not grow with the file.

Everything still happens in one savepoint; a portion ends nothing but the holding of its rows in hand.
"""

from __future__ import annotations

import gc
from collections.abc import Iterator
from contextlib import contextmanager

from sqlalchemy.orm import Session

from mailer.directory.importing.filling.desk import Desk
from mailer.directory.importing.filling.tracing import stamp_rows
from mailer.directory.importing.known.fetching import fetch_portion
from mailer.directory.importing.progress import Told
from mailer.directory.importing.rows.row import Row
from mailer.directory.models import ImportBatch
from mailer.foundation.portions import portions

ROWS = 500


@contextmanager
def swept_by_portion() -> Iterator[None]:
    """Let Python look for rubbish only when a portion is done.

    By itself it goes through the whole directory in memory again and again: a third of all the time of a long file.
    """
    was_on = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if was_on:
            gc.enable()


class Portion:
    """The rows in hand. ``told`` hears how far the file is, in rows that are really settled."""

    def __init__(self, session: Session, batch: ImportBatch | None, told: Told) -> None:
        self._session = session
        self._batch = batch
        self._told = told
        self._settled = self._total = 0
        self._desk: Desk | None = None

    def begin(self, desk: Desk, *, total: int, settled: int) -> None:
        """Begin a file of so many rows, of which some were settled by a look."""
        self._desk, self._total, self._settled = desk, total, settled
        self._told(settled, total)

    def cut(self, rows: list[Row]) -> Iterator[list[Row]]:
        """Yield the rows a portion at a time, with whom they may be about at hand."""
        for some in portions(rows, ROWS):
            if self._desk is not None:
                before = (known for row in some if (known := self._desk.read_before(row)))
                fetch_portion(self._desk.register, some, before)
            yield some

    def finish(self, settled: int) -> None:
        """Flush what the rows wrote, keep who said it, and let go."""
        self._session.flush()
        if self._desk is not None:
            self._write_down(self._desk)
        _sweep()
        self._settled += settled
        self._told(self._settled, self._total)

    def _write_down(self, desk: Desk) -> None:
        if self._batch is not None:
            mailboxes = desk.register.mailboxes_of
            stamp_rows(self._session, desk.spoken, self._batch, mailboxes_of=mailboxes, now=desk.now)
        desk.spoken.clear()
        desk.register.let_go()


def _sweep() -> None:
    """Let go of what only points at itself: objects and their lists do; without this they stay until Python looks.

    The first look takes the objects; what SQLAlchemy keeps beside each is told of that, and goes with the second. Only
    what came with this portion is looked at.
    """
    gc.collect(0)
    gc.collect(1)
