"""Every check of the standards can fail: a message with one thing wrong is told of, by the check that is about it."""

from __future__ import annotations

import pytest

from tests.standards import violations
from tests.wire.signed import DOMAIN, signer
from tests.wire.test_message import NAMES, a_mailbox
from tests.wire.test_signing import UNTIDY, a_letter

__all__ = ["signer"]

GOOD = a_letter(None).fill(a_mailbox())
NOTICE = a_letter(None, list_headers=None).fill(a_mailbox())


def records_of(signer) -> dict[str, str]:
    return {f"{key.selector}._domainkey.{DOMAIN}": key.record for key in signer.keys}


def is_told(source: str, message: bytes, **more) -> bool:
    return any(f"{source}: " in wrong for wrong in violations([message], **more))


@pytest.mark.parametrize("message", [GOOD, NOTICE])
def test_our_letters_are_right(message):
    assert violations([message], ours=DOMAIN) == []


@pytest.mark.parametrize("name", NAMES)
def test_our_letters_are_right_whatever_somebody_is_called(signer, name):
    letter = a_letter(signer, subject=name, from_name=name, text=UNTIDY + "[[mailbox.greeting]]\n")

    message = letter.fill(a_mailbox(values={"mailbox.greeting": name, "link.rsvp": "https://x.example.org"}))

    assert violations([message], records=records_of(signer), ours=DOMAIN) == []


def changed(old: bytes, new: bytes, message: bytes = GOOD) -> bytes:
    assert old in message
    return message.replace(old, new, 1)


@pytest.mark.parametrize(
    ("message", "source"),
    [
        (changed(b"Hoi =\r\n", b"Hoi =\n"), "RFC 5322 §2.3"),
        (changed(b"Hoi =\r\n", b"Hoi \r=\r\n"), "RFC 5322 §2.3"),
        (GOOD.removesuffix(b"\r\n"), "RFC 5321 §2.3.8"),
        (changed(b"Precedence: bulk", b"Precedence: " + b"x" * 999), "RFC 5322 §2.1.1"),
        (changed(b"Hoi", b"Hoi " * 30), "RFC 2045 §6.7"),
        (changed(b"Hoi =\r\n", b"Hoi\xc3\xab =\r\n"), "RFC 2045 §2.8"),
        (changed(b"Precedence: bulk", b"Precedence: b\0lk"), "RFC 5322 §3.5"),
        (changed(b"\r\nHoi", b"\r\n.Hoi"), "our own rule"),
        (changed(b"Precedence: bulk", b"Precedence bulk"), "RFC 5322 §2.2"),
        (b"From: iemand@elders.example.org\r\n" + GOOD, "RFC 5322 §3.6"),
        (b"Reply-To: iemand@elders.example.org\r\n" + GOOD, "RFC 5322 §3.6"),
        (b"List-Unsubscribe: <https://x>\r\n" + GOOD, "RFC 5322 §3.6"),
        (changed(b"Subject: ", b"X-Subject: "), "RFC 5322 §3.6"),
        (changed(b"Date: Mon, 04 Jan", b"Date: Mon, 44 Jan"), "RFC 5322 §3.3"),
        (changed(b"To: info@devoeg.example.org", b"To: info@devoeg.example.org, b@x.example.org"), "RFC 5322 §3.4"),
        (changed(b"To: info@", b"To: info@@"), "RFC 5322 §3.4"),
        (changed(b"To: info@devoeg", "To: info@devöeg".encode()), "RFC 5890"),
        (changed(b"Subject: Wat", b"Subject: =?utf-8?q?" + b"x" * 70 + b"?="), "RFC 2047 §2"),
        (changed(b"Subject: Wat", b"Subject: x=?utf-8?q?a?="), "RFC 2047 §5"),
        (changed(b"Subject: Wat", "Subject: Zoë".encode()), "RFC 6532"),
        (changed(b"Subject: Wat", b"Subject: " + b"wat " * 30), "RFC 5322 §2.1.1"),
        (changed(b"Message-ID: <abc@", b"Message-ID: <a c@"), "RFC 5322 §3.6.4"),
        (changed(b"MIME-Version: 1.0", b"MIME-Version: 2.0"), "RFC 2045 §4"),
        (changed(b"text/plain", b"text/html"), "RFC 2046 §5.1.4"),
        (changed(b"quoted-printable", b"8bit"), "RFC 2045 §6"),
        (changed(b"Hoi", b"Ho=i"), "RFC 2045 §6.7"),
        (changed(b"Hoi =\r\n", b"Hoi \r\n"), "RFC 2045 §6.7"),
        (changed(b"Hoi", b"Ho=E9"), "RFC 2046 §4.1.2"),
        (changed(b"Hoi", b"=EF=BF=BD"), "our own rule"),
        (changed(b"Hoi", b"[[link.leave]]"), "our own rule"),
        (changed(b'boundary="=_letter', b'boundary="=_ander'), "RFC 2046 §5.1"),
        (changed(b"<https://post.example.org/u1/abc>,", b"https://post.example.org/u1/abc,"), "RFC 2369 §2"),
        (changed(b"<https://post.", b"<http://post."), "RFC 8058 §3.1"),
        (changed(b"=One-Click", b"=one-click"), "RFC 8058 §3.1"),
        (changed(b"List-Id: Nieuwsbrief\r\n <nieuws", b"List-Id: Nieuwsbrief\r\n <<nieuws"), "RFC 2919 §2"),
        (changed(b":newsletter:tegelpost", b":newsletter:wij"), "Gmail"),
        (b"List-Help: https://x.example.org\r\n" + GOOD, "RFC 2369 §2"),
        (b"List-Post: <mailto:x@example.org>\r\n" + GOOD, "RFC 2369 §3.4"),
        (b"List-Help: <https://x.example.org>\r\n" + NOTICE, "RFC 2369"),
        (changed(b"auto-generated", b"no", NOTICE), "RFC 3834 §5"),
        (changed(b"OOF, ", b"", NOTICE), "MS-OXCMAIL"),
    ],
)
def test_a_message_with_one_thing_wrong_is_told_of(message, source):
    assert is_told(source, message)


