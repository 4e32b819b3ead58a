"""The main job, by hand, from two files to who is coming: what a newcomer does in the first half hour.

With SCREENSHOTS set to a folder, every screen on the way is kept there, as a laptop and as a phone show it.
"""

from __future__ import annotations

import os
import re
import subprocess
import sys
from pathlib import Path

import pytest

playwright = pytest.importorskip("playwright.sync_api", reason="install with: python3 dev.py setup dev browser")

from tests.browser.conftest import Demonstration, sign_in, text_field  # noqa: E402 - only when there is a browser to drive
from tests.browser.test_mailing import A_SEND_MS, take_out_what_stays_empty  # noqa: E402

pytestmark = pytest.mark.browser

SCREENSHOTS = os.environ.get("SCREENSHOTS", "")
expect = playwright.expect


def test_from_two_files_to_who_is_coming(
    page: playwright.Page, phone: playwright.Page, demonstration: Demonstration, tmp_path: Path
) -> None:
    sign_in(page, demonstration, "joost@tegelpost.example.org")
    look(page, "start")
    organisations, people = sample_files(demonstration, tmp_path)
    read_in(page, demonstration, organisations)
    read_in(page, demonstration, people)
    record_basis(page, demonstration)
    save_selection(page, demonstration)
    send_newsletter(page, demonstration)
    read_letter(phone, demonstration, subject="Nieuws uit de groene coalitie")
    title = invite(page, demonstration)
    answer_for_two(phone, demonstration, title)
    see_who_comes(page, demonstration, title)


def look(page: playwright.Page, name: str) -> None:
    """Keep what the screen shows, when somebody wants to look; it must fit its window in any case."""
    page.wait_for_load_state()
    widths = {1280: 900, 360: 740} if page.viewport_size == {"width": 1280, "height": 900} else {360: 740}
    for width, height in widths.items():
        page.set_viewport_size({"width": width, "height": height})
        assert page.evaluate("document.documentElement.scrollWidth") <= width, f"{name} is wider than {width} pixels"
        if SCREENSHOTS:
            page.screenshot(path=f"{SCREENSHOTS}/{name}-{width}.png", full_page=True)
    page.set_viewport_size({"width": max(widths), "height": widths[max(widths)]})


def sample_files(demonstration: Demonstration, folder: Path) -> tuple[Path, Path]:
    environment = {**os.environ, "MAILER_DATA_DIR": str(demonstration.data_dir)}
    command = [sys.executable, "-m", "mailer", "sample", "files", "--to", str(folder)]
    subprocess.run(command, env=environment, check=True, capture_output=True)
    return folder / "organisaties_voorbeeld_cp1252.csv", folder / "sleutelfiguren_voorbeeld.xlsx"


def read_in(page: playwright.Page, demonstration: Demonstration, path: Path) -> None:
    """Choose a file, agree with its columns, see that nothing has changed yet, and apply what is sure."""
    page.goto(demonstration.base_url + "/adresboek/inlezen")
    look(page, "inlezen")
    page.get_by_label("Lijst met organisaties of mensen").set_input_files(path)
    page.get_by_role("button", name="Bekijk wat er zou gebeuren").click()
    expect(page.get_by_role("heading", level=1)).to_contain_text("in de kolommen")
    look(page, f"kolommen-{path.stem}")
    page.get_by_role("button", name="Bekijk wat er zou gebeuren").first.click()
    expect(page.get_by_role("heading", level=1)).to_contain_text("nog niets veranderd")
    look(page, f"proef-{path.stem}")
    page.get_by_role("button", name="Toepassen").click()
    expect(page.get_by_role("heading", level=1)).not_to_contain_text("nog niets veranderd")
    look(page, f"toegepast-{path.stem}")


