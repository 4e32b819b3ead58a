"""The coverage board: who is reached and who is missing, in every place with every theme, always adding up."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

import pytest
from sqlalchemy import event
from sqlalchemy.orm import Session

from mailer.audiences.showing.coverage import coverage, coverage_board, missing_organisations
from mailer.audiences.showing.coverage_board import ANY_THEME, ANYWHERE, Cell, CoverageBoard
from mailer.audiences.why.explaining import why_missing
from mailer.subscriptions.models import SuppressionReason
from mailer.subscriptions.suppressing import suppress
from tests.factories import a_mailbox, a_neighbourhood, a_person, a_theme, an_organisation

GREEN: dict[str, Any] = {"rule": {"theme": ["groen"]}}


@pytest.fixture(autouse=True)
def directory(session: Session, now: datetime) -> None:
    an_organisation(
        session, "Tuin", themes=["groen", "jeugd"], areas=["spangen", "bospolder"], mailbox="tuin@a.example.org",
        member_of=["coalitie"],
    )  # fmt: skip
    an_organisation(session, "Stuk", themes=["groen"], areas=["schiemond"], mailbox="stuk@a.example.org")
    suppress(session, "stuk@a.example.org", SuppressionReason.HARD_BOUNCE, now=now)
    an_organisation(session, "Club", themes=["sport"], areas=["spangen"], mailbox="club@a.example.org")
    an_organisation(session, "Zit", themes=["sport"], seat=a_neighbourhood(session, "middelland"))
    an_organisation(session, "Nergens", themes=["groen"], mailbox="nergens@a.example.org")
    an_organisation(session, "Weg", themes=["groen"], areas=["spangen"], stopped_on=date(2026, 1, 1))


def by_words(session: Session, board: CoverageBoard) -> dict[tuple[str, str], tuple[int, int]]:
    themes = {ANY_THEME: "*"} | {theme.id: theme.slug for theme in board.themes}
    places = {ANYWHERE: "*"} | {place.id: place.slug for place in board.places}
    return {(themes[t], places[p]): (cell.reached, cell.total) for (t, p), cell in board.cells.items()}


def test_each_cell_has_who_is_reached_and_all_there_are(session: Session, now: datetime) -> None:
    board = coverage_board(session, GREEN, now=now)

    assert by_words(session, board) == {
        ("groen", "spangen"): (1, 1),
        ("jeugd", "spangen"): (1, 1),
        ("sport", "spangen"): (0, 1),
        ("groen", "bospolder"): (1, 1),
        ("jeugd", "bospolder"): (1, 1),
        ("groen", "schiemond"): (0, 1),
        ("sport", "middelland"): (0, 1),
        ("groen", "*"): (1, 2),
        ("jeugd", "*"): (1, 1),
        ("sport", "*"): (0, 2),
        ("*", "spangen"): (1, 2),
        ("*", "bospolder"): (1, 1),
        ("*", "schiemond"): (0, 1),
        ("*", "middelland"): (0, 1),
        ("*", "*"): (1, 4),
    }
    assert (board.whole.missing, board.nowhere) == (3, 1)


def test_the_whole_directory_counts_whom_we_can_mail(session: Session, now: datetime) -> None:
    board = by_words(session, coverage_board(session, None, now=now))

    assert board["*", "*"] == (2, 4)
    assert board["sport", "spangen"] == (1, 1)
    assert board["sport", "middelland"] == (0, 1)


def test_a_network_narrows_the_board_to_its_members(session: Session, now: datetime) -> None:
    board = coverage_board(session, None, network="coalitie", now=now)

    assert by_words(session, board)["*", "*"] == (1, 1)
    assert board.nowhere == 0


def test_blank_spots_are_places_first_and_then_themes_within_a_place(session: Session, now: datetime) -> None:
    board = coverage_board(session, GREEN, now=now)

    assert [place.slug for place in board.forgotten_places()] == ["middelland", "schiemond"]
    assert [(theme.slug, place.slug, cell) for theme, place, cell in board.forgotten_cells()] == [
        ("sport", "spangen", Cell(0, 1))
    ]


def test_who_is_missing_in_a_cell_is_listed_with_why(session: Session, now: datetime) -> None:
    a_person(session, of=an_organisation(session, "Los", themes=["groen"], areas=["schiemond"]), is_contact=True)
    schiemond, groen = a_neighbourhood(session, "schiemond"), a_theme(session, "groen")
    question = missing_organisations(session, GREEN, place_id=schiemond.id, theme_id=groen.id, now=now)
    found = session.scalars(question).all()

    told = why_missing(session, GREEN, [row.id for row in found], now=now)

    assert [(row.name, told[row.id]) for row in found] == [("Los", "Geen e-mailadres"), ("Stuk", "Niet meer mailen")]
    everywhere = session.scalars(missing_organisations(session, GREEN, now=now)).all()
    assert [row.name for row in everywhere] == ["Club", "Los", "Stuk", "Zit"]
    assert why_missing(session, GREEN, [everywhere[0].id], now=now) == {
        everywhere[0].id: "Past niet bij de regel, of is eruit gehaald"
    }


def test_missing_and_reached_are_together_all_that_are_there(session: Session, now: datetime) -> None:
    board = coverage_board(session, GREEN, now=now)

    for (theme_id, place_id), cell in board.cells.items():
        question = missing_organisations(session, GREEN, place_id=place_id, theme_id=theme_id, now=now)
        assert len(session.scalars(question).all()) == cell.missing == cell.total - cell.reached


def test_the_board_asks_as_much_for_many_as_for_a_few(session: Session, now: datetime) -> None:
    def asked() -> int:
        statements: list[str] = []
        bind = session.connection()
        note = lambda *arguments: statements.append(arguments[2])  # noqa: E731
        event.listen(bind, "before_cursor_execute", note)
        coverage_board(session, GREEN, now=now)
        event.remove(bind, "before_cursor_execute", note)
        return len(statements)

    few = asked()
    for number in range(9):
        an_organisation(
            session, themes=["groen"], areas=["spangen"], mailbox=a_mailbox(session, f"{number}@a.example.org")
        )

    assert asked() == few


def test_the_small_board_says_the_same_as_the_sums_of_the_large_one(session: Session, now: datetime) -> None:
    board = coverage_board(session, GREEN, now=now)

    small = {place.slug: (place.reached, place.total) for place in coverage(session, GREEN, now=now)}

    assert small == {
        place.slug: (board.cell(ANY_THEME, place.id).reached, board.cell(ANY_THEME, place.id).total)
        for place in board.places
    }
