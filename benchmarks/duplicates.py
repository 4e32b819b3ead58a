"""Finding duplicates: every likely pair among 20,000 organisations and 50,000 people, from cold rows to the list."""

from __future__ import annotations

import argparse
import tempfile
import time
from datetime import UTC, datetime
from pathlib import Path

from pydantic import SecretStr

from mailer.directory.duplicates import KINDS, propose
from mailer.directory.duplicates.proposing import cards_of
from mailer.directory.sample.districts.stamping import stamp_directory
from mailer.foundation.database import Database
from mailer.foundation.migrating import migrate
from mailer.foundation.settings import Settings


def run(arguments: list[str]) -> None:
    """Print how many pairs were compared and proposed of each kind, and how long that took."""
    wanted = argparse.ArgumentParser(prog="duplicates")
    wanted.add_argument("--organisations", type=int, default=20_000)
    wanted.add_argument("--people", type=int, default=50_000)
    options = wanted.parse_args(arguments)
    with tempfile.TemporaryDirectory() as folder:
        database = _fill(Path(folder), organisations=options.organisations, people=options.people)
        print(f"{'kind':14} {'rows':>8} {'compared':>10} {'proposed':>10} {'seconds':>8} {'of which CPU':>13}")
        with database.transaction(writes=False) as session:
            for kind in KINDS:
                began, cpu = time.perf_counter(), time.process_time()
                pairs = propose(session, day=datetime.now(UTC).date(), kinds=[kind])
                took, busy = time.perf_counter() - began, time.process_time() - cpu
                cards = cards_of(session, kind)
                compared = len(cards.candidates())
                print(f"{kind:14} {len(cards.by_id):8} {compared:10} {len(pairs):10} {took:8.1f} {busy:13.1f}")
        database.close()


def _fill(folder: Path, *, organisations: int, people: int) -> Database:
    settings = Settings(
        data_dir=folder, database_url=f"sqlite:///{folder / 'bench.sqlite3'}", secret_key=SecretStr("b" * 40)
    )
    database = Database(settings)
    migrate(database)
    with database.transaction() as session:
        stamp_directory(session, 2027, organisations=organisations, people=people)
    return database
