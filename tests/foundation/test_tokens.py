"""Tokens open only for their purpose, and only in their one true spelling."""

from __future__ import annotations

import base64

from hypothesis import given
from hypothesis import strategies as st

from mailer.foundation.tokens import SIGNATURE_BYTES, Tokens

TOKENS = Tokens(b"a secret")


@given(st.integers(min_value=0, max_value=2**63 - 1))
def test_a_token_opens_to_the_id_it_was_signed_for(identity: int) -> None:
    assert TOKENS.open("rsvp", TOKENS.sign("rsvp", identity)) == identity


@given(st.integers(min_value=0, max_value=2**63 - 1))
def test_a_token_is_spelled_as_every_base32_reader_does(identity: int) -> None:
    token = TOKENS.sign("rsvp", identity)

    raw = base64.b32decode(token.upper() + "=" * (-len(token) % 8))

    assert base64.b32encode(raw).decode().rstrip("=").lower() == token
    assert int.from_bytes(raw[SIGNATURE_BYTES:], "big") == identity


def test_tokens_in_letters_that_were_sent_stay_what_they_were() -> None:
    assert [TOKENS.sign("leave", identity) for identity in (0, 17, 123_456, 2**40 + 1)] == [
        "cj5pye4jx5kjpouxqmdqa",
        "45mvoezusanysrqbbavrc",
        "4vqphte6qpkehp357y6qdysa",
        "d5t24ty5f3mwhs6ios2acaaaaaaac",
    ]


def test_a_token_for_leaving_opens_no_rsvp() -> None:
    assert TOKENS.open("rsvp", TOKENS.sign("leave", 17)) is None


def test_a_token_of_another_installation_does_not_open() -> None:
    assert TOKENS.open("rsvp", Tokens(b"another secret").sign("rsvp", 17)) is None


def test_capitals_that_a_mail_server_made_still_open() -> None:
    assert TOKENS.open("leave", TOKENS.sign("leave", 17).upper()) == 17


@given(st.text(max_size=60))
def test_no_other_text_opens(text: str) -> None:
    assert TOKENS.open("rsvp", text) is None or TOKENS.sign("rsvp", TOKENS.open("rsvp", text) or 0) == text.lower()


def test_every_single_changed_character_closes_it() -> None:
    token = TOKENS.sign("rsvp", 123_456)
    letters = "abcdefghijklmnopqrstuvwxyz234567"

    changed = [
        token[:place] + letter + token[place + 1 :]
        for place in range(len(token))
        for letter in letters
        if letter != token[place]
    ]

    assert [one for one in changed if TOKENS.open("rsvp", one) is not None] == []


def test_a_token_is_short_enough_for_the_local_part_of_an_address() -> None:
    assert len("b-" + TOKENS.sign("bounce", 2**63 - 1)) <= 64
