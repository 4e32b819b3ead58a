"""Which sockets can be read or written now: epoll where the system has it, else what it has. One call for all."""

from __future__ import annotations

import select
import selectors

# The values are epoll's own, so that what it tells need not be translated.
CAN_READ, CAN_WRITE = 1, 4


class EpollWatcher:
    """Linux: a call costs the same for two connections and for two hundred."""

    def __init__(self) -> None:
        self._epoll = select.epoll()
        self.watch = self._epoll.register
        self.change = self._epoll.modify
        self.forget = self._epoll.unregister
        self.look = self._epoll.poll
        self.close = self._epoll.close


class SelectorWatcher:
    """The same with what Python finds elsewhere."""

    def __init__(self) -> None:
        self._selector = selectors.DefaultSelector()
        self.forget = self._selector.unregister
        self.close = self._selector.close

    def watch(self, number: int, wanted: int) -> None:
        """Begin to watch the socket with this number."""
        self._selector.register(number, _events(wanted))

    def change(self, number: int, wanted: int) -> None:
        """Watch it for something else."""
        self._selector.modify(number, _events(wanted))

    def look(self, seconds: float) -> list[tuple[int, int]]:
        """Wait until something can be done, at most so long; return numbers, each with what can be done."""
        return [
            (key.fd, CAN_WRITE if events & selectors.EVENT_WRITE else CAN_READ)
            for key, events in self._selector.select(seconds)
        ]


Watcher = EpollWatcher | SelectorWatcher


def open_watcher() -> Watcher:
    """Return the best one this system has."""
    return EpollWatcher() if hasattr(select, "epoll") else SelectorWatcher()


def _events(wanted: int) -> int:
    return (selectors.EVENT_READ if wanted & CAN_READ else 0) | (selectors.EVENT_WRITE if wanted & CAN_WRITE else 0)
