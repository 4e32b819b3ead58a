"""Which sockets can be read or written now: epoll where the system has it, else what it has. One call for all."""

from __future__ import annotations

import select
import selectors

CAN_READ, CAN_WRITE = 1, 2


class EpollWatcher:
    """Linux: a call costs the same for two connections and for two hundred."""

    def __init__(self) -> None:
        self._epoll = select.epoll()

    def watch(self, number: int, wanted: int) -> None:
        """Begin to watch the socket with this number."""
        self._epoll.register(number, _mask(wanted))

    def change(self, number: int, wanted: int) -> None:
        """Watch it for something else."""
        self._epoll.modify(number, _mask(wanted))

    def forget(self, number: int) -> None:
        """Watch it no more."""
        self._epoll.unregister(number)

    def look(self, seconds: float) -> list[tuple[int, int]]:
        """Wait until something can be done, at most so long; return numbers, each with what can be done."""
        return [
            (number, (CAN_READ if mask & ~select.EPOLLOUT else 0) | (CAN_WRITE if mask & select.EPOLLOUT else 0))
            for number, mask in self._epoll.poll(seconds)
        ]

    def close(self) -> None:
        """Give up the system's list."""
        self._epoll.close()


class SelectorWatcher:
    """The same with what Python finds elsewhere."""

    def __init__(self) -> None:
        self._selector = selectors.DefaultSelector()

    def watch(self, number: int, wanted: int) -> None:
        self._selector.register(number, wanted)

    def change(self, number: int, wanted: int) -> None:
        self._selector.modify(number, wanted)

    def forget(self, number: int) -> None:
        self._selector.unregister(number)

    def look(self, seconds: float) -> list[tuple[int, int]]:
        return [(key.fd, mask) for key, mask in self._selector.select(seconds)]

    def close(self) -> None:
        self._selector.close()


Watcher = EpollWatcher | SelectorWatcher


def open_watcher() -> Watcher:
    """Return the best one this system has."""
    return EpollWatcher() if hasattr(select, "epoll") else SelectorWatcher()


def _mask(wanted: int) -> int:
    # A connection that was shut or reset is always told, as something to read.
    return (select.EPOLLIN if wanted & CAN_READ else 0) | (select.EPOLLOUT if wanted & CAN_WRITE else 0)
