"""Which organisations and people can be reached by mail: the directory seen through the gate. Only reads."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import ColumnElement, and_, case, exists, func, or_, select, union
from sqlalchemy.orm import Session

from mailer.directory.models import Mailbox, Organisation, OrganisationMailbox, PersonMailbox, Role
from mailer.foundation.clock import today
from mailer.subscriptions.permission import refusal


@dataclass(frozen=True)
class Reach:
    """How many mailboxes lead to an organisation, its people's included, how many of them we may write to."""

    people: int = 0
    mailboxes: int = 0
    mailable: int = 0


def can_be_mailed(*, now: datetime) -> ColumnElement[bool]:
    """Tell whether we may write to at least one mailbox of an organisation or of its people."""
    is_allowed = refusal(None, now=now).is_(None)
    own = exists().where(
        OrganisationMailbox.organisation_id == Organisation.id, OrganisationMailbox.mailbox_id == Mailbox.id, is_allowed
    )
    through_people = exists().where(
        Role.organisation_id == Organisation.id,
        _is_current(today(now)),
        PersonMailbox.person_id == Role.person_id,
        PersonMailbox.mailbox_id == Mailbox.id,
        is_allowed,
    )
    return or_(own, through_people)


def reach_of(session: Session, organisation_ids: Sequence[int], *, now: datetime) -> dict[int, Reach]:
    """Return organisation id → its reach, in two questions however many organisations."""
    day = today(now)
    ways = union(
        select(OrganisationMailbox.organisation_id, OrganisationMailbox.mailbox_id).where(
            OrganisationMailbox.organisation_id.in_(organisation_ids)
        ),
        select(Role.organisation_id, PersonMailbox.mailbox_id)
        .join(PersonMailbox, PersonMailbox.person_id == Role.person_id)
        .where(Role.organisation_id.in_(organisation_ids), _is_current(day)),
    ).subquery()
    mailable = func.count(case((refusal(None, now=now).is_(None), Mailbox.id)))
    mailboxes = {
        organisation_id: (total, allowed)
        for organisation_id, total, allowed in session.execute(
            select(ways.c.organisation_id, func.count(Mailbox.id), mailable)
            .join(Mailbox, Mailbox.id == ways.c.mailbox_id)
            .group_by(ways.c.organisation_id)
        )
    }
    members = select(Role.organisation_id, func.count(func.distinct(Role.person_id))).where(
        Role.organisation_id.in_(organisation_ids), _is_current(day)
    )
    people: dict[int, int] = {}
    for organisation_id, count in session.execute(members.group_by(Role.organisation_id)):
        people[organisation_id] = count
    return {one: Reach(people.get(one, 0), *mailboxes.get(one, (0, 0))) for one in organisation_ids}


def _is_current(day: date) -> ColumnElement[bool]:
    return and_(
        or_(Role.since_on.is_(None), Role.since_on <= day),
        or_(Role.until_on.is_(None), Role.until_on > day),
    )
