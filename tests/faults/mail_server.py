"""A mail server in a process of its own that misbehaves on order and keeps its own log. That log is the judge.

    python -m tests.faults.mail_server PORT LOG ORDERS

LOG gets a line of JSON for each thing that happened; that of a dot is on the disk before it is answered. ORDERS is a
file (see ``orders``) that is read again whenever it changes.
"""

from __future__ import annotations

import json
import os
import socket
import struct
import sys
import threading
import time
from collections import Counter
from pathlib import Path
from typing import Any

from tests.faults.conversing import Gone, converse
from tests.faults.orders import Order, Orders, read_orders


class MailServer:
    """What all conversations share: the orders, how often each was carried out, and the log."""

    def __init__(self, log: Path, orders: Path) -> None:
        self._log = open(log, "ab", buffering=0)  # noqa: SIM115 - open as long as the server lives
        self._path = orders
        self._read_at = 0
        self._orders = Orders()
        self._lock = threading.Lock()
        self._done: Counter[tuple[Order, str]] = Counter()
        self._open = 0

    @property
    def orders(self) -> Orders:
        changed = self._path.stat().st_mtime_ns
        with self._lock:
            if changed != self._read_at:
                self._orders, self._read_at = read_orders(self._path), changed
                self._done.clear()
            return self._orders

    def order_at(self, stage: str, recipient: str) -> Order | None:
        """Return the order that holds here, and count it as carried out."""
        orders = self.orders
        with self._lock:
            for order in orders.orders:
                if order.stage != stage or not recipient.startswith(order.only_for):
                    continue
                key = (order, recipient if order.only_for else "")
                if order.times and self._done[key] >= order.times:
                    continue
                self._done[key] += 1
                return order
        return None

    def tell(self, what: str, *, durably: bool = False, **more: Any) -> None:
        """Write a line; ``durably`` means that it is on the disk when this returns."""
        line = json.dumps({"at": time.time(), "what": what, **more}).encode() + b"\n"
        with self._lock:
            self._log.write(line)
            if durably:
                os.fsync(self._log.fileno())

    def close(self) -> None:
        self._log.close()

    def serve(self, connection: socket.socket, peer: int, number: int) -> None:
        with self._lock:
            self._open += 1
        try:
            converse(self, connection, peer=peer, number=number)
        except Gone as gone:
            if gone.with_a_bang:
                connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
        except OSError:
            pass  # The other side went away: what it had not finished was not taken.
        finally:
            connection.close()
            with self._lock:
                self._open -= 1


def main() -> None:
    port, log, orders = int(sys.argv[1]), Path(sys.argv[2]), Path(sys.argv[3])
    server = MailServer(log, orders)
    listening = socket.create_server(("127.0.0.1", port), backlog=64)
    # Small packets, and little that waits to be read, as far away: else a whole letter and its dot travel at once.
    listening.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4096)
    listening.setsockopt(socket.IPPROTO_TCP, socket.TCP_MAXSEG, 536)
    for number in range(1, sys.maxsize):
        connection, (_host, peer) = listening.accept()
        connection.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        threading.Thread(target=server.serve, args=(connection, peer, number), daemon=True).start()


if __name__ == "__main__":
    main()
