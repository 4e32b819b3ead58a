"""Encryption and logging in, with aiosmtpd at the other end. ``localhost.pem`` is a certificate for tests only."""

from __future__ import annotations

import socket
import ssl
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from aiosmtpd.controller import Controller
from aiosmtpd.smtp import AuthResult

from mailer.wire.relay import Relay
from mailer.wire.replies import Fault, Phase, Verdict
from mailer.wire.smtp import SmtpTransport

pytestmark = pytest.mark.filterwarnings("ignore:Requiring AUTH while not requiring TLS")
PASSWORD = "geh:eim@"
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


def send(port: int, scheme: str, *, password: str = PASSWORD, trusted: bool = True):
    trust = ssl.create_default_context(cafile=str(CERTIFICATE)) if trusted else None
    relay = Relay("localhost", port, scheme, "tegelpost", password)
    transport = SmtpTransport(relay, helo="test.example.org", transaction_seconds=5, reply_seconds=5, tls=trust)
    try:
        return transport.send(
            "b@x.example.org", "info@devoeg.example.org", b"Subject: x\r\n\r\n", before_dot=lambda: True
        )
    finally:
        transport.close()


@pytest.mark.parametrize(
    ("scheme", "server"), [("smtp+starttls", {"starttls": True}), ("smtps", {"implicit": True}), ("smtp", {})]
)
def test_a_letter_goes_out_after_logging_in(scheme, server):
    keeper = Keeper()
    with a_server(keeper, **server) as port:
        outcome = send(port, scheme)

    assert outcome.verdict is Verdict.ACCEPTED
    assert keeper.taken == [b"Subject: x\r\n\r\n"]


def test_a_wrong_password_is_our_own_trouble():
    keeper = Keeper()
    with a_server(keeper, starttls=True) as port:
        outcome = send(port, "smtp+starttls", password="anders")

    assert (outcome.phase, outcome.fault, outcome.reply.code) == (Phase.AUTH, Fault.RELAY, 535)
    assert "anders" not in str(outcome)


@pytest.mark.parametrize(("scheme", "server"), [("smtp+starttls", {"starttls": True}), ("smtps", {"implicit": True})])
def test_a_stranger_with_a_certificate_nobody_knows_gets_no_password(scheme, server):
    keeper = Keeper()
    with a_server(keeper, **server) as port:
        outcome = send(port, scheme, trusted=False)

    assert (outcome.phase, outcome.fault) == (Phase.STARTTLS, Fault.RELAY)
    assert keeper.taken == []


def test_a_server_that_offers_no_encryption_gets_nothing():
    keeper = Keeper()
    with a_server(keeper) as port:
        outcome = send(port, "smtp+starttls")

    assert (outcome.phase, outcome.fault) == (Phase.STARTTLS, Fault.RELAY)
    assert keeper.taken == []
