"""Small real rows. Each takes only what the test is about; the rest is plain and believable."""

from __future__ import annotations

import itertools
from datetime import UTC, date, datetime, timedelta
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from mailer.directory.models import (
    Mailbox,
    MailboxKind,
    Neighbourhood,
    Network,
    NetworkMembership,
    Organisation,
    OrganisationMailbox,
    OrganisationServiceArea,
    OrganisationTheme,
    Person,
    PersonMailbox,
    Role,
    Theme,
)
from mailer.events.models import Event, EventState, GuestGroup, Invitation, InvitationMailbox
from mailer.foundation.addresses import address_hash, parse_address
from mailer.foundation.database import settings_of
from mailer.mailings.drafts.composing import create_mailing
from mailer.mailings.models import Mailing
from mailer.subscriptions.models import Basis, Consent, Sender, Topic

A_MOMENT = datetime(2026, 11, 1, 9, 0, tzinfo=UTC)
_numbers = itertools.count(1)


def _word(session: Session, kind: type[Any], slug: str, **more: Any) -> Any:
    found = session.scalars(select(kind).where(kind.slug == slug)).one_or_none()
    if found is None:
        found = kind(slug=slug, name=slug.replace("-", " ").capitalize(), **more)
        session.add(found)
        session.flush()
    return found


def a_theme(session: Session, slug: str = "groen") -> Theme:
    return _word(session, Theme, slug)


def a_neighbourhood(session: Session, slug: str = "spangen", **more: Any) -> Neighbourhood:
    return _word(session, Neighbourhood, slug, **more)


def a_network(session: Session, slug: str = "welzijnscoalitie") -> Network:
    return _word(session, Network, slug)


def a_mailbox(
    session: Session,
    address: str | None = None,
    *,
    kind: MailboxKind = MailboxKind.PERSONAL,
    basis: Basis | None = Basis.CONSENT,
) -> Mailbox:
    """A mailbox; with a basis (consent by default) it may be written to."""
    parsed = parse_address(address or f"postvak{next(_numbers)}@devoeg.example.org")
    mailbox = Mailbox(
        address=parsed.shown,
        address_key=parsed.key,
        address_hash=address_hash(parsed.key, secret=settings_of(session).secret),
        domain=parsed.domain,
        kind=kind,
        added_at=A_MOMENT,
    )
    session.add(mailbox)
    session.flush()
    if basis is not None:
        session.add(
            Consent(
                mailbox_id=mailbox.id,
                basis=basis,
                given_on=date(2026, 11, 1),
                source="aanmeldformulier",
                recorded_at=A_MOMENT,
            )
        )
        session.flush()
    return mailbox


def an_organisation(
    session: Session,
    name: str | None = None,
    *,
    themes: list[str] | None = None,
    areas: list[str] | None = None,
    member_of: list[str] | None = None,
    mailbox: Mailbox | str | None = None,
    **more: Any,
) -> Organisation:
    number = next(_numbers)
    name = name or f"Buurttuin {number}"
    organisation = Organisation(
        slug=more.pop("slug", f"{name.lower().replace(' ', '-')}-{number}"),
        name=name,
        name_key=name.lower(),
        added_at=A_MOMENT,
        changed_at=A_MOMENT,
        **more,
    )
    session.add(organisation)
    session.flush()
    for position, slug in enumerate(themes or []):
        organisation.themes.append(OrganisationTheme(theme=a_theme(session, slug), is_primary=position == 0))
    for slug in areas or []:
        organisation.service_areas.append(OrganisationServiceArea(neighbourhood=a_neighbourhood(session, slug)))
    for slug in member_of or []:
        organisation.memberships.append(NetworkMembership(network=a_network(session, slug)))
    if mailbox is not None:
        if isinstance(mailbox, str):
            mailbox = a_mailbox(session, mailbox, kind=MailboxKind.FUNCTIONAL, basis=Basis.PUBLISHED)
        session.add(OrganisationMailbox(organisation=organisation, mailbox=mailbox))
    session.flush()
    return organisation


