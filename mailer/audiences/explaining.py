"""Why a mailbox gets a letter, or not, worked out from the rule itself.

Staff may see every reason. A recipient sees only what is not sensitive: never notes, target groups, languages or
networks marked internal (``LeafKind.recipient_fact``).
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, case, select
from sqlalchemy.orm import Session

from mailer.audiences.choosing import ANY_PURPOSE, Purpose, chosen, letters_of
from mailer.audiences.criteria import (
    Audience,
    How,
    Leaf,
    Rule,
    compile_rule,
    kind_of,
    leaves_of,
    understand,
)
from mailer.audiences.saying import say_clause, say_reach
from mailer.audiences.seats import Seat, seats
from mailer.directory.models import Mailbox, Organisation, Person
from mailer.directory.queries import mailbox_of_address
from mailer.foundation.addresses import parse_address
from mailer.foundation.clock import today
from mailer.foundation.language import gettext as _
from mailer.foundation.language import listing
from mailer.subscriptions.permission import Refusal, explain_refusal, refusals


@dataclass(frozen=True)
class Explanation:
    """Whether a mailbox is in an audience, why or why not in sentences, and what the gate says of it."""

    is_in: bool
    because: list[str]
    refusal: Refusal | None


@dataclass(frozen=True)
class Reason:
    """Why one mailbox is in an audience, for the letter itself: "Buurttuin De Voeg" and what it does."""

    organisation: str
    facts: list[str]

    @property
    def sentence(self) -> str:
        """ "Buurttuin De Voeg werkt in Bospolder en doet mee met het thema Groen"; empty when nothing may be told."""
        return f"{self.organisation} {listing(self.facts)}" if self.facts else ""


# An atom is one condition with one word; a truth is what holds for one seat.
Atom = tuple[str, Any]
Truths = dict[Atom, bool]


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
        return Explanation(False, [_("Dit adres staat niet in het adresboek.")], None)
    selected = chosen(session, understood, now=now, purpose=purpose).subquery()
    is_in = (
        session.scalars(select(selected.c.mailbox_id).where(selected.c.mailbox_id == mailbox.id)).first() is not None
    )
    refusal = refusals(
        session,
        [mailbox.id],
        purpose.topic,
        now=now,
        themes=purpose.themes,
        neighbourhoods=purpose.neighbourhoods,
        participants=purpose.participants,
    ).get(mailbox.id)
    because = list(_why(session, understood, mailbox, is_in=is_in, now=now))
    if refusal is not None:
        because.append(explain_refusal(refusal))
    return Explanation(is_in, because, refusal)


def reasons_for(
    session: Session,
    audience: Mapping[str, Any] | Audience,
    *,
    now: datetime,
    purpose: Purpose = ANY_PURPOSE,
    mailbox_ids: Collection[int] | None = None,
) -> dict[int, Reason]:
    """Return mailbox id → why it gets the letter, as its reader may see it; for these mailboxes or for all.

    Only conditions that truly hold for that reader are told. A mailbox without an entry was chosen in a way that says
    nothing to its reader (by hand, or by a rule that may not be told): say that it is in the network.
    """
    understood = understand(session, audience)
    atoms = [atom for atom in _positive_atoms(understood.rule) if kind_of(Leaf(*atom)).recipient_fact]
    if not atoms:
        return {}
    letters = letters_of(session, understood, now=now, purpose=purpose)
    seat = Seat(letters.c.organisation_id, letters.c.person_id, letters.c.mailbox_id)
    rows = session.execute(
        select(letters.c.mailbox_id, Organisation.name, *_atom_columns(atoms, seat, now))
        .outerjoin(Organisation, Organisation.id == letters.c.organisation_id)
        .where(letters.c.is_chosen == 1, letters.c.mailbox_id.is_not(None))
        .order_by(letters.c.mailbox_id, letters.c.organisation_id, letters.c.person_id)
    )
    wanted = None if mailbox_ids is None else set(mailbox_ids)
    told: dict[tuple[bool, ...], list[str]] = {}
    found: dict[int, Reason] = {}
    for mailbox_id, organisation, *holds in rows:
        if mailbox_id in found or (wanted is not None and mailbox_id not in wanted):
            continue
        pattern = tuple(bool(each) for each in holds)
        if pattern not in told:
            told[pattern] = _facts(session, dict(zip(atoms, pattern, strict=True)), for_recipient=True)
        if told[pattern]:
            found[mailbox_id] = Reason(organisation or _("je"), told[pattern])
    return found


def _why(session: Session, audience: Audience, mailbox: Mailbox, *, is_in: bool, now: datetime) -> Iterator[str]:
    if mailbox.address_key in audience.exclude:
        yield _("Dit adres is met de hand uit de selectie gehaald.")
        return
    if mailbox.address_key in audience.include:
        yield _("Dit adres is met de hand aan de selectie toegevoegd.")
        return
    parties = _parties(session, audience, mailbox, now=now)
    if not parties:
        yield _("Achter dit postvak staat niemand die nu meedoet: geen organisatie en geen persoon.")
        return
    fitting = [(who, truths) for who, fits, truths in parties if fits]
    if not fitting:
        for who, _fits, truths in parties:
            yield _(
                "%(who)s past niet bij de regel: %(missing)s.", who=who, missing=_missing(session, audience, truths)
            )
        return
    for who, truths in fitting:
        facts = _facts(session, truths, for_recipient=False)
        yield f"{who} {listing(facts)}." if facts else _("%(who)s past bij de regel.", who=who)
    if not is_in:
        yield _("De mail gaat naar een ander postvak. %(reach)s", reach=say_reach(audience.reach))


def _parties(
    session: Session, audience: Audience, mailbox: Mailbox, *, now: datetime
) -> list[tuple[str, bool, Truths]]:
    """Who sits behind the mailbox: how to name them, whether they fit the rule, and what holds for them."""
    atoms = list(dict.fromkeys(atom for leaf in leaves_of(audience.rule) for atom in _atoms(leaf)))
    seat = seats(today(now))
    columns = Seat(seat.c.organisation_id, seat.c.person_id, seat.c.mailbox_id)
    fits = case((compile_rule(audience.rule, columns, now), 1), else_=0)
    rows = session.execute(
        select(Organisation, Person, fits, *_atom_columns(atoms, columns, now))
        .select_from(seat)
        .outerjoin(Organisation, Organisation.id == seat.c.organisation_id)
        .outerjoin(Person, Person.id == seat.c.person_id)
        .where(seat.c.mailbox_id == mailbox.id)
        .order_by(seat.c.organisation_id, seat.c.person_id)
    )
    return [
        (_name(organisation, person), bool(fit), dict(zip(atoms, map(bool, holds), strict=True)))
        for organisation, person, fit, *holds in rows
    ]


def _name(organisation: Organisation | None, person: Person | None) -> str:
    if person is None:
        return organisation.name if organisation else ""
    name = person.full_name or _("Iemand zonder naam")
    return f"{name} ({organisation.name})" if organisation else name


def _atoms(leaf: Leaf) -> Iterator[Atom]:
    for value in kind_of(leaf).atoms(leaf.value):
        yield leaf.kind, value


def _positive_atoms(rule: Rule) -> list[Atom]:
    """The atoms of conditions that are asked for; what is asked *not* to hold is nobody's reason."""
    if isinstance(rule, Leaf):
        return list(_atoms(rule))
    if rule.how is How.NONE:
        return []
    return list(dict.fromkeys(atom for part in rule.parts for atom in _positive_atoms(part)))


