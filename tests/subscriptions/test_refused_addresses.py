"""A list that names somebody who left says so on the row, and changes nothing about it."""

from __future__ import annotations

from datetime import datetime

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from mailer.directory.importing import import_file
from mailer.subscriptions import refused_addresses  # noqa: F401 - brings what the import asks
from mailer.subscriptions.models import Subscription, SubscriptionState, Suppression, SuppressionReason
from mailer.subscriptions.suppressing import suppress
from tests.directory.importing.lists import organisation, organisations, people, person
from tests.factories import a_mailbox, a_topic


@pytest.mark.parametrize(
    ("reason", "said"),
    [
        (SuppressionReason.REQUEST, "jan@x.test is uitgeschreven, en blijft dat."),
        (SuppressionReason.HARD_BOUNCE, "jan@x.test bestaat niet meer. Daar mailen we niet naar."),
    ],
)
def test_a_suppressed_address_is_named_on_the_row(
    session: Session, now: datetime, reason: SuppressionReason, said: str
) -> None:
    suppress(session, "jan@x.test", reason, now=now)
    data = people(person("Jan", "Jansen", werk="Jan@x.test", nieuwsbrief="ja"), person("Els", werk="els@x.test"))

    report = import_file(session, data, file_name="l.csv", now=now, apply=True)

    told = [[problem.message for problem in row.problems if problem.code == "stays-refused"] for row in report.rows]
    assert [[one.casefold() for one in row] for row in told] == [[said.casefold()], []]
    assert session.scalars(select(Suppression.reason)).all() == [reason]


def test_a_mailbox_that_left_is_named_and_stays_so(session: Session, now: datetime) -> None:
    mailbox = a_mailbox(session, "info@x.test")
    ended = Subscription(mailbox=mailbox, topic=a_topic(session), state=SubscriptionState.ENDED, changed_at=now)
    session.add(ended)
    session.flush()

    report = import_file(
        session, organisations(organisation("De Voeg", mail="info@x.test")), file_name="l.csv", now=now, apply=True
    )

    assert ("E-mail", "stays-refused") in [(one.column, one.code) for one in report.rows[0].problems]
    assert session.scalars(select(Subscription.state)).all() == [SubscriptionState.ENDED]
