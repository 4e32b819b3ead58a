"""Pages of the real app in a real browser without a server: what the browser asks for, the app answers.

So pages have the address, the headers and the scripts that they have for everybody, and what a page tries is heard.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from tests.web.visitor import Visitor

if TYPE_CHECKING:
    from playwright.sync_api import Browser, Page, Route

# So Chromium says that it refuses something for the page's own policy.
POLICY = "Content Security Policy"
HOME = "https://tegelpost.example.org"


@dataclass
class Stage:
    """A window in which everything that a hostile word would do is noted. ``happened``: what did."""

    page: Page
    happened: list[str] = field(default_factory=list)

    def show(self, path: str) -> None:
        """Open a page of ours, and wait until its scripts and frames have come."""
        self.page.goto(HOME + path, wait_until="load")


def stage(chromium: Browser, visitor: Visitor | None) -> Stage:
    """Return a window for this visitor (whose sign-in it shares); the caller closes its context."""
    context = chromium.new_context(viewport={"width": 1280, "height": 900}, locale="nl-NL")
    found = Stage(context.new_page())
    context.on("dialog", lambda dialog: (found.happened.append(f"dialog: {dialog.message}"), dialog.dismiss()))
    context.on("request", lambda asked: found.happened.append(asked.url) if "invalid" in asked.url else None)
    # A script that only our policy holds back got in all the same.
    context.on("console", lambda said: found.happened.append(said.text) if POLICY in said.text else None)
    if visitor is not None:
        found.page.route("**/*", answering(visitor))
    return found


def answering(visitor: Visitor) -> Callable[[Route], None]:
    """Let the app answer what the browser asks, as this visitor."""

    def answer(route: Route) -> None:
        asked = route.request
        parts = urlsplit(asked.url)
        if f"{parts.scheme}://{parts.netloc}" != HOME:
            route.abort()
            return
        answered = visitor.client.open(
            f"{parts.path}?{parts.query}" if parts.query else parts.path,
            method=asked.method,
            base_url=HOME,
            data=asked.post_data_buffer,
            headers=[(name, value) for name, value in asked.headers.items() if name != "cookie"],
            buffered=True,
        )
        headers = {name: value for name, value in answered.headers.items() if name != "Set-Cookie"}
        route.fulfill(status=answered.status_code, headers=headers, body=answered.data)

    return answer
