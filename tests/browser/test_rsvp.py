"""The RSVP page in a real browser on a narrow phone: three taps, nobody kept out, nothing needs a script."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta

import pytest

playwright = pytest.importorskip("playwright.sync_api", reason="install with: python3 dev.py setup dev browser")
axe_playwright = pytest.importorskip("axe_playwright_python.sync_playwright")

from mailer.events.answering import record_answer  # noqa: E402 - only when there is a browser to drive
from mailer.events.models import Answer, Door, Event, EventState, Invitation  # noqa: E402
from mailer.events.parties import GuestName  # noqa: E402
from mailer.foundation import clock  # noqa: E402
from mailer.foundation.database import Database  # noqa: E402
from mailer.foundation.settings import Settings  # noqa: E402
from tests.browser.conftest import Demonstration  # noqa: E402
from tests.factories import a_person, an_event, an_invitation, an_organisation  # noqa: E402

pytestmark = pytest.mark.browser


@dataclass(frozen=True)
class Asked:
    """Where an organisation answers, and the database behind it."""

    url: str
    database: Database
    invitation_id: int

    def change_event(self, **facts: object) -> None:
        with self.database.transaction() as session:
            event = session.get_one(Event, session.get_one(Invitation, self.invitation_id).event_id)
            for name, value in facts.items():
                setattr(event, name, value)

    def fill_up(self) -> None:
        """Let another party take the only place there is."""
        self.change_event(capacity=1)
        with self.database.transaction() as session:
            event = session.get_one(Invitation, self.invitation_id).event
            record_answer(
                session,
                an_invitation(session, event),
                Answer.YES,
                guests=[GuestName("Noor")],
                answered_by="Noor",
                answered_at=clock.now(),
                door=Door.LINK,
            )


@pytest.fixture
def asked(demonstration: Demonstration) -> Asked:
    settings = Settings(_env_file=None, data_dir=demonstration.data_dir, base_url=demonstration.base_url)
    database = Database(settings)
    with database.transaction() as session:
        event = an_event(
            session,
            "Netwerk-ontmoeting Bospolder-Tussendijken",
            starts_at=clock.now() + timedelta(days=20),
            capacity=40,
            per_organisation=3,
            venue_name="Buurthuis De Stoep (voorbeeld)",
            venue_address="Voegstraat 12, 3025 ZZ Rotterdam",
            venue_note="Geen trap. Met rolstoel kun je overal komen.",
            contact_phone="010-0000 100",
            contact_address="bijeenkomsten@stoepnetwerk.example.org",
        )
        garden = an_organisation(session, "Buurttuin De Voeg")
        a_person(session, "Samira", of=garden, is_contact=True)
        a_person(session, "Joost", family_name="Klinker", of=garden)
        invitation_id = an_invitation(session, event, garden).id
    return Asked(settings.links.party(invitation_id), database, invitation_id)


def test_yes_for_two_is_given_and_changed_without_a_script(chromium: playwright.Browser, asked: Asked) -> None:
    context = chromium.new_context(viewport={"width": 360, "height": 740}, locale="nl-NL", java_script_enabled=False)
    phone = context.new_page()
    phone.goto(f"{asked.url}?a=yes")

    phone.get_by_label("Samira").check()
    phone.get_by_label("Iemand anders").check()
    phone.get_by_label("Voornaam", exact=True).fill("Fatuma")
    phone.get_by_role("button", name="Verstuur ons antwoord").click()

    playwright.expect(phone.get_by_role("heading", level=1)).to_have_text("Top, jullie staan op de lijst.")
    playwright.expect(phone.get_by_text("Samira en Fatuma komen.", exact=True)).to_be_visible()
    phone.get_by_role("link", name="Iets veranderen").click()
    phone.get_by_label("Nee, we komen niet").check()
    phone.get_by_role("button", name="Verstuur ons antwoord").click()
    playwright.expect(phone.get_by_role("heading", level=1)).to_have_text("Jammer dat jullie er niet bij zijn.")
    context.close()


@pytest.mark.parametrize("state", ["open", "full", "closed", "cancelled"])
def test_the_page_keeps_nobody_out_and_fits_a_phone(chromium: playwright.Browser, asked: Asked, state: str) -> None:
    if state == "full":
        asked.fill_up()
    elif state == "closed":
        asked.change_event(rsvp_closes_at=clock.now() - timedelta(days=1))
    elif state == "cancelled":
        asked.change_event(state=EventState.CANCELLED, cancelled_because="De zaal is niet vrij.")
    # axe adds a script of its own, which our own pages would refuse.
    context = chromium.new_context(locale="nl-NL", bypass_csp=True)
    page = context.new_page()

    for width in (1280, 360):
        page.set_viewport_size({"width": width, "height": 800})
        page.goto(f"{asked.url}?a=yes")
        found = axe_playwright.Axe().run(page).response["violations"]
        too_wide = page.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth")

        assert [(one["id"], one["nodes"][0]["html"]) for one in found] == []
        assert too_wide <= 0
        assert page.get_by_role("heading", level=1).count() == 1
    context.close()
