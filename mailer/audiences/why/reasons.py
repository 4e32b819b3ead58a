"""Why its reader gets a letter, as the letter itself may say it; ``deliveries.letters.reasons`` makes the footer of it.

Staff may see every reason (``explaining``). A recipient sees only what is not sensitive: never notes, target groups,
languages or networks marked internal (``LeafKind.recipient_fact``).
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, case, select
from sqlalchemy.orm import Session

from mailer.audiences.purpose import ANY_PURPOSE, Purpose
from mailer.audiences.recipients.choosing import letters_of
from mailer.audiences.rules.atoms import Atom, atoms_in
from mailer.audiences.rules.criteria import Audience, How, Leaf, Rule, kind_of
from mailer.audiences.rules.understanding import understand
from mailer.audiences.seats import Seat, seat_of
from mailer.audiences.why.explaining import facts_of
from mailer.directory.models import Organisation
from mailer.foundation.language import gettext as _
from mailer.foundation.language import listing


@dataclass(frozen=True)
class Reason:
    """Why one mailbox is in an audience, for the letter itself: "Buurttuin De Voeg" and what it does."""

    organisation: str
    facts: list[str]

    @property
    def sentence(self) -> str:
        """ "Buurttuin De Voeg werkt in Bospolder en doet mee met het thema Groen"; empty when nothing may be told."""
        return f"{self.organisation} {listing(self.facts)}" if self.facts else ""


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
    letters = letters_of(session, understood, now=now, purpose=purpose, behind=mailbox_ids)
    seat = seat_of(letters, few=mailbox_ids is not None)
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
            told[pattern] = facts_of(session, dict(zip(atoms, pattern, strict=True)), for_recipient=True)
        if told[pattern]:
            found[mailbox_id] = Reason(organisation or _("je"), told[pattern])
    return found


def _positive_atoms(rule: Rule) -> list[Atom]:
    """The atoms of conditions that are asked for; what is asked *not* to hold is nobody's reason."""
    if isinstance(rule, Leaf):
        return list(atoms_in(rule))
    if rule.how is How.NONE:
        return []
    return list(dict.fromkeys(atom for part in rule.parts for atom in _positive_atoms(part)))


def _atom_columns(atoms: list[Atom], seat: Seat, now: datetime) -> list[ColumnElement[int]]:
    return [case((kind_of(Leaf(*atom)).compile(atom[1], seat, now), 1), else_=0) for atom in atoms]
