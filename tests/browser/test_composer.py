"""The composer in a real browser: nobody is kept out of any of its screens, and two people can work in one draft."""

from __future__ import annotations

import json
import os
import re
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

playwright = pytest.importorskip("playwright.sync_api", reason="install with: python3 dev.py setup dev browser")
axe_playwright = pytest.importorskip("axe_playwright_python.sync_playwright")

from mailer.mailings.blocks import BLOCK_TYPES  # noqa: E402 - only when there is a browser to drive
from tests.browser.conftest import Demonstration, sign_in, text_field  # noqa: E402

pytestmark = pytest.mark.browser

expect = playwright.expect
LOOKS = ("computer", "telefoon", "donker", "zonder-beeld", "tekst", "papier")
SCREENSHOTS = os.environ.get("SCREENSHOTS", "")


@pytest.fixture(scope="module")
def office(chromium: playwright.Browser, demonstration: Demonstration) -> Iterator[playwright.Page]:
    """A window that is signed in; axe adds a script of its own, which our own pages would refuse."""
    context = chromium.new_context(viewport={"width": 1280, "height": 900}, locale="nl-NL", bypass_csp=True)
    page = context.new_page()
    sign_in(page, demonstration, "nadia@tegelpost.example.org")
    yield page
    context.close()


@pytest.fixture(scope="module")
def draft(demonstration: Demonstration, tmp_path_factory: pytest.TempPathFactory) -> int:
    """A draft with one block of every kind, most of them unfinished: so the check has much to say."""
    spec = {
        "kind": "newsletter",
        "topic": "nieuwsbrief",
        "subject": "Van alles één",
        "audience": {"rule": {"theme": ["groen"]}, "reach": "everyone"},
        "blocks": [
            {"type": "text", "html": "<p>[[mailbox.greeting]]</p><p>We gaan dit borgen. Klik hier.</p>"},
            *({"type": kind} for kind in BLOCK_TYPES),
        ],
    }
    return make(demonstration, tmp_path_factory.mktemp("spec"), spec)


def make(demonstration: Demonstration, folder: Path, spec: dict[str, object]) -> int:
    (folder / "spec.json").write_text(json.dumps(spec), encoding="utf-8")
    environment = {**os.environ, "MAILER_DATA_DIR": str(demonstration.data_dir)}
    command = [sys.executable, "-m", "mailer", "mailing", "create", str(folder / "spec.json"), "--json"]
    told = subprocess.run(command, env=environment, capture_output=True, text=True, check=True)
    return int(json.loads(told.stdout)["id"])


def nobody_is_kept_out(page: playwright.Page, url: str, name: str) -> None:
    for width in (1280, 360):
        page.set_viewport_size({"width": width, "height": 800})
        # Without its anchor: with it, going there a second time loads nothing.
        answer = page.goto(url.partition("#")[0])
        page.wait_for_load_state("networkidle")

        assert answer is not None
        assert answer.ok, f"{url} answers {answer.status}"
        found = axe_playwright.Axe().run(page).response["violations"]
        too_wide = page.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth")

        if SCREENSHOTS:
            page.screenshot(path=f"{SCREENSHOTS}/composer-{name}-{width}.png", full_page=True)
        assert [(one["id"], one["nodes"][0]["html"]) for one in found] == [], f"{name} at {width}"
        assert too_wide <= 0, f"{name} is {too_wide} pixels too wide at {width}"
        assert page.get_by_role("heading", level=1).count() == 1


@pytest.mark.parametrize(
    "path",
    [
        "inhoud",
        "inhoud?blok=nieuw",
        "inhoud?blok=onderwerp",
        "inhoud?deel=voorbeeld",
        "ontvangers",
        "bekijken",
        "controle",
        "verzenden",
        "versies",
        "uitleg?postvak=info@devoeg.example.org",
        "verschil",
    ],
)
def test_every_step_keeps_nobody_out_and_fits_a_phone(
    office: playwright.Page, demonstration: Demonstration, draft: int, path: str
) -> None:
    name = re.sub(r"\W+", "-", path)

    nobody_is_kept_out(office, f"{demonstration.base_url}/mailings/{draft}/{path}", name)


@pytest.fixture(scope="module")
def kept(office: playwright.Page, demonstration: Demonstration, draft: int) -> None:
    """A mailing and a block that staff keeps, so that "Sjablonen" has something in it."""
    # On a phone, where a test before this may have been, one part is seen at a time.
    office.set_viewport_size({"width": 1280, "height": 900})
    for what, name in (("onderwerp", "Van alles één"), ("", "Onze begroeting")):
        office.goto(f"{demonstration.base_url}/mailings/{draft}/inhoud?blok={what}")
        if not what:
            office.locator(".blocks a[data-opens]").first.click()
        office.locator("summary", has_text=re.compile("^Bewaar .* als sjabloon$")).click()
        office.get_by_label("Naam", exact=True).fill(name)
        office.get_by_role("button", name="Bewaar als sjabloon").click()
        office.get_by_text(f"“{name}” is bewaard.").wait_for()


