"""From the token in a link to the parties that may be answered for through it."""

from dataclasses import dataclass

from sqlalchemy import or_, select
from sqlalchemy.orm import Session

from mailer.deliveries.models import Delivery, DeliveryAddressee
from mailer.events.letters import NOTICES
from mailer.events.models import Invitation, InvitationMailbox
from mailer.foundation.addresses import mask
from mailer.foundation.database import settings_of
from mailer.records.forwarding import where_now
from mailer.web.public.personal import WrongLink, find_delivery


@dataclass(frozen=True)
class Door:
    """What a link opens. Several invitations when one mailbox was asked for several organisations."""

    token: str
    invitations: list[Invitation]
    # The letter the link stood in; None for the link of an agenda or a receipt.
    delivery: Delivery | None = None

    @property
    def address(self) -> str | None:
        """The mailbox that the reader reads."""
        return self.delivery.address if self.delivery else None

    def invitation(self, chosen: str | None) -> Invitation | None:
        """Return the invitation that is meant: the one chosen, or the only one there is."""
        if len(self.invitations) == 1:
            # Also when a page that was open named another: two parties may have become one meanwhile.
            return self.invitations[0]
        return next((one for one in self.invitations if str(one.id) == chosen), None)

    def answered_by(self, invitation: Invitation) -> str:
        """Say who answers, as the others may read it: a given name, or a masked address."""
        mailbox = self.delivery.mailbox.in_use if self.delivery and self.delivery.mailbox else None
        if mailbox is None:
            return invitation.party_name
        readers = [reader.person.given_name for reader in mailbox.people if reader.is_addressed]
        return readers[0] if len(readers) == 1 and readers[0] and not mailbox.is_shared else mask(mailbox.address)

    def greeted(self, session: Session) -> set[int]:
        """Return the ids of the people this letter greeted: they are the ones who probably come."""
        if self.delivery is None:
            return set()
        query = select(DeliveryAddressee.person_id).where(DeliveryAddressee.delivery_id == self.delivery.id)
        return {person_id for person_id in session.scalars(query) if person_id is not None}


def open_door(session: Session, token: str) -> Door:
    """Return what the token opens. Raises `WrongLink` for one that is wrong, old or made for something else."""
    delivery = find_delivery("rsvp", token)
    door = _through_letter(session, token, delivery) if delivery else _through_party(session, token)
    if not door.invitations:
        raise WrongLink
    return door


def _through_party(session: Session, token: str) -> Door:
    invitation_id = settings_of(session).links.tokens.open("party", token)
    invitation = _invitation(session, invitation_id) if invitation_id is not None else None
    return Door(token, [invitation] if invitation else [])


def _through_letter(session: Session, token: str, delivery: Delivery) -> Door:
    if delivery.owed_letter is not None:
        about_answer = delivery.owed_letter.letter in NOTICES
        invitation = _invitation(session, delivery.owed_letter.subject_id) if about_answer else None
        return Door(token, [invitation] if invitation else [], delivery)
    event_id = delivery.mailing.event_id if delivery.mailing else None
    if event_id is None:
        return Door(token, [])
    asked = select(InvitationMailbox.invitation_id).where(InvitationMailbox.mailbox_id == _mailbox_in_use(delivery))
    # Whom the letter was for counts as well: a mailbox may have joined after the invitations were made.
    meant = (DeliveryAddressee.delivery_id == delivery.id,)
    organisations = select(DeliveryAddressee.organisation_id).where(*meant)
    people = select(DeliveryAddressee.person_id).where(*meant)
    found = session.scalars(
        select(Invitation).where(
            Invitation.event_id == event_id,
            or_(
                Invitation.id.in_(asked),
                Invitation.organisation_id.in_(organisations),
                Invitation.person_id.in_(people),
            ),
        )
    )
    return Door(token, sorted(found, key=lambda one: one.party_name.casefold()), delivery)


def _invitation(session: Session, invitation_id: int) -> Invitation | None:
    """Of an invitation that became one with another since, that one."""
    return session.get(Invitation, where_now(session, "invitation", invitation_id) or invitation_id)


def _mailbox_in_use(delivery: Delivery) -> int | None:
    return delivery.mailbox.in_use.id if delivery.mailbox is not None else None
