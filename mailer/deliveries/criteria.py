"""The condition `received`: who got a mailing. Registered with `audiences.rules.criteria` on import."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, Select, and_, exists, or_, select
from sqlalchemy.orm import InstrumentedAttribute, Session

from mailer.audiences.models import Reach
from mailer.audiences.rules.criteria import LeafKind, bad_rule, register
from mailer.audiences.seats import Seat
from mailer.deliveries.models import Delivery, DeliveryAddressee, DeliveryState, FrozenAudience, FrozenSeat
from mailer.foundation.errors import BadInput
from mailer.foundation.language import gettext as _
from mailer.mailings.models import Mailing

# What may have arrived counts as received: better one letter too few than the same one twice.
RECEIVED = (DeliveryState.ACCEPTED, DeliveryState.UNCERTAIN)


def _parse(node: Mapping[str, Any], place: str) -> int:
    value = node["received"]
    mailing_id = value.get("mailing") if isinstance(value, Mapping) and set(value) == {"mailing"} else None
    if not isinstance(mailing_id, int) or isinstance(mailing_id, bool):
        raise bad_rule(place, _('achter ‘received’ hoort {"mailing": nummer}'))
    return mailing_id


def _check(session: Session, mailing_id: int) -> None:
    if session.get(Mailing, mailing_id) is None:
        raise BadInput(_("Mailing %(id)s bestaat niet.", id=mailing_id), field="rule")


def _compile(mailing_id: int, seat: Seat, _now: datetime) -> ColumnElement[bool]:
    """The mailbox got it, or the person was greeted in it, or the organisation itself was written to (its own seat)."""
    mailboxes: Select[Any] = select(Delivery.mailbox_id).where(
        _is_received(mailing_id), Delivery.mailbox_id.is_not(None)
    )
    return or_(
        seat.of_mailbox(mailboxes),
        seat.of_person(_meant_for(mailing_id, DeliveryAddressee.person_id)),
        and_(
            seat.is_without_person,
            seat.of_organisation(_organisations(mailing_id)),
        ),
    )


def _is_received(mailing_id: int) -> ColumnElement[bool]:
    return and_(Delivery.mailing_id == mailing_id, Delivery.state.in_(RECEIVED))


def _meant_for(mailing_id: int, column: InstrumentedAttribute[int | None]) -> Select[Any]:
    meant = select(column).join(Delivery, Delivery.id == DeliveryAddressee.delivery_id)
    return meant.where(_is_received(mailing_id), column.is_not(None))


def _organisations(mailing_id: int) -> Select[Any]:
    """The organisations that got it: at a mailbox of their own; at any, where it was chosen whom of them to write to.

    Where everybody was written to, a colleague's letter is the colleague's: else a correction would go to an ``info@``
    that never got the mistake, and a second mailing would not go to one that missed the first. Whose mailbox it is, is
    not asked: a frozen seat keeps the number its organisation had before it became one with another.
    """
    own = exists().where(
        FrozenSeat.mailing_id == mailing_id,
        FrozenSeat.mailbox_id == Delivery.mailbox_id,
        FrozenSeat.person_id == 0,
        FrozenSeat.is_chosen,
    )
    chose_among_them = exists().where(
        FrozenAudience.mailing_id == mailing_id, FrozenAudience.asked["reach"].as_string() != Reach.EVERYONE.value
    )
    return _meant_for(mailing_id, DeliveryAddressee.organisation_id).where(or_(own, chose_among_them))


def _say(session: Session, mailing_id: int) -> str:
    return _("die de mailing ‘%(mailing)s’ kregen", mailing=_title(session, mailing_id))


def _fact(session: Session, atoms: Sequence[int]) -> str:
    return _("kreeg de mailing ‘%(mailing)s’", mailing=_title(session, atoms[0]))


def _title(session: Session, mailing_id: int) -> str:
    mailing = session.get(Mailing, mailing_id)
    return mailing.shown_title if mailing else ""


register(
    LeafKind(
        name="received",
        parse=_parse,
        dump=lambda mailing_id: {"received": {"mailing": mailing_id}},
        compile=_compile,
        say=_say,
        check=_check,
        fact=_fact,
    )
)
