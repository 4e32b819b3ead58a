"""Old Office files of nothing in particular: enough of the format ([MS-CFB]) to be one, for what an import refuses.

A header, one sector that says which sectors follow each other, one with the names, and the streams.
"""

from __future__ import annotations

import struct

_SECTOR = 512
_END, _FREE, _TABLE = 0xFFFFFFFE, 0xFFFFFFFF, 0xFFFFFFFD
_NONE = 0xFFFFFFFF
# Streams below this size would need a table of their own.
_WHOLE_STREAM = 4096


def old_office(streams: dict[str, bytes]) -> bytes:
    """Return an old Office file with these streams (three at most, each padded to eight sectors or more)."""
    padded = {
        name: content.ljust(max(_WHOLE_STREAM, -(-len(content) // _SECTOR) * _SECTOR), b"\0")
        for name, content in streams.items()
    }
    table, names, sectors = [_TABLE, _END], [_entry("Root Entry", 5, child=1)], b""
    for place, (name, content) in enumerate(padded.items()):
        first = len(table)
        count = len(content) // _SECTOR
        table += [*range(first + 1, first + count), _END]
        after = place + 2 if place + 1 < len(padded) else _NONE
        names.append(_entry(name, 2, right=after, first=first, size=len(content)))
        sectors += content
    return _header() + _sector_of(table) + b"".join(names).ljust(_SECTOR, b"\0") + sectors


def _header() -> bytes:
    return (
        b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
        + bytes(16)
        + struct.pack("<HHHHH", 0x3E, 3, 0xFFFE, 9, 6)
        + bytes(6)
        + struct.pack("<IIIIIIIII", 0, 1, 1, 0, _WHOLE_STREAM, _END, 0, _END, 0)
        + struct.pack("<109I", 0, *[_FREE] * 108)
    )


def _sector_of(table: list[int]) -> bytes:
    return struct.pack(f"<{_SECTOR // 4}I", *(table + [_FREE] * (_SECTOR // 4 - len(table))))


def _entry(name: str, kind: int, *, child: int = _NONE, right: int = _NONE, first: int = 0, size: int = 0) -> bytes:
    written = name.encode("utf-16-le")
    return (
        written.ljust(64, b"\0")
        + struct.pack("<HBBIII", len(written) + 2, kind, 1, _NONE, right, child)
        + bytes(36)
        + struct.pack("<IQ", first if kind == 2 else _END, size)
    )
