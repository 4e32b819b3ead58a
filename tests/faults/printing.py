"""The table of faults × invariants, a line as soon as a run is judged."""

from __future__ import annotations

import os
from collections import Counter

from tests.faults.judging import INVARIANTS
from tests.faults.running import Verdict


def print_heading(seed: str, runs: int) -> None:
    print(f"{runs} runs, seed {seed}, on {os.cpu_count()} cores. ✓ kept   ✗ broken   · no occasion\n")
    columns = "".join(f"{name:>4}" for name in INVARIANTS)
    print(
        f"{'fault':22}{'house':10}{'letters':>8}{'accepted':>9}{'uncertain':>10}{'allowed':>8}{columns}{'seconds':>9}",
        flush=True,
    )


def print_verdict(verdict: Verdict) -> None:
    account = verdict.account
    states = Counter(one.state for one in account.letters) if account else Counter()
    allowed = account.doubts_allowed + account.seen.unclear_answers if account else 0
    figures = f"{states.total():8}{states['accepted']:9}{states['uncertain']:10}{allowed:8}"
    marks = "".join(f"{_mark(verdict, name):>4}" for name in INVARIANTS)
    print(f"{verdict.name:22}{verdict.house:10}{figures}{marks}{verdict.seconds:9.1f}", flush=True)
    for violation in verdict.violations:
        print(f"    seed {verdict.seed}\n    {violation}", flush=True)


def print_summary(verdicts: list[Verdict], *, seconds: float) -> None:
    """Print each promise over all runs, what was not brought about, and how much doubt there was."""
    judged = [verdict for verdict in verdicts if verdict.account]
    print("\nover all runs")
    for name in INVARIANTS:
        marks = Counter(_mark(verdict, name) for verdict in judged)
        print(f"  {name}  kept {marks['✓']:4}   broken {marks['✗']:4}   no occasion {marks['·']:4}")
    doubts = sorted(verdict.account.uncertain for verdict in judged if verdict.account)
    letters = sum(len(verdict.account.letters) for verdict in judged if verdict.account)
    broken = sum(bool(verdict.violations) for verdict in judged)
    print(
        f"\n{len(verdicts)} runs in {seconds:.0f} s, load {os.getloadavg()[0]:.1f}: {letters} letters, "
        f"{sum(doubts)} uncertain, at most {max(doubts, default=0)} in one; "
        f"{broken} runs in which a promise was not kept, {len(verdicts) - len(judged)} not brought about."
    )


def _mark(verdict: Verdict, invariant: str) -> str:
    if any(violation.invariant == invariant for violation in verdict.violations):
        return "✗"
    if verdict.account is None:
        return "?"
    return "✓" if invariant in verdict.account.judged else "·"
