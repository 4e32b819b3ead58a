"""Signatures as an independent verifier sees them, and what of a letter nobody can change any more."""

from __future__ import annotations

import re

import pytest

from mailer.wire.alignment import is_aligned, signing_domain
from mailer.wire.message import Calendar
from mailer.wire.signing import Signer, relax
from mailer.wire.slots import Letter, split
from tests.wire.signed import BOTH, DOMAIN, signatures, signer, verdicts
from tests.wire.test_message import NAMES, Whole, a_mailbox, an_envelope

__all__ = ["signer"]

OURS = ("delfshaven.example.org", "nieuws.delfshaven.example.org", "xn--bcklin-wxa.example.org")
UNTIDY = "Twee  spaties, een\ttab,  \n.\n..punt \n\n\n" + "é" * 90 + "\n" + "x." * 60 + "\n\n\n"


def a_letter(signer: Signer, subject: str = "Wat er te doen is", text: str = "Hoi [[mailbox.greeting]]\n", **changes):
    html = '<p>[[mailbox.greeting]]</p>\n<a href="[[link.rsvp]]">ja</a>' + text
    letter = split(Letter(subject=subject, preheader="", html=html, text=text))
    return Whole(an_envelope(**changes), letter, signer)


def test_both_signatures_of_a_newsletter_are_accepted_rsa_first(signer):
    message = a_letter(signer).fill(a_mailbox())

    assert [one["a"] for one in signatures(message)] == ["rsa-sha256", "ed25519-sha256"]
    assert verdicts(message, signer) == [True, True]


@pytest.mark.parametrize("name", NAMES)
def test_whatever_somebody_is_called_the_signatures_hold(signer, name):
    skeleton = a_letter(signer, subject="Voor [[mailbox.organisations]]", from_name=name)

    message = skeleton.fill(
        a_mailbox(
            values={"mailbox.organisations": name, "mailbox.greeting": name, "link.rsvp": "https://x.example.org"}
        )
    )

    assert verdicts(message, signer) == [True, True]


def test_untidy_words_are_hashed_as_they_go_out(signer):
    message = a_letter(signer, text=UNTIDY + "[[mailbox.greeting]]" + UNTIDY).fill(
        a_mailbox(values={"mailbox.greeting": UNTIDY, "link.rsvp": "https://x.example.org"})
    )

    assert verdicts(message, signer) == [True, True]


def test_the_body_is_in_both_canonical_forms_of_the_standard(signer):
    message = a_letter(signer, text=UNTIDY).fill(
        a_mailbox(values={"mailbox.greeting": UNTIDY, "link.rsvp": "https://x"})
    )

    body = message.partition(b"\r\n\r\n")[2]

    assert not re.search(rb"[ \t]{2}|\t|[ \t]\r\n|\r\n\r\n\Z", body)
    assert body.endswith(b"\r\n")


def test_letters_with_a_calendar_and_letters_of_no_list_are_signed_too(signer):
    calendar = Calendar(b"BEGIN:VCALENDAR\r\nEND:VCALENDAR\r\n", "REQUEST")
    skeleton = a_letter(signer)

    bodies = skeleton.fill_all([a_mailbox(), a_mailbox(calendar=calendar), a_mailbox(reply_to="")])
    messages = list(map(bytes, bodies))
    notice = a_letter(signer, list_headers=None).fill(a_mailbox())

    assert [verdicts(message, signer) for message in (*messages, notice)] == [[True, True]] * 4
    assert "list-id" not in signatures(notice)[0]["h"].split(":")


def test_a_batch_is_signed_side_by_side_and_keeps_its_order(signer):
    mailboxes = [a_mailbox(message_id=f"<m{number}@{DOMAIN}>") for number in range(21)]

    messages = list(map(bytes, a_letter(signer).fill_all(mailboxes)))

    assert [f"<m{number}@{DOMAIN}>".encode() in message for number, message in enumerate(messages)] == [True] * 21
    assert [verdicts(message, signer) for message in messages] == [[True, True]] * 21


