"""A newsletter from the list of mailings to the moment it leaves, with the keyboard alone: no mouse, no touch.

Every control is reached with Tab and used with the keys that people know. With SCREENSHOTS set to a folder, what the
screen showed where the focus was is kept there.
"""

from __future__ import annotations

import os
import re

import pytest

playwright = pytest.importorskip("playwright.sync_api", reason="install with: python3 dev.py setup dev browser")

from tests.browser.conftest import Demonstration, sign_in, text_field  # noqa: E402 - only when there is a browser to drive

pytestmark = pytest.mark.browser

expect = playwright.expect
MOST_TABS = 160
SCREENSHOTS = os.environ.get("SCREENSHOTS", "")
SUBJECT = "Soep op donderdag"


def test_a_newsletter_is_written_checked_and_sent_with_the_keyboard_alone(
    page: playwright.Page, demonstration: Demonstration
) -> None:
    sign_in(page, demonstration, "willem@tegelpost.example.org")
    page.goto(demonstration.base_url + "/mailings")

    begin(page)
    write_the_letterhead(page)
    write_a_text(page)
    add_a_heading_and_move_it(page)
    take_it_back(page)
    take_out_what_stays_empty(page)
    choose_recipients(page)
    send_a_proof(page)
    mend_what_the_check_found(page)
    send(page)


def reach(page: playwright.Page, wanted: playwright.Locator, *, back: bool = False) -> None:
    """Press Tab until this control has the focus; nobody can use what cannot be reached, or what cannot be seen."""
    for _press in range(MOST_TABS):
        if wanted.evaluate("one => one === document.activeElement"):
            assert wanted.is_visible()
            return
        page.keyboard.press("Shift+Tab" if back else "Tab")
    raise AssertionError(f"not reached with Tab: {wanted}")


def use(page: playwright.Page, wanted: playwright.Locator, key: str = "Enter", *, back: bool = False) -> None:
    wanted.wait_for()
    reach(page, wanted, back=back)
    page.keyboard.press(key)


def look(page: playwright.Page, name: str) -> None:
    if SCREENSHOTS:
        page.screenshot(path=f"{SCREENSHOTS}/keyboard-{name}.png")


def begin(page: playwright.Page) -> None:
    use(page, page.get_by_role("link", name="Nieuwe mailing").first)
    use(page, page.get_by_role("radio", name=re.compile("^Nieuwsbrief")), "Space")
    use(page, page.get_by_role("button", name="Begin", exact=True))
    expect(page.get_by_role("heading", name="Blokken")).to_be_visible()


def write_the_letterhead(page: playwright.Page) -> None:
    reach(page, page.get_by_label("Onderwerp van de mail"))
    page.keyboard.type(SUBJECT)
    page.keyboard.press("Tab")
    page.keyboard.type("Kom participeren, er is genoeg.")
    expect(page.get_by_role("heading", level=1)).to_have_text(SUBJECT)
    expect(page.get_by_role("status").first).to_contain_text("Opgeslagen om")
    look(page, "letterhead")


def write_a_text(page: playwright.Page) -> None:
    """Type, make a word bold with the toolbar, and see the letter follow with its own look."""
    use(page, page.get_by_role("link", name="Aanhef en intro"))
    editor = text_field(page)
    editor.wait_for()
    reach(page, editor)
    page.keyboard.press("Control+End")
    page.keyboard.press("Enter")
    page.keyboard.type("Donderdag is er soep voor ")
    use(page, page.get_by_role("button", name="Vet"), back=True)
    page.keyboard.type("iedereen")
    letter = page.frame_locator("iframe[data-letter]")
    expect(letter.locator("strong", has_text="iedereen")).to_be_visible()
    # The letter keeps its style; it is made anew after each key, so the words may be gone while one looks.
    expect(letter.get_by_text("Stoepnetwerk (voorbeeld)").first).to_have_css("color", "rgb(255, 255, 255)")
    look(page, "text")


