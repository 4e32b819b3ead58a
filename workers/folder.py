"""The embedded broker: Celery's file-system transport, with messages that appear whole.

The transport as it comes writes a message where readers already look, so that a worker may take half a one and fall.
Ours writes beside it and renames. Only for one machine; anything larger has Redis (decision 0006).
"""

from __future__ import annotations

import json
import os
import time
import uuid
from pathlib import Path
from typing import Any

from kombu.transport import TRANSPORT_ALIASES, filesystem

SCHEME = "folder"


class Channel(filesystem.Channel):
    """Puts a message under its name only when all of it is there."""

    def _put(self, queue: str, payload: Any, **kwargs: Any) -> None:  # type: ignore[override]
        folder = Path(self.data_folder_out)
        name = f"{time.monotonic_ns() // 1_000_000}_{uuid.uuid4()}"
        written = folder / f"{name}.part"
        written.write_text(json.dumps(payload), encoding="utf-8")
        # Readers look for names that end in the queue's; a rename within a folder is one step.
        os.replace(written, folder / f"{name}.{queue}.msg")


class Transport(filesystem.Transport):
    """The file-system transport with our channel."""

    Channel = Channel


TRANSPORT_ALIASES[SCHEME] = f"{__name__}:Transport"
