"""Cases 4 to 7: what stands around the list, names of columns, merged cells, colours."""

from __future__ import annotations

from typing import Any

from openpyxl.styles import Font, PatternFill
from sqlalchemy.orm import Session

from mailer.directory.importing.columns.proposing import propose
from mailer.directory.importing.columns.reading import ColumnChoice
from tests.directory.importing.cases.files import choosing, csv_of, read_in, xlsx_of

COLOURS = "Deze lijst gebruikt kleuren. Kleuren worden niet ingelezen. Maak er een kolom van."
YELLOW = PatternFill("solid", start_color="FFF2B7")


def test_case_4_titles_blank_rows_and_totals_around_the_list(session: Session) -> None:
    read = read_in(
        session,
        csv_of("Ledenlijst 2025;;", ";;", "Naam organisatie;Wijk;Nr", "De Voeg;Spangen;1", ";;", "Totaal;1;"),
    )

    assert [(row.number, row.outcome.value) for row in read.report.rows] == [
        (1, "rejected"),
        (4, "new"),
        (6, "rejected"),
    ]
    assert read.messages(2) == ["Dit lijkt op een totaalregel."]


def test_case_5_names_that_are_empty_or_there_twice_are_numbered_and_asked(session: Session) -> None:
    data = csv_of("Naam organisatie;E-mail;E-mail;;Wijk", "De Voeg;info@a.test;tuin@a.test;iets;Spangen")

    proposal = propose(session, data, file_name="lijst.csv")

    columns = proposal.sheets[0].columns
    assert [one.header for one in columns] == ["Naam organisatie", "E-mail", "E-mail (2)", "kolom 4", "Wijk"]
    assert [one.is_named_twice for one in columns] == [False, False, True, False, False]
    assert [one.is_unnamed for one in columns] == [False, False, False, True, False]
    assert not proposal.is_sure
    assert sorted(read_in(session, data).report.rows[0].cells) == sorted(one.header for one in columns)


def test_case_6_merged_cells_are_filled_down(session: Session) -> None:
    def merge(sheet: Any) -> None:
        sheet.merge_cells("A2:A3")

    data = xlsx_of(
        ["Organisatie", "Voornaam", "Achternaam"], ["De Voeg", "Samira", "Kei"], [None, "Joost", "Kei"], style=merge
    )

    read = read_in(session, data, name="mensen.xlsx")

    assert [person.roles[0].organisation.name for person in read.people] == ["De Voeg", "De Voeg"]


def test_case_6_in_a_text_file_the_value_above_is_taken_over_when_somebody_says_so(session: Session) -> None:
    lines = csv_of("Organisatie;Voornaam;Achternaam", "De Voeg;Samira;Kei", ";Joost;Kei", "Koor De Stoep;Noor;Kei")

    as_proposed = read_in(session, lines, apply=False)
    read = read_in(session, lines, reading=choosing(Organisatie=ColumnChoice("organisations", fills_down=True)))

    assert propose(session, lines, file_name="x.csv").sheets[0].columns[0].gaps == 1
    assert as_proposed.report.rows[1].cells["Organisatie"] == ""
    assert [person.roles[0].organisation.name for person in read.people] == ["De Voeg", "De Voeg", "Koor De Stoep"]


def test_case_7_a_coloured_row_is_warned_about(session: Session) -> None:
    def colour(sheet: Any) -> None:
        for cell in sheet[2]:
            cell.fill = YELLOW

    data = xlsx_of(["Naam organisatie", "Wijk"], ["De Voeg", "Spangen"], ["De Stoep", "Spangen"], style=colour)

    assert propose(session, data, file_name="x.xlsx").has_colours
    assert COLOURS in read_in(session, data, name="x.xlsx").report.notes


def test_case_7_a_coloured_heading_means_nothing(session: Session) -> None:
    def colour(sheet: Any) -> None:
        for cell in sheet[1]:
            cell.fill, cell.font = YELLOW, Font(bold=True)
        sheet["A2"].fill = PatternFill("solid", start_color="FFFFFF")

    data = xlsx_of(["Naam organisatie", "Wijk"], ["De Voeg", "Spangen"], style=colour)

    assert not propose(session, data, file_name="x.xlsx").has_colours
    assert COLOURS not in read_in(session, data, name="x.xlsx").report.notes
