"""Which columns point at what, asked of the models themselves; and letting a row point at another one instead."""

from __future__ import annotations

from collections.abc import Iterator
from functools import cache
from typing import Any

from sqlalchemy import Column, Table, UniqueConstraint, inspect, select
from sqlalchemy.orm import Mapper, Session

from mailer.foundation.database import Base


@cache
def columns_pointing_at(table_name: str) -> tuple[Column[Any], ...]:
    """Return every column of any table with a foreign key to this one."""
    return tuple(
        key.parent
        for table in Base.metadata.sorted_tables
        for key in sorted(table.foreign_keys, key=lambda one: one.parent.name)
        if key.column.table.name == table_name
    )


def name_of(column: Column[Any]) -> str:
    """Return "role.person_id"."""
    return f"{column.table.name}.{column.name}"


def point_elsewhere(session: Session, column: Column[Any], old_id: int, new_id: int) -> None:
    """Let every row that points at the old one point at the new one; a row that is there already is not made twice."""
    mapper = mapper_of(column.table)
    for row in list(session.scalars(select(mapper.class_).where(column == old_id))):
        if _has_twin(session, mapper, row, column, new_id):
            session.delete(row)
        elif column.primary_key:
            _make_anew(session, mapper, row, column, new_id)
        else:
            setattr(row, mapper.get_property_by_column(column).key, new_id)
        session.flush()


def mapper_of(table: Table) -> Mapper[Any]:
    """Return the mapper of a table."""
    return next(mapper for mapper in Base.registry.mappers if mapper.local_table is table)


def _make_anew(session: Session, mapper: Mapper[Any], row: Any, column: Column[Any], new_id: int) -> None:
    """A row whose key changes is another row: the journal then tells of one that went and one that came."""
    values = {each.key: getattr(row, each.key) for each in mapper.column_attrs}
    values[mapper.get_property_by_column(column).key] = new_id
    session.delete(row)
    session.flush()
    session.add(mapper.class_(**values))


def _has_twin(session: Session, mapper: Mapper[Any], row: Any, column: Column[Any], new_id: int) -> bool:
    for columns in _unique_together(column):
        values = {each: getattr(row, mapper.get_property_by_column(each).key) for each in columns}
        values[column] = new_id
        if all(value is not None for value in values.values()):
            wanted = select(mapper.class_).where(*(each == value for each, value in values.items()))
            if session.scalars(wanted).first() is not None:
                return True
    return False


def _unique_together(column: Column[Any]) -> Iterator[tuple[Column[Any], ...]]:
    table = column.table
    if column.primary_key:
        yield tuple(table.primary_key.columns)
    for constraint in table.constraints:
        if isinstance(constraint, UniqueConstraint) and column.name in constraint.columns:
            yield tuple(constraint.columns)


def forget(session: Session, row: Any) -> None:
    """Remove a row that nothing points at any more; what the session remembers of its parts is old."""
    session.flush()
    session.expire(row)
    assert inspect(row).persistent
    session.delete(row)
    session.flush()
