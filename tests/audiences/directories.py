"""Directories to ask rules of: a small one with every trap in it, and a past that any directory can be given."""

from __future__ import annotations

from datetime import date, datetime, timedelta

from sqlalchemy import select
from sqlalchemy.orm import Session

from mailer.audiences.models import Reach
from mailer.audiences.saving import save_segment
from mailer.deliveries.models import Delivery, DeliveryAddressee, DeliveryState, FrozenAudience, FrozenSeat
from mailer.directory.models import (
    Mailbox,
    MailboxKind,
    NetworkMembership,
    Organisation,
    OrganisationKind,
    OrganisationMailbox,
    OrganisationTargetGroup,
    Person,
    PersonMailbox,
    PersonTheme,
    Role,
    RoleKind,
    TargetGroup,
    Theme,
)
from mailer.events.models import Answer, Door, Event, Guest, GuestState, Rsvp
from mailer.mailings.models import Mailing
from mailer.subscriptions.models import Basis
from tests.factories import (
    a_mailbox,
    a_mailing,
    a_neighbourhood,
    a_network,
    a_person,
    a_theme,
    an_event,
    an_invitation,
    an_organisation,
)

THEMES = ["groen", "sport", "jeugd"]
PLACES = ["spangen", "bospolder", "heel-delfshaven", "buiten"]
NETWORKS = ["coalitie", "stil"]
ADDRESSES = [f"m{n}@a.example.org" for n in range(9)]


def plant_small_directory(session: Session) -> None:
    """Seven organisations, nine people, ten mailboxes: shared, second, refused, missing, stopped, former."""
    for slug in THEMES:
        a_theme(session, slug)
    for slug in PLACES:
        a_neighbourhood(session, slug, is_inside=slug != "buiten")
    for slug in NETWORKS:
        a_network(session, slug)
    kinds = session.scalars(select(OrganisationKind).order_by(OrganisationKind.id)).all()
    groups = session.scalars(select(TargetGroup).order_by(TargetGroup.id)).all()
    roles = session.scalars(select(RoleKind).order_by(RoleKind.id)).all()
    boxes = [
        a_mailbox(
            session,
            address,
            kind=MailboxKind.FUNCTIONAL if n < 4 else MailboxKind.PERSONAL,
            basis=None if n in (1, 5) else Basis.CONSENT,
        )
        for n, address in enumerate(ADDRESSES)
    ]
    moment = datetime(2026, 11, 15, 12, tzinfo=a_mailbox(session).added_at.tzinfo)
    made = [
        an_organisation(session, "A", themes=["groen"], areas=["spangen"], kind=kinds[0]),
        an_organisation(session, "B", themes=["groen", "sport"], areas=["bospolder", "spangen"], kind=kinds[1]),
        an_organisation(session, "C", themes=["jeugd"], areas=["heel-delfshaven"], checked_on=date(2026, 11, 20)),
        an_organisation(session, "D", themes=[], seat=a_neighbourhood(session, "spangen"), kind=kinds[0]),
        an_organisation(session, "E", themes=["sport"], areas=["buiten"], seat=a_neighbourhood(session, "bospolder")),
        an_organisation(session, "F", themes=["groen"], areas=["bospolder"], stopped_on=date(2026, 5, 1)),
        an_organisation(session, "G", themes=["jeugd"]),
    ]
    made[1].added_at = moment
    made[4].added_at = moment + timedelta(days=10)
    made[0].target_groups.append(OrganisationTargetGroup(target_group=groups[0]))
    made[3].target_groups.append(OrganisationTargetGroup(target_group=groups[1]))
    for organisation, network, joined, left in (
        (0, "coalitie", None, None),
        (1, "coalitie", date(2026, 11, 15), None),
        (2, "coalitie", date(2026, 1, 1), date(2026, 11, 15)),
        (2, "coalitie", date(2026, 12, 1), None),
        (3, "stil", None, date(2026, 12, 1)),
        (4, "stil", None, date(2026, 12, 2)),
    ):
        membership = NetworkMembership(network=a_network(session, network), joined_on=joined, left_on=left)
        made[organisation].memberships.append(membership)
    for organisation, box, position in ((0, 0, 1), (1, 1, 1), (1, 2, 2), (2, 0, 1), (5, 3, 1), (6, 1, 1)):
        session.add(OrganisationMailbox(organisation=made[organisation], mailbox=boxes[box], position=position))
    people = [a_person(session, f"P{n}", language=["nl", "tr", "ar"][n % 3]) for n in range(9)]
    for person, box, position in (
        (0, 0, 1), (1, 0, 1), (2, 4, 1), (3, 5, 1), (3, 6, 2), (4, 5, 1), (6, 7, 1), (7, 8, 1), (8, 4, 2),
    ):  # fmt: skip
        session.add(PersonMailbox(person=people[person], mailbox=boxes[box], position=position))
    for person, organisation, contact, kind, until in (
        (0, 0, True, 0, None),
        (1, 0, False, 1, None),
        (1, 1, True, 0, None),
        (2, 1, True, None, None),
        (2, 1, False, 1, date(2026, 12, 2)),
        (3, 3, True, 1, None),
        (4, 3, True, None, None),
        (4, 4, False, 0, date(2026, 12, 1)),
        (5, 4, True, 0, None),
        (6, 5, True, 0, None),
        (8, 6, True, 1, None),
        (8, 4, False, 1, None),
    ):
        session.add(
            Role(
                person=people[person],
                organisation=made[organisation],
                is_contact=contact,
                kind=roles[kind] if kind is not None else None,
                until_on=until,
            )
        )
    people[7].themes.append(PersonTheme(theme=a_theme(session, "sport")))
    people[3].themes.append(PersonTheme(theme=a_theme(session, "groen")))
    people[7].neighbourhood = a_neighbourhood(session, "bospolder")
    people[6].checked_on = date(2026, 12, 1)
    session.flush()


