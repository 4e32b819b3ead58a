"""``mailer staff``."""

from __future__ import annotations

import json

import pytest

from mailer.cli import main
from mailer.foundation.database import Database


@pytest.fixture
def house(database: Database, monkeypatch: pytest.MonkeyPatch) -> Database:
    monkeypatch.setenv("MAILER_DATABASE_URL", database.settings.database_url)
    monkeypatch.setenv("MAILER_DATA_DIR", str(database.settings.data_dir))
    monkeypatch.setenv("MAILER_BASE_URL", "https://tegelpost.example.org")
    return database


def test_adding_somebody_prints_a_link_and_again_a_fresh_one(
    house: Database, capsys: pytest.CaptureFixture[str]
) -> None:
    main(["staff", "add", "marit@example.org", "--role", "admin", "--name", "Marit", "--json"])
    first = json.loads(capsys.readouterr().out)
    main(["staff", "add", "Marit@example.org", "--role", "reader", "--json"])
    second = json.loads(capsys.readouterr().out)

    assert first["link"].startswith("https://tegelpost.example.org/inloggen/")
    assert first["link"] != second["link"]
    assert (second["id"], second["role"]) == (first["id"], "admin")


def test_closing_the_door_on_a_stranger_is_refused(house: Database, capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit) as ending:
        main(["staff", "disable", "niemand@example.org"])

    assert ending.value.code == 1
    assert capsys.readouterr().err == "niemand@example.org werkt hier niet.\n"


def test_another_role_for_somebody_who_works_here_is_not_promised(
    house: Database, capsys: pytest.CaptureFixture[str]
) -> None:
    main(["staff", "add", "marit@example.org", "--role", "reader"])
    capsys.readouterr()

    main(["staff", "add", "marit@example.org", "--role", "admin"])

    assert "marit@example.org werkt hier al; de rol verander je in het kantoor." in capsys.readouterr().out
