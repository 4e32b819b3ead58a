"""Sending a mailing: the whole send path beside Postfix's smtp-source and a naive loop, as ratios in one run.

Ours does everything: claim, permission, limits, greeting and links, the gate before each dot, and the record of each
try; with one worker process and two, on PostgreSQL and SQLite, unsigned and signed. All send letters of about 40 kB to
the same sink on this machine, in turn. Sink, database and senders share the cores: look at the ratios.
"""

from __future__ import annotations

import argparse
import os
import platform
import resource
import shutil
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from pathlib import Path

from benchmarks import naive
from benchmarks.sending_house import HTML, TEXT, all_accepted, make_house, queue_again
from benchmarks.sending_workers import ED25519, RSA, Workers, make_keys
from benchmarks.servers import find_postgresql, free_port, postgresql, wait_for
from mailer.foundation.database import Database

POSTFIX = "/usr/sbin:/usr/libexec/postfix"
YARDSTICK = "smtp-source -d"
# Ed25519 is never the only signature: not every receiver knows it.
BOTH = f"{RSA} and {ED25519}"


@dataclass
class Runner:
    """One way of sending, and how it did in each round."""

    name: str
    send: Callable[[str], int]
    # Put back before each round, outside the measurement.
    prepare: Callable[[], None] = lambda: None
    per_second: list[float] = field(default_factory=list)
    cpu_micros: list[float] = field(default_factory=list)
    workers: Workers | None = None

    def go(self, relay: str) -> None:
        self.prepare()
        if self.workers:
            self.workers.start(relay)
        began, cpu = time.perf_counter(), _cpu_seconds()
        letters = self.send(relay)
        self.per_second.append(letters / (time.perf_counter() - began))
        worked = self.workers.cpu_seconds if self.workers else _cpu_seconds() - cpu
        self.cpu_micros.append(worked / letters * 1e6)


def run(arguments: list[str]) -> None:
    """Measure, and print a table for each sink; then where the time goes."""
    options = _options(arguments)
    with ExitStack() as stack:
        folder = Path(stack.enter_context(tempfile.TemporaryDirectory()))
        runners = _runners(options, folder, stack)
        print(f"{os.cpu_count()} cores · Python {platform.python_version()} · {options.letters} letters of about 40 kB")
        print(f"{options.connections} connections · medians of {options.rounds} interleaved rounds\n")
        for name, command in _sinks(options).items():
            relay = command if isinstance(command, str) else stack.enter_context(_sink(command))
            _measure(name, relay, runners)(options.rounds)
            if options.profile:
                _profile(runners, relay)


def _options(arguments: list[str]) -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m benchmarks sending")
    parser.add_argument("--letters", type=int, default=20_000)
    parser.add_argument("--connections", type=int, default=16)
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--sink", action="append", default=[], help="host:port of another sink, more than once")
    parser.add_argument("--rtt", type=float, default=0, help="milliseconds to a sink that is far away, instead")
    parser.add_argument("--only", default="", help="only ways whose name holds this, or this|that; and the yardstick")
    parser.add_argument("--turn", type=float, help="microseconds that a thread may go on while others wait")
    parser.add_argument("--profile", action="store_true", help="tell where the time goes, of each way of ours")
    return parser.parse_args(arguments)


