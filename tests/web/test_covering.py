"""The pages of the coverage board: of the directory, of a selection and of a mailing."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from mailer.audiences.saving import save_segment
from mailer.foundation import clock
from mailer.foundation.database import Database
from tests.factories import a_mailing, an_organisation
from tests.web.visitor import Visitor

SignIn = Callable[..., Visitor]


@pytest.fixture(autouse=True)
def directory(database: Database) -> None:
    with database.transaction() as session:
        an_organisation(session, "Tuin", themes=["groen"], areas=["spangen"], member_of=["coalitie"],
                        mailbox="tuin@a.example.org")  # fmt: skip
        an_organisation(session, "Club", themes=["sport"], areas=["schiemond"], mailbox="club@a.example.org")
        save_segment(session, "Groen", {"rule": {"theme": ["groen"]}}, now=clock.now())


def test_the_board_of_a_selection_leads_to_who_is_missing(sign_in: SignIn) -> None:
    reader = sign_in("reader")

    board = reader.get("/selecties/dekking?selectie=groen").text
    missing = reader.get("/selecties/dekking/missen?selectie=groen&wijk=schiemond").text

    assert "In deze selectie zit niemand uit <strong>Schiemond</strong>. Klopt dat?" in board
    assert 'href="/selecties/dekking/missen?selectie=groen&amp;wijk=schiemond"' in board
    assert "Bereikt <strong>1</strong> + ontbreekt <strong>1</strong> = <strong>2</strong> organisaties." in board
    assert "1 organisatie krijgt geen mail." in missing
    assert ">Club</a>" in missing
    assert "Past niet bij de regel" in missing


def test_the_board_of_the_directory_can_be_narrowed_to_a_network(sign_in: SignIn) -> None:
    reader = sign_in("reader")

    whole = reader.get("/selecties/dekking").text
    network = reader.get("/selecties/dekking?netwerk=coalitie").text

    assert "Bereikt <strong>2</strong> + ontbreekt <strong>0</strong> = <strong>2</strong>" in whole
    assert "Bereikt <strong>1</strong> + ontbreekt <strong>0</strong> = <strong>1</strong>" in network
    assert 'href="/selecties/dekking"' in reader.get("/selecties").text


def test_the_board_of_a_mailing_is_that_of_its_recipients(sign_in: SignIn, database: Database) -> None:
    with database.transaction() as session:
        mailing = a_mailing(session, audience={"rule": {"theme": ["sport"]}}).id

    page = sign_in("reader").get(f"/selecties/dekking?mailing={mailing}").text

    assert "niemand uit <strong>Spangen</strong>" in page


@pytest.mark.parametrize("asked", ["selectie=x", "mailing=99", "mailing=x", "netwerk=x"])
def test_what_is_not_there_is_not_found(sign_in: SignIn, asked: str) -> None:
    assert sign_in("reader").get(f"/selecties/dekking?{asked}").status_code == 404
