"""Never writing to an address again. Known by a keyed hash, so it survives deletion of all else, and every import."""

from __future__ import annotations

from datetime import date, datetime

from sqlalchemy import select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from mailer.directory.models import Mailbox
from mailer.foundation.addresses import address_hash, parse_address
from mailer.foundation.database import settings_of
from mailer.foundation.errors import NotFound
from mailer.foundation.language import gettext as _
from mailer.staff.models import Operator
from mailer.subscriptions.joining import record_basis
from mailer.subscriptions.models import Basis, Suppression, SuppressionReason

# What a person said weighs more than what a machine reported: it never becomes a mere bounce again.
WEIGHT = {SuppressionReason.HARD_BOUNCE: 1, SuppressionReason.REQUEST: 2, SuppressionReason.COMPLAINT: 3}


def suppress(
    session: Session, address: str, reason: SuppressionReason, *, now: datetime, note: str = ""
) -> Suppression:
    """Never write to this address again; it need not be in the directory.

    Suppressing twice keeps the first moment and the weightiest reason. Raises ``BadInput`` when it is no address.
    """
    key = address_hash(parse_address(address).key, secret=settings_of(session).secret)
    return suppress_hash(session, key, reason, since=now, note=note)


def suppress_hash(
    session: Session, key: str, reason: SuppressionReason, *, since: datetime, note: str = ""
) -> Suppression:
    """The same, for an address of which only its keyed hash is at hand."""
    found = _find(session, key) or _add(session, key, reason, note=note, now=since)
    if WEIGHT[reason] > WEIGHT[found.reason]:
        found.reason, found.note = reason, note
        session.flush()
    return found


def lift(
    session: Session,
    mailbox: Mailbox,
    *,
    given_on: date,
    source: str,
    wording: str = "",
    by: Operator | None = None,
    now: datetime,
) -> None:
    """Allow letters again, on new consent only: the proof is recorded in the same breath.

    Raises ``NotFound`` when the address is not suppressed, ``BadInput`` when the proof is not good.
    """
    found = _find(session, mailbox.address_hash)
    if found is None:
        raise NotFound(_("Dit adres staat niet op de lijst ‘niet meer mailen’."))
    record_basis(
        session, [mailbox], basis=Basis.CONSENT, given_on=given_on, source=source, wording=wording, by=by, now=now
    )
    session.delete(found)
    session.flush()


def _find(session: Session, key: str) -> Suppression | None:
    return session.scalars(select(Suppression).where(Suppression.address_hash == key)).one_or_none()


def _add(session: Session, key: str, reason: SuppressionReason, *, note: str, now: datetime) -> Suppression:
    fresh = Suppression(address_hash=key, reason=reason, since=now, note=note)
    try:
        with session.begin_nested():
            session.add(fresh)
    except IntegrityError:
        # Two workers read the same bounce at once: the other was first.
        return session.scalars(select(Suppression).where(Suppression.address_hash == key)).one()
    return fresh
