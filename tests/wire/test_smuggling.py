"""What looks like the end of a message inside one: it arrives unchanged, as one (CVE-2023-51764 and its kin)."""

from __future__ import annotations

import email
import email.policy

import pytest

from mailer.wire.relay import parse_relay
from mailer.wire.replies import Verdict
from tests.postfix import Postfix, postfix
from tests.smtp_server import SmtpServer
from tests.wire.test_message import a_mailbox, a_skeleton
from tests.wire.transports import TRANSPORTS

__all__ = ["postfix"]

SECOND = "MAIL FROM:<boef@elders.example.org>\r\nRCPT TO:<info@devoeg.example.org>\r\nDATA\r\nFrom: boef\r\n\r\nhoi\r\n"
ENDS = ["\n.\n", "\r\n.\r\n", "\r.\r", "\r\n.\n", "\n.\r\n", "\r.\r\n", "\r\n.\r", "\r\n..\r\n", "\r\n.\r\n.\r\n"]


def a_letter_with(end: str) -> bytes:
    """Words of staff and the value of a slot, both with that inside."""
    words = f"Voor{end}{SECOND}"
    skeleton = a_skeleton(text=f"{words}[[mailbox.greeting]]\n", html=f"<p>{words}</p><p>[[mailbox.greeting]]</p>")
    return skeleton.fill(a_mailbox(values={"mailbox.greeting": f"Beste{end}{SECOND}"}))


def send(kind: str, port: int, message: bytes) -> Verdict:
    transport = TRANSPORTS[kind](parse_relay(f"smtp://127.0.0.1:{port}"), patience=20)
    try:
        outcome = transport.send("b-1@x.example.org", "info@devoeg.example.org", message, before_dot=lambda: True)
    finally:
        transport.close()
    return outcome.verdict


def texts(message: bytes) -> list[str]:
    parsed = email.message_from_bytes(message, policy=email.policy.SMTP)
    leaves = [part for part in parsed.walk() if not part.is_multipart()]
    return [(part.get_payload(decode=True) or b"").decode().replace("\r\n", "\n") for part in leaves]


def as_lines(text: str) -> str:
    """Line ends have one form in mail; everything else must be as it was."""
    return text.replace("\r\n", "\n").replace("\r", "\n")


def expected(end: str) -> list[str]:
    words, value = as_lines(f"Voor{end}{SECOND}"), as_lines(f"Beste{end}{SECOND}")
    in_html = value.replace("<", "&lt;").replace(">", "&gt;")
    return [f"{words}{value}\n", f"<p>{words}</p><p>{in_html}</p>\n"]


@pytest.mark.parametrize("kind", TRANSPORTS)
@pytest.mark.parametrize("end", ENDS)
def test_it_arrives_unchanged_as_one_message_in_our_own_server(kind, end):
    message = a_letter_with(end)

    with SmtpServer() as server:
        assert send(kind, server.port, message) is Verdict.ACCEPTED
        taken = list(server.taken)

    assert [one.message for one in taken] == [message]
    assert texts(taken[0].message) == expected(end)


@pytest.mark.journey
@pytest.mark.parametrize("kind", TRANSPORTS)
def test_it_arrives_unchanged_as_one_message_through_postfix(postfix: Postfix, kind):
    messages = {end: a_letter_with(end) for end in ENDS}

    for message in messages.values():
        assert send(kind, postfix.port, message) is Verdict.ACCEPTED
    received = postfix.received(len(ENDS))

    assert len(received) == len(ENDS)
    assert {one.recipient for one in received} == {"info@devoeg.example.org"}
    assert sorted(map(own_part, received)) == sorted(messages.values())
    assert sorted(texts(one.message) for one in received) == sorted(map(expected, ENDS))


@pytest.mark.journey
@pytest.mark.parametrize("kind", TRANSPORTS)
def test_dots_of_a_message_that_is_not_ours_are_kept_through_postfix(postfix: Postfix, kind):
    """Dots are doubled for whatever is sent, also where the writing of our letters does not prevent them."""
    message = b"From: a@b.example.org\r\nTo: c@d.example.org\r\nDate: Mon, 04 Jan 2027 08:00:00 +0000\r\n"
    message += b"Message-ID: <1@b.example.org>\r\n\r\n.\r\n..\r\n.a\r\nb.\r\n.\r\n"

    assert send(kind, postfix.port, message) is Verdict.ACCEPTED
    (received,) = postfix.received(1)

    assert own_part(received) == message


@pytest.mark.parametrize("kind", TRANSPORTS)
@pytest.mark.parametrize("end", [b"\n.\n", b"\r.\r", b"\r\n.\n", b"\n.\r\n", b"\r.\r\n", b"\r\n.\r"])
def test_bare_line_ends_are_never_sent(kind, end):
    with SmtpServer() as server:
        with pytest.raises(ValueError, match="bare CR or LF"):
            send(kind, server.port, b"Subject: x\r\n\r\nVoor" + end + b"na\r\n")

        assert server.taken == []


def own_part(received) -> bytes:
    """Return the message without what Postfix wrote above it."""
    at = received.message.index(b"\r\nFrom: ") + 2
    return received.message[at:]
