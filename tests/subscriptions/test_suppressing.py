from __future__ import annotations

from datetime import date, datetime, timedelta

import pytest
from sqlalchemy.orm import Session

from mailer.foundation.errors import BadInput, NotFound
from mailer.subscriptions.models import SuppressionReason
from mailer.subscriptions.permission import Refusal, refusals
from mailer.subscriptions.queries import standing, suppression_of
from mailer.subscriptions.suppressing import lift, suppress
from tests.factories import a_mailbox, a_topic


def test_an_address_outside_the_directory_is_suppressed_before_it_is_imported(session: Session, now: datetime) -> None:
    suppress(session, "Later@devoeg.example.org", SuppressionReason.COMPLAINT, now=now)

    imported = a_mailbox(session, "later@DEVOEG.example.org")

    assert refusals(session, [imported.id], a_topic(session), now=now) == {imported.id: Refusal.SUPPRESSED}


def test_suppression_survives_deletion_and_import(session: Session, now: datetime) -> None:
    mailbox = a_mailbox(session, "weg@devoeg.example.org")
    suppress(session, mailbox.address, SuppressionReason.REQUEST, now=now)
    session.delete(mailbox)
    session.flush()

    again = a_mailbox(session, "weg@devoeg.example.org")

    kept = suppression_of(session, again)
    assert kept is not None
    assert kept.reason is SuppressionReason.REQUEST


def test_a_bounce_does_not_soften_a_request(session: Session, now: datetime) -> None:
    suppress(session, "a@devoeg.example.org", SuppressionReason.REQUEST, note="belde", now=now)

    later = suppress(session, "a@devoeg.example.org", SuppressionReason.HARD_BOUNCE, now=now + timedelta(days=1))

    assert (later.reason, later.note, later.since) == (SuppressionReason.REQUEST, "belde", now)


def test_a_request_weighs_more_than_an_earlier_bounce(session: Session, now: datetime) -> None:
    suppress(session, "a@devoeg.example.org", SuppressionReason.HARD_BOUNCE, now=now)

    later = suppress(session, "a@devoeg.example.org", SuppressionReason.REQUEST, note="belde", now=now)

    assert (later.reason, later.note) == (SuppressionReason.REQUEST, "belde")


def test_only_new_consent_lifts_a_suppression(session: Session, now: datetime) -> None:
    mailbox = a_mailbox(session, basis=None)
    suppress(session, mailbox.address, SuppressionReason.REQUEST, now=now)

    with pytest.raises(BadInput):
        lift(session, mailbox, given_on=date(2026, 11, 30), source="", now=now)
    assert suppression_of(session, mailbox) is not None

    lift(session, mailbox, given_on=date(2026, 11, 30), source="belde zelf", now=now)

    assert suppression_of(session, mailbox) is None
    assert [consent.source for consent in standing(session, mailbox, now=now).consents] == ["belde zelf"]


def test_what_is_not_suppressed_cannot_be_lifted(session: Session, now: datetime) -> None:
    with pytest.raises(NotFound):
        lift(session, a_mailbox(session), given_on=date(2026, 11, 30), source="belde zelf", now=now)
