"""One conversation of the misbehaving mail server: it speaks SMTP with PIPELINING, until an order says otherwise."""

from __future__ import annotations

import re
import select
import socket
import ssl
import time
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from tests.faults.bouncing import write_bounce
from tests.faults.orders import Order

if TYPE_CHECKING:
    from tests.faults.mail_server import MailServer

MESSAGE_ID = re.compile(rb"^Message-ID:\s*(\S+)", re.MULTILINE | re.IGNORECASE)
LEAVE = re.compile(rb"<(https?://[^<>\s]+/u1/[^<>\s]+)>")
LONGEST_HANG_SECONDS = 300.0
DRIP_SECONDS = 1.0
LINES_OF_A_LONG_REPLY = 10_000


class Gone(Exception):
    """This conversation is over; ``with_a_bang`` resets the connection instead of closing it."""

    def __init__(self, *, with_a_bang: bool = False) -> None:
        super().__init__()
        self.with_a_bang = with_a_bang


def converse(server: MailServer, connection: socket.socket, *, peer: int, number: int) -> None:
    """Serve one client until it leaves or an order ends it."""
    Conversation(server, connection, peer, number).run()


@dataclass
class Conversation:
    server: MailServer
    connection: socket.socket
    peer: int
    number: int
    sender: str = ""
    recipient: str = ""
    _lines: _Lines = field(init=False)

    def run(self) -> None:
        self._lines = _Lines(self.connection)
        if self._order("connect") is None:
            self._answer("banner", "220 faults.example.org ESMTP")
        while (line := self._lines.next()) is not None:
            verb, _, rest = line.decode("utf-8", "replace").strip().partition(" ")
            step = getattr(self, f"_on_{verb.lower()}", None)
            if step is None:
                self._say("500 5.5.2 what?")
            else:
                step(rest)

    def _on_ehlo(self, _rest: str) -> None:
        is_safe = isinstance(self.connection, ssl.SSLSocket)
        words = [*self.server.orders.offers]
        if self.server.orders.certificate and not is_safe:
            words.append("STARTTLS")
        told = ["faults.example.org", *words]
        reply = "\r\n".join(f"250-{word}" for word in told[:-1]) + f"\r\n250 {told[-1]}"
        self._answer("hello_again" if is_safe else "ehlo", reply.removeprefix("\r\n"))

    def _on_helo(self, _rest: str) -> None:
        self._answer("ehlo", "250 faults.example.org")

    def _on_starttls(self, _rest: str) -> None:
        if not self._answer("starttls", "220 2.0.0 go").startswith("220"):
            return
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        context.load_cert_chain(self.server.orders.certificate)
        # What came in clear is not believed any more (RFC 3207 §4.2).
        self.connection = context.wrap_socket(self.connection, server_side=True)
        self._lines = _Lines(self.connection)

    def _on_mail(self, rest: str) -> None:
        self.sender, self.recipient = _path(rest), ""
        refusal = self._unfit(rest)
        said = (refusal and self._say(refusal)) or self._answer("mail", "250 2.1.0 Ok")
        if not said.startswith("250"):
            self.sender = ""

    def _on_rcpt(self, rest: str) -> None:
        wanted = _path(rest)
        said = self._answer("rcpt", "250 2.1.5 Ok", recipient=wanted) if self.sender else self._say("503 5.5.1 MAIL?")
        self.recipient = wanted if said.startswith("250") else ""

    def _on_data(self, _rest: str) -> None:
        if not self.recipient:
            self._say("554 5.5.1 no valid recipients")
        elif self._answer("data", "354 go", recipient=self.recipient).startswith("354"):
            self._take(self._read_message())
            self.recipient = ""

    def _on_rset(self, _rest: str) -> None:
        self.sender = self.recipient = ""
        self._say("250 2.0.0 Ok")

    def _on_noop(self, _rest: str) -> None:
        self._say("250 2.0.0 Ok")

    def _on_quit(self, _rest: str) -> None:
        self._say("221 2.0.0 bye")
        raise Gone

    def _read_message(self) -> bytes:
        if self.server.order_at("body", self.recipient):
            self._tell_deed("body", "drop")
            self._lines.next()
            raise Gone
        message = []
        while (line := self._lines.next()) is not None:
            if line == b".\r\n":
                return b"".join(message)
            message.append(line[1:] if line.startswith(b".") else line)
        raise Gone  # Without its dot it was not taken.

    def _take(self, message: bytes) -> None:
        """Decide about the letter, write that down durably, and answer."""
        found = MESSAGE_ID.search(message)
        letter = {"message_id": found[1].decode() if found else "", "recipient": self.recipient}
        leave = LEAVE.search(message.partition(b"\r\n\r\n")[0])
        order = self.server.order_at("dot", self.recipient)
        is_taken = order is None or order.keeps_letter
        if order is None and (refusal := self._too_large(message)):
            order, is_taken = Order("dot", refusal), False
        self.server.tell(
            "dot", durably=True, taken=is_taken, peer=self.peer, leave=leave[1].decode() if leave else "", **letter
        )
        time.sleep(self.server.orders.delay)
        if order and order.deed == "bounce":
            self._tell_deed("dot", "bounce", **letter)
            write_bounce(self.server.orders.bounces, self.sender, self.recipient, message)
            order = None
        if order is not None:
            self._carry_out(order, "250 2.0.0 taken", **letter)
        else:
            self.server.tell("said", code=250, **letter)
            self._say("250 2.0.0 taken")

    def _too_large(self, message: bytes) -> str:
        limit = _size_limit(self.server.orders.offers)
        return "552 5.3.4 too large" if limit and len(message) > limit else ""

    def _unfit(self, parameters: str) -> str:
        """Return the refusal of parameters that go with what we do not offer; "" when there is none."""
        asked, offers = parameters.upper().split(), self.server.orders.offers
        size = next((int(word[5:]) for word in asked if word.startswith("SIZE=")), 0)
        limit = _size_limit(offers)
        if limit and size > limit:
            return "552 5.3.4 too large"
        for word, offer in (("SMTPUTF8", "SMTPUTF8"), ("BODY=8BITMIME", "8BITMIME")):
            if word in asked and offer not in offers:
                return f"555 5.5.4 {word} is not offered here"
        return ""

    def _answer(self, stage: str, usual: str, *, recipient: str = "") -> str:
        """Say what is usual, unless an order holds. Return what was said: "" when it was no reply."""
        order = self._order(stage, recipient)
        return self._say(usual) if order is None else self._carry_out(order, usual)

    def _order(self, stage: str, recipient: str = "") -> Order | None:
        order = self.server.order_at(stage, recipient)
        if order is not None and stage == "connect":
            self._carry_out(order, "")
        return order

    def _carry_out(self, order: Order, usual: str, **about: str) -> str:
        self._tell_deed(order.stage, order.deed, **about)
        if order.deed[0].isdigit():
            said = self._say(order.deed)
            if said.startswith("421"):
                raise Gone
            return said
        deed: str = getattr(self, f"_{order.deed}")(usual, order, **about)
        return deed

    def _tell_deed(self, stage: str, deed: str, **about: str) -> None:
        self.server.tell("did", stage=stage, deed=deed, connection=self.number, **about)

    def _say(self, reply: str) -> str:
        self.connection.sendall(f"{reply}\r\n".encode())
        return reply

    def _drop(self, *_: object, **__: str) -> str:
        raise Gone

    def _reset(self, *_: object, **__: str) -> str:
        raise Gone(with_a_bang=True)

    def _half(self, usual: str, _order: Order, **_about: str) -> str:
        self.connection.sendall(usual[: len(usual) // 2].encode())
        raise Gone

    def _garbage(self, *_: object, **__: str) -> str:
        self.connection.sendall(b"\x00\xff HTTP/1.1 hello?\r\n")
        return ""

    def _long(self, usual: str, _order: Order, **about: str) -> str:
        last = usual.rpartition("\r\n")[2]
        self.connection.sendall(f"{last[:3]}-and so on\r\n".encode() * LINES_OF_A_LONG_REPLY)
        if about:
            self.server.tell("said", code=int(last[:3]), **about)
        return self._say(last)

    def _drip(self, usual: str, _order: Order, **about: str) -> str:
        for byte in usual.encode():
            self.connection.sendall(bytes([byte]))
            self._pause(DRIP_SECONDS)
        if about:
            self.server.tell("said", code=int(usual[:3]), **about)
        self.connection.sendall(b"\r\n")
        return usual

    def _hang(self, usual: str, order: Order, **about: str) -> str:
        """Say nothing until the order is withdrawn; then go on as if nothing had happened."""
        until = time.monotonic() + LONGEST_HANG_SECONDS
        while order in self.server.orders.orders and time.monotonic() < until:
            self._pause(0.05)
        if about:
            self.server.tell("said", code=int(usual[:3]), **about)
        return self._say(usual) if usual else ""

    def _pause(self, seconds: float) -> None:
        """Wait; end when the other side closed meanwhile."""
        readable, _, _ = select.select([self.connection], [], [], seconds)
        if readable and not isinstance(self.connection, ssl.SSLSocket):
            if self.connection.recv(1, socket.MSG_PEEK) == b"":
                raise Gone
            time.sleep(seconds)  # What follows was sent along already: it is read after this answer.


class _Lines:
    """The lines of a connection, with what was read too far kept for the next."""

    def __init__(self, connection: socket.socket) -> None:
        self._connection = connection
        self._unread = b""

    def next(self) -> bytes | None:
        while b"\n" not in self._unread:
            received = self._connection.recv(65536)
            if not received:
                return None
            self._unread += received
        line, _, self._unread = self._unread.partition(b"\n")
        return line + b"\n"


def _path(text: str) -> str:
    return text.partition("<")[2].partition(">")[0]


def _size_limit(offers: tuple[str, ...]) -> int:
    return next((int(offer[5:]) for offer in offers if offer.startswith("SIZE ")), 0)
