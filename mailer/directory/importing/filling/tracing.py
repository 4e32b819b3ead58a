"""What a list writes leaves a trace: who said each field. (The journal is another: ``taking_back.recording``.)"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from mailer.directory.importing.cells.cleaning import read_date
from mailer.directory.importing.known.entries import KnownMailbox
from mailer.directory.importing.rows.row import Row
from mailer.directory.models import FieldSource, ImportBatch, Organisation, Person
from mailer.directory.provenance import Source, by_import, link_field, new_mark, restamp, said_of
from mailer.foundation.portions import portions

Target = Organisation | Person
Said = str | Callable[[], str]
"""A field, or how to name it once everything has its id."""

MailboxesOf = Callable[[Target], Iterable[KnownMailbox]]


@dataclass(frozen=True)
class Spoken:
    """What a row said of somebody. Of somebody new it said everything that is there: then ``fields`` is empty."""

    target: Target
    row: Row
    fields: tuple[Said, ...] = ()
    is_new: bool = False


def stamp_rows(
    session: Session,
    spoken: Iterable[Spoken],
    batch: ImportBatch,
    *,
    mailboxes_of: MailboxesOf,
    now: datetime,
) -> None:
    """Write down which row said which field last; everything is flushed and has its id."""
    said = _latest(spoken, mailboxes_of)
    former = _marks(session, said)
    for target, by_row in said.items():
        restamp(session, former.get(target, ()), {field for fields in by_row.values() for field in fields})
        for row, fields in by_row.items():
            if fields:
                session.add(new_mark(target, fields, _source(batch, row, now)))
    session.flush()


def _source(batch: ImportBatch, row: Row, now: datetime) -> Source:
    return by_import(batch, row.sheet, row.number, now, as_of=read_date(row.text("changed_on")))


def _latest(spoken: Iterable[Spoken], mailboxes_of: MailboxesOf) -> dict[Target, dict[Row, list[str]]]:
    """Return target → row → the fields that no row below it said again."""
    last: dict[Target, dict[str, Row]] = defaultdict(dict)
    for one in spoken:
        if one.is_new:
            fields = [
                *said_of(one.target),
                *(link_field("mailbox", box.id or 0) for box in mailboxes_of(one.target)),
            ]
            # What the rows below added is theirs; they come later in the list.
        else:
            fields = [named for field in one.fields if (named := field if isinstance(field, str) else field())]
        last[one.target] |= dict.fromkeys(fields, one.row)
    said: dict[Target, dict[Row, list[str]]] = {}
    for target, by_field in last.items():
        by_row = said.setdefault(target, {})
        for field, row in by_field.items():
            by_row.setdefault(row, []).append(field)
    return said


def _marks(session: Session, targets: Iterable[Target]) -> dict[Target, list[FieldSource]]:
    found: dict[Target, list[FieldSource]] = defaultdict(list)
    for kind, owner in ((Organisation, FieldSource.organisation_id), (Person, FieldSource.person_id)):
        by_id = {target.id: target for target in targets if isinstance(target, kind)}
        for ids in portions(by_id):
            for mark in session.scalars(select(FieldSource).where(owner.in_(ids))):
                found[by_id[mark.organisation_id or mark.person_id or 0]].append(mark)
    return found
