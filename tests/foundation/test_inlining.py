from __future__ import annotations

from sqlalchemy import select
from sqlalchemy.orm import Session

from mailer.foundation.inlining import inlined


def test_rows_of_numbers_become_a_table(session: Session) -> None:
    handed = inlined(session, ("organisation_id", "person_id"), [(1, None), (None, 2), (3, 4)]).cte("handed")

    rows = session.execute(select(handed.c.organisation_id, handed.c.person_id))

    assert {tuple(row) for row in rows} == {(1, None), (None, 2), (3, 4)}


def test_no_rows_are_an_empty_table(session: Session) -> None:
    handed = inlined(session, ("organisation_id", "person_id"), []).cte("handed")

    assert session.execute(select(handed)).all() == []


def test_the_statement_reads_the_same_however_many_rows(session: Session) -> None:
    few, many = (
        str(inlined(session, ("id",), [(n,) for n in range(count)]).compile(session.get_bind())) for count in (1, 50)
    )

    assert few == many
