"""Replies, however the network cuts them; what offers they hold; and what is no reply."""

from __future__ import annotations

from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mailer.wire.capabilities import Offers, read_offers
from mailer.wire.reading import NotSmtp, ReplyReader
from mailer.wire.replies import Reply

SAID = b"220 hello\r\n250-one\r\n250-two\r\n250 three\r\n354\r\n550-5.1.1\n550 no such user\n"
REPLIES = [Reply(220, "hello"), Reply(250, "one two three"), Reply(354), Reply(550, "5.1.1 no such user")]


def read(pieces: list[bytes]) -> list[Reply]:
    reader, replies = ReplyReader(), []
    for piece in pieces:
        reader.feed(piece)
        while (reply := reader.take()) is not None:
            replies.append(reply)
    return replies


@given(st.sets(st.integers(1, len(SAID) - 1)))
def test_replies_are_the_same_however_they_are_cut(cuts):
    edges = [0, *sorted(cuts), len(SAID)]

    assert read([SAID[begin:end] for begin, end in pairwise(edges)]) == REPLIES


@pytest.mark.parametrize(
    "said",
    [b"hello\r\n", b"199 what\r\n", b"600 what\r\n", b"25 0\r\n", b"250_ok\r\n", b"\r\n", b"250-yes\r\n550 no\r\n",
     b"250-\r\n" * 101, b"250 " + b"x" * 9000, b"2" * 9000 + b"\n"],
)  # fmt: skip
def test_what_cannot_be_read_for_certain_is_no_reply(said):
    with pytest.raises(NotSmtp):
        read([said])


def test_replies_before_the_nonsense_count():
    reader = ReplyReader()
    reader.feed(b"250 taken\r\nHTTP/1.1 400\r\n")

    assert reader.take() == Reply(250, "taken")
    with pytest.raises(NotSmtp):
        reader.take()


def test_a_reader_is_empty_only_when_every_byte_was_part_of_a_reply():
    reader = ReplyReader()
    assert reader.is_empty

    reader.feed(b"250-half\r\n")
    assert reader.take() is None
    assert not reader.is_empty

    reader.feed(b"250 whole\r\n")
    assert reader.take() == Reply(250, "half whole")
    assert reader.is_empty


@pytest.mark.parametrize(
    ("lines", "offers"),
    [
        ([], Offers()),
        (["PIPELINING", "8BITMIME", "SMTPUTF8"], Offers(pipelining=True, eight_bit=True, smtputf8=True)),
        (["size 10240000"], Offers(size=True, largest=10_240_000)),
        (["SIZE"], Offers(size=True)),
        (["SIZE 0"], Offers(size=True)),
        (["SIZE ²"], Offers(size=True)),
        (["AUTH PLAIN login"], Offers(auth=frozenset({"PLAIN", "LOGIN"}))),
        (["AUTH=LOGIN", "AUTH PLAIN"], Offers(auth=frozenset({"PLAIN", "LOGIN"}))),
        (["", "X-UNKNOWN PIPELINING"], Offers()),
    ],
)
def test_offers_are_read_after_the_greeting(lines, offers):
    assert read_offers(Reply(250, "", ("PIPELINING.example.org", *lines))) == offers
