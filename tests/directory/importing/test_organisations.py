"""A list of organisations: what becomes of each row, and of the directory."""

from __future__ import annotations

from datetime import datetime

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from mailer.directory.importing import Report, import_file
from mailer.directory.models import Mailbox, Organisation, OrganisationMailbox
from tests.directory.importing.lists import DE_VOEG, organisation, organisations


def bring(session: Session, data: bytes, now: datetime, *, apply: bool = True) -> Report:
    return import_file(session, data, file_name="organisaties.csv", now=now, apply=apply)


def outcomes(report: Report) -> list[str]:
    return [row.outcome.value for row in report.rows]


def codes(report: Report) -> list[str]:
    return [problem.code for row in report.rows for problem in row.problems]


def the_one(session: Session) -> Organisation:
    return session.scalars(select(Organisation)).one()


def test_a_row_as_people_write_it_becomes_an_organisation(session: Session, now: datetime) -> None:
    report = bring(session, organisations(DE_VOEG), now)

    voeg = the_one(session)
    assert outcomes(report) == ["new"]
    assert (voeg.name, voeg.list_number, voeg.kind and voeg.kind.slug) == (
        "Stichting Buurttuin De Voeg",
        "17",
        "stichting",
    )
    assert (voeg.street, voeg.postcode, voeg.city, voeg.seat) == ("Voegstraat 12b", "3025 ZZ", "Rotterdam", None)
    assert {area.neighbourhood.slug for area in voeg.service_areas} == {"bospolder", "tussendijken"}
    assert [(row.theme.slug, row.is_primary) for row in voeg.themes] == [("groen", True), ("welzijn", False)]
    assert {row.target_group.slug for row in voeg.target_groups} == {"kinderen", "ouderen"}
    assert {row.network.slug for row in voeg.memberships} == {"welzijnscoalitie", "groene-netwerk"}
    assert (voeg.website, voeg.phone) == ("https://www.devoeg.example.org", "+31100001234")
    own = select(Mailbox.address).join(OrganisationMailbox).order_by(OrganisationMailbox.position)
    assert session.scalars(own).all() == ["info@devoeg.example.org", "tuin.devoeg@mail.test"]
    assert voeg.note == ""


def test_the_same_file_twice_changes_nothing(session: Session, now: datetime) -> None:
    data = organisations(DE_VOEG, organisation("Speeltuin 't Kasseitje", wijk="Tussendijken", contact="Joost Kei"))
    bring(session, data, now)
    session.expire_all()

    again = bring(session, data, now)

    assert outcomes(again) == ["same", "same"]
    assert not session.new
    assert not session.dirty


def test_a_dry_run_tells_what_applying_does_and_writes_nothing(session: Session, now: datetime) -> None:
    bring(session, organisations(organisation("Buurttuin De Voeg", number="17")), now)
    data = organisations(
        DE_VOEG,
        organisation("Koor De Stoep"),
        organisation("Koor de Stoep!"),
        organisation("Koor Delfshaven", wijk="DH"),
    )

    dry = bring(session, data, now, apply=False)

    assert [one.name for one in session.scalars(select(Organisation))] == ["Buurttuin De Voeg"]
    applied = bring(session, data, now)
    assert dry.counts == applied.counts
    assert [(row.outcome, row.problems, row.changes) for row in dry.rows] == [
        (row.outcome, row.problems, row.changes) for row in applied.rows
    ]
    assert outcomes(applied) == ["changed", "new", "same", "doubtful"]


def test_an_empty_cell_never_erases(session: Session, now: datetime) -> None:
    bring(session, organisations(DE_VOEG), now)

    report = bring(session, organisations(organisation("Stichting Buurttuin De Voeg")), now)

    assert outcomes(report) == ["same"]
    assert the_one(session).phone == "+31100001234"


def test_a_changed_cell_says_what_was_and_what_comes(session: Session, now: datetime) -> None:
    bring(session, organisations(organisation("De Voeg", telefoon="010-000 1234", themas="groen")), now)

    report = bring(session, organisations(organisation("De Voeg", telefoon="06-00001234", themas="sport")), now)

    assert outcomes(report) == ["changed"]
    assert report.rows[0].changes == (
        {"column": "Telefoon", "before": "010-000 1234", "after": "06-0000 1234"},
        {"column": "Thema's", "before": "", "after": "Sport en bewegen"},
    )
    assert [row.theme.slug for row in the_one(session).themes] == ["groen", "sport"]


