"""The same hostile letters in a real browser, as badly guarded as it gets: no policy, scripts allowed."""

from __future__ import annotations

from typing import Any

import pytest
from sqlalchemy.orm import Session

playwright = pytest.importorskip("playwright.sync_api", reason="install with: python3 dev.py setup dev browser")

from tests.letters.test_hostile import hostile_letter  # noqa: E402 - only when there is a browser to drive
from tests.letters.vectors import VECTORS  # noqa: E402

pytestmark = pytest.mark.browser


def test_no_hostile_letter_runs_or_fetches_anything(chromium: Any, session: Session) -> None:
    context = chromium.new_context()
    page = context.new_page()
    happened: list[str] = []
    page.on("dialog", lambda dialog: (happened.append(f"alert in {page.url}"), dialog.dismiss()))
    page.on("request", lambda request: happened.append(request.url) if "invalid" in request.url else None)
    letters: dict[str, str] = {}
    page.route("**/*", lambda route: _serve(route, letters))
    broken = []
    for number, vector in enumerate(VECTORS):
        address = f"https://tegelpost.example.org/letter/{number}"
        letters[address] = hostile_letter(session, vector, number).html
        page.goto(address)
        if not page.get_by_text("Waarom krijg je deze mail?").is_visible():
            broken.append(vector)
    page.wait_for_timeout(500)
    context.close()

    assert happened == []
    assert broken == []


def test_the_browser_would_have_told(chromium: Any) -> None:
    context = chromium.new_context()
    page = context.new_page()
    told: list[str] = []
    page.on("dialog", lambda dialog: (told.append(dialog.message), dialog.dismiss()))

    page.set_content("<img src=x onerror=alert(1)>")
    page.wait_for_timeout(300)
    context.close()

    assert told == ["1"]


def _serve(route: Any, letters: dict[str, str]) -> None:
    body = letters.get(route.request.url)
    if body is None:
        route.abort()
    else:
        route.fulfill(body=body, content_type="text/html; charset=utf-8")
