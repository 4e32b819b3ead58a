"""Speaking: a statement in the words of the mirror: those of PostgreSQL, but for how values are handed over."""

from __future__ import annotations

from typing import Any

from sqlalchemy import Select
from sqlalchemy.dialects.postgresql.psycopg import PGDialect_psycopg

_DIALECT = PGDialect_psycopg(paramstyle="numeric_dollar")  # type: ignore[no-untyped-call]


def spoken(statement: Select[*tuple[Any, ...]]) -> tuple[str, list[Any]]:
    """Return the text of a statement, with $1, $2 … for the values that come with it."""
    compiled: Any = statement.compile(dialect=_DIALECT, compile_kwargs={"render_postcompile": True})
    values = compiled.construct_params(escape_names=False)
    processors = compiled._bind_processors
    names = compiled.positiontup or []
    return str(compiled), [_processed(processors, name, values[name]) for name in dict.fromkeys(names)]


def _processed(processors: Any, name: str, value: Any) -> Any:
    processor = processors.get(name)
    return processor(value) if processor else value
