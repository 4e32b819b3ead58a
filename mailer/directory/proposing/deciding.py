"""Deciding about a proposal: accepting writes through the ordinary editing verbs, declining writes nothing else."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from mailer.directory.models import (
    Organisation,
    OrganisationMailbox,
    Person,
    PersonMailbox,
    Proposal,
    ProposalField,
    ProposalSource,
    ProposalState,
)
from mailer.directory.proposing import facts
from mailer.directory.proposing.carrying_out import carry_out
from mailer.directory.provenance import by_hand, by_organisation, saying
from mailer.foundation.errors import Conflict
from mailer.foundation.language import gettext as _
from mailer.staff.logbook import note
from mailer.staff.models import Operator


def accept(session: Session, proposal: Proposal, *, by: Operator | None, now: datetime) -> None:
    """Make it so. When it is so already, the proposal is overtaken.

    Raises ``Conflict`` when somebody decided before, ``BadInput`` when it cannot be done any more.
    """
    _lock(session, proposal)
    if is_so_already(session, proposal):
        _settle(session, proposal, ProposalState.OVERTAKEN, by=by, now=now)
        return
    with _said_by(session, proposal, by=by, now=now):
        carry_out(session, proposal, by=by, now=now)
    _settle(session, proposal, ProposalState.ACCEPTED, by=by, now=now)
    note(session, by, "proposal-accepted", _subject(proposal), now=now, note=proposal.field.value)


def decline(session: Session, proposal: Proposal, *, reason: str = "", by: Operator | None, now: datetime) -> None:
    """Leave it as it is, with why when staff wants to say. Raises ``Conflict`` when somebody decided before."""
    _lock(session, proposal)
    proposal.reason = reason.strip()[:300]
    _settle(session, proposal, ProposalState.DECLINED, by=by, now=now)
    note(session, by, "proposal-declined", _subject(proposal), now=now, note=proposal.field.value)


def is_so_already(session: Session, proposal: Proposal) -> bool:
    """Tell whether what is proposed is what we have, by another way."""
    organisation, person, mailbox = proposal.organisation, proposal.person, proposal.mailbox
    if proposal.field is ProposalField.DEAD_ADDRESS and mailbox is not None:
        use = OrganisationMailbox if person is None else PersonMailbox
        owner = person or organisation
        return owner is None or session.get(use, (owner.id, mailbox.id)) is None
    if organisation is None:
        return False
    if proposal.field is ProposalField.STOPPED:
        return organisation.stopped_on is not None
    if proposal.field is ProposalField.CONTACT_LEFT and person is not None:
        return all(role.until_on for role in person.roles if role.organisation_id == organisation.id)
    if proposal.field in facts.FACTS:
        return facts.is_same(proposal.field, facts.current(organisation, proposal.field), proposal.wanted)
    return False


def has_changed_meanwhile(proposal: Proposal) -> bool:
    """Tell whether what we have is not what it was when this was proposed."""
    if proposal.organisation is None or proposal.field not in facts.FACTS:
        return False
    return not facts.is_same(proposal.field, facts.current(proposal.organisation, proposal.field), proposal.had)


def _lock(session: Session, proposal: Proposal) -> None:
    state = session.scalar(select(Proposal.state).where(Proposal.id == proposal.id).with_for_update())
    if state is not ProposalState.OPEN:
        raise Conflict(_("Over dit voorstel is al beslist."))


@contextmanager
def _said_by(session: Session, proposal: Proposal, *, by: Operator | None, now: datetime) -> Iterator[None]:
    """What an organisation said of itself stays its own word, whoever let it in."""
    source = by_organisation(now) if proposal.source is ProposalSource.ORGANISATION else by_hand(by, now)
    with ExitStack() as stack:
        for target in (proposal.organisation, proposal.person):
            if target is not None:
                stack.enter_context(saying(session, target, source))
        yield


def _settle(session: Session, proposal: Proposal, state: ProposalState, *, by: Operator | None, now: datetime) -> None:
    proposal.state, proposal.decided_at, proposal.decided_by = state, now, by
    session.flush()


def _subject(proposal: Proposal) -> Organisation | Person | None:
    return proposal.organisation or proposal.person
