"""A bell for several machines: Redis PUBLISH. See ``bell``."""

from __future__ import annotations

import logging
import time

import redis

log = logging.getLogger(__name__)
CHANNEL = "tegelpost:bell"


class RedisBell:
    """A bell for several machines."""

    def __init__(self, url: str) -> None:
        self._client = redis.Redis.from_url(url, socket_timeout=2, socket_connect_timeout=2)
        # Channels know no database numbers: without this, each installation on a server would wake all the others.
        self._channel = f"{CHANNEL}:{self._client.get_connection_kwargs().get('db', 0)}"
        self._heard: redis.client.PubSub | None = None

    def ring(self) -> None:
        try:
            self._client.publish(self._channel, b"1")
        except redis.RedisError:
            log.info("The bell did not ring; the timetable will wake the workers.")

    def wait(self, seconds: float) -> bool:
        try:
            if self._heard is None:
                self._heard = self._client.pubsub(ignore_subscribe_messages=True)  # type: ignore[no-untyped-call]
                self._heard.subscribe(self._channel)
            return self._heard.get_message(timeout=seconds) is not None
        except redis.RedisError:
            self._heard = None
            time.sleep(seconds)
            return False
