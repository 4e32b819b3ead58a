"""Every letter by axe, in the light and in the dark, wide and narrow."""

from __future__ import annotations

from itertools import pairwise
from pathlib import Path
from typing import Any

import pytest

playwright = pytest.importorskip("playwright.sync_api", reason="install with: python3 dev.py setup dev browser")
axe = pytest.importorskip("axe_playwright_python.sync_playwright")

from tests.approving import GOLDEN  # noqa: E402 - only when there is a browser to drive
from tests.letters.looking import LARGER, shown  # noqa: E402 - only when there is a browser to drive
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


def test_a_logo_lies_on_a_tile_of_its_own_size_beside_a_long_name(
    chromium: Any, sent: dict[str, SentLetter], sent_to: Path
) -> None:
    page = shown(chromium, sent["newsletter"].html, sent_to / "pictures", width=360, way="light")

    tile, logo = (page.locator(found).bounding_box() for found in (".logo td", ".logo img"))
    page.context.close()

    assert tile["height"] - logo["height"] <= 14


@pytest.mark.parametrize("name", ["newsletter", "receipt", "invitation"])
def test_a_telephone_number_stands_on_one_line_and_can_be_called(
    chromium: Any, sent: dict[str, SentLetter], sent_to: Path, name: str
) -> None:
    page = shown(chromium, sent[name].html, sent_to / "pictures", width=360, way="light")

    lines = page.locator("a[href^='tel:']").evaluate_all("(links) => links.map((one) => one.getClientRects().length)")
    page.context.close()

    assert set(lines) == {1}


def test_a_thumb_does_not_leave_the_list_by_mistake(chromium: Any, sent: dict[str, SentLetter], sent_to: Path) -> None:
    page = shown(chromium, sent["newsletter"].html, sent_to / "pictures", width=360, way="light")

    names = ("Minder mail of andere thema’s", "Uitschrijven", "Bekijk in de browser")
    tops = [page.get_by_role("link", name=name).bounding_box()["y"] for name in names]
    page.context.close()

    assert min(after - before for before, after in pairwise(tops)) >= 36


# Words of labels that stand on more lines than one, and what sticks out on the right.
BROKEN = """
() => [...document.querySelectorAll(".facts th, .band td:not(:has(table))")].filter((box) => {
  const range = document.createRange();
  range.selectNodeContents(box);
  const lines = new Set([...range.getClientRects()].map((line) => Math.round(line.top)));
  const words = box.innerText.trim().split(/\\s+/);
  return box.innerText.trim() && (lines.size > words.length || box.getBoundingClientRect().right > innerWidth);
}).map((box) => box.innerText)
"""


@pytest.mark.parametrize("name", ["newsletter", "invitation", "change", "without a logo"])
def test_large_letters_break_no_label_and_push_nothing_off_a_phone(
    chromium: Any, sent: dict[str, SentLetter], sent_to: Path, name: str
) -> None:
    letter = sent[name].html if name in sent else (GOLDEN / "letters" / "invitation" / "body.html").read_text("utf-8")
    page = shown(chromium, letter, sent_to / "pictures", width=360, way="light")

    page.evaluate(LARGER, 1.6)
    broken = page.evaluate(BROKEN)
    page.context.close()

    assert broken == []


# The lines on which a day and its month stand, and how far the widest words reach.
TWICE = """
() => [
  Math.max(...[...document.querySelectorAll("td.tile")].map((tile) => {
    const range = document.createRange();
    range.selectNodeContents(tile);
    return new Set([...range.getClientRects()].map((line) => Math.round(line.top))).size;
  })),
  Math.max(...[...document.querySelectorAll(".band td")].map((box) => box.getBoundingClientRect().right)),
  document.documentElement.scrollWidth,
]
"""


@pytest.mark.parametrize("name", ["newsletter", "invitation", "reminder"])
def test_twice_as_large_letters_cut_nothing_off(
    chromium: Any, sent: dict[str, SentLetter], sent_to: Path, name: str
) -> None:
    page = shown(chromium, sent[name].html, sent_to / "pictures", width=360, way="light")

    page.evaluate(LARGER, 2)
    lines, name_ends, widest = page.evaluate(TWICE)
    page.context.close()

    assert lines == 2
    assert (name_ends <= 360, widest) == (True, 360)
