"""What happens after a refusal, by who is to blame: each to their own, and the others go on."""

from __future__ import annotations

from datetime import timedelta

import pytest
from sqlalchemy import select

from mailer.deliveries.holding import hold_refused_letters, resume
from mailer.deliveries.line.claiming import claim
from mailer.deliveries.line.recording import Result, record
from mailer.deliveries.models import Delivery, DeliveryState, SendingLimit, SendingTrouble
from mailer.deliveries.regulating.lessons import Try, draw_lessons
from mailer.deliveries.regulating.putting_off import call_back
from mailer.deliveries.regulating.troubles import forget_old_troubles, try_again
from mailer.directory.models import Mailbox
from mailer.mailings.models import MailingState
from mailer.subscriptions.joining import record_basis
from mailer.subscriptions.models import Basis, Suppression
from mailer.wire.replies import Phase, Reply, judge
from tests.deliveries.rows import a_mailing_being_sent

TAKEN = judge(Phase.AFTER_DOT, Reply(250, "2.0.0 Ok"))
DEAD = judge(Phase.RCPT, Reply(550, "5.1.1 user unknown"))
FULL = judge(Phase.RCPT, Reply(552, "5.2.2 over quota"))
TOO_BIG = judge(Phase.AFTER_DOT, Reply(552, "5.3.4 message too big"))
NOT_YOU = judge(Phase.AFTER_DOT, Reply(550, "5.7.26 unauthenticated"))
SLOWER = judge(Phase.RCPT, Reply(421, "4.7.0 too many messages from you"))
PROVIDER = "@groot.example.org"


def tries(outcome, count: int = 1, *, domain: str = PROVIDER, mailing_id: int = 1) -> list[Try]:
    return [Try(f"lezer{n}{domain}", "relay", mailing_id, outcome) for n in range(count)]


def send_to(session, address: str, outcome, *, now):
    """One mailing to one address that ends like this."""
    mailing = a_mailing_being_sent(session, [address], prepared_at=now)
    (claimed,) = claim(session, worker="w", limit=5, now=now)
    if outcome.phase is Phase.AFTER_DOT:
        session.get_one(Delivery, claimed.delivery_id).state = DeliveryState.HANDING_OVER
        session.flush()
    record(session, [Result(claimed, outcome)], now=now)
    mailing.state = MailingState.SENT
    session.flush()


def suppressed(session) -> int:
    return len(session.scalars(select(Suppression)).all())


def test_a_dead_address_is_suppressed_at_once(session, now):
    send_to(session, "weg@x.example.org", DEAD, now=now)

    assert suppressed(session) == 1


def test_a_full_mailbox_is_suppressed_after_three_mailings_over_two_weeks_and_not_before(session, now):
    for day in (0, 7, 13):
        send_to(session, "vol@x.example.org", FULL, now=now + timedelta(days=day))
    assert suppressed(session) == 0

    send_to(session, "vol@x.example.org", FULL, now=now + timedelta(days=14))
    assert suppressed(session) == 1


def test_strikes_of_long_ago_are_forgotten(session, now):
    for day in (0, 10, 380):
        send_to(session, "vol@x.example.org", FULL, now=now + timedelta(days=day))

    assert suppressed(session) == 0


def test_new_consent_is_a_new_beginning(session, now):
    for day in (0, 20):
        send_to(session, "vol@x.example.org", FULL, now=now + timedelta(days=day))
    mailbox = session.scalars(select(Mailbox).where(Mailbox.address_key == "vol@x.example.org")).one()
    given = {"basis": Basis.CONSENT, "given_on": (now + timedelta(days=21)).date(), "source": "formulier"}
    record_basis(session, [mailbox], **given, now=now + timedelta(days=21))

    send_to(session, "vol@x.example.org", FULL, now=now + timedelta(days=30))

    assert suppressed(session) == 0


