"""A worker reads a long list: it tells how far it is, stops when asked, and leaves nothing half-written."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, timedelta

import pytest
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from mailer.directory.dumping import directory_lines
from mailer.directory.importing import import_file, receive_list, try_batch
from mailer.directory.importing.lists import working
from mailer.directory.importing.lists.queueing import ask_for, cancel, has_lists_due, job_of
from mailer.directory.importing.lists.working import read_due
from mailer.directory.importing.settling import portions
from mailer.directory.models import ImportBatch, ImportDeed, ImportJob, Organisation
from mailer.foundation.database import Database, database_moment
from mailer.staff.models import LogbookEntry
from tests.factories import an_organisation
from tests.web.visitor import an_operator

LIST = "Naam organisatie;Wijk\n" + "".join(f"Koor nummer {n};Spangen\n" for n in range(1, 26))


@pytest.fixture
def database(make_database: Callable[..., Database], monkeypatch: pytest.MonkeyPatch) -> Database:
    monkeypatch.setattr(portions, "ROWS", 10)
    monkeypatch.setattr(working, "TOLD_EVERY_SECONDS", 0.0)
    return make_database()


def upload(database: Database, deed: ImportDeed, *, tried: bool = False) -> int:
    with database.transaction() as session:
        now, by = database_moment(session), an_operator(session)
        batch = receive_list(session, LIST.encode(), file_name="koren.csv", now=now, by=by)
        if tried:
            try_batch(session, batch, now=now, by=by)
        ask_for(session, batch, deed, now=now, by=by)
        return batch.id


def the_job(session: Session, batch_id: int) -> ImportJob:
    job = job_of(session, session.get_one(ImportBatch, batch_id))
    assert job is not None
    return job


def organisations(database: Database) -> int:
    with database.transaction(writes=False) as session:
        return session.scalar(select(func.count()).select_from(Organisation)) or 0


def test_a_long_list_is_tried_by_a_worker_and_changes_nothing(database: Database) -> None:
    batch_id = upload(database, ImportDeed.TRY)

    assert read_due(database) == 1

    with database.transaction(writes=False) as session:
        batch = session.get_one(ImportBatch, batch_id)
        assert (batch.tried_at is not None, len(batch.rows), batch.applied_at) == (True, 25, None)
        job = the_job(session, batch_id)
        assert (job.settled, job.total, job.refusal, job.done_at is not None) == (25, 25, "", True)
    assert organisations(database) == 0


def test_a_long_list_is_applied_by_a_worker_in_one_breath(database: Database) -> None:
    batch_id = upload(database, ImportDeed.APPLY, tried=True)

    read_due(database)

    with database.transaction(writes=False) as session:
        assert session.get_one(ImportBatch, batch_id).applied_at is not None
        assert "import-applied" in session.scalars(select(LogbookEntry.action)).all()
    assert organisations(database) == 25


def test_the_page_can_see_how_far_it_is_while_nothing_is_written_yet(
    database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    batch_id = upload(database, ImportDeed.APPLY, tried=True)
    seen: list[tuple[int, int, bool, int]] = []
    write = working._Progress._write

    def looking(self: working._Progress, **values: object) -> None:
        write(self, **values)
        with database.transaction(writes=False) as session:
            job = the_job(session, batch_id)
            written = session.scalar(select(func.count()).select_from(Organisation)) or 0
            seen.append((job.settled, job.total, job.is_saving, written))

    monkeypatch.setattr(working._Progress, "_write", looking)

    read_due(database)

    assert seen == [(0, 25, False, 0), (10, 25, False, 0), (20, 25, False, 0), (25, 25, False, 0), (25, 25, True, 0)]
    assert organisations(database) == 25


def test_others_write_while_a_list_is_read(database: Database, monkeypatch: pytest.MonkeyPatch) -> None:
    upload(database, ImportDeed.TRY)
    write = working._Progress._write

    def writing(self: working._Progress, **values: object) -> None:
        write(self, **values)
        with database.transaction() as session:
            an_operator(session, f"iemand{values.get('settled')}@tegelpost.example.org")

    monkeypatch.setattr(working._Progress, "_write", writing)

    assert read_due(database) == 1


def test_a_list_is_read_again_when_the_directory_changed_under_it(
    database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    batch_id = upload(database, ImportDeed.APPLY, tried=True)
    land, changed = working._land, []

    def late(stage: working.Rehearsal) -> None:
        if not changed and stage.database is not database:
            changed.append(1)
            with database.transaction() as session:
                an_organisation(session, "Buurttuin De Voeg")
        land(stage)

    monkeypatch.setattr(working, "_land", late)

    read_due(database)

    with database.transaction(writes=False) as session:
        assert session.get_one(ImportBatch, batch_id).applied_at is not None
    assert organisations(database) == 25 + len(changed)


def test_stopping_leaves_everything_as_it_was(database: Database, monkeypatch: pytest.MonkeyPatch) -> None:
    batch_id = upload(database, ImportDeed.APPLY, tried=True)
    write = working._Progress._write

    def stopping(self: working._Progress, **values: object) -> None:
        write(self, **values)
        if values.get("settled") == 10:
            with database.transaction() as session:
                batch = session.get_one(ImportBatch, batch_id)
                assert cancel(session, batch, now=database_moment(session))

    monkeypatch.setattr(working._Progress, "_write", stopping)

    read_due(database)

    with database.transaction(writes=False) as session:
        assert session.get_one(ImportBatch, batch_id).applied_at is None
        assert the_job(session, batch_id).done_at is None
    assert organisations(database) == 0


def test_a_worker_that_died_is_followed_by_another_that_begins_anew(
    database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    batch_id = upload(database, ImportDeed.APPLY, tried=True)
    monkeypatch.setattr(working, "_land", lambda _stage: (_ for _ in ()).throw(KeyboardInterrupt))
    if database.engine.dialect.name == "postgresql":
        monkeypatch.setattr(working._Progress, "save", lambda _self: (_ for _ in ()).throw(KeyboardInterrupt))
    with pytest.raises(KeyboardInterrupt):
        read_due(database)
    monkeypatch.undo()
    assert organisations(database) == 0

    def is_due(after: timedelta) -> bool:
        with database.transaction(writes=False) as session:
            return has_lists_due(session, now=database_moment(session) + after)

    assert not is_due(timedelta())
    assert is_due(working.LEASE * 2)
    later: Callable[[Session], datetime] = lambda session: database_moment(session) + working.LEASE * 2  # noqa: E731
    assert read_due(database, clock=later) == 1
    assert organisations(database) == 25
    with database.transaction(writes=False) as session:
        assert the_job(session, batch_id).done_at is not None


def applied(database: Database) -> int:
    batch_id = upload(database, ImportDeed.APPLY, tried=True)
    read_due(database)
    return batch_id


def ask(database: Database, batch_id: int, deed: ImportDeed) -> None:
    with database.transaction() as session:
        batch = session.get_one(ImportBatch, batch_id)
        ask_for(session, batch, deed, now=database_moment(session), by=None)


def directory(database: Database) -> list[str]:
    with database.transaction(writes=False) as session:
        return list(directory_lines(session))


def test_a_worker_sees_what_taking_back_would_do_and_changes_nothing(database: Database) -> None:
    batch_id = applied(database)
    before = directory(database)
    ask(database, batch_id, ImportDeed.FORESEE)

    assert read_due(database) == 1

    assert directory(database) == before
    with database.transaction(writes=False) as session:
        job = the_job(session, batch_id)
        assert job.undone is not None
        assert job.undone["removed_from"]["organisation"] == 25
        assert (job.settled, job.total) == (job.undone["removed"], job.undone["removed"])


def test_a_long_list_is_taken_back_by_a_worker_as_it_was_before(database: Database) -> None:
    batch_id = upload(database, ImportDeed.APPLY, tried=True)
    before = directory(database)
    read_due(database)
    assert directory(database) != before
    ask(database, batch_id, ImportDeed.TAKE_BACK)

    assert read_due(database) == 1

    assert directory(database) == before
    with database.transaction(writes=False) as session:
        job = the_job(session, batch_id)
        assert job.undone is not None
        assert (job.refusal, job.settled) == ("", 2 * job.undone["removed"])
        assert session.get_one(ImportBatch, batch_id).taken_back_at is not None
        assert "import-taken-back" in session.scalars(select(LogbookEntry.action)).all()


def test_the_page_can_see_how_far_taking_back_is_while_nothing_is_gone_yet(
    database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    batch_id = applied(database)
    ask(database, batch_id, ImportDeed.TAKE_BACK)
    seen: list[tuple[int, int, int]] = []
    write = working._Progress._write

    def looking(self: working._Progress, **values: object) -> None:
        write(self, **values)
        with database.transaction(writes=False) as session:
            job = the_job(session, batch_id)
            there = session.scalar(select(func.count()).select_from(Organisation)) or 0
            seen.append((job.settled, job.total, there))

    monkeypatch.setattr(working._Progress, "_write", looking)

    read_due(database)

    settled = [one for one, _total, _there in seen]
    assert settled == sorted(settled)
    assert len(set(settled)) > 4
    assert {(total, there) for _settled, total, there in seen} == {(seen[0][1], 25)}
    assert organisations(database) == 0


def test_a_worker_that_died_while_taking_back_leaves_the_list_whole_for_another(
    database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    batch_id = upload(database, ImportDeed.APPLY, tried=True)
    before = directory(database)
    read_due(database)
    there = directory(database)
    ask(database, batch_id, ImportDeed.TAKE_BACK)
    monkeypatch.setattr(working._Progress, "save", lambda _self: (_ for _ in ()).throw(KeyboardInterrupt))
    with pytest.raises(KeyboardInterrupt):
        read_due(database)
    monkeypatch.undo()
    assert directory(database) == there

    later: Callable[[Session], datetime] = lambda session: database_moment(session) + working.LEASE * 2  # noqa: E731
    assert read_due(database, clock=later) == 1

    assert directory(database) == before


def test_a_list_under_a_later_one_is_refused_once_and_stays(
    database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    batch_id = applied(database)
    with database.transaction() as session:
        later = b"Naam organisatie;Telefoon\nKoor nummer 1;010-0001234\n"
        import_file(session, later, file_name="later.csv", now=database_moment(session), apply=True)
    there = directory(database)
    ask(database, batch_id, ImportDeed.TAKE_BACK)

    read_due(database)

    assert directory(database) == there
    with database.transaction(writes=False) as session:
        refusal = "Hier kwam een latere lijst overheen. Draai die eerst terug: later.csv."
        assert the_job(session, batch_id).refusal == refusal


def test_a_list_whose_bytes_are_gone_says_so(database: Database) -> None:
    batch_id = upload(database, ImportDeed.TRY)
    for path in database.settings.imports_dir.iterdir():
        path.unlink()

    read_due(database)

    with database.transaction(writes=False) as session:
        assert the_job(session, batch_id).refusal.startswith("Dit bestand is niet bewaard.")
