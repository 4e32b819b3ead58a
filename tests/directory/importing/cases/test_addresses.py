"""Cases 8 to 15 and 33: e-mail addresses in every shape, and whose they are."""

from __future__ import annotations

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from mailer.directory.models import Mailbox, OrganisationMailbox, PersonMailbox
from tests.directory.importing.cases.files import Read, csv_of, read_in


def addresses(session: Session) -> list[str]:
    return list(session.scalars(select(Mailbox.address).order_by(Mailbox.id)))


def with_mail(session: Session, typed: str) -> Read:
    quoted = typed.replace('"', '""')
    return read_in(session, csv_of("Naam organisatie;E-mail;Website", f'De Voeg;"{quoted}";'))


@pytest.mark.parametrize(
    "typed",
    [
        "a@x.test; b@x.test",
        "a@x.test, b@x.test",
        "a@x.test / b@x.test",
        "a@x.test/b@x.test",
        "a@x.test | b@x.test",
        "a@x.test\nb@x.test",
        "a@x.test of b@x.test",
        "a@x.test en b@x.test",
    ],
)
def test_case_8_several_addresses_in_one_cell(session: Session, typed: str) -> None:
    assert with_mail(session, typed).outcomes == ["new"]
    assert addresses(session) == ["a@x.test", "b@x.test"]


def test_case_8_what_stands_in_brackets_is_told_and_says_whose_it_is(session: Session) -> None:
    read = with_mail(session, "info@x.test; c@x.test (privé)")

    kinds = {mailbox.address: mailbox.kind.value for mailbox in session.scalars(select(Mailbox))}
    assert kinds == {"info@x.test": "functional", "c@x.test": "personal"}
    assert "Bij c@x.test staat: privé." in read.messages()


def test_case_9_a_name_beside_the_address_is_told_and_not_used(session: Session) -> None:
    read = with_mail(session, '"Mozaïek, S. el" <s@x.test>')

    assert addresses(session) == ["s@x.test"]
    assert "Bij het adres staat een naam: Mozaïek, S. el." in read.messages()
    assert read.people == []


@pytest.mark.parametrize(
    "typed",
    [
        "info @x.test.",
        " info@x.test ",
        "mailto:info@x.test",
        "info@x.test,",
        "info＠x.test",
        "in\u200bfo@x.test",
        "\u00a0info@x.test\u00a0",
    ],
)
def test_case_10_untidy_addresses_are_tidied(session: Session, typed: str) -> None:
    assert with_mail(session, typed).outcomes == ["new"]
    assert addresses(session) == ["info@x.test"]


def test_case_10_what_was_tidied_is_shown(session: Session) -> None:
    assert with_mail(session, "mailto:info @x.test").messages() == ["“mailto:info @x.test” lezen we als info@x.test."]


def test_case_10_at_in_words_is_only_a_suggestion(session: Session) -> None:
    read = with_mail(session, "info(at)x.test")

    assert (read.outcomes, read.codes()) == (["doubtful"], ["at-in-words"])
    assert "Bedoel je info@x.test?" in read.messages()[0]


@pytest.mark.parametrize(
    ("typed", "meant"),
    [("a@gmial.com", "a@gmail.com"), ("a@hotmail.con", "a@hotmail.com"), ("a@ziggo.nll", "a@ziggo.nl")],
)
def test_case_11_a_slip_in_the_domain_is_asked_and_never_mended(session: Session, typed: str, meant: str) -> None:
    read = with_mail(session, typed)

    assert (read.outcomes, read.codes()) == (["doubtful"], ["mistyped-domain"])
    assert meant in read.messages()[0]
    assert addresses(session) == []


def test_case_12_capitals_make_no_other_mailbox_and_are_kept_for_showing(session: Session) -> None:
    read_in(session, csv_of("Naam organisatie;E-mail", "De Voeg;Info.Tuin@X.test", "De Stoep;info.tuin@x.test"))

    assert addresses(session) == ["Info.Tuin@x.test"]


@pytest.mark.parametrize("typed", ["geen", "n.v.t.", "-", "?", "onbekend", "x@x.nl"])
def test_case_13_what_says_nothing_is_empty_and_listed(session: Session, typed: str) -> None:
    read = with_mail(session, typed)

    assert addresses(session) == []
    assert read.codes() == ["placeholder"]
    assert f"1 cel lezen we als leeg: {typed}." in read.report.notes


def test_case_13_a_contact_called_contact_is_nobody(session: Session) -> None:
    read = read_in(session, csv_of("Naam organisatie;Contactpersoon;Wijk", "De Voeg;contact;Spangen"))

    assert (read.outcomes, read.people) == (["new"], [])


def test_case_14_two_people_on_one_mailbox_stay_two_and_that_is_told(session: Session) -> None:
    read = read_in(
        session,
        csv_of("Voornaam;Achternaam;E-mail", "Samira;Kei;info@x.test", "Joost;Tegel;info@x.test"),
    )

    assert [person.full_name for person in read.people] == ["Samira Kei", "Joost Tegel"]
    assert addresses(session) == ["info@x.test"]
    assert len(session.scalars(select(PersonMailbox)).all()) == 2
    assert read.messages(1) == ["Gedeeld postvak: info@x.test is ook van Samira Kei."]


def test_case_15_one_mailbox_of_two_organisations_is_allowed_and_told(session: Session) -> None:
    read = read_in(session, csv_of("Naam organisatie;E-mail", "Koor De Stoep;n@x.test", "Kookclub Halfsteens;n@x.test"))

    assert (read.outcomes, addresses(session)) == (["new", "new"], ["n@x.test"])
    assert len(session.scalars(select(OrganisationMailbox)).all()) == 2
    assert read.codes(1) == ["shared-mailbox"]


def test_case_33_a_website_among_the_addresses_moves_with_a_notice(session: Session) -> None:
    read = with_mail(session, "www.x.test")

    assert (read.organisations[0].website, addresses(session)) == ("https://www.x.test", [])
    assert read.codes() == ["website-in-address"]


def test_case_33_an_address_in_the_column_of_websites_moves_with_a_notice(session: Session) -> None:
    read = read_in(session, csv_of("Naam organisatie;E-mail;Website", "De Voeg;;info@x.test"))

    assert (read.organisations[0].website, addresses(session)) == ("", ["info@x.test"])
    assert read.codes() == ["address-in-website"]


def test_case_33_of_several_links_the_first_is_kept_and_the_rest_told(session: Session) -> None:
    typed = "www.x.test facebook.com/devoeg instagram.com/devoeg"
    read = read_in(session, csv_of("Naam organisatie;Website;Wijk", f"De Voeg;{typed};Spangen"))

    assert read.organisations[0].website == "https://www.x.test"
    assert read.codes() == ["more-websites"]
