"""Many rows in one parameter, read back as they were on either database."""

from __future__ import annotations

from datetime import timedelta

from sqlalchemy import Integer, bindparam, case, column, literal, select, table
from sqlalchemy.dialects import sqlite

from mailer.foundation.database import is_sqlite
from mailer.foundation.given import MOMENT, NUMBER, WORDS, among, given, moment, rows_of
from mailer.foundation.prepared import Prepared


def test_given_rows_are_a_table_with_numbers_words_and_moments(session, now):
    rows = given(sqlite=is_sqlite(session), number=NUMBER, words=WORDS, at=MOMENT)
    later = now + timedelta(microseconds=7)

    found = session.execute(
        select(rows).order_by(rows.c.number.desc()),
        rows_of([(1, "één 'citaat' \"dubbel\"", moment(now)), (2, None, None), (3, "", moment(later))]),
    ).all()

    assert found == [(3, "", later), (2, None, None), (1, "één 'citaat' \"dubbel\"", now)]


def test_no_given_rows_are_an_empty_table(session):
    rows = given(sqlite=is_sqlite(session), number=NUMBER)

    assert session.execute(select(rows.c.number), rows_of([])).all() == []


def test_among_takes_any_number_of_numbers_in_one_statement(session):
    rows = given(sqlite=is_sqlite(session), number=NUMBER)
    found = select(rows.c.number).where(among(rows.c.number, "wanted")).order_by(rows.c.number)
    numbers = rows_of((one,) for one in range(9))

    assert session.scalars(found, {**numbers, "wanted": [7, 3, 99]}).all() == [3, 7]
    assert session.scalars(found, {**numbers, "wanted": range(2, 5)}).all() == [2, 3, 4]
    assert session.scalars(found, {**numbers, "wanted": []}).all() == []


def test_a_prepared_statement_runs_with_values_of_the_models_types(session, now):
    rows = Prepared(
        lambda sqlite: select(MOMENT_OR_LESS, given(sqlite=sqlite, number=NUMBER).c.number).where(
            among(literal(3, Integer), "wanted")
        )
    )

    assert rows(session, {**rows_of([(1,), (2,)]), "moment": now, "wanted": [3]}) == [(1, 1), (1, 2)]
    assert rows(session, {**rows_of([(1,)]), "moment": now, "wanted": [4]}) == []


MOMENT_OR_LESS = case((bindparam("moment", type_=MOMENT) <= bindparam("moment", type_=MOMENT), 1), else_=0)


def test_among_can_be_answered_by_an_index():
    numbers = table("letter", column("id", Integer))

    written = str(select(numbers.c.id).where(among(numbers.c.id, "ids")).compile(dialect=sqlite.dialect()))

    assert written.endswith("WHERE letter.id IN (SELECT value FROM json_each(?))")
