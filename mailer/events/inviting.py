"""Inviting: one invitation per organisation, or per person without one, whoever reads the letter.

Which letter goes out is decided upstairs (`mailings`); here is only who was asked, and through which mailboxes.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import CTE, ColumnElement, and_, case, func, or_, select
from sqlalchemy.orm import Session

from mailer.audiences.purpose import ANY_PURPOSE, Purpose
from mailer.audiences.ranks import OPEN
from mailer.audiences.recipients.choosing import letters_of
from mailer.directory.models import Organisation, Person
from mailer.events import places
from mailer.events.models import Event, EventState, GuestGroup, Invitation, InvitationMailbox
from mailer.foundation.errors import BadInput, Conflict
from mailer.foundation.given import among
from mailer.foundation.language import gettext as _
from mailer.staff import logbook
from mailer.staff.models import Operator

# Somebody who merges at the very moment of inviting is met once; so many in a row are no accident.
ATTEMPTS = 5


@dataclass(frozen=True)
class Asked:
    """A party that is asked, and the mailbox it is asked through (None: by telephone, or at the door).

    Exactly one of organisation and person.
    """

    organisation_id: int | None = None
    person_id: int | None = None
    mailbox_id: int | None = None

    @property
    def party(self) -> tuple[str, int]:
        if self.organisation_id is not None:
            return "organisation", self.organisation_id
        assert self.person_id is not None
        return "person", self.person_id


class PartyGone(Conflict):
    """A party that was to be invited is not in the directory any more: merged or erased at this very moment."""

    def __init__(self) -> None:
        super().__init__(_("Iemand veranderde net het adresboek. Probeer het nog een keer."))


@dataclass(frozen=True)
class Invited:
    """What inviting did: how many parties the audience holds, and how many of them were not yet invited."""

    invitations: int
    new: int


@dataclass(frozen=True)
class Parties:
    """Who would be invited: organisations, people without one, and how many of each no letter reaches."""

    organisations: int
    people: int
    organisations_unreached: int
    people_unreached: int


def invite(
    session: Session,
    event: Event,
    audience: Mapping[str, Any],
    *,
    by: Operator | None,
    now: datetime,
    purpose: Purpose = ANY_PURPOSE,
    group: GuestGroup | None = None,
) -> Invited:
    """Invite every organisation in the audience, and every person in it without one.

    Who has no mailbox, or one we may not write to, is invited as well: staff can telephone, and the list of answers
    shows them. `purpose` is what the letter is about, for the gate. Raises `BadInput` for an audience that is not good,
    or nobody in it.
    """
    for _attempt in range(ATTEMPTS):
        asked = _asked(session, audience, now=now, purpose=purpose)
        if not asked:
            raise BadInput(_("Niemand past bij deze selectie. Haal een voorwaarde weg."), field="audience")
        try:
            return invite_parties(session, event, asked, by=by, now=now, group=group)
        except PartyGone:
            # Somebody merged one of them since they were chosen; whoever it became is chosen now.
            continue
    raise PartyGone


def parties_in(
    session: Session, audience: Mapping[str, Any], *, now: datetime, purpose: Purpose = ANY_PURPOSE
) -> Parties:
    """Return how many parties `invite` would ask, by one statement."""
    letter = letters_of(session, audience, now=now, purpose=purpose)
    alone = case((letter.c.organisation_id.is_(None), letter.c.person_id))
    party = (
        select(letter.c.organisation_id, alone.label("person_id"), func.min(letter.c.state).label("best"))
        .where(_belongs_to_a_party(letter))
        .group_by(letter.c.organisation_id, alone)
        .subquery()
    )
    unreached = party.c.best != OPEN
    organisation, person = party.c.organisation_id, party.c.person_id
    numbers = session.execute(
        select(
            func.count(organisation),
            func.count(person),
            func.count(case((unreached, organisation))),
            func.count(case((unreached, person))),
        )
    ).one()
    return Parties(*numbers)


def _asked(session: Session, audience: Mapping[str, Any], *, now: datetime, purpose: Purpose) -> list[Asked]:
    letter = letters_of(session, audience, now=now, purpose=purpose)
    rows = session.execute(
        select(letter.c.organisation_id, letter.c.person_id, letter.c.mailbox_id, letter.c.state)
        .where(_belongs_to_a_party(letter))
        .order_by(letter.c.organisation_id, letter.c.person_id)
    )
    return [
        Asked(
            organisation_id=row.organisation_id,
            person_id=None if row.organisation_id else row.person_id,
            mailbox_id=row.mailbox_id if row.state == OPEN else None,
        )
        for row in rows
    ]


def _belongs_to_a_party(letter: CTE) -> ColumnElement[bool]:
    return and_(letter.c.is_chosen == 1, or_(letter.c.organisation_id.is_not(None), letter.c.person_id.is_not(None)))


def invite_parties(
    session: Session,
    event: Event,
    asked: Iterable[Asked],
    *,
    by: Operator | None,
    now: datetime,
    group: GuestGroup | None = None,
) -> Invited:
    """Make an invitation for every party that has none, and remember the mailboxes of all.

    Inviting twice changes nothing; inviting more people of a party adds their mailboxes. A draft opens for answers:
    who is asked must be able to answer. A party that was invited keeps its guest group. Raises `BadInput` for a
    meeting that is over or off, `PartyGone` (before anything is written) when a party is not in the directory any more.
    """
    event = places.lock_event(session, event.id)
    if event.state is EventState.CANCELLED or event.is_past(now):
        raise BadInput(_("Deze bijeenkomst is geweest of gaat niet door. Uitnodigen kan niet meer."))
    wishes = _by_party(asked)
    standing = {_party(invitation): invitation for invitation in _invitations(session, event)}
    _hold_parties(session, [party for party in wishes if party not in standing])
    new = [_invitation(event, party, group=group, now=now) for party in wishes if party not in standing]
    session.add_all(new)
    if event.state is EventState.DRAFT:
        event.state, event.changed_at = EventState.OPEN, now
    session.flush()
    standing |= {_party(invitation): invitation for invitation in new}
    _remember_mailboxes(session, {standing[party].id: mailboxes for party, mailboxes in wishes.items()})
    logbook.note(session, by, "parties-invited", event, now=now, note=str(len(new)))
    return Invited(invitations=len(wishes), new=len(new))


def _hold_parties(session: Session, parties: Sequence[tuple[str, int]]) -> None:
    """Let nobody merge or erase them until they are invited; after the meeting and by number, as merging holds them."""
    for kind, model in (("organisation", Organisation), ("person", Person)):
        ids = [identity for each, identity in parties if each == kind]
        held = select(model.id).where(among(model.id, "asked")).order_by(model.id)
        held = held.with_for_update(read=True, key_share=True)
        if len(session.scalars(held, {"asked": ids}).all()) < len(ids):
            raise PartyGone


def _by_party(asked: Iterable[Asked]) -> dict[tuple[str, int], set[int]]:
    wishes: dict[tuple[str, int], set[int]] = {}
    for one in asked:
        mailboxes = wishes.setdefault(one.party, set())
        if one.mailbox_id is not None:
            mailboxes.add(one.mailbox_id)
    return wishes


def _invitations(session: Session, event: Event) -> Iterable[Invitation]:
    return session.scalars(select(Invitation).where(Invitation.event_id == event.id))


def _party(invitation: Invitation) -> tuple[str, int]:
    return Asked(invitation.organisation_id, invitation.person_id).party


def _invitation(event: Event, party: tuple[str, int], *, group: GuestGroup | None, now: datetime) -> Invitation:
    kind, identity = party
    return Invitation(
        event_id=event.id,
        organisation_id=identity if kind == "organisation" else None,
        person_id=identity if kind == "person" else None,
        group_id=group.id if group else None,
        invited_at=now,
    )


def _remember_mailboxes(session: Session, wanted: dict[int, set[int]]) -> None:
    known = {
        (row.invitation_id, row.mailbox_id)
        for row in session.scalars(select(InvitationMailbox).where(InvitationMailbox.invitation_id.in_(list(wanted))))
    }
    session.add_all(
        InvitationMailbox(invitation_id=invitation_id, mailbox_id=mailbox_id)
        for invitation_id, mailboxes in wanted.items()
        for mailbox_id in sorted(mailboxes)
        if (invitation_id, mailbox_id) not in known
    )
    session.flush()
