"""Every letter by axe, in the light and in the dark, wide and narrow."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

playwright = pytest.importorskip("playwright.sync_api", reason="install with: python3 dev.py setup dev browser")
axe = pytest.importorskip("axe_playwright_python.sync_playwright")

from tests.letters.looking import shown  # noqa: E402 - only when there is a browser to drive
from tests.letters.sending import LETTERS, SentLetter  # noqa: E402

pytestmark = pytest.mark.browser


@pytest.mark.parametrize("name", LETTERS)
@pytest.mark.parametrize(("width", "way"), [(360, "light"), (600, "dark"), (1280, "light"), (1280, "no-pictures")])
def test_axe_finds_nothing_in_a_letter(
    chromium: Any, sent: dict[str, SentLetter], sent_to: Path, name: str, width: int, way: str
) -> None:
    page = shown(chromium, sent[name].html, sent_to / "pictures", width=width, way=way)

    found = axe.Axe().run(page)
    page.context.close()

    assert [(one["id"], one["nodes"][0]["target"]) for one in found.response["violations"]] == []


@pytest.mark.parametrize("name", LETTERS)
def test_a_letter_fits_on_the_narrowest_phone(
    chromium: Any, sent: dict[str, SentLetter], sent_to: Path, name: str
) -> None:
    page = shown(chromium, sent[name].html, sent_to / "pictures", width=320, way="light")

    width = page.evaluate("document.documentElement.scrollWidth")
    page.context.close()

    assert width <= 320
