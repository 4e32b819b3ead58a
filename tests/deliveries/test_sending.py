"""One worker sends: what the server said is what the rows say, and nothing else is true."""

from __future__ import annotations

import email
import email.policy
from datetime import timedelta

import pytest
from sqlalchemy import select

from mailer.deliveries.holding import pause, stop
from mailer.deliveries.line import sending
from mailer.deliveries.line.board import Board
from mailer.deliveries.line.claiming import claim
from mailer.deliveries.line.recording import Result, record
from mailer.deliveries.line.recovering import recover, wake_held
from mailer.deliveries.line.sending import Sender, Until
from mailer.deliveries.models import Delivery, DeliveryAttempt, DeliveryState, WorkerLease
from mailer.deliveries.queries import figures
from mailer.directory.models import OrganisationMailbox, Proposal, ProposalField
from mailer.foundation.database import database_moment
from mailer.mailings.models import CompiledLetter, Mailing, MailingState
from mailer.subscriptions.leaving import leave
from mailer.subscriptions.models import Suppression
from mailer.wire.replies import Phase, Reply, judge
from tests.deliveries.rows import a_mailing_being_sent, states
from tests.factories import an_organisation
from tests.memory_crew import MemoryCrew

RELAY = "127.0.0.1:2525"
NO_ANSWER = (Phase.AFTER_DOT, Reply(0, "the server closed the connection"))


def run(database, crew, *, seconds: float = 20, clock=database_moment) -> int:
    return Sender(database, {RELAY: crew}, "worker", clock).run(Until(seconds))


def start(database, addresses=3, **more) -> Mailing:
    with database.transaction() as session:
        return a_mailing_being_sent(session, addresses, **more)


def test_every_letter_goes_out_once_and_is_accepted(database):
    mailing = start(database, 7)
    crew = MemoryCrew()

    tried = run(database, crew)

    with database.transaction(writes=False) as session:
        counted = figures(session, mailing.id)
    assert tried == 7
    assert sorted(one.recipient for one in crew.letters) == [f"info{n}@devoeg{n}.example.org" for n in range(7)]
    assert (counted.planned, counted.accepted) == (7, 7)


def test_a_letter_carries_its_own_headers_greeting_and_links(database):
    mailing = start(database, ["info@devoeg.example.org"])
    crew = MemoryCrew()

    run(database, crew)

    (letter,) = crew.letters
    message = email.message_from_bytes(bytes(letter.message), policy=email.policy.SMTP)
    with database.transaction(writes=False) as session:
        delivery = session.scalars(select(Delivery).where(Delivery.mailing_id == mailing.id)).one()
    tokens = database.settings.links.tokens
    assert message["Message-ID"] == delivery.message_id
    assert message["X-Mailer-Delivery"] == str(delivery.id)
    assert message["List-Id"] == "Nieuwsbrief <nieuwsbrief.tegelpost.example.org>"
    assert message["From"] == '"Delfshaven Lokaal (voorbeeld)" <post@tegelpost.example.org>'
    assert message["Date"] == "Tue, 01 Dec 2026 18:30:00 +0000"
    assert letter.sender == f"b-{tokens.sign('bounce', delivery.id)}@bounce.tegelpost.example.org"
    text = message.get_body(("plain",)).get_content()
    assert "Beste mensen van Buurttuin" in text
    assert f"https://tegelpost.example.org/u/{tokens.sign('leave', delivery.id)}" in text
    assert "Je hebt je op zondag 1 november 2026 ingeschreven voor onze nieuwsbrief." in text


@pytest.mark.parametrize(
    ("phase", "reply", "state", "reason"),
    [
        (Phase.RCPT, Reply(550, "5.1.1 no such user"), "rejected", "dead_address"),
        (Phase.RCPT, Reply(452, "4.2.2 full"), "deferred", "later"),
        (Phase.DATA, Reply(0, "the server closed the connection"), "deferred", "later"),
        (Phase.AFTER_DOT, Reply(554, "5.7.1 spam"), "rejected", "policy"),
        (Phase.AFTER_DOT, Reply(552, "5.3.4 too big"), "rejected", "letter"),
        (Phase.AFTER_DOT, Reply(451, "4.3.0 later"), "deferred", "later"),
        (Phase.AFTER_DOT, Reply(0, "no answer"), "uncertain", "no_answer"),
    ],
)
def test_a_letter_ends_as_the_server_said_and_the_try_is_kept(database, phase, reply, state, reason):
    mailing = start(database, ["goed@x.example.org", "slecht@x.example.org"])

    run(database, MemoryCrew({"slecht@x.example.org": (phase, reply)}))

    with database.transaction(writes=False) as session:
        assert states(session, mailing) == {"goed@x.example.org": "accepted", "slecht@x.example.org": state}
        bad = session.scalars(select(Delivery).where(Delivery.address == "slecht@x.example.org")).one()
        (attempt,) = session.scalars(select(DeliveryAttempt).where(DeliveryAttempt.delivery_id == bad.id)).all()
    assert (bad.reason, bad.reply_code, bad.reply_text) == (reason, reply.code or None, reply.text)
    assert (attempt.phase, attempt.reply_code, attempt.number) == (phase.value, reply.code or None, 1)
    assert bad.handovers == (1 if phase is Phase.AFTER_DOT else 0)


