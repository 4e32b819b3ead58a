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
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from benchmarks.audiences_asked import count_by_database, count_by_mirror, explain_addresses
from benchmarks.audiences_frozen import freeze
from benchmarks.large_directory import a_directory, sample
from benchmarks.measuring import Measure, say
from benchmarks.servers import find_postgresql
from mailer.foundation.database import Database


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
            yield "PostgreSQL", a_directory(options.database_url, programs)
        else:
            print("PostgreSQL is not on this machine and no --database-url was given: it is left out.")
    if options.only != "postgresql":
        yield "SQLite", a_directory(f"sqlite:///{Path(options.sqlite).absolute()}" if options.sqlite else "", None)


def _aloud(name: str, measure: Measure) -> Measure:
    """A million people take a while: each figure is told as soon as it is there, all of them in a table at the end."""
    print(f"{name}: {measure.name} {measure.told}", file=sys.stderr, flush=True)
    return measure


def _measure(database: Database, options: argparse.Namespace) -> Iterator[Measure]:
    now = datetime.now(UTC)
    yield sample(database, options.people)
    yield from count_by_database(database, options.runs, now)
    yield from count_by_mirror(database, options.runs, now)
    yield explain_addresses(database, options.runs, now)
    yield from freeze(database, now)


def _print(columns: dict[str, list[Measure]], options: argparse.Namespace, load: float) -> None:
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024
    print(
        f"{options.people} people · {os.cpu_count()} cores, load {load:.1f} · Python {platform.python_version()} · "
        f"peak memory {peak} MB · p95 [least] of {options.runs} runs; the worst of fewer where each takes seconds"
    )
    names = list(columns)
    print(f"{'':28}" + "".join(f"{name:>24}" for name in names) + f"{'target':>10}" + ("   ratio" if names[1:] else ""))
    for row in zip(*columns.values(), strict=True):
        target = say(row[0].target) if row[0].target else ""
        line = f"{row[0].name:28}" + "".join(f"{each.told:>24}" for each in row) + f"{target:>10}"
        is_comparable = len(names) > 1 and all(each.seconds for each in row)
        print(line + (f"{min(row[1].seconds) / min(row[0].seconds):8.1f}" if is_comparable else ""))
