"""Who said it last, field by field: stamping what a verb wrote, and asking where a field comes from.

with saying(session, organisation, by_hand(marit, now)):      # what differs afterwards was said by Marit
    organisation.website = …

stamp(session, person, ["mobile", link_field("mailbox", 12)], by_organisation(now))
sources_of(session, organisation)["website"].kind             # SourceKind.HAND
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from sqlalchemy import inspect, select
from sqlalchemy.orm import Mapper, Session, joinedload

from mailer.directory.models import FieldSource, ImportBatch, Organisation, Person, SourceKind
from mailer.staff.models import Operator

Target = Organisation | Person

# Not said by anybody: made by the program, or a moment of its own.
_NOT_SAID = frozenset({"id", "slug", "name_key", "added_at", "changed_at", "checked_on"})
_IN_FIELD = {"kind_id": "kind", "seat_id": "seat", "neighbourhood_id": "neighbourhood"}


@dataclass(frozen=True)
class Source:
    """Who says it, and when."""

    kind: SourceKind
    said_at: datetime
    by: Operator | None = None
    batch: ImportBatch | None = None
    sheet: str = ""
    row_number: int | None = None
    note: str = ""
    # The day the source gives itself, when it does.
    as_of: date | None = None


def by_hand(operator: Operator | None, now: datetime) -> Source:
    """Somebody in the office (None: on the command line)."""
    return Source(SourceKind.HAND, now, by=operator)


def by_organisation(now: datetime) -> Source:
    """The organisation itself, by its check letter."""
    return Source(SourceKind.ORGANISATION, now)


def by_merge(operator: Operator | None, now: datetime, *, former_name: str) -> Source:
    """Taken over from another organisation or person that was the same one."""
    return Source(SourceKind.MERGE, now, by=operator, note=former_name[:200])


def by_import(batch: ImportBatch, sheet: str, row_number: int, now: datetime, *, as_of: date | None = None) -> Source:
    """A row of a list; ``as_of`` is when it says that it was changed last."""
    return Source(SourceKind.IMPORT, now, batch=batch, sheet=sheet[:80], row_number=row_number, as_of=as_of)


def link_field(kind: str, row: int | str) -> str:
    """Return how one of several is called: ``link_field("theme", 7)`` is "theme:7".

    Kinds: theme, area, target_group (the id of the word), alias (its key), membership, role (of the row itself),
    mailbox.
    """
    return f"{kind}:{row}"


@contextmanager
def saying(session: Session, target: Target, source: Source) -> Iterator[None]:
    """Stamp every field of the target that differs afterwards; taking something away is saying something too."""
    before = said_of(target) if target in session else {}
    yield
    session.flush()
    after = said_of(target)
    changed = [field for field in {**before, **after} if after.get(field) != before.get(field)]
    if changed:
        stamp(session, target, changed, source)


def stamp(session: Session, target: Target, fields: Iterable[str], source: Source) -> FieldSource:
    """Write down that the source said these fields; whoever said them before no longer counts.

    A field that was emptied, or something that was taken out of a list, is said too: an import must not bring it back.
    """
    session.flush()
    said = list(dict.fromkeys(fields))
    restamp(session, marks_of(session, target), set(said))
    mark = new_mark(target, said, source)
    session.add(mark)
    session.flush()
    return mark


def sources_of(session: Session, target: Target) -> dict[str, FieldSource]:
    """Return field → who said it last, also that it is empty. One without an entry was there before we kept this."""
    return {field: mark for mark in marks_of(session, target) for field in mark.fields}


def marks_of(session: Session, target: Target) -> Sequence[FieldSource]:
    """Return the marks of a target, the oldest first."""
    owner = FieldSource.organisation_id if isinstance(target, Organisation) else FieldSource.person_id
    asked = select(FieldSource).where(owner == target.id).order_by(FieldSource.said_at, FieldSource.id)
    loads = (joinedload(FieldSource.operator), joinedload(FieldSource.batch))
    return session.scalars(asked.options(*loads)).all()


def restamp(session: Session, marks: Iterable[FieldSource], fields: set[str]) -> None:
    """Take these fields out of marks; an empty mark goes."""
    for mark in marks:
        left = [field for field in mark.fields if field not in fields]
        if not left:
            session.delete(mark)
        elif len(left) < len(mark.fields):
            mark.fields = left


def new_mark(target: Target, fields: list[str], source: Source) -> FieldSource:
    """Return a mark that is not in the session yet; the target has its id."""
    is_organisation = isinstance(target, Organisation)
    return FieldSource(
        organisation_id=target.id if is_organisation else None,
        person_id=None if is_organisation else target.id,
        fields=fields,
        kind=source.kind,
        said_at=source.said_at,
        operator_id=source.by.id if source.by else None,
        batch_id=source.batch.id if source.batch else None,
        sheet=source.sheet,
        row_number=source.row_number,
        note=source.note,
        as_of=source.as_of,
    )


def said_of(target: Target) -> dict[str, Any]:
    """Return field → value of all that somebody said of the target and that is filled in."""
    mapper: Mapper[Any] = inspect(type(target))
    keys = [each.key for each in mapper.column_attrs if each.key not in _NOT_SAID]
    columns = {_IN_FIELD.get(key, key): getattr(target, key) for key in keys}
    said = {field: value for field, value in columns.items() if value not in (None, "")}
    return said | (_links_of_organisation(target) if isinstance(target, Organisation) else _links_of_person(target))


def _links_of_organisation(organisation: Organisation) -> dict[str, Any]:
    return {
        **{link_field("theme", one.theme_id): one.is_primary for one in organisation.themes},
        **{link_field("area", one.neighbourhood_id): True for one in organisation.service_areas},
        **{link_field("target_group", one.target_group_id): True for one in organisation.target_groups},
        **{link_field("alias", one.name_key): one.name for one in organisation.aliases},
        **{link_field("membership", one.id): (one.joined_on, one.left_on) for one in organisation.memberships},
    }


def _links_of_person(person: Person) -> dict[str, Any]:
    roles = {
        link_field("role", one.id): (one.kind_id, one.description, one.is_contact, one.since_on, one.until_on)
        for one in person.roles
    }
    return {link_field("theme", one.theme_id): True for one in person.themes} | roles
