"""A database that was put back or copied sends nothing before a person says so (I8). Real copies, real backups."""

from __future__ import annotations

import shutil
import subprocess
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest
from pydantic import SecretStr
from sqlalchemy import select
from sqlalchemy.engine import make_url

from mailer.deliveries.holding import stop
from mailer.deliveries.models import DataFolder, Delivery, DeliveryState
from mailer.deliveries.queries import is_idle
from mailer.deliveries.restored.guarding import stand_guard
from mailer.deliveries.restored.marks import read_mark, write_mark
from mailer.deliveries.restored.withholding import confirm, is_withheld, withheld
from mailer.deliveries.working import drain, sweep
from mailer.foundation.database import Database, database_moment
from mailer.foundation.errors import Conflict
from mailer.foundation.outbox import owe_letter
from mailer.mailings.models import Mailing, MailingState
from tests.conftest import SERVER, make_settings
from tests.deliveries.rows import a_mailing_being_sent, states, wait_until_somebody_waits
from tests.smtp_server import SmtpServer

only_sqlite = pytest.mark.skipif(bool(SERVER), reason="a file that is copied")
only_server = pytest.mark.skipif(not SERVER, reason="SQLite has one writer at a time")
PROGRAMS = sorted(Path("/usr/lib/postgresql").glob("*/bin/pg_dump"))
DUMP = shutil.which("pg_dump") or (str(PROGRAMS[-1]) if PROGRAMS else "")
on_postgresql = pytest.mark.skipif(not SERVER or not DUMP, reason="needs a PostgreSQL server and its programs")


def begin(database: Database) -> int:
    """A mailing half sent and a one-off letter owed, in a database that this data folder sends for."""
    with database.transaction() as session:
        mailing = a_mailing_being_sent(session, 4)
        owe_letter(session, "sign-in-link", subject_id=1, address="marit@x.example.org", now=mailing.created_at)
    assert stand_guard(database, sends=True)
    return mailing.id


def elsewhere(url: str, folder: Path) -> Database:
    """The same installation with another database, or another data folder."""
    return Database(make_settings(folder, database_url=url))


def is_held(database: Database, mailing_id: int) -> bool:
    with database.transaction(writes=False) as session:
        mailing = session.get_one(Mailing, mailing_id)
        return mailing.state is MailingState.HELD and is_withheld(session)


def test_a_database_that_stays_where_it_is_is_never_doubted(database):
    mailing = begin(database)
    for _ in range(3):
        assert stand_guard(database, sends=True)
        sweep(database)

    assert not is_held(database, mailing)
    with database.transaction(writes=False) as session:
        assert session.scalars(select(DataFolder.count)).all() == [4]


@only_sqlite
def test_a_copied_file_sends_nothing_and_the_original_goes_on(database, tmp_path):
    mailing = begin(database)
    copied = tmp_path / "staging"
    shutil.copytree(database.settings.data_dir, copied)
    clone = elsewhere(f"sqlite:///{copied / 'test.sqlite3'}", copied)

    with SmtpServer() as server:
        clone.settings.__dict__["smtp_url"] = server.url
        sweep(clone)
        drain(clone)
        assert server.dots == 0

    assert is_held(clone, mailing)
    assert stand_guard(database, sends=True)
    assert not is_held(database, mailing)
    clone.close()


@only_sqlite
def test_a_backup_put_back_in_its_place_is_held(database, tmp_path):
    mailing = begin(database)
    file = make_url(database.settings.effective_database_url).database
    database.close()
    shutil.copyfile(file, tmp_path / "backup.sqlite3")
    assert stand_guard(database, sends=True)  # Letters left after the backup was made.
    database.close()

    shutil.copyfile(tmp_path / "backup.sqlite3", file)

    assert not stand_guard(database)
    assert is_held(database, mailing)
    with database.transaction(writes=False) as session:
        assert "ouder dan wat er al verzonden is" in session.get_one(Mailing, mailing).held_because


@only_sqlite
def test_a_backup_on_a_fresh_machine_is_held(database, tmp_path):
    """The same path, and a data folder that knows nothing."""
    mailing = begin(database)
    (database.settings.data_dir / "sending.json").unlink()

    assert not stand_guard(database)
    assert is_held(database, mailing)


def test_a_data_folder_that_was_copied_is_held(database):
    """Two machines with one mark: the one that stayed behind is not sure which of them is meant."""
    mailing = begin(database)
    mark = read_mark(database.settings.data_dir)
    for _ in range(2):
        stand_guard(database, sends=True)

    write_mark(database.settings.data_dir, mark)

    assert not stand_guard(database)
    assert is_held(database, mailing)


def test_a_crash_between_commit_and_file_is_no_doubt(database):
    mailing = begin(database)
    mark = read_mark(database.settings.data_dir)
    stand_guard(database, sends=True)
    write_mark(database.settings.data_dir, mark)

    assert stand_guard(database)
    assert not is_held(database, mailing)


