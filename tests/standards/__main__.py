"""Ask the standards about a folder of messages; exit 1 if one fails: ``python -m tests.standards FOLDER [DOMAIN]``."""

from __future__ import annotations

import sys
from pathlib import Path

from tests.standards import violations


def main() -> None:
    folder, *domain = sys.argv[1:]
    files = [path for path in sorted(Path(folder).rglob("*")) if path.is_file()]
    # Files on disk have the line ends of the disk.
    messages = [path.read_bytes().replace(b"\r\n", b"\n").replace(b"\n", b"\r\n") for path in files]
    found = violations(messages, ours=next(iter(domain), ""))
    print("\n".join(found) or f"{len(messages)} messages: every check is green.")
    sys.exit(1 if found else 0)


if __name__ == "__main__":
    main()
