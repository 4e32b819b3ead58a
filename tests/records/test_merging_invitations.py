"""Two parties invited to one meeting: one invitation, the newest answer, and no place that is lost unasked."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from mailer.directory.models import Organisation
from mailer.events.answering import record_answer
from mailer.events.models import Answer, Door, Event, Guest, GuestState, Invitation, InvitationMailbox, Rsvp, RsvpAnswer
from mailer.events.parties import GuestName
from mailer.events.places import TAKES_PLACE
from mailer.foundation.outbox import OwedLetter
from mailer.records.forwarding import where_now
from mailer.records.merging import KEEP, LOSE, Choices, NeedsChoice, merge, unmerge
from mailer.records.models import Merge, MergeKind
from tests.factories import A_MOMENT, a_mailbox, an_event, an_invitation, an_organisation
from tests.records.dumps import difference, dump

LATER = A_MOMENT + timedelta(days=3)


def _merge(session: Session, keep: Organisation, lose: Organisation, choices: Choices | None = None) -> Merge:
    return merge(session, MergeKind.ORGANISATION, keep.id, lose.id, choices=choices, now=LATER, by=None)


class _Party:
    """An organisation that is asked for a meeting, and its answer."""

    def __init__(self, session: Session, event: Event, address: str = "") -> None:
        self.session, self.event = session, event
        self.organisation = an_organisation(session)
        self.mailbox = a_mailbox(session)
        self.invitation = an_invitation(session, event, self.organisation, through=[self.mailbox])

    def say(self, answer: str, *names: str, hours: int = 0) -> None:
        record_answer(
            self.session,
            self.invitation,
            Answer(answer),
            guests=[GuestName(name) for name in names],
            answered_by=names[0] if names else "iemand",
            answered_at=A_MOMENT + timedelta(hours=hours),
            door=Door.LINK,
        )


def _list(session: Session) -> dict[str, str]:
    return {guest.given_name: guest.state.value for guest in session.scalars(select(Guest).order_by(Guest.id))}


def _one_invitation(session: Session) -> Invitation:
    return session.scalars(select(Invitation)).one()


def test_two_invitations_to_one_meeting_become_one_with_the_history_of_both(session: Session) -> None:
    event = an_event(session, per_organisation=3)
    keep, lose = _Party(session, event), _Party(session, event)
    keep.say("yes", "Samira")
    lose.say("no", hours=1)
    lose.say("yes", "Joost", "Marit", hours=2)

    _merge(session, keep.organisation, lose.organisation)

    invitation = _one_invitation(session)
    assert invitation.organisation_id == keep.organisation.id
    assert invitation.rsvp is not None
    assert (invitation.rsvp.answer, invitation.rsvp.answered_by) == (Answer.YES, "Joost")
    assert sorted(_list(session).items()) == [("Joost", "going"), ("Marit", "going"), ("Samira", "going")]
    assert session.scalar(select(func.count()).select_from(RsvpAnswer)) == 3
    assert set(session.scalars(select(InvitationMailbox.mailbox_id))) == {keep.mailbox.id, lose.mailbox.id}


def test_the_invitation_whose_answer_stands_keeps_its_number_and_the_other_leads_to_it(session: Session) -> None:
    event = an_event(session)
    keep, lose = _Party(session, event), _Party(session, event)
    lose.say("yes", "Joost")
    stands, goes = lose.invitation.id, keep.invitation.id

    _merge(session, keep.organisation, lose.organisation)

    assert _one_invitation(session).id == stands
    assert where_now(session, "invitation", goes) == stands


def test_a_letter_owed_about_the_lost_invitation_is_about_the_one_that_stays(session: Session) -> None:
    event = an_event(session, per_organisation=2)
    keep, lose = _Party(session, event), _Party(session, event)
    lose.say("yes", "Joost")
    keep.say("yes", "Samira", hours=1)

    _merge(session, keep.organisation, lose.organisation)

    assert set(session.scalars(select(OwedLetter.subject_id))) == {_one_invitation(session).id}


def test_one_human_in_both_lists_takes_one_place(session: Session) -> None:
    event = an_event(session, per_organisation=2)
    keep, lose = _Party(session, event), _Party(session, event)
    keep.say("yes", "Samira")
    lose.say("yes", "samira", "Joost", hours=1)

    _merge(session, keep.organisation, lose.organisation)

    going = session.scalars(select(Guest.given_name).where(Guest.state == GuestState.GOING)).all()
    assert sorted(name.casefold() for name in going) == ["joost", "samira"]


def test_more_guests_than_a_party_may_bring_are_asked_about(session: Session) -> None:
    event = an_event(session, per_organisation=1)
    keep, lose = _Party(session, event), _Party(session, event)
    keep.say("yes", "Samira")
    lose.say("yes", "Joost", hours=1)
    joost = session.scalars(select(Guest).where(Guest.given_name == "Joost")).one()

    with pytest.raises(NeedsChoice, match="Samen zijn het er 2") as asked:
        _merge(session, keep.organisation, lose.organisation)

    assert asked.value.field == f"guests_{event.id}"
    assert joost.state is GuestState.GOING


def test_who_is_chosen_keeps_the_place_and_the_other_withdraws(session: Session) -> None:
    event = an_event(session, per_organisation=1)
    keep, lose = _Party(session, event), _Party(session, event)
    keep.say("yes", "Samira")
    lose.say("yes", "Joost", hours=1)
    samira = session.scalars(select(Guest).where(Guest.given_name == "Samira")).one()

    _merge(session, keep.organisation, lose.organisation, Choices(guests={event.id: frozenset({samira.id})}))

    assert _list(session) == {"Samira": "going", "Joost": "withdrawn"}
    newest = session.scalars(select(RsvpAnswer).order_by(RsvpAnswer.id.desc())).first()
    assert newest is not None
    assert newest.guest_names == "Samira"


def test_a_newer_no_takes_no_places_away_unasked(session: Session) -> None:
    event = an_event(session)
    keep, lose = _Party(session, event), _Party(session, event)
    keep.say("yes", "Samira")
    lose.say("no", hours=1)

    with pytest.raises(NeedsChoice, match="Dan gaan deze gasten van de lijst: Samira"):
        _merge(session, keep.organisation, lose.organisation)


@pytest.mark.parametrize(("side", "answer", "state"), [(KEEP, Answer.YES, "going"), (LOSE, Answer.NO, "withdrawn")])
def test_whose_answer_stands_can_be_chosen(session: Session, side: str, answer: Answer, state: str) -> None:
    event = an_event(session)
    keep, lose = _Party(session, event), _Party(session, event)
    keep.say("yes", "Samira")
    lose.say("no", hours=1)

    _merge(session, keep.organisation, lose.organisation, Choices(answers={event.id: side}))

    assert session.scalars(select(Rsvp.answer)).all() == [answer]
    assert _list(session) == {"Samira": state}


def test_a_full_meeting_never_gets_fuller(session: Session) -> None:
    event = an_event(session, capacity=2, per_organisation=2)
    keep, lose = _Party(session, event), _Party(session, event)
    keep.say("yes", "Samira")
    _Party(session, event).say("yes", "Marit", hours=1)
    lose.say("yes", "Joost", hours=2)

    _merge(session, keep.organisation, lose.organisation)

    assert _list(session) == {"Samira": "going", "Marit": "going", "Joost": "waiting"}
    taken = select(func.count()).where(Guest.state.in_(TAKES_PLACE))
    assert session.scalar(taken) == 2


def test_who_was_there_stays_there(session: Session) -> None:
    """Of a meeting that is over nothing is asked: facts are facts."""
    event = an_event(session, per_organisation=1, starts_at=datetime(2026, 11, 2, 18, 0, tzinfo=UTC))
    keep, lose = _Party(session, event), _Party(session, event)
    keep.say("yes", "Samira")
    lose.say("yes", "Joost", hours=1)
    for guest in session.scalars(select(Guest)):
        guest.state = GuestState.PRESENT
    session.flush()

    _merge(session, keep.organisation, lose.organisation)

    assert sorted(_list(session).items()) == [("Joost", "present"), ("Samira", "present")]


def test_an_answer_after_the_merge_is_an_answer_of_the_one_party(session: Session) -> None:
    event = an_event(session, per_organisation=2)
    keep, lose = _Party(session, event), _Party(session, event)
    lose.say("yes", "Joost")
    _merge(session, keep.organisation, lose.organisation)

    keep.invitation = _one_invitation(session)
    keep.say("yes", "Samira", "Joost", hours=5)

    assert _list(session) == {"Joost": "going", "Samira": "going"}


def test_taking_it_back_gives_both_their_answers_again(session: Session) -> None:
    event = an_event(session, per_organisation=1)
    keep, lose = _Party(session, event), _Party(session, event)
    keep.say("yes", "Samira")
    lose.say("yes", "Joost", hours=1)
    samira = session.scalars(select(Guest).where(Guest.given_name == "Samira")).one()
    before = dump(session)

    merged = _merge(session, keep.organisation, lose.organisation, Choices(guests={event.id: frozenset({samira.id})}))
    unmerge(session, merged.id, now=LATER, by=None)

    assert difference(before, dump(session)) == {}
