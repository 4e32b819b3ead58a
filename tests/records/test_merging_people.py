"""Two people who are one: what either said holds for all their own addresses; shared mailboxes decide themselves."""

from __future__ import annotations

from datetime import timedelta

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from mailer.directory.models import Channel, MailboxKind, Person, PersonMailbox, PersonTheme, Role
from mailer.directory.provenance import by_hand, stamp
from mailer.events.answering import record_answer
from mailer.events.models import Answer, Door, Guest, GuestState
from mailer.events.parties import GuestName
from mailer.records.forwarding import where_now
from mailer.records.merging import LOSE, Choices, merge, unmerge
from mailer.records.models import Merge, MergeKind
from mailer.subscriptions.leaving import leave
from mailer.subscriptions.models import SuppressionReason
from mailer.subscriptions.permission import Refusal, refusals
from mailer.subscriptions.suppressing import suppress
from tests.factories import A_MOMENT, a_mailbox, a_person, a_theme, a_topic, an_event, an_invitation, an_organisation
from tests.records.dumps import difference, dump

LATER = A_MOMENT + timedelta(days=3)


def _merge(session: Session, keep: Person, lose: Person, **chosen: dict[str, str]) -> Merge:
    return merge(session, MergeKind.PERSON, keep.id, lose.id, choices=Choices(**chosen), now=LATER, by=None)  # type: ignore[arg-type]


def test_roles_mailboxes_and_themes_follow(session: Session) -> None:
    tuin, speeltuin = an_organisation(session), an_organisation(session)
    keep = a_person(session, of=tuin, mailbox="samira@devoeg.example.org")
    lose = a_person(session, "S.", of=tuin, is_contact=True, mailbox="samira@kpnmail.nl", mobile="+31600001234")
    session.add_all(
        [Role(person_id=lose.id, organisation_id=speeltuin.id), PersonTheme(person=lose, theme=a_theme(session))]
    )
    session.flush()
    lost_id = lose.id

    _merge(session, keep, lose)

    assert [(role.organisation_id, role.is_contact) for role in keep.roles] == [(tuin.id, True), (speeltuin.id, False)]
    uses = select(PersonMailbox).where(PersonMailbox.person_id == keep.id).order_by(PersonMailbox.position)
    assert [use.mailbox.address for use in session.scalars(uses)] == ["samira@devoeg.example.org", "samira@kpnmail.nl"]
    assert (keep.given_name, keep.mobile, [row.theme.slug for row in keep.themes]) == (
        "Samira",
        "+31600001234",
        ["groen"],
    )
    assert where_now(session, "person", lost_id) == keep.id


def test_a_full_name_and_a_meant_choice_are_proposed_also_above_what_was_typed_by_hand(session: Session) -> None:
    keep = a_person(session, "Ravi", family_name="Kasseien", channel=Channel.PHONE)
    lose = a_person(session, "R.", family_name="Kasseien")
    stamp(session, lose, ["given_name", "family_name", "channel"], by_hand(None, LATER))

    _merge(session, keep, lose)

    assert (keep.full_name, keep.channel) == ("Ravi Kasseien", Channel.PHONE)


def test_the_name_goes_as_one(session: Session) -> None:
    keep = a_person(session, "Fatuma", particle="van", family_name="Klinker")
    lose = a_person(session, "Fatuma", particle="van der", family_name="Klinkers")

    _merge(session, keep, lose, fields={"name": LOSE})

    assert (keep.full_name, keep.name_key) == ("Fatuma van der Klinkers", "fatuma van der klinkers")


def test_who_left_at_one_address_gets_no_mail_at_the_other(session: Session) -> None:
    private, work = a_mailbox(session, "samira@kpnmail.nl"), a_mailbox(session, "samira@devoeg.example.org")
    keep, lose = a_person(session, mailbox=work), a_person(session, mailbox=private)
    topic = a_topic(session)
    leave(session, private, topic, door="leave-page", now=A_MOMENT)

    _merge(session, keep, lose)

    assert refusals(session, [private.id, work.id], topic, now=LATER) == {
        private.id: Refusal.LEFT,
        work.id: Refusal.LEFT,
    }


def test_a_shared_mailbox_decides_for_itself(session: Session) -> None:
    private = a_mailbox(session, "samira@kpnmail.nl")
    shared = a_mailbox(session, "team@devoeg.example.org")
    info = a_mailbox(session, "info@devoeg.example.org", kind=MailboxKind.FUNCTIONAL)
    keep, lose = a_person(session, mailbox=shared), a_person(session, mailbox=private)
    a_person(session, "Joost", mailbox=shared)
    session.add(PersonMailbox(person_id=keep.id, mailbox_id=info.id, position=2))
    session.flush()
    topic = a_topic(session)
    leave(session, private, topic, door="leave-page", now=A_MOMENT)

    _merge(session, keep, lose)

    assert refusals(session, [private.id, shared.id, info.id], topic, now=LATER) == {private.id: Refusal.LEFT}


@pytest.mark.parametrize(
    ("reason", "refused"), [(SuppressionReason.REQUEST, True), (SuppressionReason.HARD_BOUNCE, False)]
)
def test_never_again_is_said_by_a_person_and_a_bounce_by_a_machine(
    session: Session, reason: SuppressionReason, refused: bool
) -> None:
    private, work = a_mailbox(session, "samira@kpnmail.nl"), a_mailbox(session, "samira@devoeg.example.org")
    keep, lose = a_person(session, mailbox=work), a_person(session, mailbox=private)
    suppress(session, private.address, reason, now=A_MOMENT)

    _merge(session, keep, lose)

    assert (work.id in refusals(session, [work.id], a_topic(session), now=LATER)) is refused


def test_a_guest_who_stood_on_one_list_twice_stands_there_once(session: Session) -> None:
    keep, lose = a_person(session), a_person(session, "Sam")
    event = an_event(session)
    invitation = an_invitation(session, event)
    names = [GuestName("Samira", person_id=keep.id), GuestName("Sam", person_id=lose.id)]
    record_answer(
        session, invitation, Answer.YES, guests=names, answered_by="Joost", answered_at=A_MOMENT, door=Door.LINK
    )

    _merge(session, keep, lose)

    states = session.scalars(select(Guest.state).order_by(Guest.id)).all()
    assert states == [GuestState.GOING, GuestState.WITHDRAWN]


def test_taking_it_back_leaves_no_trace(session: Session) -> None:
    private, work = a_mailbox(session, "samira@kpnmail.nl"), a_mailbox(session, "samira@devoeg.example.org")
    tuin = an_organisation(session)
    keep = a_person(session, of=tuin, mailbox=work, note="A")
    lose = a_person(session, "S.", of=tuin, mailbox=private, note="B", phone="+31100000123")
    leave(session, private, None, door="leave-page", now=A_MOMENT)
    suppress(session, private.address, SuppressionReason.REQUEST, now=A_MOMENT)
    event = an_event(session)
    for party in (keep, lose):
        an_invitation(session, event, party, through=[private])
    before = dump(session)

    merged = _merge(session, keep, lose)
    unmerge(session, merged.id, now=LATER, by=None)

    assert difference(before, dump(session)) == {}