@pytest.mark.parametrize(
    "near", ["Stg. Buurttuin de Voeg", "Buurttuin De Voegg", "de Buurttuin de voeg", "Buurttuyn De Voeg"]
)
def test_a_near_duplicate_is_a_doubt_that_names_the_candidate(session: Session, now: datetime, near: str) -> None:
    bring(session, organisations(organisation("Buurttuin De Voeg")), now)

    report = bring(session, organisations(organisation(near)), now)

    assert outcomes(report) == ["doubtful"]
    problem = report.rows[0].problems[0]
    assert problem.code == "near-duplicate"
    assert "Buurttuin De Voeg" in problem.message
    assert problem.candidate == {"organisation": the_one(session).id}


def test_a_shorter_name_behind_the_same_door_is_a_doubt(session: Session, now: datetime) -> None:
    door = {"straat": "Voegstraat 12b", "postcode": "3025 ZZ"}
    bring(session, organisations(organisation("Buurttuin De Voeg Bospolder", **door)), now)

    report = bring(
        session, organisations(organisation("Buurttuin De Voeg", **door), organisation("Repair Café", **door)), now
    )

    assert outcomes(report) == ["doubtful", "new"]


def test_the_candidate_may_stand_in_the_same_file(session: Session, now: datetime) -> None:
    report = bring(
        session, organisations(organisation("Buurttuin De Voeg"), organisation("Stg Buurttuin De Voeg")), now
    )

    assert outcomes(report) == ["new", "doubtful"]
    assert report.rows[1].problems[0].candidate == {"row": 2}


def test_two_organisations_of_one_name_in_two_neighbourhoods_stay_two(session: Session, now: datetime) -> None:
    data = organisations(
        organisation("Inloop De Stoep", number="1", wijk="Spangen"),
        organisation("Inloop De Stoep", number="2", wijk="Schiemond"),
    )

    report = bring(session, data, now)

    assert outcomes(report) == ["new", "new"]
    assert codes(report) == ["namesake"]
    assert outcomes(bring(session, data, now)) == ["same", "same"]


def test_the_same_name_elsewhere_without_numbers_is_a_doubt(session: Session, now: datetime) -> None:
    data = organisations(
        organisation("Inloop De Stoep", wijk="Spangen"), organisation("Inloop De Stoep", wijk="Schiemond")
    )

    assert outcomes(bring(session, data, now)) == ["new", "doubtful"]


def test_a_later_row_that_says_otherwise_is_a_doubt_each_time(session: Session, now: datetime) -> None:
    data = organisations(
        organisation("De Voeg", telefoon="010-000 1234"), organisation("De Voeg", telefoon="010-000 4321")
    )

    first = bring(session, data, now)

    assert outcomes(first) == ["new", "doubtful"]
    assert codes(first) == ["contradicts-earlier-row"]
    assert outcomes(bring(session, data, now)) == ["same", "doubtful"]
    assert the_one(session).phone == "+31100001234"


def test_one_mailbox_may_belong_to_two_organisations(session: Session, now: datetime) -> None:
    data = organisations(
        organisation("Koor De Stoep", mail="samira@x.test"), organisation("Kookclub De Dorpel", mail="Samira@X.test")
    )

    report = bring(session, data, now)

    assert outcomes(report) == ["new", "new"]
    assert len(session.scalars(select(Mailbox)).one().organisations) == 2


def test_bare_delfshaven_is_asked_about(session: Session, now: datetime) -> None:
    report = bring(session, organisations(organisation("De Voeg", wijk="Delfshaven")), now)

    assert outcomes(report) == ["doubtful"]
    assert "Delfshaven (buurt) of Heel Delfshaven" in report.rows[0].problems[0].message


