"""What an organisation answers to "Klopt dit nog?": it is right, or these fields should change.

The day it was looked at is the only thing that changes by itself; all else becomes proposals (decision 0053).
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from sqlalchemy.orm import Session

from mailer.directory.models import CheckAnswer, CheckLetter, Proposal, ProposalField, ProposalSource, Role
from mailer.directory.proposing import NewContact, Origin, facts, propose, propose_contact_left, propose_new_contact
from mailer.foundation.addresses import parse_address
from mailer.foundation.clock import today
from mailer.foundation.errors import BadInput
from mailer.foundation.language import gettext as _
from mailer.staff.logbook import note

DOOR = "organisation-checked-itself"


@dataclass(frozen=True)
class Suggestion:
    """What somebody of the organisation filled in."""

    # Field of the organisation → what it should be; only those that somebody touched.
    facts: Mapping[ProposalField, Any] = field(default_factory=dict)
    has_stopped: bool = False
    # Who does not work there any more.
    left: tuple[Role, ...] = ()
    contact: NewContact | None = None
    remark: str = ""


def confirm(session: Session, letter: CheckLetter, *, now: datetime) -> None:
    """Write down that the organisation says: all of it is still right."""
    letter.organisation.checked_on = today(now)
    letter.answer, letter.answered_at = letter.answer or CheckAnswer.RIGHT, now
    note(session, None, DOOR, letter.organisation, now=now)


def problems_of(session: Session, suggestion: Suggestion) -> dict[str, str]:
    """Return what cannot be used: field of the form → a sentence that says what to do. Changes nothing."""
    found: dict[str, str] = {}
    for each, wanted in suggestion.facts.items():
        try:
            facts.read(session, each, wanted)
        except BadInput as problem:
            found[each.value] = problem.sentence
    contact = suggestion.contact
    if contact is not None and not contact.given_name.strip():
        found["given_name"] = _("Vul een voornaam in.")
    if contact is not None and contact.address.strip():
        try:
            parse_address(contact.address)
        except BadInput as problem:
            found["address"] = problem.sentence
    return found


def suggest(session: Session, letter: CheckLetter, suggestion: Suggestion, *, now: datetime) -> list[Proposal]:
    """Make proposals of what was filled in; what we have already is none.

    Raises ``BadInput`` for what cannot be used.
    """
    organisation = letter.organisation
    origin = Origin(ProposalSource.ORGANISATION, check_letter=letter)
    wanted = dict(suggestion.facts)
    if suggestion.has_stopped:
        wanted[ProposalField.STOPPED] = today(now).isoformat()
    if suggestion.remark.strip():
        wanted[ProposalField.REMARK] = suggestion.remark
    made = [propose(session, organisation, each, value, origin=origin, now=now) for each, value in wanted.items()]
    made += [propose_contact_left(session, role, origin=origin, now=now) for role in suggestion.left]
    if suggestion.contact is not None:
        made.append(propose_new_contact(session, organisation, suggestion.contact, origin=origin, now=now))
    organisation.checked_on = today(now)
    letter.answer, letter.answered_at = CheckAnswer.CHANGES, now
    note(session, None, DOOR, organisation, now=now)
    return [proposal for proposal in made if proposal is not None]
