"""Writing a text: what one pastes comes out clean, what one types can be taken back, nobody is locked in."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

playwright = pytest.importorskip("playwright.sync_api", reason="install with: python3 dev.py setup dev browser")

from mailer.foundation.settings import CHECKOUT  # noqa: E402 - only when there is a browser to drive
from tests.browser.conftest import Demonstration, sign_in, text_field  # noqa: E402
from tests.browser.test_composer import make  # noqa: E402

expect = playwright.expect
PASTED = Path(__file__).parent / "pasted"
BUNDLE = CHECKOUT / "mailer" / "web" / "static" / "vendor" / "tiptap.js"
pytestmark = pytest.mark.browser
# What a program put on the clipboard → what is kept.
COMES_OUT = {
    "word": "<p><strong>Soep op donderdag</strong></p>"
    "<p>Kom je ook? Er is <strong>soep voor iedereen</strong>, en <em>brood</em>.</p>"
    "<ul><li>Neem een kom mee<ul><li>een grote</li></ul></li><li>Zeg het je buren</li></ul>"
    "<p>In deze volgorde:</p><ol><li>eerst koken</li><li>dan eten</li></ol>"
    '<p>Meer op <a href="https://voorbeeld.example.org/soep">onze website</a>.</p><p>maandag · 19.30 uur</p>',
    "outlook": "<p>Beste Samira,</p>"
    '<p>Kijk op <a href="https://voorbeeld.example.org/agenda?dag=14">de agenda</a> of mail '
    '<a href="mailto:hallo@voorbeeld.example.org">ons</a>.</p><p><strong>Tot dan!</strong></p>',
    "google-docs": "<p><strong>De moestuin</strong></p>"
    "<p>Wie heeft <strong>een schep</strong><em> of tijd</em>?</p>"
    '<ul><li>zaterdag</li><li><a href="https://voorbeeld.example.org/tuin">de tuin</a></li></ul>',
    "page": "<p><strong>Nieuw in de straat</strong></p><p>Een <strong>repair café</strong> op de hoek.</p>"
    "<p>lees meer</p><p>Elke vrijdag.</p>",
    "layout-table": "<p><strong>Zomer in de straat</strong></p><p>Voor iedereen:</p><p>Een.</p><p>Twee.</p>"
    "<ul><li>soep</li><li>brood</li></ul><p>Tot dan</p><p>Kom <strong>gerust</strong> langs</p>"
    "<p>zondag · 12.00 uur</p><p>maandag · 19.30 uur</p><p>Zaal · open</p>",
    "word-second-level": "<ul><li>een grote</li><li>of een kleine</li>"
    "<li>Zeg het je buren<ol><li>die van boven</li></ol></li></ul>",
}
PASTE = """(editor, html) => {
  const clipboard = new DataTransfer();
  clipboard.setData("text/html", html);
  clipboard.setData("text/plain", "niet dit");
  editor.dispatchEvent(new ClipboardEvent("paste", { clipboardData: clipboard, bubbles: true, cancelable: true }));
}"""


@pytest.fixture
def editor(page: playwright.Page, demonstration: Demonstration, tmp_path: Path) -> playwright.Locator:
    """A text that is open, and empty."""
    if not BUNDLE.exists():
        pytest.skip("the text editor is not here: python3 dev.py editor (needs npm)")
    spec = {"kind": "newsletter", "subject": "Schrijven", "blocks": [{"type": "text", "html": ""}]}
    number = make(demonstration, tmp_path, spec)
    sign_in(page, demonstration, "fenna@tegelpost.example.org")
    page.goto(f"{demonstration.base_url}/mailings/{number}/inhoud")
    page.locator(".blocks a[data-opens]").click()
    opened = text_field(page)
    opened.click()
    return opened


def kept(editor: playwright.Locator) -> str:
    """What the form sends."""
    return editor.page.locator("textarea[data-rich]").first.input_value()


@pytest.mark.skipif(shutil.which("npm") is None, reason="without npm the text editor may be absent")
def test_where_npm_is_the_editor_was_made() -> None:
    assert BUNDLE.exists(), "the text editor was not made at setup: python3 dev.py editor"


@pytest.mark.parametrize("program", list(COMES_OUT))
def test_what_is_pasted_comes_out_clean(editor: playwright.Locator, program: str) -> None:
    complaints: list[str] = []
    editor.page.on("console", lambda told: complaints.append(told.text) if told.type == "error" else None)
    editor.page.on("pageerror", lambda problem: complaints.append(str(problem)))

    with editor.page.expect_response(lambda one: one.request.method == "POST" and "/blokken/" in one.url):
        editor.evaluate(PASTE, (PASTED / f"{program}.html").read_text(encoding="utf-8"))

    assert kept(editor) == COMES_OUT[program]
    editor.page.reload()
    expect(editor).to_be_visible()
    assert kept(editor) == COMES_OUT[program]
    assert complaints == []


def test_plain_text_keeps_its_paragraphs_and_lines(editor: playwright.Locator) -> None:
    editor.evaluate(
        PASTE.replace('clipboard.setData("text/html", html);', "").replace('"niet dit"', "html"), "Een\nTwee"
    )

    assert kept(editor).replace("<br>", "</p><p>") == "<p>Een</p><p>Twee</p>"


def test_an_address_that_is_none_is_refused_where_it_is_typed(editor: playwright.Locator) -> None:
    page = editor.page
    page.keyboard.type("onze website")
    page.keyboard.press("Shift+Home")
    page.get_by_role("button", name="Link", exact=True).click()
    address = page.get_by_label("Waar gaat de link naartoe?").first

    expect(page.get_by_text("Hier gaat geen link naartoe.").first).to_be_hidden()
    expect(page.get_by_role("button", name="Haal de link weg")).to_be_hidden()
    address.fill("geen adres")
    page.get_by_role("button", name="Zet de link").click()
    expect(page.get_by_role("alert").filter(has_text="Hier gaat geen link naartoe.")).to_be_visible()
    expect(address).to_be_focused()
    expect(address).to_have_value("geen adres")
    address.fill("voorbeeld.nl/tuin")
    address.press("Enter")

    expect(address).to_be_hidden()
    assert kept(editor) == '<p><a href="https://voorbeeld.nl/tuin">onze website</a></p>'


def test_the_toolbar_makes_bold_lists_and_links_and_takes_them_back(editor: playwright.Locator) -> None:
    page = editor.page
    page.keyboard.type("Kom je ")
    page.get_by_role("button", name="Vet").click()
    expect(page.get_by_role("button", name="Vet")).to_have_attribute("aria-pressed", "true")
    page.keyboard.type("ook")
    page.get_by_role("button", name="Vet").click()
    page.keyboard.press("Enter")
    page.get_by_role("button", name="Nummers").click()
    page.keyboard.type("soep")
    page.keyboard.press("Enter")
    page.keyboard.type("brood")
    page.get_by_role("button", name="Link").click()
    page.get_by_label("Waar gaat de link naartoe?").fill("voorbeeld.example.org")
    page.keyboard.press("Enter")

    link = '<a href="https://voorbeeld.example.org">https://voorbeeld.example.org</a>'
    assert kept(editor) == f"<p>Kom je <strong>ook</strong></p><ol><li>soep</li><li>brood{link}</li></ol>"
    page.get_by_role("button", name="Ongedaan maken", exact=True).click()
    assert "<a" not in kept(editor)
    page.keyboard.press("Control+z")
    page.keyboard.press("Control+Shift+z")
    assert "<ol>" in kept(editor)


def test_the_greeting_is_a_tile_that_is_kept_as_a_slot(editor: playwright.Locator) -> None:
    page = editor.page
    page.get_by_role("button", name="Aanhef", exact=True).click()
    page.keyboard.type(" fijn dat je er bent.")

    expect(editor.locator(".slot")).to_have_text("Beste …,")
    assert kept(editor) == "<p>[[mailbox.greeting]] fijn dat je er bent.</p>"
    page.keyboard.press("Home")
    page.keyboard.press("ArrowRight")
    page.keyboard.press("Backspace")
    assert kept(editor) == "<p> fijn dat je er bent.</p>"


def test_tab_leaves_the_text_also_from_a_list(editor: playwright.Locator) -> None:
    page = editor.page
    page.keyboard.type("- een")
    page.keyboard.press("Enter")
    page.keyboard.type("twee")

    page.keyboard.press("Tab")

    assert kept(editor) == "<ul><li>een</li><li>twee</li></ul>"
    assert not editor.evaluate("one => one.contains(document.activeElement)")


def test_without_the_editors_file_one_types_a_markup(
    page: playwright.Page, demonstration: Demonstration, tmp_path: Path
) -> None:
    page.route("**/vendor/tiptap.js", lambda route: route.abort())
    spec = {
        "kind": "newsletter",
        "subject": "Zonder",
        "blocks": [{"type": "text", "html": "<p>Een <strong>twee</strong></p>"}],
    }
    number = make(demonstration, tmp_path, spec)
    sign_in(page, demonstration, "ruben@tegelpost.example.org")
    page.goto(f"{demonstration.base_url}/mailings/{number}/inhoud")
    page.locator(".blocks a[data-opens]").click()

    expect(page.get_by_text("Vet: **woord**.")).to_be_visible()
    plain = page.locator("textarea[data-rich]")
    expect(plain).to_have_value("Een **twee**")
    plain.fill("Een _drie_")

    expect(page.frame_locator("iframe[data-letter]").locator("em")).to_have_text("drie")
