"""What a person decides about uncertain and failed letters, and what is kept of it."""

from __future__ import annotations

from datetime import datetime, timedelta

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from mailer.deliveries.deciding import decide_all, decide_each, send_again
from mailer.deliveries.line.claiming import claim
from mailer.deliveries.models import Delivery, DeliveryEvent, DeliveryState
from mailer.deliveries.retrying import count_retryable, retry_failed
from mailer.foundation.errors import Conflict
from mailer.mailings.models import Mailing, MailingKind, MailingState
from mailer.staff.models import Operator, OperatorRole
from mailer.staff.operators import add_operator
from mailer.subscriptions.models import SuppressionReason
from mailer.subscriptions.suppressing import suppress
from tests.deliveries.rows import a_mailing_being_sent, states

S = DeliveryState
ENDS = {
    "vol@x.example.org": (S.REJECTED, "mailbox"),
    "beleid@x.example.org": (S.REJECTED, "policy"),
    "oud@x.example.org": (S.EXPIRED, "too_old"),
    "weg@x.example.org": (S.REJECTED, "dead_address"),
    "groot@x.example.org": (S.REJECTED, "letter"),
    "nooit@x.example.org": (S.REJECTED, "mailbox"),
    "twijfel@x.example.org": (S.UNCERTAIN, "no_answer"),
    "twijfel2@x.example.org": (S.UNCERTAIN, "worker_gone"),
    "goed@x.example.org": (S.ACCEPTED, ""),
    "uit@x.example.org": (S.SKIPPED, "left"),
}


@pytest.fixture
def operator(session: Session, now: datetime) -> Operator:
    return add_operator(session, "marit@tegelpost.example.org", role=OperatorRole.SENDER, name="Marit", now=now)


@pytest.fixture
def mailing(session: Session, now: datetime) -> Mailing:
    """A mailing that is done, with a letter for each end."""
    mailing = a_mailing_being_sent(session, list(ENDS), state=MailingState.SENT, prepared_at=now)
    for letter in session.scalars(select(Delivery)):
        letter.state, letter.reason = ENDS[letter.address]
        letter.settled_at, letter.attempt, letter.handovers = now, 1, 1
    mailing.finished_at = now
    suppress(session, "nooit@x.example.org", SuppressionReason.REQUEST, now=now)
    session.flush()
    return mailing


def decisions(session: Session) -> list[tuple[str, str, int | None]]:
    """(Address, what was decided, by whom) of each event."""
    rows = session.execute(
        select(Delivery.address, DeliveryEvent.details, DeliveryEvent.operator_id)
        .join(Delivery, Delivery.id == DeliveryEvent.delivery_id)
        .where(DeliveryEvent.kind == "decided")
        .order_by(Delivery.id)
    )
    return [(address, details["to"], operator_id) for address, details, operator_id in rows]


def test_failed_letters_go_again_only_where_it_can_help(
    session: Session, now: datetime, mailing: Mailing, operator: Operator
) -> None:
    message_ids = {one.address: one.message_id for one in session.scalars(select(Delivery))}
    session.expire_all()

    assert count_retryable(session, mailing, now=now) == 3
    assert retry_failed(session, mailing, by=operator, now=now) == 3

    session.expire_all()
    again = {address for address, state in states(session, mailing).items() if state == "queued"}
    assert again == {"vol@x.example.org", "beleid@x.example.org", "oud@x.example.org"}
    assert decisions(session) == [(address, "send-again", operator.id) for address in ENDS if address in again]
    assert {one.address: one.message_id for one in session.scalars(select(Delivery))} == message_ids
    assert (mailing.state, mailing.finished_at) == (MailingState.SENDING, None)
    assert count_retryable(session, mailing, now=now) == 0


def test_letters_that_go_again_are_claimed(session: Session, now: datetime, mailing: Mailing) -> None:
    retry_failed(session, mailing, by=None, now=now)
    session.expire_all()

    taken = claim(session, worker="w", limit=9, now=now)

    assert sorted(one.address for one in taken) == ["beleid@x.example.org", "oud@x.example.org", "vol@x.example.org"]


def test_a_newsletter_that_goes_again_gets_its_hours_again(session: Session, now: datetime, mailing: Mailing) -> None:
    mailing.expires_at = now - timedelta(hours=1)
    session.flush()

    retry_failed(session, mailing, by=None, now=now)

    assert mailing.expires_at > now


