"""The rows of proposals: one open row for the same thing, and not without end."""

from __future__ import annotations

import hashlib
import json
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Select, func, select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from mailer.directory.models import (
    CheckLetter,
    Mailbox,
    Organisation,
    Person,
    Proposal,
    ProposalField,
    ProposalSource,
    ProposalState,
)
from mailer.directory.proposing import facts
from mailer.foundation.errors import BadInput
from mailer.foundation.language import gettext as _

# Whoever holds a forwarded link could go on for ever. A mail server does not, and must never be refused.
MOST_OPEN = 60
BEHIND_LINKS = (ProposalSource.ORGANISATION, ProposalSource.MOVED_ON, ProposalSource.DELEGATE)


@dataclass(frozen=True)
class Origin:
    """Where a proposal came from, and by which letter."""

    source: ProposalSource
    delivery_id: int | None = None
    check_letter: CheckLetter | None = None


def write(
    session: Session,
    field: ProposalField,
    had: Any,
    wanted: Any,
    *,
    organisation: Organisation | None = None,
    person: Person | None = None,
    mailbox: Mailbox | None = None,
    origin: Origin,
    now: datetime,
) -> Proposal:
    """Return the open proposal that says this, made now when there is none.

    Raises ``BadInput`` when so much waits already that somebody must look first.
    """
    about = tuple(one.id if one else None for one in (organisation, person, mailbox))
    fingerprint = _fingerprint(about, field, wanted)
    same = select(Proposal).where(Proposal.fingerprint == fingerprint, Proposal.state == ProposalState.OPEN)
    if found := session.scalars(same).one_or_none():
        if origin.check_letter is not None and found.check_letter_id is None:
            # Told by another door before: whoever says it again on this page wants to see it there.
            found.check_letter_id = origin.check_letter.id
        return found
    if organisation is not None and origin.source in BEHIND_LINKS:
        _refuse_flood(session, organisation)
    proposal = Proposal(
        organisation=organisation,
        person=person,
        mailbox=mailbox,
        field=field,
        had=had,
        wanted=wanted,
        fingerprint=fingerprint,
        source=origin.source,
        delivery_id=origin.delivery_id,
        check_letter_id=origin.check_letter.id if origin.check_letter else None,
        proposed_at=now,
        state=ProposalState.OPEN,
    )
    return _add_once(session, proposal, same)


def identify_anew(session: Session, proposal: Proposal, *, now: datetime) -> None:
    """Make an open proposal that is about another row now the same as one proposed there; of two alike, one is open."""
    about = proposal.organisation_id, proposal.person_id, proposal.mailbox_id
    fingerprint = _fingerprint(about, proposal.field, proposal.wanted)
    same = select(Proposal.id).where(Proposal.fingerprint == fingerprint, Proposal.state == ProposalState.OPEN)
    with session.no_autoflush:
        is_twin = session.scalar(same.where(Proposal.id != proposal.id)) is not None
    if is_twin:
        proposal.state, proposal.decided_at = ProposalState.OVERTAKEN, now
    proposal.fingerprint = fingerprint
    session.flush()


def overtake(session: Session, organisation: Organisation, field: ProposalField, *, but: Any, now: datetime) -> None:
    """Close the open proposals for this field that say another thing than ``but``, or what is so already."""
    older = session.scalars(
        select(Proposal).where(
            Proposal.organisation_id == organisation.id, Proposal.field == field, Proposal.state == ProposalState.OPEN
        )
    )
    for proposal in older:
        if proposal.wanted != but or facts.is_same(field, but, facts.current(organisation, field)):
            proposal.state, proposal.decided_at = ProposalState.OVERTAKEN, now
    session.flush()


def _add_once(session: Session, proposal: Proposal, same: Select[Proposal]) -> Proposal:
    try:
        with session.begin_nested():
            session.add(proposal)
    except IntegrityError:
        # Two volunteers pressed at the same moment: the first one's is this one.
        return session.scalars(same).one()
    return proposal


def _refuse_flood(session: Session, organisation: Organisation) -> None:
    is_open = (Proposal.organisation_id == organisation.id, Proposal.state == ProposalState.OPEN)
    if (session.scalar(select(func.count()).select_from(Proposal).where(*is_open)) or 0) >= MOST_OPEN:
        raise BadInput(_("Er liggen al veel voorstellen klaar. Wacht tot we ernaar hebben gekeken."))


def _fingerprint(about: tuple[int | None, ...], field: ProposalField, wanted: Any) -> str:
    """Of whom (organisation, person, mailbox), which field, and what is said of it."""
    parts = [*about, field.value, _said(field, wanted)]
    told = json.dumps(parts, ensure_ascii=False, sort_keys=True)
    return hashlib.blake2b(told.encode(), digest_size=16).hexdigest()


def _said(field: ProposalField, wanted: Any) -> Any:
    """What makes it the same when it is said again: tomorrow, by another case, in another order."""
    if field in (ProposalField.STOPPED, ProposalField.CONTACT_LEFT):
        return []
    if field is ProposalField.NEW_CONTACT:
        return [wanted[name].casefold() for name in ("given_name", "family_name", "address")]
    return sorted(wanted) if isinstance(wanted, list) else wanted
