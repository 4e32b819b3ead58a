"""Portions of what is asked of a database."""

from __future__ import annotations

from mailer.foundation.portions import portions


def test_everything_comes_once_and_in_order():
    assert list(portions(range(7), 3)) == [[0, 1, 2], [3, 4, 5], [6]]
    assert list(portions(iter("abcd"), 2)) == [["a", "b"], ["c", "d"]]


def test_nothing_is_no_portion():
    assert list(portions([])) == []
