"""The receipt: every answer is confirmed by mail to the directory's address, so that a wrong one is seen.

A row in the outbox, in the same transaction as the answer. What the letter says: `letters`.
"""

from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session, selectinload

from mailer.directory.models import MailboxKind
from mailer.events.models import Answer, Event, Guest, GuestState, Invitation, InvitationMailbox, Rsvp
from mailer.events.parties import MOST_GUESTS, count_seated
from mailer.foundation.outbox import OwedLetter, owe_letter

ABOUT_ANSWERS = ("rsvp-confirmed", "rsvp-waiting", "rsvp-declined")


def owe_receipt(session: Session, rsvp: Rsvp, *, to: str | None, now: datetime) -> None:
    """Owe the party a receipt of its standing answer, and each guest with an address of their own one too.

    Without `to` it goes to the party's own mailbox; a party without any gets none.
    """
    letter = _letter(rsvp)
    if letter is None:
        return
    address = to or party_address(rsvp.invitation)
    if address:
        owe_letter(session, letter, subject_id=rsvp.invitation_id, address=address, now=now)
    if letter == "rsvp-declined":
        return
    for own in _not_yet_told(session, rsvp, letter, but=address):
        owe_letter(session, letter, subject_id=rsvp.invitation_id, address=own, now=now)


def has_calendar_file(session: Session, owed: OwedLetter) -> bool:
    """Tell whether this address was owed a receipt of a yes before this letter: the file for the agenda was with it."""
    before = select(OwedLetter.id).where(
        OwedLetter.letter == "rsvp-confirmed",
        OwedLetter.subject_id == owed.subject_id,
        OwedLetter.address == owed.address,
        OwedLetter.id < owed.id,
    )
    return session.scalar(before.limit(1)) is not None


def owe_cancellations(session: Session, event: Event, *, now: datetime) -> int:
    """Owe everybody who comes or waits the letter that the meeting is off; one per address. Returns how many."""
    listed = (GuestState.GOING, GuestState.WAITING, GuestState.OFFERED)
    comes = select(Guest.rsvp_id).where(Guest.event_id == event.id, Guest.state.in_(listed))
    rsvps = session.scalars(
        select(Rsvp)
        .where(Rsvp.id.in_(comes))
        .order_by(Rsvp.id)
        .options(
            selectinload(Rsvp.guests),
            selectinload(Rsvp.invitation).selectinload(Invitation.mailboxes).selectinload(InvitationMailbox.mailbox),
        )
    )
    told: set[str] = set()
    for rsvp in rsvps:
        address = party_address(rsvp.invitation)
        for to in [*([address] if address else []), *_guests_own_addresses(rsvp, but=address)]:
            if to.lower() not in told:
                told.add(to.lower())
                owe_letter(session, "event-cancelled", subject_id=rsvp.invitation_id, address=to, now=now)
    return len(told)


def party_address(invitation: Invitation) -> str | None:
    """Return the mailbox a party is written to about its answer: the organisation's own before a person's."""
    mailboxes = [asked.mailbox for asked in invitation.mailboxes]
    mailboxes.sort(key=lambda mailbox: (mailbox.kind is not MailboxKind.FUNCTIONAL, mailbox.id))
    return mailboxes[0].address if mailboxes else None


def _letter(rsvp: Rsvp) -> str | None:
    if rsvp.answer is Answer.NO:
        return "rsvp-declined"
    if rsvp.answer is Answer.MAYBE:
        return None
    return "rsvp-confirmed" if count_seated(rsvp) else "rsvp-waiting"


def _not_yet_told(session: Session, rsvp: Rsvp, letter: str, *, but: str | None) -> list[str]:
    """Return the guests' own addresses that did not get this letter yet.

    Whoever holds the link types these addresses: without a bound the page could mail strangers over and over.
    """
    about = OwedLetter.subject_id == rsvp.invitation_id, OwedLetter.letter.in_(ABOUT_ANSWERS)
    told = {
        (name, address)
        for name, address in session.execute(select(OwedLetter.letter, OwedLetter.address).where(*about))
    }
    known = {address for _name, address in told}
    fresh = []
    for own in _guests_own_addresses(rsvp, but=but):
        is_new = own not in known
        if (letter, own) not in told and not (is_new and len(known) >= MOST_GUESTS):
            known.add(own)
            fresh.append(own)
    return fresh


def _guests_own_addresses(rsvp: Rsvp, *, but: str | None) -> list[str]:
    listed = (guest.address for guest in rsvp.listed)
    return list(dict.fromkeys(address for address in listed if address and address != but))
