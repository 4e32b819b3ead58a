"""The letter beside the form: from a key that was pressed to the new letter, for newsletters of 10, 30 and 60 blocks.

The whole request as the office answers it, without the network and the browser: who is there, the draft, the form, the
letter compiled and filled. Beside it what the compiling alone takes. Medians and the slowest of twenty, milliseconds.
"""

from __future__ import annotations

import argparse
import os
import platform
import statistics
import tempfile
import time
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

from flask.testing import FlaskClient
from pydantic import SecretStr
from sqlalchemy import select

from mailer.app import create_app
from mailer.cli.sample import create_sample
from mailer.foundation import clock
from mailer.foundation.database import Database
from mailer.foundation.migrating import migrate
from mailer.foundation.settings import Settings
from mailer.mailings.compiling.rendering import compile_letter
from mailer.mailings.drafts.composing import create_mailing
from mailer.mailings.models import Block, Mailing
from mailer.mailings.sample import newsletter_spec
from mailer.staff.models import OperatorRole
from mailer.staff.operators import add_operator, find_operator

GOAL_MS = 150
SIZES = (10, 30, 60)


def run(arguments: Sequence[str]) -> None:
    """Measure and print, one line a size."""
    parser = argparse.ArgumentParser(prog="composing", description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--keys", type=int, default=20, help="how many keys are pressed at each size")
    options = parser.parse_args(arguments)
    print(f"Python {platform.python_version()}, {os.cpu_count()} cores, SQLite; goal: {GOAL_MS} ms for 30 blocks")
    print(f"{'blocks':>6} {'HTML kB':>8} {'compile':>8} {'a key':>8} {'slowest':>8}")
    with tempfile.TemporaryDirectory() as folder:
        database = _sample(Path(folder))
        for blocks in SIZES:
            _print_row(database, blocks, options.keys)
        database.close()


def _sample(folder: Path) -> Database:
    settings = Settings(_env_file=None, data_dir=folder, secret_key=SecretStr("only to measure"), sample=True)  # type: ignore[call-arg]
    database = Database(settings)
    migrate(database)
    with database.transaction() as session:
        create_sample(session, seed=7)
    return database


def _print_row(database: Database, blocks: int, keys: int) -> None:
    mailing, text = _newsletter(database, blocks)
    client = _editor(database)
    path = f"/mailings/{mailing}/voorbeeld?blok={text}&kijk=computer"
    asked = _times(keys, lambda key: _press(client, path, key))
    compiled = _times(keys, lambda _key: _compile(database, mailing))
    size = len(_press(client, path, 0)) / 1000
    figures = (statistics.median(compiled), statistics.median(asked), max(asked))
    print(f"{blocks:>6} {size:>8.0f} " + " ".join(f"{figure:>8.1f}" for figure in figures))


def _newsletter(database: Database, blocks: int) -> tuple[int, int]:
    """Make a newsletter of so many blocks, its kinds as the sample mixes them; return it and its first text."""
    spec = newsletter_spec()
    some: list[dict[str, Any]] = spec["blocks"]
    spec["blocks"] = [some[number % len(some)] for number in range(blocks)]
    with database.transaction() as session:
        mailing = create_mailing(session, spec, now=clock.now())
        text = session.scalars(
            select(Block.id).where(Block.mailing_id == mailing.id, Block.type == "text").limit(1)
        ).one()
        return mailing.id, text


def _editor(database: Database) -> FlaskClient:
    """Return a browser that is signed in, for one size of newsletter."""
    app = create_app(database.settings, database)
    # The token is checked in a few microseconds; what it costs is not what is asked here.
    app.config["WTF_CSRF_ENABLED"] = False
    with database.transaction() as session:
        operator = find_operator(session, "marit@example.org") or add_operator(
            session, "marit@example.org", role=OperatorRole.EDITOR, name="Marit", now=clock.now()
        )
        entered = {"operator": operator.id, "epoch": operator.session_epoch}
    client = app.test_client()
    with client.session_transaction() as cookie:
        cookie.update(entered)
    return client


def _press(client: FlaskClient, path: str, key: int) -> str:
    typed = f"<p>[[mailbox.greeting]]</p><p>Donderdag is er soep voor iedereen. {'Kom je ook? ' * (key + 1)}</p>"
    answer = client.post(path, data={"html": typed})
    if answer.status_code != 200:
        raise SystemExit(f"The letter was not shown: {answer.status}")
    return answer.text


def _compile(database: Database, mailing_id: int) -> None:
    with database.transaction(writes=False) as session:
        compile_letter(session, session.get_one(Mailing, mailing_id), now=clock.now())


def _times(keys: int, press: Callable[[int], object]) -> list[float]:
    press(0)  # The first compiles the templates, once per process.
    taken = []
    for key in range(keys):
        started = time.perf_counter()
        press(key)
        taken.append((time.perf_counter() - started) * 1000)
    return taken
