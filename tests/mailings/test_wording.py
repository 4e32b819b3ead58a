"""A careful colleague reads along: dates, sentences, links, forgotten template text."""

from __future__ import annotations

from datetime import date

import pytest

from mailer.mailings.checks.wording import (
    WrongDate,
    long_sentences,
    reads_heavily,
    says_nothing,
    unfinished_words,
    wrong_dates,
)

IN_DECEMBER = date(2026, 12, 1)


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("Kom donderdag 14 januari 2027.", []),
        ("Kom donderdag 15 januari 2027!", [WrongDate("donderdag 15 januari 2027", "vrijdag")]),
        ("Donderdag 14 januari zien we elkaar", []),
        ("op vrijdag 14 januari", [WrongDate("vrijdag 14 januari", "donderdag")]),
        ("Het was zaterdag 14 november gezellig", []),
        ("maandag 30 februari 2027", [WrongDate("maandag 30 februari 2027", "")]),
        ("dinsdag 29 februari", []),
        ("maandag 31 juni", [WrongDate("maandag 31 juni", "")]),
        ("14 januari 2027, of elke donderdag", []),
    ],
)
def test_a_weekday_that_does_not_fit_the_date_is_found(text: str, found: list[WrongDate]) -> None:
    assert wrong_dates(text, today=IN_DECEMBER) == found


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("Beste [vul in], kom je?", ["[vul in]"]),
        ("[Vul hier de plek in] Lorem ipsum dolor", ["[Vul hier de plek in]", "Lorem ipsum"]),
        ("Bel xxxx of [naam]", ["[naam]", "xxxx"]),
        ("[[mailbox.greeting]] [1] Maxxime", []),
    ],
)
def test_forgotten_template_text_is_found(text: str, found: list[str]) -> None:
    assert unfinished_words(text) == found


def test_a_link_that_does_not_say_where_it_leads_is_found() -> None:
    assert [says_nothing(words) for words in ("Klik hier", "klik dan hier!", "hier", "Lees meer", "Link")] == [True] * 5
    assert [says_nothing(words) for words in ("Lees meer over de tuin", "Hier is de route")] == [False] * 2


def test_times_and_amounts_end_no_sentence() -> None:
    assert long_sentences("We beginnen om 19.30 uur. Er zijn 1.250 stoelen.") == (0, 2)


def test_a_text_is_heavy_when_more_than_two_in_five_sentences_are_long() -> None:
    long, short = f"Dit zijn {' '.join(['veel'] * 20)} woorden.", "Dit is kort genoeg."

    assert reads_heavily(" ".join([long, long, short]))
    assert not reads_heavily(" ".join([long, short, short]))
    assert not reads_heavily(long)
