"""Gathering: what is so of a handful of seats, asked by a few small statements.

Counting asks a rule of a whole directory in one statement of hundreds of lines; to put that together and to plan it
takes longer than to answer it for five seats (decision 0060). So who sits there, which atoms hold for them and what the
gate says of their mailboxes are asked apart, each by a statement that reads the same every time.

Whom of them gets a letter is not decided here: ``choosing`` decides that for few seats as for many.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from functools import cache
from typing import Any

from sqlalchemy import CTE, Date, Row, Select, bindparam, select
from sqlalchemy.orm import Session

from mailer.audiences.recipients.seat_question import SeatQuestion, gate_of
from mailer.audiences.rules.atoms import atoms_of, holds, is_true, truths_of
from mailer.audiences.seats import seat_of, seats
from mailer.directory.models import Mailbox, Organisation, Person
from mailer.foundation.clock import today
from mailer.foundation.database import is_sqlite
from mailer.foundation.given import NUMBER, among, inlined
from mailer.subscriptions.permission import Refusal

# A seat as the database knows it: organisation, person, mailbox; None where there is nobody.
SeatIds = tuple[int | None, int | None, int | None]
_FITTING = ("organisation_id", "person_id", "mailbox_id", "position", "is_contact", "place", "gate")


@dataclass(frozen=True)
class SeatFacts:
    """One seat: who sits there, in the directory's words, and for which atoms of the rule that holds ("1" or "0")."""

    organisation_id: int | None
    person_id: int | None
    mailbox_id: int | None
    holds: str
    position: int = 0
    is_contact: bool = False
    place: int = 0
    organisation: str = ""
    person: str = ""

    @property
    def ids(self) -> SeatIds:
        return self.organisation_id, self.person_id, self.mailbox_id


@dataclass(frozen=True)
class MailboxFacts:
    """One mailbox, and what the gate says of it."""

    address: str
    key: str
    refusal: Refusal | None


@dataclass(frozen=True)
class Handful:
    """The seats that decide about some mailboxes, and every mailbox of theirs or asked about, by id."""

    seats: list[SeatFacts]
    mailboxes: dict[int, MailboxFacts]


def gather(session: Session, question: SeatQuestion) -> Handful:
    """Return what is so of every seat behind the mailboxes that are asked about."""
    assert question.behind is not None
    found = _who_sits(session, question)
    held = _held(session, question, [_ids(row) for row in found])
    concerned = {*question.behind, *(row.mailbox_id for row in found if row.mailbox_id)}
    mailboxes = _mailboxes(session, question, concerned)
    # A mailbox may have gone since the first of these statements, and then its seat with it.
    sitting = [_seat(row, held[_ids(row)]) for row in found if row.mailbox_id is None or row.mailbox_id in mailboxes]
    return Handful(sitting, mailboxes)


def fitting_of(session: Session, question: SeatQuestion, handful: Handful) -> CTE:
    """Return those of a handful that fit the rule or are put in by hand, with the columns ``choosing`` goes by."""
    rows = _fitting(question, handful)
    return inlined(rows, sqlite=is_sqlite(session), **dict.fromkeys(_FITTING, NUMBER)).cte("fitting")


def _fitting(question: SeatQuestion, handful: Handful) -> list[tuple[int | None, ...]]:
    rule, put_in = question.audience.rule, set(question.audience.include)
    atoms = atoms_of(rule)
    fits = {each: is_true(rule, truths_of(atoms, each)) for each in {seat.holds for seat in handful.seats}}
    rows: list[tuple[int | None, ...]] = []
    for seat in handful.seats:
        mailbox = handful.mailboxes[seat.mailbox_id] if seat.mailbox_id else None
        if fits[seat.holds] or (mailbox is not None and mailbox.key in put_in):
            gate = gate_of(mailbox.refusal) if mailbox else 0
            rows.append((*seat.ids, seat.position, int(seat.is_contact), seat.place, gate))
    return rows


def _who_sits(session: Session, question: SeatQuestion) -> Sequence[Row[Any]]:
    asked = {"day": today(question.now), "behind": list(question.behind or ())}
    return session.execute(_sitting(), asked).all()


@cache
def _sitting() -> Select[*tuple[Any, ...]]:
    """Who sits behind mailboxes, by name. Put together once: it is the longest of these statements."""
    seat = seats(bindparam("day", type_=Date), behind=bindparam("behind", expanding=True))
    organisation = Organisation.__table__
    return (
        select(seat, organisation.c.name, Person)
        .outerjoin(organisation, organisation.c.id == seat.c.organisation_id)
        .outerjoin(Person, Person.id == seat.c.person_id)
    )


def _held(session: Session, question: SeatQuestion, asked: Sequence[SeatIds]) -> dict[SeatIds, str]:
    atoms = atoms_of(question.audience.rule)
    if not atoms or not asked:
        return dict.fromkeys(asked, "")
    seat = inlined(asked, sqlite=is_sqlite(session), **dict.fromkeys(_FITTING[:3], NUMBER)).cte("asked")
    rows = session.execute(select(seat, holds(atoms, seat_of(seat, few=True), question.now)))
    return {(organisation_id, person_id, mailbox_id): held for organisation_id, person_id, mailbox_id, held in rows}


def _mailboxes(session: Session, question: SeatQuestion, ids: Collection[int]) -> dict[int, MailboxFacts]:
    mailbox = Mailbox.__table__.c
    asked = select(mailbox.id, mailbox.address, mailbox.address_key, question.gate_word(mailbox.id))
    rows = session.execute(asked.where(among(mailbox.id, "asked")), {"asked": ids})
    return {
        mailbox_id: MailboxFacts(address, key, Refusal(refused) if refused else None)
        for mailbox_id, address, key, refused in rows
    }


def _seat(row: Row[Any], held: str) -> SeatFacts:
    return SeatFacts(
        *_ids(row),
        holds=held,
        position=row.position,
        is_contact=bool(row.is_contact),
        place=row.place,
        organisation=row.name or "",
        person=row.Person.full_name if row.Person else "",
    )


def _ids(row: Row[Any]) -> SeatIds:
    return row.organisation_id, row.person_id, row.mailbox_id
