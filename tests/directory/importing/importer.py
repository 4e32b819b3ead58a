"""A process of its own that imports one list; for the tests that run two of them at once, or kill one.

``python -m tests.directory.importing.importer FILE [hang]``: with ``hang`` it writes everything and never commits.
"""

from __future__ import annotations

import json
import sys
import time
from pathlib import Path

from mailer.directory.importing import import_file
from mailer.foundation.clock import now
from mailer.foundation.database import Database
from mailer.foundation.settings import load_settings


def run(file: Path, *, hangs: bool) -> None:
    database = Database(load_settings())
    with database.transaction() as session:
        report = import_file(session, file.read_bytes(), file_name=file.name, now=now(), apply=True)
        if hangs:
            print("written", flush=True)
            time.sleep(60)
    print(json.dumps(report.counts), flush=True)


if __name__ == "__main__":
    run(Path(sys.argv[1]), hangs=len(sys.argv) > 2)