def a_person(
    session: Session,
    given_name: str = "Samira",
    *,
    family_name: str = "el Mozaïek",
    of: Organisation | None = None,
    is_contact: bool = False,
    mailbox: Mailbox | str | None = None,
    **more: Any,
) -> Person:
    person = Person(
        given_name=given_name,
        family_name=family_name,
        name_key=f"{given_name} {family_name}".lower(),
        added_at=A_MOMENT,
        changed_at=A_MOMENT,
        **more,
    )
    session.add(person)
    session.flush()
    if of is not None:
        session.add(Role(person=person, organisation=of, is_contact=is_contact))
    if mailbox is not None:
        if isinstance(mailbox, str):
            mailbox = a_mailbox(session, mailbox)
        session.add(PersonMailbox(person=person, mailbox=mailbox))
    session.flush()
    return person


def a_sender(session: Session) -> Sender:
    sender = session.scalars(select(Sender)).first()
    if sender is None:
        sender = Sender(
            slug="delfshaven-lokaal",
            name="Delfshaven Lokaal (voorbeeld)",
            from_address="post@tegelpost.example.org",
            reply_to="team@tegelpost.example.org",
            postal_address="Voegstraat 12, 3025 ZZ Rotterdam",
            list_id_domain="tegelpost.example.org",
        )
        session.add(sender)
        session.flush()
    return sender


def a_topic(session: Session, slug: str = "nieuwsbrief") -> Topic:
    found = session.scalars(select(Topic).where(Topic.slug == slug)).one_or_none()
    if found is None:
        found = Topic(slug=slug, name=slug.capitalize(), frequency="1 keer per maand", sender=a_sender(session))
        session.add(found)
        session.flush()
    return found


def an_event(session: Session, title: str = "Matchavond met fondsen", **more: Any) -> Event:
    """A meeting on Thursday 14 January 2027, 19.30 – 21.30 in Amsterdam, open for answers until it begins."""
    starts_at = more.pop("starts_at", datetime(2027, 1, 14, 18, 30, tzinfo=UTC))
    given = {
        "uid": f"bijeenkomst-{next(_numbers)}@tegelpost",
        "title": title,
        "starts_at": starts_at,
        "ends_at": starts_at + timedelta(hours=2),
        "state": EventState.OPEN,
        "created_at": A_MOMENT,
        "changed_at": A_MOMENT,
    }
    event = Event(**{**given, **more})
    session.add(event)
    session.flush()
    return event


def an_invitation(
    session: Session,
    event: Event,
    party: Organisation | Person | None = None,
    *,
    group: GuestGroup | None = None,
    through: list[Mailbox] | None = None,
) -> Invitation:
    """An invitation of a (new) organisation, or of a person without one, through these mailboxes."""
    party = party or an_organisation(session)
    invitation = Invitation(
        event=event,
        organisation=party if isinstance(party, Organisation) else None,
        person=party if isinstance(party, Person) else None,
        group=group,
        invited_at=A_MOMENT,
    )
    invitation.mailboxes = [InvitationMailbox(mailbox=mailbox) for mailbox in through or []]
    session.add(invitation)
    session.flush()
    return invitation


def a_mailing(session: Session, *blocks: dict[str, Any], now: datetime = A_MOMENT, **more: Any) -> Mailing:
    """A draft newsletter with these blocks; by default it has all that the check asks for."""
    a_topic(session)
    spec = {
        "kind": "newsletter",
        "topic": "nieuwsbrief",
        "subject": "Tien fondsen, één avond",
        "preheader": "En: wie heeft een keuken?",
        "audience": {"rule": {"all": []}, "reach": "everyone"},
        "blocks": list(blocks) or [{"type": "text", "html": "<p>[[mailbox.greeting]]</p><p>Hallo!</p>"}],
        **more,
    }
    return create_mailing(session, spec, now=now)
