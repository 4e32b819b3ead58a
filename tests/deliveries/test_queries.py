"""Questions about letters: what is due, also beside other mailings."""

from __future__ import annotations

from mailer.deliveries.models import MailingProgress
from mailer.deliveries.queries import has_letters_due
from tests.deliveries.rows import a_mailing_being_sent


def test_letters_of_a_mailing_are_due_however_far_another_one_came(session, now):
    """The question spoke of every mailing at once: with two of them PostgreSQL refused it, and nothing left."""
    a_mailing_being_sent(session, ["nieuw@devoeg.example.org"])
    for address in ("eerder@devoeg.example.org", "eerst@devoeg.example.org"):
        earlier = a_mailing_being_sent(session, [address])
        session.add(MailingProgress(mailing_id=earlier.id, claimed_to=1_000_000))
    session.flush()

    assert has_letters_due(session, now=now)


def test_a_mailing_of_which_all_letters_were_claimed_has_none_due(session, now):
    mailing = a_mailing_being_sent(session, ["nieuw@devoeg.example.org"])
    session.add(MailingProgress(mailing_id=mailing.id, claimed_to=1_000_000))
    session.flush()

    assert not has_letters_due(session, now=now)
