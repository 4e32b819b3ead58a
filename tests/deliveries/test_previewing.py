"""A mailing as one mailbox gets it."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy.orm import Session

from mailer.deliveries.letters.previewing import letter_for
from mailer.directory.models import MailboxKind
from mailer.mailings.models import CompiledLetter, MailingState
from mailer.subscriptions.models import Basis
from tests.factories import a_mailbox, a_mailing, a_person, an_event, an_organisation


def test_a_shared_mailbox_is_greeted_with_both_names(session: Session, now: datetime) -> None:
    mailbox = a_mailbox(session, "info@devoeg.example.org", kind=MailboxKind.FUNCTIONAL, basis=Basis.PUBLISHED)
    voeg = an_organisation(session, "Buurttuin De Voeg", mailbox=mailbox)
    for name in ("Samira", "Joost"):
        a_person(session, name, of=voeg, mailbox=mailbox)

    letter = letter_for(session, a_mailing(session), mailbox, now=now)

    assert "Beste Joost en Samira," in letter.text
    assert "Dit is het algemene mailadres van Buurttuin De Voeg." in letter.text
    assert "[[" not in letter.html


def test_a_mailbox_outside_the_audience_can_look_too(session: Session, now: datetime) -> None:
    mailbox = a_mailbox(session, "gloria@troffeltje.example.org")
    a_person(session, "Gloria", mailbox=mailbox)
    mailing = a_mailing(session, audience={"rule": {"address": ["ander@devoeg.example.org"]}, "reach": "everyone"})

    assert "Beste Gloria," in letter_for(session, mailing, mailbox, now=now).text


def test_what_was_sent_is_shown_as_it_was_frozen(session: Session, now: datetime) -> None:
    mailbox = a_mailbox(session, "gloria@troffeltje.example.org")
    a_person(session, "Gloria", mailbox=mailbox)
    mailing = a_mailing(session)
    session.add(
        CompiledLetter(
            mailing_id=mailing.id,
            subject="Zoals het was",
            html="<p>[[mailbox.greeting]]</p>",
            text="[[mailbox.greeting]] zoals het was",
            compiled_at=now,
        )
    )
    session.flush()

    assert "zoals het was" not in letter_for(session, mailing, mailbox, now=now).text
    mailing.state = MailingState.SENT
    assert letter_for(session, mailing, mailbox, now=now).text == "Beste Gloria, zoals het was"


def test_an_invitation_tells_the_reason_that_will_be_kept(session: Session, now: datetime) -> None:
    mailbox = a_mailbox(session, "info@devoeg.example.org", kind=MailboxKind.FUNCTIONAL, basis=Basis.PUBLISHED)
    an_organisation(session, "Buurttuin De Voeg", themes=["groen"], mailbox=mailbox)
    mailing = a_mailing(
        session,
        {"type": "text", "html": "<p>Kom je ook?</p>"},
        kind="invitation",
        event=an_event(session).id,
        audience={"rule": {"theme": ["groen"]}, "reach": "everyone"},
    )

    letter = letter_for(session, mailing, mailbox, now=now)

    assert "Je krijgt deze uitnodiging, want" in letter.text
    assert "Groen" in letter.text