def test_an_invitation_does_not_go_again_when_its_meeting_has_begun(session: Session, now: datetime) -> None:
    mailing = a_mailing_being_sent(session, 1, kind=MailingKind.INVITATION, state=MailingState.SENT, prepared_at=now)
    mailing.expires_at = now - timedelta(minutes=1)
    letter = session.scalars(select(Delivery)).one()
    letter.state, letter.reason = S.UNCERTAIN, "no_answer"
    session.flush()

    with pytest.raises(Conflict, match="De bijeenkomst is al begonnen"):
        send_again(session, letter, by=None, now=now)

    assert letter.state is S.UNCERTAIN


def test_nothing_of_a_stopped_mailing_goes_again(session: Session, now: datetime, mailing: Mailing) -> None:
    mailing.state = MailingState.CANCELLED
    session.flush()

    for verb in (retry_failed, lambda *given, **more: decide_all(*given, sends_again=True, **more)):
        with pytest.raises(Conflict, match="Deze mailing is gestopt"):
            verb(session, mailing, by=None, now=now)

    assert decisions(session) == []


def test_of_a_stopped_mailing_one_may_still_say_that_letters_arrived(
    session: Session, now: datetime, mailing: Mailing
) -> None:
    mailing.state = MailingState.CANCELLED
    session.flush()

    decide_all(session, mailing, sends_again=False, by=None, now=now)

    session.expire_all()
    assert states(session, mailing)["twijfel@x.example.org"] == "accepted"


def test_all_uncertain_letters_are_decided_together(
    session: Session, now: datetime, mailing: Mailing, operator: Operator
) -> None:
    before = states(session, mailing)

    decided = decide_all(session, mailing, sends_again=True, by=operator, now=now)

    session.expire_all()
    doubtful = ["twijfel@x.example.org", "twijfel2@x.example.org"]
    assert len(decided) == 2
    assert decisions(session) == [(address, "send-again", operator.id) for address in doubtful]
    assert states(session, mailing) == before | dict.fromkeys(doubtful, "queued")


def test_a_paused_mailing_stays_paused_when_letters_go_again(session: Session, now: datetime, mailing: Mailing) -> None:
    mailing.state = MailingState.PAUSED
    session.flush()

    retry_failed(session, mailing, by=None, now=now)

    assert mailing.state is MailingState.PAUSED


def test_each_letter_is_decided_as_was_chosen_and_what_nobody_chose_about_stays(session, mailing, operator, now):
    ids = {one.address: one.id for one in session.scalars(select(Delivery))}

    counted = decide_each(session, mailing, {ids["twijfel@x.example.org"]: True}, by=operator, now=now)

    assert counted == (0, 1)
    assert decisions(session) == [("twijfel@x.example.org", "send-again", operator.id)]
    assert states(session, mailing)["twijfel@x.example.org"] == "queued"
    assert states(session, mailing)["twijfel2@x.example.org"] == "uncertain"
    assert mailing.state is MailingState.SENDING


def test_a_choice_about_a_letter_without_doubt_or_of_another_mailing_changes_nothing(session, mailing, operator, now):
    ids = {one.address: one.id for one in session.scalars(select(Delivery))}
    other = a_mailing_being_sent(session, ["elders@x.example.org"], state=MailingState.SENT)

    assert decide_each(session, other, {ids["twijfel@x.example.org"]: False}, by=operator, now=now) == (0, 0)
    assert decide_each(session, mailing, {ids["goed@x.example.org"]: True}, by=operator, now=now) == (0, 0)

    assert states(session, mailing) == {address: state.value for address, (state, _why) in ENDS.items()}


def test_a_letter_whose_answer_came_while_somebody_looked_is_not_sent_again(session, mailing, operator, now):
    letter = session.scalars(select(Delivery).where(Delivery.address == "twijfel@x.example.org")).one()
    answered = {"state": S.ACCEPTED, "reason": ""}
    session.query(Delivery).filter_by(id=letter.id).update(answered, synchronize_session=False)

    with pytest.raises(Conflict):
        send_again(session, letter, by=operator, now=now)
    assert states(session, mailing)["twijfel@x.example.org"] == "accepted"
