"""Whoever locks, locks in one order (decision 0076): nobody waits for somebody who waits for them."""

from __future__ import annotations

import os
from collections import Counter

import pytest
from sqlalchemy import select, text

from mailer.deliveries.holding import resume
from mailer.deliveries.models import Delivery
from mailer.deliveries.regulating.allowing import set_limit
from mailer.deliveries.regulating.troubles import try_again
from mailer.deliveries.restored.withholding import confirm, is_withheld
from mailer.foundation.database import Database, database_moment
from mailer.mailings.models import Mailing, MailingState
from tests.conftest import SERVER
from tests.deliveries import storm_deeds as deeds
from tests.deliveries.storm import WAITING, Storm, deadlocks, handovers
from tests.factories import a_mailbox, a_person, a_topic, an_event, an_invitation, an_organisation

SECONDS = float(os.environ.get("TEST_STORM_SECONDS", "4"))
SEED = os.environ.get("TEST_STORM_SEED", "2027")
PARTIES = 40

# Without these a storm proved nothing.
NEEDED = ("send", "look_after", "die", "begin_mailing", "stop", "merge_two", "leave_by_one_click", "decide_all")
# Thread → what it does, in any order. Two of those that there are two of.
THREADS = {
    "worker one": [deeds.send],
    "worker two": [deeds.send],
    "clock one": [deeds.look_after],
    "clock two": [deeds.look_after],
    "mortal": [deeds.die],
    "editor": [deeds.begin_mailing, deeds.begin_mailing, deeds.pause_and_resume, deeds.resume, deeds.stop],
    "sender": [deeds.decide_each, deeds.decide_each, deeds.decide_all, deeds.retry, deeds.pause_and_resume],
    "admin": [deeds.allow, deeds.try_again, deeds.read_relay_log, deeds.put_backup_back],
    "merger one": [deeds.merge_two, deeds.take_merge_back],
    "merger two": [deeds.merge_two, deeds.take_merge_back],
    "reader one": [deeds.leave_by_one_click, deeds.come_back, deeds.choose_topics, deeds.answer],
    "reader two": [deeds.leave_by_one_click, deeds.come_back, deeds.complain, deeds.answer],
}

pytestmark = pytest.mark.skipif(not SERVER, reason="SQLite has one writer at a time: nobody waits for two")


@pytest.fixture
def house(make_database) -> Database:
    """An installation with everything short, and a small neighbourhood with a meeting."""
    database = make_database(
        smtp_url=f"smtp://{deeds.RELAY}",
        lease_seconds=1.0,
        retry_seconds=0.3,
        hold_retry_seconds=0.2,
        resend_uncertain=True,
    )
    with database.transaction() as session:
        # As long as two wait for each other everything behind them waits too: let it be found out at once.
        session.execute(text(f'ALTER DATABASE "{database.engine.url.database}" SET deadlock_timeout = 100'))
        a_topic(session)
        event = an_event(session)
        for number in range(PARTIES):
            mailbox = a_mailbox(session, f"info{number}{deeds.DOMAINS[number % len(deeds.DOMAINS)]}")
            organisation = an_organisation(session, mailbox=mailbox)
            an_organisation(session, mailbox=mailbox)
            a_person(session, f"Samira {number}", of=organisation, mailbox=mailbox)
            an_invitation(session, event, organisation)
    database.engine.dispose()
    return database


def test_everything_at_once_and_no_two_wait_for_each_other(house):
    storm = Storm(house, SEED)

    storm.rage(THREADS, seconds=SECONDS)

    told = "\n".join(f"{times:4} × {what}" for what, times in sorted(storm.done.items()))
    assert _distinct(storm.mishaps) == "", f"seed {SEED}\n{told}"
    assert deadlocks(house) == 0
    assert {one for one in NEEDED if not storm.done[f"{one}: done"]} == set(), told


def test_after_the_storm_every_letter_is_accounted_for(house):
    storm = Storm(house, SEED)
    storm.rage(THREADS, seconds=SECONDS / 2)

    _let_everything_go(house)
    storm.settle()

    allowed = handovers(house)
    assert {one: dots for one, dots in storm.dots.items() if dots > allowed[one]} == {}
    with house.transaction(writes=False) as session:
        assert list(session.execute(select(Delivery.id, Delivery.state).where(Delivery.state.in_(WAITING)))) == []
        assert set(session.scalars(select(Mailing.state))) <= {MailingState.SENT, MailingState.CANCELLED}


def _let_everything_go(house: Database) -> None:
    with house.transaction() as session:
        now = database_moment(session)
        for scope in (deeds.RELAY, *deeds.DOMAINS):
            set_limit(session, scope, {}, now=now)
        try_again(session)
        if is_withheld(session):
            confirm(session, by=None, now=now)
        for mailing in session.scalars(select(Mailing).order_by(Mailing.id)).all():
            if mailing.state in (MailingState.HELD, MailingState.PAUSED):
                resume(session, mailing, now=now)


def _distinct(mishaps: list[str]) -> str:
    counted = Counter(one.partition("\nCONTEXT")[0] for one in mishaps)
    return "\n".join(f"{times} × {said}" for said, times in counted.most_common())
