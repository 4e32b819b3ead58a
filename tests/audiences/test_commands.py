from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner, Result

from mailer.cli import main
from mailer.cli.frame import mailer
from mailer.foundation.database import Database
from tests.factories import a_mailbox, a_person, a_topic, an_organisation

Run = Callable[..., Result]


@pytest.fixture
def run(database: Database, monkeypatch: pytest.MonkeyPatch) -> Run:
    """Run a command in a house with a small green directory."""
    with database.transaction() as session:
        a_topic(session)
        voeg = an_organisation(session, "De Voeg", themes=["groen"], mailbox="info@devoeg.example.org")
        a_person(session, of=voeg, mailbox=a_mailbox(session, "excel@devoeg.example.org", basis=None))
    monkeypatch.setenv("MAILER_DATABASE_URL", database.settings.database_url)
    monkeypatch.setenv("MAILER_SECRET_KEY", "only for tests")
    return lambda *arguments: CliRunner().invoke(mailer, ["audience", *arguments])


@pytest.fixture
def green(tmp_path: Path) -> str:
    path = tmp_path / "green.json"
    path.write_text(json.dumps({"rule": {"theme": ["groen"]}}))
    return str(path)


def one(result: Result) -> Any:
    assert result.exit_code == 0, result.output
    return json.loads(result.stdout)


def test_count_prints_the_numbers(run: Run, green: str) -> None:
    assert one(run("count", green, "--json")) == {
        "organisations": 1,
        "people": 1,
        "mailboxes": 2,
        "mailable": 1,
        "refused": {"no_basis": 1},
        "organisations_reached": 1,
        "no_mailbox": 0,
        "organisations_no_mailbox": 0,
    }


def test_count_speaks_dutch_without_json(run: Run, green: str) -> None:
    said = run("count", green, "--topic", "nieuwsbrief")

    assert "Organisaties en mensen met thema Groen en duurzaamheid." in said.stdout
    assert "In deze selectie: 1 organisatie en 1 persoon. We sturen 1 mail.\n- 1 × Nog geen toestemming" in said.stdout


def test_list_prints_a_line_for_each_mailbox(run: Run, green: str) -> None:
    lines = [json.loads(line) for line in run("list", green, "--json").stdout.splitlines()]

    assert lines == [
        {
            "address": "excel@devoeg.example.org",
            "organisations": ["De Voeg"],
            "people": ["Samira el Mozaïek"],
            "refusal": "no_basis",
            "stands_in": [],
        },
        {
            "address": "info@devoeg.example.org",
            "organisations": ["De Voeg"],
            "people": [],
            "refusal": None,
            "stands_in": [],
        },
    ]


def test_list_says_who_stands_in_for_whom(run: Run, tmp_path: Path) -> None:
    path = tmp_path / "contacts.json"
    path.write_text('{"rule": {"theme": "groen"}, "reach": "contacts"}')

    lines = [json.loads(line) for line in run("list", str(path), "--json").stdout.splitlines()]

    assert lines[0]["stands_in"] == [
        "De Voeg heeft geen contactpersoon met een e-mailadres, dus gaat de mail naar het eigen postvak."
    ]
    assert "heeft geen contactpersoon met een e-mailadres" in run("list", str(path)).stdout


def test_explain_says_in_or_out_and_why(run: Run, green: str) -> None:
    assert one(run("explain", green, "excel@devoeg.example.org", "--json")) == {
        "in": True,
        "because": [
            "Samira el Mozaïek (De Voeg) doet mee met het thema Groen en duurzaamheid.",
            "We hebben van dit postvak nog geen toestemming.",
        ],
        "refusal": "no_basis",
        "outcome": "refused",
        "goes_to": [],
    }
    assert one(run("explain", green, "vreemd@devoeg.example.org", "--json"))["in"] is False


def test_a_bad_rule_ends_with_one_sentence_and_exit_1(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("MAILER_DATA_DIR", str(tmp_path))
    monkeypatch.setenv("MAILER_SECRET_KEY", "only for tests")
    path = tmp_path / "bad.json"
    path.write_text('{"rule": {"thema": "groen"}}')

    with pytest.raises(SystemExit) as ended:
        main(["audience", "count", str(path), "--json"])

    assert ended.value.code == 1
    shown = capsys.readouterr()
    assert (shown.out, shown.err) == ("", "De regel klopt niet: ‘thema’ ken ik niet als voorwaarde.\n")


def test_conditions_of_higher_floors_are_known_to_the_commands(run: Run, tmp_path: Path) -> None:
    path = tmp_path / "answers.json"
    path.write_text('{"rule": {"received": {"mailing": 99}}}')

    assert "Mailing 99 bestaat niet." in str(run("count", str(path)).exception)
