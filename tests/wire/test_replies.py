"""Who is to blame for a letter that was not taken: the table, read aloud."""

from __future__ import annotations

import pytest

from mailer.wire.replies import Fault, Phase, Reply, Verdict, judge

TAKEN, LATER, NO, UNKNOWN = Verdict.ACCEPTED, Verdict.TEMPORARY, Verdict.PERMANENT, Verdict.UNCLEAR
US, DEAD, MAILBOX, LETTER, POLICY = Fault.RELAY, Fault.DEAD_ADDRESS, Fault.MAILBOX, Fault.LETTER, Fault.POLICY

TABLE = [
    # Before MAIL was taken: our settings, the network or the relay, whatever the code says.
    (Phase.CONNECT, 0, "Connection refused", LATER, US),
    (Phase.BANNER, 554, "no SMTP service here", LATER, US),
    (Phase.EHLO, 421, "4.3.2 shutting down", LATER, US),
    (Phase.STARTTLS, 0, "certificate has expired", LATER, US),
    (Phase.AUTH, 535, "5.7.8 authentication failed", LATER, US),
    (Phase.AUTH, 530, "5.7.0 must issue STARTTLS first", LATER, US),
    (Phase.AUTH, 454, "4.7.0 temporary authentication failure", LATER, US),
    (Phase.MAIL, 550, "5.7.1 sender refused", LATER, US),
    (Phase.MAIL, 452, "4.3.1 insufficient storage", LATER, US),
    # But for one: MAIL tells the size, so a letter may be refused for its own.
    (Phase.MAIL, 552, "5.3.4 message size exceeds fixed limit", NO, LETTER),
    (Phase.MAIL, 452, "4.3.4 message size exceeds what is left", LATER, US),
    # Later, please.
    (Phase.RCPT, 421, "4.7.0 too many connections", LATER, None),
    (Phase.RCPT, 450, "4.2.1 try later", LATER, None),
    (Phase.RCPT, 451, "4.7.1 greylisted", LATER, None),
    (Phase.RCPT, 452, "4.2.2 mailbox full", LATER, None),
    (Phase.AFTER_DOT, 451, "4.3.0 queue full", LATER, None),
    (Phase.AFTER_DOT, 421, "4.3.2 going down", LATER, None),
    (Phase.RCPT, 0, "connection lost", LATER, None),
    (Phase.BODY, 0, "too late", LATER, None),
    # The address is dead.
    (Phase.RCPT, 550, "5.1.1 user unknown", NO, DEAD),
    (Phase.RCPT, 550, "5.1.2 no such domain", NO, DEAD),
    (Phase.RCPT, 553, "5.1.3 not an address", NO, DEAD),
    (Phase.RCPT, 551, "5.1.6 moved away", NO, DEAD),
    (Phase.AFTER_DOT, 550, "5.1.10 recipient not found", NO, DEAD),
    (Phase.RCPT, 550, "5.4.4 unable to route", NO, DEAD),
    # The mailbox is full, switched off or unwilling.
    (Phase.RCPT, 552, "5.2.2 over quota", NO, MAILBOX),
    (Phase.RCPT, 550, "5.2.1 mailbox disabled", NO, MAILBOX),
    (Phase.RCPT, 550, "no thanks", NO, MAILBOX),
    (Phase.RCPT, 553, "5.6.7 no SMTPUTF8 here", NO, MAILBOX),
    # Our letter.
    (Phase.AFTER_DOT, 552, "5.3.4 message too big", NO, LETTER),
    (Phase.AFTER_DOT, 554, "5.6.0 bad MIME", NO, LETTER),
    # Policy or reputation: us, not the reader.
    (Phase.AFTER_DOT, 550, "5.7.26 unauthenticated mail is prohibited", NO, POLICY),
    (Phase.AFTER_DOT, 550, "5.7.515 does not meet the required level", NO, POLICY),
    (Phase.RCPT, 554, "5.7.1 rejected", NO, POLICY),
    (Phase.RCPT, 554, "blocked, see https://www.spamhaus.org/query/ip/192.0.2.1", NO, POLICY),
    (Phase.AFTER_DOT, 550, "This looks like spam to us", NO, POLICY),
    # The first digit of the basic code decides; an enhanced code of another class is not believed.
    (Phase.RCPT, 450, "5.1.1 user unknown", LATER, None),
    (Phase.RCPT, 550, "4.1.1 user unknown", NO, MAILBOX),
    # After the dot: taken is 250 and nothing else; what cannot be read is a doubt.
    (Phase.AFTER_DOT, 250, "", TAKEN, None),
    (Phase.AFTER_DOT, 250, "2.0.0 " + "x" * 600, TAKEN, None),
    (Phase.AFTER_DOT, 354, "go on", UNKNOWN, None),
    (Phase.AFTER_DOT, 0, "connection lost", UNKNOWN, None),
    (Phase.AFTER_DOT, 0, "no answer in time", UNKNOWN, None),
]


@pytest.mark.parametrize(("phase", "code", "text", "verdict", "fault"), TABLE)
def test_the_phase_and_the_reply_decide(phase, code, text, verdict, fault):
    outcome = judge(phase, Reply(code, text))

    assert (outcome.verdict, outcome.fault) == (verdict, fault)
