"""A mail server in a process of its own that writes down every dot, durably, before it answers. Its log is the truth.

    python -m tests.faults.mail_server PORT LOG [delay before each answer, in seconds]

A line a letter: the recipient, and the letter's Message-ID.
"""

from __future__ import annotations

import os
import re
import socket
import sys
import threading
import time

MESSAGE_ID = re.compile(rb"^Message-ID: (\S+)", re.MULTILINE)


def main() -> None:
    port, log, delay = int(sys.argv[1]), sys.argv[2], float(sys.argv[3]) if len(sys.argv) > 3 else 0.0
    listening = socket.create_server(("127.0.0.1", port), backlog=64)
    with open(log, "ab", buffering=0) as lines:
        lock = threading.Lock()
        while True:
            connection, _ = listening.accept()
            threading.Thread(target=serve, args=(connection, lines, lock, delay), daemon=True).start()


def serve(connection: socket.socket, lines, lock: threading.Lock, delay: float) -> None:
    try:
        with connection, connection.makefile("rb") as incoming:
            connection.sendall(b"220 faults ESMTP\r\n")
            converse(connection, incoming, lines, lock, delay)
    except OSError:
        return  # The worker was killed: what it had not finished was not taken.


def converse(connection: socket.socket, incoming, lines, lock: threading.Lock, delay: float) -> None:
    recipient = b""
    for line in incoming:
        verb = line[:4].upper()
        if verb == b"EHLO":
            connection.sendall(b"250-faults\r\n250 PIPELINING\r\n")
        elif verb == b"RCPT":
            recipient = line.partition(b"<")[2].partition(b">")[0]
            connection.sendall(b"250 2.1.5 Ok\r\n")
        elif verb == b"DATA":
            connection.sendall(b"354 go\r\n")
            message = read_message(incoming)
            if message is None:
                return
            found = MESSAGE_ID.search(message)
            with lock:
                lines.write(recipient + b" " + (found[1] if found else b"?") + b"\n")
                os.fsync(lines.fileno())
            time.sleep(delay)
            connection.sendall(b"250 2.0.0 taken\r\n")
        elif verb == b"QUIT":
            connection.sendall(b"221 bye\r\n")
            return
        else:
            connection.sendall(b"250 2.0.0 Ok\r\n")


def read_message(incoming) -> bytes | None:
    """Return the message up to its dot; None when the connection ended before it: then it was not taken."""
    message = b""
    for line in incoming:
        if line == b".\r\n":
            return message
        message += line
    return None


if __name__ == "__main__":
    main()
