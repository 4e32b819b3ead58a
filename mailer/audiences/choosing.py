"""From audience to mailboxes: one SQL statement that says who gets a letter, for whom it is, and whom the gate refuses.

First the seats that fit the rule; then for each person and organisation the mailbox to use; then, by reach, whom of an
organisation. Somebody who cannot be written to is passed over for the next choice; when nobody can, the first choice
stays in the count with the reason (decision 0037). Always one letter per mailbox.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from sqlalchemy import (
    CTE,
    ColumnElement,
    Integer,
    Row,
    Select,
    and_,
    case,
    cast,
    distinct,
    false,
    func,
    literal,
    null,
    or_,
    select,
    true,
    union_all,
)
from sqlalchemy.orm import Session

from mailer.audiences.criteria import Audience, compile_rule, understand
from mailer.audiences.models import Reach
from mailer.audiences.seats import Seat, is_among, seats
from mailer.directory.models import Mailbox
from mailer.foundation.clock import today
from mailer.subscriptions.models import Topic
from mailer.subscriptions.permission import Refusal, refusal

# How good a choice is: it may be written to, the gate refuses, there is no mailbox.
OPEN, REFUSED, WITHOUT_MAILBOX, NOBODY_THERE = 0, 1, 2, 9


@dataclass(frozen=True)
class Purpose:
    """What the letter is about, for the gate: its topic, and the ids of its themes and neighbourhoods (none: all).

    ``participants`` selects the mailboxes of a meeting this is news of.
    """

    topic: Topic | None = None
    themes: Collection[int] = ()
    neighbourhoods: Collection[int] = ()
    participants: Select[int] | None = None


ANY_PURPOSE = Purpose()


@dataclass(frozen=True)
class Addressees:
    """Whom one letter is for: ids of organisations, and of the people to greet, in the order they joined."""

    organisations: tuple[int, ...] = ()
    people: tuple[int, ...] = ()


@dataclass(frozen=True)
class AudienceCount:
    """An audience in numbers; ``mailboxes`` = ``mailable`` + all of ``refused``."""

    organisations: int
    # Organisations that at least one letter reaches.
    organisations_reached: int
    people: int
    # People we cannot write to: refused, or without a mailbox.
    people_unreached: int
    # Of those, people without any mailbox.
    no_mailbox: int
    mailboxes: int
    mailable: int
    refused: dict[str, int] = field(default_factory=dict)


def chosen(
    session: Session,
    audience: Mapping[str, Any] | Audience,
    *,
    now: datetime,
    purpose: Purpose = ANY_PURPOSE,
    behind: Collection[int] | None = None,
) -> Select[int]:
    """Return a SELECT of the ids of the mailboxes in this audience, each once, refused ones included.

    For ``INSERT … SELECT``: join it to ``Mailbox`` and ask ``permission.refusal`` beside it. ``behind``: see
    ``letters_of``.
    """
    letters = letters_of(session, audience, now=now, purpose=purpose, behind=behind)
    return select(letters.c.mailbox_id).where(letters.c.is_chosen == 1, letters.c.mailbox_id.is_not(None)).distinct()


def addressees(
    session: Session,
    audience: Mapping[str, Any] | Audience,
    *,
    now: datetime,
    purpose: Purpose = ANY_PURPOSE,
    mailbox_ids: Collection[int] | None = None,
) -> dict[int, Addressees]:
    """Return mailbox id → whom its letter is for, for these mailboxes of the audience (none given: for all of them).

    A shared mailbox greets everybody for whom it is the address to use, also when only the organisation was chosen.
    Ask it in the transaction in which the audience was chosen.
    """
    letters = letters_of(session, audience, now=now, purpose=purpose, behind=mailbox_ids)
    rows = session.execute(
        select(letters)
        .where(letters.c.mailbox_id.is_not(None))
        .order_by(letters.c.mailbox_id, letters.c.organisation_id, letters.c.place, letters.c.person_id)
    )
    wanted = None if mailbox_ids is None else set(mailbox_ids)
    behind: dict[int, list[Row[Any]]] = defaultdict(list)
    for row in rows:
        if wanted is None or row.mailbox_id in wanted:
            behind[row.mailbox_id].append(row)
    return {mailbox_id: _addressed(rows) for mailbox_id, rows in behind.items() if any(row.is_chosen for row in rows)}


def count(
    session: Session, audience: Mapping[str, Any] | Audience, *, now: datetime, purpose: Purpose = ANY_PURPOSE
) -> AudienceCount:
    """Return the audience in numbers, by one statement."""
    row = letters_of(session, audience, now=now, purpose=purpose).c
    numbers = session.execute(
        select(
            _count(row.organisation_id),
            _count(row.organisation_id, row.state == OPEN),
            _count(row.person_id),
            _count(row.person_id, row.state != OPEN),
            _count(row.person_id, row.state == WITHOUT_MAILBOX),
            _count(row.mailbox_id),
            _count(row.mailbox_id, row.state == OPEN),
            *(_count(row.mailbox_id, row.refusal == reason.value) for reason in Refusal),
        ).where(row.is_chosen == 1)
    ).one()
    refused = {reason.value: n for reason, n in zip(Refusal, numbers[7:], strict=True) if n}
    return AudienceCount(*numbers[:7], refused=refused)


def letters_of(
    session: Session,
    audience: Mapping[str, Any] | Audience,
    *,
    now: datetime,
    purpose: Purpose = ANY_PURPOSE,
    behind: Collection[int] | None = None,
) -> CTE:
    """Return every person and organisation that fits, with the mailbox to use for each.

    ``behind``: only what decides about these mailboxes (ids), which costs no more in a large directory than in a small
    one. What is said of them is the same as without it; rows of other mailboxes may come along.

    Columns: organisation_id, person_id, mailbox_id, place, refusal (NULL: may be written to), state (``OPEN`` …) and
    is_chosen (1 when the reach chose it). Raises ``BadInput`` when the audience is not good.
    """
    understood = understand(session, audience)
    best = _best_mailboxes(_fitting(understood, now, purpose, behind))
    reached = _by_reach(best, understood.reach).cte("reached")
    # Only now: taking a mailbox out must not pull in the next choice of its organisation.
    letters = select(reached).where(_is_not_excluded(reached.c.mailbox_id, understood))
    if not understood.include:
        return letters.cte("letter")
    named = _named_mailboxes(understood, now, purpose)
    if behind is not None:
        named = named.where(Mailbox.id.in_(behind))
    return union_all(letters, named).cte("letter")


def _fitting(audience: Audience, now: datetime, purpose: Purpose, behind: Collection[int] | None) -> CTE:
    """The seats that fit the rule, or whose mailbox is added by hand, each with what the gate says."""
    seat = seats(today(now), behind=behind)
    columns = Seat(seat.c.organisation_id, seat.c.person_id, seat.c.mailbox_id)
    named = is_among(seat.c.mailbox_id, _mailbox_ids(audience.include)) if audience.include else false()
    return (
        select(seat, _flag(named).label("is_named"), _asked(purpose, now, seat.c.mailbox_id).label("refusal"))
        .outerjoin(Mailbox, Mailbox.id == seat.c.mailbox_id)
        .where(or_(compile_rule(audience.rule, columns, now), named))
        .cte("fitting")
    )


def _best_mailboxes(fitting: CTE) -> CTE:
    """For each person and organisation the mailbox to use: one that may be written to, the preferred one first."""
    row = fitting.c
    state = case((row.mailbox_id.is_(None), WITHOUT_MAILBOX), (row.refusal.is_(None), OPEN), else_=REFUSED)
    is_bare = and_(row.person_id.is_(None), row.mailbox_id.is_(None))
    ranked = select(
        fitting,
        state.label("state"),
        func.row_number()
        .over(partition_by=(row.organisation_id, row.person_id), order_by=(state, row.position, row.mailbox_id))
        .label("choice"),
        # The organisation itself fits, not only somebody in it.
        func.max(_flag(is_bare)).over(partition_by=row.organisation_id).label("organisation_fits"),
    ).cte("ranked")
    return select(ranked).where(or_(ranked.c.choice == 1, ranked.c.is_named == 1)).cte("best")


def _by_reach(best: CTE, reach: Reach) -> Select[*tuple[Any, ...]]:
    row = best.c
    return select(
        row.organisation_id,
        row.person_id,
        row.mailbox_id,
        row.place,
        row.refusal,
        row.state,
        _flag(or_(row.is_named == 1, row.organisation_id.is_(None), _is_reached(best, reach))).label("is_chosen"),
    )


def _is_reached(best: CTE, reach: Reach) -> ColumnElement[bool]:
    row = best.c
    if reach is Reach.EVERYONE:
        return true()
    is_own = row.person_id.is_(None)
    # Where the rule is about people (a role, a language), whoever fits it counts as the contact.
    is_contact = and_(row.person_id.is_not(None), or_(row.is_contact == 1, row.organisation_fits == 0))
    # Window functions cannot stand in WHERE, but they can decide a column.
    if reach is Reach.CONTACTS:
        own = func.min(case((is_own, row.state), else_=NOBODY_THERE)).over(partition_by=row.organisation_id)
        contacts = func.min(case((is_contact, row.state), else_=NOBODY_THERE)).over(partition_by=row.organisation_id)
        return or_(and_(is_contact, contacts <= own), and_(is_own, own < contacts))
    order = (
        _flag(or_(is_own, is_contact)).desc(),
        row.state,
        _flag(is_own).desc(),
        row.is_contact.desc(),
        row.place,
        row.person_id,
    )
    return and_(or_(is_own, is_contact), func.row_number().over(order_by=order, partition_by=row.organisation_id) == 1)


def _named_mailboxes(audience: Audience, now: datetime, purpose: Purpose) -> Select[*tuple[Any, ...]]:
    """Mailboxes added by hand, also those behind which we know nobody."""
    asked = _asked(purpose, now, Mailbox.id)
    return select(
        cast(null(), Integer),
        cast(null(), Integer),
        Mailbox.id,
        literal(0),
        asked,
        case((asked.is_(None), OPEN), else_=REFUSED),
        literal(1),
    ).where(Mailbox.address_key.in_(audience.include), _is_not_excluded(Mailbox.id, audience))


def _is_not_excluded(mailbox_id: Any, audience: Audience) -> ColumnElement[bool]:
    if not audience.exclude:
        return true()
    return or_(mailbox_id.is_(None), mailbox_id.not_in(_mailbox_ids(audience.exclude)))


def _mailbox_ids(keys: Collection[str]) -> Select[int]:
    return select(Mailbox.id).where(Mailbox.address_key.in_(keys)).correlate(None)


def _asked(purpose: Purpose, now: datetime, mailbox_id: Any) -> ColumnElement[str | None]:
    gate = refusal(
        purpose.topic,
        now=now,
        themes=purpose.themes,
        neighbourhoods=purpose.neighbourhoods,
        participants=purpose.participants,
    )
    return case((mailbox_id.is_(None), null()), else_=gate)


def _flag(condition: ColumnElement[bool]) -> ColumnElement[int]:
    return case((condition, 1), else_=0)


def _count(column: ColumnElement[Any], condition: ColumnElement[bool] | None = None) -> ColumnElement[int]:
    return func.count(distinct(column if condition is None else case((condition, column))))


def _addressed(rows: list[Row[Any]]) -> Addressees:
    organisations = dict.fromkeys(row.organisation_id for row in rows if row.is_chosen)
    people = dict.fromkeys(row.person_id for row in rows if row.organisation_id in organisations)
    return Addressees(
        organisations=tuple(each for each in organisations if each is not None),
        people=tuple(each for each in people if each is not None),
    )