def test_what_is_asked_afterwards_leaves_and_what_waited_goes_when_a_person_says_so(database):
    mailing = begin(database)
    write_mark(database.settings.data_dir, read_mark(database.settings.data_dir).__class__("vreemd", 9))
    with SmtpServer() as server:
        database.settings.__dict__["smtp_url"] = server.url
        sweep(database)
        with database.transaction() as session:
            assert is_idle(session, now=database_moment(session))
            owe_letter(session, "sign-in-link", subject_id=2, address="nu@x.example.org", now=database_moment(session))
        sweep(database)
        with database.transaction(writes=False) as session:
            one_off = select(Delivery.address, Delivery.state).where(Delivery.mailing_id.is_(None))
            assert {tuple(row) for row in session.execute(one_off)} == {
                ("marit@x.example.org", DeliveryState.DEFERRED),
                ("nu@x.example.org", DeliveryState.QUEUED),
            }

        with database.transaction() as session:
            assert confirm(session, by=None, now=database_moment(session)) == 1
            assert withheld(session) is None
            with pytest.raises(Conflict):
                confirm(session, by=None, now=database_moment(session))
        for _ in range(2):
            sweep(database)
            drain(database)

        with database.transaction(writes=False) as session:
            assert set(states(session, session.get_one(Mailing, mailing)).values()) == {"accepted"}


def test_a_mailing_that_waited_for_its_own_reason_keeps_it(database):
    begin(database)
    with database.transaction() as session:
        own = a_mailing_being_sent(
            session, ["x@x.example.org"], state=MailingState.HELD, held_because="Er mist een foto."
        )
        paused = a_mailing_being_sent(session, ["y@x.example.org"], state=MailingState.PAUSED)
    (database.settings.data_dir / "sending.json").write_text('{"key": "vreemd", "count": 3}')

    stand_guard(database)
    with database.transaction() as session:
        assert confirm(session, by=None, now=database_moment(session)) == 1
        assert session.get_one(Mailing, own.id).held_because == "Er mist een foto."
        assert session.get_one(Mailing, paused.id).state is MailingState.PAUSED


@only_server
def test_a_person_who_says_that_all_is_well_while_another_stops_a_mailing_is_not_refused(database):
    stopped, waits = begin(database), begin(database)
    (database.settings.data_dir / "sending.json").write_text('{"key": "vreemd", "count": 3}')
    stand_guard(database)

    def says() -> int:
        with database.transaction() as session:
            return confirm(session, by=None, now=database_moment(session))

    with ThreadPoolExecutor(1) as pool:
        with database.transaction() as stopping:
            stop(stopping, stopping.get_one(Mailing, stopped), now=database_moment(stopping))
            said = pool.submit(says)
            wait_until_somebody_waits(database)
        assert said.result(10) == 1

    with database.transaction(writes=False) as session:
        assert not is_withheld(session)
        assert session.get_one(Mailing, waits).state is MailingState.SENDING


def test_nothing_unsent_asks_nothing(database):
    assert stand_guard(database, sends=True)
    write_mark(database.settings.data_dir, read_mark(database.settings.data_dir).__class__("vreemd", 9))

    assert stand_guard(database)
    with database.transaction(writes=False) as session:
        assert not is_withheld(session)


@on_postgresql
def test_another_host_of_the_same_installation_just_joins(database, tmp_path):
    mailing = begin(database)
    host = elsewhere(database.settings.effective_database_url, tmp_path / "host2")

    assert stand_guard(host, sends=True)
    assert stand_guard(database, sends=True)
    assert not is_held(database, mailing)
    host.close()


@on_postgresql
def test_a_dump_read_into_a_new_database_is_held(database, make_database, tmp_path):
    mailing = begin(database)
    dump(database, tmp_path / "backup.dump")
    staging = make_database()
    restore(staging, tmp_path / "backup.dump")

    assert not stand_guard(staging)
    assert is_held(staging, mailing)
    assert stand_guard(database, sends=True)


@on_postgresql
def test_a_dump_read_back_into_its_own_database_is_held(database, tmp_path):
    mailing = begin(database)
    dump(database, tmp_path / "backup.dump")
    assert stand_guard(database, sends=True)  # Letters left after the backup was made.

    restore(database, tmp_path / "backup.dump")

    assert not stand_guard(database)
    assert is_held(database, mailing)


def dump(database: Database, file: Path) -> None:
    subprocess.run([DUMP, "-Fc", "-f", file, "-d", plain(database)], check=True)


def restore(database: Database, file: Path) -> None:
    database.close()
    program = str(Path(DUMP).parent / "pg_restore")
    subprocess.run([program, "--clean", "--if-exists", "-d", plain(database), file], check=True)


def plain(database: Database) -> str:
    return database.settings.effective_database_url.replace("postgresql+psycopg", "postgresql")


def test_secrets_do_not_stand_in_the_mark(database):
    assert stand_guard(database, sends=True)

    told = (database.settings.data_dir / "sending.json").read_text()
    assert SecretStr("only for tests").get_secret_value() not in told
