"""A short pass of the harness: the embedded house, one fault of the mail server and one of the processes."""

from __future__ import annotations

import sys
from collections.abc import Iterator

import pytest

from tests.faults.embedded import Embedded
from tests.faults.running import try_fault
from tests.faults.table import find_faults

pytestmark = [
    pytest.mark.faults,
    pytest.mark.skipif(sys.platform != "linux", reason="processes are found and counted by Linux' own account of them"),
]


@pytest.fixture(scope="module")
def house(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Embedded]:
    try:
        opened = Embedded(tmp_path_factory.mktemp("house"))
    except LookupError as missing:
        pytest.skip(str(missing))
    try:
        opened.begin()
        yield opened
    finally:
        opened.close()


@pytest.mark.parametrize("name", ["smtp dot unclear", "kill worker"])
def test_a_short_pass_breaks_no_promise(house: Embedded, name: str):
    [fault] = find_faults((name,))

    verdict = try_fault(house, fault, "short")

    assert verdict.violations == []
    assert verdict.account is not None
    assert verdict.account.uncertain > 0
