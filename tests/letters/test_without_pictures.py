"""A letter whose pictures are not shown: no hole stands where one would be."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

playwright = pytest.importorskip("playwright.sync_api", reason="install with: python3 dev.py setup dev browser")

from tests.letters.looking import shown  # noqa: E402 - only when there is a browser to drive
from tests.letters.sending import SentLetter  # noqa: E402

pytestmark = pytest.mark.browser


@pytest.mark.parametrize("way", ["light", "no-pictures"])
def test_a_signature_begins_where_the_words_begin(
    chromium: Any, sent: dict[str, SentLetter], sent_to: Path, way: str
) -> None:
    page = shown(chromium, sent["newsletter"].html, sent_to / "pictures", width=360, way=way)

    name = page.get_by_text("Marit Stoeptegel", exact=True).bounding_box()
    words = page.get_by_text("We organiseren een avond").bounding_box()
    page.context.close()

    assert name["x"] == words["x"]
