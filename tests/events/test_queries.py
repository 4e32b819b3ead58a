"""What staff and pages ask about a meeting."""

from datetime import date, datetime, timedelta

from sqlalchemy import event as sqlalchemy_event
from sqlalchemy.orm import Session

from mailer.events.answering import record_answer
from mailer.events.models import Answer, Door, EventState, Invitation
from mailer.events.parties import GuestName
from mailer.events.queries import Offered, history, list_events, party_answers, people_to_offer
from tests.factories import a_person, an_event, an_invitation, an_organisation

A_DAY = date(2026, 12, 1)


def says(session: Session, invitation: Invitation, answer: Answer, *names: str, at: datetime) -> None:
    record_answer(
        session,
        invitation,
        answer,
        guests=[GuestName(name) for name in names],
        answered_by="Samira",
        answered_at=at,
        door=Door.LINK,
    )


def test_answers_are_listed_by_name_with_who_comes(session: Session, now: datetime) -> None:
    event = an_event(session)
    says(session, an_invitation(session, event, an_organisation(session, "Zorgkring")), Answer.NO, at=now)
    changed = an_invitation(session, event, an_organisation(session, "atelier De Dorpel"))
    says(session, changed, Answer.YES, "Joost", at=now)
    says(session, changed, Answer.YES, "Samira", at=now + timedelta(hours=1))
    an_invitation(session, event, a_person(session, "Marit", family_name="Bakstra"))

    answers = party_answers(session, event)

    assert [
        (answer.invitation.party_name, answer.state, [guest.full_name for guest in answer.guests], answer.changes)
        for answer in answers
    ] == [
        ("atelier De Dorpel", "going", ["Samira"], 1),
        ("Marit Bakstra", "silent", [], 0),
        ("Zorgkring", "declined", [], 0),
    ]
    assert [kept.guest_names for kept in history(session, changed)] == ["Samira", "Joost"]


def test_the_list_asks_the_database_no_more_for_twenty_than_for_one(session: Session, now: datetime) -> None:
    def statements(parties: int) -> int:
        event = an_event(session)
        for _party in range(parties):
            says(session, an_invitation(session, event), Answer.YES, "Samira", at=now)
        session.expire_all()
        counted: list[str] = []
        listen = ("after_cursor_execute", lambda *a: counted.append(a[2]))
        sqlalchemy_event.listen(session.get_bind(), *listen)
        try:
            [(answer.invitation.party_name, answer.guests) for answer in party_answers(session, event)]
        finally:
            sqlalchemy_event.remove(session.get_bind(), *listen)
        return len(counted)

    assert statements(1) == statements(20)


def test_people_are_offered_by_given_name_only_contacts_first(session: Session) -> None:
    garden = an_organisation(session)
    joost = a_person(session, "Joost", family_name="Klinker", of=garden, particle="van der")
    samira = a_person(session, "Samira", of=garden, is_contact=True)
    one = a_person(session, "Mohamed", family_name="Kasseien", of=garden)
    two = a_person(session, "Mohamed", family_name="Zandvoeg", of=garden)
    a_person(session, "", family_name="Naamloos", of=garden)
    a_person(session, "Elders", of=an_organisation(session))
    gone = a_person(session, "Vertrokken", of=garden)
    gone.roles[0].until_on = A_DAY
    session.flush()

    offered = people_to_offer(session, an_invitation(session, an_event(session), garden), on=A_DAY)

    assert offered == [
        Offered(samira.id, "Samira", "Samira", "el Mozaïek"),
        Offered(joost.id, "Joost", "Joost", "van der Klinker"),
        Offered(one.id, "Mohamed K.", "Mohamed", "Kasseien"),
        Offered(two.id, "Mohamed Z.", "Mohamed", "Zandvoeg"),
    ]


def test_a_person_without_an_organisation_is_offered_alone(session: Session) -> None:
    marit = a_person(session, "Marit")

    offered = people_to_offer(session, an_invitation(session, an_event(session), marit), on=A_DAY)

    assert offered == [Offered(marit.id, "Marit", "Marit", "el Mozaïek")]


def test_staff_sees_what_comes_and_what_was(session: Session, now: datetime) -> None:
    an_event(session, "Geweest", starts_at=now - timedelta(days=9))
    an_event(session, "Net geweest", starts_at=now - timedelta(days=1))
    an_event(session, "Straks", starts_at=now + timedelta(days=9))
    an_event(session, "Concept", starts_at=now + timedelta(days=1), state=EventState.DRAFT)

    assert [event.title for event in list_events(session, now=now, past=False)] == ["Concept", "Straks"]
    assert [event.title for event in list_events(session, now=now, past=True)] == ["Net geweest", "Geweest"]
