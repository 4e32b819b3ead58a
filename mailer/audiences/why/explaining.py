"""Explaining: the questions "why is this mailbox in, or out", asked of the directory as it is today.

Four files answer them. Here is the door; ``standing`` asks the database what held for each seat; ``telling`` makes
sentences of that, and ``stand_ins`` those about letters that go to somebody else. What was kept with a mailing takes
the same way from ``deliveries.showing.recalling``.

Staff may see every reason; what the letter itself tells its reader is in ``reasons``.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import CTE, func, select
from sqlalchemy.orm import Session

from mailer.audiences.models import Reach
from mailer.audiences.purpose import ANY_PURPOSE, Purpose
from mailer.audiences.ranks import REFUSED, WITHOUT_MAILBOX
from mailer.audiences.recipients.choosing import letters_of
from mailer.audiences.rules.atoms import Atom
from mailer.audiences.rules.criteria import Audience, Leaf, kind_of
from mailer.audiences.rules.understanding import understand
from mailer.audiences.why.standing import Standing, standings, standings_behind
from mailer.audiences.why.telling import Explanation, Outcome, Question, stand_in, tell, unknown_address
from mailer.directory.models import Mailbox, Person
from mailer.directory.queries import mailbox_of_address
from mailer.foundation.addresses import parse_address
from mailer.foundation.language import gettext as _
from mailer.subscriptions.permission import say_refusal

__all__ = [
    "Explanation",
    "Outcome",
    "TodaysWords",
    "explain",
    "facts_of",
    "question_of",
    "stand_ins",
    "why_missing",
]


@dataclass(frozen=True)
class TodaysWords:
    """Conditions in the words that the directory has today; staff may see every one."""

    session: Session

    def say(self, leaf: Leaf) -> str:
        return kind_of(leaf).say(self.session, leaf.value)

    def facts(self, truths: Mapping[Atom, bool]) -> list[str]:
        return facts_of(self.session, truths, for_recipient=False)


def question_of(session: Session, understood: Audience) -> Question:
    """Return what this audience asks of every seat, in today's words."""
    return Question(understood.rule, understood.reach, TodaysWords(session))


def explain(
    session: Session,
    audience: Mapping[str, Any] | Audience,
    address: str,
    *,
    now: datetime,
    purpose: Purpose = ANY_PURPOSE,
) -> Explanation:
    """Return why this address is in the audience or not. Raises ``BadInput`` when it is no address."""
    parsed = parse_address(address)
    understood = understand(session, audience)
    mailbox = mailbox_of_address(session, parsed)
    if mailbox is None:
        return unknown_address()
    rows = standings_behind(session, understood, [mailbox.id], now=now, purpose=purpose)
    return tell(question_of(session, understood), mailbox.id, _around(rows, mailbox.id))


def stand_ins(
    session: Session,
    audience: Mapping[str, Any] | Audience,
    *,
    now: datetime,
    purpose: Purpose = ANY_PURPOSE,
    mailbox_ids: Collection[int] | None = None,
) -> dict[tuple[int, int], str]:
    """Return (organisation id, mailbox id) → why the letter goes there and not to a better choice.

    Only where somebody stands in; for what is behind these mailboxes, or for all.
    """
    understood = understand(session, audience)
    question = question_of(session, understood)
    if mailbox_ids is not None:
        found = standings_behind(session, understood, mailbox_ids, now=now, purpose=purpose)
    else:
        found = _read(session, standings(session, understood, now=now, purpose=purpose))
    parties: dict[int, list[Standing]] = {}
    for row in found:
        if row.organisation_id:
            parties.setdefault(row.organisation_id, []).append(row)
    told = {
        (row.organisation_id, row.mailbox_id): stand_in(question, row, rows)
        for rows in parties.values()
        for row in rows
        if row.is_chosen
    }
    return {seat: sentence for seat, sentence in told.items() if sentence}


def why_missing(
    session: Session,
    audience: Mapping[str, Any] | Audience | None,
    organisation_ids: Collection[int],
    *,
    now: datetime,
    purpose: Purpose = ANY_PURPOSE,
) -> dict[int, str]:
    """Return organisation id → why no letter reaches it, in a few words, for organisations that are not reached.

    ``audience`` None: why we cannot write to it at all.
    """
    asked = audience if audience is not None else {"rule": {"all": []}, "reach": Reach.ONE_PER_ORGANISATION.value}
    letters = letters_of(session, asked, now=now, purpose=purpose)
    rows = session.execute(
        select(letters.c.organisation_id, func.min(letters.c.state), func.max(letters.c.refusal))
        .where(letters.c.organisation_id.in_(organisation_ids))
        .group_by(letters.c.organisation_id)
    )
    told = {}
    for organisation_id, state, refused in rows:
        if state == REFUSED and refused:
            told[organisation_id] = say_refusal(refused)
        elif state == WITHOUT_MAILBOX:
            told[organisation_id] = _("Geen e-mailadres")
        else:
            told[organisation_id] = _("Andere mensen of adressen zijn gekozen")
    return {each: told.get(each, _("Past niet bij de regel, of is eruit gehaald")) for each in organisation_ids}


def _around(rows: Sequence[Standing], mailbox_id: int) -> list[Standing]:
    """The standings of a mailbox, and of everybody who could stand in for those behind it."""
    mine = [row for row in rows if row.mailbox_id == mailbox_id]
    organisations = {row.organisation_id for row in mine if row.organisation_id}
    people = {row.person_id for row in mine if row.person_id and not row.organisation_id}
    others = [
        row
        for row in rows
        if row.mailbox_id != mailbox_id
        and (row.organisation_id in organisations or (not row.organisation_id and row.person_id in people))
    ]
    return [*mine, *others]


def _read(session: Session, standing: CTE) -> list[Standing]:
    rows = session.execute(
        select(standing, Mailbox.address, Person)
        .join(Mailbox, Mailbox.id == standing.c.mailbox_id)
        .outerjoin(Person, Person.id == standing.c.person_id)
        .where(standing.c.organisation_id != 0)
        .order_by(standing.c.organisation_id, standing.c.person_id, standing.c.position, standing.c.mailbox_id)
    )
    return [Standing(**_named(row._asdict())) for row in rows]


def _named(values: dict[str, Any]) -> dict[str, Any]:
    person: Person | None = values.pop("Person")
    return {**values, "person": person.full_name if person else ""}


def facts_of(session: Session, truths: Mapping[Atom, bool], *, for_recipient: bool) -> list[str]:
    """Return what holds, as ends of a sentence; words of one kind together: "werkt in Bospolder en Spangen"."""
    by_kind: dict[str, list[Any]] = {}
    for (kind, value), holds in truths.items():
        if holds:
            by_kind.setdefault(kind, []).append(value)
    told = []
    for name, values in by_kind.items():
        meant = kind_of(Leaf(name, values[0]))
        fact = meant.recipient_fact if for_recipient else meant.fact
        sentence = fact(session, values) if fact else None
        if sentence:
            told.append(sentence)
    return told
