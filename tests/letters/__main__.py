"""Send the samples and put them where one can look: ``python -m tests.letters FOLDER`` (pictures with Chromium)."""

from __future__ import annotations

import sys
from pathlib import Path

from playwright.sync_api import sync_playwright

from tests.chromium import CHROMIUM, FLAGS
from tests.letters.looking import screenshots
from tests.letters.sending import send_samples


def main() -> None:
    folder = Path(sys.argv[1])
    letters = send_samples(folder / "house")
    for name, letter in letters.items():
        (folder / f"{name}.eml").write_bytes(letter.raw)
        (folder / f"{name}.html").write_text(letter.html, encoding="utf-8")
        (folder / f"{name}.txt").write_text(letter.text, encoding="utf-8")
    with sync_playwright() as driver:
        browser = driver.chromium.launch(executable_path=CHROMIUM, args=FLAGS)
        for name, letter in letters.items():
            for path in screenshots(browser, name, letter.html, folder / "house" / "pictures", folder):
                print(path)
        browser.close()


if __name__ == "__main__":
    main()
