"""Rows that are loaded at once are the same rows as those that are added one by one."""

from __future__ import annotations

import sqlite3
from datetime import UTC, date, datetime, timedelta, timezone

import pytest
from psycopg.errors import IntegrityError as CopyRefused
from sqlalchemy import select
from sqlalchemy.orm import Session

from mailer.directory.models import Mailbox, MailboxKind, Person, Role
from mailer.foundation.bulk import load, move_sequence, next_id, refresh_statistics
from tests.factories import a_mailbox, a_person, an_organisation

COLUMNS = ["id", "address", "address_key", "address_hash", "domain", "kind", "added_at"]


def _row(number: int, name: str, added_at: datetime) -> tuple[object, ...]:
    return number, name, name, f"{number:032x}", "a.example.org", MailboxKind.FUNCTIONAL, added_at


def test_loaded_rows_read_back_as_they_were(session: Session) -> None:
    amsterdam = timezone(timedelta(hours=1))
    first = next_id(session, Mailbox)
    moment = datetime(2026, 11, 24, 9, 30, tzinfo=amsterdam)

    load(session, Mailbox, COLUMNS, (_row(first + n, f"m{n}\t\\N'ë🌱@a.example.org", moment) for n in range(3)))

    found = session.scalars(select(Mailbox).where(Mailbox.id >= first).order_by(Mailbox.id)).all()
    assert [mailbox.address for mailbox in found] == [f"m{n}\t\\N'ë🌱@a.example.org" for n in range(3)]
    assert {mailbox.kind for mailbox in found} == {MailboxKind.FUNCTIONAL}
    assert found[0].added_at == datetime(2026, 11, 24, 8, 30, tzinfo=UTC)


def test_the_database_goes_on_above_what_was_loaded(session: Session) -> None:
    first = next_id(session, Mailbox)
    load(session, Mailbox, COLUMNS, [_row(first + 9, "m@a.example.org", datetime(2026, 1, 1, tzinfo=UTC))])
    move_sequence(session, Mailbox)
    refresh_statistics(session)

    assert a_mailbox(session, "n@a.example.org").id == first + 10
    assert next_id(session, Mailbox) == first + 11


def test_days_and_empty_values_are_kept(session: Session) -> None:
    person, organisation = a_person(session, "Noor"), an_organisation(session, "De Voeg")
    rows = [(person.id, organisation.id, "", True, date(2024, 2, 29), None)]

    load(session, Role, ["person_id", "organisation_id", "description", "is_contact", "since_on", "until_on"], rows)

    role = session.scalars(select(Role).where(Role.person_id == person.id)).one()
    assert (role.is_contact, role.since_on, role.until_on) == (True, date(2024, 2, 29), None)


def test_a_row_that_does_not_fit_is_refused(session: Session) -> None:
    with pytest.raises((CopyRefused, sqlite3.IntegrityError)):
        load(session, Person, ["id", "given_name"], [(next_id(session, Person), "Noor")])
