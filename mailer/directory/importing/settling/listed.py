"""A list as somebody gave it, and the same as sheets."""

from __future__ import annotations

from dataclasses import dataclass

from mailer.directory.importing.choices.decisions import NONE_MADE, Decisions
from mailer.directory.importing.columns.headers import Layout
from mailer.directory.importing.columns.reading import Reading
from mailer.wire.sheets import Sheet

AS_PROPOSED = Reading()


@dataclass(frozen=True)
class Listed:
    """A list as somebody gave it: its bytes, how it is to be read, and what was chosen for its rows."""

    data: bytes
    file_name: str
    reading: Reading = AS_PROPOSED
    decisions: Decisions = NONE_MADE


@dataclass(frozen=True)
class Opened:
    """The same as sheets, and which of them are lists."""

    listed: Listed
    sheets: list[Sheet]
    readable: list[tuple[Sheet, Layout]]