def add_a_heading_and_move_it(page: playwright.Page) -> None:
    use(page, page.get_by_role("link", name="Blok erbij"), back=True)
    use(page, page.locator("button.new-block").filter(has_text="De titel van een stuk tekst."))
    reach(page, page.get_by_label("Tekst van de kop"))
    page.keyboard.type("Wat gebeurt er deze week?")
    expect(page.locator("[data-summary-of]", has_text="Wat gebeurt er deze week?")).to_be_visible()
    here = page.locator(".blocks > li").filter(has_text="Wat gebeurt er deze week?")
    place = block_texts(page).index("Wat gebeurt er deze week?")
    use(page, here.get_by_role("button", name="Kop omhoog"), back=True)
    expect(page.locator(".blocks > li [data-summary-of]").nth(place - 1)).to_have_text("Wat gebeurt er deze week?")
    look(page, "moved")


def block_texts(page: playwright.Page) -> list[str]:
    return page.locator(".blocks > li [data-summary-of]").all_inner_texts()


def take_it_back(page: playwright.Page) -> None:
    before = block_texts(page)
    use(page, page.get_by_role("button", name="Maak ongedaan"))
    expect(page.get_by_text("Ongedaan gemaakt: blok verplaatst.")).to_be_visible()
    assert sorted(block_texts(page)) == sorted(before)
    assert block_texts(page) != before
    use(page, page.get_by_role("button", name="Doe opnieuw"))
    expect(page.get_by_text("Opnieuw gedaan: blok verplaatst.")).to_be_visible()
    assert block_texts(page) == before


def take_out_what_stays_empty(page: playwright.Page) -> None:
    for name in ("Maak kennis met", "Oproep", "Subsidiekans", "Nieuws kort", "Mogelijk gemaakt door"):
        block = page.locator(".blocks").get_by_role("link", name=name)
        use(page, block)
        use(page, page.get_by_role("button", name="Haal weg"))
        expect(block).to_have_count(0)


def choose_recipients(page: playwright.Page) -> None:
    use(page, page.get_by_role("navigation", name="Stappen van deze mailing").get_by_role("link", name="Ontvangers"))
    kind = page.get_by_label("Nieuwe voorwaarde")
    kind.wait_for()
    reach(page, kind)
    page.keyboard.type("Thema")
    use(page, page.get_by_role("button", name="Voorwaarde erbij"))
    theme = page.get_by_label("Groen en duurzaamheid")
    use(page, theme, "Space")
    expect(page.locator(".tally-big b")).to_have_text(re.compile(r"^[1-9]\d*$"))
    use(page, page.get_by_role("button", name="Bewaar de ontvangers"))
    expect(page.get_by_text("De ontvangers zijn bewaard.")).to_be_visible()


def send_a_proof(page: playwright.Page) -> None:
    steps = page.get_by_role("navigation", name="Stappen van deze mailing")
    use(page, steps.get_by_role("link", name="Bekijken en testen"))
    use(page, page.get_by_role("link", name="Donker"))
    expect(page.get_by_role("link", name="Donker")).to_have_attribute("aria-current", "page")
    use(page, page.get_by_role("button", name="Stuur de proefmail"))
    expect(page.get_by_text("De proefmail is onderweg.")).to_be_visible()
    look(page, "proof")


def mend_what_the_check_found(page: playwright.Page) -> None:
    """A policy maker's word crept into the line below the subject: the remark leads to it, and then it is gone."""
    steps = page.get_by_role("navigation", name="Stappen van deze mailing")
    use(page, steps.get_by_role("link", name="Controle"))
    finding = page.locator(".findings > li").filter(has_text="is een moeilijk woord")
    use(page, finding.get_by_role("link"))
    reach(page, page.get_by_label("Voorproefje"))
    page.keyboard.press("Control+A")
    page.keyboard.type("Kom je ook? Er is genoeg voor iedereen.")
    expect(page.get_by_role("status").first).to_contain_text("Opgeslagen om")
    use(page, steps.get_by_role("link", name="Controle"), back=True)
    expect(finding).to_have_count(0)
    expect(page.get_by_text("Je kunt nog niet verzenden")).to_have_count(0)
    expect(page.get_by_role("heading", name="Leest het makkelijk?")).to_be_visible()
    look(page, "check")


def send(page: playwright.Page) -> None:
    use(page, page.get_by_role("link", name="Verder naar verzenden"))
    use(page, page.get_by_role("button", name="Verzend", exact=True))
    expect(page.locator(".lead .badge")).to_have_text(
        re.compile("Ingepland|Wordt klaargezet|Wordt verzonden|Verzonden"), timeout=30_000
    )
    look(page, "sent")
