"""The counts of a meeting: they add up, and a long list asks no more than a short one."""

from datetime import datetime

from sqlalchemy import event as sqlalchemy_event
from sqlalchemy.orm import Session

from mailer.events.answering import record_answer
from mailer.events.models import Answer, Door, GuestGroup, Invitation
from mailer.events.parties import GuestName
from mailer.events.standings import PoolStanding, Standing, standing, standings
from tests.factories import an_event, an_invitation


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


def test_the_standing_counts_parties_and_places_and_adds_up(session: Session, now: datetime) -> None:
    event = an_event(session, capacity=3)
    funds = GuestGroup(event=event, name="fondsen", capacity=1)
    session.add(funds)
    session.flush()
    says(session, an_invitation(session, event), Answer.YES, "Samira", "Joost", at=now)
    says(session, an_invitation(session, event), Answer.YES, "Noor", "Ömer", at=now)
    says(session, an_invitation(session, event, group=funds), Answer.YES, "Marit", at=now)
    says(session, an_invitation(session, event), Answer.NO, at=now)
    says(session, an_invitation(session, event), Answer.MAYBE, at=now)
    an_invitation(session, event)

    stands = standing(session, event)

    assert (stands.coming, stands.declined, stands.silent, stands.waiting, stands.guests) == (2, 1, 2, 1, 3)
    assert stands.invited == 6
    assert [pool.free for pool in stands.pools] == [1, 0]
    assert stands.pools == (
        PoolStanding("", 3, taken=2, waiting_parties=1, waiting_guests=2),
        PoolStanding("fondsen", 1, taken=1, waiting_parties=0, waiting_guests=0),
    )


def test_a_meeting_nobody_was_asked_for_stands_at_nothing(session: Session) -> None:
    event = an_event(session, capacity=60)

    own = PoolStanding("", 60, taken=0, waiting_parties=0, waiting_guests=0)
    assert standing(session, event) == Standing(0, 0, 0, 0, 0, (own,))


def test_each_meeting_has_its_own_counts_and_many_ask_no_more_than_one(session: Session, now: datetime) -> None:
    full, empty = an_event(session, capacity=1), an_event(session)
    says(session, an_invitation(session, full), Answer.YES, "Noor", at=now)
    says(session, an_invitation(session, full), Answer.YES, "Gloria", at=now)
    an_invitation(session, empty)
    asked: list[str] = []
    listen = ("after_cursor_execute", lambda *a: asked.append(a[2]))

    sqlalchemy_event.listen(session.get_bind(), *listen)
    one = standings(session, [full])
    for_one = len(asked)
    both = standings(session, [full, empty])
    sqlalchemy_event.remove(session.get_bind(), *listen)

    assert len(asked) == 2 * for_one
    assert one[full.id] == both[full.id]
    assert (both[full.id].coming, both[full.id].waiting, both[full.id].invited) == (1, 1, 2)
    assert (both[empty.id].silent, both[empty.id].invited) == (1, 1)
