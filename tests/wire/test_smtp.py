"""Both transports against a server that misbehaves at every stage: what do we know afterwards, and is it true?"""

from __future__ import annotations

import time

import pytest

from mailer.foundation.errors import BadInput
from mailer.wire.relay import Relay, parse_relay
from mailer.wire.replies import Fault, Phase, Verdict
from mailer.wire.transports import Transport
from tests.smtp_server import SmtpServer
from tests.wire.transports import TRANSPORTS

MESSAGE = b"Subject: Hoi\r\n\r\nEen brief.\r\n"
BEFORE_THE_RECIPIENT = ["banner", "ehlo", "mail"]
BEFORE_THE_DOT = ["rcpt", "data"]
WAYS_TO_BREAK = ["drop", "hang", "drip", "garbage"]


@pytest.fixture(params=list(TRANSPORTS))
def a_transport(request):
    opened = []

    def make(to: SmtpServer | Relay, *, patience: float = 5.0) -> Transport:
        relay = parse_relay(to.url) if isinstance(to, SmtpServer) else to
        opened.append(TRANSPORTS[request.param](relay, patience=patience))
        return opened[-1]

    yield make
    for transport in opened:
        transport.drop()


def patience(way: str) -> float:
    return 0.2 if way in ("hang", "drip") else 5.0


def open_gate() -> bool:
    return True


def send(transport: Transport, recipient: str = "a@devoeg.example.org", *, gate=open_gate, message=MESSAGE):
    return transport.send("b-token@bounce.example.org", recipient, message, before_dot=gate)


@pytest.mark.parametrize("pipelining", [True, False])
def test_a_letter_is_accepted_and_arrives_as_it_was(pipelining, a_transport):
    with SmtpServer(pipelining=pipelining) as server:
        transport = a_transport(server)

        outcome = send(transport)
        transport.close()

    assert outcome.verdict is Verdict.ACCEPTED
    assert outcome.reply.code == 250
    assert [(one.sender, one.recipient, one.message) for one in server.taken] == [
        ("b-token@bounce.example.org", "a@devoeg.example.org", MESSAGE)
    ]
    assert server.commands[-1] == "QUIT"


@pytest.mark.parametrize("stage", BEFORE_THE_RECIPIENT)
@pytest.mark.parametrize("way", [*WAYS_TO_BREAK, "421 4.3.2 closing", "450 4.7.1 later", "550 5.7.1 not you"])
def test_trouble_before_the_recipient_is_the_relays(stage, way, a_transport):
    with SmtpServer({stage: way}) as server:
        outcome = send(a_transport(server, patience=patience(way)))

    assert (outcome.verdict, outcome.phase.value, outcome.fault) == (Verdict.TEMPORARY, stage, Fault.RELAY)
    assert server.dots == 0


@pytest.mark.parametrize("pipelining", [True, False])
@pytest.mark.parametrize("stage", BEFORE_THE_DOT)
@pytest.mark.parametrize("way", [*WAYS_TO_BREAK, "421 4.3.2 closing", "450 4.2.1 later"])
def test_trouble_before_the_dot_is_temporary_and_safe(stage, way, pipelining, a_transport):
    with SmtpServer({stage: way}, pipelining=pipelining) as server:
        outcome = send(a_transport(server, patience=patience(way)))

    assert (outcome.verdict, outcome.phase.value, outcome.fault) == (Verdict.TEMPORARY, stage, None)
    assert server.dots == 0


def test_a_connection_lost_in_the_body_is_temporary(a_transport):
    with SmtpServer({"body": "drop"}) as server:
        outcome = send(a_transport(server), message=b"Subject: lang\r\n\r\n" + b"x" * 70 * 1 + b"\r\n" * 4_000_000)

    assert (outcome.verdict, outcome.phase) == (Verdict.TEMPORARY, Phase.BODY)
    assert server.dots == 0


