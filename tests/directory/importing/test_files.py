"""A whole file: what is refused, what is told about it, and two at once."""

from __future__ import annotations

import threading
from collections.abc import Callable
from datetime import datetime

import pytest
from sqlalchemy import event, func, select
from sqlalchemy.orm import Session

from mailer.directory.importing import import_file
from mailer.directory.models import ImportBatch, ImportRow, Mailbox, Organisation, Person, Role
from mailer.foundation.database import Database
from mailer.foundation.errors import BadInput
from mailer.wire.sheets import Table, write_xlsx
from tests.directory.importing.lists import ORGANISATIONS, PEOPLE, organisation, organisations, people, person


def cells(row: str) -> list[str]:
    return row.split(";")


@pytest.mark.parametrize(
    ("data", "word"),
    [
        (b"", "leeg"),
        (organisations(), "alleen kolomnamen"),
        (b"Dit is een brief.\nMet twee regels.", "geen rij met kolomnamen"),
        (b"a;b;c\n1;2;3", "geen rij met kolomnamen"),
        (organisations(*["x"] * 20_001), "20001 rijen"),
        (b"PK\x03\x04 nothing", "beschadigd"),
    ],
)
def test_a_file_that_cannot_be_read_is_refused_with_a_sentence(
    session: Session, now: datetime, data: bytes, word: str
) -> None:
    with pytest.raises(BadInput) as refusal:
        import_file(session, data, file_name="x.csv", now=now, apply=True)

    assert word in refusal.value.sentence
    assert session.scalar(select(func.count()).select_from(Organisation)) == 0


def test_a_workbook_of_both_lists_brings_organisations_first(session: Session, now: datetime) -> None:
    book = write_xlsx(
        [
            Table("Sleutelfiguren", cells(PEOPLE), [cells(person("Samira", organisatie="Koor De Stoep"))]),
            Table("Organisaties", cells(ORGANISATIONS), [cells(organisation("Koor De Stoep", wijk="Spangen"))]),
            Table("Kladblok", ["zomaar", "iets"], [["1", "2"]]),
        ]
    )

    report = import_file(session, book, file_name="lijst.xlsx", now=now, apply=True)

    assert report.subject == "mixed"
    assert [(row.sheet, row.outcome.value) for row in report.rows] == [
        ("Sleutelfiguren", "new"),
        ("Organisaties", "new"),
    ]
    assert session.scalars(select(Role)).one().organisation.seat is not None
    assert report.notes == ("Deze bladen lezen we niet in, want er staan geen kolomnamen in: Kladblok.",)


def test_columns_we_do_not_know_and_remarks_are_told_and_not_imported(session: Session, now: datetime) -> None:
    data = b"Naam organisatie;E-mail;E-mail;Schoenmaat;;Opmerkingen\nDe Voeg;a@x.test;b@x.test;42;x;zit in schulden\n"

    report = import_file(session, data, file_name="x.csv", now=now, apply=True)

    assert report.notes == (
        "Deze kolommen kennen we niet en lezen we niet in: Schoenmaat en kolom 5.",
        "Opmerkingen lezen we niet in: er kan iets in staan dat niet in een adresboek hoort.",
    )
    assert list(report.rows[0].cells) == [
        "Naam organisatie",
        "E-mail",
        "E-mail (2)",
        "Schoenmaat",
        "kolom 5",
        "Opmerkingen",
    ]
    assert session.scalars(select(Mailbox.address).order_by(Mailbox.address)).all() == ["a@x.test", "b@x.test"]
    assert session.scalars(select(Organisation.note)).one() == ""


def test_a_report_is_kept_with_its_rows(session: Session, now: datetime) -> None:
    data = organisations(organisation("De Voeg", themas="ruimtevaart"), ";Totaal: 1")

    report = import_file(session, data, file_name="x.csv", now=now, apply=True)

    batch = session.get_one(ImportBatch, report.batch_id)
    kept = session.scalars(select(ImportRow).order_by(ImportRow.id)).all()
    assert batch.applied_at == now
    assert [(row.number, row.outcome.value) for row in kept] == [(2, "new"), (3, "rejected")]
    assert kept[0].cells["Naam organisatie"] == "De Voeg"
    assert kept[0].organisation_id == session.scalars(select(Organisation.id)).one()
    assert kept[0].problems == [
        {"column": "Thema's", "code": "unknown-word", "message": "“ruimtevaart” kennen we niet. We lezen dit niet in."}
    ]


def test_the_number_of_queries_does_not_grow_with_the_rows(database: Database, now: datetime) -> None:
    def count(rows: int) -> int:
        asked: list[str] = []

        def listen(_c: object, _cursor: object, statement: str, *_rest: object) -> None:
            if statement.lstrip().upper().startswith("SELECT"):
                asked.append(statement)

        event.listen(database.engine, "before_cursor_execute", listen)
        data = people(
            *[person(f"Naam{n}", "Kei", werk=f"n{n}@x.test", organisatie="Koor De Stoep") for n in range(rows)]
        )
        with database.transaction() as session:
            import_file(session, data, file_name="x.csv", now=now, apply=False)
        event.remove(database.engine, "before_cursor_execute", listen)
        return len(asked)

    assert count(3) == count(60)


def test_two_imports_at_once_make_no_duplicates(make_database: Callable[..., Database], now: datetime) -> None:
    database = make_database()
    data = organisations(*[organisation(f"Koor {n}e Steen", mail=f"koor{n}@x.test") for n in range(40)])
    together = threading.Barrier(4)
    counts: list[int] = []

    def bring() -> None:
        together.wait()
        with database.transaction() as session:
            report = import_file(session, data, file_name="x.csv", now=now, apply=True)
            counts.append(report.counts["new"])

    threads = [threading.Thread(target=bring) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert sorted(counts) == [0, 0, 0, 40]
    with database.transaction(writes=False) as session:
        assert session.scalar(select(func.count()).select_from(Organisation)) == 40
        assert session.scalar(select(func.count()).select_from(Mailbox)) == 40
        assert session.scalar(select(func.count()).select_from(ImportBatch)) == 4
        assert session.scalar(select(func.count()).select_from(Person)) == 0
