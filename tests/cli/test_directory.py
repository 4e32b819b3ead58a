"""``mailer directory import`` and ``export``."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from sqlalchemy import func, select

from mailer.cli import main
from mailer.directory.models import ImportBatch, Organisation, Theme
from mailer.foundation.database import Database

LIST = "Naam organisatie;Wijk;E-mail\nKoor De Stoep;Spangen;koor@x.test\nTotaal: 1;;\n"


@pytest.fixture
def house(database: Database, monkeypatch: pytest.MonkeyPatch) -> Database:
    monkeypatch.setenv("MAILER_DATABASE_URL", database.settings.database_url)
    monkeypatch.setenv("MAILER_DATA_DIR", str(database.settings.data_dir))
    return database


@pytest.fixture
def file(tmp_path: Path) -> str:
    path = tmp_path / "organisaties.csv"
    path.write_text(LIST, encoding="cp1252")
    return str(path)


def number_of(house: Database, model: type) -> int:
    with house.transaction(writes=False) as session:
        return session.scalar(select(func.count()).select_from(model)) or 0


def test_without_apply_nothing_is_written(house: Database, file: str, capsys: pytest.CaptureFixture[str]) -> None:
    main(["directory", "import", file, "--json"])

    told = json.loads(capsys.readouterr().out)
    assert (told["batch"], told["applied"]) == (None, False)
    assert told["rows"] == {"new": 1, "changed": 0, "same": 0, "doubtful": 0, "rejected": 1}
    assert told["outcomes"][1] == {
        "row": 3,
        "outcome": "rejected",
        "problems": [{"column": "", "code": "total", "message": "Dit lijkt op een totaalregel."}],
        "sheet": "",
        "changes": [],
    }
    assert (number_of(house, Organisation), number_of(house, ImportBatch)) == (0, 0)


def test_applying_keeps_the_batch_and_again_changes_nothing(
    house: Database, file: str, capsys: pytest.CaptureFixture[str]
) -> None:
    main(["directory", "import", file, "--apply", "--json"])
    first = json.loads(capsys.readouterr().out)
    main(["directory", "import", file, "--apply"])
    again = capsys.readouterr().out

    assert first["applied"] is True
    assert isinstance(first["batch"], int)
    assert again.startswith("2 rijen gelezen. 0 nieuw, 0 gewijzigd, 1 gelijk, 0 twijfel, 1 afgekeurd.\n")
    assert number_of(house, Organisation) == 1


@pytest.mark.parametrize("content", [b"", b"PK\x03\x04", b"%PDF-1.4", b"zomaar een brief", b"Naam organisatie;Wijk\n"])
def test_a_broken_file_is_one_sentence_and_exit_1(
    house: Database, tmp_path: Path, capsys: pytest.CaptureFixture[str], content: bytes
) -> None:
    path = tmp_path / "stuk.xlsx"
    path.write_bytes(content)

    with pytest.raises(SystemExit) as ending:
        main(["directory", "import", str(path), "--apply", "--json"])

    said = capsys.readouterr()
    assert ending.value.code == 1
    assert said.out == ""
    assert len(said.err.splitlines()) == 1
    assert number_of(house, ImportBatch) == 0


def test_a_file_that_is_not_there(house: Database, capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit) as ending:
        main(["directory", "import", "/nergens/lijst.csv"])

    assert ending.value.code == 1
    assert capsys.readouterr().err == "Dit bestand kan ik niet lezen: /nergens/lijst.csv.\n"


def test_the_export_is_a_file_per_kind_or_one_workbook(
    house: Database, file: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    main(["directory", "import", file, "--apply"])
    capsys.readouterr()

    main(["directory", "export", "--to", str(tmp_path / "uit.csv")])
    main(["directory", "export", "--to", str(tmp_path / "uit.xlsx")])

    names = ["uit-organisaties.csv", "uit-personen.csv", "uit-postvakken.csv", "uit.xlsx"]
    assert capsys.readouterr().out.splitlines() == [str(tmp_path / name) for name in names]
    assert (tmp_path / names[0]).read_bytes().startswith(b"\xef\xbb\xbfKenmerk;Nr;Naam organisatie;")
    with pytest.raises(SystemExit):
        main(["directory", "export", "--to", str(tmp_path / "uit.pdf")])


def test_a_theme_is_added_and_lists_and_rules_know_it(
    house: Database, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    main(["directory", "add-theme", "Eetbare stad", "--spelling", "Moestuinen!", "--json"])
    assert json.loads(capsys.readouterr().out)["slug"] == "eetbare-stad"
    listed = tmp_path / "lijst.csv"
    listed.write_text("Naam organisatie;Wijk;Thema's;E-mail\nKoor De Stoep;Spangen;moestuinen!;koor@x.test\n")
    main(["directory", "import", str(listed), "--apply"])
    capsys.readouterr()
    rule = tmp_path / "rule.json"
    rule.write_text(json.dumps({"rule": {"theme": ["eetbare-stad"]}}))

    main(["audience", "count", str(rule), "--json"])

    assert json.loads(capsys.readouterr().out)["organisations"] == 1


@pytest.mark.parametrize("name", ["Eetbare stad", "  eetbare   STAD ", "moestuinen", " ", "x" * 121])
def test_a_theme_that_is_there_already_or_has_no_good_name_is_refused(
    house: Database, name: str, capsys: pytest.CaptureFixture[str]
) -> None:
    main(["directory", "add-theme", "Eetbare stad", "--spelling", "moestuinen"])
    before = number_of(house, Theme)

    with pytest.raises(SystemExit) as ending:
        main(["directory", "add-theme", name])

    assert ending.value.code == 1
    assert number_of(house, Theme) == before


def test_the_columns_are_shown_changed_and_remembered(
    house: Database, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    file = tmp_path / "lijst.csv"
    file.write_text("Naam organisatie;Schoenmaat\nDe Voeg;42\n")
    choices = tmp_path / "keuzes.json"

    main(["directory", "columns", str(file)])
    assert "Schoenmaat: niet inlezen" in capsys.readouterr().out
    main(["directory", "columns", str(file), "--json"])
    proposed = json.loads(capsys.readouterr().out)
    proposed["sheets"][""]["columns"]["Schoenmaat"]["field"] = "description"
    choices.write_text(json.dumps(proposed))
    main(["directory", "import", str(file), "--columns", str(choices), "--apply", "--json"])
    capsys.readouterr()
    file.write_text("Schoenmaat;Naam organisatie\n43;Koor De Stoep\n")
    main(["directory", "import", str(file), "--apply", "--json"])

    with house.transaction(writes=False) as session:
        assert sorted(session.scalars(select(Organisation.description))) == ["42", "43"]


def test_choices_that_are_none_are_refused_with_a_sentence(
    house: Database, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    file, choices = tmp_path / "lijst.csv", tmp_path / "keuzes.json"
    file.write_text("Naam organisatie\nDe Voeg\n")
    choices.write_text('{"sheets": [1]}')

    with pytest.raises(SystemExit) as ending:
        main(["directory", "import", str(file), "--columns", str(choices)])

    assert ending.value.code == 1
    assert "mailer directory columns BESTAND --json" in capsys.readouterr().err


def test_a_list_is_taken_back_and_the_dumps_are_equal(
    house: Database, file: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    before, during, after = (tmp_path / name for name in ("before", "during", "after"))
    main(["directory", "dump", "--to", str(before)])
    main(["directory", "import", file, "--apply"])
    main(["directory", "dump", "--to", str(during)])
    capsys.readouterr()

    main(["directory", "undo", "1", "--dry-run"])
    foreseen = capsys.readouterr().out
    main(["directory", "undo", "1", "--json"])
    told = json.loads(capsys.readouterr().out)
    main(["directory", "dump", "--to", str(after)])

    assert foreseen.splitlines()[0] == "Uit het adresboek gaan: 1 organisatie en 1 postvak."
    assert (told["taken_back"], told["remaining"], told["later"]) == (True, [], [])
    assert during.read_bytes() != before.read_bytes()
    assert after.read_bytes() == before.read_bytes()


def test_a_list_that_was_not_applied_cannot_be_taken_back(
    house: Database, file: str, capsys: pytest.CaptureFixture[str]
) -> None:
    with pytest.raises(SystemExit):
        main(["directory", "undo", "7"])
    assert capsys.readouterr().err == "Dit staat niet (meer) in het adresboek.\n"


def test_rows_that_wait_are_decided_in_a_file(
    house: Database, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    first, second, asked = tmp_path / "een.csv", tmp_path / "twee.csv", tmp_path / "vragen.json"
    first.write_text("Naam organisatie;Wijk\nBuurttuin De Voeg;Spangen\n")
    second.write_text("Naam organisatie;Wijk\nBuurttuin De Voegg;Spangen\n")
    main(["directory", "import", str(first), "--apply"])
    main(["directory", "import", str(second), "--questions", str(asked)])
    questions = json.loads(asked.read_text())
    assert [(one["row"], one["candidate"], one["asked"][0]["code"]) for one in questions["rows"]] == [
        (2, {"organisation": 1}, "near-duplicate")
    ]
    questions["rows"][0] |= {"who": "new"}
    asked.write_text(json.dumps(questions))
    capsys.readouterr()

    main(["directory", "import", str(second), "--decisions", str(asked), "--apply", "--json"])

    assert json.loads(capsys.readouterr().out)["rows"]["new"] == 1
    assert number_of(house, Organisation) == 2