def test_a_server_that_reads_no_further_holds_us_no_longer_than_the_deadline(a_transport):
    with SmtpServer({"body": "hang"}) as server:
        began = time.monotonic()
        outcome = send(a_transport(server, patience=0.3), message=b"Subject: lang\r\n\r\n" + b"x\r\n" * 4_000_000)

    assert (outcome.verdict, outcome.phase) == (Verdict.TEMPORARY, Phase.BODY)
    assert time.monotonic() - began < 2.5
    assert server.dots == 0


@pytest.mark.parametrize("way", [*WAYS_TO_BREAK, "199 what", "354 go on"])
def test_no_clear_answer_after_the_dot_is_unclear_never_accepted_or_failed(way, a_transport):
    with SmtpServer({"dot": way}) as server:
        outcome = send(a_transport(server, patience=patience(way)))

    assert (outcome.verdict, outcome.phase) == (Verdict.UNCLEAR, Phase.AFTER_DOT)
    assert server.dots == 1


@pytest.mark.parametrize("way", ["421 4.3.2 closing", "452 4.3.1 full"])
def test_a_clear_temporary_no_after_the_dot_is_temporary(way, a_transport):
    with SmtpServer({"dot": way}) as server:
        outcome = send(a_transport(server, patience=patience(way)))

    assert outcome.verdict is Verdict.TEMPORARY


@pytest.mark.parametrize("way", ["drip", "hang"])
@pytest.mark.parametrize("stage", ["banner", "mail", "rcpt", "dot"])
def test_a_server_that_drips_or_hangs_holds_us_no_longer_than_the_deadline(stage, way, a_transport):
    with SmtpServer({stage: way}) as server:
        began = time.monotonic()
        send(a_transport(server, patience=0.2))

    assert time.monotonic() - began < 1.5


@pytest.mark.parametrize(
    ("reply", "fault"),
    [
        ("550 5.1.1 no such user", Fault.DEAD_ADDRESS),
        ("553 5.1.3 bad address", Fault.DEAD_ADDRESS),
        ("550 5.1.10 null MX", Fault.DEAD_ADDRESS),
        ("552 5.2.2 mailbox full", Fault.MAILBOX),
        ("550 5.2.1 disabled", Fault.MAILBOX),
        ("550 go away", Fault.MAILBOX),
        ("552 5.3.4 too big", Fault.LETTER),
        ("554 5.6.0 content", Fault.LETTER),
        ("550 5.7.26 unauthenticated", Fault.POLICY),
        ("550 4.1.1 the enhanced class disagrees", Fault.MAILBOX),
    ],
)
@pytest.mark.parametrize("stage", ["rcpt", "dot"])
def test_a_permanent_no_says_whose_fault_it_is(stage, reply, fault, a_transport):
    with SmtpServer({stage: reply}) as server:
        outcome = send(a_transport(server))

    assert (outcome.verdict, outcome.fault) == (Verdict.PERMANENT, fault)
    assert outcome.reply.code == int(reply[:3])


@pytest.mark.parametrize("pipelining", [True, False])
def test_many_letters_share_one_connection_also_after_a_refused_recipient(pipelining, a_transport):
    with SmtpServer({"rcpt": "550 5.1.1 no"}, only_for="gone@", pipelining=pipelining) as server:
        transport = a_transport(server)
        recipients = ["a@x.example.org", "gone@x.example.org", "b@x.example.org", "c@x.example.org"]

        verdicts = [send(transport, recipient).verdict for recipient in recipients]
        transport.close()

    assert verdicts == [Verdict.ACCEPTED, Verdict.PERMANENT, Verdict.ACCEPTED, Verdict.ACCEPTED]
    assert [one.recipient for one in server.taken] == ["a@x.example.org", "b@x.example.org", "c@x.example.org"]
    assert server.connections == 1


def test_a_server_that_ends_the_connection_after_some_letters_gets_a_new_one(a_transport):
    with SmtpServer(close_after=2) as server:
        transport = a_transport(server)

        verdicts = [send(transport, f"a{number}@x.example.org").verdict for number in range(5)]

    assert verdicts == [Verdict.ACCEPTED] * 5
    assert [one.recipient for one in server.taken] == [f"a{number}@x.example.org" for number in range(5)]
    assert server.connections == 3


