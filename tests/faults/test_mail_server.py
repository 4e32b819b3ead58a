"""The misbehaving mail server does what it is told, speaks SMTP otherwise, and writes down every dot."""

from __future__ import annotations

import socket
import threading
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.faults.mail_log import MailLog
from tests.faults.mail_server import MailServer
from tests.faults.orders import Order, Orders
from tests.faults.servers import wait_until

GROUP = b"MAIL FROM:<b-1@example.org>\r\nRCPT TO:<%s@example.org>\r\nDATA\r\n"
LETTER = b"Message-ID: <1@example.org>\r\n\r\nDag\r\n"


class Client:
    """The other end of a conversation, as bytes."""

    def __init__(self, server: MailServer, number: int) -> None:
        self._end, far = socket.socketpair()
        self._end.settimeout(10)
        threading.Thread(target=server.serve, args=(far, number, number), daemon=True).start()

    def write(self, words: bytes) -> None:
        self._end.sendall(words)

    def read(self, replies: int = 1) -> list[str]:
        """Return the codes of so many replies; fewer when the server closed."""
        codes = []
        for line in self._lines():
            if line[3:4] == b" ":
                codes.append(line[:3].decode())
            if len(codes) == replies:
                break
        return codes

    def close(self) -> None:
        self._end.close()

    def _lines(self) -> Iterator[bytes]:
        line = b""
        while received := self._end.recv(1):
            line += received
            if received == b"\n":
                yield line
                line = b""


class Desk:
    """A server in this process, its orders and its log."""

    def __init__(self, folder: Path) -> None:
        self.log = MailLog(folder / "log")
        self._orders = folder / "orders.json"
        self.tell()
        self._server = MailServer(folder / "log", self._orders)
        self._clients: list[Client] = []

    def tell(self, *orders: Order, **more: object) -> None:
        Orders(orders, **more).write(self._orders)  # type: ignore[arg-type]

    def connect(self) -> Client:
        """Return a client that has said hello."""
        client = Client(self._server, len(self._clients) + 1)
        self._clients.append(client)
        client.write(b"EHLO x\r\n")
        client.read(2)
        return client

    def close(self) -> None:
        for client in self._clients:
            client.close()
        self._server.close()


@pytest.fixture
def desk(tmp_path: Path) -> Iterator[Desk]:
    opened = Desk(tmp_path)
    yield opened
    opened.close()


def test_a_group_is_answered_in_order_and_the_next_may_travel_with_the_dot(desk: Desk):
    client = desk.connect()
    client.write(GROUP % b"one")
    before = client.read(3)

    client.write(LETTER + b".\r\n" + GROUP % b"two")

    assert (before, client.read(4)) == (["250", "250", "354"], ["250", "250", "250", "354"])
    assert [(dot.recipient, dot.taken) for dot in desk.log.seen().dots] == [("one@example.org", True)]
    assert desk.log.seen().said_250 == {"<1@example.org>"}


def test_an_order_for_some_meets_each_of_them_so_many_times(desk: Desk):
    desk.tell(Order("rcpt", "450 4.2.1 later", times=1, only_for="slow"))
    client = desk.connect()
    client.write(GROUP % b"slow1" + GROUP % b"slow2" + GROUP % b"quick")
    refused = client.read(9)

    client.write(LETTER + b".\r\n" + GROUP % b"slow1")

    assert refused == ["250", "450", "554", "250", "450", "554", "250", "250", "354"]
    assert client.read(4) == ["250", "250", "250", "354"]


@pytest.mark.parametrize("deed", ["drop", "reset", "half", "garbage", "hang"])
def test_after_the_dot_the_letter_is_taken_and_no_250_is_said(desk: Desk, deed: str):
    desk.tell(Order("dot", deed))
    client = desk.connect()

    client.write(GROUP % b"one" + LETTER + b".\r\n")
    wait_until(lambda: desk.log.seen().deeds)

    assert [dot.taken for dot in desk.log.seen().dots] == [True]
    assert desk.log.seen().said_250 == set()
    assert desk.log.seen().unclear_answers == 1


def test_a_refused_dot_is_not_taken_and_is_no_doubt(desk: Desk):
    desk.tell(Order("dot", "452 4.3.1 full"))
    client = desk.connect()

    client.write(GROUP % b"one" + LETTER + b".\r\n")

    assert client.read(4)[-1] == "452"
    assert [dot.taken for dot in desk.log.seen().dots] == [False]
    assert desk.log.seen().unclear_answers == 0


def test_a_connection_that_drops_in_the_body_takes_nothing(desk: Desk):
    desk.tell(Order("body", "drop"))
    client = desk.connect()

    client.write(GROUP % b"one" + LETTER)

    assert client.read(4) == ["250", "250", "354"]
    assert desk.log.seen().dots == []


def test_a_hanging_server_goes_on_when_the_order_is_withdrawn(desk: Desk):
    desk.tell(Order("dot", "hang"))
    client = desk.connect()
    client.write(GROUP % b"one" + LETTER + b".\r\n")
    wait_until(lambda: desk.log.seen().deeds)

    desk.tell()

    assert client.read(4)[-1] == "250"
    assert desk.log.seen().said_250 == {"<1@example.org>"}


def test_ten_thousand_lines_end_in_the_right_reply(desk: Desk):
    desk.tell(Order("mail", "long"))
    client = desk.connect()

    client.write(GROUP % b"one")

    assert client.read(3) == ["250", "250", "354"]


def test_what_is_larger_than_offered_is_refused(desk: Desk):
    desk.tell(offers=("SIZE 10",))
    client = desk.connect()

    client.write(b"MAIL FROM:<b-1@example.org> SIZE=100\r\n" + GROUP % b"one" + LETTER + b".\r\n")

    assert client.read(5) == ["552", "250", "250", "354", "552"]


def test_a_bounce_comes_after_a_250(desk: Desk, tmp_path: Path):
    desk.tell(Order("dot", "bounce"), bounces=str(tmp_path / "bounces"))
    client = desk.connect()

    client.write(GROUP % b"one" + LETTER + b".\r\n")

    assert client.read(4)[-1] == "250"
    report = next((tmp_path / "bounces").iterdir()).read_text()
    assert "To: b-1@example.org" in report
    assert "Status: 5.1.1" in report
