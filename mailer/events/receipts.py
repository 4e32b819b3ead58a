"""The receipt: every answer is confirmed by mail to the directory's address, so that a wrong one is seen.

Whoever else was told of an earlier answer hears what changes for them. A row in the outbox, in the same transaction as
the answer. What the letter says: `letters`.
"""

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session, selectinload

from mailer.directory.models import MailboxKind
from mailer.events.models import Answer, Event, Guest, GuestState, Invitation, InvitationMailbox, Rsvp
from mailer.events.parties import MOST_GUESTS, count_seated
from mailer.foundation.outbox import OwedLetter, owe_letter

COUNTED_IN = ("rsvp-confirmed", "rsvp-waiting")
COUNTED_OUT = ("rsvp-declined", "guest-left-out")
# About one invitation, to one guest: after so many letters no yes is told any more, however often a party changes.
MOST_LETTERS = 6


def owe_receipt(session: Session, rsvp: Rsvp, *, to: str | None, now: datetime) -> None:
    """Owe the party a receipt of its standing answer, and a letter to each address for which it changes something.

    Without `to` it goes to the party's own mailbox; a party without any gets none.
    """
    letter = _letter(rsvp)
    if letter is None:
        return
    address = to or party_address(rsvp.invitation)
    others = list(_others(session, rsvp, letter, but=address))
    for owed, one in [*([(letter, address)] if address else []), *others]:
        owe_letter(session, owed, subject_id=rsvp.invitation_id, address=one, now=now)


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


def _others(session: Session, rsvp: Rsvp, letter: str, *, but: str | None) -> Iterator[tuple[str, str]]:
    """Yield what else is owed, as letter and address: to guests with an own address, and to who was told otherwise."""
    told = _told(session, rsvp)
    listed = _guests_own_addresses(rsvp, but=but)
    for own in _strangers(listed, told):
        yield letter, own
    guests = {guest.address for guest in rsvp.guests}
    for address, letters in told.items():
        owed = letter if address in listed else _out(letter, is_guest=address in guests)
        if address != but and owed and _is_news(owed, letters):
            yield owed, address


def _strangers(listed: list[str], told: Mapping[str, list[str]]) -> list[str]:
    """Return the addresses never written to. Whoever holds the link types them: so many for a party, and no more."""
    return [own for own in listed if own not in told][: max(0, MOST_GUESTS - len(told))]


def _out(letter: str, *, is_guest: bool) -> str | None:
    """Return the letter to who is not on the list: a guest did not answer, and cannot change the answer."""
    if is_guest:
        return "guest-left-out"
    return letter if letter in COUNTED_OUT else None


def _is_news(letter: str, told: Sequence[str]) -> bool:
    """Tell whether it says another thing than the last one. What takes something out of an agenda always goes."""
    if letter in COUNTED_OUT:
        return told[-1] in COUNTED_IN
    return told[-1] != letter and len(told) < MOST_LETTERS


def _told(session: Session, rsvp: Rsvp) -> dict[str, list[str]]:
    """Return address → the letters about this party's answers that it was owed, the oldest first."""
    about = OwedLetter.subject_id == rsvp.invitation_id, OwedLetter.letter.in_(COUNTED_IN + COUNTED_OUT)
    rows = session.execute(select(OwedLetter.address, OwedLetter.letter).where(*about).order_by(OwedLetter.id))
    told: dict[str, list[str]] = defaultdict(list)
    for address, letter in rows:
        told[address].append(letter)
    return told


def _guests_own_addresses(rsvp: Rsvp, *, but: str | None) -> list[str]:
    listed = (guest.address for guest in rsvp.listed)
    return list(dict.fromkeys(address for address in listed if address and address != but))
