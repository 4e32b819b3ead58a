"""From audience to mailboxes: one SQL statement that says who gets a letter, for whom it is, and whom the gate refuses.

First the seats that fit the rule; then for each person and organisation the mailbox to use; then, by reach, whom of an
organisation. Somebody who cannot be written to is passed over for the next choice; when nobody can, the first choice
stays in the count with the reason (decision 0037). Always one letter per mailbox.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import Any

from sqlalchemy import (
    CTE,
    BigInteger,
    ColumnElement,
    Integer,
    Row,
    Select,
    Subquery,
    and_,
    case,
    cast,
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
from mailer.audiences.seats import Seat, fitting_seats, seat_of
from mailer.directory.models import Mailbox
from mailer.foundation.clock import today
from mailer.subscriptions.models import Topic
from mailer.subscriptions.permission import Refusal, refusal

# How good a choice is: it may be written to, the gate refuses, there is no mailbox.
OPEN, REFUSED, WITHOUT_MAILBOX, NOBODY_THERE = 0, 1, 2, 9

# How many values ids and positions can have in a packed number (``LAST`` is the greatest position).
_IDS, _POSITIONS = 2**31, 2**20


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
    letters = letters_of(session, audience, now=now, purpose=purpose)
    chosen_letters = select(letters).where(letters.c.is_chosen == 1).cte("chosen")
    numbers: tuple[int, ...] = tuple(session.execute(_tally(chosen_letters)).one())
    refused = {reason.value: n for reason, n in zip(Refusal, numbers[7:], strict=True) if n}
    organisations, reached, people, unreached, no_mailbox, mailboxes, mailable = numbers[:7]
    return AudienceCount(organisations, reached, people, unreached, no_mailbox, mailboxes, mailable, refused)


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

    Columns: organisation_id, person_id, mailbox_id, place, gate, refusal (NULL: may be written to), state (``OPEN`` …)
    and is_chosen (1 when the reach chose it). Raises ``BadInput`` when the audience is not good.
    """
    understood = understand(session, audience)
    asking = _Asking(understood, now, purpose, behind, few=behind is not None or is_sqlite(session))
    reached = _by_reach(_best_mailboxes(asking, _fitting(asking)), understood.reach).cte("reached")
    # Only now: taking a mailbox out must not pull in the next choice of its organisation.
    letters = select(reached).where(_is_not_excluded(reached.c.mailbox_id, understood))
    if not understood.include:
        return letters.cte("letter")
    return union_all(letters, _named_mailboxes(asking)).cte("letter")


@dataclass(frozen=True)
class _Asking:
    """One question: which audience, when, for what, about which mailboxes, and whether those are few (see ``Seat``)."""

    audience: Audience
    now: datetime
    purpose: Purpose
    behind: Collection[int] | None
    few: bool

    def gate(self, mailbox_id: ColumnElement[int]) -> ColumnElement[int]:
        """The gate's answer as a number: 0 when it may be written to, else the place of the refusal."""
        about = self.purpose
        said = refusal(
            about.topic,
            now=self.now,
            themes=about.themes,
            neighbourhoods=about.neighbourhoods,
            participants=about.participants,
            mailbox_id=mailbox_id,
            few=self.few,
            word=lambda reason: literal(_PLACES[reason]),
        )
        return func.coalesce(said, 0)

    def is_named(self, seat: Seat) -> ColumnElement[bool]:
        """Added by hand."""
        return seat.of_mailbox(_mailbox_ids(self.audience.include)) if self.audience.include else false()

    def fits(self, seat: Seat) -> ColumnElement[bool]:
        return or_(compile_rule(self.audience.rule, seat, self.now), self.is_named(seat))


_PLACES = {reason: place for place, reason in enumerate(Refusal, start=1)}


def _fitting(asking: _Asking) -> CTE:
    """The seats that fit the rule, or whose mailbox is added by hand, each with what the gate says."""
    found = fitting_seats(today(asking.now), asking.fits, behind=asking.behind, few=asking.few, merged=False)
    seat = found.cte("seat")
    state = case((seat.c.mailbox_id.is_(None), 0), else_=asking.gate(seat.c.mailbox_id)).label("gate")
    # Kept apart: folded into what uses it, PostgreSQL would ask the gate once for every time it is mentioned.
    return select(seat, state).cte("fitting").prefix_with("MATERIALIZED", dialect="postgresql")


