"""A list can be taken back: the directory is exactly as it was, but for what people did with it since."""

from __future__ import annotations

from datetime import datetime, timedelta
from pathlib import Path

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from mailer.directory.addressing import give_organisation
from mailer.directory.editing import OrganisationFacts, change_organisation
from mailer.directory.importing import Report, foresee_undo, import_file, undo_list
from mailer.directory.importing.reporting.writing_down import open_batch
from mailer.directory.models import ImportBatch, Mailbox, Organisation, Person
from mailer.directory.sample.files.writing import write_files
from mailer.directory.sample.imagining import imagine
from mailer.foundation.errors import Conflict
from mailer.foundation.journal import KEPT_DAYS, sweep_journal
from mailer.staff.models import LogbookEntry
from tests.directory.importing.lists import DE_VOEG, organisation, organisations, people, person
from tests.factories import a_mailbox
from tests.foundation.test_journal import a_dump

SEED = 2027
LISTS = (
    "organisaties_voorbeeld_cp1252.csv",
    "sleutelfiguren_voorbeeld.xlsx",
    "organisaties_voorbeeld_utf8bom_v2.csv",
)


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("files")
    write_files(imagine(SEED), seed=SEED, to=folder)
    return folder


def read(session: Session, data: bytes, now: datetime, *, name: str = "lijst.csv") -> Report:
    return import_file(session, data, file_name=name, now=now, apply=True)


def batch_of(session: Session, report: Report) -> ImportBatch:
    return session.get_one(ImportBatch, report.batch_id)


def test_the_sample_lists_come_and_go_without_a_trace(session: Session, folder: Path, now: datetime) -> None:
    files = [(name, (folder / name).read_bytes()) for name in LISTS]
    dumps, reports = [a_dump(session)], []
    for name, data in files:
        reports.append(read(session, data, now, name=name))
        dumps.append(a_dump(session))
    assert [report.counts["new"] > 0 for report in reports] == [True, True, True]
    assert reports[2].counts["changed"] > 5
    assert len({repr(dump) for dump in dumps}) == 4

    for report in reversed(reports):
        dumps.pop()
        undone = undo_list(session, batch_of(session, report), now=now, by=None)
        assert undone.remaining == ()
        assert a_dump(session) == dumps[-1]


def test_the_page_beforehand_says_what_happens(session: Session, now: datetime) -> None:
    batch = batch_of(session, read(session, organisations(DE_VOEG), now))

    foreseen = foresee_undo(session, batch)

    assert foreseen == undo_list(session, batch, now=now, by=None)
    assert foreseen.removed > 10
    assert session.scalars(select(Organisation)).all() == []
    assert session.scalars(select(Person)).all() == []


def test_what_was_changed_by_hand_since_stays_and_is_named(session: Session, now: datetime) -> None:
    first = read(session, organisations(organisation("De Voeg", telefoon="010-000 1234")), now)
    known = session.scalars(select(Organisation)).one()
    second = read(session, organisations(organisation("De Voeg", telefoon="010-000 4321", straat="Stoep 1")), now)
    facts = OrganisationFacts(name="De Voeg", phone="010-000 9999", street="Stoep 1")
    change_organisation(session, known, facts, now=now + timedelta(hours=1), by=None)

    undone = undo_list(session, batch_of(session, second), now=now, by=None)

    assert (known.phone, known.street) == ("+31100009999", "")
    assert [(one.kind, one.name, one.words) for one in undone.remaining] == [
        ("organisation", "De Voeg", "Intussen met de hand gewijzigd, dus blijft zo: telefoon.")
    ]
    assert batch_of(session, second).kept == [one.as_json() for one in undone.remaining]

    undo_list(session, batch_of(session, first), now=now, by=None)
    assert session.scalars(select(Organisation)).all() == [known]


def test_what_is_used_since_stays(session: Session, now: datetime) -> None:
    batch = batch_of(session, read(session, organisations(organisation("De Voeg"), organisation("De Naad")), now))
    voeg = session.scalars(select(Organisation).where(Organisation.name == "De Voeg")).one()
    give_organisation(session, voeg, a_mailbox(session), now=now, by=None)

    undone = undo_list(session, batch, now=now, by=None)

    assert session.scalars(select(Organisation.name)).all() == ["De Voeg"]
    assert [(one.name, one.words) for one in undone.remaining] == [("De Voeg", "Wordt intussen gebruikt, dus blijft.")]


def test_a_later_list_on_the_same_rows_goes_first(session: Session, now: datetime) -> None:
    first = read(session, organisations(DE_VOEG), now, name="eerst.csv")
    second = read(
        session,
        people(person("Fatuma", werk="f@a.test", organisatie="Stichting Buurttuin De Voeg")),
        now,
        name="daarna.csv",
    )
    third = read(session, organisations(organisation("Koor De Stoep")), now, name="iets anders.csv")

    foreseen = foresee_undo(session, batch_of(session, first))
    assert [one.file_name for one in foreseen.later] == ["daarna.csv"]
    with pytest.raises(Conflict, match=r"daarna\.csv"):
        undo_list(session, batch_of(session, first), now=now, by=None)

    undo_list(session, batch_of(session, second), now=now, by=None)
    undo_list(session, batch_of(session, first), now=now, by=None)
    assert session.scalars(select(Organisation.name)).all() == ["Koor De Stoep"]
    assert third.batch_id is not None


def test_after_thirty_days_a_list_stays(session: Session, now: datetime) -> None:
    batch = batch_of(session, read(session, organisations(DE_VOEG), now))

    sweep_journal(session, now=now + timedelta(days=KEPT_DAYS, minutes=1))

    with pytest.raises(Conflict, match="kan niet meer terug"):
        undo_list(session, batch, now=now, by=None)


def test_a_list_is_taken_back_once_and_only_when_it_was_applied(session: Session, now: datetime) -> None:
    batch = batch_of(session, read(session, organisations(DE_VOEG), now))
    undo_list(session, batch, now=now, by=None)

    with pytest.raises(Conflict, match="al teruggedraaid"):
        undo_list(session, batch, now=now, by=None)
    with pytest.raises(Conflict, match="niet toegepast"):
        undo_list(session, open_batch(session, file_name="proef.csv", now=now, by=None), now=now, by=None)
    lines = session.scalars(select(LogbookEntry.action).order_by(LogbookEntry.id)).all()
    assert lines == ["import-applied", "import-taken-back"]


def test_a_list_that_was_taken_back_can_be_read_again(session: Session, now: datetime) -> None:
    data = organisations(DE_VOEG)
    undo_list(session, batch_of(session, read(session, data, now)), now=now, by=None)

    report = read(session, data, now)

    assert report.counts["new"] == 1
    assert session.scalars(select(Mailbox.address).order_by(Mailbox.id)).first() == "info@devoeg.example.org"
