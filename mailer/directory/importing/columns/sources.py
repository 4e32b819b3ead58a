"""Where a list comes from is known by its column names; how such a list was read the last time is remembered.

A sheet is looked at as its bytes tell, so that a list whose encoding or separator somebody had to choose is known again
before anybody chooses.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from mailer.directory.importing.columns.headers import SEARCHED_LINES, find_layout
from mailer.directory.importing.columns.reading import Reading, SheetChoice, sheet_from_json
from mailer.directory.models import ImportSource
from mailer.foundation.database import settings_of
from mailer.staff.models import Operator
from mailer.wire.sheets import Line, Sheet, TextForm, read_sheets
from mailer.wire.spelling import fold


@dataclass(frozen=True)
class Recognised:
    """The choices that were made before for the sheets of a file, and the newest source among them."""

    reading: Reading
    source: ImportSource


def recognise(session: Session, sheets: Iterable[Sheet]) -> Recognised | None:
    """Return how these sheets were read before; None when they are all new to us."""
    lines = {
        (sheet.name, line.number): _fingerprint(line)
        for sheet in sheets
        for line in sheet.lines[:SEARCHED_LINES]
        if line.filled > 1
    }
    asked = select(ImportSource).where(ImportSource.fingerprint.in_(set(lines.values())))
    known = {source.fingerprint: source for source in session.scalars(asked)}
    found: dict[str, tuple[int, ImportSource]] = {}
    for (name, number), fingerprint in lines.items():
        if fingerprint in known:
            found.setdefault(name, (number, known[fingerprint]))
    if not found:
        return None
    sources = [source for _number, source in found.values()]
    newest = max(sources, key=lambda source: source.chosen_at)
    words: dict[str, dict[str, tuple[str, ...]]] = {}
    for source in sorted(sources, key=lambda source: source.chosen_at):
        for sort, said in (source.choices.get("words") or {}).items():
            words.setdefault(sort, {}).update({typed: tuple(slugs) for typed, slugs in said.items()})
    form = TextForm(newest.choices.get("encoding") or "", newest.choices.get("separator") or "")
    choices = {name: _choice(number, source) for name, (number, source) in found.items()}
    return Recognised(Reading(form, choices, words), newest)


def remember_reading(
    session: Session, data: bytes, reading: Reading, *, file_name: str, now: datetime, by: Operator | None
) -> None:
    """Keep the choices for every sheet of a file, for the next list of the same columns."""
    for sheet in read_sheets(data, limit_bytes=settings_of(session).upload_limit_bytes):
        choice = reading.sheet(sheet.name)
        number = choice.header_number or _header_number(sheet, file_name)
        line = next((line for line in sheet.lines if line.number == number), None)
        if line is not None:
            _keep(session, _fingerprint(line), _as_choices(reading, sheet.name), file_name=file_name, now=now, by=by)
    session.flush()


def _keep(
    session: Session,
    fingerprint: str,
    choices: dict[str, object],
    *,
    file_name: str,
    now: datetime,
    by: Operator | None,
) -> None:
    asked = select(ImportSource).where(ImportSource.fingerprint == fingerprint)
    source = session.scalars(asked).one_or_none() or ImportSource(fingerprint=fingerprint)
    source.file_name, source.choices, source.chosen_at = file_name[:200], choices, now
    source.operator_id = by.id if by else None
    session.add(source)


def _as_choices(reading: Reading, name: str) -> dict[str, object]:
    kept = reading.as_json()
    sheet = kept["sheets"].get(name, {})
    # Which row holds the names differs from list to list: a title more, a blank row less.
    return {**kept, "sheets": None, "sheet": {**sheet, "header": None}}


def _choice(number: int, source: ImportSource) -> SheetChoice:
    return sheet_from_json({**(source.choices.get("sheet") or {}), "header": number})


def _header_number(sheet: Sheet, file_name: str) -> int | None:
    layout = find_layout(sheet, file_name=file_name)
    return layout.header_number if layout else None


def _fingerprint(line: Line) -> str:
    names = sorted({fold(cell) for cell in line.cells if cell.strip()})
    return hashlib.blake2b(repr(names).encode(), digest_size=16).hexdigest()
