from __future__ import annotations

from sqlalchemy import CTE, select
from sqlalchemy.orm import Session

from mailer.foundation.database import is_sqlite
from mailer.foundation.given import NUMBER, inlined


def _pairs(session: Session, rows: list[tuple[int | None, ...]]) -> CTE:
    return inlined(rows, sqlite=is_sqlite(session), organisation_id=NUMBER, person_id=NUMBER).cte("pairs")


def test_rows_of_numbers_become_a_table(session: Session) -> None:
    pairs = _pairs(session, [(1, None), (None, 2), (3, 4)])

    rows = session.execute(select(pairs.c.organisation_id, pairs.c.person_id))

    assert {tuple(row) for row in rows} == {(1, None), (None, 2), (3, 4)}


def test_no_rows_are_an_empty_table(session: Session) -> None:
    assert session.execute(select(_pairs(session, []))).all() == []


def test_the_statement_reads_the_same_however_many_rows(session: Session) -> None:
    few, many = (
        str(select(_pairs(session, [(n, None) for n in range(count)])).compile(session.get_bind())) for count in (1, 50)
    )

    assert few == many