def _best_mailboxes(asking: _Asking, fitting: CTE) -> CTE:
    """For each person and organisation the mailbox to use: one that may be written to, the preferred one first.

    The least of one number that holds state, position, mailbox and gate in that order: one pass of grouping, where
    ranking would sort every seat.
    """
    row = fitting.c
    state = case((row.mailbox_id.is_(None), WITHOUT_MAILBOX), (row.gate == 0, OPEN), else_=REFUSED)
    choice = _packed((state, 4), (row.position, _POSITIONS), (func.coalesce(row.mailbox_id, 0), _IDS), (row.gate, 8))
    party = (
        select(
            row.organisation_id,
            row.person_id,
            func.min(choice).label("choice"),
            func.max(row.is_contact).label("is_contact"),
            func.min(row.place).label("place"),
            # The organisation itself fits, not only somebody in it.
            func.max(_flag(and_(row.person_id.is_(None), row.mailbox_id.is_(None)))).label("fits"),
        )
        .group_by(row.organisation_id, row.person_id)
        .cte("party")
    )
    mailbox_id = func.nullif(_mailbox_in(party), 0)
    seat = Seat(party.c.organisation_id, party.c.person_id, mailbox_id)
    best = select(
        party.c.organisation_id,
        party.c.person_id,
        mailbox_id.label("mailbox_id"),
        party.c.is_contact,
        party.c.place,
        (party.c.choice % 8).label("gate"),
        (party.c.choice // (8 * _IDS * _POSITIONS)).label("state"),
        party.c.fits,
        _flag(asking.is_named(seat)).label("is_named"),
    )
    if not asking.audience.include:
        return best.cte("best")
    return union_all(best, _also_named(asking, fitting, party)).cte("best")


def _also_named(asking: _Asking, fitting: CTE, party: CTE) -> Select[*tuple[Any, ...]]:
    """Seats whose mailbox is added by hand while their party uses another one."""
    row = fitting.c
    state = case((row.gate == 0, OPEN), else_=REFUSED)
    return (
        select(
            row.organisation_id,
            row.person_id,
            row.mailbox_id,
            func.max(row.is_contact),
            func.min(row.place),
            row.gate,
            state,
            literal(0),
            literal(1),
        )
        .join(
            party,
            and_(
                func.coalesce(party.c.organisation_id, 0) == func.coalesce(row.organisation_id, 0),
                func.coalesce(party.c.person_id, 0) == func.coalesce(row.person_id, 0),
            ),
        )
        .where(asking.is_named(seat_of(fitting, few=asking.few)), row.mailbox_id != _mailbox_in(party))
        .group_by(row.organisation_id, row.person_id, row.mailbox_id, row.gate)
    )


def _mailbox_in(party: CTE) -> ColumnElement[int]:
    return party.c.choice // 8 % _IDS


def _by_reach(best: CTE, reach: Reach) -> Select[*tuple[Any, ...]]:
    row = best.c
    columns = (
        row.organisation_id,
        row.person_id,
        row.mailbox_id,
        row.place,
        row.gate,
        _refusal_of(row.gate),
        row.state,
    )
    by_itself = or_(row.is_named == 1, row.organisation_id.is_(None))
    if reach is Reach.EVERYONE:
        return select(*columns, literal(1).label("is_chosen"))
    organisation = _choices_of_organisations(best)
    is_reached = _is_reached(best, organisation, reach)
    return select(*columns, _flag(or_(by_itself, is_reached)).label("is_chosen")).outerjoin(
        organisation, organisation.c.organisation_id == row.organisation_id
    )


def _choices_of_organisations(best: CTE) -> CTE:
    """For each organisation what its own mailbox, its contacts and all its people have to offer: the least is best."""
    row = best.c
    is_own, is_contact = row.person_id.is_(None), row.is_contact == 1
    return (
        select(
            row.organisation_id,
            func.max(row.fits).label("fits"),
            func.min(case((is_own, row.state))).label("own"),
            func.min(case((and_(~is_own, is_contact), row.state))).label("contacts"),
            func.min(case((~is_own, row.state))).label("people"),
            func.min(case((or_(is_own, is_contact), _turn(best)))).label("first_of_contacts"),
            func.min(_turn(best)).label("first_of_people"),
        )
        .where(row.organisation_id.is_not(None))
        .group_by(row.organisation_id)
        .cte("choices")
    )


def _turn(best: CTE) -> ColumnElement[int]:
    """Whose turn it is when an organisation gets one letter: the least first, different for everybody in it."""
    row = best.c
    is_person, is_no_contact = _flag(row.person_id.is_not(None)), _flag(row.is_contact == 0)
    return _packed((row.state, 4), (is_person, 2), (is_no_contact, 2), (row.place, _IDS))


def _is_reached(best: CTE, organisation: CTE, reach: Reach) -> ColumnElement[bool]:
    row, of = best.c, organisation.c
    is_own = row.person_id.is_(None)
    # Where the rule is about people (a role, a language), whoever fits it counts as the contact.
    is_contact = and_(row.person_id.is_not(None), or_(row.is_contact == 1, of.fits == 0))
    if reach is Reach.CONTACTS:
        own = func.coalesce(of.own, NOBODY_THERE)
        contacts = func.coalesce(case((of.fits == 1, of.contacts), else_=of.people), NOBODY_THERE)
        return or_(and_(is_contact, contacts <= own), and_(is_own, own < contacts))
    first = case((of.fits == 1, of.first_of_contacts), else_=of.first_of_people)
    return and_(or_(is_own, is_contact), _turn(best) == first)


def _tally(chosen_letters: CTE) -> Select[*tuple[Any, ...]]:
    """Count by grouping, once for each kind: counting distinct values twelve times sorts every letter twelve times."""
    row = chosen_letters.c
    organisation = _grouped(row.organisation_id, func.min(row.state).label("best"))
    person = _grouped(row.person_id, func.max(row.state).label("worst"))
    mailbox = _grouped(row.mailbox_id, func.max(row.gate).label("gate"))
    organisations = select(_number(), _number(organisation.c.best == OPEN)).select_from(organisation).subquery()
    people = (
        select(_number(), _number(person.c.worst != OPEN), _number(person.c.worst == WITHOUT_MAILBOX))
        .select_from(person)
        .subquery()
    )
    mailboxes = (
        select(_number(), *(_number(mailbox.c.gate == place) for place in range(len(Refusal) + 1)))
        .select_from(mailbox)
        .subquery()
    )
    together = organisations.join(people, true()).join(mailboxes, true())
    return select(organisations, people, mailboxes).select_from(together)


def _grouped(column: ColumnElement[Any], *values: ColumnElement[Any]) -> Subquery:
    return select(*values).where(column.is_not(None)).group_by(column).subquery()


def _number(condition: ColumnElement[bool] | None = None) -> ColumnElement[int]:
    return func.count() if condition is None else func.count(case((condition, 1)))


def _named_mailboxes(asking: _Asking) -> Select[*tuple[Any, ...]]:
    """Mailboxes added by hand, also those behind which we know nobody."""
    audience = asking.audience
    gate = replace(asking, few=True).gate(Mailbox.__table__.c.id)
    named = select(
        cast(null(), Integer),
        cast(null(), Integer),
        Mailbox.id,
        literal(0),
        gate,
        _refusal_of(gate),
        case((gate == 0, OPEN), else_=REFUSED),
        literal(1),
    ).where(Mailbox.address_key.in_(audience.include), _is_not_excluded(Mailbox.id, audience))
    return named if asking.behind is None else named.where(Mailbox.id.in_(asking.behind))


def _refusal_of(gate: ColumnElement[int]) -> ColumnElement[str | None]:
    words = {place: literal(reason.value) for reason, place in _PLACES.items()}
    return case(words, value=gate, else_=null()).label("refusal")


def _is_not_excluded(mailbox_id: Any, audience: Audience) -> ColumnElement[bool]:
    if not audience.exclude:
        return true()
    return or_(mailbox_id.is_(None), mailbox_id.not_in(_mailbox_ids(audience.exclude)))


def _mailbox_ids(keys: Collection[str]) -> Select[int]:
    return select(Mailbox.id).where(Mailbox.address_key.in_(keys)).correlate(None)


def _flag(condition: ColumnElement[bool]) -> ColumnElement[int]:
    return case((condition, 1), else_=0)


def _packed(*parts: tuple[Any, int]) -> ColumnElement[int]:
    """Numbers as one, the first weighing most; beside each how many values it can have."""
    packed: ColumnElement[int] = cast(literal(0), BigInteger)
    for value, size in parts:
        packed = packed * literal(size, BigInteger) + value
    return packed


def is_sqlite(session: Session) -> bool:
    """SQLite looks up in an index as fast as in a set, and making the set costs more."""
    return session.get_bind().dialect.name == "sqlite"


def _addressed(rows: list[Row[Any]]) -> Addressees:
    organisations = dict.fromkeys(row.organisation_id for row in rows if row.is_chosen)
    people = dict.fromkeys(row.person_id for row in rows if row.organisation_id in organisations)
    return Addressees(
        organisations=tuple(each for each in organisations if each is not None),
        people=tuple(each for each in people if each is not None),
    )
