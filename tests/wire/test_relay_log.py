# ruff: noqa: E501 - a line of a log is as long as it is
"""What a Postfix log tells of a message, wherever the log begins and ends. The lines are ours, in Postfix's form."""

from __future__ import annotations

import pytest

from mailer.wire.relay_log import Fate, read_log

LOG = """\
Nov 26 02:13:34 post postfix/smtpd[811]: 4XqT2k1Yz9: client=worker[192.0.2.1]
Nov 26 02:13:34 post postfix/cleanup[812]: 4XqT2k1Yz9: message-id=<m1.1@example.org>
Nov 26 02:13:34 post postfix/qmgr[404]: 4XqT2k1Yz9: from=<b-abc@bounce.example.org>, size=41210, nrcpt=1 (queue active)
Nov 26 02:13:35 post postfix/smtp[813]: 4XqT2k1Yz9: to=<a@x.nl>, relay=mx.x.nl[192.0.2.7]:25, delay=1.1, delays=0.1/0/0.5/0.5, dsn=2.0.0, status=sent (250 2.0.0 Ok: queued as 77AB)
Nov 26 02:13:35 post postfix/qmgr[404]: 4XqT2k1Yz9: removed
"""


def tell(text: str) -> list[tuple[str, str, int]]:
    return [(one.message_id, one.fate.value, one.reply.code) for one in read_log(text.splitlines())]


def test_a_message_is_taken_and_then_sent():
    assert tell(LOG) == [("<m1.1@example.org>", "taken", 250), ("<m1.1@example.org>", "sent", 250)]


def test_a_modern_date_and_another_instance_read_the_same():
    modern = LOG.replace("Nov 26 02:13:34 post postfix/", "2026-11-26T02:13:34.120391+01:00 post postfix-uit/")

    assert tell(modern)[0] == ("<m1.1@example.org>", "taken", 250)


@pytest.mark.parametrize(
    ("said", "code", "text"),
    [
        ("dsn=5.1.1, status=bounced (host mx.x.nl[192.0.2.7] said: 550 5.1.1 <a@x.nl>: no such user (in reply to RCPT TO command))", 550, "5.1.1 <a@x.nl>: no such user"),
        ("dsn=5.4.4, status=bounced (Host or domain name not found. Name service error for name=x.nl type=A)", 550, "5.4.4"),
        ("dsn=4.4.1, status=expired, returned to sender", 450, "4.4.1"),
    ],
)  # fmt: skip
def test_what_is_given_back_is_refused_with_the_reply(said, code, text):
    lines = LOG.splitlines()
    lines[3] = f"Nov 26 02:13:35 post postfix/smtp[813]: 4XqT2k1Yz9: to=<a@x.nl>, relay=none, delay=1, {said}"

    _taken, refused = read_log(lines)

    assert (refused.fate, refused.reply.code) == (Fate.REFUSED, code)
    assert refused.reply.text.startswith(text)


def test_what_is_put_off_is_still_on_its_way():
    assert [fate for _id, fate, _code in tell(LOG.replace("dsn=2.0.0, status=sent", "dsn=4.2.0, status=deferred"))] == [
        "taken"
    ]


def test_a_message_that_was_cut_off_or_refused_at_its_end_was_not_taken():
    begun = "".join(LOG.splitlines(keepends=True)[:2])
    refused = begun + (
        "Nov 26 02:13:34 post postfix/cleanup[812]: 4XqT2k1Yz9: milter-reject: END-OF-MESSAGE from worker[192.0.2.1]: "
        "5.7.1 no; from=<b@x> to=<a@x.nl> proto=ESMTP helo=<w>\n"
    )

    assert tell(begun) == []
    assert [fate for _id, fate, _code in tell(refused)] == ["refused"]


def test_a_log_that_begins_or_ends_in_the_middle_tells_what_it_can():
    """Rotated just after the Message-ID; cut within a line; other programs and bytes between."""
    lines = LOG.splitlines()

    assert tell("\n".join(lines[2:])) == []
    assert tell("\n".join([*lines[:3], lines[3][:90]])) == [("<m1.1@example.org>", "taken", 250)]
    noise = ["", "Nov 26 02:13:34 post sshd[1]: message-id=<m1.9@example.org>", "\ufffd\x00", "postfix/smtp[1]: x"]
    assert tell("\n".join(line for pair in zip(lines, [*noise, ""], strict=True) for line in pair)) == tell(LOG)


def test_a_queue_id_that_comes_back_is_another_message():
    again = LOG.replace("<m1.1@", "<m1.2@").replace("status=sent (250", "status=bounced (host x said: 552")

    assert tell(LOG + again)[-1] == ("<m1.2@example.org>", "refused", 552)
    # The second one's Message-ID was rotated away.
    rest = "\n".join(again.splitlines()[2:])
    assert {message_id for message_id, *_ in tell(LOG + rest)} == {"<m1.1@example.org>"}
