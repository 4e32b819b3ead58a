"""A field of a list is whole: chosen by our word for it, read, written, and taken back by name."""

from __future__ import annotations

import re
from dataclasses import fields
from pathlib import Path

from mailer.directory import importing
from mailer.directory.importing.columns.fields import NEVER_CHOSEN, SPELLINGS, Subject, field_choices, is_home
from mailer.directory.importing.rows.organisations import ReadOrganisation
from mailer.directory.importing.rows.people import ReadPerson
from mailer.directory.importing.taking_back.remaining import _NOT_TOLD, field_words
from mailer.directory.models import Organisation, Person
from mailer.subscriptions import claims

ROOM = Path(importing.__file__).parent
# Kept with the row; asked for when what a list claims is confirmed, or looked at by a person there.
CLAIMED = {"source", "consented_on"}


def code(*, without: tuple[str, ...] = ()) -> str:
    files = {*ROOM.rglob("*.py"), Path(claims.__file__).parent / "importing.py"} - {ROOM / name for name in without}
    return "\n".join(file.read_text(encoding="utf-8") for file in sorted(files))


def test_every_field_can_be_chosen_by_our_word_for_it() -> None:
    for subject in Subject:
        offered = [field for field, _word in field_choices(subject)]

        assert offered == [
            field for field in SPELLINGS[subject] if field not in NEVER_CHOSEN and not is_home(field, subject)
        ]


def test_no_column_name_means_two_fields_of_one_list() -> None:
    for subject, known in SPELLINGS.items():
        names = [name for spellings in known.values() for name in spellings.split("|")]

        assert sorted(names) == sorted(set(names)), subject


def test_every_field_is_read() -> None:
    reading = code(without=("columns/fields.py", "columns/proposing.py"))
    offered = {field for subject in Subject for field, _word in field_choices(subject)}

    assert {field for field in offered - CLAIMED if f'"{field}"' not in reading} == set()


def test_what_a_row_says_is_written() -> None:
    writing = code(without=("rows/organisations.py", "rows/people.py"))

    for read in (ReadOrganisation, ReadPerson):
        said = {each.name for each in fields(read)}
        assert {name for name in said if not re.search(rf"\bread\.{name}\b", writing)} == set()


def test_every_column_has_its_word_when_a_list_is_taken_back() -> None:
    for model in (Organisation, Person):
        columns = {column.name for column in model.__table__.columns} - _NOT_TOLD - {"id"}

        assert columns - field_words().keys() == set()
