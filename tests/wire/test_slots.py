"""Slots are filled from one list, escaped for their place, and never looked at twice."""

from __future__ import annotations

import pytest

from mailer.foundation.errors import BadInput
from mailer.wire.slots import (
    KNOWN_SLOTS,
    Letter,
    Place,
    describe_slots,
    keep_known,
    protect,
    split,
    split_text,
    unknown_slots,
)

VALUES = {
    "mailbox.greeting": "Beste Samira & Joost <3,",
    "mailbox.address": "info@devoeg.example.org",
    "mailbox.organisations": 'Buurttuin "De Voeg"',
    "why": "Jullie staan in het netwerk.",
    **{name: f"https://post.example.org/{name}?a=1&b=2" for name in KNOWN_SLOTS if name.startswith("link.")},
}


def a_letter(**parts: str) -> Letter:
    return Letter(**{"subject": "Hallo", "preheader": "", "html": "<p>Hallo</p>", "text": "Hallo", **parts})


def test_each_known_slot_has_a_description() -> None:
    assert list(describe_slots()) == list(KNOWN_SLOTS)


def test_values_are_escaped_for_the_place_they_stand_in() -> None:
    letter = a_letter(
        subject="[[mailbox.greeting]]",
        html='<a href="[[link.rsvp]]" title="[[mailbox.organisations]]">[[mailbox.greeting]]</a>',
        text="[[mailbox.greeting]] [[link.rsvp]]",
    )

    filled = split(letter).fill(VALUES)

    assert filled.subject == "Beste Samira & Joost <3,"
    assert filled.html == (
        '<a href="https://post.example.org/link.rsvp?a=1&amp;b=2" title="Buurttuin &quot;De Voeg&quot;">'
        "Beste Samira &amp; Joost &lt;3,</a>"
    )
    assert filled.text == "Beste Samira & Joost <3, https://post.example.org/link.rsvp?a=1&b=2"


def test_a_value_that_looks_like_a_slot_or_a_template_stays_as_it_is() -> None:
    values = {**VALUES, "mailbox.greeting": "Beste [[link.leave]] {{ 7 * 7 }} <mj-text>,"}

    filled = split(a_letter(html="<p>[[mailbox.greeting]]</p>", text="[[mailbox.greeting]]")).fill(values)

    assert filled.text == "Beste [[link.leave]] {{ 7 * 7 }} <mj-text>,"
    assert filled.html == "<p>Beste [[link.leave]] {{ 7 * 7 }} &lt;mj-text&gt;,</p>"


def test_a_line_end_in_a_value_begins_no_new_header() -> None:
    values = {**VALUES, "mailbox.organisations": "De Voeg\r\nBcc: alles@example.org"}

    filled = split(a_letter(subject="Voor [[mailbox.organisations]]")).fill(values)

    assert filled.subject == "Voor De Voeg Bcc: alles@example.org"


def test_a_pattern_is_filled_many_times_without_cutting_again() -> None:
    pattern = split_text("a [[why]] b [[why]] c", Place.PLAIN)

    filled = [pattern.fill({"why": why}) for why in ("1", "2")]

    assert pattern.literals == ("a ", " b ", " c")
    assert filled == ["a 1 b 1 c", "a 2 b 2 c"]


def test_a_letter_tells_which_values_it_needs() -> None:
    letter = a_letter(subject="[[mailbox.organisations]]", html='<a href="[[link.leave]]">x</a>[[brackets]]')

    assert split(letter).names == {"mailbox.organisations", "link.leave"}


def test_an_unknown_slot_is_refused_by_name() -> None:
    with pytest.raises(BadInput) as refusal:
        split(a_letter(text="Beste [[voornaam]],"))

    assert refusal.value.sentence == "Dit invulveld bestaat niet: [[voornaam]]."


def test_a_link_in_the_subject_is_refused() -> None:
    with pytest.raises(BadInput) as refusal:
        split(a_letter(subject="Kijk op [[link.web]]"))

    assert refusal.value.field == "subject"


@pytest.mark.parametrize(
    "attribute",
    [
        'href="[[mailbox.address]]"',
        "href='https://example.org/?wie=[[mailbox.address]]'",
        'href="[[link.rsvp]]&x=1"',
        'src="[[mailbox.greeting]]"',
    ],
)
def test_words_never_become_part_of_an_address(attribute: str) -> None:
    with pytest.raises(BadInput):
        split(a_letter(html=f"<a {attribute}>x</a>"))


def test_a_link_value_that_is_no_web_address_is_a_mistake_of_ours() -> None:
    with pytest.raises(ValueError, match=r"link\.rsvp"):
        split(a_letter(text="[[link.rsvp]]")).fill({"link.rsvp": "javascript:alert(1)"})


def test_a_slot_without_a_value_is_a_mistake_of_ours() -> None:
    with pytest.raises(KeyError):
        split(a_letter(text="[[why]]")).fill({})


def test_unknown_slots_are_listed_once_in_order() -> None:
    text = "[[naam]] [[mailbox.greeting]] [[ Naam 2 ]] [[naam]] [[]] [x]"

    assert unknown_slots(text) == ["naam", "Naam 2", ""]


def test_words_of_a_row_are_never_slots() -> None:
    name = "Club [[link.leave]] [[[x]]]"

    assert split_text(protect(name), Place.PLAIN).fill({}) == name


def test_words_of_staff_keep_only_known_slots_open() -> None:
    words = "[[mailbox.greeting]] [[vul in]] [[link.nergens]] [[brackets]]"

    pattern = split_text(keep_known(words), Place.PLAIN)

    assert pattern.fill(VALUES) == "Beste Samira & Joost <3, [[vul in]] [[link.nergens]] [[brackets]]"


def test_words_that_look_like_an_address_with_a_slot_are_words() -> None:
    words = "Schrijf href=\"[[mailbox.address]]\" of src='[[why]]'"
    source = f'<p title="{words.replace(chr(34), "&quot;")}">{words}</p>'

    filled = split(Letter("", "", source, "")).fill({"mailbox.address": "a@b.nl", "why": "x"})

    assert filled.html.endswith("href=\"a@b.nl\" of src='x'</p>")
