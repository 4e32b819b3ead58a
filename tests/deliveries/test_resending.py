"""Letters about a meeting are sent again by themselves, once, when an installation chose so."""

from __future__ import annotations

from datetime import datetime, timedelta

import pytest
from sqlalchemy import select, update
from sqlalchemy.orm import Session

from mailer.deliveries.letters.notices import take_owed
from mailer.deliveries.models import Delivery, DeliveryEvent, DeliveryState
from mailer.deliveries.resending import resend_doubtful
from mailer.deliveries.showing.histories import history_of_letter
from mailer.foundation.database import settings_of
from mailer.foundation.outbox import owe_letter
from mailer.mailings.models import Mailing, MailingKind, MailingState
from tests.deliveries.rows import a_mailing_being_sent

QUARTER = timedelta(minutes=15)


@pytest.fixture(autouse=True)
def _chosen(session: Session, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(settings_of(session).__dict__, "resend_uncertain", True)


def a_doubtful(session: Session, kind: MailingKind, *, now: datetime) -> Mailing:
    mailing = a_mailing_being_sent(session, 1, kind=kind, state=MailingState.SENT, prepared_at=now)
    _doubt(session, Delivery.mailing_id == mailing.id, now)
    return mailing


def _doubt(session: Session, which, now: datetime) -> None:
    session.execute(
        update(Delivery)
        .where(which)
        .values(state=DeliveryState.UNCERTAIN, reason="no_answer", settled_at=now, attempt=1, handovers=1)
    )
    session.expire_all()


def state(session: Session) -> DeliveryState:
    session.expire_all()
    return session.scalars(select(Delivery.state)).one()


@pytest.mark.parametrize("kind", [MailingKind.INVITATION, MailingKind.EVENT_NEWS])
def test_a_doubt_about_a_meeting_is_sent_again_after_the_wait_for_evidence(
    session: Session, now: datetime, kind: MailingKind
) -> None:
    mailing = a_doubtful(session, kind, now=now)

    too_early = resend_doubtful(session, now=now + QUARTER / 2)
    in_time = resend_doubtful(session, now=now + QUARTER)

    assert (too_early, in_time) == (0, 1)
    assert (state(session), mailing.state) == (DeliveryState.QUEUED, MailingState.SENDING)
    event = session.scalars(select(DeliveryEvent)).one()
    assert event.details == {"to": "send-again", "by_setting": True}
    letter = session.scalars(select(Delivery)).one()
    said = [moment.said for moment in history_of_letter(session, letter)]
    assert "Vanzelf opnieuw verzonden, zoals is ingesteld" in said


@pytest.mark.parametrize("kind", [MailingKind.NEWSLETTER, MailingKind.CALL])
def test_a_newsletter_is_never_sent_again_by_itself(session: Session, now: datetime, kind: MailingKind) -> None:
    a_doubtful(session, kind, now=now)

    assert resend_doubtful(session, now=now + QUARTER) == 0
    assert state(session) is DeliveryState.UNCERTAIN


def test_without_the_setting_nothing_is_sent_again(
    session: Session, now: datetime, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(settings_of(session).__dict__, "resend_uncertain", False)
    a_doubtful(session, MailingKind.INVITATION, now=now)

    assert resend_doubtful(session, now=now + QUARTER) == 0


@pytest.mark.parametrize(
    ("change", "value"),
    [("state", MailingState.CANCELLED), ("state", MailingState.PAUSED), ("expires_at", datetime.min)],
)
def test_what_was_stopped_paused_or_has_begun_is_left_to_a_person(
    session: Session, now: datetime, change: str, value: object
) -> None:
    mailing = a_doubtful(session, MailingKind.INVITATION, now=now)
    setattr(mailing, change, now if value is datetime.min else value)
    session.flush()

    assert resend_doubtful(session, now=now + QUARTER) == 0


def test_a_second_doubt_is_a_persons(session: Session, now: datetime) -> None:
    a_doubtful(session, MailingKind.INVITATION, now=now)
    session.execute(update(Delivery).values(handovers=2))

    assert resend_doubtful(session, now=now + QUARTER) == 0


@pytest.mark.parametrize(("letter", "again"), [("event-cancelled", 1), ("sign-in-link", 0)])
def test_that_a_meeting_does_not_take_place_is_told_again_and_a_sign_in_link_is_not(
    session: Session, now: datetime, letter: str, again: int
) -> None:
    owe_letter(session, letter, subject_id=1, address="gast@x.example.org", now=now)
    take_owed(session, now=now)
    _doubt(session, Delivery.mailing_id.is_(None), now)

    assert resend_doubtful(session, now=now + QUARTER) == again
