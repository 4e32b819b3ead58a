"""An SMTP server of our own that misbehaves on order, and keeps what it took. Threads and raw sockets, nothing else."""

from __future__ import annotations

import contextlib
import socket
import threading
import time
from dataclasses import dataclass, field


@dataclass
class Taken:
    """A message as it crossed the wire, with the dots that keep it together taken away."""

    sender: str
    recipient: str
    message: bytes


@dataclass
class SmtpServer:
    """Listens on a free port of this machine.

    ``orders`` maps a stage (banner, ehlo, mail, rcpt, data, body, dot) to what happens there: a reply ("550 5.1.1 no",
    more lines with a line break between them), or one of

    - "drop", "hang", "drip" (a byte now and then), "garbage" (no SMTP);
    - "half" (half a reply, then nothing more), "endless" (ten thousand lines), "twice" (the usual reply, two times).

    ``only_for`` keeps the orders to recipients that hold this text; ``by_sender`` gives one sender orders of its own.
    """

    orders: dict[str, str] = field(default_factory=dict)
    only_for: str = ""
    by_sender: dict[str, dict[str, str]] = field(default_factory=dict)
    # What EHLO offers besides PIPELINING.
    offers: tuple[str, ...] = ("8BITMIME",)
    pipelining: bool = True
    # DATA gets its 354 also when no recipient stands (RFC 2920 §3.1 warns of such servers).
    takes_data_without_recipient: bool = False
    close_after: int = 0
    # More connections at once than this are sent away with 421; 0 is any number.
    most_connections: int = 0
    # The same, but they hear it only at MAIL.
    most_letters_begun: int = 0
    taken: list[Taken] = field(default_factory=list)
    dots: int = 0
    # The senders of those dots: a letter is known by its return path.
    dotted: list[str] = field(default_factory=list)
    connections: int = 0
    commands: list[str] = field(default_factory=list)
    _serving: int = 0

    def __enter__(self) -> SmtpServer:
        self._listening = socket.create_server(("127.0.0.1", 0))
        self._open: list[socket.socket] = []
        self._stopped = threading.Event()
        threading.Thread(target=self._accept, daemon=True).start()
        return self

    def __exit__(self, *_: object) -> None:
        self._stopped.set()
        for connection in (self._listening, *self._open):
            with contextlib.suppress(OSError):
                connection.shutdown(socket.SHUT_RDWR)
            connection.close()

    @property
    def port(self) -> int:
        return self._listening.getsockname()[1]

    @property
    def url(self) -> str:
        return f"smtp://127.0.0.1:{self.port}"

    def _accept(self) -> None:
        while not self._stopped.is_set():
            try:
                connection, _address = self._listening.accept()
            except OSError:
                return
            # Replies go out one by one, as they are ready: Nagle would hold each for 40 ms.
            connection.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
            self.connections += 1
            self._open.append(connection)
            threading.Thread(target=self._serve, args=(connection,), daemon=True).start()

    def _serve(self, connection: socket.socket) -> None:
        self._serving += 1
        try:
            with contextlib.suppress(OSError, _Gone), connection, connection.makefile("rb") as lines:
                if 0 < self.most_connections < self._serving:
                    connection.sendall(b"421 4.7.0 too many connections\r\n")
                    return
                self._answer(connection, "banner", "220 test ESMTP")
                self._converse(connection, lines)
        finally:
            self._serving -= 1

    def close_all(self) -> None:
        """Close every connection, as a server that was restarted."""
        for connection in self._open:
            with contextlib.suppress(OSError):
                connection.shutdown(socket.SHUT_RDWR)

    @property
    def is_quiet(self) -> bool:
        return self._serving == 0

    @property
    def is_alone(self) -> bool:
        """One connection is being served, and whoever was sent away is gone."""
        return self._serving == 1

    def _converse(self, connection: socket.socket, lines) -> None:
        sender = recipient = ""
        letters = 0
        for raw in lines:
            line = raw.decode().rstrip("\r\n")
            verb = line.split(":")[0].split(" ")[0].upper()
            self.commands.append(line)
            if verb in ("EHLO", "HELO"):
                words = ["test", *(["PIPELINING"] if self.pipelining else []), *self.offers]
                lines_of_offers = [f"250-{word}" for word in words[:-1]] + [f"250 {words[-1]}"]
                self._answer(connection, "ehlo", "\n".join(lines_of_offers))
            elif verb == "MAIL":
                if self.close_after and letters >= self.close_after:
                    connection.sendall(b"421 4.7.0 enough for one connection\r\n")
                    return
                if sender:
                    connection.sendall(b"503 5.5.1 nested MAIL command\r\n")
                    continue
                if 0 < self.most_letters_begun < self._serving and not letters:
                    connection.sendall(b"421 4.7.0 too many at once\r\n")
                    return
                sender, recipient = _path(line), ""
                if not self._answer(connection, "mail", "250 2.1.0 Ok", sender=sender).startswith("2"):
                    sender = ""
            elif verb == "RCPT":
                wanted = _path(line)
                said = self._answer(connection, "rcpt", "250 2.1.5 Ok", sender=sender, recipient=wanted)
                recipient = wanted if said.startswith("25") else ""
            elif verb == "DATA":
                if not recipient and not self.takes_data_without_recipient:
                    connection.sendall(b"554 5.5.1 no valid recipients\r\n")
                    continue
                if not self._answer(connection, "data", "354 go", sender=sender, recipient=recipient).startswith("354"):
                    continue
                message = self._read_message(lines, sender, recipient)
                self.dots += 1
                self.dotted.append(sender)
                if not self._order("dot", sender, recipient):
                    self.taken.append(Taken(sender, recipient, message))
                self._answer(connection, "dot", "250 2.0.0 taken", sender=sender, recipient=recipient)
                sender = recipient = ""
                letters += 1
            elif verb == "RSET":
                sender = recipient = ""
                connection.sendall(b"250 2.0.0 Ok\r\n")
            elif verb == "QUIT":
                connection.sendall(b"221 2.0.0 bye\r\n")
                return
            else:
                connection.sendall(b"500 5.5.2 what?\r\n")

    def _read_message(self, lines, sender: str, recipient: str) -> bytes:
        message = b""
        if order := self._order("body", sender, recipient):
            lines.readline()
            self._stopped.wait(60 if order == "hang" else 0)
            raise _Gone
        for line in lines:
            if line == b".\r\n":
                return message
            message += line[1:] if line.startswith(b".") else line
        raise _Gone

    def _order(self, stage: str, sender: str, recipient: str) -> str:
        if sender in self.by_sender:
            return self.by_sender[sender].get(stage, "")
        if self.only_for and self.only_for not in recipient:
            return ""
        return self.orders.get(stage, "")

    def _answer(
        self, connection: socket.socket, stage: str, usual: str, *, sender: str = "", recipient: str = ""
    ) -> str:
        order = self._order(stage, sender, recipient)
        if order == "drop":
            raise _Gone
        if order in ("hang", "half"):
            connection.sendall(b"25" if order == "half" else b"")
            self._stopped.wait(60)
            raise _Gone
        if order == "drip":
            for _ in range(600):
                connection.sendall(b"2")
                if self._stopped.wait(0.1):
                    raise _Gone
        if order == "endless":
            connection.sendall(f"{usual[:3]}-and so on\r\n".encode() * 10_000)
        if order == "garbage":
            connection.sendall(b"\x00\xff HTTP/1.1 hello?\r\n")
            return "garbage"
        said = usual if order in ("endless", "twice") else order or usual
        connection.sendall("".join(f"{line}\r\n" for line in said.split("\n")).encode() * (1 + (order == "twice")))
        return said


class _Gone(Exception):
    pass


def _path(line: str) -> str:
    return line.partition("<")[2].partition(">")[0]


def wait_until(true, *, seconds: float = 5.0) -> None:
    """Wait for something another thread does; fails when it does not happen in time."""
    until = time.monotonic() + seconds
    while not true():
        assert time.monotonic() < until, "it did not happen in time"
        time.sleep(0.01)
