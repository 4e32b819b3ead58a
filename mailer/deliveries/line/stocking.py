"""Stocking: a worker takes letters and makes their messages, ready for the gate.

A letter that cannot be made holds its mailing, for it would fail for everybody; a one-off letter that cannot be made is
ended with why, for it must not keep other people's letters waiting.
"""

from __future__ import annotations

import logging
from collections.abc import Sequence
from dataclasses import dataclass, field

from mailer.deliveries.asking import GateQuestion
from mailer.deliveries.holding import hold
from mailer.deliveries.letters.filling import Mould, Ready, fill
from mailer.deliveries.letters.notices import write_notice
from mailer.deliveries.line.claiming import Claim, claim, end_claims, release
from mailer.deliveries.models import Delivery, DeliveryState
from mailer.deliveries.regulating.routing import open_routes, turns
from mailer.directory.identities import keep_identities
from mailer.foundation.database import Clock, Database, database_moment
from mailer.foundation.errors import MailerError, NotFound
from mailer.foundation.language import gettext as _
from mailer.mailings.models import Mailing

log = logging.getLogger(__name__)

Load = tuple[Claim, Ready]
"""A letter in our hands, and its message."""


@dataclass
class Stocker:
    """What takes letters for one worker and makes their messages. Used by one thread at a time."""

    database: Database
    worker: str
    # Routes that this worker has connections to.
    relays: Sequence[str]
    clock: Clock = database_moment
    questions: dict[int, GateQuestion] = field(default_factory=dict)
    _mould: Mould = field(default_factory=Mould)

    def take(self, limit: int, *, one_off: bool | None = None) -> list[Load]:
        """Take at most so many letters that are due; empty when there are none, or a limit has no room for them.

        ``one_off``: only those, or only letters of mailings.
        """
        claims = self._claim(limit, one_off=one_off)
        if not claims:
            return []
        mailing_id = claims[0].mailing_id
        if mailing_id is None:
            return [load for one in claims for load in self._make_notice(one)]
        return self._make(mailing_id, claims)

    def _claim(self, limit: int, *, one_off: bool | None) -> list[Claim]:
        with self.database.transaction() as session:
            keep_identities(session)
            now = self.clock(session)
            for is_urgent in (True, False) if one_off is None else (one_off,):
                routes, most = open_routes(session, among=self.relays, now=now, is_urgent=is_urgent)
                if not routes:
                    continue
                taken = claim(
                    session,
                    worker=self.worker,
                    limit=limit if most is None else min(limit, most),
                    now=now,
                    relay_of=turns(routes),
                    one_off=is_urgent,
                    questions=self.questions,
                )
                if taken:
                    return taken
        return []

    def _make(self, mailing_id: int, claims: list[Claim]) -> list[Load]:
        try:
            with self.database.transaction(writes=False) as session:
                mailing = session.get_one(Mailing, mailing_id)
                made = fill(session, mailing, [one.delivery_id for one in claims], mould=self._mould)
        except (KeyError, ValueError, MailerError):
            log.exception("The letter of mailing %s cannot be made.", mailing_id)
            self._hold_unwritable(mailing_id, claims)
            return []
        ready = {one.delivery_id: one for one in made}
        return [(one, ready[one.delivery_id]) for one in claims]

    def _hold_unwritable(self, mailing_id: int, claims: list[Claim]) -> None:
        because = _("De mail kan niet worden gemaakt. De beheerder kan in het logboek zien waarom.")
        with self.database.transaction() as session:
            now = self.clock(session)
            hold(session, session.get_one(Mailing, mailing_id), because=because, until=None, now=now)
            release(session, claims, again_at=now)

    def _make_notice(self, claimed: Claim) -> list[Load]:
        try:
            with self.database.transaction(writes=False) as session:
                return [(claimed, write_notice(session, session.get_one(Delivery, claimed.delivery_id)))]
        except NotFound:
            self._give_up(claimed, DeliveryState.CANCELLED, "gone")
        except Exception:
            # Ours to mend. It must not keep other people's letters waiting, and it is on the row for staff to see.
            log.exception("The one-off letter of delivery %s cannot be made.", claimed.delivery_id)
            self._give_up(claimed, DeliveryState.REJECTED, "unwritable")
        return []

    def _give_up(self, claimed: Claim, state: DeliveryState, reason: str) -> None:
        with self.database.transaction() as session:
            end_claims(session, [(claimed, state, reason)], now=self.clock(session))
