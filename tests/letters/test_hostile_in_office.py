"""The hostile words where staff and everybody read them: the office, its previews, the archive, and names of files.

The pages are those of the real app, with its scripts; that our policy would hold a script back does not count as safe.
"""

from __future__ import annotations

import io
from collections.abc import Iterator, Sequence
from contextlib import suppress
from functools import partial
from typing import Any
from xml.etree import ElementTree

import pytest
from flask import Flask
from PIL import Image
from sqlalchemy import select

playwright = pytest.importorskip("playwright.sync_api", reason="install with: python3 dev.py setup dev browser")

from mailer.app import create_app  # noqa: E402 - only when there is a browser to drive
from mailer.deliveries.freezing import freeze_letter  # noqa: E402
from mailer.events.models import Event, EventState  # noqa: E402
from mailer.foundation import clock  # noqa: E402
from mailer.foundation.database import Database  # noqa: E402
from mailer.mailings.models import Mailing, MailingState, Picture  # noqa: E402
from mailer.mailings.published.correcting import correct  # noqa: E402
from mailer.staff.signing_in import make_sign_in_link  # noqa: E402
from tests.factories import a_mailing  # noqa: E402
from tests.letters.hostile import hostile_mailing  # noqa: E402
from tests.letters.staged import HOME, POLICY, Stage, stage  # noqa: E402
from tests.letters.vectors import VECTORS  # noqa: E402
from tests.mailings.test_rendering import IN_DECEMBER  # noqa: E402
from tests.web.visitor import Visitor, an_operator  # noqa: E402

pytestmark = pytest.mark.browser

# Most of them run when nothing is done about them; the others need a mail program or a template engine.
MANY = 50
FOOT = "Waarom krijg je deze mail?"


@pytest.fixture
def app(database: Database) -> Flask:
    return create_app(database.settings, database)


@pytest.fixture
def staff(app: Flask, database: Database) -> Visitor:
    with database.transaction() as session:
        link = make_sign_in_link(session, an_operator(session, "marit@tegelpost.example.org"), now=clock.now())
        path = database.settings.links.sign_in(link.id).removeprefix(HOME)
    visitor = Visitor(app)
    assert visitor.post(path).status_code == 303
    return visitor


@pytest.fixture
def office(chromium: Any, staff: Visitor) -> Iterator[Stage]:
    window = stage(chromium, staff)
    yield window
    window.page.context.close()


@pytest.fixture
def anybody(chromium: Any, app: Flask) -> Iterator[Stage]:
    window = stage(chromium, Visitor(app))
    yield window
    window.page.context.close()


@pytest.fixture
def mailings(database: Database) -> list[int]:
    """A draft for each vector: in its subject, in every field of every block, and in the names of what it shows."""
    with database.transaction() as session:
        made = []
        for number, vector in enumerate(VECTORS):
            made.append(hostile_mailing(session, vector, number).id)
            # Its own letter shows it; in the agendas of all others it would only make them long.
            session.scalars(select(Event).order_by(Event.id.desc()).limit(1)).one().state = EventState.DRAFT
            session.flush()
        return made


def test_nothing_hostile_runs_in_the_office_and_every_preview_is_still_a_letter(
    office: Stage, mailings: list[int], database: Database
) -> None:
    broken = []
    office.show("/mailings")
    for number in mailings:
        office.show(f"/mailings/{number}/voorbeeld")
        if not office.page.get_by_text(FOOT).is_visible():
            broken.append(VECTORS[mailings.index(number)])
    # The composer around it, for some: below, every vector is typed in it.
    for number in mailings[::8]:
        office.show(f"/mailings/{number}/inhoud?blok={_text_block(database, number)}")
        office.page.frame_locator("iframe[data-letter]").get_by_text(FOOT).wait_for()

    assert office.happened == []
    assert broken == []


def test_nothing_hostile_runs_while_it_is_typed(office: Stage, database: Database) -> None:
    with database.transaction() as session:
        mailing = a_mailing(session, {"type": "text", "html": "Hallo"})
        where = f"/mailings/{mailing.id}/inhoud?blok={mailing.blocks[0].id}"
    office.show(where)
    area = office.page.locator("textarea[name=html]")

    for vector in VECTORS:
        # As the editor's script does: the words are put there whole, and the letter follows at once.
        area.evaluate(
            "(area, words) => { area.value = words; area.dispatchEvent(new Event('input', {bubbles: true})); }", vector
        )
        office.page.frame_locator("iframe[data-letter]").get_by_text(FOOT).wait_for()
    office.page.wait_for_timeout(1_500)
    office.show(where)

    assert office.happened == []
    assert office.page.get_by_role("textbox", name="Tekst").is_visible()


