"""Typing the words of a block in another language: folded away, added a language at a time, kept without a script."""

from __future__ import annotations

import re
from collections.abc import Callable
from pathlib import Path

import pytest

from mailer.foundation.database import Database
from mailer.mailings import phrases
from mailer.mailings.models import Block
from tests.factories import a_mailing
from tests.web.visitor import Visitor

ENGLISH = {"words": {"html": "<p>Hello</p>"}, "checked_by": "Amina", "checked_as": "0123456789abcdef"}


@pytest.fixture
def block(database: Database) -> tuple[str, int]:
    """Where a text block is kept, and its number."""
    with database.transaction() as session:
        mailing = a_mailing(session, {"type": "text", "html": "<p>Hallo</p>"})
        return f"/mailings/{mailing.id}", mailing.blocks[0].id


def kept(database: Database, block_id: int) -> dict[str, object]:
    with database.transaction() as session:
        return dict(session.get_one(Block, block_id).fields)


def fold(page: str) -> str:
    return re.findall(r'<details class="fold" id="talen".*?</details>', page, re.DOTALL)[0]


def test_the_fold_is_closed_and_offers_every_language_as_staff_and_its_speakers_call_it(
    block: tuple[str, int], sign_in: Callable[..., Visitor]
) -> None:
    where, number = block

    shown = fold(sign_in("editor").get(f"{where}/inhoud?blok={number}").text)

    assert "<details" in shown
    assert " open>" not in shown.partition("</summary>")[0]
    assert re.findall(r'<option value="(\w+)"', shown) == ["ar", "en", "fr", "uk", "pl", "pt", "es", "tr"]
    assert "Arabisch (العربية)" in shown


def test_a_language_is_added_filled_shown_and_taken_away(
    database: Database, block: tuple[str, int], sign_in: Callable[..., Visitor]
) -> None:
    where, number = block
    staff = sign_in("editor")

    staff.post(f"{where}/blokken/{number}", {"html": "Hallo", "variants": "", "variant-more": "ar"})
    added = fold(staff.get(f"{where}/inhoud?blok={number}").text)
    assert " open>" in added.partition("</summary>")[0]
    assert re.search(r'<textarea[^>]* id="ar-html"[^>]* lang="ar" dir="rtl"', added)

    words = {"html": "Hallo", "variants": ["ar", ""], "ar-html": "**مرحبا**", "ar-checked_by": "Samira"}
    staff.post(f"{where}/blokken/{number}", words)
    arabic = dict(kept(database, number)["variants"]["ar"])
    assert arabic.pop("checked_as")
    assert arabic == {"words": {"html": "<p><strong>مرحبا</strong></p>"}, "checked_by": "Samira"}
    assert "مرحبا" in staff.get(f"{where}/voorbeeld").text
    assert " open>" not in fold(staff.get(f"{where}/inhoud?blok={number}").text).partition("</summary>")[0]

    staff.post(f"{where}/blokken/{number}", {**words, "ar-away": "yes"})
    assert kept(database, number) == {"html": "<p>Hallo</p>"}


def test_who_read_it_before_it_changed_is_asked_again_and_one_button_answers(
    database: Database, block: tuple[str, int], sign_in: Callable[..., Visitor]
) -> None:
    where, number = block
    staff = sign_in("editor")
    words = {"html": "Hallo", "variants": ["ar", ""], "ar-html": "مرحبا", "ar-checked_by": "Samira"}

    def keep(**more: str) -> tuple[str, bool]:
        """Save the form; return its fold, and whether the letter says it."""
        staff.post(f"{where}/blokken/{number}", {**words, **more})
        return fold(staff.get(f"{where}/inhoud?blok={number}").text), "مرحبا" in staff.get(f"{where}/voorbeeld").text

    shown, is_said = keep()
    assert "Opnieuw nagelezen" not in shown
    assert is_said

    for _again in range(2):
        shown, is_said = keep(html="Hallo allemaal")
        assert "veranderd nadat Samira hem las" in shown
        assert " open>" in shown.partition("</summary>")[0]
        assert not is_said

    shown, is_said = keep(**{"html": "Hallo allemaal", "variant-read": "ar"})
    assert "Opnieuw nagelezen" not in shown
    assert is_said

    assert keep(**{"html": "Dag", "ar-checked_by": "Nour"})[1]
    assert not keep(**{"html": "Dag", "ar-checked_by": ""})[1]
    # What was put back as it was when somebody read it, was read.
    assert keep(html="Dag")[1]
    assert not keep(html="Hallo")[1]
    assert keep(html="Dag")[1]


@pytest.mark.parametrize(("field", "typed"), [("ar-checked_by", "S" * 501), ("ar-html", "x" * 20_001)])
def test_what_is_wrong_in_the_fold_is_seen(
    block: tuple[str, int], sign_in: Callable[..., Visitor], field: str, typed: str
) -> None:
    where, number = block

    answer = sign_in("editor").post(
        f"{where}/blokken/{number}", {"html": "Hallo", "variants": ["ar", ""], "ar-html": "مرحبا", field: typed}
    )

    assert answer.status_code == 422
    assert "Dit is te lang." in fold(answer.text)
    assert " open>" in fold(answer.text).partition("</summary>")[0]


def test_a_language_whose_code_has_a_hyphen_is_kept(
    database: Database,
    block: tuple[str, int],
    sign_in: Callable[..., Visitor],
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    where, number = block
    book = (phrases.PHRASEBOOK / "en.toml").read_text(encoding="utf-8")
    (tmp_path / "zh-hant.toml").write_text(book, encoding="utf-8")
    monkeypatch.setattr(phrases, "PHRASEBOOK", tmp_path)

    typed = {"html": "Hallo", "variants": ["zh-hant", ""], "zh-hant-html": "你好"}
    sign_in("editor").post(f"{where}/blokken/{number}", typed)

    assert kept(database, number)["variants"] == {"zh-hant": {"words": {"html": "<p>你好</p>"}, "checked_by": ""}}


def test_what_is_typed_in_another_language_shows_beside_the_form_before_it_is_kept(
    database: Database, block: tuple[str, int], sign_in: Callable[..., Visitor]
) -> None:
    where, number = block

    typed = {"html": "Hallo", "variants": ["en", ""], "en-html": "Hello there"}
    shown = sign_in("editor").post(f"{where}/voorbeeld?blok={number}", typed).text

    assert "Hello there" in shown
    assert kept(database, number) == {"html": "<p>Hallo</p>"}


def test_a_form_without_those_fields_leaves_the_words_alone(
    database: Database, block: tuple[str, int], sign_in: Callable[..., Visitor]
) -> None:
    where, number = block
    with database.transaction() as session:
        session.get_one(Block, number).fields = {"html": "<p>Hallo</p>", "variants": {"en": ENGLISH}}

    sign_in("editor").post(f"{where}/blokken/{number}", {"html": "Dag"})

    assert kept(database, number) == {"html": "<p>Dag</p>", "variants": {"en": ENGLISH}}


def test_a_block_without_words_of_its_own_offers_no_language(
    database: Database, sign_in: Callable[..., Visitor]
) -> None:
    with database.transaction() as session:
        mailing = a_mailing(session, {"type": "agenda"})
        where = f"/mailings/{mailing.id}/inhoud?blok={mailing.blocks[0].id}"

    assert 'id="talen"' not in sign_in("editor").get(where).text