def _runners(options: argparse.Namespace, folder: Path, stack: ExitStack) -> list[Runner]:
    runners = [Runner("naive loop, 1 connection", lambda relay: _naive(relay, folder, max(100, options.letters // 40)))]
    if shutil.which("smtp-source", path=_path()):
        runners.append(Runner(YARDSTICK, lambda relay: _smtp_source(relay, options)))
    keys = make_keys(folder)
    ways = {
        "PostgreSQL": [(1, ""), (2, ""), (2, RSA), (2, BOTH)],
        "SQLite": [(1, "")],
    }
    for kind, each in ways.items():
        wanted = [(number, key) for number, key in each if _is_wanted(_name(kind, number, key), options)]
        if wanted and (database := _database(kind, folder, options.letters, stack)):
            runners += [_ours(kind, database, number, key, keys, options) for number, key in wanted]
    return [one for one in runners if _is_wanted(one.name, options) or one.name == YARDSTICK]


def _is_wanted(name: str, options: argparse.Namespace) -> bool:
    return any(part in name for part in options.only.split("|"))


def _database(kind: str, folder: Path, letters: int, stack: ExitStack) -> Database | None:
    url = ""
    if kind == "PostgreSQL":
        programs = find_postgresql()
        if programs is None:
            return None
        url = stack.enter_context(postgresql(programs))
    database = make_house(folder / kind, url, letters)
    stack.callback(database.close)
    return database


def _name(kind: str, processes: int, key: str) -> str:
    return f"ours, {kind}, {processes} process{'es' if processes > 1 else ''}, {key or 'unsigned'}"


def _ours(
    kind: str, database: Database, processes: int, key: str, keys: dict[str, Path], options: argparse.Namespace
) -> Runner:
    signs_with = {"": [], RSA: [keys[RSA]], BOTH: [keys[RSA], keys[ED25519]]}[key]
    workers = Workers(
        database.settings, processes, options.connections, signs_with, profile=options.profile, turn=options.turn
    )

    def send(_relay: str) -> int:
        letters = workers.go()
        assert all_accepted(database), "not every letter was accepted"
        return letters

    return Runner(_name(kind, processes, key), send, lambda: queue_again(database), workers=workers)


def _naive(relay: str, folder: Path, letters: int) -> int:
    html = HTML.format(greeting="{{ greeting }}", leave="{{ leave }}")
    text = TEXT.format(greeting="{{ greeting }}", leave="{{ leave }}")
    naive.send_all(int(relay.rpartition(":")[2]), folder, letters=letters, html=html, text=text)
    return letters


def _smtp_source(relay: str, options: argparse.Namespace) -> int:
    program = shutil.which("smtp-source", path=_path())
    letters = options.letters if not options.rtt else options.letters // 4
    sizes = ["-s", str(options.connections), "-m", str(letters), "-l", "38000"]
    subprocess.run([str(program), "-d", *sizes, relay], check=True)
    return letters


def _sinks(options: argparse.Namespace) -> dict[str, list[str] | str]:
    """Return name → how to start it (the port is added), or where it is."""
    if options.rtt:
        far = [sys.executable, "-m", "benchmarks.far_sink", "PORT", str(options.rtt)]
        return {f"a sink at {options.rtt:g} ms": far}
    postfix = shutil.which("smtp-sink", path=_path())
    near: dict[str, list[str] | str] = {}
    if postfix:
        near["smtp-sink"] = [postfix, "-u", "nobody", "127.0.0.1:PORT", "1024"]
    else:
        near["our own sink"] = [sys.executable, "-m", "benchmarks.sink", "PORT"]
    return near | {place: place for place in options.sink}


@contextmanager
def _sink(command: list[str]) -> Iterator[str]:
    port = free_port()
    sink = subprocess.Popen([part.replace("PORT", str(port)) for part in command])
    try:
        wait_for(port)
        yield f"127.0.0.1:{port}"
    finally:
        sink.kill()
        sink.wait()


def _measure(name: str, relay: str, runners: list[Runner]) -> Callable[[int], None]:
    def measure(rounds: int) -> None:
        for runner in runners:
            runner.per_second, runner.cpu_micros = [], []
        for _ in range(rounds):
            for runner in runners:
                runner.go(relay)
        _print(name, runners)

    return measure


def _print(name: str, runners: list[Runner]) -> None:
    print(f"to {name}: letters a second [lowest–highest], processor time of the sender, memory, ratios")
    bases = {one.name.split(",")[0]: statistics.median(one.per_second) for one in runners}
    for one in runners:
        rate = statistics.median(one.per_second)
        speed = f"{rate:7.0f}/s [{min(one.per_second):.0f}–{max(one.per_second):.0f}]"
        cpu = f"{statistics.median(one.cpu_micros):6.0f} µs"
        memory = f"{one.workers.megabytes:4.0f} MB" if one.workers else " " * 7
        ratios = [f"{rate / base:6.2f} × {what}" for what, base in bases.items() if not what.startswith("ours")]
        print(f"{one.name:42} {speed:26} {cpu} {memory}  {'  '.join(ratios)}", flush=True)
    print()


def _profile(runners: list[Runner], relay: str) -> None:
    for one in runners:
        if one.workers:
            print(f"{one.name}, to {relay}: where the time of a letter goes, in µs (a worker, its last round)")
            one.workers.print_stages()
            print()


def _path() -> str:
    return f"{os.environ.get('PATH', '')}:{POSTFIX}"


def _cpu_seconds() -> float:
    """This process and the children it waited for; the sink is none of those yet."""
    own = resource.getrusage(resource.RUSAGE_SELF)
    children = resource.getrusage(resource.RUSAGE_CHILDREN)
    return own.ru_utime + own.ru_stime + children.ru_utime + children.ru_stime
