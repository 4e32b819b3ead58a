"""A block may be unfinished, never wrong; the office gets words for every field."""

from __future__ import annotations

import pytest

from mailer.foundation.errors import BadInput
from mailer.foundation.language import speaking
from mailer.mailings.blocks import BLOCK_TYPES, Button, Image, Text, describe_blocks, fields_of, read_block


def test_every_type_and_field_has_words() -> None:
    described = {words.type: [field.name for field in words.fields] for words in describe_blocks()}

    assert described == {
        kind: [name for name in model.model_fields if name not in ("type", "variants")]
        for kind, model in BLOCK_TYPES.items()
    }


def test_every_default_that_the_office_shows_is_the_blocks_own() -> None:
    for words in describe_blocks():
        fresh = read_block({"type": words.type})
        assert {field.name: field.default for field in words.fields} == fields_of(fresh)


def test_the_words_are_complete_in_english() -> None:
    dutch = describe_blocks()
    with speaking("en"):
        english = describe_blocks()

    same = [words.label for words, translated in zip(dutch, english, strict=True) if words.label == translated.label]
    assert same == ["Agenda"]


def test_text_is_cleaned_when_it_is_read() -> None:
    block = read_block({"type": "text", "html": '<p onclick="x()">Hallo<script>x()</script></p>'})

    assert block == Text(html="<p>Hallo</p>")


def test_addresses_are_read_as_people_type_them() -> None:
    assert read_block({"type": "button", "url": "voorbeeld.nl/agenda"}) == Button(url="https://voorbeeld.nl/agenda")
    assert read_block({"type": "button", "url": " info@voorbeeld.nl "}) == Button(url="mailto:info@voorbeeld.nl")
    assert read_block({"type": "button", "url": "[[link.rsvp]]"}) == Button(url="[[link.rsvp]]")


def test_a_picture_without_a_decision_differs_from_a_decoration() -> None:
    assert Image().alt is None
    assert read_block({"type": "image", "src": "x", "alt": ""}) == Image(src="x", alt="")


def test_one_slug_is_a_list_of_one() -> None:
    assert fields_of(read_block({"type": "agenda", "theme": "groen"}))["theme"] == ["groen"]
    assert fields_of(read_block({"type": "agenda", "theme": None}))["theme"] == []


@pytest.mark.parametrize(
    ("values", "sentence"),
    [
        ({"type": "filmpje"}, "Dit soort blok bestaat niet: filmpje."),
        ({}, "Dit soort blok bestaat niet: None."),
        ({"type": "heading", "teks": "x"}, "Het blok heading heeft geen veld teks."),
        ({"type": "heading", "level": 7}, "Het veld level van het blok heading klopt niet."),
        ({"type": "agenda", "within_days": "veel"}, "Het veld within_days van het blok agenda klopt niet."),
        ({"type": "button", "url": "javascript:alert(1)"}, "Deze link klopt niet: javascript:alert(1)."),
        ({"type": "button", "url": "https://x.nl/?a=[[mailbox.address]]"}, "Deze link klopt niet"),
    ],
)
def test_what_is_wrong_is_refused_with_a_sentence(values: dict[str, object], sentence: str) -> None:
    with pytest.raises(BadInput) as refusal:
        read_block(values)

    assert refusal.value.sentence.startswith(sentence)
