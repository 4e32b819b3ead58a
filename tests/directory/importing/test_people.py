"""A list of people: who they are, where they work, which mailbox they read. Never merged on a name alone."""

from __future__ import annotations

from datetime import datetime

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from mailer.directory.importing import Report, import_file
from mailer.directory.importing.choices.decisions import Decision, Decisions
from mailer.directory.models import Mailbox, MailboxKind, Organisation, Person, PersonMailbox, Role
from mailer.subscriptions.models import Consent, Suppression, SuppressionReason
from tests.directory.importing.lists import FATUMA, people, person
from tests.factories import a_mailbox, a_neighbourhood, a_person, an_organisation


@pytest.fixture(autouse=True)
def two_organisations(session: Session) -> None:
    an_organisation(session, "Buurttuin De Voeg", slug="de-voeg")
    an_organisation(session, "Speeltuin 't Kasseitje", slug="kasseitje")


def bring(session: Session, data: bytes, now: datetime) -> Report:
    return import_file(session, data, file_name="sleutelfiguren.csv", now=now, apply=True)


def outcomes(report: Report) -> list[str]:
    return [row.outcome.value for row in report.rows]


def codes(report: Report) -> list[str]:
    return [problem.code for row in report.rows for problem in row.problems]


def the_one(session: Session, name: str = "Fatuma") -> Person:
    return session.scalars(select(Person).where(Person.given_name == name)).one()


def test_a_row_as_people_write_it_becomes_a_person(session: Session, now: datetime) -> None:
    report = bring(session, people(FATUMA), now)

    fatuma = the_one(session)
    assert outcomes(report) == ["new"]
    assert (fatuma.title, fatuma.full_name) == ("Mw", "Fatuma van der Klinker")
    assert (fatuma.mobile, fatuma.language) == ("+31600001234", "nl")
    assert fatuma.neighbourhood is not None
    assert fatuma.neighbourhood.slug == "bospolder"
    assert [(role.organisation.slug, role.kind and role.kind.slug, role.description) for role in fatuma.roles] == [
        ("de-voeg", "coordinator", ""),
        ("kasseitje", "coordinator", ""),
    ]
    mailbox = session.scalars(select(Mailbox)).one()
    assert (mailbox.address, mailbox.kind) == ("info@devoeg.example.org", MailboxKind.FUNCTIONAL)


def test_newsletter_yes_in_a_list_is_no_permission(session: Session, now: datetime) -> None:
    report = bring(session, people(FATUMA), now)

    assert session.scalars(select(Consent)).all() == []
    assert "Dat is nog geen toestemming" in report.notes[0]


def test_a_suppression_outlives_every_import(session: Session, now: datetime) -> None:
    mailbox = a_mailbox(session, "fatuma@x.test", basis=None)
    session.add(Suppression(address_hash=mailbox.address_hash, reason=SuppressionReason.REQUEST, since=now))
    session.delete(mailbox)
    session.flush()

    bring(session, people(person("Fatuma", "Klinker", werk="Fatuma@x.test", nieuwsbrief="ja")), now)

    again = session.scalars(select(Mailbox)).one()
    assert session.scalars(select(Suppression.address_hash)).all() == [again.address_hash]


def test_two_people_on_one_mailbox_stay_two(session: Session, now: datetime) -> None:
    data = people(
        person("Samira", "Mozaïek", werk="info@devoeg.example.org", organisatie="Buurttuin De Voeg"),
        person("Joost", "Klinker", werk="info@devoeg.example.org", organisatie="Buurttuin De Voeg"),
    )

    report = bring(session, data, now)

    assert outcomes(report) == ["new", "new"]
    mailbox = session.scalars(select(Mailbox)).one()
    assert {use.person.given_name for use in mailbox.people} == {"Samira", "Joost"}
    assert mailbox.is_shared


def test_a_row_per_organisation_is_one_person_with_two_roles(session: Session, now: datetime) -> None:
    data = people(
        person("Samira", "Mozaïek", werk="s@x.test", organisatie="Buurttuin De Voeg", functie="vrijwilliger"),
        person("Samira", "Mozaïek", werk="s@x.test", organisatie="Speeltuin 't Kasseitje", functie="penningmeester"),
    )

    report = bring(session, data, now)

    assert outcomes(report) == ["new", "changed"]
    samira = the_one(session, "Samira")
    assert [(role.organisation.slug, role.kind and role.kind.slug) for role in samira.roles] == [
        ("de-voeg", "vrijwilliger"),
        ("kasseitje", "bestuur"),
    ]
    assert outcomes(bring(session, data, now)) == ["same", "same"]


def test_two_people_of_one_name_are_two(session: Session, now: datetime) -> None:
    data = people(person("Jan", "Jansen", werk="jan@a.test"), person("Jan", "Jansen", werk="jan@b.test"))

    report = bring(session, data, now)

    assert outcomes(report) == ["new", "new"]
    assert codes(report) == ["namesake"]
    assert outcomes(bring(session, data, now)) == ["same", "same"]


