"""Recalling why: what was so for an address when a mailing was frozen, in the words of that day. Only reads."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from sqlalchemy import and_, case, func, or_, select
from sqlalchemy.orm import Session

from mailer.audiences.models import Reach
from mailer.audiences.rules.atoms import Atom, atoms_of
from mailer.audiences.rules.criteria import Leaf, leaves_of, parse_rule
from mailer.audiences.why.explaining import explain
from mailer.audiences.why.standing import Standing
from mailer.audiences.why.telling import Explanation, Outcome, Question, say_outcome, tell
from mailer.deliveries.asking import purpose_of
from mailer.deliveries.models import Delivery, FrozenAudience, FrozenSeat
from mailer.deliveries.words import say_reason, say_state
from mailer.directory.models import Mailbox, Person
from mailer.directory.queries import mailbox_of_address
from mailer.foundation.addresses import parse_address
from mailer.foundation.clock import say_moment
from mailer.foundation.errors import BadInput, NotFound
from mailer.foundation.language import gettext as _
from mailer.mailings.models import Mailing


@dataclass(frozen=True)
class Recalled:
    """The explanation of an address for one mailing. ``kept_at`` is empty while the mailing is not frozen yet."""

    told: Explanation
    kept_at: datetime | None = None
    # What became of the letter, in a sentence; empty without a letter.
    delivery: str = ""


@dataclass(frozen=True)
class KeptWords:
    """Conditions in the words that were kept with a mailing."""

    said: Mapping[Leaf, str]
    said_of_atoms: Mapping[Atom, str] = field(default_factory=dict)

    def say(self, leaf: Leaf) -> str:
        return self.said[leaf]

    def facts(self, truths: Mapping[Atom, bool]) -> list[str]:
        return [self.said_of_atoms[atom] for atom, holds in truths.items() if holds and self.said_of_atoms[atom]]


def say_outcome_then(recalled: Recalled) -> str:
    """Return in a few words how it ended for the address, in the tense that fits."""
    if recalled.kept_at is None:
        return say_outcome(recalled.told)
    if recalled.told.outcome is Outcome.PASSED_OVER and not recalled.told.goes_to:
        return _("Paste bij de regel, maar er ging geen mail.")
    return {
        Outcome.LETTER: _("Zat in de selectie, en kreeg deze mail."),
        Outcome.REFUSED: _("Paste bij de selectie, maar mocht geen mail krijgen."),
        Outcome.PASSED_OVER: _("Paste bij de regel, maar de mail ging naar een ander postvak."),
        Outcome.OUT_BY_RULE: _("Paste niet bij de regel."),
        Outcome.OUT_BY_HAND: _("Was met de hand uit de selectie gehaald."),
        Outcome.NOBODY: _("Stond in het adresboek, maar er zat niemand achter."),
        Outcome.UNKNOWN: _("Stond toen niet in het adresboek."),
    }[recalled.told.outcome]


def frozen_audience(session: Session, mailing_id: int) -> FrozenAudience | None:
    """Return what was asked when this mailing was frozen."""
    return session.get(FrozenAudience, mailing_id)


def explain_mailing(session: Session, mailing: Mailing, address: str, *, now: datetime) -> Recalled:
    """Return why this address is in the mailing or not: as it was, or as it is now when nothing is frozen yet.

    Raises ``BadInput`` when it is no address or nothing was chosen, ``NotFound`` when this mailing is older than this
    memory.
    """
    kept = frozen_audience(session, mailing.id)
    if kept is not None:
        return _recall(session, kept, address)
    if mailing.prepared_at is not None:
        raise NotFound(_("Van deze mailing is niet bewaard waarom iemand hem kreeg: hij is van voor die tijd."))
    if not mailing.audience or mailing.topic is None:
        raise BadInput(_("Kies eerst wie deze mailing krijgt, en over welke verzendlijst hij gaat."), field="audience")
    return Recalled(explain(session, mailing.audience, address, now=now, purpose=purpose_of(session, mailing)))


def _recall(session: Session, kept: FrozenAudience, address: str) -> Recalled:
    mailbox_id, delivery = _find(session, kept.mailing_id, address)
    mine = _seats(session, kept, FrozenSeat.mailbox_id == mailbox_id) if mailbox_id else []
    if not mine:
        unknown = _("Dit adres stond toen niet in het adresboek (%(moment)s).", moment=say_moment(kept.frozen_at))
        return Recalled(Explanation(False, [unknown], None), kept.frozen_at)
    rows = [*mine, *_beside(session, kept, mine)]
    told = tell(kept_question(kept), mine[0].mailbox_id, rows)
    return Recalled(told, kept.frozen_at, _say_delivery(delivery) if delivery else "")


def kept_question(kept: FrozenAudience) -> Question:
    """Return what was asked of every seat, in the words of that day."""
    rule = parse_rule(kept.asked["rule"])
    words = KeptWords(
        dict(zip(leaves_of(rule), kept.words["said"], strict=True)),
        dict(zip(atoms_of(rule), kept.words["facts"], strict=True)),
    )
    return Question(rule, Reach(kept.asked["reach"]), words)


def _say_delivery(delivery: Delivery) -> str:
    reason = say_reason(delivery.reason)
    return f"{say_state(delivery.state)}. {reason}".strip()


def _find(session: Session, mailing_id: int, address: str) -> tuple[int | None, Delivery | None]:
    """The mailbox that has this address now, or had it when the letter left."""
    parsed = parse_address(address)
    mailbox = mailbox_of_address(session, parsed)
    went_there = func.lower(Delivery.address) == parsed.key
    is_it = or_(went_there, Delivery.mailbox_id == mailbox.id) if mailbox is not None else went_there
    # Letters follow a mailbox that became another one; the address on the letter says best whose it was.
    found = select(Delivery).where(Delivery.mailing_id == mailing_id, is_it).order_by(case((went_there, 0), else_=1))
    delivery = session.scalars(found).first()
    return (mailbox.id if mailbox is not None else delivery.mailbox_id if delivery else None), delivery


def _beside(session: Session, kept: FrozenAudience, mine: list[Standing]) -> list[Standing]:
    """Everybody who could stand in for those behind the mailbox."""
    organisations = {row.organisation_id for row in mine if row.organisation_id}
    people = {row.person_id for row in mine if row.person_id and not row.organisation_id}
    others = or_(
        FrozenSeat.organisation_id.in_(organisations),
        and_(FrozenSeat.organisation_id == 0, FrozenSeat.person_id.in_(people)),
    )
    return _seats(session, kept, and_(others, FrozenSeat.mailbox_id != mine[0].mailbox_id))


def _seats(session: Session, kept: FrozenAudience, which: Any) -> list[Standing]:
    rows = session.execute(
        select(FrozenSeat, func.coalesce(Delivery.address, Mailbox.address), Person)
        .join(Mailbox, Mailbox.id == FrozenSeat.mailbox_id)
        .outerjoin(
            Delivery, and_(Delivery.mailing_id == FrozenSeat.mailing_id, Delivery.mailbox_id == FrozenSeat.mailbox_id)
        )
        # Somebody who came later is not who sat here: databases give the number of an erased row away again.
        .outerjoin(Person, and_(Person.id == FrozenSeat.person_id, Person.added_at <= kept.frozen_at))
        .where(FrozenSeat.mailing_id == kept.mailing_id, which)
        .order_by(FrozenSeat.organisation_id, FrozenSeat.person_id, FrozenSeat.position, FrozenSeat.mailbox_id)
    )
    return [_standing(seat, address, person) for seat, address, person in rows]


def _standing(seat: FrozenSeat, address: str, person: Person | None) -> Standing:
    return Standing(
        organisation_id=seat.organisation_id,
        person_id=seat.person_id,
        mailbox_id=seat.mailbox_id,
        organisation=seat.organisation,
        is_contact=seat.is_contact,
        position=seat.position,
        place=seat.place,
        holds=seat.holds,
        refusal=seat.refusal,
        is_chosen=seat.is_chosen,
        by_hand=seat.by_hand,
        address=address,
        person=person.full_name if person else _("iemand die nu niet meer in het adresboek staat"),
    )
