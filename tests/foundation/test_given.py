"""Many rows in one parameter, read back as they were on either database."""

from __future__ import annotations

from datetime import timedelta

from sqlalchemy import select

from mailer.foundation.database import is_sqlite
from mailer.foundation.given import MOMENT, NUMBER, WORDS, given, moment, rows_of


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
