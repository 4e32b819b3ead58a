"""What the RSVP page shows of a meeting and of the party's own answer: given names and a masked address, never more."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from urllib.parse import quote

from sqlalchemy.orm import Session

from mailer.events import places, receipts
from mailer.events.models import Answer, Door, Event, Invitation
from mailer.events.queries import party_state
from mailer.events.refusals import Refusal, refusal_for, say_refusal
from mailer.foundation.addresses import mask
from mailer.foundation.clock import say_date, say_moment, say_times
from mailer.foundation.language import gettext as _
from mailer.foundation.language import listing, ngettext
from mailer.web.public.rsvp.parties import Door as OpenDoor

MAP = "https://www.openstreetmap.org/search?query="
LONGEST_SHARED = 500


@dataclass(frozen=True)
class Places:
    """How many places there are, and whether a yes would wait."""

    capacity: int | None
    free: int | None
    # Guests one party may bring.
    limit: int | None
    would_wait: bool
    next_number: int


@dataclass(frozen=True)
class Page:
    """Everything the templates need for one party."""

    door: OpenDoor
    invitation: Invitation
    event: Event
    places: Places
    # "going", "waiting", "declined", "unsure", "silent"
    state: str
    # Given names of who is on the list.
    names: list[str]
    number: int | None
    # Why there is no form, with its sentence.
    refusal: Refusal | None
    refusal_sentence: str
    receipt_address: str
    route: str
    # Who gave the answer that stands, as the others may read it.
    answered_by: str

    @property
    def is_person(self) -> bool:
        """The page says "je" to one person, "jullie" to an organisation."""
        return self.invitation.organisation_id is None

    @property
    def is_single(self) -> bool:
        """Only one guest may be chosen: a round choice instead of ticks."""
        return self.places.limit == 1

    @property
    def day(self) -> str:
        """The day, or the first and last of several."""
        event = self.event
        if event.ends_at - event.starts_at < timedelta(hours=24):
            return say_date(event.starts_at)
        return _("van %(first)s tot en met %(last)s", first=say_date(event.starts_at), last=say_date(event.ends_at))

    @property
    def times(self) -> str:
        return say_times(self.event.starts_at, self.event.ends_at)

    @property
    def shared_text(self) -> str:
        """What one pastes in a group chat: no personal link, since that would let the group answer for them."""
        event = self.event
        when = f"{self.day}, {self.times}"
        where = ", ".join(filter(None, [event.venue_name, event.venue_address]))
        lines = [event.title, when, where, _say_who(self.names), event.venue_url]
        return "\n".join(line for line in lines if line)[:LONGEST_SHARED]

    @property
    def whatsapp_url(self) -> str:
        return f"https://wa.me/?text={quote(self.shared_text)}"


def show(session: Session, door: OpenDoor, invitation: Invitation, *, now: datetime) -> Page:
    """Collect what the page of this party shows."""
    event = invitation.event
    refusal = refusal_for(event, Door.LINK, now)
    rsvp = invitation.rsvp
    address = door.address or receipts.party_address(invitation)
    return Page(
        door=door,
        invitation=invitation,
        event=event,
        places=_places(session, event, invitation),
        state=party_state(rsvp),
        names=[guest.given_name for guest in invitation.listed] if rsvp and rsvp.answer is Answer.YES else [],
        number=places.position_of(session, event, rsvp) if rsvp else None,
        refusal=refusal,
        refusal_sentence=say_refusal(event, refusal) if refusal else "",
        receipt_address=mask(address) if address else "",
        route=MAP + quote(event.venue_address) if event.venue_address else "",
        answered_by=_say_by(invitation),
    )


def say_closing(event: Event) -> str:
    """Say until when an answer can be changed."""
    return say_moment(min(event.rsvp_closes_at or event.starts_at, event.starts_at))


def _places(session: Session, event: Event, invitation: Invitation) -> Places:
    pool = places.pool_of(event, invitation.group)
    rsvp_id = invitation.rsvp.id if invitation.rsvp else None
    return Places(
        capacity=pool.capacity,
        free=places.free_places(session, pool),
        limit=places.party_limit(event, invitation.group),
        would_wait=not places.can_take(session, pool, 1, rsvp_id=rsvp_id),
        next_number=places.next_position(session, pool),
    )


def _say_by(invitation: Invitation) -> str:
    rsvp = invitation.rsvp
    if rsvp is None or rsvp.answered_by == invitation.party_name:
        return ""
    # Who of staff wrote it down is not for the page; that it was not one of themselves is.
    return (
        rsvp.answered_by if rsvp.door is Door.LINK else _("iemand van het netwerk") if rsvp.door is Door.OFFICE else ""
    )


def _say_who(names: list[str]) -> str:
    if not names:
        return ""
    return ngettext("%(names)s komt.", "%(names)s komen.", len(names), names=listing(names))
