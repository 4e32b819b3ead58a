"""Following a mailing while a slow mail server takes it: the page moves by itself, and the brakes work by keyboard."""

from __future__ import annotations

import json
import os
import re
import signal
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest

playwright = pytest.importorskip("playwright.sync_api", reason="install with: python3 dev.py setup dev browser")
axe_playwright = pytest.importorskip("axe_playwright_python.sync_playwright")

from tests.browser.conftest import a_free_port, read_until_ready  # noqa: E402 - after the guards
from tests.browser.slow_mail_server import DEAD, DROPPED, FULL, SlowMailServer  # noqa: E402

pytestmark = pytest.mark.browser

expect = playwright.expect
SOON_MS = 20_000
NEWSLETTER = {
    "kind": "newsletter",
    "topic": "nieuwsbrief",
    "subject": "Soep op de stoep",
    "audience": {"rule": {"all": [{"neighbourhood": ["spangen"]}]}, "reach": "everyone"},
    "blocks": [{"type": "heading", "text": "Soep", "level": 1}, {"type": "text", "html": "<p>Kom.</p>"}],
}


@dataclass(frozen=True)
class House:
    """An installation of which letters leave by a mail server that we hold back."""

    base_url: str
    environment: dict[str, str]
    server: SlowMailServer

    def tell(self, *words: str) -> dict[str, object]:
        """Run a command and return its JSON."""
        command = [sys.executable, "-m", "mailer", *words, "--json"]
        told = subprocess.run(command, env=self.environment, capture_output=True, text=True, check=True)
        return json.loads(told.stdout) if told.stdout.strip() else {}


@pytest.fixture(scope="module")
def house(tmp_path_factory: pytest.TempPathFactory) -> Iterator[House]:
    folder, port = tmp_path_factory.mktemp("slow"), a_free_port()
    server = SlowMailServer(DEAD, FULL, DROPPED, DROPPED)
    base_url = f"http://127.0.0.1:{port}"
    environment = {name: value for name, value in os.environ.items() if not name.startswith("MAILER_")}
    environment |= {"MAILER_DATA_DIR": str(folder), "MAILER_SMTP_URL": server.url, "MAILER_CONNECTIONS": "2"}
    environment |= {"MAILER_BASE_URL": base_url, "MAILER_WEB_PORT": str(port), "PYTHONUNBUFFERED": "1"}
    for words in (["migrate"], ["sample", "create"]):
        subprocess.run([sys.executable, "-m", "mailer", *words], env=environment, capture_output=True, check=True)
    up = [sys.executable, "-m", "mailer", "up", "--port", str(port)]
    process = subprocess.Popen(up, env=environment, stdout=subprocess.PIPE, text=True, start_new_session=True)
    try:
        read_until_ready(process)
        yield House(base_url, environment, server)
    finally:
        server.let_go(10_000)
        process.send_signal(signal.SIGTERM)
        process.wait(timeout=60)
        if process.stdout is not None:
            process.stdout.close()
        server.shutdown()
        server.server_close()


@pytest.fixture
def office(chromium: playwright.Browser, house: House) -> Iterator[playwright.Page]:
    """A window that is signed in; axe adds a script of its own, which our own pages would refuse."""
    context = chromium.new_context(viewport={"width": 1280, "height": 900}, locale="nl-NL", bypass_csp=True)
    page = context.new_page()
    page.goto(str(house.tell("staff", "add", "marit@tegelpost.example.org", "--role", "sender")["link"]))
    page.get_by_role("button", name="Log in").click()
    page.wait_for_url(f"{house.base_url}/")
    yield page
    context.close()


def test_a_mailing_is_followed_from_the_first_letter_to_the_last_doubt(
    office: playwright.Page, house: House, tmp_path: Path
) -> None:
    mailing = begin(house, tmp_path)
    office.goto(f"{house.base_url}/mailings/{mailing}/volgen")
    expect(office.locator(".lead .badge")).to_have_text("Wordt verzonden", timeout=SOON_MS)
    # Were the page loaded again, this would be gone.
    office.evaluate("window.neverLoadedAgain = true")

    moves_by_itself(office, house)
    doubts_and_failures_come_by_themselves(office)
    an_open_fold_stays_open(office, house)
    nothing_wrong(office)

    press(office, "Pauzeer")
    expect(office.locator("[data-part=waits]")).to_contain_text("Er gaat niets meer weg tot iemand verdergaat.")
    nothing_wrong(office)
    press(office, "Ga verder")
    expect(office.get_by_text("We gaan verder met verzenden.")).to_be_visible()
    office.evaluate("window.neverLoadedAgain = true")
    house.server.let_go(1_000)
    expect(office.locator(".lead .badge")).to_have_text("Verzonden", timeout=SOON_MS)
    assert office.evaluate("window.neverLoadedAgain")
    adds_up(office)

    decide(office)
    nothing_wrong(office)


