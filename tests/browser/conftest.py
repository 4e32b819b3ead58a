"""A demonstration installation of its own, and a browser to walk through it.

Chromium is the machine's own (``tests.chromium``); without it these tests are skipped, with the reason.
"""

from __future__ import annotations

import json
import os
import re
import signal
import socket
import subprocess
import sys
import threading
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest

playwright = pytest.importorskip("playwright.sync_api", reason="install with: python3 dev.py setup dev browser")

READY_WITHIN_SECONDS = 90


@dataclass(frozen=True)
class Demonstration:
    """A running ``mailer up --demo``: where it lives, and the link that signs in once."""

    base_url: str
    sign_in_link: str
    data_dir: Path


@pytest.fixture(scope="session")
def demonstration(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Demonstration]:
    """The product as a newcomer starts it."""
    data_dir = tmp_path_factory.mktemp("demo")
    environment = {name: value for name, value in os.environ.items() if not name.startswith("MAILER_")}
    environment |= {"MAILER_DATA_DIR": str(data_dir), "MAILER_GRACE_SECONDS": "2", "PYTHONUNBUFFERED": "1"}
    # Far from the usual ports: a demonstration that somebody else starts at this moment would take those.
    environment |= {"MAILER_WEB_PORT": str(a_free_port()), "MAILER_CATCHER_PORT": str(a_free_port())}
    process = subprocess.Popen(
        [sys.executable, "-m", "mailer", "up", "--demo"],
        env=environment,
        stdout=subprocess.PIPE,
        text=True,
        start_new_session=True,
    )
    try:
        said = read_until_ready(process)
        link = re.search(r"(http://\S+/inloggen/\S+)", said)
        assert link is not None, said
        base_url = link[1].partition("/inloggen/")[0]
        yield Demonstration(base_url=base_url, sign_in_link=link[1], data_dir=data_dir)
    finally:
        process.send_signal(signal.SIGTERM)
        process.wait(timeout=60)
        if process.stdout is not None:
            process.stdout.close()


def a_free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def read_until_ready(process: subprocess.Popen[str]) -> str:
    """Return what it printed until its last line, "Stoppen: Ctrl-C"."""
    assert process.stdout is not None
    too_late = threading.Timer(READY_WITHIN_SECONDS, process.kill)
    too_late.start()
    said = ""
    for line in process.stdout:
        said += line
        if "Ctrl-C" in line:
            break
    too_late.cancel()
    return said


@pytest.fixture
def page(chromium: playwright.Browser) -> Iterator[playwright.Page]:
    """A laptop's window."""
    context = chromium.new_context(viewport={"width": 1280, "height": 900}, locale="nl-NL")
    yield context.new_page()
    context.close()


@pytest.fixture
def phone(chromium: playwright.Browser) -> Iterator[playwright.Page]:
    """A narrow phone, somebody else's: it shares no cookies with the laptop."""
    context = chromium.new_context(viewport={"width": 360, "height": 740}, locale="nl-NL", has_touch=True)
    yield context.new_page()
    context.close()


def text_field(page: playwright.Page, name: str = "Tekst") -> playwright.Locator:
    """A text once the editor has taken the place of the plain field."""
    return page.get_by_role("textbox", name=name).and_(page.locator("[contenteditable]"))


def sign_in(page: playwright.Page, demonstration: Demonstration, address: str) -> None:
    """Come in with a link of one's own: the one that was printed works once."""
    environment = {**os.environ, "MAILER_DATA_DIR": str(demonstration.data_dir)}
    command = [sys.executable, "-m", "mailer", "staff", "add", address, "--role", "admin", "--json"]
    told = subprocess.run(command, env=environment, capture_output=True, text=True, check=True)
    page.goto(re.sub(r"^https?://[^/]+", demonstration.base_url, json.loads(told.stdout)["link"]))
    page.get_by_role("button", name="Log in").click()