def test_every_header_that_matters_is_signed_and_cannot_be_added_again(signer):
    (rsa, _ed25519) = signatures(a_letter(signer).fill(a_mailbox()))

    names = rsa["h"].split(":")

    wanted = {"from", "date", "subject", "to", "message-id", "reply-to", "mime-version", "content-type"}
    assert {name: names.count(name) for name in names} == dict.fromkeys(wanted | {"list-id", "feedback-id", *BOTH}, 2)
    assert (rsa["c"], rsa["d"], rsa["s"]) == ("relaxed/relaxed", DOMAIN, "post")
    assert "l" not in rsa


@pytest.mark.parametrize(
    "forged",
    [
        lambda message: b"From: iemand@anders.example.org\r\n" + message,
        lambda message: b"Subject: iets anders\r\n" + message,
        lambda message: b"List-Unsubscribe: <https://anders.example.org>\r\n" + message,
        lambda message: message.replace(b"info@devoeg", b"post@devoeg"),
        lambda message: message.replace(b"One-Click\r\n", b"One-click\r\n"),
        lambda message: message.replace(b"Beste Samira", b"Beste Sameer"),
    ],
)
def test_a_letter_that_was_changed_is_not_accepted(signer, forged):
    message = a_letter(signer).fill(a_mailbox())

    assert verdicts(forged(message), signer) == [False, False]


def test_a_relay_may_fold_headers_anew_and_add_its_own(signer):
    message = a_letter(signer, subject="Een onderwerp dat lang genoeg is om over twee regels te gaan, net als dit")
    filled = message.fill(a_mailbox())

    touched = b"Received: from x by y\r\n" + filled.replace(b"Subject: Een", b"Subject:\r\n\tEen  ").replace(
        b"To: info", b"TO:   info"
    )

    assert verdicts(touched, signer) == [True, True]


def test_the_signature_lines_are_short_enough_to_read(signer):
    message = a_letter(signer).fill(a_mailbox())

    headers = message.partition(b"\r\nFrom:")[0]
    assert max(map(len, headers.split(b"\r\n"))) <= 78


def test_a_letter_to_a_name_of_its_own_script_is_signed(signer):
    message = a_letter(signer).fill(a_mailbox(to_address="zoë@devoeg.example.org"))

    assert verdicts(message, signer) == [True, True]


@pytest.mark.parametrize(
    ("from_address", "domain", "aligned"),
    [
        ("post@delfshaven.example.org", "delfshaven.example.org", True),
        ("post@kantoor.delfshaven.example.org", "delfshaven.example.org", True),
        ("post@diep.nieuws.delfshaven.example.org", "nieuws.delfshaven.example.org", True),
        ("post@Böcklin.example.org", "xn--bcklin-wxa.example.org", True),
        ("post@elders.example.com", "delfshaven.example.org", False),
        ("post@notdelfshaven.example.org", "delfshaven.example.org", False),
    ],
)
def test_the_domain_that_signs_is_that_of_the_sender_when_we_have_it(from_address, domain, aligned):
    assert (signing_domain(from_address, OURS), is_aligned(from_address, OURS)) == (domain, aligned)


@pytest.mark.parametrize(
    ("header", "relaxed"),
    [
        (b"Subject:  Een   twee\t drie  ", b"subject:Een twee drie\r\n"),
        (b"TO : a@b\r\n\t c@d", b"to:a@b c@d\r\n"),
        (b"X:", b"x:\r\n"),
    ],
)
def test_a_header_in_the_relaxed_form_of_rfc_6376(header, relaxed):
    assert relax(header) == relaxed


def test_a_domain_below_the_one_that_signs_counts_and_one_above_it_too():
    assert is_aligned("post@west.example.net", ["mail.west.example.net"])
    assert not is_aligned("post@oost.example.net", ["mail.west.example.net"])
