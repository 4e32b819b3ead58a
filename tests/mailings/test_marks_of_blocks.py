"""Where each block begins is told to the screen on which one writes, and in no letter that leaves."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy.orm import Session

from mailer.mailings.compiling.rendering import compile_letter
from tests.factories import a_mailing


def test_only_a_letter_that_is_being_written_has_marks(session: Session, now: datetime) -> None:
    mailing = a_mailing(
        session, {"type": "heading", "text": "Een"}, {"type": "divider"}, {"type": "heading", "text": "Twee"}
    )

    marked, leaves = (compile_letter(session, mailing, now=now, marked=one) for one in (True, False))

    assert [f"<!--block {block.id}-->" in marked.html for block in mailing.blocks] == [True] * 3
    assert "<!--block" not in leaves.html
    assert marked.text == leaves.text


def test_a_line_goes_when_nothing_stands_between_it_and_the_next_or_below_it(session: Session, now: datetime) -> None:
    line = {"type": "divider"}
    mailing = a_mailing(
        session, line, {"type": "heading", "text": "Een"}, line, line, {"type": "heading", "text": "Twee"}, line
    )

    letter = compile_letter(session, mailing, now=now, marked=True)

    shown = [f"<!--block {block.id}-->" in letter.html for block in mailing.blocks]
    assert shown == [False, True, True, False, True, False]