def test_the_same_name_and_organisation_with_another_address_is_a_doubt(session: Session, now: datetime) -> None:
    known = a_person(session, "Samira", family_name="Mozaïek", mailbox="samira@thuis.test")
    bring(session, people(person("Samira", "Mozaïek", werk="samira@thuis.test", organisatie="Buurttuin De Voeg")), now)

    report = bring(session, people(person("Samira", "Mozaïek", werk="s@x.test", organisatie="Buurttuin De Voeg")), now)

    assert outcomes(report) == ["doubtful"]
    assert report.rows[0].problems[0].candidate == {"person": known.id}


def test_only_a_name_that_is_there_already_is_a_doubt(session: Session, now: datetime) -> None:
    a_person(session, "Samira", family_name="Mozaïek", mailbox="samira@thuis.test")

    assert outcomes(bring(session, people(person("Samira", "Mozaïek")), now)) == ["doubtful"]


def test_a_telephone_number_recognises_whoever_has_no_address(session: Session, now: datetime) -> None:
    bring(session, people(person("Samira", "Mozaïek", mobiel="06-0000 1234")), now)

    report = bring(session, people(person("Samira", "Mozaïek", mobiel="600001234", werk="s@x.test")), now)

    assert outcomes(report) == ["changed"]
    assert session.scalars(select(PersonMailbox)).one().person.mobile == "+31600001234"


def test_initials_on_the_same_mailbox_are_the_same_person_and_a_full_name_replaces_them(
    session: Session, now: datetime
) -> None:
    bring(session, people(person("S.", "el Mozaïek", werk="s@x.test")), now)

    assert outcomes(bring(session, people(person("Samira", "Mozaïek", tussenvoegsel="el", werk="s@x.test")), now)) == [
        "changed"
    ]
    assert outcomes(bring(session, people(person("S.", "el Mozaïek", werk="s@x.test")), now)) == ["same"]
    assert the_one(session, "Samira").full_name == "Samira el Mozaïek"


def test_initials_in_the_same_organisation_are_a_doubt(session: Session, now: datetime) -> None:
    bring(session, people(person("S.", "Mozaïek", organisatie="Buurttuin De Voeg")), now)

    report = bring(session, people(person("Samira", "Mozaïek", organisatie="Buurttuin De Voeg", werk="s@x.test")), now)

    assert outcomes(report) == ["doubtful"]


@pytest.mark.parametrize(
    ("cell", "outcome", "slugs"),
    [
        ("Buurttuin De Voeg, Speeltuin 't Kasseitje", "new", ["de-voeg", "kasseitje"]),
        ("buurttuin de voeg / speeltuin ’t kasseitje", "new", ["de-voeg", "kasseitje"]),
        ("Stichting Buurttuin De Voeg", "new", ["de-voeg"]),
        ("Eten, Drinken & Delen (voorbeeld)", "new", ["eten"]),
        ("Kook & Klets", "new", ["kook-en-klets"]),
        ("Buurttuin De Voeg, Koor Onbekend", "doubtful", []),
        ("Koor Een, Koor Twee", "doubtful", []),
        ("Buurttuin De Voegg", "doubtful", []),
    ],
)
def test_a_cell_of_organisations_is_cut_only_where_every_part_is_known(
    session: Session, now: datetime, cell: str, outcome: str, slugs: list[str]
) -> None:
    an_organisation(session, "Eten, Drinken & Delen (voorbeeld)", slug="eten")

    report = bring(session, people(person("Samira", organisatie=cell)), now)

    assert outcomes(report) == [outcome]
    works_for = select(Organisation.slug).join(Role, Role.organisation_id == Organisation.id).order_by(Role.id)
    assert session.scalars(works_for).all() == slugs


def test_a_new_organisation_that_somebody_works_for_is_named_in_the_report(session: Session, now: datetime) -> None:
    report = bring(session, people(person("Samira", organisatie="Kookclub De Dorpel")), now)

    assert report.notes == ("Nieuwe organisaties, omdat iemand er werkt: Kookclub De Dorpel.",)


def test_a_row_about_another_organisation_contradicts_nothing(session: Session, now: datetime) -> None:
    rows = [
        person("Sunita", "Tegel", werk="s@x.test", functie=role, organisatie=name)
        for role, name in (("coördinator", "Buurttuin De Voeg"), ("bestuurslid", "Speeltuin 't Kasseitje"))
    ]
    bring(session, people(*rows), now)
    rows[1] = rows[1].replace("bestuurslid", "penningmeester")

    report = bring(session, people(*rows), now)
    twice = bring(session, people(rows[1], rows[1].replace("penningmeester", "voorzitter")), now)

    assert (outcomes(report), codes(report)) == (["same", "changed"], [])
    assert codes(twice) == ["contradicts-earlier-row"]


