"""The sweep takes up what nobody looks after: harmless before the gate, a doubt after it."""

from __future__ import annotations

from datetime import timedelta

import pytest
from sqlalchemy import select

from mailer.deliveries.deciding import consider_arrived, send_again
from mailer.deliveries.holding import finish
from mailer.deliveries.line import leasing
from mailer.deliveries.line.board import Board, path_of, read_board
from mailer.deliveries.line.claiming import claim, release
from mailer.deliveries.line.handing_over import open_gates
from mailer.deliveries.line.recording import Result
from mailer.deliveries.line.recovering import boards, recover, take_up_strays
from mailer.deliveries.models import Delivery, DeliveryAttempt, DeliveryEvent, DeliveryState, WorkerLease
from mailer.mailings.models import MailingState
from mailer.wire.replies import Phase, Reply, judge
from tests.deliveries.rows import a_mailing_being_sent, states


def test_a_dead_workers_letters_are_queued_before_the_gate_and_uncertain_after_it(session, now):
    mailing = a_mailing_being_sent(session, ["voor@x.example.org", "na@x.example.org"])
    claims = {session.get_one(Delivery, one.delivery_id).address: one for one in _claim(session, now)}
    assert open_gates(session, [claims["na@x.example.org"]], {}, now=now).open

    soon = recover(session, now=now + timedelta(seconds=35))
    later = recover(session, now=now + timedelta(seconds=37))

    assert (soon.total, later.requeued, later.uncertain) == (0, 1, 1)
    assert states(session, mailing) == {"voor@x.example.org": "queued", "na@x.example.org": "uncertain"}
    (attempt,) = session.scalars(select(DeliveryAttempt)).all()
    assert (attempt.phase, attempt.outcome, attempt.worker) == ("after_dot", "unclear", "a")


def test_a_deferred_letter_is_due_at_its_moment(session, now):
    mailing = a_mailing_being_sent(session, 1)
    delivery = session.query(Delivery).one()
    delivery.state, delivery.next_attempt_at = DeliveryState.DEFERRED, now + timedelta(minutes=15)
    session.flush()

    assert recover(session, now=now + timedelta(minutes=14)).due == 0
    assert recover(session, now=now + timedelta(minutes=15)).due == 1
    assert set(states(session, mailing).values()) == {"queued"}


def test_what_is_too_old_expires_unless_its_mailing_waits_for_a_person(session, now):
    sending = a_mailing_being_sent(session, ["een@x.example.org"])
    paused = a_mailing_being_sent(session, ["twee@x.example.org"], state=MailingState.PAUSED)
    for mailing in (sending, paused):
        mailing.expires_at = now
    session.flush()

    recover(session, now=now)

    assert states(session, sending) == {"een@x.example.org": "expired"}
    assert states(session, paused) == {"twee@x.example.org": "queued"}


def test_an_uncertain_letter_is_never_sent_again_by_itself(session, now):
    mailing = a_mailing_being_sent(session, 1)
    delivery = session.query(Delivery).one()
    delivery.state = DeliveryState.UNCERTAIN
    session.flush()

    for hours in (1, 24, 24 * 30):
        recover(session, now=now + timedelta(hours=hours))

    assert set(states(session, mailing).values()) == {"uncertain"}


def test_a_person_may_send_an_uncertain_letter_again_as_the_same_letter(session, now):
    mailing = a_mailing_being_sent(session, 1, state=MailingState.SENT)
    delivery = session.query(Delivery).one()
    delivery.state, message_id = DeliveryState.UNCERTAIN, delivery.message_id
    session.flush()

    send_again(session, delivery, by=None, now=now)

    assert (delivery.state, delivery.message_id) == (DeliveryState.QUEUED, message_id)
    assert mailing.state is MailingState.SENDING
    (event,) = session.scalars(select(DeliveryEvent)).all()
    assert (event.kind, event.details) == ("decided", {"to": "send-again"})


def test_a_person_may_consider_an_uncertain_letter_arrived(session, now):
    a_mailing_being_sent(session, 1, state=MailingState.SENT)
    delivery = session.query(Delivery).one()
    delivery.state = DeliveryState.UNCERTAIN
    session.flush()

    consider_arrived(session, delivery, by=None, now=now)

    assert delivery.state is DeliveryState.ACCEPTED


def _claim(session, now):
    return claim(session, worker="a", limit=10, now=now)


