"""What goes out to a spreadsheet comes back, and nothing changes."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date, datetime

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import Table as Rows
from sqlalchemy import select
from sqlalchemy.orm import Session

from mailer.directory.exporting import directory_tables
from mailer.directory.importing import Report, import_file
from mailer.directory.models import (
    Mailbox,
    MailboxKind,
    NetworkMembership,
    Organisation,
    OrganisationAlias,
    OrganisationMailbox,
    OrganisationServiceArea,
    OrganisationTargetGroup,
    OrganisationTheme,
    Person,
    PersonMailbox,
    PersonTheme,
    Role,
)
from mailer.directory.sample.imagining import imagine
from mailer.directory.sample.planting import plant_directory
from mailer.foundation.clock import today
from mailer.wire.sheets import Table, write_csv, write_xlsx
from tests.factories import a_mailbox, a_network, a_person, an_organisation


def tables(session: Session, now: datetime) -> list[Table]:
    return directory_tables(session, today=today(now))


def bring(session: Session, data: bytes, now: datetime) -> Report:
    return import_file(session, data, file_name="uit.xlsx", now=now, apply=True)


def cells(table: Table) -> list[dict[str, str]]:
    return [dict(zip(table.headers, row, strict=True)) for row in table.rows]


def test_a_person_has_a_row_for_every_organisation(session: Session, now: datetime) -> None:
    voeg = an_organisation(session, "De Voeg", themes=["groen"], areas=["spangen"], mailbox="info@devoeg.example.org")
    stoep = an_organisation(session, "De Stoep")
    samira = a_person(session, "Samira", of=voeg, is_contact=True, mailbox="s@x.test", mobile="+31600001234")
    session.add(Role(person=samira, organisation=stoep, description="kookt"))
    session.flush()

    organisations, people, mailboxes = tables(session, now)

    assert [(row["Naam organisatie"], row["Werkgebied"], row["E-mail"]) for row in cells(organisations)] == [
        ("De Stoep", "", ""),
        ("De Voeg", "Spangen", "info@devoeg.example.org"),
    ]
    assert [(row["Organisatie"], row["Contactpersoon"], row["Functie"], row["Mobiel"]) for row in cells(people)] == [
        ("De Voeg", "ja", "", "06-0000 1234"),
        ("De Stoep", "nee", "kookt", "06-0000 1234"),
    ]
    assert [(row["Postvak"], row["Soort postvak"], row["Gelezen door"]) for row in cells(mailboxes)] == [
        ("info@devoeg.example.org", "algemeen", ""),
        ("s@x.test", "persoonlijk", "Samira el Mozaïek"),
    ]


def test_the_days_of_roles_and_memberships_go_out_and_come_back(session: Session, now: datetime) -> None:
    voeg, _people = _with_days(session)
    before = everything(session)

    organisations, people, _mailboxes = tables(session, now)
    report = bring(session, write_xlsx([organisations, people]), now)

    row = cells(organisations)[0]
    assert (row["Netwerken"], row["Lid sinds"], row["Lid tot en met"]) == (
        f"{voeg.memberships[0].network.name}; {voeg.memberships[1].network.name}",
        "1-3-2020; ?",
        "",
    )
    assert (cells(people)[0]["Functie sinds"], cells(people)[0]["Functie tot en met"]) == ("3-2-2021", "31-12-2027")
    assert [row.changes for row in report.rows] == [(), ()]
    assert everything(session) == before


def test_a_list_tells_since_when_but_ends_nothing(session: Session, now: datetime) -> None:
    voeg, samira = _with_days(session)
    organisations, people, _mailboxes = tables(session, now)
    listed = _changed(organisations, **{"Lid sinds": "1-3-2020; 5-5-2022", "Lid tot en met": "1-1-2026; ?"})
    mentioned = _changed(people, **{"Functie sinds": "4-2-2021", "Functie tot en met": "1-1-2026"})

    report = bring(session, write_xlsx([listed, mentioned]), now)

    assert [(one.joined_on, one.left_on) for one in voeg.memberships] == [
        (date(2020, 3, 1), None),
        (date(2022, 5, 5), None),
    ]
    assert (samira.roles[0].since_on, samira.roles[0].until_on) == (date(2021, 2, 4), date(2028, 1, 1))
    assert [row.changes[0]["column"] for row in report.rows] == ["Lid sinds", "Functie sinds"]
    assert [{problem.code for problem in row.problems} for row in report.rows] == [{"ends-nothing"}, {"ends-nothing"}]


def test_days_that_do_not_fit_their_networks_are_told_and_left(session: Session, now: datetime) -> None:
    voeg, _samira = _with_days(session)
    organisations, *_others = tables(session, now)

    report = bring(session, write_xlsx([_changed(organisations, **{"Lid sinds": "1-3-2019"})]), now)

    assert [problem.message for problem in report.rows[0].problems] == [
        "Hier staan niet evenveel dagen als netwerken. We lezen de dagen niet in."
    ]
    assert voeg.memberships[0].joined_on == date(2020, 3, 1)


def test_somebody_new_comes_with_the_days_of_the_list(session: Session, now: datetime) -> None:
    header = "Naam organisatie;Netwerken;Lid sinds"
    bring(session, f"{header}\r\nKoor De Stoep;Groen lint;1-3-2020".encode(), now)
    bring(session, b"Voornaam;Achternaam;Organisatie;Functie sinds\r\nNoor;Klinker;Koor De Stoep;3-2-2021", now)

    assert session.scalars(select(NetworkMembership.joined_on)).all() == [date(2020, 3, 1)]
    assert session.scalars(select(Role.since_on)).all() == [date(2021, 2, 3)]


def _with_days(session: Session) -> tuple[Organisation, Person]:
    voeg = an_organisation(session, "De Voeg")
    voeg.memberships = [
        NetworkMembership(network=a_network(session, "groen-lint"), joined_on=date(2020, 3, 1)),
        NetworkMembership(network=a_network(session, "taal-aan-tafel")),
    ]
    samira = a_person(session, "Samira", of=voeg, mailbox="s@x.test")
    samira.roles[0].since_on, samira.roles[0].until_on = date(2021, 2, 3), date(2028, 1, 1)
    session.flush()
    return voeg, samira


def _changed(table: Table, **changes: str) -> Table:
    rows = [[changes.get(header, cell) for header, cell in zip(table.headers, table.rows[0], strict=True)]]
    return Table(table.name, table.headers, rows)


@pytest.mark.parametrize("kind", ["xlsx", "csv"])
def test_exporting_the_sample_and_importing_it_changes_nothing(session: Session, now: datetime, kind: str) -> None:
    plant_directory(session, imagine(2027))
    out = tables(session, now)

    files = [write_xlsx(out)] if kind == "xlsx" else [write_csv(table) for table in out]
    reports = [bring(session, data, now) for data in files]

    totals = {name: sum(report.counts[name] for report in reports) for name in reports[0].counts}
    assert totals == {"new": 0, "changed": 0, "same": 1397, "doubtful": 0, "rejected": 0}


def test_with_our_mark_a_row_is_known_again_whatever_was_changed(session: Session, now: datetime) -> None:
    voeg = an_organisation(session, "Buurttuin De Voeg", list_number="17", phone="+31100001234")
    samira = a_person(session, "Samira", family_name="Mozaïek", mailbox="s@x.test")
    organisations, people, _mailboxes = tables(session, now)
    row = dict(zip(organisations.headers, organisations.rows[0], strict=True))
    row |= {"Naam organisatie": "Moestuin Klinkerhart", "Telefoon": "010-000 4321"}
    moved = dict(zip(people.headers, people.rows[0], strict=True)) | {"E-mail": "samira@nieuw.test"}

    report = bring(
        session,
        write_xlsx(
            [
                Table("Organisaties", organisations.headers, [list(row.values())]),
                Table("Personen", people.headers, [list(moved.values())]),
            ]
        ),
        now,
    )

    assert report.counts["changed"] == 2
    assert (voeg.name, voeg.phone) == ("Moestuin Klinkerhart", "+31100004321")
    assert [alias.name for alias in voeg.aliases] == ["Buurttuin De Voeg"]
    assert report.rows[1].person_id == samira.id


def test_a_mark_of_another_installation_means_nothing_here(session: Session, now: datetime) -> None:
    known = an_organisation(session, "Buurttuin De Voeg")
    data = f"Kenmerk;Naam organisatie;Wijk\norganisatie-{known.id};Koor De Dorpel;Spangen\n".encode()

    report = bring(session, data, now)

    assert report.counts["new"] == 1
    assert known.name == "Buurttuin De Voeg"


def test_two_marks_in_one_file_are_two_organisations(session: Session, now: datetime) -> None:
    data = b"Kenmerk;Naam organisatie\norganisatie-901;De Voeg\norganisatie-902;De Voeg\n"

    assert bring(session, data, now).counts["new"] == 2


@pytest.mark.parametrize(
    "typed", ["Cafe\u0301", "\uf903", "koffie  en thee", "koffie\u00a0en thee", "een\n\ntwee", "bij\u00adles"]
)
def test_what_was_typed_untidily_comes_back_as_the_same(session: Session, now: datetime, typed: str) -> None:
    organisation = an_organisation(session, "Buurttuin De Voeg")
    organisation.description = typed
    session.flush()

    report = bring(session, write_csv(tables(session, now)[0]), now)

    assert (report.counts["same"], organisation.description) == (1, typed)


def test_a_formula_goes_out_harmless_and_comes_back_whole(session: Session, now: datetime) -> None:
    an_organisation(session, '=HYPERLINK("https://x.test";"Koor")')
    out = tables(session, now)

    data = write_csv(out[0])

    assert b"\"'=HYPERLINK(" in data
    assert bring(session, data, now).counts["same"] == 1


def test_the_kind_of_a_mailbox_comes_back(session: Session, now: datetime) -> None:
    mailbox = a_mailbox(session, "samira@x.test", kind=MailboxKind.UNKNOWN)

    report = bring(session, b"Postvak;Soort postvak\nSamira@x.test;persoonlijk\nnieuw@x.test;algemeen\n", now)

    assert report.counts == {"new": 1, "changed": 1, "same": 0, "doubtful": 0, "rejected": 0}
    assert mailbox.kind is MailboxKind.PERSONAL


@contextmanager
def a_trial(session: Session) -> Iterator[None]:
    """Take everything back, also when an example fails: the next one gives out the same numbers again, and what is
    still in hand of this one must not answer to them.
    """
    trial = session.begin_nested()
    try:
        yield
    finally:
        trial.rollback()
        session.expunge_all()


def everything(session: Session) -> list[tuple[object, ...]]:
    """Every row of every table of the directory that an export could touch."""
    kinds = [Organisation, OrganisationAlias, Person, Role, NetworkMembership, Mailbox, PersonMailbox, PersonTheme]
    kinds += [OrganisationMailbox, OrganisationTheme, OrganisationServiceArea, OrganisationTargetGroup]
    tables: list[Rows] = [kind.__table__ for kind in kinds]
    return [
        (table.name, *row)
        for table in tables
        for row in session.execute(select(table).order_by(*table.primary_key)).all()
    ]


DAY = st.dates(date(2019, 1, 1), date(2026, 11, 1))
WORDS = st.text(st.characters(codec="utf-8", categories=("L", "N", "P", "S", "Zs")), min_size=3, max_size=30)


@settings(max_examples=12, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(data=st.data())
def test_what_goes_out_and_comes_back_changes_no_field_at_all(
    session: Session, now: datetime, data: st.DataObject
) -> None:
    with a_trial(session):
        network = a_network(session, data.draw(st.sampled_from(["groen-lint", "taal-aan-tafel"])))
        voeg = an_organisation(session, "Buurttuin De Voeg", themes=["groen", "sport"], areas=["spangen"])
        voeg.aliases = [OrganisationAlias(name="De Oude Voeg", name_key="oude voeg")]
        voeg.description, voeg.phone, voeg.list_number = data.draw(WORDS).strip(), "+31100001234", "17"
        voeg.stopped_on = data.draw(st.none() | DAY)
        since, until = sorted([data.draw(DAY), data.draw(DAY)])
        joined, left = sorted([data.draw(DAY), data.draw(DAY)])
        voeg.memberships = [
            NetworkMembership(network=network, joined_on=joined, left_on=left if left > joined else None),
            NetworkMembership(
                network=a_network(session, "koken-met-de-buurt"),
                joined_on=data.draw(st.none() | DAY),
                left_on=data.draw(st.sampled_from([None, date(2031, 1, 1)])),
            ),
        ]
        samira = a_person(session, "Samira", of=voeg, mailbox="s@x.test", mobile="+31612345678", is_contact=True)
        samira.roles[0].since_on, samira.roles[0].until_on = (
            since,
            data.draw(st.sampled_from([None, until, date(2031, 1, 1)])),
        )
        samira.note = "alleen voor het kantoor"
        session.flush()
        session.expire_all()
        before = everything(session)

        for table in tables(session, now):
            report = bring(session, write_xlsx([table]) if data.draw(st.booleans()) else write_csv(table), now)
            assert report.counts["new"] + report.counts["changed"] + report.counts["doubtful"] == 0, report.as_json()

        session.expire_all()
        assert everything(session) == before
