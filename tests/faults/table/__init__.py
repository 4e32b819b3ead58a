"""The faults that are tried, each a small declared value; a new one goes in the list where it belongs."""

from __future__ import annotations

from tests.faults.running import Fault
from tests.faults.table import (
    clock_faults,
    host_faults,
    late_faults,
    mail_server_faults,
    process_faults,
    server_faults,
    staff_faults,
)

FAULTS: tuple[Fault, ...] = (
    *mail_server_faults.FAULTS,
    *process_faults.FAULTS,
    *server_faults.FAULTS,
    *host_faults.FAULTS,
    *staff_faults.FAULTS,
    *clock_faults.FAULTS,
    *late_faults.FAULTS,
)


def find_faults(names: tuple[str, ...]) -> list[Fault]:
    """Return the faults of which the name holds one of these texts; all when there are none."""
    return [fault for fault in FAULTS if not names or any(name in fault.name for name in names)]