def test_a_closed_gate_keeps_the_dot_back(a_transport):
    with SmtpServer() as server:
        transport = a_transport(server)

        withheld = send(transport, gate=lambda: False)
        after = send(transport)

    assert withheld.verdict is Verdict.WITHHELD
    assert after.verdict is Verdict.ACCEPTED
    assert server.dots == 1


def test_a_gate_that_fails_keeps_the_dot_back_and_the_error_goes_on(a_transport):
    def failing_gate() -> bool:
        raise RuntimeError("the database is gone")

    with SmtpServer() as server, pytest.raises(RuntimeError, match="the database is gone"):
        send(a_transport(server), gate=failing_gate)

    assert server.dots == 0


@pytest.mark.parametrize("body", ["a\r\n.\r\nb", ".begin", "x\r\n..y", "\r\n.\r\nMAIL FROM:<a@b>\r\n"])
def test_dots_in_the_letter_arrive_unchanged_and_as_one_message(body, a_transport):
    message = f"Subject: punten\r\n\r\n{body}\r\n".encode()
    with SmtpServer() as server:
        send(a_transport(server), message=message)

    assert [one.message for one in server.taken] == [message]


@pytest.mark.parametrize("message", [b"a\nb\r\n", b"a\rb\r\n", b"a\r\n\n.\n", b"x\r.\r\r\n"])
def test_a_bare_line_end_is_never_sent(message, a_transport):
    with SmtpServer() as server, pytest.raises(ValueError, match="bare CR or LF"):
        send(a_transport(server), message=message)

    assert server.commands == []


@pytest.mark.parametrize("recipient", ["a@b>\r\nRCPT TO:<c@d", "a b@c", "a@b>", ""])
def test_an_address_cannot_carry_a_command(recipient, a_transport):
    with SmtpServer() as server:
        if recipient:
            with pytest.raises(ValueError, match="would end the command"):
                send(a_transport(server), recipient)

    assert server.commands == []


def test_an_address_the_server_cannot_spell_is_that_addresss_fault(a_transport):
    with SmtpServer() as server:
        outcome = send(a_transport(server), "zoë@devoeg.example.org")

    assert (outcome.verdict, outcome.phase, outcome.fault) == (Verdict.PERMANENT, Phase.RCPT, Fault.MAILBOX)
    assert server.dots == 0


def test_no_server_at_all_is_the_relays_trouble(a_transport):
    with SmtpServer() as server:
        port = server.port

    outcome = send(a_transport(Relay("127.0.0.1", port)))

    assert (outcome.phase, outcome.fault) == (Phase.CONNECT, Fault.RELAY)


@pytest.mark.parametrize("host", ["no-such-host.invalid", f"{'a' * 64}.example.org", "mail..example.org"])
def test_a_name_without_a_server_is_the_relays_trouble(host, a_transport):
    outcome = send(a_transport(Relay(host, 25)))

    assert (outcome.phase, outcome.fault) == (Phase.CONNECT, Fault.RELAY)
    assert host in outcome.reply.text


def test_a_password_is_not_sent_over_an_open_line():
    relay = Relay("mail.invalid", 25, "smtp", "user", "geheim")

    assert not relay.is_this_machine
    assert "geheim" not in repr(relay)


def test_relay_settings_are_read():
    assert parse_relay("smtp://127.0.0.1:2525") == Relay("127.0.0.1", 2525)
    assert parse_relay("smtps://mail.example.org") == Relay("mail.example.org", 465, "smtps")
    assert parse_relay("smtp+starttls://info%40x.nl:a%3Ab@mail.example.org") == Relay(
        "mail.example.org", 587, "smtp+starttls", "info@x.nl", "a:b"
    )


@pytest.mark.parametrize("url", ["", "mail.example.org", "http://mail", "smtp://", "smtp://mail:99999"])
def test_a_setting_that_names_no_relay_is_refused_with_a_sentence(url):
    with pytest.raises(BadInput, match="geen adres van een mailserver"):
        parse_relay(url)