@pytest.mark.parametrize("path", ["mailings", "mailings/nieuw", "mailings/sjablonen"])
@pytest.mark.usefixtures("kept")
def test_every_page_around_it_keeps_nobody_out(
    office: playwright.Page, demonstration: Demonstration, path: str
) -> None:
    nobody_is_kept_out(office, f"{demonstration.base_url}/{path}", path.replace("/", "-"))


@pytest.mark.parametrize("kind", list(BLOCK_TYPES))
def test_the_form_of_every_block_keeps_nobody_out(
    office: playwright.Page, demonstration: Demonstration, draft: int, kind: str
) -> None:
    office.goto(f"{demonstration.base_url}/mailings/{draft}/inhoud")
    picks = office.locator(".blocks > li a.pick")
    url = picks.nth(2 + list(BLOCK_TYPES).index(kind)).get_attribute("href")
    assert url is not None

    nobody_is_kept_out(office, demonstration.base_url + url, f"block-{kind}")


@pytest.mark.parametrize("look", LOOKS)
def test_every_way_to_look_keeps_nobody_out(
    office: playwright.Page, demonstration: Demonstration, draft: int, look: str
) -> None:
    nobody_is_kept_out(office, f"{demonstration.base_url}/mailings/{draft}/bekijken?kijk={look}", f"look-{look}")


def test_the_letter_follows_every_key_and_keeps_its_look(
    page: playwright.Page, demonstration: Demonstration, draft: int
) -> None:
    sign_in(page, demonstration, "omar@tegelpost.example.org")
    page.goto(f"{demonstration.base_url}/mailings/{draft}/inhoud")
    page.get_by_role("link", name="Tekst Beste").click()
    if page.get_by_role("button", name="Neem over").is_visible():
        page.get_by_role("button", name="Neem over").click()
        page.get_by_role("link", name="Tekst Beste").click()
    letter = page.frame_locator("iframe[data-letter]")
    expect(letter.get_by_text("borgen")).to_be_visible()

    text_field(page).click()
    page.keyboard.press("Control+End")
    page.keyboard.type(" Warm.")

    expect(letter.get_by_text("Klik hier. Warm.")).to_be_visible()
    # Made anew after each key: the words may be gone while one looks.
    expect(letter.get_by_text("Stoepnetwerk (voorbeeld)").first).to_have_css("color", "rgb(255, 255, 255)")
    page.get_by_role("link", name="Donker").click()
    expect(letter.get_by_text("Klik hier. Warm.")).to_be_visible()
    expect(letter.locator("body")).to_have_css("background-color", "rgb(22, 24, 29)")
    expect(letter.get_by_text("Klik hier. Warm.")).to_be_visible()


def test_the_second_reads_along_takes_over_and_no_words_get_lost(
    chromium: playwright.Browser, demonstration: Demonstration, tmp_path: Path
) -> None:
    spec = {"kind": "newsletter", "subject": "Samen", "blocks": [{"type": "text", "html": "<p>Begin.</p>"}]}
    path = f"{demonstration.base_url}/mailings/{make(demonstration, tmp_path, spec)}"
    first, second = (chromium.new_context(locale="nl-NL").new_page() for _ in range(2))
    sign_in(first, demonstration, "yasmin@tegelpost.example.org")
    sign_in(second, demonstration, "piet@tegelpost.example.org")

    first.goto(f"{path}/inhoud")
    first.get_by_label("Onderwerp van de mail").fill("Samen schrijven")
    # The page says the new title once it was kept.
    expect(first.get_by_role("heading", level=1)).to_have_text("Samen schrijven")
    second.goto(f"{path}/inhoud")
    expect(second.get_by_text("is nu in deze mailing bezig. Je kunt meelezen.")).to_be_visible()
    expect(second.get_by_label("Onderwerp van de mail")).to_have_count(0)
    second.get_by_role("button", name="Neem over").click()
    expect(second.get_by_label("Onderwerp van de mail")).to_have_value("Samen schrijven")
    first.get_by_label("Onderwerp van de mail").fill("Samen schrijven en lezen")

    expect(first.get_by_role("status").first).to_contain_text("Wat jij schreef, staat bij Eerdere versies.")
    second.goto(f"{path}/versies")
    expect(second.get_by_text("Niet in de mailing gekomen")).to_be_visible()
    second.get_by_role("button", name="Zet terug").first.click()
    expect(second.get_by_label("Onderwerp van de mail")).to_have_value("Samen schrijven en lezen")
    for one in (first, second):
        one.context.close()


