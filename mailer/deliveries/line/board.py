"""The board: which dots a worker let go and what the server answered, in a file that outlives the worker.

Letters pass their gate by the window, so the rows alone would leave a whole window in doubt when a worker dies. What is
written here stays in the system's memory when the process is killed, at no price; then only letters whose dot went out
without an answer are in doubt: at most one a connection (decision 0067). It does not outlive the machine: after that
the rows' word counts, and it is believed only on the machine, and in the life of it, where it was written.
"""

from __future__ import annotations

import json
import os
import re
import time
from collections.abc import Iterable, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from mailer.deliveries.line.claiming import Claim
from mailer.deliveries.line.leasing import this_host
from mailer.deliveries.line.recording import Result
from mailer.wire.replies import Fault, Outcome, Phase, Reply, Verdict

# A board without a lease is kept this long: its worker may just have begun.
KEPT_SECONDS = 3600

Letter = tuple[int, int]
"""A delivery and its attempt."""


@dataclass(frozen=True)
class Told:
    """What a board tells: which dots went out, or may have, and the answers that came."""

    dots: frozenset[Letter] = frozenset()
    outcomes: dict[Letter, Outcome] = field(default_factory=dict)


class Board:
    """The board of one worker, while it sends. Nothing here waits for the disk."""

    def __init__(self, folder: Path, worker: str) -> None:
        folder.mkdir(parents=True, exist_ok=True)
        self._path = path_of(folder, worker)
        self._file = os.open(self._path, os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o600)
        # Lines that are not on it yet, in their order.
        self._unwritten = _line("host", this_host())
        self.catch_up()

    def let_go(self, claims: Iterable[Claim]) -> None:
        """Write down that these dots go out now, before they do, behind the answers that came before.

        Raises ``OSError``: then they may not.
        """
        self._unwritten += _line("dot", [(one.delivery_id, one.attempt) for one in claims])
        self.catch_up()

    def answered(self, results: Sequence[Result]) -> None:
        """Remember what became of letters: it is written with the next dots, or by ``catch_up``."""
        ends = [(one.claim.delivery_id, one.claim.attempt, *_say(one.outcome)) for one in results]
        self._unwritten += _line("end", ends)

    def catch_up(self) -> None:
        """Write down what is remembered. Raises ``OSError``."""
        while self._unwritten:
            self._unwritten = self._unwritten[os.write(self._file, self._unwritten) :]

    def close(self, *, is_settled: bool) -> None:
        """Put it away; it is thrown away when everything on it stands in the rows."""
        with suppress(OSError):
            self.catch_up()
        os.close(self._file)
        if is_settled:
            self._path.unlink(missing_ok=True)


def read_board(folder: Path, worker: str) -> Told | None:
    """Return what the board of this worker tells; None when there is none that can be believed here."""
    try:
        lines = path_of(folder, worker).read_bytes().split(b"\n")
    except OSError:
        return None
    # The last piece is empty, or a line that its worker did not finish: then its dot did not go out either.
    told = [json.loads(line) for line in lines[:-1]]
    if not told or not this_host() or told[0] != ["host", this_host()]:
        return None
    dots = frozenset((one[0], one[1]) for kind, lines in told if kind == "dot" for one in lines)
    outcomes = {(one[0], one[1]): _read(one[2:]) for kind, lines in told if kind == "end" for one in lines}
    return Told(dots, outcomes)


def throw_away(folder: Path, *, but: Iterable[str]) -> None:
    """Throw away old boards, but those of these workers."""
    kept = {path_of(folder, worker) for worker in but}
    for path in folder.glob("*.board") if folder.is_dir() else ():
        with suppress(OSError):
            if path not in kept and time.time() - path.stat().st_mtime > KEPT_SECONDS:
                path.unlink()


def path_of(folder: Path, worker: str) -> Path:
    """Return where the board of a worker is."""
    return folder / f"{re.sub(r'[^A-Za-z0-9.-]', '_', worker)}.board"


# Made once: ``json.dumps`` with separators makes an encoder for each line.
_TERSE = json.JSONEncoder(separators=(",", ":")).encode


def _line(kind: str, told: object) -> bytes:
    return _TERSE((kind, told)).encode() + b"\n"


def _say(outcome: Outcome) -> tuple[str, str, int, str, str | None]:
    fault = outcome.fault.value if outcome.fault else None
    return outcome.verdict.value, outcome.phase.value, outcome.reply.code, outcome.reply.text[:500], fault


def _read(said: Sequence[Any]) -> Outcome:
    verdict, phase, code, text, fault = said
    reply = Reply(code, text)
    return Outcome(Verdict(verdict), Phase(phase), reply, Fault(fault) if fault else None)
