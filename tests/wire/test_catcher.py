"""The catcher keeps what it gets, byte for byte, and behaves badly only when told to."""

from __future__ import annotations

import pytest

from mailer.foundation.errors import NotFound
from mailer.wire import catcher
from mailer.wire.catcher import Catcher
from mailer.wire.relay import parse_relay
from mailer.wire.replies import Fault, Verdict
from mailer.wire.smtp import SmtpTransport
from tests.wire.test_message import a_mailbox, a_skeleton


def send(box: Catcher, recipient: str, message: bytes):
    transport = SmtpTransport(parse_relay(box.url), helo="test.example.org", transaction_seconds=5, reply_seconds=5)
    try:
        return transport.send("b-token@bounce.example.org", recipient, message, before_dot=lambda: True)
    finally:
        transport.close()


def test_a_letter_is_kept_byte_for_byte_and_can_be_read(tmp_path):
    message = a_skeleton().fill(a_mailbox())
    with Catcher(tmp_path) as box:
        outcome = send(box, "info@devoeg.example.org", message)

    (caught,) = catcher.list_letters(tmp_path)
    opened = catcher.open_letter(tmp_path, caught.name)

    assert outcome.verdict is Verdict.ACCEPTED
    assert (caught.sender, caught.recipient) == ("b-token@bounce.example.org", "info@devoeg.example.org")
    assert caught.subject == "Wat er deze maand te doen is"
    assert opened.raw == message
    assert opened.text == "Hoi Beste Samira en Joost,\n"
    assert opened.html == "<p>Beste Samira en Joost,</p>\n"


def test_the_newest_letter_comes_first(tmp_path):
    with Catcher(tmp_path) as box:
        for name in ("een", "twee", "drie"):
            send(box, f"{name}@x.example.org", b"Subject: x\r\n\r\n")

    assert [caught.recipient.partition("@")[0] for caught in catcher.list_letters(tmp_path)] == ["drie", "twee", "een"]
    assert catcher.count_letters(tmp_path) == 3


def test_bad_domains_answer_badly_only_when_told_to(tmp_path):
    with Catcher(tmp_path / "a", behave=True) as strict, Catcher(tmp_path / "b") as kind:
        dead = send(strict, "x@bounce.test", b"Subject: x\r\n\r\n")
        full = send(strict, "x@vol.test", b"Subject: x\r\n\r\n")
        taken = send(kind, "x@bounce.test", b"Subject: x\r\n\r\n")

    assert (dead.verdict, dead.fault) == (Verdict.PERMANENT, Fault.DEAD_ADDRESS)
    assert full.verdict is Verdict.TEMPORARY
    assert taken.verdict is Verdict.ACCEPTED
    assert (catcher.count_letters(tmp_path / "a"), catcher.count_letters(tmp_path / "b")) == (0, 1)


@pytest.mark.parametrize("name", ["", "../secret_key", "20270101", "a/b"])
def test_only_letters_of_the_folder_open(tmp_path, name):
    with pytest.raises(NotFound, match="er niet"):
        catcher.open_letter(tmp_path, name)


def test_the_folder_can_be_emptied(tmp_path):
    with Catcher(tmp_path) as box:
        send(box, "een@x.example.org", b"Subject: x\r\n\r\n")

    catcher.empty(tmp_path)

    assert catcher.list_letters(tmp_path) == []
    assert list(tmp_path.iterdir()) == []
