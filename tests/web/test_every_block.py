"""Every kind of block can be added, opened, filled and read in the letter beside it: its form comes from its fields."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import UTC, datetime

import pytest
from sqlalchemy import select

from mailer.foundation.database import Database
from mailer.mailings.blocks import BLOCK_TYPES, block_words
from mailer.mailings.models import Block
from tests.factories import a_mailing, an_event, an_organisation
from tests.web.visitor import Visitor

# What one types in a field of this kind; others take words.
TYPED = {"number": "3", "choice": "1", "address": "https://voorbeeld.nl", "until": "29-1-2027", "time": "17.00"}
NOTHING_TO_READ = {"divider", "agenda", "in_short", "new_organisations", "event", "organisation", "image", "languages"}


@pytest.mark.parametrize("kind", BLOCK_TYPES)
def test_a_block_is_added_filled_and_seen(database: Database, sign_in: Callable[..., Visitor], kind: str) -> None:
    with database.transaction() as session:
        mailing = a_mailing(session, {"type": "divider"}).id
        an_event(session)
        an_organisation(session, slug="de-voeg")
    staff = sign_in("editor")

    staff.post(f"/mailings/{mailing}/blokken", {"type": kind})
    with database.transaction() as session:
        query = select(Block.id).where(Block.mailing_id == mailing, Block.type == kind).order_by(Block.id.desc())
        block = session.scalars(query).first()
    page = staff.get(f"/mailings/{mailing}/inhoud?blok={block}")
    filled = {
        words.name: TYPED.get(words.name) or TYPED.get(words.input) or f"Woorden voor {words.name}"
        for words in block_words(kind).fields
        if words.input not in ("picture", "slugs", "event", "organisation")
    }
    kept = staff.post(f"/mailings/{mailing}/blokken/{block}", filled)

    assert all(f'name="{words.name}"' in page.text for words in block_words(kind).fields)
    assert kept.status_code in (200, 302, 303), kept.text[:2000]
    letter = staff.get(f"/mailings/{mailing}/voorbeeld").text
    assert kind in NOTHING_TO_READ or "Woorden voor" in letter


def test_who_never_was_in_the_picture_is_offered_first(database: Database, sign_in: Callable[..., Visitor]) -> None:
    with database.transaction() as session:
        an_organisation(session, slug="aardappel", name="De Aardappel")
        an_organisation(session, slug="boon", name="De Boon")
        before = a_mailing(session, {"type": "organisation", "organisation": "aardappel"})
        before.prepared_at = datetime(2026, 10, 3, 10, tzinfo=UTC)
        mailing = a_mailing(session, {"type": "organisation"})
        where = f"/mailings/{mailing.id}/inhoud?blok={mailing.blocks[0].id}"

    page = sign_in("editor").get(where).text

    assert page.index("De Boon (nog nooit in beeld)") < page.index("De Aardappel (in beeld in oktober 2026)")


@pytest.mark.parametrize("kind", ["text", "intro"])
def test_a_block_without_a_heading_is_told_from_others_by_its_first_words(
    database: Database, sign_in: Callable[..., Visitor], kind: str
) -> None:
    with database.transaction() as session:
        mailing = a_mailing(session, {"type": kind, "html": "<p>Een mooi <strong>nieuw</strong> jaar!</p>"}).id

    page = sign_in("editor").get(f"/mailings/{mailing}/inhoud").text

    assert re.search(r"<span[^>]*>Een mooi nieuw jaar!</span>", page)
    assert "Nog leeg" not in page


def test_an_hour_that_is_none_is_refused_at_its_field_and_nothing_is_lost(
    database: Database, sign_in: Callable[..., Visitor]
) -> None:
    with database.transaction() as session:
        mailing = a_mailing(session, {"type": "funding", "text": "Straatpotje"})
        where = f"/mailings/{mailing.id}/blokken/{mailing.blocks[0].id}"
    staff = sign_in("editor")

    refused = staff.post(where, {"text": "Straatpotje Groen", "until": "29-1-2027", "time": "25.00"})

    assert refused.status_code == 422
    assert "Vul een tijd in, zoals 19.30." in refused.text
    assert all(typed in refused.text for typed in ("Straatpotje Groen", "29-1-2027", "25.00"))


def test_the_strip_of_languages_says_in_the_list_what_was_chosen(
    database: Database, sign_in: Callable[..., Visitor]
) -> None:
    with database.transaction() as session:
        meeting = an_event(session).id
        mailing = a_mailing(session, {"type": "languages", "event": meeting, "languages": "Turks"}).id

    page = sign_in("editor").get(f"/mailings/{mailing}/inhoud").text

    assert re.search(r"data-summary-of=\"\d+\">Turks<", page)


def test_a_block_that_stops_the_mailing_takes_the_tick_from_the_first_step(
    database: Database, sign_in: Callable[..., Visitor]
) -> None:
    with database.transaction() as session:
        good = a_mailing(session).id
        stopped = a_mailing(session, {"type": "call"}).id
    staff = sign_in("editor")

    assert first_step(staff.get(f"/mailings/{good}/ontvangers").text) == ", klaar"
    assert first_step(staff.get(f"/mailings/{stopped}/ontvangers").text) == ", let op"


def first_step(page: str) -> str:
    found = re.search(r"Inhoud\s*<span[^>]*>([^<]+)</span>", page)
    assert found is not None, page
    return found[1]