def test_a_dead_address_is_never_written_to_again(database):
    start(database, ["weg@x.example.org"])

    run(database, MemoryCrew({"x.example.org": (Phase.RCPT, Reply(550, "5.1.1 gone"))}))

    with database.transaction(writes=False) as session:
        (suppression,) = session.scalars(select(Suppression)).all()
    assert suppression.reason.value == "hard-bounce"
    assert "5.1.1 gone" in suppression.note


def test_a_full_mailbox_gets_no_suppression(database):
    start(database, ["vol@x.example.org"])

    run(database, MemoryCrew({"x.example.org": (Phase.RCPT, Reply(552, "5.2.2 full"))}))

    with database.transaction(writes=False) as session:
        assert session.scalars(select(Suppression)).all() == []


@pytest.mark.parametrize("phase", [Phase.CONNECT, Phase.EHLO, Phase.AUTH, Phase.MAIL])
def test_trouble_with_the_relay_holds_the_mailing_and_blames_nobody(database, phase):
    mailing = start(database, 5)

    run(database, MemoryCrew({f"devoeg{n}.example.org": (phase, Reply(0, "geen verbinding")) for n in range(5)}))

    with database.transaction(writes=False) as session:
        held = session.get_one(Mailing, mailing.id)
        assert set(states(session, mailing).values()) == {"queued"}
        assert session.scalars(select(Suppression)).all() == []
    assert held.state is MailingState.HELD
    assert "Er is niets verloren." in held.held_because
    assert held.held_until is not None


def test_a_mailing_held_for_the_relay_goes_on_by_itself(database):
    mailing = start(database, 2)
    run(database, MemoryCrew({f"devoeg{n}.example.org": (Phase.CONNECT, Reply(0, "dicht")) for n in range(2)}))

    with database.transaction() as session:
        assert wake_held(session, now=database_moment(session)) == 0
        assert wake_held(session, now=database_moment(session) + timedelta(seconds=61)) == 1
    crew = MemoryCrew()
    a_minute_later = lambda session: database_moment(session) + timedelta(seconds=61)  # noqa: E731
    run(database, crew, clock=a_minute_later)

    with database.transaction(writes=False) as session:
        assert set(states(session, mailing).values()) == {"accepted"}
    assert len(crew.letters) == 2


class Once:
    """Lets something happen when the first body is written."""

    def __init__(self, happening) -> None:
        self._happening = happening
        self._has_happened = False

    def __call__(self, _recipient: str) -> None:
        if not self._has_happened:
            self._has_happened = True
            self._happening()


def test_after_a_leave_is_committed_no_gate_passes_for_it(database):
    mailing = start(database, [f"{n:02}@x.example.org" for n in range(40)])

    def leaves() -> None:
        with database.transaction() as session:
            delivery = session.scalars(select(Delivery).where(Delivery.address == "39@x.example.org")).one()
            leave(session, delivery.mailbox, mailing.topic, door="one-click", now=database_moment(session))

    crew = MemoryCrew(connections=1, on_body=Once(leaves))
    run(database, crew)

    with database.transaction(writes=False) as session:
        found = states(session, mailing)
    assert found.pop("39@x.example.org") == "cancelled"
    assert set(found.values()) == {"accepted"}
    assert sorted(one.recipient for one in crew.letters) == sorted(found)


@pytest.mark.parametrize(("verb", "rest"), [(stop, "cancelled"), (pause, "queued")])
def test_after_a_stop_or_a_pause_is_committed_no_gate_passes(database, verb, rest):
    mailing = start(database, 40)

    def happens() -> None:
        with database.transaction() as session:
            verb(session, session.get_one(Mailing, mailing.id), now=database_moment(session))

    crew = MemoryCrew(connections=1, on_body=Once(happens))
    run(database, crew)

    with database.transaction(writes=False) as session:
        found = states(session, mailing)
        counted = figures(session, mailing.id)
    gone = {one.recipient for one in crew.letters}
    assert {address for address, state in found.items() if state == "accepted"} == gone
    assert {state for address, state in found.items() if address not in gone} == {rest}
    # With one connection: the one at its dot, those that had passed their gate with it, and no more.
    assert 1 <= len(gone) <= 4
    assert counted.planned == 40


def test_a_worker_that_slept_past_its_lease_sends_nothing(database, monkeypatch):
    mailing = start(database, 3)

    def sleeps() -> None:
        awake = sending.boot_seconds()
        monkeypatch.setattr(sending, "boot_seconds", lambda: awake + 3600)
        with database.transaction() as session:
            recover(session, now=database_moment(session) + timedelta(hours=1))

    crew = MemoryCrew(on_body=Once(sleeps))
    run(database, crew)

    with database.transaction(writes=False) as session:
        assert set(states(session, mailing).values()) == {"queued"}
        assert set(session.scalars(select(Delivery.handovers))) == {0}
    assert crew.letters == []


