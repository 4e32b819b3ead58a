"""Selections with the keyboard alone, the numbers that follow, and pages that axe finds nothing wrong with."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

playwright = pytest.importorskip("playwright.sync_api", reason="install with: python3 dev.py setup dev browser")
axe_playwright = pytest.importorskip("axe_playwright_python.sync_playwright")

from tests.browser.conftest import Demonstration, sign_in  # noqa: E402 - after the guards

pytestmark = pytest.mark.browser

expect = playwright.expect


@pytest.fixture(scope="module")
def office(chromium: playwright.Browser, demonstration: Demonstration) -> Iterator[playwright.Page]:
    """A window that is signed in; axe adds a script of its own, which our own pages would refuse."""
    context = chromium.new_context(viewport={"width": 1280, "height": 900}, locale="nl-NL", bypass_csp=True)
    page = context.new_page()
    sign_in(page, demonstration, "henk@tegelpost.example.org")
    page.wait_for_url(f"{demonstration.base_url}/")
    yield page
    context.close()


def nothing_wrong(page: playwright.Page) -> list[str]:
    return [each["id"] for each in axe_playwright.Axe().run(page).response["violations"]]


def sideways(page: playwright.Page) -> int:
    return int(page.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth"))


def test_a_nested_rule_is_built_with_the_keyboard(office: playwright.Page, demonstration: Demonstration) -> None:
    office.goto(f"{demonstration.base_url}/selecties/nieuw")

    # A condition: choose its kind, press its button, tick a word.
    office.locator("#new-kind-0").focus()
    office.keyboard.press("T")
    assert office.locator("#new-kind-0").input_value() == "theme"
    press(office, 'button[value="add-0"]')
    office.locator('input[name="value-1"][value="groen"]').focus()
    office.keyboard.press("Space")
    expect(office.locator("#said-1")).to_have_text("met thema Groen en duurzaamheid")
    expect(office.locator("#audience-tally")).to_contain_text("mails aan")

    # A group beside it, with a condition in it that must not hold.
    press(office, 'button[value="group-0"]')
    office.locator("#new-kind-2").select_option("neighbourhood")
    press(office, 'button[value="add-2"]')
    office.locator('input[name="value-3"][value="spangen"]').focus()
    office.keyboard.press("Space")
    office.locator('input[name="not-3"]').focus()
    office.keyboard.press("Space")

    expect(office.locator("#joint-3")).to_have_text("niet")
    expect(office.locator(".said-whole")).to_contain_text(
        "met thema Groen en duurzaamheid, maar niet die werken in Spangen."
    )
    expect(office.locator("#alone-1")).to_contain_text("organisaties")
    assert nothing_wrong(office) == []


def press(page: playwright.Page, selector: str) -> None:
    page.locator(selector).focus()
    page.keyboard.press("Enter")
    page.wait_for_load_state("networkidle")


@pytest.mark.parametrize("width", [1280, 360])
def test_the_pages_of_selections_are_sound_and_fit(
    office: playwright.Page, demonstration: Demonstration, width: int
) -> None:
    office.set_viewport_size({"width": width, "height": 900})

    for path in ("/selecties", "/selecties/dekking", "/selecties/dekking/missen?wijk=spangen"):
        office.goto(f"{demonstration.base_url}{path}")
        assert (path, nothing_wrong(office), sideways(office)) == (path, [], 0)