def record_basis(page: playwright.Page, demonstration: Demonstration) -> None:
    """Say for a page of people without a basis why they may be written to."""
    before = without_basis(page, demonstration)
    look(page, "postvakken")
    page.get_by_label("Kies alles op deze bladzijde").check()
    page.get_by_role("button", name="Leg vast waarom we mogen mailen").click()
    look(page, "grondslag")
    page.get_by_label("Er is toestemming gegeven").check()
    page.get_by_label("Op welke dag?").fill("2026-11-03")
    page.get_by_label("Waar komt het vandaan?").fill("Inschrijflijst van de bijeenkomst op 3 november")
    page.get_by_label("Wat is er gevraagd of gezegd?").fill("Ja, ik wil de nieuwsbrief en de uitnodigingen.")
    page.get_by_role("button", name="Leg vast").click()
    look(page, "grondslag-vastgelegd")
    assert without_basis(page, demonstration) == before - 50


def without_basis(page: playwright.Page, demonstration: Demonstration) -> int:
    """Show the personal mailboxes that may not be written to yet; return how many there are."""
    page.goto(demonstration.base_url + "/adresboek/postvakken")
    if not page.get_by_label("Mogen we mailen?").is_visible():
        page.get_by_text("Filters").click()
    page.get_by_label("Mogen we mailen?").select_option(label="Nog geen toestemming")
    page.get_by_label("Soort postvak").select_option(label="Persoonlijk")
    page.get_by_role("button", name="Toon").click()
    return count_in(page)


def count_in(page: playwright.Page) -> int:
    found = re.search(r"(\d+) postvak", page.locator("main").inner_text())
    return int(found[1]) if found else 0


def save_selection(page: playwright.Page, demonstration: Demonstration) -> None:
    """Members of the coalition in Spangen or Bospolder with theme green."""
    page.goto(demonstration.base_url + "/selecties/nieuw")
    for kind, words in (
        ("Wijk", ["Spangen", "Bospolder"]),
        ("Thema", ["Groen en duurzaamheid"]),
        ("Netwerk", ["Welzijnscoalitie (voorbeeld)"]),
    ):
        page.get_by_label("Nieuwe voorwaarde").select_option(label=kind)
        page.get_by_role("button", name="Voorwaarde erbij").click()
        for word in words:
            page.get_by_label(word).first.check()
    expect(page.locator(".tally-big b")).to_have_text(re.compile(r"^[1-9]\d*$"))
    page.get_by_label("Naam van de selectie").fill("Groene coalitieleden in Spangen en Bospolder")
    look(page, "selectie")
    page.get_by_role("button", name="Bewaar selectie").click()
    expect(page.get_by_role("heading", level=1)).to_contain_text("Groene coalitieleden")
    look(page, "selectie-bewaard")


def send_newsletter(page: playwright.Page, demonstration: Demonstration) -> None:
    page.goto(demonstration.base_url + "/mailings/nieuw")
    look(page, "mailing-nieuw")
    page.get_by_label("Nieuwsbrief").check()
    page.get_by_role("button", name="Begin", exact=True).click()
    page.get_by_label("Onderwerp van de mail").fill("Nieuws uit de groene coalitie")
    page.get_by_label(re.compile("^Regel onder|^Eerste regel|^Voorproefje")).first.fill("Deze maand: tegels eruit.")
    expect(page.get_by_role("heading", level=1)).to_have_text("Nieuws uit de groene coalitie")
    look(page, "mailing-inhoud")
    page.get_by_role("link", name="Aanhef en intro").click()
    text_field(page).fill("Deze maand halen we tegels weg.")
    take_out_what_stays_empty(page)
    page.get_by_role("link", name="Verder naar ontvangers").click()
    page.get_by_label(re.compile("selectie", re.IGNORECASE)).first.select_option(
        label="Groene coalitieleden in Spangen en Bospolder"
    )
    look(page, "mailing-ontvangers")
    page.get_by_role("button", name=re.compile("^Gebruik|^Neem|^Kies")).first.click()
    page.get_by_role("button", name="Bewaar de ontvangers").click()
    for step, name in (("Bekijken en testen", "bekijken"), ("Controle", "controle"), ("Verzenden", "verzenden")):
        page.get_by_role("link", name=step).first.click()
        look(page, f"mailing-{name}")
    send(page)


