"""A newsletter from an empty page to a reader's phone: written, previewed, sent, followed, read, left."""

from __future__ import annotations

import re

import pytest

playwright = pytest.importorskip("playwright.sync_api", reason="install with: python3 dev.py setup dev browser")

from tests.browser.conftest import Demonstration, sign_in, text_field  # noqa: E402 - only when there is a browser to drive

pytestmark = pytest.mark.browser

SUBJECT = "Soep op de stoep"
WORDS = "Donderdag is er soep voor iedereen."
A_SEND_MS = 60_000


def test_a_newsletter_from_an_empty_page_to_a_reader_who_leaves(
    page: playwright.Page, phone: playwright.Page, demonstration: Demonstration
) -> None:
    sign_in(page, demonstration, "gloria@tegelpost.example.org")

    begin(page, demonstration)
    write(page)
    choose_recipients(page, theme="Groen en duurzaamheid")
    send_now(page)

    letter = open_in_catcher(phone, demonstration)
    playwright.expect(letter.get_by_text(WORDS)).to_be_visible()
    leave(phone, letter)


def begin(page: playwright.Page, demonstration: Demonstration) -> None:
    page.goto(demonstration.base_url + "/mailings/nieuw")
    page.get_by_label("Nieuwsbrief").check()
    page.get_by_role("button", name="Begin", exact=True).click()


def write(page: playwright.Page) -> None:
    """Type a subject and a text; both are kept by themselves, and the letter beside them follows."""
    page.get_by_label("Onderwerp van de mail").fill(SUBJECT)
    playwright.expect(page.get_by_role("heading", level=1)).to_have_text(SUBJECT)
    page.get_by_role("link", name="Aanhef en intro").click()
    editor = text_field(page)
    editor.click()
    page.keyboard.press("Control+End")
    page.keyboard.press("Enter")
    page.keyboard.type(WORDS)
    letter = page.frame_locator("iframe[data-letter]")
    playwright.expect(letter.get_by_text(WORDS)).to_be_visible()
    playwright.expect(letter.get_by_text("Beste Samira en Joost,")).to_be_visible()
    playwright.expect(page.get_by_role("status").first).to_contain_text("Opgeslagen om")
    take_out_what_stays_empty(page)


def take_out_what_stays_empty(page: playwright.Page) -> None:
    """This month nobody asks anything: what the template offers and nobody wrote would stop the letter."""
    for block in ("Maak kennis met", "Oproep", "Subsidiekans", "Nieuws kort", "Mogelijk gemaakt door"):
        page.locator(".blocks").get_by_role("link", name=block).click()
        # What was just typed is kept first: until then the block before it stands there, with the same button.
        playwright.expect(page.locator("#bewerken").get_by_role("heading", name=block)).to_be_visible()
        page.get_by_role("button", name="Haal weg").click()
        playwright.expect(page.locator(".blocks").get_by_role("link", name=block)).to_have_count(0)


def choose_recipients(page: playwright.Page, *, theme: str) -> None:
    page.get_by_role("link", name="Verder naar ontvangers").click()
    page.get_by_label("Nieuwe voorwaarde").select_option(label="Thema")
    page.get_by_role("button", name="Voorwaarde erbij").click()
    page.get_by_label(theme).check()
    playwright.expect(page.locator(".tally-big b")).to_have_text(re.compile(r"^[1-9]\d*$"))
    page.get_by_role("button", name="Bewaar de ontvangers").click()
    playwright.expect(page.get_by_text("De ontvangers zijn bewaard.")).to_be_visible()


def send_now(page: playwright.Page) -> None:
    """Send, and see the page follow by itself until all has gone."""
    page.get_by_role("link", name="Verzenden").click()
    page.get_by_role("button", name="Verzend", exact=True).click()
    playwright.expect(page.locator(".lead .badge")).to_have_text("Verzonden", timeout=A_SEND_MS)
    playwright.expect(page.get_by_role("img", name=re.compile(r"postvakken: \d+ verzonden"))).to_be_visible()


def open_in_catcher(page: playwright.Page, demonstration: Demonstration) -> playwright.FrameLocator:
    page.goto(f"{demonstration.base_url}/postvak?zoek={SUBJECT}")
    page.get_by_role("link", name=SUBJECT).first.click()
    return page.frame_locator("iframe")


def leave(page: playwright.Page, letter: playwright.FrameLocator) -> None:
    """Follow the link in the letter: looking is not leaving, pressing is."""
    with page.expect_popup() as opened:
        letter.get_by_role("link", name="Uitschrijven").click()
    leave_page = opened.value
    playwright.expect(leave_page.get_by_role("heading", level=1)).to_have_text("Uitschrijven")
    leave_page.get_by_role("button", name=re.compile("^Schrijf (mij|dit postvak) uit$")).click()
    playwright.expect(leave_page.get_by_role("heading", level=1)).to_have_text(re.compile("uitgeschreven"))
    playwright.expect(leave_page.get_by_role("button", name=re.compile("weer in$"))).to_be_visible()