def test_nothing_hostile_runs_in_the_archive_and_every_letter_is_still_one(
    anybody: Stage, office: Stage, app: Flask, mailings: list[int], database: Database
) -> None:
    with database.transaction() as session:
        for number in mailings:
            mailing = session.get_one(Mailing, number)
            freeze_letter(session, mailing, now=IN_DECEMBER)
            mailing.state, mailing.prepared_at = MailingState.SENT, IN_DECEMBER
        for vector in VECTORS:
            correct(session, mailing, vector.replace("\0", "") or "x", now=IN_DECEMBER, with_letter=False)

    broken = []
    anybody.show("/archief")
    anybody.show("/archief/nieuwsbrief")
    listed = anybody.page.locator("h2 a").count()
    for number in mailings:
        anybody.show(f"/archief/nieuwsbrief/{number}")
        if not anybody.page.get_by_text("Iedereen kan hem lezen.").is_visible():
            broken.append(VECTORS[mailings.index(number)])
    feed = ElementTree.fromstring(Visitor(app).get("/archief/nieuwsbrief/feed.xml").data)  # noqa: S314 - our own
    office.show(f"/mailings/{mailings[-1]}/verbetering?words=%3Cimg%20src=x%20onerror=alert(1)%3E")
    office.page.frame_locator("iframe").first.get_by_text("Verbetering van").first.wait_for()

    assert anybody.happened == []
    assert office.happened == []
    assert broken == []
    assert listed == len(VECTORS)
    assert feed.findall("{http://www.w3.org/2005/Atom}entry")


def test_the_name_of_a_picture_is_used_nowhere(staff: Visitor, office: Stage, database: Database) -> None:
    with database.transaction() as session:
        mailing = a_mailing(session, {"type": "image", "alt": "Tuin"})
        number, block = mailing.id, mailing.blocks[0].id

    written = io.BytesIO()
    Image.new("RGB", (60, 40), "#3f7d3a").save(written, "PNG")
    for vector in VECTORS:
        picture = (io.BytesIO(written.getvalue()), named(vector, "png"), "image/png")
        kept = staff.post(f"/mailings/{number}/blokken/{block}", {"alt": "Tuin", "src": picture})
        assert kept.status_code == 303, vector
    office.show(f"/mailings/{number}/inhoud?blok={block}")

    with database.transaction() as session:
        assert len(session.scalars(select(Picture)).all()) == 1
    assert office.page.locator("img.picture-now").is_visible()
    assert office.happened == []


def test_the_name_of_a_list_is_only_shown(staff: Visitor, office: Stage) -> None:
    pages, refused = [], []
    for number, vector in enumerate(VECTORS):
        rows = io.BytesIO(f"organisatie;e-mail\nTuin {number};tuin{number}@voorbeeld.example.org\n".encode())
        answer = staff.post("/adresboek/inlezen", {"list": (rows, named(vector, "csv"), "text/csv")})
        if answer.status_code == 303:
            pages.append(answer.headers["Location"].removeprefix(HOME))
        else:
            refused.append((answer.status_code, named(vector, "csv")))

    # Every name stands in the list of lists, and on a page of its own: some of those too.
    for path in pages[::8]:
        office.show(path)
        assert office.page.get_by_role("heading", level=1).is_visible()
    for page in range(1, len(pages) // 20 + 2):
        office.show(f"/adresboek/inlezen?bladzijde={page}")

    assert office.happened == []
    assert refused == []


def test_the_same_words_do_run_where_nothing_keeps_them_out(chromium: Any) -> None:
    window, ran = stage(chromium, None), []
    context = window.page.context
    context.route("**/*", partial(_bare, bodies=VECTORS))
    for number, vector in enumerate(VECTORS):
        window.happened.clear()
        page = context.new_page()
        # Some send the page elsewhere before it is there.
        with suppress(playwright.Error):
            page.goto(f"{HOME}/unguarded/{number}")
            page.wait_for_timeout(30)
        page.close()
        if window.happened:
            ran.append(vector)
    context.close()

    assert "<script>alert(1)</script>" in ran
    assert len(ran) >= MANY


def test_a_script_that_only_the_policy_holds_back_is_noticed(office: Stage) -> None:
    office.page.unroute("**/*")
    office.page.route("**/*", partial(_bare, bodies=["<script>alert(1)</script>"], policy="script-src 'self'"))

    office.page.goto(f"{HOME}/held-back/0")
    office.page.wait_for_timeout(100)

    assert any(POLICY in one for one in office.happened)


def named(vector: str, ending: str) -> str:
    """The vector as the name of a file, as far as a browser can send one."""
    return "".join(one for one in vector if one.isprintable()).replace('"', "%22")[:150] + f".{ending}"


def _text_block(database: Database, mailing: int) -> int:
    with database.transaction() as session:
        return next(block.id for block in session.get_one(Mailing, mailing).blocks if block.type == "text")


def _bare(route: Any, *, bodies: Sequence[str], policy: str = "") -> None:
    """A page with nothing around the words, as careless as pages can be."""
    number = route.request.url.rpartition("/")[2]
    if "invalid" in route.request.url or not number.isdecimal():
        route.abort()
        return
    headers = {"Content-Security-Policy": policy} if policy else {}
    page = f"<!doctype html><meta charset=utf-8><title>x</title><body><div>{bodies[int(number)]}</div>"
    route.fulfill(body=page, content_type="text/html; charset=utf-8", headers=headers)
