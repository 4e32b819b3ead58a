"""Audiences in a large directory: making it, counting rules, explaining and freezing, PostgreSQL beside SQLite.

Every figure is of the whole path through our own code, in one process; the databases take turns. The targets are for a
million people on PostgreSQL (decision 0056). ``--people 20000`` gives an impression within a minute.
"""

from __future__ import annotations

import argparse
import os
import platform
import resource
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime
from math import ceil
from pathlib import Path
from threading import Thread
from typing import Any

from pydantic import SecretStr
from sqlalchemy import func, select, text, update
from sqlalchemy.orm import Session

from benchmarks.servers import find_postgresql, postgresql
from mailer.audiences.counting import count
from mailer.audiences.explaining import explain
from mailer.audiences.keeping import kept_letters
from mailer.audiences.mirroring import MIRROR, DirectoryMirror
from mailer.cli.sample import create_sample
from mailer.deliveries.asking import purpose_of
from mailer.deliveries.freezing import freeze_deliveries
from mailer.deliveries.models import Delivery, DeliveryState
from mailer.deliveries.preparing import prepare
from mailer.deliveries.warming import Warmth
from mailer.directory.models import Mailbox, Organisation
from mailer.foundation.database import Database
from mailer.foundation.migrating import migrate
from mailer.foundation.settings import Settings
from mailer.mailings.models import Mailing, MailingKind, MailingState
from mailer.subscriptions.models import Topic
from mailer.subscriptions.sample.sender import has_sample

Rule = dict[str, Any]
EVERYBODY: Rule = {"all": []}
# Three levels each, over large parts of the directory.
RULES: list[Rule] = [
    {
        "all": [
            {
                "any": [
                    {"theme": ["groen", "sport"]},
                    {"all": [{"neighbourhood": ["spangen"]}, {"network": "welzijnscoalitie"}]},
                ]
            },
            {"none": [{"any": [{"kind": ["bewonersinitiatief"]}, {"role": ["coordinator"]}]}]},
        ]
    },
    {
        "all": [
            {"any": [{"neighbourhood": ["bospolder", "tussendijken"]}, {"all": [{"theme": ["welzijn"]}]}]},
            {"none": [{"all": [{"theme": ["sport"]}, {"language": ["tr", "ar"]}]}]},
        ]
    },
    {
        "any": [
            {"all": [{"network": "welzijnscoalitie"}, {"none": [{"theme": ["wonen", "armoede"]}]}]},
            {"all": [{"role": ["bestuur"]}, {"any": [{"theme": ["jeugd"]}, {"neighbourhood": ["middelland"]}]}]},
        ]
    },
    {
        "none": [
            {"all": [{"kind": ["bewonersinitiatief"]}, {"any": [{"theme": ["groen"]}, {"theme": ["kunst-cultuur"]}]}]},
            {"any": [{"role": ["vrijwilliger"]}, {"all": [{"neighbourhood": ["spangen"]}]}]},
        ]
    },
]
REACHES = ("everyone", "contacts", "one_per_organisation")
TARGETS = {"sample": 180.0, "count": 0.3, "explain": 0.05, "freeze": 8.0}


@dataclass
class Measure:
    """One thing that was timed: seconds of every run."""

    name: str
    target: float | None = None
    seconds: list[float] = field(default_factory=list)

    @property
    def told(self) -> str:
        ordered = sorted(self.seconds)
        if not ordered:
            return "–"
        if len(ordered) < 3:
            return f"{_say(ordered[0])}"
        p95 = ordered[ceil(len(ordered) * 0.95) - 1]
        return f"{_say(p95)} [{_say(ordered[0])}]"

    def go(self, deed: Callable[[], Any]) -> None:
        began = time.perf_counter()
        deed()
        self.seconds.append(time.perf_counter() - began)


def run(arguments: list[str]) -> None:
    """Measure, and print a table."""
    options = _options(arguments)
    columns: dict[str, list[Measure]] = {}
    load = os.getloadavg()[0]
    for name, opened in _databases(options):
        with opened as database:
            columns[name] = [_aloud(name, measure) for measure in _measure(database, options)]
    _print(columns, options, load)


def _options(arguments: list[str]) -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m benchmarks audiences")
    parser.add_argument("--people", type=int, default=1_000_000)
    parser.add_argument("--runs", type=int, default=48, help="how often a rule is counted, and an address explained")
    url = "a PostgreSQL database, empty or with a sample in it, instead of a server of our own"
    parser.add_argument("--database-url", default="", help=url)
    parser.add_argument("--sqlite", default="", metavar="FILE", help="a SQLite database, likewise")
    parser.add_argument("--only", choices=("postgresql", "sqlite"), help="leave the other out")
    return parser.parse_args(arguments)


