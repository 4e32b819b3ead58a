"""The fault harness: ``python3 dev.py faults``. Prints faults × invariants; exit status 1 when a promise was not kept.

Without a choice, one pass: every fault once. ``--runs N`` repeats the chosen faults (``kill at random`` when none is
chosen) N times, each time with another seed. How to read the table: docs/faults.md.
"""

from __future__ import annotations

import argparse
import shutil
import signal
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from multiprocessing import get_context
from pathlib import Path

from tests.faults.embedded import Clocked, Embedded
from tests.faults.house import House
from tests.faults.large import Large
from tests.faults.printing import print_heading, print_summary, print_verdict
from tests.faults.running import Fault, Verdict, try_fault
from tests.faults.table import find_faults

HOUSES: dict[str, type[House]] = {"large": Large, "embedded": Embedded, "clocked": Clocked}


def main() -> None:
    chosen = _read_arguments()
    if chosen.list:
        for fault in find_faults(()):
            print(f"{fault.name:24} {fault.says}")
        return
    signal.signal(signal.SIGTERM, _end)
    plan = list(_plan(find_faults(tuple(chosen.only)), chosen.runs, chosen.house))
    began = time.monotonic()
    print_heading(chosen.seed, len(plan))
    with _folder(keep=chosen.keep) as folder:
        verdicts = _perform(plan, chosen.seed, folder)
    print_summary(verdicts, seconds=time.monotonic() - began)
    sys.exit(1 if any(verdict.violations for verdict in verdicts) else 0)


def _end(*_: object) -> None:
    """Whoever ends us ends all that we started; a second word to that effect must not leave half of it behind."""
    signal.signal(signal.SIGTERM, signal.SIG_IGN)
    sys.exit(143)


def _read_arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(
        prog="dev.py faults", description="Let things go wrong, and hold the rows against the mail server's log."
    )
    parser.add_argument(
        "--only", action="append", default=[], metavar="FAULT", help="faults whose name holds this text"
    )
    parser.add_argument("--runs", type=int, default=0, help="repeat so many times, each with another seed")
    parser.add_argument("--seed", default="2027", help="the same seed makes the same choices")
    parser.add_argument("--house", choices=sorted(HOUSES), help="only in this house")
    parser.add_argument("--keep", action="store_true", help="keep the logs and the databases, and tell where")
    parser.add_argument("--list", action="store_true", help="list the faults")
    return parser.parse_args()


@contextmanager
def _folder(*, keep: bool) -> Iterator[Path]:
    folder = Path(tempfile.mkdtemp(prefix="tegelpost-faults."))
    folder.chmod(0o755)  # PostgreSQL runs as another user.
    try:
        yield folder
    finally:
        if keep:
            print(f"\nLogs and databases: {folder}")
        else:
            shutil.rmtree(folder)


def _plan(faults: list[Fault], runs: int, only_house: str | None) -> Iterator[tuple[Fault, str, int]]:
    """Yield fault, house and number of each run; the houses one after the other, so that each is built once."""
    if runs and len(faults) > 1:
        faults = find_faults(("kill at random",))
    for house in HOUSES:
        for fault in faults:
            if house in fault.houses and only_house in (None, house):
                for number in range(_share(runs, fault, house, only_house) if runs else 1):
                    yield fault, house, number


def _share(runs: int, fault: Fault, house: str, only_house: str | None) -> int:
    """Divide the runs over the houses that the fault is for."""
    houses = [one for one in fault.houses if only_house in (None, one)]
    return runs // len(houses) + (runs % len(houses) > houses.index(house))


def _perform(plan: list[tuple[Fault, str, int]], seed: str, folder: Path) -> list[Verdict]:
    """Do all of it, each house in a process of its own: they mostly wait, and none touches what is another's."""
    lines: dict[str, list[tuple[str, int]]] = {}
    for fault, kind, number in plan:
        lines.setdefault(kind, []).append((fault.name, number))
    # Ended by a signal, each takes down what it built.
    with get_context("fork").Pool(len(lines)) as pool:
        asked = [pool.apply_async(_perform_in, (kind, line, seed, folder)) for kind, line in lines.items()]
        return [verdict for one in asked for verdict in one.get()]


def _perform_in(kind: str, line: list[tuple[str, int]], seed: str, folder: Path) -> list[Verdict]:
    faults, verdicts = {fault.name: fault for fault in find_faults(())}, []
    with ExitStack() as stack:
        house = _build(kind, folder, stack)
        if house is None:
            return []
        for name, number in line:
            verdicts.append(try_fault(house, faults[name], f"{seed}/{kind}/{name}/{number}"))
            print_verdict(verdicts[-1])
    return verdicts


def _build(kind: str, folder: Path, stack: ExitStack) -> House | None:
    """Build a house; None, and told, when this machine lacks what it is made of."""
    place = Path(tempfile.mkdtemp(prefix=f"{kind}.", dir=folder))
    place.chmod(0o755)
    try:
        house = HOUSES[kind](place)
    except LookupError as missing:
        print(f"The house {kind!r} is left out: {missing}.", flush=True)
        return None
    stack.callback(house.close)
    house.begin()
    return house


if __name__ == "__main__":
    main()
