"""Cases 25 to 28: themes, neighbourhoods, yes and no."""

from __future__ import annotations

import pytest
from sqlalchemy.orm import Session

from mailer.directory.importing.columns.proposing import propose
from mailer.directory.importing.columns.reading import Reading
from tests.directory.importing.cases.files import Read, csv_of, read_in


def with_themes(session: Session, typed: str) -> list[str]:
    read = read_in(session, csv_of("Naam organisatie;Thema's;Wijk", f'De Voeg;"{typed}";Spangen'))
    return sorted(row.theme.slug for row in read.organisations[0].themes)


def with_place(session: Session, typed: str, reading: Reading | None = None) -> Read:
    return read_in(session, csv_of("Naam organisatie;Werkgebied;Nr", f"De Voeg;{typed};1"), reading=reading)


@pytest.mark.parametrize(
    ("typed", "slugs"),
    [
        ("groen, zorg; sport / taal", ["groen", "gezondheid", "sport", "onderwijs"]),
        ("groen\nzorg|sport", ["groen", "gezondheid", "sport"]),
        ("groen en sport", ["groen", "sport"]),
        ("kunst en cultuur", ["kunst-cultuur"]),
        ("kunst & cultuur, sport & bewegen", ["kunst-cultuur", "sport"]),
    ],
)
def test_case_25_several_themes_in_a_cell_but_a_known_label_stays_whole(
    session: Session, typed: str, slugs: list[str]
) -> None:
    assert with_themes(session, typed) == sorted(slugs)


def test_case_25_a_theme_we_do_not_know_is_asked_and_told(session: Session) -> None:
    data = csv_of("Naam organisatie;Thema's;Wijk", "De Voeg;groen, buurtkoken;Spangen", "De Stoep;buurtkoken;Spangen")

    (asked,) = propose(session, data, file_name="x.csv").words
    read = read_in(session, data)

    assert (asked.sort, asked.typed, asked.rows) == ("theme", "buurtkoken", 2)
    assert (read.outcomes, read.codes()) == (["new", "new"], ["unknown-word"])


def test_case_25_what_somebody_said_of_a_theme_counts_for_the_file(session: Session) -> None:
    data = csv_of("Naam organisatie;Thema's;Wijk", "De Voeg;buurtkoken, gedoe;Spangen")
    reading = Reading(words={"theme": {"buurtkoken": ("welzijn",), "gedoe": ()}})

    read = read_in(session, data, reading=reading)

    assert [row.theme.slug for row in read.organisations[0].themes] == ["welzijn"]
    assert read.codes() == []


@pytest.mark.parametrize(
    ("typed", "slug"), [("gezondheidszorg", "gezondheid"), ("Groene", "groen"), ("K&C", "kunst-cultuur")]
)
def test_case_26_other_spellings_of_a_theme_are_known(session: Session, typed: str, slug: str) -> None:
    assert with_themes(session, typed) == [slug]


@pytest.mark.parametrize(
    ("typed", "slugs"),
    [
        ("BoTu", ["bospolder", "tussendijken"]),
        ("heel DH", ["heel-delfshaven"]),
        ("Lloyd", ["schiemond"]),
        ("Het Nieuwe Westen/Midelland", ["nieuwe-westen", "middelland"]),
    ],
)
def test_case_27_other_names_of_neighbourhoods(session: Session, typed: str, slugs: list[str]) -> None:
    (organisation,) = with_place(session, typed).organisations

    assert sorted(row.neighbourhood.slug for row in organisation.service_areas) == sorted(slugs)


@pytest.mark.parametrize("typed", ["Delfshaven", "West"])
def test_case_27_a_name_of_two_places_waits(session: Session, typed: str) -> None:
    read = with_place(session, typed)

    assert (read.outcomes, read.codes()) == (["doubtful"], ["unclear-place"])


def test_case_27_bare_delfshaven_is_asked_once_for_the_whole_list(session: Session) -> None:
    data = csv_of("Naam organisatie;Wijk", "De Voeg;Delfshaven", "De Stoep;Delfshaven/Spangen")
    (asked,) = propose(session, data, file_name="x.csv").words
    assert (asked.rows, asked.either) == (2, ("Delfshaven (buurt)", "Heel Delfshaven"))

    read = read_in(session, data, reading=Reading(words={"neighbourhood": {"delfshaven": ("delfshaven-buurt",)}}))

    assert read.outcomes == ["new", "new"]
    assert {row.neighbourhood.slug for row in read.organisations[1].service_areas} == {"delfshaven-buurt", "spangen"}


def in_coalition(session: Session, typed: str) -> tuple[bool, list[str]]:
    read = read_in(session, csv_of("Naam organisatie;Coalitie;Wijk", f"De Voeg;{typed};Spangen"))
    return bool(read.organisations[0].memberships), read.codes()


@pytest.mark.parametrize("typed", ["ja", "j", "J", "x", "X", "1", "waar", "WAAR", "true", "✓", "yes", "y"])
def test_case_28_yes(session: Session, typed: str) -> None:
    assert in_coalition(session, typed) == (True, [])


@pytest.mark.parametrize("typed", ["nee", "n", "0", "onwaar", "ONWAAR", "", "?"])
def test_case_28_no_and_unknown_say_nothing(session: Session, typed: str) -> None:
    assert in_coalition(session, typed) == (False, [])


def test_case_28_other_words_are_unknown_and_not_no(session: Session) -> None:
    assert in_coalition(session, "misschien") == (False, ["unclear-yes-no"])
