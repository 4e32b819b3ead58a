"""A wire passes on, hangs, is cut and mended, and can be held at the end of a transaction."""

from __future__ import annotations

import socket
import threading
from collections.abc import Iterator
from contextlib import suppress

import pytest

from tests.faults.wires import AFTER_A_TRANSACTION, Wire


@pytest.fixture
def wire() -> Iterator[Wire]:
    """A wire to a server that says everything back."""
    listening = socket.create_server(("127.0.0.1", 0))

    def echo(connection: socket.socket) -> None:
        with connection, suppress(OSError):
            while received := connection.recv(1024):
                connection.sendall(received)

    def accept() -> None:
        while True:
            try:
                connection, _address = listening.accept()
            except OSError:
                return
            threading.Thread(target=echo, args=(connection,), daemon=True).start()

    threading.Thread(target=accept, daemon=True).start()
    opened = Wire(listening.getsockname()[1])
    yield opened
    opened.close()
    listening.shutdown(socket.SHUT_RDWR)
    listening.close()


def connect(wire: Wire) -> socket.socket:
    return socket.create_connection(("127.0.0.1", wire.port), timeout=5)


def test_it_passes_on_and_back(wire: Wire):
    with connect(wire) as end:
        end.sendall(b"dag")

        assert end.recv(10) == b"dag"


def test_a_wire_that_hangs_says_nothing_until_it_is_mended(wire: Wire):
    with connect(wire) as end:
        wire.hang()
        end.sendall(b"dag")
        end.settimeout(0.3)
        with pytest.raises(TimeoutError):
            end.recv(10)

        wire.mend()

        end.settimeout(5)
        assert end.recv(10) == b"dag"


def test_a_cut_wire_ends_what_is_open_and_refuses_what_is_new(wire: Wire):
    with connect(wire) as end:
        end.sendall(b"dag")
        end.recv(10)

        wire.cut()

        assert _is_over(end)
        assert _is_refused(wire)


def test_the_end_of_a_transaction_waits_for_the_deed(wire: Wire):
    told: list[bool] = []
    wire.at_commit(lambda: told.append(True) or True)
    with connect(wire) as end:
        end.sendall(AFTER_A_TRANSACTION)
        end.recv(20)
        end.sendall(AFTER_A_TRANSACTION)
        end.recv(20)

    assert told == [True]


def _is_refused(wire: Wire) -> bool:
    """It may be told at once, or only when one listens."""
    try:
        with connect(wire) as end:
            return _is_over(end)
    except OSError:
        return True


def _is_over(end: socket.socket) -> bool:
    try:
        return end.recv(10) == b""
    except ConnectionError:
        return True