def test_when_the_database_fails_no_dot_goes_and_the_sweep_takes_up_everything(database):
    mailing = start(database, 5)
    crew = MemoryCrew()
    looked = []

    def breaks_at_the_gate(session):
        looked.append(1)
        if len(looked) > 1:
            raise RuntimeError("the database is gone")
        return database_moment(session)

    with pytest.raises(RuntimeError, match="the database is gone"):
        run(database, crew, clock=breaks_at_the_gate)
    with database.transaction() as session:
        recover(session, now=database_moment(session) + timedelta(hours=1))

    with database.transaction(writes=False) as session:
        assert set(states(session, mailing).values()) == {"queued"}
        assert session.scalars(select(WorkerLease)).all() == []
    assert crew.letters == []


def test_a_board_that_cannot_be_written_keeps_every_dot_here(database, monkeypatch):
    mailing = start(database, 3)
    crew = MemoryCrew()
    full = OSError(28, "No space left on device")
    monkeypatch.setattr(Board, "let_go", lambda _board, _claims: (_ for _ in ()).throw(full))

    with pytest.raises(OSError, match="No space left"):
        run(database, crew)

    with database.transaction(writes=False) as session:
        assert set(states(session, mailing).values()) == {"queued"}
    assert crew.letters == []


def test_a_letter_that_would_be_dangerous_to_send_is_refused_and_the_rest_goes_on(database):
    mailing = start(database, ["goed@x.example.org", "slecht@x.example.org"])

    run(database, MemoryCrew(refuses="slecht@x.example.org"))

    with database.transaction(writes=False) as session:
        assert states(session, mailing) == {"goed@x.example.org": "accepted", "slecht@x.example.org": "rejected"}


def test_what_a_late_worker_knows_settles_a_doubt(database):
    mailing = start(database, ["a@x.example.org"])
    with database.transaction() as session:
        now = database_moment(session)
        (claimed,) = claim(session, worker="laat", limit=1, now=now)
        session.get_one(Delivery, claimed.delivery_id).state = DeliveryState.HANDING_OVER
    with database.transaction() as session:
        recover(session, now=now + timedelta(hours=1))
        assert states(session, mailing) == {"a@x.example.org": "uncertain"}

    with database.transaction() as session:
        accepted = judge(Phase.AFTER_DOT, Reply(250, "2.0.0 Ok"))
        record(session, [Result(claimed, accepted)], now=now)

    with database.transaction(writes=False) as session:
        assert states(session, mailing) == {"a@x.example.org": "accepted"}
        (attempt,) = session.scalars(select(DeliveryAttempt)).all()
    assert attempt.outcome == "accepted"


def test_a_late_result_of_an_older_attempt_changes_nothing(database):
    mailing = start(database, ["a@x.example.org"])
    with database.transaction() as session:
        now = database_moment(session)
        (old,) = claim(session, worker="oud", limit=1, now=now)
        recover(session, now=now + timedelta(hours=1))
        claim(session, worker="nieuw", limit=1, now=now + timedelta(hours=1))

    with database.transaction() as session:
        record(session, [Result(old, judge(Phase.RCPT, Reply(550, "5.1.1 no")))], now=now)

    with database.transaction(writes=False) as session:
        assert states(session, mailing) == {"a@x.example.org": "claimed"}
        assert session.scalars(select(DeliveryAttempt)).all() == []


def test_a_letter_that_cannot_be_made_holds_its_mailing_for_a_person(database):
    mailing = start(database, 2)
    with database.transaction() as session:
        session.query(CompiledLetter).one().html = "[[onbekend]]"

    run(database, MemoryCrew())

    with database.transaction(writes=False) as session:
        assert set(states(session, mailing).values()) == {"queued"}
        held = session.get_one(Mailing, mailing.id)
    assert (held.state, held.held_until) == (MailingState.HELD, None)


def test_a_refused_address_waits_for_staff_among_the_proposals(database):
    mailing = start(database, ["info@dood.example.org"])
    with database.transaction() as session:
        delivery = session.scalars(select(Delivery).where(Delivery.mailing_id == mailing.id)).one()
        owner = an_organisation(session, "De Voeg")
        session.add(OrganisationMailbox(organisation=owner, mailbox=delivery.mailbox))
        delivery_id = delivery.id

    run(database, MemoryCrew({"dood.example.org": (Phase.RCPT, Reply(550, "5.1.1 no such user"))}))

    with database.transaction(writes=False) as session:
        (proposal,) = session.scalars(select(Proposal).where(Proposal.organisation_id == owner.id)).all()
        assert (proposal.field, proposal.had, proposal.delivery_id) == (
            ProposalField.DEAD_ADDRESS,
            "info@dood.example.org",
            delivery_id,
        )
