"""A worker that sends letters carries what sending needs: each megabyte is there once for every process."""

from __future__ import annotations

import subprocess
import sys

# Library → what it is for, when not for sending.
NOT_FOR_SENDING = {
    "redis": "the bell, where there is Redis",
    "openpyxl": "writing workbooks",
    "python_calamine": "reading workbooks",
    "cryptography": "signing, where letters are signed here",
    "PIL": "drawing pictures anew",
    "duckdb": "the mirror of a large directory",
    "flask": "the office",
    "celery": "when to work, not how",
}


def test_sending_letters_loads_nothing_that_it_does_not_need():
    asked = "import sys, mailer.deliveries.working; print(*sys.modules)"
    loaded = subprocess.run([sys.executable, "-c", asked], capture_output=True, text=True, check=True).stdout.split()

    assert "mailer.deliveries.line.sending" in loaded
    assert {name: why for name, why in NOT_FOR_SENDING.items() if name in loaded} == {}
