"""A picture that is pasted or dropped in the composer, by a real clipboard and real events of Chromium."""

from __future__ import annotations

from pathlib import Path

import pytest

playwright = pytest.importorskip("playwright.sync_api", reason="install with: python3 dev.py setup dev browser")

from tests.browser.conftest import Demonstration, sign_in  # noqa: E402 - only when there is a browser to drive
from tests.browser.test_composer import make  # noqa: E402

expect = playwright.expect
pytestmark = pytest.mark.browser

DRAWN = """async () => {
  const canvas = document.createElement("canvas");
  canvas.width = 300; canvas.height = 200;
  canvas.getContext("2d").fillRect(20, 20, 200, 100);
  return await new Promise((done) => canvas.toBlob(done, "image/png"));
}"""
COPY = f"""async () => {{
  const drawn = await ({DRAWN})();
  await navigator.clipboard.write([new ClipboardItem({{ "image/png": drawn }})]);
}}"""
COPY_FROM_A_PROGRAM = f"""async () => {{
  const drawn = await ({DRAWN})();
  const words = new Blob(["Kees Molenaar"], {{ type: "text/plain" }});
  await navigator.clipboard.write([new ClipboardItem({{ "image/png": drawn, "text/plain": words }})]);
}}"""
DROP = f"""async (names) => {{
  const held = new DataTransfer();
  for (const name of [names].flat()) {{
    const drawn = name.endsWith(".png") ? await ({DRAWN})() : new Blob(["<svg/>"], {{ type: "image/svg+xml" }});
    held.items.add(new File([drawn], name, {{ type: drawn.type }}));
  }}
  const over = document.querySelector(".composer");
  for (const what of ["dragover", "drop"]) {{
    over.dispatchEvent(new DragEvent(what, {{ dataTransfer: held, bubbles: true, cancelable: true }}));
  }}
}}"""


@pytest.fixture
def composer(page: playwright.Page, demonstration: Demonstration, tmp_path: Path) -> playwright.Page:
    blocks = [{"type": "image", "alt": "Een tuin"}]
    number = make(demonstration, tmp_path, {"kind": "newsletter", "subject": "Plakken", "blocks": blocks})
    sign_in(page, demonstration, "noor@tegelpost.example.org")
    page.context.grant_permissions(["clipboard-read", "clipboard-write"])
    page.goto(f"{demonstration.base_url}/mailings/{number}/inhoud")
    page.locator(".blocks .pick", has_text="Foto").click()
    return page


def picture(page: playwright.Page) -> playwright.Locator:
    return page.get_by_role("img", name="De foto die er nu staat")


def test_a_picture_is_pasted_and_what_was_typed_stays(composer: playwright.Page) -> None:
    composer.evaluate(COPY)
    composer.get_by_label("Bijschrift").fill("In de zon")

    composer.keyboard.press("Control+V")

    expect(picture(composer)).to_be_visible()
    expect(composer.get_by_label("Bijschrift")).to_have_value("In de zon")


def test_words_that_come_with_a_picture_of_themselves_are_pasted_as_words(composer: playwright.Page) -> None:
    composer.evaluate(COPY_FROM_A_PROGRAM)
    composer.get_by_label("Wie maakte de foto?").click()

    composer.keyboard.press("Control+V")

    expect(composer.get_by_label("Wie maakte de foto?")).to_have_value("Kees Molenaar")
    expect(picture(composer)).to_have_count(0)


def test_a_picture_that_is_dropped_on_the_page_goes_into_the_block(composer: playwright.Page) -> None:
    composer.evaluate(DROP, "tuin.png")

    expect(picture(composer)).to_be_visible()


def test_a_dropped_file_that_is_no_photo_is_refused_with_a_sentence_and_loses_nothing(
    composer: playwright.Page,
) -> None:
    composer.get_by_label("Bijschrift").fill("In de zon")

    composer.evaluate(DROP, "tuin.svg")

    expect(composer.locator("#src-error")).to_be_visible()
    expect(composer.get_by_label("Bijschrift")).to_have_value("In de zon")


def test_of_several_pictures_at_once_none_is_taken_and_the_page_says_what_to_do(composer: playwright.Page) -> None:
    composer.get_by_label("Bijschrift").fill("In de zon")

    composer.evaluate(DROP, ["tuin.png", "straat.png"])

    sentence = "Hier past één foto. Kies er één. Zet voor elke andere foto een blok erbij."
    expect(composer.get_by_role("alert")).to_have_text(sentence)
    expect(picture(composer)).to_have_count(0)
    expect(composer.get_by_label("Bijschrift")).to_have_value("In de zon")


def test_a_photo_that_is_too_large_is_refused_on_the_page_itself(composer: playwright.Page) -> None:
    composer.get_by_label("Bijschrift").fill("In de zon")
    field = composer.locator("input[type=file]")

    field.set_input_files({"name": "groot.jpg", "mimeType": "image/jpeg", "buffer": bytes(11 * 1024 * 1024)})

    expect(composer.get_by_role("alert")).to_have_text("Deze foto is te groot. Kies er een van minder dan 10 MB.")
    expect(field).to_have_value("")
    expect(composer.get_by_label("Bijschrift")).to_have_value("In de zon")


def test_a_picture_that_is_dropped_where_there_is_no_place_for_it_leaves_the_page_as_it_is(
    composer: playwright.Page,
) -> None:
    composer.locator(".blocks .pick", has_text="Onderwerp").click()
    subject = composer.get_by_label("Onderwerp van de mail")
    subject.fill("Nog niet bewaard")

    was_handled = composer.evaluate(
        f"""async () => {{
          const held = new DataTransfer();
          held.items.add(new File([await ({DRAWN})()], "tuin.png", {{ type: "image/png" }}));
          const drop = new DragEvent("drop", {{ dataTransfer: held, bubbles: true, cancelable: true }});
          return !document.querySelector(".composer").dispatchEvent(drop);
        }}"""
    )

    assert was_handled
    expect(subject).to_have_value("Nog niet bewaard")
