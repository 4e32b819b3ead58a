"""The office in a real browser: no screen that keeps somebody out, none that is wider than a phone."""

from __future__ import annotations

import re
from collections.abc import Iterator

import pytest

playwright = pytest.importorskip("playwright.sync_api", reason="install with: python3 dev.py setup dev browser")
axe_playwright = pytest.importorskip("axe_playwright_python.sync_playwright")

from tests.browser.conftest import Demonstration  # noqa: E402 - only when there is a browser to drive

pytestmark = pytest.mark.browser

SCREENS = [
    "/",
    "/adresboek/organisaties",
    "/adresboek/organisaties?wijk=spangen&thema=groen",
    "/adresboek/organisaties/17",
    "/adresboek/organisaties/17/wijzig",
    "/adresboek/organisaties/17/mensen/erbij?zoek=sam",
    "/adresboek/organisaties/17/gestopt",
    "/adresboek/netwerken",
    "/adresboek/netwerken/1?dag=2025-01-01",
    "/adresboek/lidmaatschappen/1",
    "/adresboek/voorstellen",
    "/adresboek/klopt-dit-nog?stand=niet-nagekeken",
    "/adresboek/mensen",
    "/adresboek/mensen/5",
    "/adresboek/mensen/nieuw",
    "/adresboek/postvakken",
    "/adresboek/postvakken/3",
    "/adresboek/postvakken/3/niet-meer",
    "/adresboek/postvakken/grondslag?mailbox=3&mailbox=4",
    "/mailings",
    "/mailings/nieuw",
    "/mailings/sjablonen",
    "/bijeenkomsten/dagen",
    "/bijeenkomsten",
    "/bijeenkomsten/1",
    "/bijeenkomsten/3/wijzig",
    "/bijeenkomsten/3/uitnodigen?theme=groen&reach=one_per_organisation",
    "/bijeenkomsten/3/reactie?zoek=buurt",
    "/bijeenkomsten/3/afgelasten",
    "/bijeenkomsten/nieuw",
    "/selecties",
    "/selecties/nieuw",
    "/bestaat-niet",
]


@pytest.fixture(scope="module")
def office(chromium: playwright.Browser, demonstration: Demonstration) -> Iterator[playwright.Page]:
    """A window that is signed in; axe adds a script of its own, which our own pages would refuse."""
    context = chromium.new_context(viewport={"width": 1280, "height": 900}, locale="nl-NL", bypass_csp=True)
    page = context.new_page()
    page.goto(demonstration.sign_in_link)
    page.get_by_role("button", name="Log in").click()
    page.get_by_role("heading", level=1, name=re.compile("^Dag ")).wait_for()
    yield page
    context.close()


@pytest.mark.parametrize("path", SCREENS)
def test_screen_keeps_nobody_out_and_fits_a_phone(
    office: playwright.Page, demonstration: Demonstration, path: str
) -> None:
    for width in (1280, 360):
        office.set_viewport_size({"width": width, "height": 800})
        office.goto(demonstration.base_url + path)

        found = axe_playwright.Axe().run(office).response["violations"]
        too_wide = office.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth")

        assert [(one["id"], one["nodes"][0]["html"]) for one in found] == [], f"{path} at {width}"
        assert too_wide <= 0, f"{path} is {too_wide} pixels too wide at {width}"
        assert office.get_by_role("heading", level=1).count() == 1


def test_error_summary_takes_the_focus_and_leads_to_the_field(
    page: playwright.Page, demonstration: Demonstration
) -> None:
    page.goto(f"{demonstration.base_url}/inloggen")
    page.get_by_role("button", name="Stuur mij een link").click()

    summary = page.get_by_role("alert")
    playwright.expect(summary).to_be_focused()
    playwright.expect(page).to_have_title(re.compile("^Fout:"))
    summary.get_by_role("link").click()

    playwright.expect(page.get_by_label("Je e-mailadres")).to_be_focused()


def test_ticking_counts_and_a_chosen_filter_shows_at_once(
    office: playwright.Page, demonstration: Demonstration
) -> None:
    office.set_viewport_size({"width": 1280, "height": 900})
    office.goto(f"{demonstration.base_url}/adresboek/postvakken?mail=no_basis&soort=functional")

    office.get_by_label("Kies alles op deze bladzijde").check()
    office.locator("[data-tick]").first.uncheck()
    total = office.locator("[data-tick]").count()
    playwright.expect(office.locator("[data-tick-count]")).to_have_text(f"{total - 1} van {total} gekozen")

    office.goto(f"{demonstration.base_url}/adresboek/organisaties")
    office.get_by_label("Wijk", exact=True).select_option("spangen")

    playwright.expect(office).to_have_url(re.compile(r"/adresboek/organisaties\?wijk=spangen$"))
    playwright.expect(office.get_by_role("list", name="Gekozen filters")).to_contain_text("Spangen")
