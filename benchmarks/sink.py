"""A mail server that takes everything and keeps nothing, fast enough not to be what is measured.

python -m benchmarks.sink PORT
"""

from __future__ import annotations

import socket
import sys
import threading
from collections.abc import Callable

END = b"\r\n.\r\n"
OFFERS = b"250-sink\r\n250-PIPELINING\r\n250 8BITMIME\r\n"


def main() -> None:
    listening = socket.create_server(("127.0.0.1", int(sys.argv[1])), backlog=256)
    while True:
        connection, _ = listening.accept()
        connection.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        threading.Thread(target=serve, args=(connection,), daemon=True).start()


def serve(connection: socket.socket, on_message: Callable[[], None] = lambda: None) -> None:
    """Answer one caller until it leaves; ``on_message`` is called at each dot."""
    with connection:
        connection.sendall(b"220 sink ESMTP\r\n")
        waiting = b""
        while True:
            received = connection.recv(1 << 18)
            if not received:
                return
            waiting = answer_all(connection, waiting + received, on_message)


def answer_all(connection: socket.socket, waiting: bytes, on_message: Callable[[], None]) -> bytes:
    """Answer every whole command; return what is left. A message is skipped without looking at its lines."""
    answers = []
    while b"\n" in waiting:
        line, _, waiting = waiting.partition(b"\n")
        verb = line[:4].upper()
        if verb == b"DATA":
            connection.sendall(b"".join((*answers, b"354 go\r\n")))
            answers = [b"250 2.0.0 Ok\r\n"]
            waiting = skip_message(connection, waiting)
            on_message()
        elif verb == b"EHLO":
            answers.append(OFFERS)
        elif verb == b"QUIT":
            answers.append(b"221 bye\r\n")
        else:
            answers.append(b"250 2.0.0 Ok\r\n")
    if answers:
        connection.sendall(b"".join(answers))
    return waiting


def skip_message(connection: socket.socket, waiting: bytes) -> bytes:
    """Read on to the dot; return what came after it."""
    tail = waiting
    while END not in tail:
        received = connection.recv(1 << 18)
        if not received:
            return b""
        # The end may be cut in two by a read; the message itself need not be kept.
        tail = tail[-len(END) :] + received
    return tail.partition(END)[2]


if __name__ == "__main__":
    main()
