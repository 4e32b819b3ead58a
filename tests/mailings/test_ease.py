"""How easily a text reads: figures anybody can check by counting."""

from __future__ import annotations

import pytest

from mailer.mailings.checks.ease import ease_of
from mailer.mailings.checks.jargon import hard_words

LONG = (
    "We zoeken een plek met een groot fornuis, die wij vanaf februari op donderdag tussen 15.00 en 19.00 uur "
    "mogen gebruiken zonder huur te betalen."
)


def test_sentences_are_counted_and_the_long_ones_named() -> None:
    ease = ease_of(f"Onze keuken is te klein. {LONG} Wij ruimen alles op.")

    assert (ease.sentences, ease.average) == (3, 11)
    assert [(one.begins, one.words) for one in ease.long] == [("We zoeken een plek met een groot fornuis, die …", 25)]


def test_a_greeting_and_an_address_are_no_sentence() -> None:
    assert (
        ease_of("[[mailbox.greeting]]\n\nGroet, Marit\n\nhttps://voorbeeld.example.org/een/lang/adres").sentences == 0
    )


def test_long_words_are_named_once() -> None:
    text = "De bewonersbetrokkenheid groeit. Meer bewonersbetrokkenheid is goed. Het buurthuis blijft."

    assert ease_of(text).long_words == ["bewonersbetrokkenheid"]


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("We doen aan co-creatie en willen dat borgen.", ["co-creatie", "borgen"]),
        ("Een integrale aanpak; de Integrale aanpak.", ["integrale"]),
        ("De veerkrachtige wijk", ["veerkrachtige"]),
        ("Wie zorgt voor de soep? De borg is vijf euro. Als je komt, neem dan een tevreden buur mee.", []),
        ("Stakeholders participeren in de pilot.", ["Stakeholders", "participeren", "pilot"]),
    ],
)
def test_hard_words_are_found_as_they_were_written(text: str, words: list[str]) -> None:
    assert [word for word, _plain in hard_words(text)] == words


def test_each_hard_word_comes_with_what_one_could_say() -> None:
    assert hard_words("reeds") == [("reeds", "al")]
