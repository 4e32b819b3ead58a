"""Deciding the doubts of a list and taking it back, in a real browser: by the keyboard's labels, wide and narrow."""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path

import pytest

playwright = pytest.importorskip("playwright.sync_api", reason="install with: python3 dev.py setup dev browser")
axe_playwright = pytest.importorskip("axe_playwright_python.sync_playwright")

from tests.browser.conftest import Demonstration, sign_in  # noqa: E402 - only when there is a browser to drive

pytestmark = pytest.mark.browser

# A folder to keep pictures of every screen in, for whoever wants to look.
PICTURES = os.environ.get("PICTURES")


@pytest.fixture
def office(chromium: playwright.Browser, demonstration: Demonstration) -> Iterator[playwright.Page]:
    context = chromium.new_context(viewport={"width": 1280, "height": 900}, locale="nl-NL", bypass_csp=True)
    page = context.new_page()
    sign_in(page, demonstration, "marit@tegelpost.example.org")
    page.get_by_role("link", name="Adresboek").first.wait_for()
    yield page
    context.close()


def look(page: playwright.Page, name: str) -> None:
    """Look with axe, and whether a phone shows everything; keep a picture of both widths."""
    page.wait_for_load_state()
    for width in (1280, 360):
        page.set_viewport_size({"width": width, "height": 900})
        wide = page.evaluate("document.documentElement.scrollWidth")
        assert wide <= width, f"{name}: {wide} wide on a window of {width}"
        if PICTURES:
            page.screenshot(path=Path(PICTURES) / f"{name}-{width}.png", full_page=True)
        found = axe_playwright.Axe().run(page)
        assert found.violations_count == 0, f"{name} at {width}: {found.generate_report()}"
    page.set_viewport_size({"width": 1280, "height": 900})


def test_a_list_is_decided_applied_and_taken_back(
    office: playwright.Page, demonstration: Demonstration, tmp_path: Path
) -> None:
    known = tmp_path / "organisaties.csv"
    known.write_text(
        "Naam organisatie;Wijk;Telefoon;E-mail;Website\n"
        "Koor De Stoep en Zo;Spangen;010-000 1234;koor@x.test;\n"
        "Buurttuin De Naad van Nu;Spangen;010-000 5678;naad@x.test;www.naad.example.org\n",
        encoding="utf-8",
    )
    read_in(office, demonstration, known)
    office.get_by_role("button", name="Toepassen").click()
    office.get_by_role("heading", name="Deze lijst is ingelezen.").wait_for()

    later = tmp_path / "organisaties-later.csv"
    later.write_text(
        "Naam organisatie;Wijk;Telefoon;E-mail;Website\n"
        "Buurttuin De Naad van Nuu;Spangen;010-000 9999;naad@x.test;\n"
        "Koor De Stoep en Zo;Spangen;010-000 4321;koor@x.test;\n"
        "Zangclub Allegro Vivace;Spangen;;zang@gmial.com;\n",
        encoding="utf-8",
    )
    read_in(office, demonstration, later)
    naad = office.get_by_role("article", name="Buurttuin De Naad van Nuu")
    naad.get_by_label("Ja, dezelfde").check()
    zang = office.get_by_role("article", name="Zangclub Allegro Vivace")
    zang.get_by_label("zang@gmail.com").check()
    look(office, "twijfels")
    office.get_by_role("button", name="Bewaar deze keuzes").click()
    office.get_by_text("Er is geen twijfel meer.").wait_for()
    look(office, "gekozen")
    office.get_by_role("link", name="Gewijzigd").click()
    look(office, "rapport")
    office.get_by_role("button", name="Toepassen").click()
    office.get_by_role("heading", name="Deze lijst is ingelezen.").wait_for()
    look(office, "toegepast")
    applied = office.url.partition("?")[0]

    office.get_by_role("link", name="Gewijzigd").click()
    office.get_by_role("link", name="Koor De Stoep en Zo").first.click()
    office.get_by_text("Waar komt dit vandaan?").click()
    office.get_by_role("link", name="uit organisaties-later.csv, rij 3").wait_for()
    look(office, "herkomst")
    change_by_hand(office)

    office.goto(applied)
    office.get_by_role("link", name="Draai deze inlezing terug").click()
    office.get_by_text("Intussen met de hand gewijzigd, dus blijft zo").wait_for()
    look(office, "terugdraaien")
    office.get_by_role("button", name="Draai terug").click()
    office.get_by_role("heading", name="Deze lijst is teruggedraaid.").wait_for()
    look(office, "teruggedraaid")


def read_in(page: playwright.Page, demonstration: Demonstration, file: Path) -> None:
    page.goto(f"{demonstration.base_url}/adresboek/inlezen")
    page.set_input_files("input[type=file]", file)
    page.locator("form[enctype] button[type=submit]").first.click()
    if page.url.endswith("/kolommen"):
        page.locator("form button[type=submit].button-main").first.click()
    page.get_by_role("heading", name="De proef is klaar. Er is nog niets veranderd.").wait_for()


def change_by_hand(page: playwright.Page) -> None:
    address = page.url
    page.get_by_role("link", name="Wijzig", exact=True).first.click()
    page.get_by_label("Telefoon").fill("010-000 7777")
    page.get_by_role("button", name="Bewaar").first.click()
    page.goto(address)
    page.get_by_text("Waar komt dit vandaan?").click()