@pytest.mark.parametrize("outcome", [TOO_BIG, NOT_YOU, SLOWER])
def test_what_is_our_fault_is_never_a_strike(session, now, outcome):
    for day in (0, 20, 40, 60):
        send_to(session, "lezer@x.example.org", outcome, now=now + timedelta(days=day))

    assert suppressed(session) == 0


def test_a_letter_that_is_refused_itself_holds_its_mailing_after_five_in_a_row(session, now):
    mailing = a_mailing_being_sent(session, 9)
    other = a_mailing_being_sent(session, ["ander@x.example.org"])

    draw_lessons(session, tries(TOO_BIG, 4, mailing_id=mailing.id), now=now)
    assert hold_refused_letters(session, now=now) == 0
    draw_lessons(session, tries(TOO_BIG, mailing_id=mailing.id), now=now)
    # At once nothing more of it is claimed; the other mailing goes on.
    assert {one.mailing_id for one in claim(session, worker="w", limit=50, now=now)} == {other.id}

    assert hold_refused_letters(session, now=now) == 1
    assert (mailing.state, other.state) == (MailingState.HELD, MailingState.SENDING)
    assert "5.3.4 message too big" in mailing.held_because
    resume(session, mailing, now=now)
    assert hold_refused_letters(session, now=now) == 0


def test_a_letter_that_somebody_takes_is_not_the_letter(session, now):
    mailing = a_mailing_being_sent(session, 9)
    for _ in range(3):
        draw_lessons(session, tries(TOO_BIG, 4, mailing_id=mailing.id), now=now)
        draw_lessons(session, tries(TAKEN, mailing_id=mailing.id), now=now)

    assert hold_refused_letters(session, now=now) == 0


def test_twenty_refusals_of_us_in_a_row_leave_that_domain_alone_and_the_rest_goes_on(session, now):
    addresses = [f"lezer{n}{PROVIDER}" for n in range(5)] + ["info@klein.example.org"]
    mailing = a_mailing_being_sent(session, addresses)

    assert draw_lessons(session, tries(NOT_YOU, 3), now=now) == set()
    # From here on letters in hand go back, and few at a time are claimed.
    assert draw_lessons(session, tries(NOT_YOU, 16), now=now) == {PROVIDER}
    assert session.get_one(SendingTrouble, PROVIDER).waits_until is None
    assert draw_lessons(session, tries(NOT_YOU), now=now) == {PROVIDER}

    assert [one.address for one in claim(session, worker="w", limit=3, now=now)] == ["info@klein.example.org"]
    later = session.scalars(select(Delivery).where(Delivery.state == DeliveryState.DEFERRED)).all()
    assert {(one.reason, one.next_attempt_at) for one in later} == {("domain_waits", now + timedelta(hours=1))}
    assert len(later) == 5
    assert mailing.state is MailingState.SENDING


def test_over_three_in_a_hundred_is_enough_and_three_is_not(session, now):
    for _ in range(3):
        draw_lessons(session, tries(NOT_YOU), now=now)
        assert draw_lessons(session, tries(TAKEN, 33), now=now) == set()

    assert draw_lessons(session, tries(NOT_YOU), now=now) == {PROVIDER}


def test_a_domain_that_refuses_again_waits_longer_and_one_that_takes_is_trusted(session, now):
    draw_lessons(session, tries(NOT_YOU, 20), now=now)
    later = now + timedelta(hours=1)

    # A few tell enough this time.
    assert draw_lessons(session, tries(NOT_YOU, 3), now=later) == {PROVIDER}
    assert session.get_one(SendingTrouble, PROVIDER).waits_until == later + timedelta(hours=2)

    draw_lessons(session, tries(TAKEN), now=later + timedelta(hours=2))
    assert draw_lessons(session, tries(NOT_YOU, 3), now=later + timedelta(hours=2)) == set()


