"""Lists of addresses that must not be written to: who left (unsubscribed) and what bounced (cleaned) elsewhere.

The import of the directory reads such a list; what its rows mean is known here, a floor above (decision 0046). An
address need not be in the directory: it is known by its hash, for ever. Such a list is taken back like any other.
"""

from __future__ import annotations

from datetime import UTC, datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from mailer.directory.importing.cells.cleaning import read_date, say_nothing
from mailer.directory.importing.columns.fields import Subject
from mailer.directory.importing.filling.desk import Desk
from mailer.directory.importing.rows.row import Row
from mailer.directory.importing.settling.outcomes import Settled, rejected, settle
from mailer.directory.importing.settling.rounds import settle_with
from mailer.directory.models import RowOutcome
from mailer.foundation.addresses import Address, address_hash, parse_address
from mailer.foundation.clock import say_date
from mailer.foundation.database import settings_of
from mailer.foundation.errors import BadInput
from mailer.foundation.language import gettext as _
from mailer.subscriptions import refused_addresses as _refused  # noqa: F401 - the report of a list tells who left
from mailer.subscriptions.models import Suppression, SuppressionReason
from mailer.subscriptions.suppressing import WEIGHT, suppress
from mailer.wire.spelling import tidy


def enter_stop(row: Row, desk: Desk) -> Settled:
    """Settle the row: an address that is never written to again, or was not already."""
    typed = tidy(row.text("email"))
    try:
        # Exactly as it is typed: a slip in it is the address that bounced.
        address = parse_address(typed)
    except BadInput:
        return rejected(row, "no-address", _("Hier staat geen e-mailadres."))
    session = desk.register.session
    reason = SuppressionReason.HARD_BOUNCE if _is_bounce(row) else SuppressionReason.REQUEST
    known = _known(session, address)
    if known is not None and WEIGHT[known.reason] >= WEIGHT[reason]:
        return settle(row, RowOutcome.SAME)
    suppress(session, typed, reason, now=_since(row, desk.now), note=_note(row))
    return settle(row, RowOutcome.NEW if known is None else RowOutcome.CHANGED)


def _is_bounce(row: Row) -> bool:
    return bool(row.header("bounced_at")) or "cleaned" in row.layout.file_name


def _known(session: Session, address: Address) -> Suppression | None:
    key = address_hash(address.key, secret=settings_of(session).secret)
    return session.scalars(select(Suppression).where(Suppression.address_hash == key)).one_or_none()


def _since(row: Row, now: datetime) -> datetime:
    """The moment they left there, when the list tells; a list of tomorrow is of today."""
    day = read_date(row.text("left_at") or row.text("bounced_at"))
    told = datetime(day.year, day.month, day.day, tzinfo=UTC) if day else now
    return min(told, now)


def _note(row: Row) -> str:
    day = read_date(row.text("left_at") or row.text("bounced_at"))
    when = say_date(day) if day else ""
    what = _("Kwam niet aan volgens een lijst") if _is_bounce(row) else _("Uitgeschreven volgens een lijst")
    why = say_nothing(row.text("stop_reason")).value
    return ": ".join(part for part in (" ".join(part for part in (what, when) if part), why) if part)[:500]


settle_with(Subject.STOPS, enter_stop)