def test_a_letter_in_nobodys_hands_that_no_rule_finds_is_not_lost(session, now):
    """Such letters are made by mistakes only; a mailing never waits for one without end."""
    mailing = a_mailing_being_sent(session, ["voor@x.example.org", "na@x.example.org", "nooit@x.example.org"])
    claims = {one.address: one for one in _claim(session, now)}
    open_gates(session, [claims["na@x.example.org"]], {}, now=now)
    release(session, [claims["nooit@x.example.org"]], again_at=now)
    session.query(Delivery).filter_by(address="nooit@x.example.org").update({"attempt": 0, "next_attempt_at": None})
    leasing.end(session, "a")

    assert finish(session, now=now) == []
    assert take_up_strays(session, now=now) == 3

    assert states(session, mailing) == {
        "voor@x.example.org": "queued",
        "na@x.example.org": "uncertain",
        "nooit@x.example.org": "queued",
    }
    assert len(claim(session, worker="b", limit=9, now=now)) == 2


def test_letters_in_somebodys_hands_are_no_strays(session, now):
    a_mailing_being_sent(session, 3)
    _claim(session, now)

    assert finish(session, now=now) == []
    assert take_up_strays(session, now=now) == 0


def test_what_a_dead_worker_left_on_its_board_tells_which_letters_are_in_doubt(make_database, now):
    database = make_database()
    board = Board(boards(database.settings), "a")
    with database.transaction() as session:
        mailing = a_mailing_being_sent(session, [f"{name}@x.example.org" for name in ("answered", "dot", "kept")])
        claims = {one.address.partition("@")[0]: one for one in _claim(session, now)}
        open_gates(session, list(claims.values()), {}, now=now)
    board.let_go([claims["answered"], claims["dot"]])
    board.answered([Result(claims["answered"], judge(Phase.AFTER_DOT, Reply(250, "2.0.0 Ok")))])
    board.catch_up()

    with database.transaction() as session:
        found = recover(session, now=now + timedelta(hours=1))
        told = states(session, mailing)
        handovers = dict(session.execute(select(Delivery.address, Delivery.handovers)).all())

    assert (found.answered, found.uncertain, found.requeued) == (1, 1, 1)
    assert told == {
        "answered@x.example.org": "accepted",
        "dot@x.example.org": "uncertain",
        "kept@x.example.org": "queued",
    }
    assert handovers == {"answered@x.example.org": 1, "dot@x.example.org": 1, "kept@x.example.org": 0}


@pytest.mark.parametrize("told_on", ["another machine", "", None])
def test_a_board_of_another_machine_or_none_at_all_leaves_every_letter_past_its_gate_in_doubt(
    make_database, now, monkeypatch, told_on
):
    database = make_database()
    if told_on is not None:
        monkeypatch.setattr("mailer.deliveries.line.board.this_host", lambda: told_on)
        Board(boards(database.settings), "a")
        monkeypatch.undo()
    with database.transaction() as session:
        mailing = a_mailing_being_sent(session, 2)
        open_gates(session, _claim(session, now), {}, now=now)

        recover(session, now=now + timedelta(hours=1))

        assert set(states(session, mailing).values()) == {"uncertain"}


def test_letters_of_another_machine_get_half_a_lease_to_be_told_of_there(session, now):
    mailing = a_mailing_being_sent(session, 1)
    open_gates(session, _claim(session, now), {}, now=now)
    session.query(WorkerLease).update({"host": "elders"})

    recover(session, now=now + timedelta(seconds=37))
    assert set(states(session, mailing).values()) == {"handing_over"}

    recover(session, now=now + timedelta(seconds=55))
    assert set(states(session, mailing).values()) == {"uncertain"}


def test_answers_are_on_the_board_when_the_next_dots_go_out(make_database, now):
    database = make_database()
    board = Board(boards(database.settings), "a")
    with database.transaction() as session:
        a_mailing_being_sent(session, 2)
        first, second = _claim(session, now)
    board.let_go([first])
    board.answered([Result(first, judge(Phase.AFTER_DOT, Reply(250, "2.0.0 Ok")))])

    board.let_go([second])

    told = read_board(boards(database.settings), "a")
    assert told is not None
    assert told.dots - set(told.outcomes) == {(second.delivery_id, second.attempt)}


def test_a_line_that_a_dead_worker_did_not_finish_is_not_believed(make_database, now):
    database = make_database()
    folder = boards(database.settings)
    Board(folder, "a").let_go([])
    with path_of(folder, "a").open("ab") as file:
        file.write(b'["dot",[[1,')

    told = read_board(folder, "a")

    assert told is not None
    assert told.dots == frozenset()
