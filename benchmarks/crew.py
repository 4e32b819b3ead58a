"""Handing over: the crew of connections against Postfix's smtp-source, our blocking transport and smtplib.

Letters of about 40 kB, made beforehand as far as readers share them; no database and no gate, only the wire. Everything
sends to the same sinks in turn, and the ratios are taken within a round. Then once more at a round trip of 20 ms, and
a profile of the crew. Sinks: Postfix's smtp-sink where it is installed, and any that ``--sink`` names.
"""

from __future__ import annotations

import argparse
import cProfile
import os
import platform
import pstats
import resource
import shutil
import smtplib
import statistics
import subprocess
import sys
from collections import defaultdict
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from time import perf_counter

from benchmarks.servers import free_port, wait_for
from mailer.wire.body import Body, prepare_body
from mailer.wire.crew import Crew, Outgoing, Patience
from mailer.wire.relay import Relay, parse_relay
from mailer.wire.replies import Verdict
from mailer.wire.smtp import SmtpTransport

HELO, SENDER = "bench.example.org", "b-token@bounce.example.org"
PARAGRAPH = b"<p style=3D'margin:0 0 16px'>In Bospolder-Tussendijken wordt weer gekookt.</p>\r\n"
SHARED = [PARAGRAPH * 54] * 9
POSTFIX = "/usr/sbin:/usr/libexec/postfix"


@dataclass
class Way:
    """One way of sending, and how it did in each round."""

    name: str
    send: Callable[[Relay, int], None]
    # The part of the letters it is given: the slow ones get fewer.
    part: float = 1.0
    per_second: list[float] = field(default_factory=list)
    user_micros: list[float] = field(default_factory=list)
    system_micros: list[float] = field(default_factory=list)

    def go(self, relay: Relay, letters: int) -> None:
        letters = max(1, int(letters * self.part))
        began, user, system = perf_counter(), *_cpu_seconds()
        self.send(relay, letters)
        took = perf_counter() - began
        user_after, system_after = _cpu_seconds()
        self.per_second.append(letters / took)
        self.user_micros.append((user_after - user) / letters * 1e6)
        self.system_micros.append((system_after - system) / letters * 1e6)


def run(arguments: list[str]) -> None:
    """Measure, and print tables."""
    options = _options(arguments)
    print(f"{os.cpu_count()} cores · Python {platform.python_version()} · medians of {options.rounds} rounds")
    with ExitStack() as open_sinks:
        sinks = {f"--sink {url}": parse_relay(f"smtp://{url}") for url in options.sink}
        if smtp_sink := shutil.which("smtp-sink", path=_path()):
            port = open_sinks.enter_context(_sink([smtp_sink, *_user(), "127.0.0.1:{port}", "256"]))
            sinks["smtp-sink"] = Relay("127.0.0.1", port)
        if not sinks:
            port = open_sinks.enter_context(_sink([sys.executable, "-m", "benchmarks.sink", "{port}"]))
            sinks["benchmarks.sink"] = Relay("127.0.0.1", port)
        for name, relay in sinks.items():
            _measure(name, relay, _near(options.connections), options.letters, options.rounds)
        far = _sink([sys.executable, "-m", "benchmarks.far_sink", "{port}", str(options.rtt)])
        relay = Relay("127.0.0.1", open_sinks.enter_context(far))
        _measure(
            f"a round trip of {options.rtt} ms", relay, _far(options.far_connections), options.letters, options.rounds
        )
        _profile(next(iter(sinks.values())), options)


def _options(arguments: list[str]) -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="dev.py bench crew", description=__doc__.splitlines()[0] if __doc__ else "")
    parser.add_argument("--letters", type=int, default=10_000)
    parser.add_argument("--connections", type=int, default=16)
    parser.add_argument("--far-connections", type=int, default=64)
    parser.add_argument("--rtt", type=float, default=20.0, help="milliseconds")
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--sink", action="append", default=[], help="HOST:PORT of a mail server that takes everything")
    return parser.parse_args(arguments)


def _near(connections: int) -> list[Way]:
    return [
        *_smtp_source(connections),
        Way(f"crew, {connections} connections", _crew(connections)),
        Way("crew, dots let go later", _crew(connections, asks_before=False)),
        Way("crew, 1 connection", _crew(1), part=0.5),
        Way("blocking transport", _blocking, part=0.2),
        Way("smtplib, connection kept", _smtplib, part=0.05),
    ]


def _far(connections: int) -> list[Way]:
    return [*_smtp_source(connections, part=0.3), Way(f"crew, {connections} connections", _crew(connections))]