def _databases(options: argparse.Namespace) -> Iterator[tuple[str, Any]]:
    if options.only != "sqlite":
        programs = find_postgresql()
        if options.database_url or programs:
            yield "PostgreSQL", _opened(options.database_url, programs)
        else:
            print("PostgreSQL is not on this machine and no --database-url was given: it is left out.")
    if options.only != "postgresql":
        yield "SQLite", _opened(f"sqlite:///{Path(options.sqlite).absolute()}" if options.sqlite else "", None)


@contextmanager
def _opened(url: str, programs: Path | None) -> Iterator[Database]:
    with ExitStack() as stack:
        folder = stack.enter_context(tempfile.TemporaryDirectory())
        if not url and programs:
            url = stack.enter_context(postgresql(programs))
        settings = Settings(
            _env_file=None,
            data_dir=Path(folder),
            database_url=url,
            secret_key=SecretStr("benchmark"),
            base_url="https://tegelpost.example.org",
        )
        database = Database(settings)
        stack.callback(database.close)
        migrate(database)
        yield database


def _aloud(name: str, measure: Measure) -> Measure:
    """A million people take a while: each figure is told as soon as it is there, all of them in a table at the end."""
    print(f"{name}: {measure.name} {measure.told}", file=sys.stderr, flush=True)
    return measure


def _measure(database: Database, options: argparse.Namespace) -> Iterator[Measure]:
    now = datetime.now(UTC)
    yield _sample(database, options.people)
    yield from _count(database, options.runs, now)
    yield from _mirror(database, options.runs, now)
    yield _explain(database, options.runs, now)
    yield from _freeze(database, now)


def _sample(database: Database, people: int) -> Measure:
    made = Measure("making the sample", TARGETS["sample"])
    with database.transaction(writes=False) as session:
        is_there = has_sample(session)
    if not is_there:
        made.go(lambda: _make(database, people))
        _settle(database)
    return made


def _make(database: Database, people: int) -> None:
    with database.transaction() as session:
        create_sample(session, people=people)


def _settle(database: Database) -> None:
    """What PostgreSQL does by itself within a minute after so many rows, done before measuring and not during."""
    if database.engine.dialect.name == "postgresql":
        with database.engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
            connection.execute(text("VACUUM ANALYZE"))


def _count(database: Database, runs: int, now: datetime) -> Iterator[Measure]:
    """By the database itself: SQLite always, PostgreSQL while its mirror is not filled."""
    rules, whole = Measure("count, by the database"), Measure("the same, whole directory")
    with database.transaction(writes=False) as session:
        for audience in _audiences(min(runs, 12)):
            rules.go(lambda audience=audience: count(session, audience, now=now))  # type: ignore[misc]
        whole.go(lambda: count(session, {"rule": EVERYBODY}, now=now))
    yield rules
    yield whole


def _mirror(database: Database, runs: int, now: datetime) -> Iterator[Measure]:
    """As the web counts in a large directory on PostgreSQL; SQLite has no mirror."""
    filled, rules = Measure("filling the mirror"), Measure("count, three levels", TARGETS["count"])
    whole, after = Measure("count, the whole directory", TARGETS["count"]), Measure("count, just after a change")
    if database.engine.dialect.name == "postgresql":
        mirror = DirectoryMirror(database, large=0)
        filled.go(mirror.catch_up)
        database.share(MIRROR, mirror)
        with database.transaction(writes=False) as session:
            count(session, {"rule": EVERYBODY}, now=now)
            for audience in _audiences(runs):
                rules.go(lambda audience=audience: count(session, audience, now=now))  # type: ignore[misc]
            for _ in range(3):
                whole.go(lambda: count(session, {"rule": EVERYBODY}, now=now))
        for audience in _audiences(6):
            _touch(database)
            with database.transaction(writes=False) as session:
                after.go(lambda audience=audience: count(session, audience, now=now))  # type: ignore[misc]
        database.share(MIRROR, None)
    yield from (filled, rules, whole, after)


