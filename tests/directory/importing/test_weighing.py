"""Ours or the list's: what was said by hand, or is newer, is kept and told; unless somebody says that the list wins."""

from __future__ import annotations

from datetime import date, datetime, timedelta

from sqlalchemy import select
from sqlalchemy.orm import Session

from mailer.directory.addressing import take_from_organisation
from mailer.directory.belonging import change_membership
from mailer.directory.editing import OrganisationFacts, change_organisation
from mailer.directory.importing import Report, import_file
from mailer.directory.importing.choices.decisions import Decision, Decisions
from mailer.directory.models import Mailbox, NetworkMembership, Organisation, RowOutcome, SourceKind
from mailer.directory.provenance import by_organisation, sources_of, stamp
from tests.directory.importing.lists import DE_VOEG, ORGANISATIONS, organisation, organisations
from tests.factories import a_theme


def read(session: Session, *rows: str, now: datetime, decisions: Decisions | None = None) -> Report:
    return import_file(
        session,
        organisations(*rows),
        file_name="lijst.csv",
        now=now,
        apply=True,
        decisions=decisions or Decisions(),
    )


def told(report: Report) -> list[tuple[str, str]]:
    return [(problem.column, problem.code) for row in report.rows for problem in row.problems]


def changed_on(day: str, **cells: str) -> str:
    """A row that says when it was changed last."""
    row = organisation("De Voeg", **cells).split(";")
    return ";".join([*row, *[""] * (len(ORGANISATIONS.split(";")) - 1 - len(row)), day])


def test_a_list_says_where_each_field_comes_from(session: Session, now: datetime) -> None:
    report = read(session, DE_VOEG, now=now)

    known = session.scalars(select(Organisation)).one()
    sources = sources_of(session, known)
    assert {mark.kind for mark in sources.values()} == {SourceKind.IMPORT}
    assert {(mark.batch_id, mark.row_number, mark.as_of) for mark in sources.values()} == {
        (report.batch_id, 2, date(2025, 11, 3))
    }
    assert {"name", "kind", "street", "website", "phone", "list_number"} <= sources.keys()
    assert sum(field.startswith("mailbox:") for field in sources) == 2
    assert sum(field.startswith("membership:") for field in sources) == 2


def test_what_a_later_list_changed_comes_from_that_list(session: Session, now: datetime) -> None:
    first = read(session, organisation("De Voeg", telefoon="010-000 1111", straat="Stoep 1"), now=now)
    second = read(session, organisation("De Voeg", telefoon="010-000 2222", straat="Stoep 1"), now=now)

    sources = sources_of(session, session.scalars(select(Organisation)).one())
    assert (sources["phone"].batch_id, sources["street"].batch_id) == (second.batch_id, first.batch_id)


def test_what_was_changed_by_hand_is_kept_and_told(session: Session, now: datetime) -> None:
    read(session, organisation("De Voeg", telefoon="010-000 1111"), now=now)
    known = session.scalars(select(Organisation)).one()
    change_organisation(session, known, OrganisationFacts("De Voeg", phone="010-000 9999"), now=now, by=None)

    report = read(session, organisation("De Voeg", telefoon="010-000 2222", straat="Stoep 1"), now=now)

    assert (known.phone, known.street) == ("+31100009999", "Stoep 1")
    assert told(report) == [("Telefoon", "kept-by-hand")]
    assert report.rows[0].problems[0].message == (
        "We houden “010-000 9999” (met de hand gewijzigd op dinsdag 1 december 2026). In de lijst staat “010-000 2222”."
    )


def test_the_list_wins_where_somebody_says_so(session: Session, now: datetime) -> None:
    for chosen in (
        Decisions(winning=frozenset({"*"})),
        Decisions(winning=frozenset({"Telefoon"})),
        Decisions({("", 2): Decision(wins=True)}),
        Decisions({("", 2): Decision(fields={"Telefoon": "theirs"})}),
    ):
        read(session, organisation("De Voeg", telefoon="010-000 1111"), now=now)
        known = session.scalars(select(Organisation)).one()
        change_organisation(session, known, OrganisationFacts("De Voeg", phone="010-000 9999"), now=now, by=None)

        report = read(session, organisation("De Voeg", telefoon="010-000 2222"), now=now, decisions=chosen)

        assert (known.phone, told(report)) == ("+31100002222", [])
        session.delete(known)
        session.flush()


def test_what_was_emptied_or_taken_out_by_hand_does_not_come_back(session: Session, now: datetime) -> None:
    a_theme(session, "groen")
    row = organisation("De Voeg", telefoon="010-000 1111", themas="groen", mail="a@x.test", coalitie="ja")
    read(session, row, now=now)
    known = session.scalars(select(Organisation)).one()
    change_organisation(session, known, OrganisationFacts("De Voeg"), now=now, by=None)
    take_from_organisation(session, known, session.scalars(select(Mailbox)).one(), now=now, by=None)
    membership = session.scalars(select(NetworkMembership)).one()
    change_membership(session, membership, joined_on=membership.joined_on, left_on=date(2026, 1, 1), now=now, by=None)

    report = read(session, f"{row};;;nieuw", now=now)

    assert report.rows[0].outcome is RowOutcome.SAME
    assert sorted(told(report)) == [
        ("Coalitie (j/n)", "kept-by-hand"),
        ("E-mail", "kept-by-hand"),
        ("Telefoon", "kept-by-hand"),
        ("Thema's", "kept-by-hand"),
    ]
    assert (known.phone, list(known.themes)) == ("", [])
    assert [one.left_on for one in known.memberships] == [date(2026, 1, 1)]


def test_what_the_organisation_said_itself_is_kept(session: Session, now: datetime) -> None:
    read(session, organisation("De Voeg", telefoon="010-000 1111"), now=now)
    known = session.scalars(select(Organisation)).one()
    stamp(session, known, ["phone"], by_organisation(now))

    report = read(session, organisation("De Voeg", telefoon="010-000 2222"), now=now)

    assert known.phone == "+31100001111"
    assert "zo gaf de organisatie het zelf door" in report.rows[0].problems[0].message


def test_an_older_list_keeps_ours_and_says_so(session: Session, now: datetime) -> None:
    read(session, changed_on("3-11-25", telefoon="010-000 1111"), now=now)
    known = session.scalars(select(Organisation)).one()

    older = read(session, changed_on("2-11-25", telefoon="010-000 2222", straat="Stoep 1"), now=now)
    assert (known.phone, known.street) == ("+31100001111", "Stoep 1")
    assert told(older) == [("Telefoon", "older")]
    assert "deze rij is van zondag 2 november 2025" in older.rows[0].problems[0].message

    newer = read(session, changed_on("4-11-25", telefoon="010-000 3333"), now=now + timedelta(days=1))
    assert (known.phone, told(newer)) == ("+31100003333", [])
