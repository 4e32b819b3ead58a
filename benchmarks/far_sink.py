"""A mail server that takes everything and answers late, as one at the other end of a long line does.

python -m benchmarks.far_sink PORT RTT_MS
Each reply leaves a whole round trip after what it answers; nothing else waits.
"""

from __future__ import annotations

import selectors
import socket
import sys
import time
from collections import deque

END = b"\r\n.\r\n"
OFFERS = b"250-far\r\n250-PIPELINING\r\n250 8BITMIME\r\n"
ANSWERS = {b"EHLO": OFFERS, b"DATA": b"354 go\r\n", b"QUIT": b"221 bye\r\n"}
NEAR = 2048
OK = b"250 2.0.0 Ok\r\n"


class Caller:
    """One connection: what came and is not answered, and whether a message is being read."""

    def __init__(self, connection: socket.socket) -> None:
        connection.setblocking(False)
        connection.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        self.connection = connection
        self.unread = b""
        self.in_message = False

    def hear(self, received: bytes) -> bytes:
        """Return the replies to what came."""
        self.unread += received
        replies = []
        while reply := self._take():
            replies.append(reply)
        return b"".join(replies)

    def _take(self) -> bytes:
        if self.in_message:
            return self._end_message()
        line, ended, rest = self.unread.partition(b"\n")
        if not ended:
            return b""
        self.unread = rest
        verb = line[:4].upper()
        self.in_message = verb == b"DATA"
        return ANSWERS.get(verb, OK)

    def _end_message(self) -> bytes:
        # Nobody sends more than the next three commands behind a dot: the end is near the end.
        end = self.unread.find(END, max(0, len(self.unread) - NEAR))
        if end < 0:
            self.unread = self.unread[-len(END) :]
            return b""
        self.unread, self.in_message = self.unread[end + len(END) :], False
        return OK


def main() -> None:
    port, delay = int(sys.argv[1]), float(sys.argv[2]) / 1000
    listening = socket.create_server(("127.0.0.1", port), backlog=512)
    watched = selectors.DefaultSelector()
    watched.register(listening, selectors.EVENT_READ, None)
    owed: deque[tuple[float, socket.socket, bytes]] = deque()
    while True:
        wait = max(0.0, owed[0][0] - time.monotonic()) if owed else None
        for key, _mask in watched.select(wait):
            if key.data is None:
                connection, _address = listening.accept()
                watched.register(connection, selectors.EVENT_READ, Caller(connection))
                owed.append((time.monotonic() + delay, connection, b"220 far ESMTP\r\n"))
            else:
                listen_to(key.data, watched, owed, delay)
        pay(owed)


def listen_to(
    caller: Caller, watched: selectors.BaseSelector, owed: deque[tuple[float, socket.socket, bytes]], delay: float
) -> None:
    """Read what one caller said, and note when the answer is due."""
    try:
        received = caller.connection.recv(1 << 18)
    except OSError:
        received = b""
    if not received:
        watched.unregister(caller.connection)
        caller.connection.close()
    elif replies := caller.hear(received):
        owed.append((time.monotonic() + delay, caller.connection, replies))


def pay(owed: deque[tuple[float, socket.socket, bytes]]) -> None:
    """Send the answers that are due."""
    now = time.monotonic()
    while owed and owed[0][0] <= now:
        _due, connection, replies = owed.popleft()
        try:
            connection.sendall(replies)
        except OSError:
            continue  # It has left.


if __name__ == "__main__":
    main()
