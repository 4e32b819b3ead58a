"""``mailer event``: plan, invite, list, export; the JSON that other programs read."""

import json
import subprocess
import sys
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from mailer.cli import main
from mailer.events.answering import record_answer
from mailer.events.models import Answer, Door, Event, Invitation
from mailer.events.parties import GuestName
from mailer.foundation import clock
from mailer.foundation.database import Database
from mailer.mailings.checks.checking import check_mailing
from mailer.mailings.models import Mailing
from tests.factories import a_topic, an_organisation

MOMENT = clock.now().replace(microsecond=0) + timedelta(days=30)
SPEC = {"title": "Matchavond met fondsen", "starts_at": MOMENT.isoformat(), "capacity": 60, "per_organisation": 2}


@pytest.fixture
def house(database: Database, monkeypatch: pytest.MonkeyPatch) -> Database:
    monkeypatch.setenv("MAILER_DATABASE_URL", database.settings.database_url)
    monkeypatch.setenv("MAILER_DATA_DIR", str(database.settings.data_dir))
    monkeypatch.setenv("MAILER_BASE_URL", "https://tegelpost.example.org")
    with database.transaction() as session:
        a_topic(session, "uitnodigingen")
        an_organisation(session, "Buurttuin De Voeg", themes=["groen"], mailbox="info@devoeg.example.org")
        an_organisation(session, "Moestuin De Zandlaag", themes=["groen"], mailbox="info@zandlaag.example.org")
        an_organisation(session, "Sportclub", themes=["sport"], mailbox="info@sport.example.org")
    return database


@pytest.fixture
def write(tmp_path: Path) -> Any:
    def as_file(value: Any) -> str:
        path = tmp_path / "value.json"
        path.write_text(json.dumps(value), encoding="utf-8")
        return str(path)

    return as_file


def printed(capsys: pytest.CaptureFixture[str]) -> list[dict[str, Any]]:
    return [json.loads(line) for line in capsys.readouterr().out.splitlines()]


def test_from_a_plan_to_an_answer(house: Database, write: Any, capsys: pytest.CaptureFixture[str]) -> None:
    main(["event", "create", write(SPEC), "--json"])
    [made] = printed(capsys)
    audience = {"rule": {"theme": ["groen"]}, "reach": "one_per_organisation"}
    main(["event", "invite", str(made["id"]), write(audience), "--json"])
    [invited] = printed(capsys)

    assert invited["invitations"] == 2
    with house.transaction() as session:
        mailing = session.get_one(Mailing, invited["mailing"])
        assert (mailing.event_id, mailing.audience, mailing.kind.value) == (made["id"], audience, "invitation")
        assert check_mailing(session, mailing, now=clock.now()).stops == []
        garden = next(one for one in session.query(Invitation) if one.party_name == "Buurttuin De Voeg")
        record_answer(
            session,
            garden,
            Answer.YES,
            guests=[GuestName("Samira", "el Mozaïek"), GuestName("Joost")],
            note="We komen later.",
            answered_by="Samira",
            answered_at=clock.now(),
            door=Door.LINK,
        )
    main(["event", "rsvps", str(made["id"]), "--json"])
    [answer] = printed(capsys)
    main(["event", "rsvps", str(made["id"]), "--json", "--all"])
    everybody = printed(capsys)

    assert {key: answer[key] for key in ("organisation", "person", "answer", "guests", "state", "door")} == {
        "organisation": "Buurttuin De Voeg",
        "person": None,
        "answer": "yes",
        "guests": ["Samira el Mozaïek", "Joost"],
        "state": "going",
        "door": "link",
    }
    assert answer["answered_at"].endswith("+00:00")
    assert [(one["organisation"], one["state"]) for one in everybody] == [
        ("Buurttuin De Voeg", "going"),
        ("Moestuin De Zandlaag", "silent"),
    ]


def test_a_plan_that_is_wrong_says_everything_and_plans_nothing(
    house: Database, write: Any, capsys: pytest.CaptureFixture[str]
) -> None:
    with pytest.raises(SystemExit) as ending:
        main(["event", "create", write({"capacity": 0}), "--json"])

    assert ending.value.code == 1
    said = capsys.readouterr()
    assert said.out == ""
    assert "Geef de bijeenkomst een naam." in said.err
    assert "Vul in wanneer de bijeenkomst begint." in said.err
    with house.transaction(writes=False) as session:
        assert session.query(Event).count() == 0


def test_a_draft_is_no_invitation_yet(house: Database, write: Any, capsys: pytest.CaptureFixture[str]) -> None:
    main(["event", "create", write(SPEC), "--draft", "--json"])
    [made] = printed(capsys)

    with house.transaction(writes=False) as session:
        assert session.get_one(Event, made["id"]).state.value == "draft"


def test_inviting_nobody_is_refused(house: Database, write: Any, capsys: pytest.CaptureFixture[str]) -> None:
    main(["event", "create", write(SPEC), "--json"])
    [made] = printed(capsys)

    with pytest.raises(SystemExit) as ending:
        main(["event", "invite", str(made["id"]), write({"rule": {"any": []}}), "--json"])

    assert ending.value.code == 1
    assert capsys.readouterr().err == "Niemand past bij deze selectie. Haal een voorwaarde weg.\n"
    with house.transaction(writes=False) as session:
        assert session.query(Mailing).count() == 0


@pytest.mark.parametrize("name", ["reacties.csv", "reacties.xlsx"])
def test_the_answers_are_written_to_a_file(
    house: Database, write: Any, tmp_path: Path, capsys: pytest.CaptureFixture[str], name: str
) -> None:
    main(["event", "create", write(SPEC), "--json"])
    [made] = printed(capsys)

    main(["event", "export", str(made["id"]), "--to", str(tmp_path / name)])

    assert (tmp_path / name).read_bytes().startswith(b"PK" if name.endswith("xlsx") else b"\xef\xbb\xbfOrganisatie;")


def test_an_unknown_kind_of_file_is_refused(
    house: Database, write: Any, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    main(["event", "create", write(SPEC), "--json"])
    [made] = printed(capsys)

    with pytest.raises(SystemExit):
        main(["event", "export", str(made["id"]), "--to", str(tmp_path / "reacties.doc")])

    assert capsys.readouterr().err == "Kies een bestand dat eindigt op .csv of .xlsx.\n"


def test_who_got_a_mailing_can_be_invited(house: Database, write: Any) -> None:
    """The command runs as its own process: only then is it certain that it loads what the rule needs."""
    main(["event", "create", write(SPEC)])
    audience = write({"rule": {"received": {"mailing": 99}}})

    ended = subprocess.run([sys.executable, "-m", "mailer", "event", "invite", "1", audience], capture_output=True)

    assert (ended.returncode, ended.stderr.decode()) == (1, "Mailing 99 bestaat niet.\n")


def test_without_answers_the_list_says_so(house: Database, write: Any, capsys: pytest.CaptureFixture[str]) -> None:
    main(["event", "create", write(SPEC)])
    capsys.readouterr()

    main(["event", "rsvps", "1"])

    assert capsys.readouterr().out == "Er zijn nog geen reacties.\n"
