"""The sample's untidy files go through the import, and every row ends as the table beside them says."""

from __future__ import annotations

import csv
import io
from datetime import datetime
from pathlib import Path

import pytest
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from mailer.directory.importing import Report, import_file
from mailer.directory.models import Organisation, Role
from mailer.directory.sample.files.writing import write_files
from mailer.directory.sample.imagining import imagine
from mailer.directory.sample.sketch import SampleOrganisation

FILES = ["organisaties_voorbeeld_cp1252.csv", "sleutelfiguren_voorbeeld.xlsx"]
SEED = 2027


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("files")
    write_files(imagine(SEED), seed=SEED, to=folder)
    return folder


def _import(session: Session, folder: Path, name: str, now: datetime) -> Report:
    return import_file(session, (folder / name).read_bytes(), file_name=name, now=now, apply=True)


def _as_expected(report: Report, folder: Path, name: str) -> list[str]:
    """Every row that ended otherwise than the table says."""
    text = (folder / "verwacht.csv").read_text(encoding="utf-8-sig")
    expected = [row for row in csv.DictReader(io.StringIO(text), delimiter=";") if row["bestand"] == name]
    outcomes = {(row["sheet"], row["row"]): row for row in report.as_json()["outcomes"]}
    assert len(outcomes) == len(expected)
    wrong = []
    for row in expected:
        found = outcomes[row["blad"], int(row["rij"])]
        codes = {problem["code"] for problem in found["problems"]}
        if found["outcome"] != row["uitkomst"] or (row["code"] and row["code"] not in codes):
            wrong.append(f"{name} {row} became {found['outcome']} {codes}")
    return wrong


def test_every_row_ends_as_the_table_says(session: Session, folder: Path, now: datetime) -> None:
    for name in FILES:
        report = _import(session, folder, name, now)

        assert _as_expected(report, folder, name) == []


def test_the_same_file_again_changes_nothing(session: Session, folder: Path, now: datetime) -> None:
    for name in FILES:
        _import(session, folder, name, now)

        again = _import(session, folder, name, now).as_json()["outcomes"]

        assert [row for row in again if row["outcome"] in ("new", "changed")] == []


def test_contacts_are_recognised_once_their_people_are_there(session: Session, folder: Path, now: datetime) -> None:
    for name in [*FILES, FILES[0]]:
        _import(session, folder, name, now)

    # "F. van der Klinker" in the first list is Fatuma of the second.
    assert session.scalars(select(func.count(Role.id)).where(Role.is_contact)).one() > 120


def test_what_was_typed_in_every_spelling_comes_back_as_one_word(session: Session, folder: Path, now: datetime) -> None:
    sample = {str(found.number): found for found in imagine(SEED).organisations}
    _import(session, folder, FILES[0], now)

    organisations = session.scalars(select(Organisation)).all()
    assert len(organisations) > 205
    for organisation in organisations:
        assert _words(organisation) == _sample_words(sample[organisation.list_number]), organisation.name


def _words(organisation: Organisation) -> tuple[object, ...]:
    themes = [row.theme.slug for row in organisation.themes]
    return (
        organisation.kind.slug if organisation.kind else "",
        themes[0],
        set(themes),
        {row.neighbourhood.slug for row in organisation.service_areas},
        {row.target_group.slug for row in organisation.target_groups},
    )


def _sample_words(found: SampleOrganisation) -> tuple[object, ...]:
    return found.kind, found.theme, set(found.themes), set(found.areas), set(found.target_groups)
