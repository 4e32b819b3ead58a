"""The condition `answer`: who said yes or no to a meeting, or was asked and has not answered yet.

Registered with `audiences.rules.criteria` when the events floor is imported; the audiences know nothing of meetings.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, Select, or_, select
from sqlalchemy.orm import InstrumentedAttribute, Session

from mailer.audiences.rules.criteria import LeafKind, bad_rule, register
from mailer.audiences.seats import Seat
from mailer.events.models import Answer, Event, Invitation, Rsvp
from mailer.foundation.errors import BadInput
from mailer.foundation.language import gettext as _

SAID = ("yes", "no", "none")


@dataclass(frozen=True)
class Answered:
    """What a party answered to the meeting; `none`: invited, and no yes or no yet."""

    event_id: int
    said: str


def _parse(node: Mapping[str, Any], place: str) -> Answered:
    value = node["answer"]
    if not isinstance(value, Mapping) or set(value) != {"event", "is"}:
        raise bad_rule(place, _('achter ‘answer’ hoort {"event": nummer, "is": "yes", "no" of "none"}'))
    event_id, said = value["event"], value["is"]
    if not isinstance(event_id, int) or isinstance(event_id, bool):
        raise bad_rule(place, _("‘event’ is het nummer van een bijeenkomst"))
    if said not in SAID:
        raise bad_rule(place, _("‘is’ is yes, no of none"))
    return Answered(event_id, said)


def _dump(value: Answered) -> dict[str, Any]:
    return {"answer": {"event": value.event_id, "is": value.said}}


def _check(session: Session, value: Answered) -> None:
    if session.get(Event, value.event_id) is None:
        raise BadInput(_("Bijeenkomst %(id)s bestaat niet.", id=value.event_id), field="rule")


def _compile(value: Answered, seat: Seat, _now: datetime) -> ColumnElement[bool]:
    organisations = _parties(value, Invitation.organisation_id)
    people = _parties(value, Invitation.person_id)
    return or_(seat.of_organisation(organisations), seat.of_person(people))


def _parties(value: Answered, column: InstrumentedAttribute[int | None]) -> Select[Any]:
    invited = select(column).outerjoin(Rsvp, Rsvp.invitation_id == Invitation.id)
    return invited.where(Invitation.event_id == value.event_id, column.is_not(None), _holds(value))


def _holds(value: Answered) -> ColumnElement[bool]:
    if value.said == "none":
        return or_(Rsvp.id.is_(None), Rsvp.answer == Answer.MAYBE)
    return Rsvp.answer == Answer(value.said)


def _say(session: Session, value: Answered) -> str:
    return {
        "yes": _("die komen naar %(event)s", event=_title(session, value)),
        "no": _("die niet komen naar %(event)s", event=_title(session, value)),
        "none": _("die nog niet hebben gereageerd op %(event)s", event=_title(session, value)),
    }[value.said]


def _fact(session: Session, atoms: Sequence[Answered]) -> str:
    return {
        "yes": _("komt naar %(event)s", event=_title(session, atoms[0])),
        "no": _("komt niet naar %(event)s", event=_title(session, atoms[0])),
        "none": _("heeft nog niet gereageerd op %(event)s", event=_title(session, atoms[0])),
    }[atoms[0].said]


def _title(session: Session, value: Answered) -> str:
    event = session.get(Event, value.event_id)
    return event.title if event else ""


register(
    LeafKind(
        name="answer",
        parse=_parse,
        dump=_dump,
        compile=_compile,
        say=_say,
        check=_check,
        fact=_fact,
        recipient_fact=_fact,
    )
)
