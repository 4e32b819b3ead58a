"""The page behind "Klopt dit nog?" in a real browser on a narrow phone: without a script, without anybody kept out."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta

import pytest

playwright = pytest.importorskip("playwright.sync_api", reason="install with: python3 dev.py setup dev browser")
axe_playwright = pytest.importorskip("axe_playwright_python.sync_playwright")

from mailer.directory.models import CheckLetter, Organisation  # noqa: E402 - only when there is a browser to drive
from mailer.foundation import clock  # noqa: E402
from mailer.foundation.database import Database  # noqa: E402
from mailer.foundation.settings import Settings  # noqa: E402
from tests.browser.conftest import Demonstration  # noqa: E402
from tests.factories import a_person, an_organisation  # noqa: E402

pytestmark = pytest.mark.browser


@dataclass(frozen=True)
class Asked:
    """Where an organisation says whether it is right, and the database behind it."""

    url: str
    database: Database
    organisation_id: int
    letter_id: int


@pytest.fixture
def asked(demonstration: Demonstration) -> Asked:
    settings = Settings(_env_file=None, data_dir=demonstration.data_dir, base_url=demonstration.base_url)
    database = Database(settings)
    with database.transaction() as session:
        garden = an_organisation(session, "Buurttuin De Voeg", themes=["groen"], street="Voegstraat 12")
        a_person(session, "Samira", of=garden, is_contact=True)
        letter = CheckLetter(organisation=garden, planned_on=clock.today(clock.now()), sent_at=clock.now())
        session.add(letter)
        session.flush()
        return Asked(settings.links.check(letter.id), database, garden.id, letter.id)


def test_one_press_is_enough_without_a_script(chromium: playwright.Browser, asked: Asked) -> None:
    context = chromium.new_context(viewport={"width": 360, "height": 740}, locale="nl-NL", java_script_enabled=False)
    phone = context.new_page()
    phone.goto(asked.url)

    phone.get_by_role("button", name="Ja, dit klopt").click()

    playwright.expect(phone.get_by_text("We weten nu dat het klopt.")).to_be_visible()
    with asked.database.transaction(writes=False) as session:
        assert session.get_one(Organisation, asked.organisation_id).checked_on is not None
    context.close()


def test_something_changed_is_said_in_a_few_taps_without_a_script(chromium: playwright.Browser, asked: Asked) -> None:
    context = chromium.new_context(viewport={"width": 360, "height": 740}, locale="nl-NL", java_script_enabled=False)
    phone = context.new_page()
    phone.goto(asked.url)

    phone.get_by_role("link", name="Er is iets veranderd").click()
    phone.get_by_text("Adres, telefoon en website").click()
    phone.get_by_label("Straat en nummer").fill("Kasseistraat 1")
    phone.get_by_label("Postcode").fill("30")
    phone.get_by_role("button", name="Bekijk wat je verstuurt").click()
    playwright.expect(phone.get_by_role("heading", name="Er ging iets mis")).to_be_visible()
    playwright.expect(phone.get_by_label("Straat en nummer")).to_have_value("Kasseistraat 1")
    phone.get_by_label("Postcode").fill("3025zz")
    phone.get_by_role("button", name="Bekijk wat je verstuurt").click()
    playwright.expect(phone.get_by_text("3025 ZZ")).to_be_visible()
    phone.get_by_role("button", name="Verstuur").click()

    playwright.expect(phone.get_by_text("We hebben het ontvangen.")).to_be_visible()
    playwright.expect(phone.get_by_text("We kijken ernaar")).to_have_count(2)
    context.close()


@pytest.mark.parametrize("state", ["first", "form", "sent", "too-old"])
def test_the_page_keeps_nobody_out_and_fits_a_phone(chromium: playwright.Browser, asked: Asked, state: str) -> None:
    # axe adds a script of its own, which our own pages would refuse.
    context = chromium.new_context(locale="nl-NL", bypass_csp=True)
    page = context.new_page()
    address = f"{asked.url}/wijzig" if state == "form" else asked.url
    if state == "sent":
        page.goto(f"{asked.url}/wijzig")
        page.get_by_label("Wil je nog iets zeggen?").fill("Bel gerust.")
        page.get_by_role("button", name="Bekijk wat je verstuurt").click()
        page.get_by_role("button", name="Verstuur").click()
    elif state == "too-old":
        with asked.database.transaction() as session:
            session.get_one(CheckLetter, asked.letter_id).sent_at = clock.now() - timedelta(days=200)

    for width in (1280, 360):
        page.set_viewport_size({"width": width, "height": 800})
        page.goto(address)
        page.evaluate("document.querySelectorAll('details').forEach(fold => { fold.open = true })")
        found = axe_playwright.Axe().run(page).response["violations"]
        too_wide = page.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth")

        assert [(one["id"], one["nodes"][0]["html"]) for one in found] == []
        assert too_wide <= 0
        assert page.get_by_role("heading", level=1).count() == 1
    context.close()
