"""``mailer mailing blocks``, ``create``, ``check`` and ``preview``."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from PIL import Image

from mailer.cli import main
from mailer.foundation.database import Database
from mailer.mailings.blocks import BLOCK_TYPES
from mailer.mailings.models import Mailing
from mailer.mailings.pictures import picture_path
from tests.factories import a_mailbox, a_person, a_topic


@pytest.fixture
def house(database: Database, monkeypatch: pytest.MonkeyPatch) -> Database:
    monkeypatch.setenv("MAILER_DATABASE_URL", database.settings.database_url)
    monkeypatch.setenv("MAILER_DATA_DIR", str(database.settings.data_dir))
    monkeypatch.setenv("MAILER_BASE_URL", "https://tegelpost.example.org")
    return database


def a_spec(folder: Path, **more: object) -> str:
    spec = {
        "kind": "newsletter",
        "topic": "nieuwsbrief",
        "subject": "Tien fondsen",
        "audience": {"rule": {"all": []}, "reach": "everyone"},
        "blocks": [{"type": "text", "html": "<p>[[mailbox.greeting]]</p>"}],
        **more,
    }
    path = folder / "spec.json"
    path.write_text(json.dumps(spec), encoding="utf-8")
    return str(path)


def ending_of(*arguments: str) -> int:
    with pytest.raises(SystemExit) as ending:
        main(list(arguments))
    return int(ending.value.code or 0)


def create(house: Database, spec: str, capsys: pytest.CaptureFixture[str]) -> str:
    with house.transaction() as session:
        a_topic(session)
        a_person(session, mailbox=a_mailbox(session, "samira@devoeg.example.org"))
    main(["mailing", "create", spec, "--json"])
    return str(json.loads(capsys.readouterr().out)["id"])


def test_the_blocks_are_listed_a_line_each(house: Database, capsys: pytest.CaptureFixture[str]) -> None:
    main(["mailing", "blocks", "--json"])

    listed = [json.loads(line) for line in capsys.readouterr().out.splitlines()]
    assert [block["type"] for block in listed] == list(BLOCK_TYPES)
    heading = next(block for block in listed if block["type"] == "heading")
    assert [field["name"] for field in heading["fields"]] == ["text", "level"]


def test_a_spec_becomes_a_mailing(house: Database, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    number = create(house, a_spec(tmp_path), capsys)

    with house.transaction(writes=False) as session:
        assert session.get_one(Mailing, int(number)).subject == "Tien fondsen"


def test_a_wrong_spec_writes_nothing(house: Database, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    ending = ending_of("mailing", "create", a_spec(tmp_path, topic="weg"))

    assert ending == 1
    assert capsys.readouterr().err == "De verzendlijst weg bestaat niet.\n"
    with house.transaction(writes=False) as session:
        assert session.query(Mailing).count() == 0


def test_the_check_of_a_good_mailing_ends_well(
    house: Database, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    number = create(house, a_spec(tmp_path), capsys)

    ending = ending_of("mailing", "check", number, "--json")

    report = json.loads(capsys.readouterr().out)
    assert ending == 0
    assert report["stops"] == []
    assert {"no-preheader", "no-proof"} <= {warning["code"] for warning in report["warnings"]}


def test_the_check_of_a_mailing_that_stops_ends_with_one(
    house: Database, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    number = create(house, a_spec(tmp_path, subject="", audience=None), capsys)

    assert ending_of("mailing", "check", number, "--json") == 1
    report = json.loads(capsys.readouterr().out)
    assert [stop["code"] for stop in report["stops"]] == ["no-subject", "no-audience"]
    assert ending_of("mailing", "check", number) == 1
    assert capsys.readouterr().out.startswith("Je kunt nog niet verzenden. Los eerst 2 punten op.\n- Er is nog geen")


def test_a_mailing_that_is_not_there(house: Database, capsys: pytest.CaptureFixture[str]) -> None:
    assert ending_of("mailing", "check", "7") == 1
    assert capsys.readouterr().err == "Er is geen mailing met nummer 7.\n"


def test_a_picture_beside_the_spec_is_taken_in(
    house: Database, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    Image.new("RGB", (40, 30)).save(tmp_path / "tuin.png")
    number = create(house, a_spec(tmp_path, blocks=[{"type": "image", "src": "tuin.png", "alt": "Een tuin"}]), capsys)

    with house.transaction(writes=False) as session:
        source = session.get_one(Mailing, int(number)).blocks[0].fields["src"]
        name = source.removeprefix("https://tegelpost.example.org/beeld/")
        assert picture_path(session, name) is not None


def test_a_picture_that_is_not_there_is_named(
    house: Database, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    spec = a_spec(tmp_path, blocks=[{"type": "image", "src": "weg.png", "alt": ""}])

    assert ending_of("mailing", "create", spec) == 1
    assert "weg.png kan ik niet lezen." in capsys.readouterr().err


def test_a_preview_is_the_letter_of_one_mailbox(
    house: Database, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    number = create(house, a_spec(tmp_path), capsys)

    main(["mailing", "preview", number, "--as", "Samira@devoeg.example.org", "--to", str(tmp_path / "proef"), "--json"])

    told = json.loads(capsys.readouterr().out)
    assert told["files"] == [str(tmp_path / "proef" / name) for name in ("subject.txt", "body.html", "body.txt")]
    text = (tmp_path / "proef" / "body.txt").read_text(encoding="utf-8")
    assert "Beste Samira," in text
    assert "[[" not in text + (tmp_path / "proef" / "body.html").read_text(encoding="utf-8")
    assert (tmp_path / "proef" / "subject.txt").read_text(encoding="utf-8") == "Tien fondsen\n"


def test_a_preview_for_a_stranger_is_refused(
    house: Database, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    number = create(house, a_spec(tmp_path), capsys)

    assert ending_of("mailing", "preview", number, "--as", "niemand@example.org", "--to", str(tmp_path / "proef")) == 1
    assert capsys.readouterr().err == "niemand@example.org staat niet in het adresboek.\n"
    assert not (tmp_path / "proef").exists()


def test_a_preview_where_nothing_can_be_written_is_refused(
    house: Database, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    number = create(house, a_spec(tmp_path), capsys)
    in_the_way = tmp_path / "file"
    in_the_way.write_text("")

    ended = ending_of(
        "mailing", "preview", number, "--as", "samira@devoeg.example.org", "--to", str(in_the_way / "map")
    )

    assert ended == 1
    assert capsys.readouterr().err == f"Deze map kan ik niet maken: {in_the_way / 'map'}.\n"