def begin(house: House, folder: Path) -> int:
    spec = folder / "mailing.json"
    spec.write_text(json.dumps(NEWSLETTER), encoding="utf-8")
    made = int(str(house.tell("mailing", "create", str(spec))["id"]))
    assert int(str(house.tell("mailing", "send", str(made), "--now")["planned"])) > 12
    return made


def moves_by_itself(page: playwright.Page, house: House) -> None:
    """Letters that the server takes are counted without loading the page, and said to a screen reader."""
    house.server.let_go(6)
    gone = page.locator(".pace dd").first
    expect(gone).to_have_text("4", timeout=SOON_MS)
    assert page.evaluate("window.neverLoadedAgain")
    expect(page.get_by_role("progressbar")).to_have_attribute("aria-labelledby", "voortgang")
    expect(page.locator("[role=status][data-tells]")).to_contain_text("onzeker")


def doubts_and_failures_come_by_themselves(page: playwright.Page) -> None:
    expect(page.get_by_role("heading", name="2 mails onzeker")).to_be_visible(timeout=SOON_MS)
    failed = page.locator("[data-part=failures]")
    expect(failed).to_contain_text("Dit adres bestaat niet (meer).")
    expect(failed).to_contain_text("Het postvak is vol.")
    failed.locator("summary", has_text="Wat zei de mailserver?").first.click()
    expect(failed.get_by_text("550 5.1.1 User unknown")).to_be_visible()
    failed.locator("summary", has_text="Wat zei de mailserver?").first.click()


def an_open_fold_stays_open(page: playwright.Page, house: House) -> None:
    """Who is about to stop is not disturbed by the letters that leave meanwhile; closed again, it follows."""
    stop = page.locator("summary", has_text="Stop verzenden")
    stop.focus()
    page.keyboard.press("Enter")
    expect(page.get_by_role("button", name="Stop voorgoed")).to_be_visible()
    house.server.let_go(2)
    expect(page.locator(".pace dd").first).to_have_text("6", timeout=SOON_MS)
    expect(page.get_by_role("button", name="Stop voorgoed")).to_be_visible()
    page.keyboard.press("Enter")
    expect(page.get_by_role("button", name="Stop voorgoed")).to_be_hidden()
    expect(page.locator("[data-part=head]")).to_contain_text("Stop verzenden")
    assert page.evaluate("document.activeElement.localName") == "summary"


def press(page: playwright.Page, name: str) -> None:
    """By keyboard alone."""
    page.get_by_role("button", name=name, exact=True).focus()
    page.keyboard.press("Enter")


def adds_up(page: playwright.Page) -> None:
    line = page.locator(".sum").inner_text()
    planned, *parts = map(int, re.findall(r"\d+", line))
    assert planned == sum(parts), line
    assert "2 onzeker" in line
    assert "2 mislukt" in line


def decide(page: playwright.Page) -> None:
    """All uncertain letters at once, with a second press; who did it stands below."""
    fold = page.locator("summary", has_text="Alle 2 zijn aangekomen")
    fold.focus()
    page.keyboard.press("Enter")
    press(page, "Ja, reken ze als aangekomen")
    expect(page.get_by_text("Je keuze is bewaard. 2 mails tellen als aangekomen.")).to_be_visible()
    expect(page.locator(".history")).to_contain_text("Gekozen wat we met onzekere mails doen")


def nothing_wrong(page: playwright.Page) -> None:
    """Axe finds nothing, and a phone shows everything."""
    assert [each["id"] for each in axe_playwright.Axe().run(page).response["violations"]] == []
    page.set_viewport_size({"width": 360, "height": 740})
    assert page.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth") == 0
    page.set_viewport_size({"width": 1280, "height": 900})