def _atom_columns(atoms: list[Atom], seat: Seat, now: datetime) -> list[ColumnElement[int]]:
    return [case((kind_of(Leaf(*atom)).compile(atom[1], seat, now), 1), else_=0) for atom in atoms]


def _facts(session: Session, truths: Truths, *, for_recipient: bool) -> list[str]:
    """What holds, as ends of a sentence; words of one kind together: "werkt in Bospolder en Spangen"."""
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


def _missing(session: Session, audience: Audience, truths: Truths) -> str:
    """What does not hold of what was asked, or does hold of what was asked not to."""
    wrong = list(_broken(session, audience.rule, truths))
    return listing(wrong) if wrong else say_clause(session, audience.rule, nested=False)


def _broken(session: Session, rule: Rule, truths: Truths) -> Iterator[str]:
    if isinstance(rule, Leaf):
        if not _holds(rule, truths):
            yield _asked(kind_of(rule).say(session, rule.value))
    elif rule.how is How.ALL:
        for part in rule.parts:
            yield from _broken(session, part, truths)
    elif not _holds(rule, truths):
        parts = [part for part in rule.parts if rule.how is How.ANY or _holds(part, truths)]
        spoken = listing([say_clause(session, part, nested=True) for part in parts], joined_by="of")
        if spoken:
            yield _asked(spoken) if rule.how is How.ANY else _("uitgesloten is ‘%(clause)s’", clause=spoken)


def _asked(clause: str) -> str:
    return _("gevraagd is ‘%(clause)s’", clause=clause)


def _holds(rule: Rule, truths: Truths) -> bool:
    if isinstance(rule, Leaf):
        return any(truths[atom] for atom in _atoms(rule))
    parts = [_holds(part, truths) for part in rule.parts]
    return {How.ALL: all(parts), How.ANY: any(parts), How.NONE: not any(parts)}[rule.how]
