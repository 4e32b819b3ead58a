"""A connected socket that never makes anybody wait: what cannot be written now is kept until it can.

It counts what it gave to the network, so that after a loss we know whether the dot had left. It knows no SMTP.
"""

from __future__ import annotations

import contextlib
import socket
import ssl
from collections.abc import Sequence

# Replies are short.
_ROOM = 16384
# sendmsg takes at most 1024 pieces (IOV_MAX).
_MOST_PIECES = 500


class Lost(Exception):
    """The connection is gone; the text says why."""


class Pipe:
    """Bytes out and in, unencrypted."""

    __slots__ = ("_socket", "_unsent", "given", "sent")

    def __init__(self, connected: socket.socket) -> None:
        self._socket = connected
        self._unsent: list[memoryview] = []
        # How many bytes were put in, and how many of those the network took.
        self.given = 0
        self.sent = 0

    def fileno(self) -> int:
        """Return the number by which the system knows the socket."""
        return self._socket.fileno()

    @property
    def is_flushed(self) -> bool:
        """The network took everything that was written."""
        return self.sent == self.given

    def write(self, pieces: Sequence[bytes], length: int) -> None:
        """Give these pieces, ``length`` bytes in all, to the network as far as it takes them now. Raises ``Lost``."""
        self.given += length
        if self._unsent:
            self._unsent.extend(map(memoryview, pieces))
            return
        if len(pieces) > _MOST_PIECES:
            pieces = (b"".join(pieces),)
        taken = self._send(pieces)
        if taken != length:
            self._keep(pieces, taken)

    def write_both(self, first: Sequence[bytes], length: int, then: Sequence[bytes]) -> bool:
        """Write ``first``, ``length`` bytes in all, and ``then`` in one go.

        Tell whether ``then`` began to leave: when the network does not take all of ``first`` now, ``then`` is not
        written at all. Raises ``Lost``; then nothing of ``then`` has left.
        """
        whole = length + sum(map(len, then))
        taken = self._send([*first, *then][:_MOST_PIECES])
        if taken >= length:
            self.given += whole
            if taken < whole:
                self._keep(then, taken - length)
            return True
        self.given += length
        self._keep(first, taken)
        return False

    def flush(self) -> None:
        """Give the network more of what it did not take before. Raises ``Lost``."""
        pieces = self._unsent
        self._unsent = []
        self._keep(pieces, self._send(pieces[:_MOST_PIECES]))

    def read(self) -> bytes:
        """Return what came, b"" when nothing did. Raises ``Lost`` at the end."""
        try:
            received = self._socket.recv(_ROOM)
        except (BlockingIOError, InterruptedError):
            return b""
        except OSError as problem:
            raise Lost(_say(problem)) from problem
        if not received:
            raise Lost("the server closed the connection")
        return received

    def close(self) -> None:
        """Drop the connection, whatever state it is in."""
        self._unsent = []
        self._socket.close()

    def encrypted(self, context: ssl.SSLContext, host: str) -> TlsPipe:
        """Return the same connection, to go on encrypted in; this one is not to be used any more."""
        return TlsPipe(self._socket, context, host)

    def _send(self, pieces: Sequence[bytes | memoryview]) -> int:
        try:
            taken = self._socket.sendmsg(pieces)
        except (BlockingIOError, InterruptedError):
            return 0
        except OSError as problem:
            raise Lost(_say(problem)) from problem
        self.sent += taken
        return taken

    def _keep(self, pieces: Sequence[bytes | memoryview], taken: int) -> None:
        for piece in pieces:
            if taken < len(piece):
                self._unsent.append(memoryview(piece)[taken:])
            taken = max(0, taken - len(piece))


class TlsPipe(Pipe):
    """The same, encrypted. ``given`` and ``sent`` count encrypted bytes: nothing is read of half a record."""

    __slots__ = ("_coming", "_going", "_tls")

    def __init__(self, connected: socket.socket, context: ssl.SSLContext, host: str) -> None:
        super().__init__(connected)
        self._coming, self._going = ssl.MemoryBIO(), ssl.MemoryBIO()
        self._tls = context.wrap_bio(self._coming, self._going, server_hostname=host)

    def shake_hands(self) -> bool:
        """Go on with the handshake as far as it goes now; tell whether it is done. Raises ``Lost``."""
        self._fetch()
        try:
            self._tls.do_handshake()
        except ssl.SSLWantReadError:
            return False
        except ssl.SSLError as problem:
            raise Lost(problem.reason or str(problem)) from problem
        finally:
            # Also what went wrong is told to the server: it may say so in its log.
            with contextlib.suppress(Lost):
                self._pass_on()
        return True

    def write(self, pieces: Sequence[bytes], length: int) -> None:
        """Encrypt these pieces and give them to the network (see ``Pipe.write``)."""
        unsent = memoryview(b"".join(pieces))
        try:
            while unsent:
                unsent = unsent[self._tls.write(unsent) :]
        except ssl.SSLError as problem:
            raise Lost(str(problem)) from problem
        self._pass_on()

    def write_both(self, first: Sequence[bytes], length: int, then: Sequence[bytes]) -> bool:
        """The same in records of their own, because half a record says nothing (see ``Pipe.write_both``)."""
        if first:
            self.write(first, length)
        if not self.is_flushed:
            return False
        self.write(then, 0)
        return True

    def read(self) -> bytes:
        """Return what came, decrypted (see ``Pipe.read``)."""
        self._fetch()
        received = []
        try:
            while piece := self._tls.read(_ROOM):
                received.append(piece)
        except ssl.SSLWantReadError:
            return b"".join(received)
        except ssl.SSLError as problem:
            raise Lost(str(problem)) from problem
        if not received:
            raise Lost("the server closed the connection")
        return b"".join(received)

    def _fetch(self) -> None:
        if received := super().read():
            self._coming.write(received)

    def _pass_on(self) -> None:
        if going := self._going.read():
            super().write((going,), len(going))


def _say(problem: OSError) -> str:
    return problem.strerror or str(problem)
