"""Beside a text one reads how it reads: on the page, and in the answer that the saving script gets."""

from __future__ import annotations

import re
from collections.abc import Callable

from mailer.foundation.database import Database
from tests.factories import a_mailing
from tests.web.visitor import Visitor

SignIn = Callable[..., Visitor]
JSON = {"Accept": "application/json", "Referer": "https://tegelpost.example.org/"}
LONG = (
    "Wij willen met deze brief graag aan iedereen in de wijk laten weten dat er "
    "op donderdag weer een avond met soep is. "
)


def a_text(database: Database, html: str) -> tuple[int, int]:
    with database.transaction() as session:
        mailing = a_mailing(session, {"type": "text", "html": html}, {"type": "divider"})
        return mailing.id, mailing.blocks[0].id


def said(page: str) -> list[str]:
    section = re.search(r"<section[^>]*data-reading.*?</section>", page, re.DOTALL)
    assert section is not None
    return re.findall(r"<li>(.*?)</li>", section.group())


def test_the_page_says_how_the_open_text_reads(database: Database, sign_in: SignIn) -> None:
    mailing, block = a_text(database, "<p>Kom je ook eten? We koken samen soep.</p>")

    page = sign_in("editor").get(f"/mailings/{mailing}/inhoud?blok={block}").text

    assert said(page) == ["Gemiddeld 4 woorden per zin. Geen lange zinnen."]


def test_what_is_saved_while_typing_is_answered_with_how_it_reads(database: Database, sign_in: SignIn) -> None:
    mailing, block = a_text(database, "")
    html = f"<p>{LONG}We borgen de wijkgezondheidscentra.</p>"

    told = sign_in("editor").post(f"/mailings/{mailing}/blokken/{block}", {"html": html}, headers=JSON).get_json()

    assert told["reading"] == [
        "Gemiddeld 14 woorden per zin.",
        "Lange zin, 23 woorden: “Wij willen met deze brief graag aan iedereen in …”",
        "“borgen” is een moeilijk woord. Je kunt ook zeggen: zorgen dat het zo blijft.",
        "Lange woorden: wijkgezondheidscentra. Kan het korter?",
    ]


def test_nothing_is_said_of_an_empty_text_and_of_what_has_no_text(database: Database, sign_in: SignIn) -> None:
    mailing, block = a_text(database, "")
    staff = sign_in("editor")

    empty = staff.get(f"/mailings/{mailing}/inhoud?blok={block}").text
    line = staff.get(f"/mailings/{mailing}/inhoud?blok={block + 1}").text

    assert said(empty) == []
    assert re.search(r"data-reading[^>]* hidden", empty)
    assert "data-reading" not in line
