"""Two organisations that are one, in a real browser: with the keyboard only, without JavaScript, on a phone."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import pytest
from pydantic import SecretStr
from sqlalchemy import select

from mailer.directory.editing import OrganisationFacts, add_organisation
from mailer.directory.models import Organisation
from mailer.foundation import clock
from mailer.foundation.database import Database
from mailer.foundation.settings import Settings, keep_secret
from mailer.staff.models import Operator
from mailer.staff.signing_in import make_sign_in_link
from tests.browser.conftest import Demonstration, playwright

pytestmark = pytest.mark.browser
axe_playwright = pytest.importorskip("axe_playwright_python.sync_playwright")


@dataclass(frozen=True)
class Twins:
    """An organisation of the demonstration, entered a second time; and a link to sign in with."""

    keep: int
    lose: int
    sign_in: str


@pytest.fixture
def twins(demonstration: Demonstration) -> Iterator[Twins]:
    data_dir = demonstration.data_dir
    secret = SecretStr(keep_secret(data_dir))
    database = Database(
        Settings(_env_file=None, data_dir=data_dir, base_url=demonstration.base_url, secret_key=secret)  # type: ignore[call-arg]
    )
    with database.transaction() as session:
        first = session.scalars(
            select(Organisation).where(Organisation.website != "").order_by(Organisation.id)
        ).first()
        operator = session.scalars(select(Operator)).first()
        assert first is not None
        assert operator is not None
        facts = OrganisationFacts(name=f"Stg. {first.name}", website=first.website, phone="010-000 0900")
        second = add_organisation(session, facts, now=clock.now(), by=None, is_another=True)
        link = make_sign_in_link(session, operator, now=clock.now())
        made = Twins(first.id, second.id, database.settings.links.sign_in(link.id))
    yield made
    database.close()


@pytest.fixture
def plain(chromium: playwright.Browser, twins: Twins) -> Iterator[playwright.Page]:
    """A phone without JavaScript, signed in; axe may add its own script."""
    context = chromium.new_context(java_script_enabled=False, viewport={"width": 360, "height": 780}, bypass_csp=True)
    page = context.new_page()
    page.goto(twins.sign_in)
    page.locator("main button[type=submit]").click()
    yield page
    context.close()


def test_merging_and_undoing_with_the_keyboard_and_without_javascript(
    plain: playwright.Page, demonstration: Demonstration, twins: Twins
) -> None:
    plain.goto(f"{demonstration.base_url}/adresboek/dubbelen/organisaties/{twins.keep}/{twins.lose}")
    plain.locator("input[name=phone]:checked").focus()
    plain.keyboard.press("ArrowDown")
    _press(plain, "button", "Voeg samen")
    plain.wait_for_url(f"**/adresboek/organisaties/{twins.keep}")
    assert "Samengevoegd met" in plain.content()
    _press(plain, "link", "Terugdraaien")
    plain.wait_for_url("**/terugdraaien")
    _press(plain, "button", "Draai terug")
    plain.wait_for_url(f"**/adresboek/organisaties/{twins.lose}")

    assert "Het zijn er weer twee." in plain.content()


@pytest.mark.parametrize("width", [1280, 360])
def test_the_screens_keep_nobody_out_and_fit_a_phone(
    chromium: playwright.Browser, demonstration: Demonstration, twins: Twins, width: int
) -> None:
    context = chromium.new_context(viewport={"width": width, "height": 800}, bypass_csp=True)
    page = context.new_page()
    page.goto(twins.sign_in)
    page.locator("main button[type=submit]").click()
    for path in ("dubbelen", f"dubbelen/organisaties/{twins.keep}/{twins.lose}", "samenvoegen/mensen/1?zoek=e"):
        page.goto(f"{demonstration.base_url}/adresboek/{path}")
        assert axe_playwright.Axe().run(page).response["violations"] == []
        assert page.evaluate("document.documentElement.scrollWidth <= window.innerWidth")
    context.close()


def _press(page: playwright.Page, role: str, name: str) -> None:
    page.get_by_role(role, name=name, exact=True).first.focus()
    page.keyboard.press("Enter")
