"""How every seat behind a mailbox stood for an audience: what held, what the gate said, who was chosen. No sentences.

One statement, asked live for an explanation, and inserted as it is when a mailing is frozen: a year later the same
sentences are made of what was kept. Seats without a mailbox are not in it.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import (
    CTE,
    ColumnElement,
    FromClause,
    Select,
    String,
    and_,
    case,
    false,
    func,
    literal,
    select,
    type_coerce,
    union,
)
from sqlalchemy.orm import Session

from mailer.audiences.choosing import letters_of
from mailer.audiences.criteria import Audience, Leaf, Rule, kind_of, leaves_of
from mailer.audiences.purpose import Purpose
from mailer.audiences.seats import Seat, is_few, seat_of, seats
from mailer.directory.models import Mailbox, Organisation
from mailer.foundation.clock import today
from mailer.subscriptions.permission import refusal

# An atom is one condition with one word: (kind, value).
Atom = tuple[str, Any]
PUT_IN, TAKEN_OUT = "in", "out"


@dataclass(frozen=True)
class Standing:
    """One seat behind a mailbox, at the moment the audience was asked. Ids are 0 where there is nobody."""

    organisation_id: int
    person_id: int
    mailbox_id: int
    organisation: str
    is_contact: bool
    # Which of somebody's mailboxes this is: 1 is the preferred one.
    position: int
    # The order in which people joined the organisation.
    place: int
    # For each atom of the rule, in order: "1" when it held, else "0".
    holds: str
    # Why the gate refused it; empty when it could be written to.
    refusal: str
    # The letter for this seat went to this mailbox (or would have, without a refusal).
    is_chosen: bool
    # "in" or "out" when somebody put this mailbox in or took it out.
    by_hand: str
    address: str = ""
    person: str = ""


def atoms_of(rule: Rule) -> list[Atom]:
    """Return every condition of an expanded rule, each word of "any of these" apart, in the order of ``holds``."""
    return list(dict.fromkeys(atom for leaf in leaves_of(rule) for atom in atoms_in(leaf)))


def atoms_in(leaf: Leaf) -> Iterator[Atom]:
    """Walk over the words of one condition."""
    for value in kind_of(leaf).atoms(leaf.value):
        yield leaf.kind, value


def standings(
    session: Session,
    audience: Audience,
    *,
    now: datetime,
    purpose: Purpose,
    behind: Collection[int] | None = None,
    letters: FromClause | None = None,
) -> CTE:
    """Return how every seat behind every mailbox stands; the columns are those of ``Standing`` without the names.

    The audience is an understood one. A mailbox behind which nobody sits has one row, with 0 for both ids.
    ``behind``: only what decides about these mailboxes (see ``seats``). ``letters``: this audience, worked out before.
    """
    if letters is None:
        letters = letters_of(session, audience, now=now, purpose=purpose, behind=behind)
    few = is_few(session, behind)
    seat = seats(today(now), behind=behind, name="taken_seat")
    letter = _chosen_letters(letters)
    found = (
        select(
            func.coalesce(seat.c.organisation_id, 0).label("organisation_id"),
            func.coalesce(seat.c.person_id, 0).label("person_id"),
            Mailbox.id.label("mailbox_id"),
            func.coalesce(Organisation.name, "").label("organisation"),
            (func.coalesce(seat.c.is_contact, 0) == 1).label("is_contact"),
            func.coalesce(seat.c.position, 0).label("position"),
            func.coalesce(seat.c.place, 0).label("place"),
            _holds(atoms_of(audience.rule), seat_of(seat, few=few), now).label("holds"),
            func.coalesce(_gate(purpose, now, few), "").label("refusal"),
            (func.coalesce(letter.c.is_chosen, 0) == 1).label("is_chosen"),
            _by_hand(audience).label("by_hand"),
        )
        .select_from(Mailbox)
        .outerjoin(seat, seat.c.mailbox_id == Mailbox.id)
        .outerjoin(Organisation, Organisation.id == seat.c.organisation_id)
        .outerjoin(
            letter,
            and_(
                letter.c.mailbox_id == Mailbox.id,
                letter.c.organisation_id == func.coalesce(seat.c.organisation_id, 0),
                letter.c.person_id == func.coalesce(seat.c.person_id, 0),
            ),
        )
    )
    if behind is not None:
        asked = select(Mailbox.id).where(Mailbox.id.in_(behind)).correlate(None)
        beside = select(seat.c.mailbox_id).where(seat.c.mailbox_id.is_not(None))
        found = found.where(Mailbox.id.in_(union(asked, beside)))
    return found.cte("standing")


def _chosen_letters(letters: FromClause) -> FromClause:
    # Not NULL but 0 for "nobody", so that databases can join by hashing.
    organisation_id, person_id = func.coalesce(letters.c.organisation_id, 0), func.coalesce(letters.c.person_id, 0)
    found: Select[Any] = (
        select(
            organisation_id.label("organisation_id"),
            person_id.label("person_id"),
            letters.c.mailbox_id,
            func.max(letters.c.is_chosen).label("is_chosen"),
        )
        .where(letters.c.mailbox_id.is_not(None))
        .group_by(organisation_id, person_id, letters.c.mailbox_id)
    )
    return found.cte("chosen_letter")


def _holds(atoms: list[Atom], seat: Seat, now: datetime) -> ColumnElement[str]:
    letters: list[ColumnElement[str]] = [
        case((kind_of(Leaf(*atom)).compile(atom[1], seat, now), "1"), else_="0") for atom in atoms
    ]
    return type_coerce(_strung_together(letters), String)


def _strung_together(letters: list[ColumnElement[str]]) -> ColumnElement[str]:
    """By halves: a rule of a thousand words is then ten levels deep, not a thousand."""
    if len(letters) < 2:
        return letters[0] if letters else literal("", String)
    middle = len(letters) // 2
    return _strung_together(letters[:middle]).concat(_strung_together(letters[middle:]))


def _gate(purpose: Purpose, now: datetime, few: bool) -> ColumnElement[str | None]:
    return refusal(
        purpose.topic,
        now=now,
        themes=purpose.themes,
        neighbourhoods=purpose.neighbourhoods,
        participants=purpose.participants,
        few=few,
    )


def _by_hand(audience: Audience) -> ColumnElement[str]:
    put_in = Mailbox.address_key.in_(audience.include) if audience.include else false()
    taken_out = Mailbox.address_key.in_(audience.exclude) if audience.exclude else false()
    return case((taken_out, TAKEN_OUT), (put_in, PUT_IN), else_="")
