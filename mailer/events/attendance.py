"""The condition `attended`: who was there; registered beside `answer` (see `criteria`)."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, Select, or_, select
from sqlalchemy.orm import InstrumentedAttribute, Session

from mailer.audiences.rules.criteria import LeafKind, bad_rule, register
from mailer.audiences.seats import Seat
from mailer.events.models import Event, Guest, GuestState, Invitation, Rsvp
from mailer.foundation.errors import BadInput
from mailer.foundation.language import gettext as _


def _parse(node: Mapping[str, Any], place: str) -> int:
    value = node["attended"]
    if not isinstance(value, Mapping) or set(value) != {"event"}:
        raise bad_rule(place, _('achter ‘attended’ hoort {"event": nummer}'))
    event_id = value["event"]
    if not isinstance(event_id, int) or isinstance(event_id, bool):
        raise bad_rule(place, _("‘event’ is het nummer van een bijeenkomst"))
    return event_id


def _check(session: Session, event_id: int) -> None:
    if session.get(Event, event_id) is None:
        raise BadInput(_("Bijeenkomst %(id)s bestaat niet.", id=event_id), field="rule")


def _compile(event_id: int, seat: Seat, _now: datetime) -> ColumnElement[bool]:
    """The party was there when one of its guests was; so was a guest who is in the directory."""
    return or_(
        seat.of_organisation(_present(event_id, Invitation.organisation_id)),
        seat.of_person(_present(event_id, Invitation.person_id)),
        seat.of_person(_present(event_id, Guest.person_id)),
    )


def _present(event_id: int, column: InstrumentedAttribute[int | None]) -> Select[Any]:
    return (
        select(column)
        .select_from(Guest)
        .join(Rsvp, Rsvp.id == Guest.rsvp_id)
        .join(Invitation, Invitation.id == Rsvp.invitation_id)
        .where(Guest.event_id == event_id, Guest.state == GuestState.PRESENT, column.is_not(None))
    )


def _say(session: Session, event_id: int) -> str:
    return _("die erbij waren op %(event)s", event=_title(session, event_id))


def _fact(session: Session, atoms: Sequence[int]) -> str:
    return _("was erbij op %(event)s", event=_title(session, atoms[0]))


def _title(session: Session, event_id: int) -> str:
    event = session.get(Event, event_id)
    return event.title if event else ""


register(
    LeafKind(
        name="attended",
        parse=_parse,
        dump=lambda event_id: {"attended": {"event": event_id}},
        compile=_compile,
        say=_say,
        check=_check,
        fact=_fact,
        recipient_fact=_fact,
    )
)
