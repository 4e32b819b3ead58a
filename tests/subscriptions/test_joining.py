from __future__ import annotations

from datetime import date, datetime

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from mailer.directory.models import MailboxKind
from mailer.foundation.errors import BadInput
from mailer.subscriptions.joining import Recorded, record_basis
from mailer.subscriptions.leaving import leave
from mailer.subscriptions.models import Basis, Consent
from mailer.subscriptions.permission import Refusal, refusals
from tests.factories import a_mailbox, a_topic

FOUND_ON = date(2026, 11, 20)


def test_a_selection_of_functional_mailboxes_becomes_mailable(session: Session, now: datetime) -> None:
    topic = a_topic(session)
    mailboxes = [a_mailbox(session, kind=MailboxKind.FUNCTIONAL, basis=None) for _ in range(2)]

    recorded = record_basis(
        session, mailboxes, basis=Basis.PUBLISHED, given_on=FOUND_ON, source="devoeg.example.org/contact", now=now
    )

    assert recorded == Recorded(added=2, known=0)
    assert refusals(session, [m.id for m in mailboxes], topic, now=now) == {}


def test_a_personal_mailbox_is_never_a_published_one(session: Session, now: datetime) -> None:
    mine = a_mailbox(session, "samira@devoeg.example.org", basis=None)

    with pytest.raises(BadInput, match=r"persoonlijk postvak: samira@devoeg\.example\.org"):
        record_basis(session, [mine], basis=Basis.PUBLISHED, given_on=FOUND_ON, source="website", now=now)

    assert session.scalars(select(Consent).where(Consent.mailbox_id == mine.id)).all() == []


@pytest.mark.parametrize(
    ("given_on", "source", "field"),
    [(FOUND_ON, "  ", "source"), (date(2026, 12, 2), "visitekaartje", "given_on")],
)
def test_proof_needs_a_source_and_a_day_that_has_come(
    session: Session, now: datetime, given_on: date, source: str, field: str
) -> None:
    with pytest.raises(BadInput) as refused:
        record_basis(session, [a_mailbox(session)], basis=Basis.CONSENT, given_on=given_on, source=source, now=now)

    assert refused.value.field == field


def test_the_same_proof_twice_is_kept_once(session: Session, now: datetime) -> None:
    mailbox = a_mailbox(session, basis=None)
    proof = {"basis": Basis.CONSENT, "given_on": FOUND_ON, "source": "visitekaartje", "now": now}

    record_basis(session, [mailbox, mailbox], **proof)
    again = record_basis(session, [mailbox], **proof)

    assert again == Recorded(added=0, known=1)
    assert len(session.scalars(select(Consent).where(Consent.mailbox_id == mailbox.id)).all()) == 1


def test_recording_a_basis_does_not_bring_back_who_left(session: Session, now: datetime) -> None:
    topic, mailbox = a_topic(session), a_mailbox(session)
    leave(session, mailbox, topic, door="leave-page", now=now)

    record_basis(session, [mailbox], basis=Basis.CONSENT, given_on=FOUND_ON, source="formulier", now=now)

    assert refusals(session, [mailbox.id], topic, now=now) == {mailbox.id: Refusal.LEFT}
