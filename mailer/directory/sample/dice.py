"""Chance that repeats itself: the same seed throws the same dice, and exact numbers are dealt, not hoped for."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, timedelta
from random import Random
from typing import TypeVar

Label = TypeVar("Label")


def dice(seed: int, subject: str) -> Random:
    """Return dice of one subject; throwing more for one subject changes nothing for another."""
    return Random(f"{seed}:{subject}")  # noqa: S311 - sample data, not secrets


def apportion(total: int, weights: Mapping[Label, int]) -> dict[Label, int]:
    """Return how many of ``total`` each label gets, in proportion; exactly its weight when the weights add up to it.

    Largest remainders first; equal remainders in the order given.
    """
    everything = sum(weights.values())
    shares = {label: divmod(total * weight, everything) for label, weight in weights.items()}
    left = total - sum(whole for whole, _rest in shares.values())
    luckiest = sorted(shares, key=lambda label: -shares[label][1])[:left]
    return {label: whole + (label in luckiest) for label, (whole, _rest) in shares.items()}


def deal(rng: Random, total: int, weights: Mapping[Label, int]) -> list[Label]:
    """Return ``total`` labels in a random order, in exact proportion to their weights."""
    dealt = [label for label, count in apportion(total, weights).items() for _ in range(count)]
    rng.shuffle(dealt)
    return dealt


def some(rng: Random, things: list[Label], count: int) -> list[Label]:
    """Return ``count`` different things at random, or all when there are fewer."""
    return rng.sample(things, min(count, len(things)))


def a_day(rng: Random, first: date, last: date) -> date:
    """Return a day between two days, both included."""
    return first + timedelta(days=rng.randint(0, (last - first).days))