def plant_past(session: Session, now: datetime) -> None:
    """A meeting that was answered and attended, a mailing that partly arrived, and selections inside each other."""
    organisations = session.scalars(select(Organisation).order_by(Organisation.id)).all()
    people = session.scalars(select(Person).order_by(Person.id)).all()
    event = an_event(session)
    for turn, party in enumerate([*organisations[::2], *people[::3]]):
        invitation = an_invitation(session, event, party)
        answer = [Answer.YES, Answer.NO, Answer.MAYBE, None][turn % 4]
        if answer is not None:
            rsvp = Rsvp(invitation=invitation, answer=answer, answered_at=now, door=Door.LINK)
            rsvp.guests = [_guest(event, people[turn % len(people)], turn, now)] if answer is Answer.YES else []
            session.add(rsvp)
    _plant_mailing(session, now)
    _plant_segments(session, now)
    session.flush()


def _guest(event: Event, person: Person, turn: int, now: datetime) -> Guest:
    state = [GuestState.PRESENT, GuestState.NO_SHOW][turn // 4 % 2]
    known = person if turn % 8 == 0 else None
    return Guest(event_id=event.id, person=known, given_name=f"Gast {turn}", state=state, listed_at=now)


def _plant_mailing(session: Session, now: datetime) -> None:
    mailing = a_mailing(session)
    mailboxes = session.scalars(select(Mailbox).order_by(Mailbox.id)).all()
    asked = {"rule": {}, "reach": list(Reach)[len(mailboxes) % 3].value}
    session.add(FrozenAudience(mailing_id=mailing.id, frozen_at=now, asked=asked, words={}))
    states = [DeliveryState.ACCEPTED, DeliveryState.UNCERTAIN, DeliveryState.REJECTED, DeliveryState.SKIPPED]
    for turn, mailbox in enumerate(mailboxes[::2]):
        delivery = Delivery(mailing=mailing, mailbox=mailbox, address=mailbox.address, created_at=now)
        delivery.state = states[turn % 4]
        session.add(delivery)
        session.flush()
        session.add_all(DeliveryAddressee(delivery_id=delivery.id, person_id=each.person_id) for each in mailbox.people)
        session.add_all(
            DeliveryAddressee(delivery_id=delivery.id, organisation_id=each.organisation_id)
            for each in mailbox.organisations
        )
        session.add_all(
            _own_seat(mailing, each.organisation_id, mailbox, is_chosen=turn % 3 > 0) for each in mailbox.organisations
        )


def _own_seat(mailing: Mailing, organisation_id: int, mailbox: Mailbox, *, is_chosen: bool) -> FrozenSeat:
    return FrozenSeat(
        mailing_id=mailing.id,
        organisation_id=organisation_id,
        person_id=0,
        mailbox_id=mailbox.id,
        organisation="",
        is_contact=False,
        position=1,
        place=1,
        holds="1",
        refusal="",
        is_chosen=is_chosen,
        by_hand="",
    )


def _plant_segments(session: Session, now: datetime) -> None:
    theme = session.scalars(select(Theme.slug).order_by(Theme.id)).first()
    keys = session.scalars(select(Mailbox.address_key).order_by(Mailbox.id)).all()
    by_hand = {"include": [keys[0]], "exclude": [keys[1], keys[2]]}
    save_segment(session, "Een", {"rule": {"theme": [theme]}, **by_hand}, now=now)
    inner = {"any": [{"segment": "een"}, {"none": [{"language": ["nl"]}]}]}
    save_segment(session, "Twee", {"rule": inner, "exclude": [keys[3]]}, now=now)
