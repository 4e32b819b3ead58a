"""Who works here: add somebody, change a role, close a door. Not how they come in: see ``signing_in``."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from mailer.foundation.addresses import parse_address
from mailer.foundation.errors import BadInput
from mailer.foundation.language import gettext as _
from mailer.staff.logbook import note
from mailer.staff.models import Operator, OperatorRole


def add_operator(
    session: Session,
    address: str,
    *,
    role: OperatorRole,
    now: datetime,
    name: str = "",
    by: Operator | None = None,
) -> Operator:
    """Let somebody work here. Raises ``BadInput`` when the address is wrong or works here already."""
    parsed = parse_address(address)
    if find_operator(session, parsed.key):
        raise BadInput(_("%(address)s werkt hier al.", address=parsed.shown), field="address")
    operator = Operator(
        address=parsed.shown, address_key=parsed.key, name=name.strip(), role=role, language="nl", created_at=now
    )
    session.add(operator)
    note(session, by, "operator-added", operator, now=now, note=role.value)
    return operator


def find_operator(session: Session, address_key: str) -> Operator | None:
    """Return the operator with this normalised address."""
    return session.scalar(select(Operator).where(Operator.address_key == address_key))


def everybody(session: Session) -> list[Operator]:
    """Return all who work or worked here, by name."""
    return sorted(session.scalars(select(Operator)), key=lambda operator: operator.shown_name.lower())


def change_role(
    session: Session, operator: Operator, role: OperatorRole, *, now: datetime, by: Operator | None
) -> None:
    """Give another role; every session of the operator ends, so that nothing old stays open.

    Raises ``BadInput`` when nobody would be left who may let others in.
    """
    if role is not OperatorRole.ADMIN:
        _keep_an_administrator(session, operator)
    operator.role = role
    end_sessions(session, operator)
    note(session, by, "operator-role-changed", operator, now=now, note=role.value)


def disable(session: Session, operator: Operator, *, now: datetime, by: Operator | None) -> None:
    """Close the door: from the next request on, no session and no link of this operator works.

    Raises ``BadInput`` when nobody would be left who may let others in.
    """
    _keep_an_administrator(session, operator)
    operator.disabled_at = now
    end_sessions(session, operator)
    note(session, by, "operator-disabled", operator, now=now)


def enable(session: Session, operator: Operator, *, now: datetime, by: Operator | None) -> None:
    """Open the door again; the operator signs in with a new link."""
    operator.disabled_at = None
    note(session, by, "operator-enabled", operator, now=now)
    session.flush()


def end_sessions(session: Session, operator: Operator) -> None:
    """End every session of the operator, on every device."""
    operator.session_epoch += 1
    session.flush()


def _keep_an_administrator(session: Session, leaving: Operator) -> None:
    others = select(Operator.id).where(
        Operator.role == OperatorRole.ADMIN, Operator.disabled_at.is_(None), Operator.id != leaving.id
    )
    is_last = leaving.role is OperatorRole.ADMIN and leaving.is_enabled and session.scalars(others).first() is None
    if is_last:
        raise BadInput(
            _("%(name)s is de enige beheerder. Maak eerst iemand anders beheerder.", name=leaving.shown_name)
        )
