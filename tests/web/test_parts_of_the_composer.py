"""The composer in parts: a phone shows the list, the form or the letter; the letter knows which block is open."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from mailer.foundation.database import Database
from tests.factories import a_mailing
from tests.web.visitor import Visitor

SignIn = Callable[..., Visitor]


def a_draft(database: Database) -> tuple[int, list[int]]:
    with database.transaction() as session:
        mailing = a_mailing(
            session,
            {"type": "heading", "text": "Soep op donderdag"},
            {"type": "text", "html": "<p>Kom ook.</p>"},
            {"type": "agenda"},
        )
        return mailing.id, [block.id for block in mailing.blocks]


@pytest.mark.parametrize(
    ("asked", "part"),
    [
        ("", "lijst"),
        ("?blok=onderwerp", "schrijven"),
        ("?blok=nieuw", "schrijven"),
        ("?blok=onderwerp&deel=lijst", "lijst"),
        ("?blok=onderwerp&deel=voorbeeld", "voorbeeld"),
        ("?deel=iets-anders", "lijst"),
    ],
)
def test_a_phone_shows_the_part_that_was_asked_for(database: Database, sign_in: SignIn, asked: str, part: str) -> None:
    mailing, _blocks = a_draft(database)

    assert f'data-part="{part}"' in sign_in("editor").get(f"/mailings/{mailing}/inhoud{asked}").text


def test_what_was_refused_is_shown_where_one_can_mend_it(database: Database, sign_in: SignIn) -> None:
    mailing, _blocks = a_draft(database)

    refused = sign_in("editor").post(f"/mailings/{mailing}/blokken", {"type": "geen blok"})

    assert refused.status_code == 422
    assert 'data-part="schrijven"' in refused.text


@pytest.mark.parametrize(
    ("deed", "data", "part"),
    [("omlaag", {}, "lijst"), ("plek", {"at": "2"}, "lijst"), ("weg", {}, "lijst"), ("kopie", {}, "schrijven")],
)
def test_moving_blocks_keeps_one_in_the_list(
    database: Database, sign_in: SignIn, deed: str, data: dict[str, str], part: str
) -> None:
    mailing, blocks = a_draft(database)
    staff = sign_in("editor")

    gone_on = staff.post(f"/mailings/{mailing}/blokken/{blocks[0]}/{deed}", data)

    assert f'data-part="{part}"' in staff.get(gone_on.headers["Location"]).text


def test_the_letter_of_a_draft_tells_where_each_block_begins(database: Database, sign_in: SignIn) -> None:
    mailing, blocks = a_draft(database)
    staff = sign_in("editor")

    shown = staff.get(f"/mailings/{mailing}/voorbeeld").text
    typed = staff.post(f"/mailings/{mailing}/voorbeeld?blok={blocks[1]}", {"html": "<p>Kom allemaal.</p>"}).text

    for letter, words in ((shown, "Kom ook."), (typed, "Kom allemaal.")):
        first, second = (letter.index(f"<!--block {block}-->") for block in blocks[:2])
        assert first < letter.index("Soep op donderdag", first) < second < letter.index(words)


def test_the_agenda_folds_what_it_chooses_by_until_something_is_chosen(database: Database, sign_in: SignIn) -> None:
    mailing, blocks = a_draft(database)
    staff = sign_in("editor")
    page = f"/mailings/{mailing}/inhoud?blok={blocks[2]}"

    before = staff.get(page).text
    staff.post(f"/mailings/{mailing}/blokken/{blocks[2]}", {"within_days": "60", "theme": ["groen"]})

    assert (
        before.count('<details class="fold"><summary>') - staff.get(page).text.count('<details class="fold"><summary>')
        == 1
    )
    assert '<details class="fold" open><summary>' in staff.get(page).text


def test_earlier_versions_say_which_block_they_are_about(database: Database, sign_in: SignIn) -> None:
    mailing, blocks = a_draft(database)
    staff = sign_in("editor")
    staff.post(f"/mailings/{mailing}/blokken/{blocks[1]}", {"html": "<p>Neem brood mee.</p>"})
    staff.post(f"/mailings/{mailing}/blokken", {"type": "divider"})
    staff.post(f"/mailings/{mailing}/blokken/{blocks[0]}/weg")
    staff.post(f"/mailings/{mailing}/ongedaan")

    page = staff.get(f"/mailings/{mailing}/versies").text

    assert "<strong>Blok gewijzigd</strong>: Tekst – Neem brood mee." in page
    assert "<strong>Blok erbij gezet</strong>: Lijn – Tussen twee stukken" in page
    assert "<strong>Blok weggehaald</strong>: Kop – Soep op donderdag" in page
