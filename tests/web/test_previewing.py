"""The letter beside the form: it follows what is typed, keeps nothing, and shows what a reader's side makes of it."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from mailer.foundation.database import Database
from mailer.mailings.models import Mailing
from mailer.web.office.mailings.looking import page_as
from mailer.wire.slots import Letter
from tests.factories import a_mailing
from tests.web.visitor import Visitor

SignIn = Callable[..., Visitor]
DARK_RULE = "@media (prefers-color-scheme: dark) { body { background: #16181D } }"
LETTER = Letter(
    subject="Soep & brood",
    preheader="",
    html=f'<html><head><meta name="color-scheme" content="light dark"><style>{DARK_RULE} @media print {{ a {{}} }}'
    "</style></head><body>Dag</body></html>",
    text="Dag <allemaal>",
)


def a_draft(database: Database) -> tuple[int, int]:
    with database.transaction() as session:
        mailing = a_mailing(session, {"type": "text", "html": "<p>Wat er stond</p>"})
        return mailing.id, mailing.blocks[0].id


def test_the_letter_follows_what_is_typed_and_nothing_of_it_is_kept(database: Database, sign_in: SignIn) -> None:
    mailing, block = a_draft(database)

    shown = sign_in("editor").post(f"/mailings/{mailing}/voorbeeld?blok={block}", {"html": "<p>Wat er komt</p>"})

    assert "Wat er komt" in shown.text
    assert "Wat er stond" not in shown.text
    assert "allow-scripts" not in shown.headers["Content-Security-Policy"]
    with database.transaction(writes=False) as session:
        assert session.get_one(Mailing, mailing).blocks[0].fields["html"] == "<p>Wat er stond</p>"


def test_the_letter_that_follows_takes_no_turn_to_write(database: Database, sign_in: SignIn) -> None:
    mailing, block = a_draft(database)
    visitor = sign_in("editor")
    token = visitor.form_token()

    with database.transaction() as somebody_who_sends:
        somebody_who_sends.get_one(Mailing, mailing)
        shown = visitor.post(f"/mailings/{mailing}/voorbeeld?blok={block}", {"html": "<p>Nu</p>"}, token=token)

    assert shown.status_code == 200


def test_who_may_only_look_types_nothing(database: Database, sign_in: SignIn) -> None:
    mailing, block = a_draft(database)

    assert sign_in("reader").post(f"/mailings/{mailing}/voorbeeld?blok={block}", {"html": "x"}).status_code == 403


@pytest.mark.parametrize("look", ["computer", "telefoon", "donker", "zonder-beeld", "papier"])
def test_every_look_is_the_letter_in_a_frame_that_runs_nothing(database: Database, sign_in: SignIn, look: str) -> None:
    mailing, _block = a_draft(database)

    frame = sign_in("reader").get(f"/mailings/{mailing}/voorbeeld?kijk={look}")

    policy = frame.headers["Content-Security-Policy"]
    assert "Wat er stond" in frame.text
    assert "default-src 'none'" in policy
    assert "allow-scripts" not in policy
    assert ("img-src 'none'" in policy) == (look == "zonder-beeld")


def test_in_the_dark_the_rules_for_the_dark_count_whatever_the_screen_prefers() -> None:
    dark, light = page_as(LETTER, "donker"), page_as(LETTER, "computer")

    assert "@media (min-width: 0) { body" in dark
    assert 'content="dark"' in dark
    assert "@media (min-width: 99999px) { body" in light
    assert 'content="light"' in light


def test_on_paper_the_rules_for_print_count() -> None:
    assert "@media all { a" in page_as(LETTER, "papier")
    assert "@media print { a" in page_as(LETTER, "computer")


def test_the_text_part_is_shown_as_text() -> None:
    shown = page_as(LETTER, "tekst")

    assert "<pre>Dag &lt;allemaal&gt;</pre>" in shown
    assert "<title>Soep &amp; brood</title>" in shown


def test_the_proof_page_offers_every_look(database: Database, sign_in: SignIn) -> None:
    mailing, _block = a_draft(database)

    page = sign_in("reader").get(f"/mailings/{mailing}/bekijken?kijk=donker").text

    for word in ("Computer", "Telefoon", "Donker", "Zonder beeld", "Alleen tekst", "Op papier"):
        assert word in page
    assert f"/mailings/{mailing}/voorbeeld?kijk=donker" in page
