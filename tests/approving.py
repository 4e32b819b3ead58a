"""Compare what was made with an approved file; ``python3 dev.py approve`` rewrites those files. Approve by reading."""

from __future__ import annotations

import os
from pathlib import Path

GOLDEN = Path(__file__).parent / "golden"


def assert_approved(name: str, made: str) -> None:
    """Fail when ``made`` differs from ``tests/golden/<name>``."""
    path = GOLDEN / name
    if os.environ.get("APPROVE"):
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(made, encoding="utf-8", newline="\n")
    assert path.exists(), f"{path} does not exist yet: python3 dev.py approve"
    assert made == path.read_text(encoding="utf-8")
