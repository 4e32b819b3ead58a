"""A proof goes to a few addresses that staff names, and the mailing remembers that it was sent."""

from __future__ import annotations

from datetime import datetime

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from mailer.foundation.errors import BadInput
from mailer.foundation.outbox import OwedLetter
from mailer.mailings.proofing import send_proof
from tests.factories import a_mailing


def test_each_address_is_owed_one_proof(session: Session, now: datetime) -> None:
    mailing = a_mailing(session)

    send_proof(session, mailing, to=["marit@example.org", " Marit@example.org", "henk@example.org"], now=now)

    owed = session.scalars(select(OwedLetter).order_by(OwedLetter.id)).all()
    assert [(letter.letter, letter.subject_id) for letter in owed] == [("proof", mailing.id)] * 2
    assert [letter.address.lower() for letter in owed] == ["marit@example.org", "henk@example.org"]
    assert mailing.proofed_at == now


@pytest.mark.parametrize("to", [[], [" "], ["geen adres"], [f"p{n}@example.org" for n in range(6)]])
def test_none_too_many_or_wrong_addresses_are_refused(session: Session, now: datetime, to: list[str]) -> None:
    mailing = a_mailing(session)

    with pytest.raises(BadInput):
        send_proof(session, mailing, to=to, now=now)

    assert session.scalars(select(OwedLetter)).all() == []
    assert mailing.proofed_at is None
