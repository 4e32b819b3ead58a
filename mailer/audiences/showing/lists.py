"""The lists behind the numbers of an audience: organisations, people, mailboxes, and who gets no letter.

A page at a time, and searchable. Only reads.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import Any

from sqlalchemy import (
    CTE,
    ColumnElement,
    Select,
    String,
    Subquery,
    and_,
    cast,
    func,
    literal,
    null,
    or_,
    select,
    union_all,
)
from sqlalchemy.orm import Session

from mailer.audiences.purpose import ANY_PURPOSE, Purpose
from mailer.audiences.ranks import WITHOUT_MAILBOX
from mailer.audiences.recipients.addressing import addressees
from mailer.audiences.recipients.choosing import letters_of
from mailer.audiences.rules.criteria import Audience
from mailer.audiences.showing.lines import MailboxLine, PartyLine
from mailer.audiences.why.explaining import stand_ins
from mailer.directory.models import Mailbox, Organisation, Person
from mailer.directory.queries import mailboxes
from mailer.subscriptions.permission import Refusal

# Who gets no letter, in this order.
_MAILBOX, _ORGANISATION, _PERSON = range(3)


@dataclass(frozen=True)
class Asked:
    """Which part of a list: the words somebody looks for, and the page (from 1); no length: all of it."""

    search: str = ""
    page: int = 1
    per_page: int | None = None


@dataclass(frozen=True)
class Listed:
    """A part of a list, and how many lines the whole has."""

    lines: Sequence[Any] = ()
    total: int = 0
    page: int = 1


@dataclass(frozen=True)
class RefusedLine:
    """Somebody of an audience who gets no letter: a mailbox that the gate refuses, or who has none to use."""

    name: str
    # Who else sits behind the mailbox; for a person the organisations; for an organisation nobody.
    beside: list[str] = field(default_factory=list)
    address: str = ""
    refusal: Refusal | None = None
    mailbox_id: int | None = None
    person_id: int | None = None
    organisation_id: int | None = None


@dataclass(frozen=True)
class Lists:
    """The lists of one audience."""

    session: Session
    audience: Mapping[str, Any] | Audience
    now: datetime
    purpose: Purpose = ANY_PURPOSE

    def organisations(self, asked: Asked) -> Listed:
        """Organisations by name, each with the address that reaches it, if any does (``PartyLine``)."""
        best = self._best(self._letters(), "organisation_id")
        question = (
            select(Organisation.id, Organisation.name, Mailbox.address, best.c.refusal, best.c.state, Mailbox.id)
            .join(best, best.c.organisation_id == Organisation.id)
            .outerjoin(Mailbox, Mailbox.id == best.c.mailbox_id)
            .where(best.c.rank == 1, *_called(asked, Organisation.name))
            .order_by(Organisation.name_key, Organisation.id)
        )
        rows, listed = self._part(question, asked)
        instead = self._stand_ins([row[5] for row in rows if row[5]])
        lines = [
            PartyLine(each, name, [], address or "", _refusal(refusal, state), instead.get((each, mailbox_id), ""))
            for each, name, address, refusal, state, mailbox_id in rows
        ]
        return replace(listed, lines=lines)

    def people(self, asked: Asked) -> Listed:
        """People by family name, each with the address that reaches them, if any does (``PartyLine``)."""
        best = self._best(self._letters(), "person_id")
        question = (
            select(Person, Mailbox.address, best.c.refusal, best.c.state)
            .join(best, best.c.person_id == Person.id)
            .outerjoin(Mailbox, Mailbox.id == best.c.mailbox_id)
            .where(best.c.rank == 1, *_called(asked, Person.given_name, Person.particle, Person.family_name))
            .order_by(func.lower(Person.family_name), func.lower(Person.given_name), Person.id)
        )
        rows, listed = self._part(question, asked)
        hats = self._hats([row[0].id for row in rows])
        lines = [
            PartyLine(one.id, one.full_name, hats.get(one.id, []), address or "", _refusal(refusal, state))
            for one, address, refusal, state in rows
        ]
        return replace(listed, lines=lines)

    def mailboxes(self, asked: Asked) -> Listed:
        """Mailboxes that get a letter, by address, with for whom it is and who stands in (``MailboxLine``)."""
        letters = self._letters()
        reached = select(letters.c.mailbox_id).where(letters.c.is_chosen == 1, letters.c.refusal.is_(None))
        question = mailboxes(asked.search).where(Mailbox.id.in_(reached.where(letters.c.mailbox_id.is_not(None))))
        rows, listed = self._part(question, asked)
        found = [row[0] for row in rows]
        meant = self._meant([mailbox.id for mailbox in found])
        lines = [
            MailboxLine(one.id, one.address, *meant.get(one.id, ([], [])), refusal=None, stands_in=reasons)
            for one, reasons in zip(found, self._reasons(found), strict=True)
        ]
        return replace(listed, lines=lines)

    def refused(self, asked: Asked) -> Listed:
        """Mailboxes that the gate refuses, by address, then organisations and people without one (``RefusedLine``)."""
        rows, listed = self._part(self._refused(asked), asked)
        mailbox_ids, organisation_ids, person_ids = ([row.id for row in rows if row.kind == kind] for kind in range(3))
        addresses = {one.id: one.address for one in self._rows(Mailbox, mailbox_ids)}
        organisations = {one.id: one.name for one in self._rows(Organisation, organisation_ids)}
        people = {one.id: one.full_name for one in self._rows(Person, person_ids)}
        meant, hats = self._meant(mailbox_ids), self._hats(person_ids)
        lines = []
        for row in rows:
            if row.kind == _ORGANISATION:
                lines.append(RefusedLine(organisations[row.id], organisation_id=row.id))
            elif row.kind == _PERSON:
                lines.append(RefusedLine(people[row.id], hats.get(row.id, []), person_id=row.id))
            else:
                names, readers = meant.get(row.id, ([], []))
                name, *beside = [*readers, *names] or [addresses[row.id]]
                lines.append(RefusedLine(name, beside, addresses[row.id], Refusal(row.refusal), mailbox_id=row.id))
        return replace(listed, lines=lines)

    def without_basis(self, *, limit: int) -> list[int]:
        """Return the mailboxes that only lack a basis, the first of them: ids."""
        letters = self._letters()
        is_so = and_(letters.c.is_chosen == 1, letters.c.refusal == Refusal.NO_BASIS.value)
        return list(
            self.session.scalars(
                select(letters.c.mailbox_id).where(is_so).distinct().order_by(letters.c.mailbox_id).limit(limit)
            )
        )

    def _letters(self) -> CTE:
        return letters_of(self.session, self.audience, now=self.now, purpose=self.purpose)

    def _best(self, letters: CTE, party: str) -> Subquery:
        """For each organisation or person the letter that reaches it best."""
        order = (letters.c.state, letters.c.organisation_id, letters.c.place, letters.c.person_id)
        rank = func.row_number().over(partition_by=letters.c[party], order_by=order).label("rank")
        return (
            select(letters, rank)
            .where(letters.c.is_chosen == 1, letters.c[party].is_not(None))
            .subquery(f"best_of_{party}")
        )

    def _refused(self, asked: Asked) -> Select[*tuple[Any, ...]]:
        letters = self._letters()
        is_called = Mailbox.id.in_(mailboxes(asked.search).with_only_columns(Mailbox.id).order_by(None))
        refused = (
            select(
                literal(_MAILBOX).label("kind"),
                Mailbox.id.label("id"),
                Mailbox.address_key.label("sorted_by"),
                func.max(letters.c.refusal).label("refusal"),
            )
            .join(letters, letters.c.mailbox_id == Mailbox.id)
            .where(letters.c.is_chosen == 1, letters.c.refusal.is_not(None), is_called)
            .group_by(Mailbox.id, Mailbox.address_key)
        )
        names = (Person.given_name, Person.particle, Person.family_name)
        both = union_all(
            refused,
            self._without(
                letters,
                "organisation_id",
                _ORGANISATION,
                Organisation,
                _called(asked, Organisation.name, address=False),
            ),
            self._without(letters, "person_id", _PERSON, Person, _called(asked, *names, address=False)),
        ).subquery("refused")
        return select(both).order_by(both.c.kind, both.c.sorted_by, both.c.id)

    def _without(
        self, letters: CTE, party: str, kind: int, model: Any, is_called: list[ColumnElement[bool]]
    ) -> Select[*tuple[Any, ...]]:
        """Organisations or people for whom there is no mailbox to use."""
        best = self._best(letters, party)
        return (
            select(literal(kind), model.id, model.name_key, cast(null(), String))
            .join(best, best.c[party] == model.id)
            .where(best.c.rank == 1, best.c.state == WITHOUT_MAILBOX, *is_called)
        )

    def _rows(self, model: Any, ids: Sequence[int]) -> Sequence[Any]:
        return self.session.scalars(select(model).where(model.id.in_(ids))).all()

    def _part(self, question: Select[*tuple[Any, ...]], asked: Asked) -> tuple[Sequence[Any], Listed]:
        if asked.per_page is None:
            rows = self.session.execute(question).unique().all()
            return rows, Listed(total=len(rows))
        total = self.session.scalar(select(func.count()).select_from(question.order_by(None).subquery())) or 0
        page = min(max(1, asked.page), max(1, -(-total // asked.per_page)))
        part = question.limit(asked.per_page).offset((page - 1) * asked.per_page)
        return self.session.execute(part).unique().all(), Listed(total=total, page=page)

    def _hats(self, person_ids: Sequence[int]) -> dict[int, list[str]]:
        """Person id → the organisations through which they are in the audience."""
        if not person_ids:
            return {}
        letters = self._letters()
        rows = self.session.execute(
            select(letters.c.person_id, Organisation.name)
            .join(Organisation, Organisation.id == letters.c.organisation_id)
            .where(letters.c.is_chosen == 1, letters.c.person_id.in_(person_ids))
            .distinct()
            .order_by(letters.c.person_id, Organisation.name)
        )
        hats: dict[int, list[str]] = {}
        for person_id, name in rows:
            hats.setdefault(person_id, []).append(name)
        return hats

    def _meant(self, mailbox_ids: Sequence[int]) -> dict[int, tuple[list[str], list[str]]]:
        """Mailbox id → names of organisations and of people for whom its letter is."""
        if not mailbox_ids:
            return {}
        meant = addressees(self.session, self.audience, now=self.now, purpose=self.purpose, mailbox_ids=mailbox_ids)
        organisation_ids = {each for whom in meant.values() for each in whom.organisations}
        person_ids = {each for whom in meant.values() for each in whom.people}
        names = {
            row.id: row.name
            for row in self.session.scalars(select(Organisation).where(Organisation.id.in_(organisation_ids)))
        }
        people = {
            row.id: row.full_name for row in self.session.scalars(select(Person).where(Person.id.in_(person_ids)))
        }
        return {
            mailbox_id: ([names[each] for each in whom.organisations], [people[each] for each in whom.people])
            for mailbox_id, whom in meant.items()
        }

    def _reasons(self, found: Sequence[Mailbox]) -> list[list[str]]:
        instead = self._stand_ins([mailbox.id for mailbox in found])
        return [[said for (_party, each), said in instead.items() if each == mailbox.id] for mailbox in found]

    def _stand_ins(self, mailbox_ids: Sequence[int]) -> dict[tuple[int, int], str]:
        if not mailbox_ids:
            return {}
        return stand_ins(self.session, self.audience, now=self.now, purpose=self.purpose, mailbox_ids=mailbox_ids)


def _called(asked: Asked, *columns: Any, address: bool = True) -> list[ColumnElement[bool]]:
    """Every word somebody looks for stands in one of these columns, or in the address."""
    places = [*columns, *([Mailbox.address_key] if address else [])]
    return [
        or_(*(func.lower(func.coalesce(place, "")).contains(word, autoescape=True) for place in places))
        for word in asked.search.lower().split()
    ]


def _refusal(refusal: str | None, state: int) -> Refusal | None:
    return Refusal(refusal) if refusal and state != WITHOUT_MAILBOX else None
