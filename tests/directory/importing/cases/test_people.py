"""Cases 16 to 24: who is who, and names in every order and script."""

from __future__ import annotations

import unicodedata

import pytest
from sqlalchemy.orm import Session

from tests.directory.importing.cases.files import Read, csv_of, read_in
from tests.factories import a_person, an_organisation

COLUMNS = "Voornaam;Tussenvoegsel;Achternaam;Organisatie;E-mail;Mobiel"


def people(session: Session, *rows: str) -> Read:
    return read_in(session, csv_of(COLUMNS, *rows), name="sleutelfiguren.csv")


def named(session: Session, typed: str) -> Read:
    return read_in(session, csv_of("Hele naam;Volledige naam;E-mail", f';"{typed}";'), name="mensen.csv")


def test_case_16_a_cell_is_cut_into_organisations_that_are_all_known(session: Session) -> None:
    for name in ("De Voeg", "Speeltuin 't Kasseitje"):
        an_organisation(session, name)

    read = people(session, "Samira;;Kei;De Voeg, Speeltuin 't Kasseitje;;")

    assert [role.organisation.name for role in read.people[0].roles] == ["De Voeg", "Speeltuin 't Kasseitje"]


def test_case_16_a_comma_may_be_part_of_a_name_so_somebody_decides(session: Session) -> None:
    read = people(session, "Samira;;Kei;Eten, Drinken & Delen;;")

    assert (read.outcomes, read.codes()) == (["doubtful"], ["unclear-organisations"])


def test_case_17_a_row_per_organisation_is_one_person(session: Session) -> None:
    read = people(session, "Samira;;Kei;De Voeg;s@x.test;", "Samira;;Kei;Koor De Stoep;s@x.test;")

    assert read.outcomes == ["new", "changed"]
    assert [len(person.roles) for person in read.people] == [2]


@pytest.mark.parametrize("near", ["Stg. Buurttuin de Voeg", "Buurttuin Devoeg", "Vereniging buurttuin de voeg"])
def test_case_18_a_name_that_is_nearly_the_same_waits_beside_the_other(session: Session, near: str) -> None:
    known = an_organisation(session, "Buurttuin De Voeg")

    read = read_in(session, csv_of("Naam organisatie;Wijk", f"{near};Spangen"))

    assert (read.outcomes, read.codes()) == (["doubtful"], ["near-duplicate"])
    assert read.report.rows[0].problems[0].candidate == {"organisation": known.id}


def test_case_19_two_people_of_one_name_stay_two(session: Session) -> None:
    read = people(session, "Jan;;Jansen;De Voeg;jan@a.test;", "Jan;;Jansen;De Stoep;jan@b.test;")

    assert len(read.people) == 2
    assert read.codes(1) == ["namesake"]


def test_case_20_another_address_and_the_same_telephone_is_asked(session: Session) -> None:
    known = a_person(session, "Noor", family_name="Kei", mailbox="noor@werk.test", mobile="+31612345678")

    read = people(session, "Noor;;Kei;;noor@thuis.test;06-12345678")

    assert (read.outcomes, read.codes()) == (["doubtful"], ["maybe-same-person"])
    assert read.report.rows[0].problems[0].candidate == {"person": known.id}


@pytest.mark.parametrize(
    ("particle", "family"),
    [("van der", "Klinker"), ("", "van der Klinker"), ("", "Klinker, van der"), ("Van Der", "Klinker")],
)
def test_case_21_a_particle_in_the_wrong_place_is_put_right(session: Session, particle: str, family: str) -> None:
    (fatuma,) = people(session, f"Fatuma;{particle};{family};;f@x.test;").people

    assert fatuma.full_name == "Fatuma van der Klinker"
    assert fatuma.sorting_name == "Klinker, Fatuma van der"


@pytest.mark.parametrize(
    ("typed", "parts"),
    [
        ("vd Klinker", ("vd", "Klinker")),
        ("v.d. Klinker", ("v.d.", "Klinker")),
        ("el-Mozaïek", ("el", "Mozaïek")),
        ("'t Hof", ("'t", "Hof")),
    ],
)
def test_case_21_short_and_foreign_particles_are_known(session: Session, typed: str, parts: tuple[str, str]) -> None:
    (person,) = people(session, f"Samira;;{typed};;s@x.test;").people

    assert (person.particle, person.family_name) == parts


def test_case_21_only_without_a_first_name_the_particle_has_a_capital(session: Session) -> None:
    with_name, without = people(session, "Fatuma;van der;Klinker;;a@x.test;", ";van der;Stoep;;b@x.test;").people

    assert (with_name.full_name, without.full_name) == ("Fatuma van der Klinker", "Van der Stoep")


def test_case_22_titles_and_initials_in_one_cell_are_taken_apart(session: Session) -> None:
    (person,) = named(session, "mw. drs. F. van der Klinker-Yıldıztaş").people

    assert (person.title, person.given_name, person.particle) == ("mw. drs.", "F.", "van der")
    assert person.family_name == "Klinker-Yıldıztaş"


@pytest.mark.parametrize("typed", ["Jan en Marie Kei", "Jan & Marie", "Samira 2", "A b c d e f", "Kei, Jan, Rotterdam"])
def test_case_22_what_is_not_surely_one_name_stays_whole_and_waits(session: Session, typed: str) -> None:
    read = named(session, typed)

    assert (read.outcomes, read.codes()) == (["doubtful"], ["unclear-name"])


def test_case_22_capitals_of_a_name_are_never_changed(session: Session) -> None:
    (person,) = named(session, "SAMIRA mcKei").people

    assert person.full_name == "SAMIRA mcKei"


def test_case_23_a_single_name_is_enough_and_a_mailbox_alone_too(session: Session) -> None:
    read = people(session, "Samira;;;;;", "Mama Zaza;;;;;", ";;;;iemand@x.test;")

    assert read.outcomes == ["new", "new", "new"]
    assert [person.full_name for person in read.people] == ["Samira", "Mama Zaza", ""]


@pytest.mark.parametrize("family", ["Yıldız", "Łupek", "Gonçalves", "محمد"])
def test_case_24_every_script_is_kept_letter_for_letter(session: Session, family: str) -> None:
    (person,) = people(session, f"Ayşe;;{unicodedata.normalize('NFD', family)};;a@x.test;").people

    assert person.family_name == family
    assert person.full_name == f"Ayşe {family}"


def test_case_24_the_dotless_i_is_kept_and_still_found(session: Session) -> None:
    people(session, "Işıl;;Yıldız;;i@x.test;")

    read = people(session, "IŞIL;;YILDIZ;;i@x.test;")

    assert len(read.people) == 1
    assert read.people[0].name_key == "isil yildiz"
