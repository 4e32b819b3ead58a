"""One invitation per party, whoever reads the letter."""

from datetime import datetime, timedelta

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from mailer.events.inviting import Asked, Invited, invite, invite_parties
from mailer.events.models import EventState, GuestGroup, Invitation, InvitationMailbox
from mailer.foundation.errors import BadInput
from tests.factories import a_mailbox, a_person, an_event, an_organisation


def asked_through(session: Session) -> set[tuple[str, str]]:
    rows = session.scalars(select(InvitationMailbox))
    return {(row.invitation.party_name, row.mailbox.address) for row in rows}


def test_an_organisation_is_invited_once_through_all_its_mailboxes(session: Session, now: datetime) -> None:
    event = an_event(session)
    garden, stranger = an_organisation(session, "De Voeg"), a_person(session, "Wendell", family_name="Bakstra")
    info, samira, home = (a_mailbox(session, address) for address in ("info@a.test", "samira@a.test", "w@b.test"))

    invited = invite_parties(
        session,
        event,
        [
            Asked(organisation_id=garden.id, mailbox_id=info.id),
            Asked(organisation_id=garden.id, mailbox_id=samira.id),
            Asked(person_id=stranger.id, mailbox_id=home.id),
        ],
        by=None,
        now=now,
    )

    assert invited == Invited(invitations=2, new=2)
    assert asked_through(session) == {
        ("De Voeg", "info@a.test"),
        ("De Voeg", "samira@a.test"),
        ("Wendell Bakstra", "w@b.test"),
    }


def test_one_mailbox_may_be_asked_for_two_organisations(session: Session, now: datetime) -> None:
    event, shared = an_event(session), a_mailbox(session, "samira@a.test")
    parties = [an_organisation(session, "De Voeg"), an_organisation(session, "Het Troffeltje")]

    invited = invite_parties(
        session,
        event,
        [Asked(organisation_id=party.id, mailbox_id=shared.id) for party in parties],
        by=None,
        now=now,
    )

    assert invited == Invited(invitations=2, new=2)
    assert asked_through(session) == {("De Voeg", "samira@a.test"), ("Het Troffeltje", "samira@a.test")}


def test_inviting_again_adds_only_what_is_new(session: Session, now: datetime) -> None:
    event, party = an_event(session), an_organisation(session, "De Voeg")
    info, samira = a_mailbox(session, "info@a.test"), a_mailbox(session, "samira@a.test")
    invite_parties(session, event, [Asked(organisation_id=party.id, mailbox_id=info.id)], by=None, now=now)

    again = invite_parties(
        session,
        event,
        [
            Asked(organisation_id=party.id, mailbox_id=info.id),
            Asked(organisation_id=party.id, mailbox_id=samira.id),
            Asked(organisation_id=an_organisation(session, "De Stoep").id),
        ],
        by=None,
        now=now + timedelta(days=1),
    )

    assert again == Invited(invitations=2, new=1)
    assert asked_through(session) == {("De Voeg", "info@a.test"), ("De Voeg", "samira@a.test")}
    moments = session.scalars(select(Invitation.invited_at).order_by(Invitation.id)).all()
    assert moments == [now, now + timedelta(days=1)]


def test_inviting_opens_a_draft_and_gives_new_parties_the_group(session: Session, now: datetime) -> None:
    event = an_event(session, state=EventState.DRAFT)
    funds = GuestGroup(event=event, name="fondsen", capacity=10)
    session.add(funds)
    session.flush()

    invite_parties(session, event, [Asked(organisation_id=an_organisation(session).id)], by=None, now=now, group=funds)

    assert event.state is EventState.OPEN
    assert session.scalars(select(Invitation)).one().group is funds


@pytest.mark.parametrize("state", [EventState.CANCELLED, EventState.OPEN])
def test_nobody_is_invited_to_what_is_off_or_over(session: Session, now: datetime, state: EventState) -> None:
    event = an_event(session, state=state, starts_at=now - timedelta(days=1 if state is EventState.OPEN else -1))

    with pytest.raises(BadInput, match="Uitnodigen kan niet meer"):
        invite_parties(session, event, [Asked(organisation_id=an_organisation(session).id)], by=None, now=now)


def test_an_audience_is_invited_by_organisation_also_who_cannot_be_mailed(session: Session, now: datetime) -> None:
    event = an_event(session)
    green = an_organisation(session, "De Voeg", themes=["groen"], mailbox="info@devoeg.example.org")
    a_person(session, "Samira", of=green, is_contact=True, mailbox="samira@example.org")
    an_organisation(session, "Zonder mail", themes=["groen"])
    unknown = a_mailbox(session, "onbekend@example.org", basis=None)
    silent = an_organisation(session, "Nog geen toestemming", themes=["groen"], mailbox=unknown)
    an_organisation(session, "Sportclub", themes=["sport"], mailbox="sport@example.org")

    invited = invite(session, event, {"rule": {"theme": ["groen"]}, "reach": "one_per_organisation"}, by=None, now=now)

    assert invited == Invited(invitations=3, new=3)
    parties = {invitation.party_name for invitation in session.scalars(select(Invitation))}
    assert parties == {"De Voeg", "Zonder mail", "Nog geen toestemming"}
    assert asked_through(session) == {("De Voeg", "info@devoeg.example.org")}
    assert silent.name not in {party for party, _address in asked_through(session)}


def test_an_audience_of_nobody_is_refused(session: Session, now: datetime) -> None:
    with pytest.raises(BadInput) as problem:
        invite(session, an_event(session), {"rule": {"any": []}}, by=None, now=now)

    assert problem.value.sentence == "Niemand past bij deze selectie. Haal een voorwaarde weg."