def test_html_that_gmail_would_cut_is_told_of():
    assert is_told("Gmail", a_letter(None, text="x" * 101_000).fill(a_mailbox()))


@pytest.mark.parametrize("changes", [{}, {"message_id": f"<andere@{DOMAIN}>"}])
def test_two_letters_share_neither_their_id_nor_their_way_to_leave(changes):
    skeleton = a_letter(None)

    found = violations([GOOD, skeleton.fill(a_mailbox(**changes))])

    assert found == [
        *([] if changes else [f"RFC 5322 §3.6.4: <abc@{DOMAIN}> names 2 messages"]),
        "RFC 8058 §3.1: two letters have the same address to leave with",
    ]


def test_a_message_id_is_of_our_domain():
    assert violations([GOOD], ours="elders.example.org") == [
        f"RFC 5322 §3.6.4: <abc@{DOMAIN}> is not of our domain elders.example.org"
    ]


@pytest.mark.parametrize(
    ("change", "said"),
    [
        (lambda message: message.replace(b"Beste Samira", b"Beste Sameer"), "RFC 6376 §6"),
        (lambda message: message.replace(b"info@devoeg", b"post@devoeg"), "RFC 6376 §6"),
        (lambda message: message.replace(b":list-unsubscribe-post", b""), "RFC 6376 §5.4"),
        (lambda message: message.replace(b" c=relaxed/relaxed;", b" c=relaxed/relaxed; l=9;"), "RFC 6376 §8.2"),
        (lambda message: message.replace(b"a=rsa-sha256", b"a=ed25519-sha256"), "RFC 8463 §3"),
        (lambda message: message.replace(b"d=delfshaven", b"d=elders"), "RFC 7489 §3.1.1"),
        (lambda message: message.partition(b"\r\nFrom:")[2], "RFC 8058 §4"),
    ],
)
def test_a_signature_that_does_not_hold_is_told_of(signer, change, said):
    message = a_letter(signer).fill(a_mailbox())

    assert is_told(said, change(message), records=records_of(signer))
