"""The lines of an SMTP conversation: send commands, read replies, and never wait past a deadline.

Below ``smtp``, which knows what the lines mean. A socket's own timeout bounds one read, so a server that drips a byte
now and then could hold a client for hours; here every wait is cut from one deadline.
"""

from __future__ import annotations

import socket
import ssl
import time
from collections.abc import Callable

from mailer.wire.reading import NotSmtp, ReplyReader
from mailer.wire.replies import Phase, Reply, Stopped


class Deadline:
    """A moment in this process' life; the monotonic clock, so that setting the time changes nothing."""

    def __init__(self, seconds: float, *, clock: Callable[[], float] = time.monotonic) -> None:
        self._clock = clock
        self._at = clock() + seconds

    def left(self) -> float:
        """Return the seconds left, zero or less when it has passed."""
        return self._at - self._clock()


class Conversation:
    """A connected socket, seen as lines; ``phase`` says where we are. Every call raises ``Stopped`` when it fails."""

    def __init__(self, host: str, port: int, *, deadline: Deadline) -> None:
        self.phase = Phase.CONNECT
        self.deadline = deadline
        self._host = host
        self._reader = ReplyReader()
        try:
            self._socket: socket.socket = socket.create_connection((host, port), timeout=self._left())
            # The dot is a small packet after a large one; Nagle's wait would cost 40 ms a letter.
            self._socket.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        except (OSError, UnicodeError) as problem:  # A name that cannot be one is no OSError.
            raise self._broken(f"no connection to {host}:{port}: {_say(problem)}") from problem

    def start_tls(self, context: ssl.SSLContext) -> None:
        """Go on encrypted. What the server said before is not believed any more (RFC 3207 §4.2)."""
        if not self._reader.is_empty:
            raise self._broken("the server spoke before encryption began")
        try:
            self._socket.settimeout(self._left())
            self._socket = context.wrap_socket(self._socket, server_hostname=self._host)
        except OSError as problem:
            raise self._broken(f"no encryption with {self._host}: {_say(problem)}") from problem

    def say(self, command: str, *, expecting: int) -> Reply:
        """Send one command and read its reply. Raises ``Stopped`` when that has another code."""
        self.write(f"{command}\r\n".encode())
        return self.expect(expecting)

    def write(self, data: bytes) -> None:
        """Give all bytes to the network."""
        unsent = memoryview(data)
        while unsent:
            try:
                self._socket.settimeout(self._left())
                unsent = unsent[self._socket.send(unsent) :]
            except OSError as problem:
                raise self._broken(_say(problem)) from problem

    def expect(self, code: int) -> Reply:
        """Read a reply. Raises ``Stopped`` when it has another code."""
        reply = self.read_reply()
        if reply.code != code and (code, reply.code) != (250, 251):
            raise Stopped(self.phase, reply)
        return reply

    def read_reply(self) -> Reply:
        """Read one reply of one or more lines."""
        try:
            while (reply := self._reader.take()) is None:
                self._reader.feed(self._receive())
        except NotSmtp as problem:
            raise self._broken(str(problem)) from problem
        return reply

    def expect_silence(self) -> None:
        """Raise ``Stopped`` when the server spoke or left while it was our turn.

        A reply that came too early would be taken for the reply to what we say next.
        """
        if self._reader.is_empty:
            self._reader.feed(self._receive_waiting())
        if not self._reader.is_empty:
            reply = self.read_reply()
            raise Stopped(self.phase, reply) if reply.code >= 400 else self._broken("the server spoke out of turn")

    def drop(self) -> None:
        """Close the connection, whatever state it is in."""
        self._socket.close()

    def _receive(self) -> bytes:
        try:
            self._socket.settimeout(self._left())
            received = self._socket.recv(65536)
        except OSError as problem:
            raise self._broken(_say(problem)) from problem
        if not received:
            raise self._broken("the server closed the connection")
        return received

    def _receive_waiting(self) -> bytes:
        try:
            self._socket.settimeout(0)
            received = self._socket.recv(65536)
        except (BlockingIOError, ssl.SSLWantReadError):
            return b""
        except OSError as problem:
            raise self._broken(_say(problem)) from problem
        if not received:
            raise self._broken("the server closed the connection")
        return received

    def _left(self) -> float:
        left = self.deadline.left()
        if left <= 0:
            raise self._broken("the deadline passed")
        return left

    def _broken(self, text: str) -> Stopped:
        return Stopped(self.phase, Reply(0, text))


def _say(problem: Exception) -> str:
    return (
        "the deadline passed" if isinstance(problem, TimeoutError) else getattr(problem, "strerror", "") or str(problem)
    )
