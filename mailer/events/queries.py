"""Questions about meetings and their answers. Only reads; places: `places`, counts: `standings`."""

from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import func, select
from sqlalchemy.orm import Session, joinedload, selectinload

from mailer.directory.models import Person, Role
from mailer.events.models import Answer, Event, EventState, Guest, GuestState, Invitation, Rsvp, RsvpAnswer


@dataclass(frozen=True)
class PartyAnswer:
    """An invited party and its answer, if any."""

    invitation: Invitation
    # "going", "waiting", "declined", "unsure" or "silent"; the first two only with guests.
    state: str
    guests: tuple[Guest, ...]
    # How often the answer was changed after the first time.
    changes: int = 0

    @property
    def rsvp(self) -> Rsvp | None:
        return self.invitation.rsvp


@dataclass(frozen=True)
class Offered:
    """Somebody of the organisation. A page behind a link shows `shown_name` only: never a surname."""

    person_id: int
    shown_name: str
    given_name: str
    family_name: str


def list_events(session: Session, *, now: datetime, past: bool) -> list[Event]:
    """List all meetings for staff: those to come, soonest first, or those that were, latest first."""
    if past:
        query = select(Event).where(Event.ends_at <= now).order_by(Event.starts_at.desc(), Event.id)
    else:
        query = select(Event).where(Event.ends_at > now).order_by(Event.starts_at, Event.id)
    return list(session.scalars(query))


def ahead(session: Session, *, now: datetime) -> list[Event]:
    """List the meetings one can still write about, also drafts, soonest first."""
    query = select(Event).where(Event.ends_at > now, Event.state != EventState.CANCELLED)
    return list(session.scalars(query.order_by(Event.starts_at, Event.id).limit(200)))


def party_answers(session: Session, event: Event) -> list[PartyAnswer]:
    """List every invited party with its answer, by name. A constant number of queries."""
    invitations = session.scalars(
        select(Invitation)
        .where(Invitation.event_id == event.id)
        .options(
            joinedload(Invitation.organisation),
            joinedload(Invitation.person),
            joinedload(Invitation.group),
            joinedload(Invitation.rsvp).selectinload(Rsvp.guests),
        )
    )
    changes = _changes(session, event)
    answers = [_party_answer(invitation, changes.get(invitation.id, 0)) for invitation in invitations]
    return sorted(answers, key=lambda answer: (answer.invitation.party_name.casefold(), answer.invitation.id))


def history(session: Session, invitation: Invitation) -> list[RsvpAnswer]:
    """List every answer of a party as it came, latest first."""
    query = select(RsvpAnswer).where(RsvpAnswer.invitation_id == invitation.id)
    return list(session.scalars(query.order_by(RsvpAnswer.answered_at.desc(), RsvpAnswer.id.desc())))


def people_to_offer(session: Session, invitation: Invitation, *, on: date) -> list[Offered]:
    """List the people a party may bring, by given name: contacts first, then by name.

    Two with the same given name get the initial of their surname; who has no given name cannot be offered.
    """
    people = _people(session, invitation, on)
    given = [person.given_name.casefold() for person in people]
    return [
        Offered(
            person.id,
            _shown_name(person, is_alone=given.count(person.given_name.casefold()) == 1),
            person.given_name,
            " ".join(filter(None, [person.particle, person.family_name])),
        )
        for person in people
    ]


def _changes(session: Session, event: Event) -> dict[int, int]:
    counted = session.execute(
        select(RsvpAnswer.invitation_id, func.count())
        .join(Invitation, Invitation.id == RsvpAnswer.invitation_id)
        .where(Invitation.event_id == event.id, RsvpAnswer.was_applied)
        .group_by(RsvpAnswer.invitation_id)
    )
    return {invitation_id: count - 1 for invitation_id, count in counted}


def _party_answer(invitation: Invitation, changes: int) -> PartyAnswer:
    rsvp = invitation.rsvp
    guests = tuple(invitation.listed)
    return PartyAnswer(invitation, party_state(rsvp), guests, changes)


def party_state(rsvp: Rsvp | None) -> str:
    """Say in a word how a party stands: "going", "waiting", "declined", "unsure" or "silent"."""
    if rsvp is None:
        return "silent"
    if rsvp.answer is Answer.NO:
        return "declined"
    if rsvp.answer is Answer.MAYBE:
        return "unsure"
    waits = any(guest.state in (GuestState.WAITING, GuestState.OFFERED) for guest in rsvp.guests)
    return "waiting" if waits else "going"


def _people(session: Session, invitation: Invitation, on: date) -> list[Person]:
    if invitation.person is not None:
        return [invitation.person] if invitation.person.given_name else []
    roles = session.scalars(
        select(Role)
        .where(Role.organisation_id == invitation.organisation_id)
        .options(selectinload(Role.person))
        .order_by(Role.id)
    )
    current = sorted(
        (role for role in roles if role.is_current(on) and role.person.given_name),
        key=lambda role: (not role.is_contact, role.person.given_name.casefold(), role.person_id),
    )
    return list({role.person_id: role.person for role in current}.values())


def _shown_name(person: Person, *, is_alone: bool) -> str:
    if is_alone or not person.family_name:
        return person.given_name
    return f"{person.given_name} {person.family_name[0]}."
