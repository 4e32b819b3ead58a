"""Show a letter in Chromium as its readers do: wide, narrow, in the dark, without pictures, on paper."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from playwright.sync_api import Browser, Page, Route

WIDTHS = (360, 600, 1280)
# What a phone does when its owner wants large letters: every size of type grows, boxes and pictures stay as wide.
LARGER = """
(times) => {
  const sizes = [...document.querySelectorAll("body *")].map((box) => [box, getComputedStyle(box)]);
  const grown = sizes.map(([box, style]) => [box, parseFloat(style.fontSize), parseFloat(style.lineHeight)]);
  for (const [box, size, line] of grown) {
    if (size > 2) box.style.setProperty("font-size", `${size * times}px`, "important");
    if (size > 2 && line) box.style.setProperty("line-height", `${line * times}px`, "important");
  }
}
"""
# An A4 sheet without its margins, in CSS pixels (96 to an inch).
PAPER_WIDTH = 680
WAYS = ("light", "dark", "no-pictures")


def shown(browser: Browser, html: str, pictures: Path, *, width: int, way: str) -> Page:
    """Return a page with the letter; the caller closes its context. Nothing but pictures of ours is fetched."""
    context = browser.new_context(
        viewport={"width": width, "height": 700},
        color_scheme="dark" if way == "dark" else "light",
        java_script_enabled=True,
        locale="nl-NL",
    )
    page = context.new_page()
    page.route("**/*", _serving(html, pictures, with_pictures=way != "no-pictures"))
    page.goto("https://tegelpost.example.org/letter")
    if way == "print":
        page.emulate_media(media="print")
    return page


def screenshots(browser: Browser, name: str, html: str, pictures: Path, folder: Path) -> Iterator[Path]:
    """Write a picture for each width and way, and one as it is printed; yield where they are."""
    looks = [(width, way) for width in WIDTHS for way in WAYS] + [(PAPER_WIDTH, "print")]
    for width, way in looks:
        page = shown(browser, html, pictures, width=width, way=way)
        path = folder / f"{name}-{width}-{way}.png"
        page.screenshot(path=path, full_page=True)
        page.context.close()
        yield path


def _serving(html: str, pictures: Path, *, with_pictures: bool) -> Callable[[Route], None]:
    def serve(route: Route) -> None:
        name = route.request.url.rpartition("/")[2]
        if route.request.url.endswith("/letter"):
            route.fulfill(body=html, content_type="text/html; charset=utf-8")
        elif with_pictures and "/beeld/" in route.request.url and (pictures / name).is_file():
            route.fulfill(path=pictures / name)
        else:
            route.abort()

    return serve
