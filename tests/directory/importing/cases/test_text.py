"""Cases 1 to 3, and the edges of text files: letters, separators, quotation marks."""

from __future__ import annotations

import pytest
from sqlalchemy.orm import Session

from mailer.directory.importing.columns.proposing import propose
from mailer.directory.importing.columns.reading import ColumnChoice
from tests.directory.importing.cases.files import choosing, csv_of, read_in

NAME = "Coöperatie ’t Kasseitje"


@pytest.mark.parametrize("encoding", ["cp1252", "utf-8", "utf-8-sig", "utf-16"])
def test_case_1_letters_with_accents_survive_every_encoding(session: Session, encoding: str) -> None:
    read = read_in(session, csv_of("Naam organisatie;Wijk", f"{NAME};Spangen", encoding=encoding))

    assert [one.name for one in read.organisations] == [NAME]


def test_case_1_a_piece_with_accents_is_shown_before_anything_is_read(session: Session) -> None:
    data = csv_of("Naam organisatie;Wijk", f"{NAME};Spangen", encoding="cp1252")

    proposal = propose(session, data, file_name="lijst.csv")

    assert proposal.form is not None
    assert (proposal.accents, proposal.form.encoding) == (NAME, "cp1252")


def test_case_2_broken_letters_wait_and_are_never_mended_by_themselves(session: Session) -> None:
    read = read_in(session, csv_of("Naam organisatie;Wijk", "CafÃ© 't Pleintje;Spangen"))

    assert read.outcomes == ["doubtful"]
    assert "Bedoel je “Café 't Pleintje”?" in read.messages()[0]
    assert read.organisations == []


def test_case_2_broken_letters_are_mended_in_the_column_that_somebody_chose(session: Session) -> None:
    data = csv_of("Naam organisatie;Omschrijving", "CafÃ© 't Pleintje;geÃ¶pend", "CafÃ© De Hoek;")
    reading = choosing(Naam_organisatie=ColumnChoice("name", mends=True))

    read = read_in(session, data, reading=reading)

    assert read.outcomes == ["doubtful", "new"]
    assert [problem.column for problem in read.report.rows[0].problems] == ["Omschrijving"]
    assert [one.name for one in read.organisations] == ["Café De Hoek"]


@pytest.mark.parametrize("separator", [";", ",", "\t"])
def test_case_3_the_separator_is_found(session: Session, separator: str) -> None:
    lines = [
        separator.join(cells) for cells in (["Naam organisatie", "Wijk", "Plaats"], ["De Voeg", "Spangen", "R'dam"])
    ]

    read = read_in(session, csv_of(*lines))

    assert [(one.name, one.city) for one in read.organisations] == [("De Voeg", "Rotterdam")]


def test_case_3_a_separator_line_is_believed_also_behind_a_byte_order_mark(session: Session) -> None:
    read = read_in(session, csv_of("sep=;", "Naam organisatie;Omschrijving", "De Voeg;groen, samen, buiten"))

    assert [one.description for one in read.organisations] == ["groen, samen, buiten"]


def test_a_cell_may_hold_a_newline_between_quotation_marks(session: Session) -> None:
    read = read_in(session, csv_of("Naam organisatie;Omschrijving", '"De Voeg";"een tuin\r\nvoor iedereen"'))

    assert [one.description for one in read.organisations] == ["een tuin\nvoor iedereen"]


def test_a_row_with_more_cells_than_column_names_loses_nothing_silently(session: Session) -> None:
    read = read_in(session, csv_of("Naam organisatie;Wijk", "De Voeg;Spangen;nog iets"))

    assert read.outcomes == ["new"]
    assert read.report.rows[0].cells["kolom 3"] == "nog iets"
    assert "Deze kolommen kennen we niet en lezen we niet in: kolom 3." in read.report.notes
