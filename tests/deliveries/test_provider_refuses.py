"""A provider that refuses all our mail costs few letters, and nobody else notices."""

from __future__ import annotations

from collections import Counter

import pytest
from sqlalchemy import select

from mailer.deliveries.models import Delivery, DeliveryState, SendingTrouble
from mailer.deliveries.regulating.troubles import REFUSALS_IN_A_ROW
from mailer.deliveries.working import drain
from mailer.subscriptions.models import Suppression
from tests.deliveries.rows import a_mailing_being_sent
from tests.smtp_server import SmtpServer, wait_until

CONNECTIONS = 2


@pytest.mark.parametrize("stage", ["rcpt", "dot"])
@pytest.mark.parametrize("before", [0, 1000], ids=["from the first letter", "in full flight"])
def test_a_provider_that_refuses_everything_is_left_alone_after_twenty(make_database, before, stage):
    with SmtpServer(orders={stage: "550 5.7.26 unauthenticated mail"}, only_for="@groot.example.org") as server:
        database = make_database(smtp_url=server.url, connections=CONNECTIONS)
        with database.transaction() as session:
            provider = [f"lezer{n}@groot.example.org" for n in range(150)]
            ahead = (f"info@vooraan{n}.example.org" for n in range(before))
            a_mailing_being_sent(session, [*ahead, *provider, *(f"info@klein{n}.example.org" for n in range(30))])

        # Few at a time are tried again, some seconds apart; each drain is a tick of the clock.
        wait_until(lambda: drain(database) == 0 and not _queued(database), seconds=60)
    with database.transaction(writes=False) as session:
        found = Counter(
            (one.address.partition("@")[2] == "groot.example.org", one.state.value) for one in _all(session)
        )
        trouble = session.get_one(SendingTrouble, "@groot.example.org")
        assert trouble.waits_until is not None
        assert session.scalars(select(Suppression)).all() == []
    assert found[(False, "accepted")] == before + 30
    assert found[(True, "rejected")] + found[(True, "deferred")] == 150
    # Twenty, and what was with the connections already: one letter each and the next ones.
    assert found[(True, "rejected")] <= REFUSALS_IN_A_ROW + 4 * CONNECTIONS


def _queued(database) -> bool:
    with database.transaction(writes=False) as session:
        return session.scalar(select(Delivery.id).where(Delivery.state == DeliveryState.QUEUED).limit(1)) is not None


def _all(session) -> list[Delivery]:
    return list(session.scalars(select(Delivery)))