def _audiences(runs: int) -> Iterator[dict[str, Any]]:
    for turn in range(runs):
        yield {"rule": RULES[turn % len(RULES)], "reach": REACHES[turn // len(RULES) % len(REACHES)]}


def _touch(database: Database) -> None:
    with database.transaction() as session:
        first = session.scalars(select(Organisation).order_by(Organisation.id).limit(1)).one()
        session.execute(update(Organisation).where(Organisation.id == first.id).values(checked_on=first.checked_on))


def _explain(database: Database, runs: int, now: datetime) -> Measure:
    explained = Measure("explain", TARGETS["explain"])
    with database.transaction(writes=False) as session:
        last = session.scalar(select(func.max(Mailbox.id))) or 0
        ids = {last * turn // (runs + 1) + 1 for turn in range(1, runs + 1)}
        addresses = session.scalars(select(Mailbox.address).where(Mailbox.id.in_(ids))).all()
        # As the first question of the day does: statements are put together once a process.
        explain(session, {"rule": EVERYBODY}, addresses[0], now=now)
        for turn, address in enumerate(addresses):
            audience = {"rule": RULES[turn % len(RULES)], "reach": REACHES[turn % len(REACHES)]}
            explained.go(lambda audience=audience, address=address: explain(session, audience, address, now=now))  # type: ignore[misc]
    return explained


def _freeze(database: Database, now: datetime) -> Iterator[Measure]:
    """Each in a transaction that is taken back.

    What a worker does at the moment itself: it filled its mirror while the mailing waited, and takes over what changed
    since. What that filling takes is told beside it, and what a mailing that leaves at once takes, without a mirror.
    """
    without, warming = Measure("freezing, no mirror"), Measure("warming up before a mailing")
    alone, after = Measure("freezing deliveries", TARGETS["freeze"]), Measure("freezing, after a change")
    whole = Measure("the whole of prepare")
    is_postgresql = database.engine.dialect.name == "postgresql"
    if is_postgresql:
        _freeze_once(database, without, now)
        with _scheduled(database, now):
            warmth = Warmth(database, large=0)
            warming.go(lambda: _wait_for(warmth.tend(clock=lambda _session: now)))
    for _ in range(3):
        _freeze_once(database, alone, now)
    if is_postgresql:
        _touch(database)
        _freeze_once(database, after, now)
    with _mailing(database, now) as (session, mailing):
        whole.go(lambda: prepare(session, mailing, now=now))
    database.share(MIRROR, None)
    yield from (without, warming, alone, after, whole)


def _freeze_once(database: Database, measure: Measure, now: datetime) -> None:
    # Letters that were taken back are in the way of the next ones; in use there are none.
    _settle(database)
    with _mailing(database, now) as (session, mailing):
        measure.go(lambda: _freeze_deliveries(session, mailing, now))
        _check(session, mailing, now)


@contextmanager
def _scheduled(database: Database, now: datetime) -> Iterator[None]:
    """A mailing that waits for its moment, gone afterwards."""
    with database.transaction() as session:
        mailing = _a_mailing(session, now)
        mailing.state, mailing.scheduled_at = MailingState.SCHEDULED, now
        session.add(mailing)
    try:
        yield
    finally:
        with database.transaction() as session:
            session.delete(session.merge(mailing))


def _wait_for(thread: Thread | None) -> None:
    assert thread is not None
    thread.join()


def _freeze_deliveries(session: Session, mailing: Mailing, now: datetime) -> None:
    assert mailing.audience is not None
    with kept_letters(session, mailing.audience, now=now, purpose=purpose_of(session, mailing)) as letters:
        freeze_deliveries(session, mailing, letters, now=now)


def _check(session: Session, mailing: Mailing, now: datetime) -> None:
    """What is fast and wrong is not fast: as many rows as are counted, and as many of them to be sent."""
    assert mailing.audience is not None
    counted = count(session, mailing.audience, now=now, purpose=purpose_of(session, mailing))
    rows = select(Delivery.state, func.count()).where(Delivery.mailing_id == mailing.id).group_by(Delivery.state)
    made = dict(session.execute(rows).all())
    assert sum(made.values()) == counted.mailboxes
    assert made.get(DeliveryState.QUEUED, 0) == counted.mailable


@contextmanager
def _mailing(database: Database, now: datetime) -> Iterator[tuple[Session, Mailing]]:
    session = database.open()
    try:
        mailing = _a_mailing(session, now)
        session.add(mailing)
        session.flush()
        yield session, mailing
    finally:
        session.rollback()
        session.close()


def _a_mailing(session: Session, now: datetime) -> Mailing:
    return Mailing(
        kind=MailingKind.NEWSLETTER,
        subject="Wat er te doen is",
        topic=session.scalars(select(Topic).order_by(Topic.id)).first(),
        audience={"rule": EVERYBODY, "reach": "everyone", "include": [], "exclude": []},
        state=MailingState.PREPARING,
        created_at=now,
        changed_at=now,
    )


def _print(columns: dict[str, list[Measure]], options: argparse.Namespace, load: float) -> None:
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024
    print(
        f"{options.people} people · {os.cpu_count()} cores, load {load:.1f} · Python {platform.python_version()} · "
        f"peak memory {peak} MB · p95 [least] of {options.runs} runs"
    )
    names = list(columns)
    print(f"{'':28}" + "".join(f"{name:>24}" for name in names) + f"{'target':>10}" + ("   ratio" if names[1:] else ""))
    for row in zip(*columns.values(), strict=True):
        target = _say(row[0].target) if row[0].target else ""
        line = f"{row[0].name:28}" + "".join(f"{each.told:>24}" for each in row) + f"{target:>10}"
        is_comparable = len(names) > 1 and all(each.seconds for each in row)
        print(line + (f"{min(row[1].seconds) / min(row[0].seconds):8.1f}" if is_comparable else ""))


def _say(seconds: float) -> str:
    return f"{seconds:.1f} s" if seconds >= 1 else f"{seconds * 1000:.0f} ms"
