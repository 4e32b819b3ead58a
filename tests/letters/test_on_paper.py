"""A letter on the notice board: all words are seen, no button stands there for nothing, addresses are spelled out."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

playwright = pytest.importorskip("playwright.sync_api", reason="install with: python3 dev.py setup dev browser")

from tests.letters.looking import PAPER_WIDTH, shown  # noqa: E402 - only when there is a browser to drive
from tests.letters.sending import LETTERS, SentLetter  # noqa: E402

pytestmark = pytest.mark.browser

# The pieces of text that are nearly as light as the sheet they stand on.
UNSEEN = """
() => {
  const unseen = [];
  const walker = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
  while (walker.nextNode()) {
    const words = walker.currentNode.textContent.trim();
    const box = walker.currentNode.parentElement;
    const light = getComputedStyle(box).color.match(/\\d+/g).slice(0, 3).every((part) => part > 200);
    if (words && light && box.checkVisibility() && box.getClientRects().length) unseen.push(words);
  }
  return unseen;
}
"""
# What a printer cuts in two, or puts on a sheet of its own: it does not break inside such a box.
IN_ONE_PIECE = """
() => [...document.querySelectorAll("div, table, td")].filter((box) =>
  getComputedStyle(box).display.startsWith("inline-") && box.offsetHeight > 400).map((box) => box.className)
"""
AFTER = "(link) => getComputedStyle(link, '::after').content"


@pytest.fixture
def on_paper(chromium: Any, sent: dict[str, SentLetter], sent_to: Path) -> Iterator[Any]:
    pages = []

    def show(name: str) -> Any:
        pages.append(shown(chromium, sent[name].html, sent_to / "pictures", width=PAPER_WIDTH, way="print"))
        return pages[-1]

    yield show
    for page in pages:
        page.context.close()


@pytest.mark.parametrize("name", LETTERS)
def test_no_words_are_white_on_white_paper(on_paper: Any, name: str) -> None:
    assert on_paper(name).evaluate(UNSEEN) == []


@pytest.mark.parametrize("name", ["invitation", "reminder", "receipt"])
def test_paper_shows_no_button_that_is_of_one_reader(on_paper: Any, name: str) -> None:
    page = on_paper(name)

    assert [link.inner_text() for link in page.locator("a[href*='/r/']").all() if link.is_visible()] == []
    assert page.get_by_text("op de pagina verstuurt").filter(visible=True).count() == 0


def test_a_button_on_paper_says_where_it_leads(on_paper: Any) -> None:
    page = on_paper("newsletter")

    kitchen = page.get_by_role("link", name="Wij hebben een keuken").evaluate(AFTER)
    answer = page.get_by_role("link", name="Laat weten of jullie komen").evaluate(AFTER)
    fund = page.get_by_role("link", name="Lees hoe je het aanvraagt").evaluate(AFTER)
    assert "keuken@troffeltje.example.org" in kitchen
    assert "team@tegelpost.example.org" in answer
    assert "https://voorlezen.example.org/aanvragen" in fund
    assert "subject" not in kitchen + answer


def test_an_address_on_paper_is_not_broken_in_a_word(on_paper: Any) -> None:
    fund = on_paper("newsletter").get_by_role("link", name="Lees hoe je het aanvraagt")

    assert fund.evaluate("(link) => getComputedStyle(link, '::after').wordBreak") == "normal"


@pytest.mark.parametrize("name", LETTERS)
def test_a_letter_begins_on_the_first_sheet_and_breaks_between_lines(on_paper: Any, name: str) -> None:
    page = on_paper(name)

    assert page.evaluate(IN_ONE_PIECE) == []
    sheets = page.pdf(prefer_css_page_size=True).count(b"/Type /Page\n")
    assert sheets <= (3 if name == "newsletter" else 1)


def test_a_letter_takes_the_width_of_its_sheet(on_paper: Any) -> None:
    words = on_paper("invitation").locator(".facts").first.bounding_box()

    assert words["width"] >= PAPER_WIDTH - 10
