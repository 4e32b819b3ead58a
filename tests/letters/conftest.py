"""Letters that were really sent, once for all tests that read them; tools that may be absent are skipped, with why."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.letters.sending import SentLetter, send_samples


@pytest.fixture(scope="session")
def sent_to(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The folder of the installation that sent them."""
    return tmp_path_factory.mktemp("letters")


@pytest.fixture(scope="session")
def sent(sent_to: Path) -> dict[str, SentLetter]:
    return send_samples(sent_to)