def test_a_row_without_name_or_address_is_rejected(session: Session, now: datetime) -> None:
    report = bring(session, people(person("", mobiel="6,12E+08")), now)

    assert outcomes(report) == ["rejected"]
    assert codes(report) == ["broken-by-excel", "no-name"]


def test_a_mailbox_without_a_name_is_enough(session: Session, now: datetime) -> None:
    data = people(person("", werk="iemand@x.test"))

    assert outcomes(bring(session, data, now)) == ["new"]
    assert outcomes(bring(session, data, now)) == ["same"]


def test_a_single_name_is_enough(session: Session, now: datetime) -> None:
    data = people(person("Mama Zaza", mobiel="06-00001111"))

    assert outcomes(bring(session, data, now)) == ["new"]
    assert the_one(session, "Mama Zaza").family_name == ""


def test_private_addresses_come_after_the_one_for_work(session: Session, now: datetime) -> None:
    bring(session, people(person("Samira", werk="samira@werk.test", prive="samira@thuis.test")), now)

    uses = session.scalars(select(PersonMailbox).order_by(PersonMailbox.position)).all()
    assert [(use.position, use.mailbox.address, use.mailbox.kind) for use in uses] == [
        (1, "samira@werk.test", MailboxKind.UNKNOWN),
        (2, "samira@thuis.test", MailboxKind.PERSONAL),
    ]


def test_a_mobile_number_in_the_other_column_is_put_where_it_belongs(session: Session, now: datetime) -> None:
    bring(session, people(person("Samira", vast="06-00001234", mobiel="010-000 1234")), now)

    samira = the_one(session, "Samira")
    assert (samira.mobile, samira.phone) == ("+31600001234", "+31100001234")


def test_a_row_further_down_settles_a_doubt_above_it(session: Session, now: datetime) -> None:
    data = people(
        person("Samira", organisatie="Buurttuin De Voeg, Koor De Dorpel"), person("Joost", organisatie="Koor De Dorpel")
    )

    assert outcomes(bring(session, data, now)) == ["new", "new"]
    assert outcomes(bring(session, data, now)) == ["same", "same"]


def test_two_organisations_of_one_name_are_told_apart_by_where_they_sit(session: Session, now: datetime) -> None:
    meant = an_organisation(
        session, "Moestuin De Tegel", slug="tegel-spangen", seat=a_neighbourhood(session, "spangen")
    )
    an_organisation(session, "Moestuin De Tegel", slug="tegel-bospolder", seat=a_neighbourhood(session, "bospolder"))
    row = person("Noor", "Kasseien", werk="n@x.test", organisatie="Buurttuin De Voeg, Moestuin De Tegel")

    report = bring(session, people(row), now)

    assert outcomes(report) == ["doubtful"]
    told = "Buurttuin De Voeg, Moestuin De Tegel (Spangen)"
    assert sorted(report.rows[0].problems[0].proposals) == ["Buurttuin De Voeg, Moestuin De Tegel (Bospolder)", told]
    chosen = Decisions({("", 2): Decision(cells={"Organisatie(s)": told}, as_typed=frozenset({"Organisatie(s)"}))})
    import_file(session, people(row), file_name="sleutelfiguren.csv", now=now, apply=True, decisions=chosen)
    works_for = [role.organisation for role in the_one(session, "Noor").roles]
    assert [one for one in works_for if one.name == "Moestuin De Tegel"] == [meant]


def test_a_name_of_two_organisations_stays_a_doubt_also_as_it_stands(session: Session, now: datetime) -> None:
    an_organisation(session, "Moestuin De Tegel", slug="tegel-spangen", seat=a_neighbourhood(session, "spangen"))
    an_organisation(session, "Moestuin De Tegel", slug="tegel-bospolder", seat=a_neighbourhood(session, "bospolder"))
    data = people(person("Noor", "Kasseien", werk="n@x.test", organisatie="Moestuin De Tegel"))
    as_it_stands = Decisions({("", 2): Decision(as_typed=frozenset({"Organisatie(s)"}))})

    report = import_file(session, data, file_name="s.csv", now=now, apply=True, decisions=as_it_stands)

    assert outcomes(report) == ["doubtful"]


def test_where_people_live_is_told_and_not_read_in(session: Session, now: datetime) -> None:
    data = b"Voornaam;Achternaam;Adres;Postcode;Wijk\nFatuma;Klinker;Voegstraat 12;3025 ZZ;Bospolder\n"

    report = bring(session, data, now)

    assert report.notes == ("Waar mensen wonen, lezen we niet in: van mensen bewaren we alleen de wijk.",)
    assert "Voegstraat 12" not in str(report.rows[0].changes)
    person = session.scalars(select(Person)).one()
    assert person.neighbourhood is not None
    assert person.neighbourhood.slug == "bospolder"
