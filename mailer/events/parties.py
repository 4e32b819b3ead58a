"""The guests of one party: names as given, and the rows they become."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session, selectinload

from mailer.events.models import Guest, GuestState, Rsvp
from mailer.events.places import TAKES_PLACE
from mailer.foundation.addresses import parse_address
from mailer.foundation.errors import BadInput
from mailer.foundation.language import gettext as _

# A slip or a prank, not a party: nobody brings more to a meeting of a neighbourhood.
MOST_GUESTS = 50
# What the host saw is not undone by an answer.
SEEN_AT_THE_DOOR = (GuestState.PRESENT, GuestState.NO_SHOW)


@dataclass(frozen=True)
class GuestName:
    """Somebody who comes, as somebody said it. Only a given name is needed."""

    given_name: str
    family_name: str = ""
    # For a confirmation of their own; not needed.
    address: str = ""
    # When it is somebody of the directory.
    person_id: int | None = None
    # "Bewaar als contactpersoon van ons": staff decides.
    is_colleague: bool = False

    @property
    def full_name(self) -> str:
        return f"{self.given_name} {self.family_name}".strip()


def read_names(names: Sequence[GuestName]) -> tuple[GuestName, ...]:
    """Tidy the names; leave out lines that are empty and people named twice.

    Raises `BadInput` for a guest without a given name, a name that is too long or an address that is none.
    """
    tidied = [_tidy(name) for name in names]
    named = [name for name in tidied if name.full_name or name.address or name.person_id]
    if any(not name.given_name for name in named):
        raise BadInput(_("Vul de voornaam van de gast in."), field="given_name")
    if any(len(name.given_name) > 80 or len(name.family_name) > 160 for name in named):
        raise BadInput(_("Deze naam is te lang. Gebruik alleen de voor- en achternaam."), field="given_name")
    if len(named) > MOST_GUESTS:
        raise BadInput(_("Zoveel gasten tegelijk kan niet. Bel ons even."), field="guests")
    return tuple(name for at, name in enumerate(named) if not _is_named_before(name, named[:at]))


def standing_answer(session: Session, invitation_id: int) -> Rsvp | None:
    """Return the party's answer and guests as they are now, once the event is locked.

    Read again from the database: what this session saw before the lock may be older than somebody else's commit.
    """
    query = select(Rsvp).where(Rsvp.invitation_id == invitation_id).options(selectinload(Rsvp.guests))
    return session.execute(query.execution_options(populate_existing=True)).scalar_one_or_none()


def count_seated(rsvp: Rsvp | None) -> int:
    """Count the places this party has."""
    return sum(guest.state in TAKES_PLACE for guest in rsvp.guests) if rsvp else 0


def arrange(session: Session, rsvp: Rsvp, names: Sequence[GuestName], *, state: GuestState, at: datetime) -> None:
    """Make the party's rows say what was answered: who stays keeps their row, who is gone is WITHDRAWN.

    Who waited keeps the moment they came on the list, unless they withdrew in between.
    """
    standing = rsvp.listed
    first_listed_at = min((guest.listed_at for guest in standing), default=at)
    for name in names:
        guest = _same_guest(standing, name)
        if guest is None:
            guest = Guest(
                event_id=rsvp.invitation.event_id, group_id=rsvp.invitation.group_id, listed_at=first_listed_at
            )
            rsvp.guests.append(guest)
        else:
            standing.remove(guest)
        guest.given_name, guest.family_name = name.given_name, name.family_name
        guest.address = name.address or guest.address or ""
        guest.person_id = name.person_id or guest.person_id
        if guest.state not in SEEN_AT_THE_DOOR:
            guest.state = state
    for gone in standing:
        gone.state = GuestState.WITHDRAWN
    session.flush()


def _tidy(name: GuestName) -> GuestName:
    address = name.address.strip()
    return replace(
        name,
        given_name=_one_line(name.given_name),
        family_name=_one_line(name.family_name),
        address=parse_address(address).shown if address else "",
    )


def _one_line(text: str) -> str:
    return " ".join(text.replace("\x00", "").split())


def _is_named_before(name: GuestName, earlier: Sequence[GuestName]) -> bool:
    return name.person_id is not None and any(name.person_id == other.person_id for other in earlier)


def _same_guest(standing: Sequence[Guest], name: GuestName) -> Guest | None:
    for guest in standing:
        if name.person_id is not None and guest.person_id is not None:
            if guest.person_id == name.person_id:
                return guest
        elif guest.full_name.casefold() == name.full_name.casefold():
            return guest
    return None
