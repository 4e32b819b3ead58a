"""A poll in a letter: a link only chooses, the button counts, and nobody is remembered."""

from __future__ import annotations

import re
from datetime import timedelta

import pytest
from sqlalchemy import select

from mailer.foundation import clock
from mailer.foundation.database import Database
from mailer.mailings.compiling.rendering import compile_letter
from mailer.mailings.models import Block, Mailing
from mailer.mailings.published.polling import votes
from tests.factories import a_mailing
from tests.mailings.test_rendering import IN_DECEMBER
from tests.mailings.test_webletters import a_sent_mailing
from tests.web.visitor import Visitor

POLL = {"type": "poll", "text": "Waar eten we?", "answer_1": "Binnen", "answer_2": "Buiten", "answer_4": "Thuis"}


@pytest.fixture
def poll(database: Database) -> Block:
    with database.transaction() as session:
        mailing = a_sent_mailing(session, POLL)
        return session.scalars(select(Block).where(Block.mailing_id == mailing.id)).one()


def path_of(database: Database, block_id: int, answer: int = 2) -> str:
    return database.settings.links.poll(block_id, answer=answer).removeprefix("https://tegelpost.example.org")


def counted(database: Database, block: Block) -> dict[int, int]:
    with database.transaction() as session:
        return votes(session, block.id)


def test_the_letter_leads_to_each_answer(database: Database) -> None:
    with database.transaction() as session:
        mailing = a_mailing(session, POLL)
        letter = compile_letter(session, mailing, now=IN_DECEMBER)
        block = mailing.blocks[0].id

    links = re.findall(r'<a href="(https://tegelpost.example.org/s/[^"]*)"[^>]*>(.*?)</a>', letter.html)
    expected = [database.settings.links.poll(block, answer=number) for number in (1, 2, 3)]
    assert links == list(zip(expected, ["Binnen", "Buiten", "Thuis"], strict=True))
    assert f"Buiten: {expected[1]}" in letter.text


def test_a_link_chooses_and_the_button_counts(visitor: Visitor, database: Database, poll: Block) -> None:
    path = path_of(database, poll.id)

    page = visitor.get(path)
    assert re.search(r'value="2" checked', page.text)
    assert counted(database, poll) == {}

    done = visitor.post(path.partition("?")[0], {"answer": "2"})
    visitor.post(path.partition("?")[0], {"answer": "2"})
    visitor.post(path.partition("?")[0], {"answer": "3"})

    assert done.status_code == 303
    assert counted(database, poll) == {2: 2, 3: 1}
    shown = visitor.get(done.headers["Location"]).text
    assert re.search(r"Buiten</th><td[^>]*>2</td>", shown)
    assert re.search(r"Samen</th><td[^>]*>3</td>", shown)


def test_an_answer_that_is_not_there_counts_nothing(visitor: Visitor, database: Database, poll: Block) -> None:
    path = path_of(database, poll.id).partition("?")[0]

    for answer in ("", "4", "9", "x"):
        assert visitor.post(path, {"answer": answer}).status_code == 422, answer

    assert counted(database, poll) == {}


def test_a_poll_that_was_not_sent_cannot_be_answered(visitor: Visitor, database: Database) -> None:
    with database.transaction() as session:
        block = a_mailing(session, POLL).blocks[0].id

    assert visitor.get(path_of(database, block)).status_code == 404
    assert visitor.get("/s/zomaar").status_code == 404


def test_nothing_is_kept_of_who_answered() -> None:
    assert Mailing.metadata.tables["poll_count"].columns.keys() == ["id", "block_id", "answer", "votes"]


def test_a_poll_whose_day_is_over_counts_nothing_and_shows_the_totals(
    visitor: Visitor, database: Database, poll: Block
) -> None:
    path = path_of(database, poll.id)
    visitor.post(path.partition("?")[0], {"answer": "2"})
    with database.transaction() as session:
        row = session.get_one(Block, poll.id)
        row.fields = {**row.fields, "until": "1-1-2020"}

    page = visitor.get(path)
    voted = visitor.get(path.partition("?")[0] + "?klaar=1")
    late = visitor.post(path.partition("?")[0], {"answer": "1"})

    for shown in (page.text, voted.text):
        assert "De peiling is gesloten" in shown
        assert "Stemmen kon tot en met woensdag 1 januari 2020." in shown
    assert "Geef je stem" not in page.text
    assert late.status_code == 409
    assert counted(database, poll) == {2: 1}


def test_a_poll_without_a_last_day_ends_after_three_months(visitor: Visitor, database: Database, poll: Block) -> None:
    with database.transaction() as session:
        session.get_one(Block, poll.id).mailing.prepared_at = clock.now() - timedelta(days=92)
    last_day = visitor.get(path_of(database, poll.id)).text
    with database.transaction() as session:
        session.get_one(Block, poll.id).mailing.prepared_at = clock.now() - timedelta(days=94)
    over = visitor.get(path_of(database, poll.id)).text

    assert ("De peiling is gesloten" in last_day, "Geef je stem" in last_day) == (False, True)
    assert ("De peiling is gesloten" in over, "Geef je stem" in over) == (True, False)
