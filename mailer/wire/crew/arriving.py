"""A connection on its way: connecting, greeting, encrypting, logging in, without making the others wait.

The steps are those of ``greeting``; here they meet a socket that never blocks. Ends open (``offers`` is set) or with
``Stopped``, which says how far it came.
"""

from __future__ import annotations

import os
import socket
import ssl
from collections.abc import Callable
from typing import Any

from mailer.wire.capabilities import Offers
from mailer.wire.crew.pipes import Lost, Pipe, TlsPipe
from mailer.wire.greeting import Encrypt, Say, greet
from mailer.wire.reading import NotSmtp, ReplyReader
from mailer.wire.relay import Relay
from mailer.wire.replies import Phase, Reply, Stopped

# What getaddrinfo tells of one way to reach a host: family, and where.
Way = tuple[int, Any]


def find_ways(relay: Relay) -> list[Way]:
    """Return the addresses of the relay, in the order in which the system advises to try them. Raises ``Stopped``.

    The one thing here that waits: a name server is asked through the system. The crew asks seldom.
    """
    try:
        found = socket.getaddrinfo(relay.host, relay.port, type=socket.SOCK_STREAM)
    except (OSError, UnicodeError) as problem:
        raise _no_connection(relay, getattr(problem, "strerror", "") or str(problem)) from problem
    return [(family, address) for family, _type, _protocol, _name, address in found]


class Arrival:
    """One connection that is not open yet."""

    def __init__(
        self,
        relay: Relay,
        ways: list[Way],
        *,
        helo: str,
        tls: Callable[[], ssl.SSLContext],
        now: float,
        deadline: float,
    ) -> None:
        way, *self.other_ways = ways
        self.relay = relay
        self.deadline = deadline
        # While connecting: the other ways want their share of the time.
        self.until = now + (deadline - now) / len(ways)
        self.reader = ReplyReader()
        # Set when MAIL may be said.
        self.offers: Offers | None = None
        self._tls = tls
        self._steps = greet(relay, helo)
        self._phase = Phase.CONNECT
        self._is_shaking_hands = False
        self._socket = self._connect(way)
        self.pipe: Pipe = Pipe(self._socket)

    @property
    def is_connecting(self) -> bool:
        return self._phase is Phase.CONNECT

    def attend(self) -> None:
        """Do what can be done now. Raises ``Stopped`` when it will not open."""
        try:
            if self.is_connecting:
                self._finish_connecting()
            elif self._is_shaking_hands:
                self._shake_hands()
            else:
                self._listen()
        except Lost as lost:
            raise self._stopped(str(lost)) from lost
        except NotSmtp as problem:
            raise Stopped(self._phase, Reply(0, str(problem))) from problem

    def give_up(self) -> Stopped:
        """Return what to say when it took too long."""
        return self._stopped("the deadline passed")

    def _connect(self, way: Way) -> socket.socket:
        family, address = way
        opened = socket.socket(family, socket.SOCK_STREAM)
        opened.setblocking(False)
        # The dot is a small packet after a large one; Nagle's wait would cost 40 ms a letter.
        opened.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        try:
            opened.connect(address)
        except BlockingIOError:
            pass
        except OSError as problem:
            opened.close()
            raise _no_connection(self.relay, problem.strerror or str(problem)) from problem
        return opened

    def _finish_connecting(self) -> None:
        if problem := self._socket.getsockopt(socket.SOL_SOCKET, socket.SO_ERROR):
            raise Lost(os.strerror(problem))
        self._phase, self.until = Phase.BANNER, self.deadline
        self._take(next(self._steps))

    def _listen(self) -> None:
        if not self.pipe.is_flushed:
            self.pipe.flush()
        self.reader.feed(self.pipe.read())
        while self.offers is None and not self._is_shaking_hands and (reply := self.reader.take()) is not None:
            self._go_on(reply)
        if self.offers is not None and not self.reader.is_empty:
            raise NotSmtp("the server spoke out of turn")

    def _shake_hands(self) -> None:
        assert isinstance(self.pipe, TlsPipe)
        if self.pipe.shake_hands():
            self._is_shaking_hands = False
            self._go_on(None)
            # The server's first words may have come with the end of the handshake.
            self._listen()

    def _go_on(self, reply: Reply | None) -> None:
        try:
            step = self._steps.send(reply)
        except StopIteration as done:
            self.offers = done.value
        else:
            self._take(step)

    def _take(self, step: Say | Encrypt) -> None:
        self._phase = step.phase
        if isinstance(step, Encrypt):
            self._encrypt()
        elif step.line:
            self.pipe.write((step.line,), len(step.line))

    def _encrypt(self) -> None:
        if not self.reader.is_empty:
            raise Lost("the server spoke before encryption began")
        self.pipe = self.pipe.encrypted(self._tls(), self.relay.host)
        self._is_shaking_hands = True
        self._shake_hands()

    def _stopped(self, text: str) -> Stopped:
        if self.is_connecting:
            return _no_connection(self.relay, text)
        if self._is_shaking_hands:
            return Stopped(self._phase, Reply(0, f"no encryption with {self.relay.host}: {text}"))
        return Stopped(self._phase, Reply(0, text))


def _no_connection(relay: Relay, text: str) -> Stopped:
    return Stopped(Phase.CONNECT, Reply(0, f"no connection to {relay.host}:{relay.port}: {text}"))
