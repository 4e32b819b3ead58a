"""The letter as it would be with words that nobody kept yet."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy.orm import Session

from mailer.mailings import sample
from mailer.mailings.compiling.rendering import compile_letter
from mailer.mailings.drafts.composing import create_mailing
from mailer.mailings.drafts.supposing import suppose, suppose_block
from tests.factories import a_mailing, a_topic, an_event


def test_words_that_are_being_typed_stand_in_the_letter_and_nowhere_else(session: Session, now: datetime) -> None:
    mailing = a_mailing(session, {"type": "heading", "text": "Oud"}, {"type": "text", "html": "<p>Blijft</p>"})

    letter = compile_letter(session, suppose_block(mailing, mailing.blocks[0], {"text": "Nieuw"}), now=now)

    assert "Nieuw" in letter.html
    assert "Blijft" in letter.html
    assert "Oud" not in letter.html
    assert not session.dirty
    assert not session.new
    assert mailing.blocks[0].fields["text"] == "Oud"


def test_half_an_address_does_not_keep_the_rest_from_being_seen(session: Session) -> None:
    mailing = a_mailing(session, {"type": "button", "label": "Oud", "url": "https://voorbeeld.example.org"})

    supposed = suppose_block(mailing, mailing.blocks[0], {"label": "Kom je?", "url": "javascript:"})

    assert supposed.blocks[0].fields == {"label": "Kom je?", "url": "https://voorbeeld.example.org"}


def test_what_is_typed_is_cleaned_as_what_is_kept(session: Session, now: datetime) -> None:
    mailing = a_mailing(session, {"type": "text", "html": ""})

    supposed = suppose_block(mailing, mailing.blocks[0], {"html": "<p>Dag<script>x()</script></p>"})

    assert supposed.blocks[0].fields["html"] == "<p>Dag</p>"
    assert "x()" not in compile_letter(session, supposed, now=now).html


def test_another_subject_stands_in_the_letter(session: Session, now: datetime) -> None:
    mailing = a_mailing(session, subject="Oud")

    letter = compile_letter(session, suppose(mailing, lines={"subject": " Soep  op de stoep", "kind": "x"}), now=now)

    assert letter.subject == "Soep op de stoep"
    assert mailing.subject == "Oud"


def test_a_reminder_keeps_its_bar_while_somebody_types(session: Session, now: datetime) -> None:
    a_topic(session, "uitnodigingen")
    event = an_event(session)
    mailing = create_mailing(session, sample.reminder_spec(event=event.id), now=now)

    letter = compile_letter(session, suppose_block(mailing, mailing.blocks[0], {"text": "Komen jullie?"}), now=now)

    assert " – Herinnering\n" in letter.text
