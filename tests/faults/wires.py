"""A wire between one host and one server, that can be cut, hang, and be mended; and can be held at a commit.

Real processes connect through it and see what a network does to them. Threads and sockets, nothing else.
"""

from __future__ import annotations

import socket
import struct
import threading
from collections.abc import Callable
from contextlib import suppress

# PostgreSQL says "ready, and no transaction is open" after every commit (message ReadyForQuery, status idle).
AFTER_A_TRANSACTION = b"Z\x00\x00\x00\x05I"


class Wire:
    """Listens on a free port of this machine and passes on to another."""

    def __init__(self, target_port: int) -> None:
        self.target_port = target_port
        self._listening = socket.create_server(("127.0.0.1", 0), backlog=64)
        self.port = int(self._listening.getsockname()[1])
        self._flows = threading.Event()
        self._flows.set()
        self._is_cut = False
        self._open: set[socket.socket] = set()
        self._lock = threading.Lock()
        self._at_commit: Callable[[], bool] | None = None
        threading.Thread(target=self._accept, daemon=True).start()

    def cut(self) -> None:
        """End every connection, and refuse new ones."""
        self._is_cut = True
        with self._lock:
            for end in self._open:
                _reset(end)
        self._flows.set()

    def hang(self) -> None:
        """Pass nothing on any more, without a word to either side."""
        self._flows.clear()

    def mend(self) -> None:
        self._is_cut = False
        self._flows.set()

    def at_commit(self, deed: Callable[[], bool] | None) -> None:
        """Before the server's word that a transaction ended is passed on, do this; once it returned True, no more."""
        self._at_commit = deed

    def close(self) -> None:
        self.cut()
        with suppress(OSError):
            self._listening.shutdown(socket.SHUT_RDWR)
        self._listening.close()

    def _accept(self) -> None:
        while True:
            try:
                near, _address = self._listening.accept()
            except OSError:
                return
            threading.Thread(target=self._connect, args=(near,), daemon=True).start()

    def _connect(self, near: socket.socket) -> None:
        self._flows.wait()
        if self._is_cut:
            _reset(near)
            near.close()
            return
        try:
            far = socket.create_connection(("127.0.0.1", self.target_port))
        except OSError:
            _reset(near)
            near.close()
            return
        for end in (near, far):
            end.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        with self._lock:
            self._open |= {near, far}
        there = threading.Thread(target=self._pass_on, args=(near, far), daemon=True)
        there.start()
        self._pass_on(far, near, is_answer=True)
        there.join()
        with self._lock:
            self._open -= {near, far}
        near.close()
        far.close()

    def _pass_on(self, source: socket.socket, target: socket.socket, *, is_answer: bool = False) -> None:
        with suppress(OSError):
            while received := source.recv(65536):
                if is_answer and self._at_commit is not None and AFTER_A_TRANSACTION in received:
                    self._ask_deed()
                self._flows.wait()
                if self._is_cut:
                    break
                target.sendall(received)
        for end in (source, target):
            with suppress(OSError):
                end.shutdown(socket.SHUT_RDWR)

    def _ask_deed(self) -> None:
        with self._lock:
            deed = self._at_commit
            if deed is not None and deed():
                self._at_commit = None


def _reset(end: socket.socket) -> None:
    with suppress(OSError):
        end.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
        end.shutdown(socket.SHUT_RDWR)
