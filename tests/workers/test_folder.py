"""The embedded broker gives each message once, and whole, also while others are being written."""

from __future__ import annotations

import threading
from pathlib import Path
from queue import Empty

from kombu import Connection

from workers import folder

LETTERS = 300
LONG = "x" * 20_000


def connection_in(path: Path) -> Connection:
    options = {"data_folder_in": str(path), "data_folder_out": str(path), "control_folder": str(path / "control")}
    return Connection(f"{folder.SCHEME}://localhost", transport_options=options)


def test_readers_take_every_message_once_and_whole_while_it_is_written(tmp_path: Path) -> None:
    taken: list[int] = []
    all_written = threading.Event()

    def read() -> None:
        with connection_in(tmp_path) as connection:
            channel = connection.channel()
            while True:
                was_over = all_written.is_set()
                try:
                    message = channel._get("letters")
                except Empty:
                    if was_over:
                        return
                    continue
                assert message["body"] == LONG
                taken.append(message["number"])

    readers = [threading.Thread(target=read) for _ in range(3)]
    for reader in readers:
        reader.start()
    with connection_in(tmp_path) as connection:
        channel = connection.channel()
        for number in range(LETTERS):
            channel._put("letters", {"number": number, "body": LONG})
    all_written.set()
    for reader in readers:
        reader.join(timeout=60)

    assert sorted(taken) == list(range(LETTERS))
