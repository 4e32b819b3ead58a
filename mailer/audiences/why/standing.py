"""How every seat behind a mailbox stood for an audience: what held, what the gate said, who was chosen. No sentences.

Of a few mailboxes as rows, for an explanation; of the whole directory as one statement, inserted as it is when a
mailing is frozen: a year later the same sentences are made of what was kept. Seats without a mailbox are not in it.
"""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import (
    CTE,
    ColumnElement,
    FromClause,
    Select,
    and_,
    case,
    false,
    func,
    select,
)
from sqlalchemy.orm import Session

from mailer.audiences.purpose import Purpose
from mailer.audiences.recipients.choosing import letters_among, letters_of
from mailer.audiences.recipients.gathering import Handful, SeatFacts, gather
from mailer.audiences.recipients.seat_question import SeatQuestion
from mailer.audiences.rules.atoms import atoms_of, holds
from mailer.audiences.rules.criteria import Audience
from mailer.audiences.seats import is_few, seat_of, seats
from mailer.directory.models import Mailbox, Organisation
from mailer.foundation.clock import today
from mailer.subscriptions.permission import refusal

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


def standings_behind(
    session: Session, audience: Audience, mailbox_ids: Collection[int], *, now: datetime, purpose: Purpose
) -> list[Standing]:
    """Return how every seat stands that decides about these mailboxes (see ``seats``), theirs and others'.

    The audience is an understood one. A mailbox behind which nobody sits has one row, with 0 for both ids.
    """
    question = SeatQuestion(audience, now, purpose, mailbox_ids, few=True)
    handful = gather(session, question)
    letter = letters_among(session, question, handful).c
    told = select(letter.organisation_id, letter.person_id, letter.mailbox_id).where(letter.is_chosen == 1)
    chosen = {tuple(each or 0 for each in row) for row in session.execute(told)}
    seated = [(seat, seat.mailbox_id) for seat in handful.seats if seat.mailbox_id]
    empty = handful.mailboxes.keys() - {mailbox_id for _seat, mailbox_id in seated}
    nobody = SeatFacts(None, None, None, holds="0" * len(atoms_of(audience.rule)))
    everybody = [*seated, *((nobody, mailbox_id) for mailbox_id in empty)]
    found = [_standing(audience, handful, seat, mailbox_id, chosen) for seat, mailbox_id in everybody]
    return sorted(found, key=lambda row: (row.organisation_id, row.person_id, row.position, row.mailbox_id))


def standings(
    session: Session, audience: Audience, *, now: datetime, purpose: Purpose, letters: FromClause | None = None
) -> CTE:
    """Return how every seat behind every mailbox stands; the columns are those of ``Standing`` without the names.

    The audience is an understood one. A mailbox behind which nobody sits has one row, with 0 for both ids.
    ``letters``: this audience, worked out before.
    """
    if letters is None:
        letters = letters_of(session, audience, now=now, purpose=purpose)
    few = is_few(session, None)
    seat = seats(today(now), name="taken_seat")
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
            holds(atoms_of(audience.rule), seat_of(seat, few=few), now).label("holds"),
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
    return found.cte("standing")


def _standing(
    audience: Audience, handful: Handful, seat: SeatFacts, mailbox_id: int, chosen: Collection[tuple[int, ...]]
) -> Standing:
    mailbox = handful.mailboxes[mailbox_id]
    ids = seat.organisation_id or 0, seat.person_id or 0, mailbox_id
    return Standing(
        *ids,
        organisation=seat.organisation,
        is_contact=seat.is_contact,
        position=seat.position,
        place=seat.place,
        holds=seat.holds,
        refusal=mailbox.refusal or "",
        is_chosen=ids in chosen,
        by_hand=TAKEN_OUT if mailbox.key in audience.exclude else PUT_IN if mailbox.key in audience.include else "",
        address=mailbox.address,
        person=seat.person,
    )


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
