"""Warming up: a worker fills a mirror of a large directory while a mailing waits for its moment (decision 0058).

Choosing the readers from it takes a second, where PostgreSQL needs ten by itself. It is a help and no more: a mailing
that leaves at once, or a mirror that is not there or breaks, is frozen as ever. Half a gigabyte for a million people,
so it is emptied when no mailing waits.
"""

from __future__ import annotations

import logging
import threading
import time
from collections.abc import Sequence
from contextlib import suppress
from datetime import datetime, timedelta

from sqlalchemy import CTE, Select, func, select
from sqlalchemy.orm import Session

from mailer.audiences.recipients.at_size import rows_at_size
from mailer.audiences.recipients.mirroring import LARGE, MIRROR, DirectoryMirror
from mailer.audiences.rules.understanding import understand
from mailer.deliveries.asking import purpose_of
from mailer.foundation.database import Clock, Database
from mailer.foundation.errors import BadInput
from mailer.foundation.mirror.mirror import IS_INSTALLED
from mailer.mailings.models import Mailing, MailingState

log = logging.getLogger(__name__)

# So long before its moment a mailing is near: filling takes some ten seconds, on a busy machine more.
AHEAD = timedelta(minutes=3)
# What changed meanwhile is taken over so often, that little is left to do at the moment itself.
AGAIN_SECONDS = 10.0


class Warmth:
    """The mirror of one worker process, and the thread that sees to it."""

    def __init__(self, database: Database, *, large: int = LARGE) -> None:
        self._database = database
        self._mirror = DirectoryMirror(database, large=large)
        self._is_of_use = IS_INSTALLED and database.engine.dialect.name == "postgresql"
        self._one_at_a_time = threading.Lock()
        self._tended_at = float("-inf")

    def tend(self, *, clock: Clock) -> threading.Thread | None:
        """See to the mirror beside other work: fill it when a mailing is near, empty it when none is.

        Returns the thread that does so, None when there is nothing to do.
        """
        if not self._is_of_use:
            return None
        with self._database.transaction(writes=False) as session:
            now = clock(session)
            near, is_preparing = _near(session, now=now), _is_preparing(session)
        if near:
            return self._begin(near, now)
        if not is_preparing:
            self._let_go()
        return None

    def _begin(self, mailing_ids: Sequence[int], now: datetime) -> threading.Thread | None:
        if time.monotonic() - self._tended_at < AGAIN_SECONDS or not self._one_at_a_time.acquire(blocking=False):
            return None
        thread = threading.Thread(target=self._warm, args=(mailing_ids, now), name="warming", daemon=True)
        thread.start()
        return thread

    def _warm(self, mailing_ids: Sequence[int], now: datetime) -> None:
        try:
            if self._mirror.is_filled or self._mirror.is_worth_it():
                self._mirror.catch_up()
                self._database.share(MIRROR, self._mirror)
                self._ask(mailing_ids, now)
        except Exception:
            # Ours to mend; the mailing is frozen without it.
            log.exception("The mirror of the directory could not be filled.")
        finally:
            self._tended_at = time.monotonic()
            self._one_at_a_time.release()

    def _ask(self, mailing_ids: Sequence[int], now: datetime) -> None:
        """Everybody's best mailbox is worked out to answer this, and kept until something changes."""
        with self._database.transaction(writes=False) as session:
            for mailing in session.scalars(select(Mailing).where(Mailing.id.in_(mailing_ids))):
                # What is wrong with it, preparing will tell.
                with suppress(BadInput):
                    if mailing.audience and mailing.topic:
                        audience, purpose = understand(session, mailing.audience), purpose_of(session, mailing)
                        rows_at_size(session, audience, _how_many, now=now, purpose=purpose)

    def _let_go(self) -> None:
        if self._mirror.is_filled and self._one_at_a_time.acquire(blocking=False):
            try:
                self._database.share(MIRROR, None)
                self._mirror.empty()
            finally:
                self._one_at_a_time.release()


def _how_many(letters: CTE) -> Select[int]:
    return select(func.count()).select_from(letters)


def _near(session: Session, *, now: datetime) -> Sequence[int]:
    waits = (Mailing.state == MailingState.SCHEDULED, Mailing.scheduled_at <= now + AHEAD)
    return session.scalars(select(Mailing.id).where(*waits).order_by(Mailing.id)).all()


def _is_preparing(session: Session) -> bool:
    return (
        session.scalars(select(Mailing.id).where(Mailing.state == MailingState.PREPARING).limit(1)).first() is not None
    )