@pytest.mark.parametrize(
    ("typed", "slugs"),
    [
        ("kunst en cultuur", ["kunst-cultuur"]),
        ("Kunst & Cultuur; sport/taal", ["kunst-cultuur", "sport", "onderwijs"]),
        ("groen en zorg", ["groen", "gezondheid"]),
        ("K&C", ["kunst-cultuur"]),
        ("gezondheidszorg", ["gezondheid"]),
    ],
)
def test_several_themes_in_a_cell(session: Session, now: datetime, typed: str, slugs: list[str]) -> None:
    row = organisation("De Voeg", themas=f'"{typed}"')

    bring(session, organisations(row), now)

    assert sorted(row.theme.slug for row in the_one(session).themes) == sorted(slugs)


def test_a_word_we_do_not_know_is_told_and_holds_nothing_up(session: Session, now: datetime) -> None:
    report = bring(session, organisations(organisation("De Voeg", themas="groen, ruimtevaart")), now)

    assert outcomes(report) == ["new"]
    assert codes(report) == ["unknown-word"]
    assert report.rows[0].problems[0].column == "Thema's"


def test_lines_that_are_no_organisation_are_rejected_with_the_reason(session: Session, now: datetime) -> None:
    lines = [
        "Ledenlijst 2025",
        "",
        organisations(organisation("Totaal Sport Spangen")).decode("cp1252"),
        ";Totaal: 216",
        "Let op: deze lijst is van vorig jaar. Vraag Marit om de nieuwe.",
        organisations().decode("cp1252"),
        "23;;stg;Voegstraat 3",
    ]

    report = bring(session, "\n".join(lines).encode(), now)

    assert [(row.number, row.outcome.value) for row in report.rows] == [
        (1, "rejected"),
        (4, "new"),
        (5, "rejected"),
        (6, "rejected"),
        (7, "rejected"),
        (8, "rejected"),
    ]
    assert codes(report) == ["title", "total", "note", "header-again", "no-name"]


def test_a_name_with_broken_accents_waits_for_a_person(session: Session, now: datetime) -> None:
    report = bring(session, organisations(organisation("CafÃ© De Stoep"), encoding="utf-8"), now)

    assert outcomes(report) == ["doubtful"]
    assert "Café De Stoep" in report.rows[0].problems[0].message


def test_a_contact_with_a_whole_name_joins_and_a_word_like_contact_does_not(session: Session, now: datetime) -> None:
    data = organisations(
        organisation("De Voeg", contact="Joost van der Kei"),
        organisation("De Stoep", contact="contact"),
        organisation("De Dorpel", contact="S. el Mozaïek"),
    )

    report = bring(session, data, now)

    assert codes(report) == ["contact-not-known"]
    assert outcomes(bring(session, data, now)) == ["same"] * 3


def test_leaving_the_coalition_is_never_done_by_a_list(session: Session, now: datetime) -> None:
    bring(session, organisations(organisation("De Voeg", coalitie="ja")), now)

    report = bring(session, organisations(organisation("De Voeg", coalitie="nee")), now)

    assert outcomes(report) == ["same"]
    assert codes(report) == ["still-a-member"]
    assert the_one(session).memberships[0].left_on is None


def test_what_was_mended_by_hand_stays_when_the_old_list_comes_again(session: Session, now: datetime) -> None:
    data = organisations(organisation("De Voeg", telefoon="010-000 1234"))
    bring(session, data, now)
    the_one(session).phone = "+31600009999"
    session.flush()

    assert outcomes(bring(session, data, now)) == ["same"]
    assert the_one(session).phone == "+31600009999"
    newer = organisations(organisation("De Voeg", telefoon="010-000 5678"))
    assert outcomes(bring(session, newer, now)) == ["changed"]


def test_what_is_too_long_is_cut_and_told(session: Session, now: datetime) -> None:
    data = organisations(
        organisation("Koor " + "a" * 300, contact="Joost " + "b" * 300, website="www." + "c" * 400 + ".nl")
    )

    report = bring(session, data, now)

    assert outcomes(report) == ["new"]
    assert sorted(codes(report)) == ["contact-not-known", "no-website", "too-long"]
    assert len(the_one(session).name) == 200
    assert outcomes(bring(session, data, now)) == ["same"]
