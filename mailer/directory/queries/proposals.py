"""What waits for a decision, and what was proposed about one organisation."""

from __future__ import annotations

from collections.abc import Sequence

from sqlalchemy import Select, func, select
from sqlalchemy.orm import Session, joinedload, selectinload

from mailer.directory.models import (
    Mailbox,
    Organisation,
    OrganisationServiceArea,
    OrganisationTargetGroup,
    OrganisationTheme,
    Person,
    Proposal,
    ProposalState,
)

# What one page of the queue holds.
MOST_SHOWN = 200


def count_open_proposals(session: Session) -> int:
    """Return how many proposals wait for a decision."""
    return session.scalar(select(func.count(Proposal.id)).where(Proposal.state == ProposalState.OPEN)) or 0


def open_proposals(session: Session, organisation: Organisation | None = None) -> list[Proposal]:
    """Return the proposals that wait, the oldest first, with whom and what they are about; at most a page of them."""
    waiting = _loaded().where(Proposal.state == ProposalState.OPEN).order_by(Proposal.proposed_at, Proposal.id)
    if organisation is not None:
        waiting = waiting.where(Proposal.organisation_id == organisation.id)
    return list(session.scalars(waiting.limit(MOST_SHOWN)).unique())


def proposals_of_letter(session: Session, check_letter_id: int) -> Sequence[Proposal]:
    """Return what was proposed through this link, the newest first."""
    asked = _loaded().where(Proposal.check_letter_id == check_letter_id)
    return session.scalars(asked.order_by(Proposal.proposed_at.desc(), Proposal.id.desc())).unique().all()


def _loaded() -> Select[Proposal]:
    organisation, mailbox = joinedload(Proposal.organisation), joinedload(Proposal.mailbox)
    return select(Proposal).options(
        organisation.selectinload(Organisation.themes).joinedload(OrganisationTheme.theme),
        organisation.selectinload(Organisation.service_areas).joinedload(OrganisationServiceArea.neighbourhood),
        organisation.selectinload(Organisation.target_groups).joinedload(OrganisationTargetGroup.target_group),
        organisation.selectinload(Organisation.aliases),
        organisation.joinedload(Organisation.kind),
        organisation.joinedload(Organisation.seat),
        joinedload(Proposal.person).selectinload(Person.roles),
        # Who uses it: whether it was taken away meanwhile is then known without asking once more.
        mailbox.selectinload(Mailbox.organisations),
        mailbox.selectinload(Mailbox.people),
        selectinload(Proposal.decided_by),
    )