def _measure(name: str, relay: Relay, ways: list[Way], letters: int, rounds: int) -> None:
    for _ in range(rounds):
        for way in ways:
            way.go(relay, letters)
    print(f"\n{name}")
    base = ways[0].per_second
    for way in ways:
        ratio = statistics.median(own / first for own, first in zip(way.per_second, base, strict=True))
        rate, low, high = statistics.median(way.per_second), min(way.per_second), max(way.per_second)
        user, system = statistics.median(way.user_micros), statistics.median(way.system_micros)
        speed = f"{rate:7.0f} letters/s [{low:.0f}–{high:.0f}]"
        cost = f"{user:5.0f} µs user {system:4.0f} system"
        print(f"  {way.name:26} {speed:36} {cost:26} {ratio:5.2f} × {ways[0].name}")


def _smtp_source(connections: int, part: float = 1.0) -> list[Way]:
    program = shutil.which("smtp-source", path=_path())
    if program is None:
        return []
    size = str(_letter(1).size)

    def send(relay: Relay, letters: int) -> None:
        command = [program, "-d", "-s", str(connections), "-m", str(letters), "-l", size]
        subprocess.run([*command, f"{relay.host}:{relay.port}"], check=True)

    return [Way(f"smtp-source -d -s {connections}", send, part=part)]


def _crew(connections: int, *, asks_before: bool = True) -> Callable[[Relay, int], None]:
    """Return a way of sending; the gate is open, and asked before bodies are written or when they are."""

    def send(relay: Relay, letters: int) -> None:
        crew = Crew(relay, helo=HELO, connections=connections, patience=Patience(60, 60, 60))
        if asks_before:
            crew.ask(lambda _keys: True)
        offered = accepted = 0
        while accepted < letters:
            turn = crew.step(0.0 if offered == 0 else 5.0)
            accepted += sum(outcome.verdict is Verdict.ACCEPTED for _key, outcome in turn.settled)
            while offered < letters and crew.room:
                crew.offer(Outgoing(offered, SENDER, f"info{offered}@devoeg.example.org", _letter(offered)))
                offered += 1
            crew.release(turn.waiting)
        crew.close()

    return send


def _blocking(relay: Relay, letters: int) -> None:
    transport = SmtpTransport(relay, helo=HELO, transaction_seconds=60, reply_seconds=60)
    for number in range(letters):
        recipient = f"info{number}@devoeg.example.org"
        outcome = transport.send(SENDER, recipient, bytes(_letter(number)), before_dot=lambda: True)
        if outcome.verdict is not Verdict.ACCEPTED:
            raise RuntimeError(f"the sink did not accept: {outcome}")
    transport.close()


def _smtplib(relay: Relay, letters: int) -> None:
    with smtplib.SMTP(relay.host, relay.port) as server:
        for number in range(letters):
            server.sendmail(SENDER, f"info{number}@devoeg.example.org", bytes(_letter(number)))


def _letter(number: int) -> Body:
    """A message as a skeleton makes it: shared pieces, and between them what is personal."""
    own = b"Beste mensen van Buurttuin %d,\r\n" % number
    pieces = [b"To: info%d@devoeg.example.org\r\nMessage-ID: <%d@example.org>\r\n\r\n" % (number, number)]
    for shared in SHARED:
        pieces += (shared, own)
    return prepare_body(pieces)


def _profile(relay: Relay, options: argparse.Namespace) -> None:
    profile = cProfile.Profile()
    letters = min(options.letters, 5_000)
    profile.runcall(_crew(options.connections), relay, letters)
    spent: dict[str, float] = defaultdict(float)
    for (file, _line, function), (_calls, _all, own, _whole, _callers) in pstats.Stats(profile).stats.items():  # type: ignore[attr-defined]
        spent[_place(file, function)] += own
    total = sum(spent.values())
    print(
        f"\nWhere the crew's time goes ({letters} letters, under a profiler, which makes Python's own part look larger)"
    )
    for place, seconds in sorted(spent.items(), key=lambda item: -item[1])[:12]:
        print(f"  {seconds / total:5.0%}  {place}")


def _place(file: str, function: str) -> str:
    if file == "~":
        return next((name for name in ("sendmsg", "recv", "poll") if f"'{name}'" in function), "built-in functions")
    return "/".join(Path(file).parts[-2:])


@contextmanager
def _sink(command: list[str]) -> Iterator[int]:
    port = free_port()
    sink = subprocess.Popen([part.format(port=port) for part in command], stderr=subprocess.DEVNULL)
    try:
        wait_for(port)
        yield port
    finally:
        sink.kill()
        sink.wait()


def _user() -> list[str]:
    """smtp-sink will not run as root."""
    return ["-u", "nobody"] if os.name != "nt" and os.geteuid() == 0 else []


def _path() -> str:
    return f"{os.environ.get('PATH', '')}:{POSTFIX}"


def _cpu_seconds() -> tuple[float, float]:
    """This process and the children it waited for; the sinks are none of those yet."""
    own, children = resource.getrusage(resource.RUSAGE_SELF), resource.getrusage(resource.RUSAGE_CHILDREN)
    return own.ru_utime + children.ru_utime, own.ru_stime + children.ru_stime