def test_a_block_is_dragged_to_another_place(
    page: playwright.Page, demonstration: Demonstration, tmp_path: Path
) -> None:
    blocks = [{"type": "heading", "text": text} for text in ("een", "twee", "drie")]
    number = make(demonstration, tmp_path, {"kind": "newsletter", "subject": "Slepen", "blocks": blocks})
    sign_in(page, demonstration, "sanne@tegelpost.example.org")
    page.goto(f"{demonstration.base_url}/mailings/{number}/inhoud")
    rows = page.locator(".blocks > [data-place]")

    rows.nth(0).drag_to(rows.nth(2), target_position={"x": 40, "y": 40})

    expect(page.locator(".blocks > [data-place] [data-summary-of]")).to_have_text(["twee", "drie", "een"])
    page.get_by_role("button", name="Maak ongedaan").click()
    expect(page.locator(".blocks > [data-place] [data-summary-of]")).to_have_text(["een", "twee", "drie"])


def test_the_letter_opens_at_the_block_and_a_click_in_it_opens_another(
    page: playwright.Page, demonstration: Demonstration, tmp_path: Path
) -> None:
    text = "<p>" + "Nog een zin. " * 60 + "</p>"
    blocks = [{"type": "heading", "text": "Bovenaan"}, {"type": "text", "html": text}]
    blocks += [{"type": "text", "html": text}, {"type": "heading", "text": "Helemaal onderaan"}]
    number = make(demonstration, tmp_path, {"kind": "newsletter", "subject": "Volgen", "blocks": blocks})
    sign_in(page, demonstration, "lotte@tegelpost.example.org")
    page.goto(f"{demonstration.base_url}/mailings/{number}/inhoud")
    letter = page.frame_locator("iframe[data-letter]")

    page.get_by_role("link", name="Kop Helemaal onderaan").click()
    expect(page.get_by_label("Tekst van de kop")).to_have_value("Helemaal onderaan")
    page.wait_for_function("document.querySelector('iframe[data-letter]').contentWindow.scrollY > 100")
    page.get_by_text("Klik in de mail op een stuk.").wait_for()
    letter.get_by_text("Nog een zin.").last.click()

    expect(page.locator(".blocks > .now [data-summary-of]")).to_have_text(re.compile("^Nog een zin"))
    expect(page.locator("[data-opens]").nth(2)).to_have_attribute("aria-current", "true")


LONG_TITLE = "Nieuwsbrief december: match, een pot soep en geld voor je straat"


def test_a_phone_writes_over_the_whole_screen_and_swaps_the_agenda(
    phone: playwright.Page, demonstration: Demonstration, tmp_path: Path
) -> None:
    blocks = [{"type": "text", "html": "<p>Dag.</p>"}, {"type": "agenda"}, {"type": "heading", "text": "Slot"}]
    number = make(demonstration, tmp_path, {"kind": "newsletter", "subject": LONG_TITLE, "blocks": blocks})
    sign_in(phone, demonstration, "imane@tegelpost.example.org")
    phone.goto(f"{demonstration.base_url}/mailings/{number}/inhoud")
    parts = phone.get_by_role("navigation", name="Delen van deze bladzijde")
    menu = phone.get_by_role("navigation", name="Hoofdmenu")
    expect(menu).to_be_visible()
    expect(phone.locator(".composer-view")).to_be_hidden()

    phone.get_by_role("link", name="Tekst Dag.").click()
    editor = text_field(phone)
    expect(menu).to_be_hidden()
    expect(phone.locator(".composer-list")).to_be_hidden()
    assert phone.evaluate("(h1 => h1.scrollWidth - h1.clientWidth)(document.querySelector('h1'))") <= 0, "title cut off"
    editor.click()
    phone.keyboard.press("Control+End")
    phone.keyboard.type(" Kom je ook?")
    expect(phone.get_by_role("status").first).to_contain_text("Opgeslagen om")
    parts.get_by_role("link", name="Voorbeeld").click()
    expect(phone.frame_locator("iframe[data-letter]").get_by_text("Dag. Kom je ook?")).to_be_visible()
    parts.get_by_role("link", name="Blokken").click()
    phone.get_by_role("button", name="Agenda omlaag").click()

    expect(phone.locator(".blocks > [data-place] b")).to_have_text(["Tekst", "Kop", "Agenda"])
    expect(phone.locator(".composer-list")).to_be_visible()
    phone.get_by_role("link", name=re.compile("^Agenda")).click()
    phone.locator("summary", has_text="Alleen in wijk").click()
    phone.get_by_label("Spangen").check()
    phone.get_by_label("Hoeveel dagen vooruit?").fill("90")
    parts.get_by_role("link", name="Blokken").click()
    # Saving says it in the hidden list too, before the page with the list has come.
    expect(phone.locator(".composer-list")).to_be_visible()
    expect(phone.locator(".blocks > [data-place]").last).to_contain_text("90 dagen vooruit")
    for width in (360, 320):
        phone.set_viewport_size({"width": width, "height": 740})
        too_wide = phone.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth")
        assert too_wide <= 0, f"{too_wide} pixels too wide at {width}"