def send(page: playwright.Page) -> None:
    page.get_by_role("button", name="Verzend", exact=True).click()
    expect(page.locator(".lead .badge")).to_have_text("Verzonden", timeout=A_SEND_MS)
    look(page, "mailing-volgen")


def read_letter(
    phone: playwright.Page, demonstration: Demonstration, *, subject: str, to: str = ""
) -> playwright.FrameLocator:
    """Open the newest letter with this subject (and to such an address) in the caught mail, on a phone."""
    phone.goto(f"{demonstration.base_url}/postvak?zoek={to or subject}")
    look(phone, "postvak")
    phone.get_by_role("link", name=subject).first.click()
    letter = phone.frame_locator("iframe")
    expect(letter.get_by_text("Waarom krijg").first).to_be_visible()
    look(phone, "brief")
    return letter


def invite(page: playwright.Page, demonstration: Demonstration) -> str:
    title = "Tegels lichten in Spangen"
    page.goto(demonstration.base_url + "/bijeenkomsten/nieuw")
    page.get_by_label("Naam van de bijeenkomst").fill(title)
    page.get_by_label("Dag", exact=True).fill("2027-02-04")
    page.get_by_label("Begint om").fill("19.30")
    page.get_by_label("Eindigt om").fill("21.30")
    page.get_by_label("Naam van de plek").fill("Buurthuis De Stoep (voorbeeld)")
    page.get_by_label("Adres (hoeft niet)", exact=True).fill("Voegstraat 12, 3025 ZZ Rotterdam")
    page.get_by_label("Plekken (hoeft niet)", exact=True).first.fill("40")
    page.get_by_label("Plekken per organisatie").first.fill("2")
    look(page, "bijeenkomst-nieuw")
    page.get_by_role("button", name="Bewaar en open voor aanmelden").click()
    expect(page.get_by_role("heading", level=1)).to_have_text(title)
    look(page, "bijeenkomst")
    page.get_by_role("link", name=re.compile("odig")).first.click()
    look(page, "uitnodigen")
    page.get_by_label("Spangen").first.check()
    page.get_by_role("button", name="Laat zien wie dit zijn").click()
    look(page, "uitnodigen-wie")
    page.get_by_role("button", name="Nodig uit en maak de mail").click()
    page.get_by_role("link", name="Verzenden").first.click()
    send(page)
    return title


def answer_for_two(phone: playwright.Page, demonstration: Demonstration, title: str) -> None:
    # An organisation's own mailbox, which its volunteers share.
    letter = read_letter(phone, demonstration, subject=title, to="info@")
    with phone.expect_popup() as opened:
        letter.get_by_role("link", name="Ja, we komen").first.click()
    page = opened.value
    look(page, "rsvp")
    expect(page.get_by_label("Ja, we komen")).to_be_checked()
    # Whoever the page proposed stays at home; two others come.
    for proposed in page.locator('input[name="guest"]:checked').all():
        proposed.uncheck()
    page.get_by_label("Iemand anders").check()
    page.get_by_label("Voornaam", exact=True).first.fill("Samira")
    page.get_by_role("button", name="Nog iemand erbij").click()
    page.get_by_label("Voornaam", exact=True).nth(1).fill("Joost")
    look(page, "rsvp-ingevuld")
    page.get_by_role("button", name="Verstuur ons antwoord").click()
    expect(page.get_by_role("heading", level=1)).to_contain_text("Top")
    look(page, "rsvp-klaar")


def see_who_comes(page: playwright.Page, demonstration: Demonstration, title: str) -> None:
    page.goto(demonstration.base_url + "/bijeenkomsten")
    look(page, "bijeenkomsten")
    page.get_by_role("link", name=title).first.click()
    expect(page.locator("main")).to_contain_text("Samira")
    expect(page.locator("main")).to_contain_text("Joost")
    look(page, "reacties")
