"""Where the keyboard stands after a block was added, moved or taken out, and what a screen reader is told."""

from __future__ import annotations

from pathlib import Path

import pytest

playwright = pytest.importorskip("playwright.sync_api", reason="install with: python3 dev.py setup dev browser")

from tests.browser.conftest import Demonstration, sign_in, text_field  # noqa: E402 - only when there is a browser to drive
from tests.browser.test_composer import make  # noqa: E402

expect = playwright.expect
pytestmark = pytest.mark.browser


@pytest.fixture
def composer(page: playwright.Page, demonstration: Demonstration, tmp_path: Path) -> playwright.Page:
    blocks = [{"type": "heading", "text": text} for text in ("een", "twee", "drie")]
    number = make(demonstration, tmp_path, {"kind": "newsletter", "subject": "Toetsen", "blocks": blocks})
    sign_in(page, demonstration, "noor@tegelpost.example.org")
    page.goto(f"{demonstration.base_url}/mailings/{number}/inhoud")
    return page


def said(page: playwright.Page) -> playwright.Locator:
    return page.locator("[data-says]")


def test_the_button_that_moves_a_block_keeps_the_focus_until_the_edge(composer: playwright.Page) -> None:
    row = composer.locator(".blocks > li").filter(has_text="drie")
    up = row.get_by_role("button", name="Kop omhoog")

    up.press("Enter")
    expect(said(composer)).to_have_text("Kop staat nu op plaats 2 van 3.")
    expect(up).to_be_focused()
    composer.keyboard.press("Enter")

    expect(said(composer)).to_have_text("Kop staat nu op plaats 1 van 3.")
    expect(row.get_by_role("button", name="Kop omlaag")).to_be_focused()


def test_a_new_block_a_copy_and_a_new_language_begin_in_their_first_field(composer: playwright.Page) -> None:
    composer.get_by_role("link", name="Blok erbij").press("Enter")
    composer.get_by_role("button", name="Tekst Eén of meer alinea’s.").press("Enter")
    expect(said(composer)).to_have_text("Erbij gezet: Tekst, op plaats 4 van 4.")
    expect(text_field(composer)).to_be_focused()
    composer.keyboard.type("Dag.")

    composer.get_by_role("button", name="Kopie").press("Enter")
    expect(said(composer)).to_have_text("De kopie van Tekst staat op plaats 5 van 5.")
    expect(text_field(composer)).to_have_text("Dag.")
    expect(text_field(composer)).to_be_focused()

    composer.locator("summary", has_text="In een andere taal").press("Enter")
    composer.get_by_label("Taal erbij").select_option("tr")
    composer.get_by_role("button", name="Zet erbij").press("Enter")
    expect(text_field(composer, "Turks: Tekst")).to_be_focused()


def test_taking_a_block_out_goes_on_at_its_neighbour_and_at_last_at_adding_one(composer: playwright.Page) -> None:
    def take_out(which: str) -> None:
        composer.locator(".blocks .pick", has_text=which).press("Enter")
        composer.get_by_role("button", name="Haal weg").press("Enter")

    take_out("twee")
    expect(composer.locator(".blocks .pick", has_text="drie")).to_be_focused()
    expect(said(composer)).to_have_text("Het blok is weg.")

    take_out("drie")
    expect(composer.locator(".blocks .pick", has_text="een")).to_be_focused()
    take_out("een")
    expect(composer.get_by_role("link", name="Blok erbij")).to_be_focused()

    composer.locator(".blocks .gone").get_by_role("button", name="Maak ongedaan").press("Enter")
    expect(composer.locator(".blocks .pick", has_text="een")).to_be_visible()


def test_what_a_page_says_on_top_is_put_there_once_more_for_who_hears_it(composer: playwright.Page) -> None:
    composer.add_init_script("""addEventListener("DOMContentLoaded", () => {
      window.changed = [];
      const watch = new MutationObserver((changes) => changed.push(...changes.map((one) => one.target.textContent)));
      for (const place of document.querySelectorAll("[role=status]")) {
        watch.observe(place, { childList: true, subtree: true });
      }
    });""")

    composer.locator(".blocks .pick", has_text="twee").press("Enter")
    composer.get_by_role("button", name="Haal weg").press("Enter")

    composer.wait_for_timeout(600)
    assert "Het blok is weg." in composer.evaluate("changed")
