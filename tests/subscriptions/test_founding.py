"""The first sender of an installation brings the usual lists."""

from __future__ import annotations

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from mailer.foundation.errors import BadInput
from mailer.subscriptions.founding import found_sender
from mailer.subscriptions.models import Sender, Topic


def _found(session: Session, name: str = "Delfshaven Lokaal") -> Sender:
    return found_sender(
        session,
        name=name,
        from_address="Post@tegelpost.example.org",
        reply_to="team@tegelpost.example.org",
        postal_address="Voegstraat 12, 3025 ZZ Rotterdam",
    )


def test_the_first_sender_brings_three_lists(session: Session) -> None:
    sender = _found(session)

    topics = session.scalars(select(Topic).order_by(Topic.position)).all()
    assert [(topic.slug, topic.sender_id) for topic in topics] == [
        ("nieuwsbrief", sender.id),
        ("uitnodigingen", sender.id),
        ("oproepen", sender.id),
    ]
    assert topics[0].list_id == "nieuwsbrief.tegelpost.example.org"


def test_a_second_sender_brings_no_lists(session: Session) -> None:
    _found(session)

    other = _found(session, "Buurtnetwerk West")

    assert other.slug == "buurtnetwerk-west"
    assert len(session.scalars(select(Topic)).all()) == 3


def test_a_sender_that_is_there_already_is_refused(session: Session) -> None:
    _found(session)

    with pytest.raises(BadInput, match="Er is al een afzender die Delfshaven Lokaal heet"):
        _found(session)
