"""Bringing connections in: how many at once, by which address of the relay, and what it means when none opens."""

from __future__ import annotations

import ssl
from functools import cached_property

from mailer.wire.crew.arriving import Arrival, Way, find_ways
from mailer.wire.crew.connection import Connection
from mailer.wire.crew.desk import Desk
from mailer.wire.crew.growing import Growth
from mailer.wire.crew.patience import Patience
from mailer.wire.crew.watching import CAN_READ, CAN_WRITE, Watcher
from mailer.wire.relay import Relay
from mailer.wire.replies import Phase, Stopped, judge

# How long the addresses behind the relay's name are believed.
WAYS_SECONDS = 60.0


class Recruiter:
    """Opens connections as letters wait for them, and gives each that opened to the desk."""

    def __init__(
        self,
        relay: Relay,
        desk: Desk,
        watcher: Watcher,
        *,
        helo: str,
        patience: Patience,
        most: int,
        tls: ssl.SSLContext | None,
    ) -> None:
        self._relay = relay
        self._desk = desk
        self._watcher = watcher
        self._helo = helo
        self._patience = patience
        self._given_tls = tls
        self._growth = Growth(most)
        self._arrivals: dict[int, Arrival] = {}
        # Ways that are left of connections that failed at the first, each with its deadline.
        self._other_ways: list[tuple[list[Way], float]] = []
        self._ways: list[Way] = []
        self._ways_until = 0.0

    @property
    def arriving(self) -> int:
        """How many connections are on their way."""
        return len(self._arrivals)

    def attend(self, number: int, now: float) -> None:
        """Let the arrival with this number do what it can; nothing happens when it is none of ours."""
        arrival = self._arrivals.get(number)
        if arrival is None:
            return
        was_connecting = arrival.is_connecting
        try:
            arrival.attend()
        except Stopped as stopped:
            self._has_stopped(arrival, stopped, now)
            return
        if was_connecting:
            self._watcher.change(number, CAN_READ)
        if arrival.offers is not None:
            del self._arrivals[number]
            self._growth.has_opened()
            self._desk.add(Connection(arrival.pipe, arrival.offers, self._desk, self._patience), now)

    def open_more(self, now: float) -> None:
        """Open what the waiting letters need and the relay allows."""
        other_ways, self._other_ways = self._other_ways, []
        for ways, deadline in other_ways:
            self._open(ways, now, deadline)
        may = self._growth.may_open(is_open=len(self._desk.connections), arriving=self.arriving, now=now)
        for _ in range(min(may, len(self._desk.queue) - self.arriving)):
            try:
                self._open(self._find_ways(now), now, now + self._patience.connect)
            except Stopped as stopped:
                self._cannot_open(stopped, now)

    def look_at_endings(self, now: float) -> None:
        """Learn from how open connections ended."""
        endings, self._desk.endings = self._desk.endings, []
        for connection, because in endings:
            # After some letters it is the server's habit; at once, it wants fewer of us.
            if because.code == 421 and connection.letters <= 1:
                self._growth.has_failed(is_open=len(self._desk.connections), now=now)

    def sweep(self, now: float) -> None:
        """Give up what took too long."""
        for arrival in list(self._arrivals.values()):
            if now >= arrival.until:
                self._has_stopped(arrival, arrival.give_up(), now)

    def stop(self) -> None:
        """Drop all that is on its way."""
        self._other_ways = []
        for arrival in list(self._arrivals.values()):
            self._forget(arrival)

    def _open(self, ways: list[Way], now: float, deadline: float) -> None:
        try:
            arrival = Arrival(self._relay, ways, helo=self._helo, tls=lambda: self._tls, now=now, deadline=deadline)
        except Stopped as stopped:
            if ways[1:]:
                self._open(ways[1:], now, deadline)
            else:
                self._cannot_open(stopped, now)
            return
        number = arrival.pipe.fileno()
        self._arrivals[number] = arrival
        self._watcher.watch(number, CAN_WRITE)

    def _find_ways(self, now: float) -> list[Way]:
        if now >= self._ways_until:
            self._ways = find_ways(self._relay)
            self._ways_until = now + WAYS_SECONDS
        return self._ways

    def _has_stopped(self, arrival: Arrival, stopped: Stopped, now: float) -> None:
        self._forget(arrival)
        if stopped.phase is Phase.CONNECT and arrival.other_ways:
            self._other_ways.append((arrival.other_ways, arrival.deadline))
        else:
            self._cannot_open(stopped, now)

    def _cannot_open(self, stopped: Stopped, now: float) -> None:
        is_open = len(self._desk.connections)
        self._growth.has_failed(is_open=is_open, now=now)
        # While others work it is the relay that wants no more of us; alone, it is trouble for every letter.
        if not is_open and not self._arrivals and not self._other_ways:
            self._desk.settle_queue(judge(stopped.phase, stopped.reply))

    def _forget(self, arrival: Arrival) -> None:
        number = arrival.pipe.fileno()
        del self._arrivals[number]
        self._watcher.forget(number)
        arrival.pipe.close()

    @cached_property
    def _tls(self) -> ssl.SSLContext:
        return self._given_tls or ssl.create_default_context()
