"""A doubtful row beside the organisation or person it may be: field by field, what we have and what the list says."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date

from sqlalchemy import select
from sqlalchemy.orm import Session

from mailer.directory.alike import come_to_the_same
from mailer.directory.exporting import organisation_cells, person_cells
from mailer.directory.importing.cells.words import Vocabulary
from mailer.directory.importing.columns.headers import fields_of, subject_of
from mailer.directory.models import ImportRow, Organisation, Person

# Not about the organisation or person themselves.
_LEFT_OUT = frozenset({"mark", "number", "remarks", "changed_on", "why_not", "newsletter", "invitations", "source"})
_LEFT_OUT |= {"consented_on", "title", "coalition", "aliases"}
_NAMES = ("name", "full_name", "given", "particle", "family")


@dataclass(frozen=True)
class Pair:
    """One field of both: the name the list gives it, what we have, what the list says."""

    label: str
    ours: str
    theirs: str
    # Whether both come down to the same, however they are spelled.
    is_same: bool


@dataclass(frozen=True)
class Comparison:
    """A row beside its candidate. Exactly one of ``organisation``, ``person`` and ``row`` says where ours is from."""

    name: str
    pairs: tuple[Pair, ...]
    organisation_id: int | None = None
    person_id: int | None = None
    row: int | None = None

    @property
    def different(self) -> list[Pair]:
        return [pair for pair in self.pairs if not pair.is_same]

    @property
    def same_labels(self) -> list[str]:
        """The names of the fields in which both say the same."""
        return [pair.label for pair in self.pairs if pair.is_same]


def row_name(row: ImportRow) -> str:
    """Return who a kept row is about, as the list spells it."""
    by_field = _by_field(row.cells, row.sheet)
    name = " ".join(by_field[field] for field in _NAMES if by_field.get(field))
    return name or by_field.get("email", "") or next((text for text in row.cells.values() if text.strip()), "")


def row_text(row: ImportRow) -> str:
    """Return all that a kept row says, cut short: for a row that is about nobody."""
    return " · ".join(_filled(text.strip() for text in row.cells.values()))[:200]


def compare(session: Session, row: ImportRow, vocabulary: Vocabulary, *, today: date) -> Comparison | None:
    """Return the row beside the candidate that its first doubt names; None when it names none that is still there."""
    candidate: dict[str, int] = next((one["candidate"] for one in row.problems if one.get("candidate")), {})
    if organisation := session.get(Organisation, candidate.get("organisation", 0)):
        pairs = _pairs(row, organisation_cells(session, organisation, today=today), vocabulary)
        return Comparison(organisation.name, pairs, organisation_id=organisation.id)
    if person := session.get(Person, candidate.get("person", 0)):
        pairs = _pairs(row, person_cells(session, person, today=today), vocabulary)
        return Comparison(person.full_name, pairs, person_id=person.id)
    if earlier := _row_of(session, row, candidate.get("row", 0)):
        return Comparison(row_name(earlier), _pairs(row, earlier.cells, vocabulary), row=earlier.number)
    return None


def _row_of(session: Session, row: ImportRow, number: int) -> ImportRow | None:
    same_batch = select(ImportRow).where(ImportRow.batch_id == row.batch_id, ImportRow.number == number)
    found = session.scalars(same_batch.order_by(ImportRow.sheet != row.sheet)).first()
    return found if found is not row else None


def _pairs(row: ImportRow, ours: Mapping[str, str], vocabulary: Vocabulary) -> tuple[Pair, ...]:
    subject = subject_of(row.cells, sheet=row.sheet)
    ours_by_field = _by_field(ours, row.sheet)
    pairs = []
    for header, field in fields_of(row.cells, subject).items():
        mine, theirs = ours_by_field.get(_same_field(field), ""), row.cells[header].strip()
        # An empty cell never changes anything, so it is no difference either.
        if theirs and field not in _LEFT_OUT:
            pairs.append(Pair(header, mine, theirs, come_to_the_same(field, mine, theirs, vocabulary)))
    return tuple(pairs)


def _by_field(cells: Mapping[str, str], sheet: str) -> dict[str, str]:
    found: dict[str, list[str]] = {}
    for header, field in fields_of(cells, subject_of(cells, sheet=sheet)).items():
        texts = found.setdefault(_same_field(field), [])
        if (text := cells[header].strip()) and text not in texts:
            texts.append(text)
    return {field: "; ".join(texts) for field, texts in found.items()}


def _same_field(field: str) -> str:
    return {"email_private": "email", "nickname": "given"}.get(field, field)


def _filled(texts: Iterable[str]) -> list[str]:
    return [text for text in texts if text]