def open_a_call(office: playwright.Page, demonstration: Demonstration, folder: Path) -> None:
    """Open the form of the first of two blocks: nothing is filled in yet."""
    blocks = [{"type": "call"}, {"type": "heading", "text": "Slot"}]
    number = make(demonstration, folder, {"kind": "newsletter", "subject": "Gezocht", "blocks": blocks})
    office.set_viewport_size({"width": 1280, "height": 900})
    office.goto(f"{demonstration.base_url}/mailings/{number}/inhoud")
    office.get_by_role("link", name="Oproep Nog leeg").click()


def test_leaving_a_field_that_was_refused_first_points_at_it_and_loses_nothing(
    office: playwright.Page, demonstration: Demonstration, tmp_path: Path
) -> None:
    open_a_call(office, demonstration, tmp_path)
    until = office.get_by_label("Tot welke dag?")

    office.get_by_label("Wie vraagt het?").fill("Kookclub De Zandlaag")
    until.fill("31-2-2027")
    office.get_by_role("link", name="Kop Slot").click()

    expect(until).to_be_focused()
    expect(office.get_by_label("Wie vraagt het?")).to_have_value("Kookclub De Zandlaag")
    expect(office.get_by_role("status").first).to_contain_text("Nog niet opgeslagen.")
    until.fill("22-2-2027")
    office.get_by_role("link", name="Kop Slot").click()
    expect(office.get_by_label("Tekst van de kop")).to_have_value("Slot")
    office.locator(".blocks .pick").filter(has_text="Oproep").click()
    expect(office.get_by_label("Wie vraagt het?")).to_have_value("Kookclub De Zandlaag")


def test_who_leaves_a_refused_field_all_the_same_is_asked_by_the_browser(
    office: playwright.Page, demonstration: Demonstration, tmp_path: Path
) -> None:
    open_a_call(office, demonstration, tmp_path)
    asked: list[str] = []
    office.on("dialog", lambda dialog: (asked.append(dialog.type), dialog.accept()))

    office.get_by_label("Tot welke dag?").fill("31-2-2027")
    expect(office.get_by_role("status").first).to_contain_text("Vul een dag in die bestaat")
    # Another look at the letter leaves nothing, so nobody is held up.
    office.get_by_role("link", name="Telefoon").click()
    expect(office.get_by_role("status").first).to_contain_text("Vul een dag in die bestaat")
    office.get_by_role("link", name="Kop Slot").click()
    expect(office.get_by_label("Tot welke dag?")).to_be_focused()
    office.get_by_role("link", name="Kop Slot").click()

    expect(office.get_by_label("Tekst van de kop")).to_have_value("Slot")
    assert asked == ["beforeunload"]


def test_a_translation_whose_dutch_changed_is_asked_for_again_and_the_button_answers(
    office: playwright.Page, demonstration: Demonstration, tmp_path: Path
):
    arabic = {"words": {"html": "<p>الحديقة مفتوحة.</p>"}, "checked_by": "Samira"}
    garden = {"type": "text", "html": "De tuin is open.", "variants": {"ar": arabic}}
    spec = {"kind": "newsletter", "topic": "nieuwsbrief", "subject": "De tuin", "blocks": [garden]}
    base = f"{demonstration.base_url}/mailings/{make(demonstration, tmp_path, spec)}"
    office.set_viewport_size({"width": 1280, "height": 900})
    office.goto(f"{base}/inhoud")
    office.get_by_role("link", name="De tuin is open.").click()

    with office.expect_response(lambda answer: "/blokken/" in answer.url):
        text_field(office).fill("De tuin is dicht.")
    opened = office.url
    nobody_is_kept_out(office, opened, "read-again")
    expect(office.get_by_text("veranderd nadat Samira hem las")).to_be_visible()

    office.set_viewport_size({"width": 1280, "height": 900})
    office.get_by_role("button", name="Opnieuw nagelezen").click()
    expect(office.get_by_text("veranderd nadat Samira hem las")).to_have_count(0)
    assert "الحديقة" in office.request.get(f"{base}/voorbeeld").text()
