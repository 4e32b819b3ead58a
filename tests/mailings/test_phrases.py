"""A meeting's facts in other languages: fixed phrases, dates from CLDR, and nothing that nobody checked."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from babel import Locale
from sqlalchemy.orm import Session

from mailer.mailings import phrases
from mailer.wire.joining import NO_BREAK
from tests.factories import an_event
from tests.mailings.test_rendering import a_matchavond, letter_of

EVERY = phrases.languages()


@pytest.mark.parametrize("language", EVERY, ids=lambda language: language.code)
def test_every_language_has_every_phrase_and_its_own_name_and_direction(language: phrases.Language) -> None:
    locale = Locale.parse(language.code)

    assert set(language.phrases) == set(EVERY[0].phrases)
    assert all(phrase.strip() for phrase in language.phrases.values())
    assert language.name.casefold() == str(locale.get_display_name()).casefold()
    assert language.direction == {"left-to-right": "ltr", "right-to-left": "rtl"}[locale.character_order]


def test_a_language_that_nobody_checked_is_off() -> None:
    assert [language.code for language in phrases.languages_on()] == ["en"]
    assert phrases.languages_on("ar, tr") == []
    assert [language.code for language in phrases.languages_on("English")] == ["en"]
    assert [language.code for language in phrases.languages_on("Engels")] == ["en"]


def test_a_letter_says_the_facts_in_a_checked_language(session: Session) -> None:
    event = a_matchavond(session)

    letter = letter_of(session, {"type": "languages", "event": event.id})

    facts = "English\nYou are invited: Matchavond met fondsen\nWhen: Thursday, January 14, 2027, 19:30 – 21:30"
    assert facts in letter.text.replace(NO_BREAK, " ")
    assert "It is free.\nThere is food.\nWheelchair accessible.\n" in letter.text
    assert '<table role="presentation" width="100%" cellspacing="0" cellpadding="0" border="0" lang="en" dir="ltr"' in (
        letter.html
    )


def test_arabic_stands_in_a_table_of_its_own_from_right_to_left(
    session: Session, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    checked_book(tmp_path, "ar", "tr")
    monkeypatch.setattr(phrases, "PHRASEBOOK", tmp_path)
    event = a_matchavond(session)

    html = letter_of(session, {"type": "languages", "event": event.id}).html

    tables = re.findall(r'<table[^>]* lang="(\w+)" dir="(\w+)"[^>]*>(.*?)</table>', html, re.DOTALL)
    assert [(lang, direction) for lang, direction, _rows in tables] == [("ar", "rtl"), ("tr", "ltr")]
    arabic = tables[0][2]
    assert "الخميس" in arabic
    assert re.search(r'<span dir="ltr">[^<]*Voegstraat 12', arabic)
    assert arabic.count('align="right"') == arabic.count("<td")
    assert "Perşembe" in tables[1][2]


def test_without_a_meeting_or_a_language_the_strip_stays_out(session: Session) -> None:
    event = an_event(session)

    for block in ({"type": "languages"}, {"type": "languages", "event": event.id, "languages": "ar"}):
        assert "You are invited" not in letter_of(session, block).text


def checked_book(folder: Path, *codes: str) -> None:
    for code in codes:
        text = (phrases.PHRASEBOOK / f"{code}.toml").read_text(encoding="utf-8")
        text = text.replace('checked_by = ""', 'checked_by = "Samira"').replace(
            'checked_on = ""', 'checked_on = "2027"'
        )
        (folder / f"{code}.toml").write_text(text, encoding="utf-8")
