"""A limit holds while workers are killed and others take over. The real minute: ``python3 dev.py limits``."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.conftest import _copy_of
from tests.faults.limits import most_in_a_window, send_under

pytestmark = pytest.mark.faults


def test_a_restart_half_way_opens_no_window_twice(tmp_path: Path, migrated: str):
    """Seconds instead of minutes, judged by the gates: how soon a busy machine lets the server see a dot differs."""
    with _copy_of(migrated, tmp_path) as url:
        account = send_under(
            {"letters_per_second": 3, "letters_per_minute": 100}, tmp_path, letters=20, workers=2, kill_when=8, url=url
        )

    assert most_in_a_window(account.gates, 1.0) <= 3
    assert len(account.dots) <= 20
    counted = account.counted
    # A killed worker's letter is taken or in doubt; its allowance is spent all the same.
    assert counted.planned == 20 == counted.accepted + counted.uncertain
    assert len(account.gates) >= len(account.dots)


def test_the_fullest_window_is_found_wherever_it_begins():
    assert most_in_a_window([0, 0.9, 1.0, 1.1, 1.8, 3], 1.0) == 4
    assert most_in_a_window([5], 60) == 1
