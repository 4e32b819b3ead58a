"""``mailer directory duplicates | merge | unmerge`` from a script."""

from __future__ import annotations

import json

import pytest
from sqlalchemy import select

from mailer.cli import main
from mailer.directory.models import Organisation
from mailer.foundation.database import Database
from tests.factories import an_organisation


@pytest.fixture(autouse=True)
def _here(database: Database, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("MAILER_DATABASE_URL", database.engine.url.render_as_string(hide_password=False))
    monkeypatch.setenv("MAILER_DATA_DIR", str(database.settings.data_dir))
    monkeypatch.setenv("MAILER_SECRET_KEY", database.settings.secret_key.get_secret_value())


def _two(database: Database) -> tuple[int, int]:
    with database.transaction() as session:
        keep = an_organisation(session, "Buurttuin De Voeg", phone="+31100000123")
        lose = an_organisation(session, "Stg. Buurttuin de Voeg", phone="+31100000999", member_of=["groen-lint"])
        return keep.id, lose.id


def _said(capsys: pytest.CaptureFixture[str]) -> dict[str, object]:
    said: dict[str, object] = json.loads(capsys.readouterr().out)
    return said


def _run(*arguments: object) -> int:
    try:
        main(["directory", *map(str, arguments)])
    except SystemExit as ended:
        return int(ended.code or 0)
    return 0


def test_duplicates_are_listed_a_line_each(database: Database, capsys: pytest.CaptureFixture[str]) -> None:
    keep, lose = _two(database)

    assert _run("duplicates", "--json") == 0

    assert _said(capsys) == {
        "kind": "organisation",
        "one": {"id": keep, "name": "Buurttuin De Voeg"},
        "other": {"id": lose, "name": "Stg. Buurttuin de Voeg"},
        "score": 55,
        "reasons": ["same-bare-name"],
    }


def test_a_dry_run_says_what_would_happen_and_changes_nothing(
    database: Database, capsys: pytest.CaptureFixture[str]
) -> None:
    keep, lose = _two(database)

    assert _run("merge", keep, lose, "--dry-run", "--json") == 0

    said = _said(capsys)
    assert (said["merge"], said["follows"]) == (None, ["1 lidmaatschap"])
    with database.transaction(writes=False) as session:
        assert session.scalars(select(Organisation.id)).all() == [keep, lose]


def test_merging_and_taking_it_back(database: Database, capsys: pytest.CaptureFixture[str]) -> None:
    keep, lose = _two(database)

    assert _run("merge", keep, lose, "--take", "phone", "--json") == 0
    merge_id = _said(capsys)["merge"]
    with database.transaction(writes=False) as session:
        assert [(one.id, one.phone) for one in session.scalars(select(Organisation))] == [(keep, "+31100000999")]
    assert _run("unmerge", merge_id, "--json") == 0

    assert _said(capsys)["kept"] == []
    with database.transaction(writes=False) as session:
        assert session.scalars(select(Organisation.id).order_by(Organisation.id)).all() == [keep, lose]


def test_what_is_gone_is_refused_with_a_sentence(database: Database, capsys: pytest.CaptureFixture[str]) -> None:
    keep, _lose = _two(database)

    assert _run("merge", keep, 999_999) == 1
    assert _run("unmerge", 999_999) == 1

    assert "Deze samenvoeging kennen we niet." in capsys.readouterr().err


def test_a_choice_that_cannot_be_read_is_refused(database: Database, capsys: pytest.CaptureFixture[str]) -> None:
    keep, lose = _two(database)

    assert _run("merge", keep, lose, "--answer", "morgen") == 1

    assert "Schrijf het zo" in capsys.readouterr().err
