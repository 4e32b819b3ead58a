"""``mailer directory check-letters``: a dry run first, then for real, and never twice."""

from __future__ import annotations

import json

import pytest
from sqlalchemy import select

from mailer.cli import main
from mailer.directory.models import CheckLetter
from mailer.foundation.database import Database
from tests.factories import an_organisation

LETTERS = ["directory", "check-letters"]


@pytest.fixture
def house(database: Database, monkeypatch: pytest.MonkeyPatch) -> Database:
    settings = database.settings
    monkeypatch.setenv("MAILER_DATA_DIR", str(settings.data_dir))
    monkeypatch.setenv("MAILER_DATABASE_URL", settings.effective_database_url)
    monkeypatch.setenv("MAILER_SECRET_KEY", settings.secret_key.get_secret_value())
    with database.transaction() as session:
        an_organisation(session, "De Voeg", slug="de-voeg", mailbox="info@devoeg.example.org")
        an_organisation(session, "Stil", slug="stil")
    return database


def planned(house: Database) -> int:
    with house.transaction(writes=False) as session:
        return len(session.scalars(select(CheckLetter)).all())


def test_letters_are_tried_then_planned_and_never_planned_twice(
    house: Database, capsys: pytest.CaptureFixture[str]
) -> None:
    main([*LETTERS, "--due", "--dry-run", "--json"])
    dry = json.loads(capsys.readouterr().out)
    after_dry = planned(house)
    main([*LETTERS, "--due", "--json"])
    real = json.loads(capsys.readouterr().out)
    main([*LETTERS, "--organisation", "de-voeg"])
    again = capsys.readouterr().out

    assert (dry["to_ask"], dry["unreachable"], dry["planned"], after_dry) == (1, 1, False, 0)
    assert (real["to_ask"], real["planned"], planned(house)) == (1, True, 1)
    assert again == "0 brieven.\nAl gevraagd in het afgelopen jaar: 1.\n"


def test_an_unknown_organisation_is_a_sentence_and_nobody_at_all_is_wrong_usage(
    house: Database, capsys: pytest.CaptureFixture[str]
) -> None:
    with pytest.raises(SystemExit) as unknown:
        main([*LETTERS, "--organisation", "de-voeg", "--organisation", "weg"])
    told = capsys.readouterr().err
    with pytest.raises(SystemExit) as nobody:
        main(LETTERS)

    assert (unknown.value.code, told) == (1, "Deze organisatie kennen we niet: weg.\n")
    assert (nobody.value.code, planned(house)) == (2, 0)