def test_a_domain_that_asks_for_patience_gets_it(session, now):
    draw_lessons(session, tries(SLOWER, 20), now=now)

    assert session.get_one(SendingTrouble, PROVIDER).waits_until == now + timedelta(seconds=900)


def test_a_full_or_dead_mailbox_says_nothing_about_its_domain(session, now):
    assert draw_lessons(session, tries(FULL, 40) + tries(DEAD, 40), now=now) == set()
    assert session.scalars(select(SendingTrouble)).all() == []


def test_a_person_may_try_a_domain_again_now(session, now):
    a_mailing_being_sent(session, [f"lezer{n}{PROVIDER}" for n in range(3)])
    draw_lessons(session, tries(NOT_YOU, 20), now=now)
    assert claim(session, worker="w", limit=9, now=now) == []

    try_again(session, [PROVIDER])
    call_back(session, PROVIDER, now=now)

    # One tells whether we are welcome; the others wait for it, and not for long.
    (first,) = claim(session, worker="w", limit=9, now=now)
    session.get_one(Delivery, first.delivery_id).state = DeliveryState.HANDING_OVER
    record(session, [Result(first, TAKEN)], now=now)
    assert len(claim(session, worker="w", limit=9, now=now + timedelta(seconds=3))) == 2


def test_workers_share_the_few_letters_that_may_go_to_a_domain_that_refuses_us(session, now):
    a_mailing_being_sent(session, [f"lezer{n}{PROVIDER}" for n in range(40)])
    draw_lessons(session, tries(NOT_YOU, 4), now=now)

    # Half of the sixteen that are left before it is left alone.
    assert [len(claim(session, worker=worker, limit=20, now=now)) for worker in "ab"] == [8, 0]

    draw_lessons(session, tries(NOT_YOU, 8), now=now)
    soon = now + timedelta(seconds=3)
    assert [len(claim(session, worker=worker, limit=20, now=soon)) for worker in "ab"] == [4, 0]


def test_after_a_wait_one_letter_asks_whether_we_are_welcome_again(session, now):
    a_mailing_being_sent(session, [f"lezer{n}{PROVIDER}" for n in range(9)])
    draw_lessons(session, tries(NOT_YOU, 20), now=now)
    later = now + timedelta(hours=2)

    assert len(claim(session, worker="w", limit=9, now=later)) == 1
    draw_lessons(session, tries(TAKEN), now=later)
    assert len(claim(session, worker="w", limit=9, now=later + timedelta(seconds=3))) == 8


def test_troubles_of_yesterday_are_forgotten(session, now):
    draw_lessons(session, tries(NOT_YOU, 2), now=now)

    forget_old_troubles(session, now=now + timedelta(hours=20))
    assert len(session.scalars(select(SendingTrouble)).all()) == 1
    forget_old_troubles(session, now=now + timedelta(hours=25))
    assert session.scalars(select(SendingTrouble)).all() == []


def test_letters_of_a_limited_domain_each_get_the_moment_of_their_turn(session, now):
    session.add(SendingLimit(scope=PROVIDER, per_minute=2))
    a_mailing_being_sent(session, [f"lezer{n}{PROVIDER}" for n in range(5)] + ["info@klein.example.org"])

    going = [one.address for one in claim(session, worker="w", limit=50, now=now)]

    assert going == [f"lezer0{PROVIDER}", f"lezer1{PROVIDER}", "info@klein.example.org"]
    waiting = session.scalars(select(Delivery).where(Delivery.reason == "domain_limit").order_by(Delivery.id)).all()
    assert [(one.next_attempt_at - now).total_seconds() for one in waiting] == [61, 91, 121]
    assert {one.state for one in waiting} == {DeliveryState.QUEUED}

    # A limit of more room calls them back.
    call_back(session, PROVIDER, now=now)
    assert session.get_one(SendingLimit, PROVIDER).booked_until is None
    assert {one.next_attempt_at for one in waiting if not session.refresh(one)} == {now}
