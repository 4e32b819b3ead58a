"""Encryption and logging in, by both transports, with aiosmtpd at the other end.

``localhost.pem`` is a certificate for tests only.
"""

from __future__ import annotations

import socket
import ssl
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from aiosmtpd.controller import Controller
from aiosmtpd.smtp import AuthResult

from mailer.wire.crew import Outgoing
from mailer.wire.relay import Relay
from mailer.wire.replies import Fault, Phase, Verdict
from tests.wire.transports import TRANSPORTS, a_crew

pytestmark = pytest.mark.filterwarnings("ignore:Requiring AUTH while not requiring TLS")
PASSWORD = "geh:eim@"
MESSAGE = b"Subject: x\r\n\r\n"
CERTIFICATE = Path(__file__).parent / "localhost.pem"


class Keeper:
    def __init__(self) -> None:
        self.taken: list[bytes] = []

    async def handle_DATA(self, _server, _session, envelope):  # noqa: N802 - aiosmtpd's name
        self.taken.append(envelope.original_content)
        return "250 2.0.0 Ok"


def check_password(_server, _session, _envelope, _mechanism, data) -> AuthResult:
    is_right = (data.login, data.password) == (b"tegelpost", PASSWORD.encode())
    return AuthResult(success=is_right, handled=is_right)


@contextmanager
def a_server(keeper: Keeper, *, starttls: bool = False, implicit: bool = False) -> Iterator[int]:
    tls = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
    tls.load_cert_chain(CERTIFICATE)
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    server = Controller(
        keeper,
        hostname="127.0.0.1",
        port=port,
        ssl_context=tls if implicit else None,
        tls_context=tls if starttls else None,
        require_starttls=starttls,
        authenticator=check_password,
        auth_required=True,
        auth_require_tls=starttls,
    )
    server.start()
    try:
        yield port
    finally:
        server.stop()


@pytest.fixture(params=list(TRANSPORTS))
def send(request):
    def send(
        port: int, scheme: str, *, password: str = PASSWORD, trusted: bool = True, host="localhost", message=MESSAGE
    ):
        trust = ssl.create_default_context(cafile=str(CERTIFICATE)) if trusted else None
        relay = Relay(host, port, scheme, "tegelpost", password)
        transport = TRANSPORTS[request.param](relay, tls=trust)
        try:
            return transport.send("b@x.example.org", "info@devoeg.example.org", message, before_dot=lambda: True)
        finally:
            transport.close()

    return send


@pytest.mark.parametrize(
    ("scheme", "server"), [("smtp+starttls", {"starttls": True}), ("smtps", {"implicit": True}), ("smtp", {})]
)
def test_a_letter_goes_out_after_logging_in(scheme, server, send):
    keeper = Keeper()
    with a_server(keeper, **server) as port:
        outcome = send(port, scheme)

    assert outcome.verdict is Verdict.ACCEPTED
    assert keeper.taken == [MESSAGE]


def test_a_wrong_password_is_our_own_trouble(send):
    keeper = Keeper()
    with a_server(keeper, starttls=True) as port:
        outcome = send(port, "smtp+starttls", password="anders")

    assert (outcome.phase, outcome.fault, outcome.reply.code) == (Phase.AUTH, Fault.RELAY, 535)
    assert "anders" not in str(outcome)


@pytest.mark.parametrize(("scheme", "server"), [("smtp+starttls", {"starttls": True}), ("smtps", {"implicit": True})])
def test_a_stranger_with_a_certificate_nobody_knows_gets_no_password(scheme, server, send):
    keeper = Keeper()
    with a_server(keeper, **server) as port:
        outcome = send(port, scheme, trusted=False)

    assert (outcome.phase, outcome.fault) == (Phase.STARTTLS, Fault.RELAY)
    assert keeper.taken == []


def test_a_server_that_offers_no_encryption_gets_nothing(send):
    keeper = Keeper()
    with a_server(keeper) as port:
        outcome = send(port, "smtp+starttls")

    assert (outcome.phase, outcome.fault) == (Phase.STARTTLS, Fault.RELAY)
    assert keeper.taken == []


@pytest.mark.parametrize(("scheme", "server"), [("smtp+starttls", {"starttls": True}), ("smtps", {"implicit": True})])
def test_a_known_certificate_under_another_name_gets_no_password(scheme, server, send, monkeypatch):
    # The only way to reach our own server under a name that its certificate does not have.
    find = socket.getaddrinfo
    monkeypatch.setattr(socket, "getaddrinfo", lambda _host, port, *more, **how: find("127.0.0.1", port, *more, **how))
    keeper = Keeper()
    with a_server(keeper, **server) as port:
        outcome = send(port, scheme, host="mail.example.org")

    assert (outcome.phase, outcome.fault) == (Phase.STARTTLS, Fault.RELAY)
    assert keeper.taken == []


def test_a_large_letter_crosses_an_encrypted_line_whole(send):
    message = b"Subject: lang\r\n\r\n" + b"0123456789abcdef" * 4 * 20_000 + b"\r\n.\r\neinde\r\n"
    message = message.replace(b"f0", b"f\r\n0")
    keeper = Keeper()
    with a_server(keeper, implicit=True) as port:
        outcome = send(port, "smtps", message=message)

    assert outcome.verdict is Verdict.ACCEPTED
    assert keeper.taken == [message]


def test_what_was_said_before_encryption_is_not_believed(send):
    """A man in the middle adds a line to the answer to STARTTLS, which would be read as an answer from inside."""
    with a_liar(b"220 go ahead\r\n250-here\r\n250 AUTH PLAIN\r\n") as port:
        outcome = send(port, "smtp+starttls")

    assert (outcome.phase, outcome.fault) == (Phase.STARTTLS, Fault.RELAY)


def test_a_crew_sends_many_letters_over_encrypted_connections():
    keeper = Keeper()
    with a_server(keeper, starttls=True) as port:
        relay = Relay("localhost", port, "smtp+starttls", "tegelpost", PASSWORD)
        crew = a_crew(relay, connections=3, tls=ssl.create_default_context(cafile=str(CERTIFICATE)))
        verdicts = []
        for key in range(6):
            crew.offer(Outgoing(key, "b@x.example.org", f"a{key}@x.example.org", MESSAGE))
        while len(verdicts) < 6:
            turn = crew.step(5.0)
            verdicts += [outcome.verdict for _key, outcome in turn.settled]
            crew.release(turn.waiting)
        crew.close()

    assert verdicts == [Verdict.ACCEPTED] * 6
    assert keeper.taken == [MESSAGE] * 6


@contextmanager
def a_liar(answer_to_starttls: bytes) -> Iterator[int]:
    listening = socket.create_server(("127.0.0.1", 0))

    def serve() -> None:
        connection, _address = listening.accept()
        with connection, connection.makefile("rb") as lines:
            connection.sendall(b"220 liar\r\n")
            lines.readline()
            connection.sendall(b"250-liar\r\n250 STARTTLS\r\n")
            lines.readline()
            connection.sendall(answer_to_starttls)
            lines.readline()

    thread = threading.Thread(target=serve)
    thread.start()
    yield listening.getsockname()[1]
    thread.join(5)
    listening.close()
