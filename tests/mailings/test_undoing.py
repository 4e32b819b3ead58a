"""Every change of a draft can be taken back, and nothing that somebody wrote gets lost."""

from __future__ import annotations

from datetime import datetime, timedelta

import pytest
from sqlalchemy.orm import Session

from mailer.foundation.errors import Conflict
from mailer.mailings.drafts import undoing
from mailer.mailings.drafts.composing import change_block, change_mailing, remove_block
from mailer.mailings.drafts.contents import content_of, mark_of, put_content
from mailer.mailings.drafts.undoing import keep_aside, keep_step, put_back, redo, steps_of, undo
from mailer.mailings.models import Mailing, MailingState, StepStanding
from tests.factories import a_mailing, a_neighbourhood, a_theme

SOON = timedelta(seconds=5)
LATER = timedelta(minutes=2)


def a_draft(session: Session) -> Mailing:
    return a_mailing(session, {"type": "heading", "text": "een"}, {"type": "heading", "text": "twee"})


def write(session: Session, mailing: Mailing, text: str, *, at: datetime) -> None:
    """Type in the first block, as the composer keeps it."""
    before = content_of(mailing)
    change_block(session, mailing.blocks[0], {"text": text}, now=at)
    keep_step(session, mailing, before, "block", place="1", now=at, by=None)


def headings(mailing: Mailing) -> list[str]:
    return [block.fields["text"] for block in mailing.blocks]


def test_the_last_change_is_taken_back_and_done_again(session: Session, now: datetime) -> None:
    mailing = a_draft(session)
    write(session, mailing, "nieuw", at=now)

    undo(session, mailing, now=now + SOON)
    taken_back = headings(mailing)
    redo(session, mailing, now=now + SOON)

    assert taken_back == ["een", "twee"]
    assert headings(mailing) == ["nieuw", "twee"]


def test_typing_on_in_one_place_is_one_step_and_a_pause_begins_another(session: Session, now: datetime) -> None:
    mailing = a_draft(session)
    for seconds, text in ((0, "n"), (5, "ni"), (10, "nieuw"), (200, "nieuwer")):
        write(session, mailing, text, at=now + timedelta(seconds=seconds))

    undo(session, mailing, now=now + 3 * LATER)
    one_back = headings(mailing)[0]
    undo(session, mailing, now=now + 3 * LATER)

    assert one_back == "nieuw"
    assert headings(mailing)[0] == "een"
    with pytest.raises(Conflict, match="niets om ongedaan"):
        undo(session, mailing, now=now + 3 * LATER)


def test_a_block_that_comes_back_is_the_same_block_in_its_place(session: Session, now: datetime) -> None:
    mailing = a_draft(session)
    numbers = [block.id for block in mailing.blocks]
    before = content_of(mailing)
    remove_block(session, mailing.blocks[0], now=now)
    keep_step(session, mailing, before, "removed", now=now, by=None)

    undo(session, mailing, now=now)
    session.expire_all()

    assert [block.id for block in mailing.blocks] == numbers
    assert headings(mailing) == ["een", "twee"]


def test_what_stands_above_the_blocks_and_who_gets_it_come_back_too(session: Session, now: datetime) -> None:
    mailing = a_draft(session)
    a_theme(session, "groen")
    a_neighbourhood(session, "spangen")
    audience = {"rule": {"theme": ["groen"]}, "reach": "everyone"}
    change_mailing(session, mailing, now=now, themes=["groen"], neighbourhoods=["spangen"], audience=audience)
    before = content_of(mailing)
    change_mailing(session, mailing, now=now, subject="Anders", topic=None, themes=[], neighbourhoods=[], audience=None)

    put_content(session, mailing, before, now=now)
    session.expire_all()

    assert content_of(mailing) == before
    assert mailing.audience == audience


def test_after_a_new_change_the_undone_one_is_still_among_the_earlier_versions(session: Session, now: datetime) -> None:
    mailing = a_draft(session)
    write(session, mailing, "verloren woorden", at=now)
    undo(session, mailing, now=now + SOON)
    write(session, mailing, "iets anders", at=now + 2 * SOON)

    with pytest.raises(Conflict, match="niets om opnieuw"):
        redo(session, mailing, now=now + LATER)
    undone = next(step for step in steps_of(session, mailing) if step.standing is StepStanding.UNDONE)
    put_back(session, mailing, undone, now=now + LATER, by=None)
    found_again = headings(mailing)[0]
    undo(session, mailing, now=now + LATER)

    assert found_again == "verloren woorden"
    assert headings(mailing)[0] == "iets anders"


def test_words_written_out_of_turn_are_kept_beside_the_draft(session: Session, now: datetime) -> None:
    mailing = a_draft(session)
    theirs = content_of(mailing)
    theirs["blocks"][0]["fields"] = {"text": "van Joost", "level": 2}

    step = keep_aside(session, mailing, theirs, "block", place="1", now=now, by=None)

    assert headings(mailing) == ["een", "twee"]
    with pytest.raises(Conflict):
        undo(session, mailing, now=now)
    put_back(session, mailing, step, now=now, by=None)
    assert headings(mailing) == ["van Joost", "twee"]


def test_a_mailing_that_was_sent_is_not_taken_back(session: Session, now: datetime) -> None:
    mailing = a_draft(session)
    write(session, mailing, "nieuw", at=now)
    mailing.state = MailingState.SENT

    with pytest.raises(Conflict):
        undo(session, mailing, now=now)
    assert headings(mailing)[0] == "nieuw"


def test_only_the_last_steps_are_remembered(session: Session, now: datetime, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(undoing, "MOST_STEPS", 3)
    mailing = a_draft(session)
    other = a_draft(session)
    write(session, other, "van een ander", at=now)
    for number in range(5):
        write(session, mailing, str(number), at=now + number * LATER)

    assert [step.content["blocks"][0]["fields"]["text"] for step in steps_of(session, mailing)] == ["3", "2", "1"]
    assert len(steps_of(session, other)) == 1


def test_a_mark_is_another_one_as_soon_as_something_changed() -> None:
    assert mark_of({"a": 1, "b": 2}) == mark_of({"b": 2, "a": 1})
    assert mark_of({"a": 1}) != mark_of({"a": 2})
