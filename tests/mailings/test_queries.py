"""Finding mailings: newest change first, by state and by words."""

from __future__ import annotations

from datetime import datetime, timedelta

import pytest
from sqlalchemy.orm import Session

from mailer.foundation.errors import NotFound
from mailer.mailings.models import MailingState
from mailer.mailings.queries import count_by_state, find_block, find_mailing, list_mailings
from tests.factories import a_mailing


def test_the_last_changed_mailing_comes_first(session: Session, now: datetime) -> None:
    old = a_mailing(session, now=now)
    new = a_mailing(session, now=now + timedelta(hours=1))

    assert list_mailings(session) == [new, old]


def test_mailings_are_found_by_state_and_words(session: Session, now: datetime) -> None:
    garden = a_mailing(session, subject="Één tuin")
    sent = a_mailing(session, subject="Keuken")
    sent.state = MailingState.SENT
    session.flush()

    assert list_mailings(session, states=[MailingState.SENT]) == [sent]
    assert list_mailings(session, search="ÉÉN") == [garden]
    assert count_by_state(session)[MailingState.SENT] == 1
    assert count_by_state(session)[MailingState.HELD] == 0


def test_what_is_not_there_is_said(session: Session) -> None:
    one, other = a_mailing(session), a_mailing(session)

    with pytest.raises(NotFound):
        find_mailing(session, 999_999)
    with pytest.raises(NotFound):
        find_block(session, one, other.blocks[0].id)
    assert find_block(session, one, one.blocks[0].id) is one.blocks[0]
