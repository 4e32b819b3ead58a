"""``mailer sender add``: a real installation starts here instead of with the sample."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from mailer.cli import main
from tests.mailings.test_logos import a_logo

ADD = ["sender", "add", "Buurtnetwerk West", "--from", "post@west.example.org", "--postal-address", "Voegstraat 12"]


def test_a_sender_can_be_added_once(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("MAILER_DATA_DIR", str(tmp_path))
    monkeypatch.setenv("MAILER_DATABASE_URL", f"sqlite:///{tmp_path / 'own.sqlite3'}")
    main(["migrate"])
    capsys.readouterr()

    main([*ADD, "--json"])
    assert json.loads(capsys.readouterr().out) == {"id": 1, "slug": "buurtnetwerk-west"}
    with pytest.raises(SystemExit) as ending:
        main(ADD)

    assert ending.value.code == 1
    assert capsys.readouterr().err == "Er is al een afzender die Buurtnetwerk West heet.\n"


def test_a_sender_gets_a_logo_and_its_name_back(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("MAILER_DATA_DIR", str(tmp_path))
    monkeypatch.setenv("MAILER_DATABASE_URL", f"sqlite:///{tmp_path / 'own.sqlite3'}")
    main(["migrate"])
    main(ADD)
    (tmp_path / "logo.png").write_bytes(a_logo())
    capsys.readouterr()

    main(["sender", "logo", "buurtnetwerk-west", str(tmp_path / "logo.png"), "--alt", "West", "--json"])
    given = json.loads(capsys.readouterr().out)
    assert (given["slug"], given["alt"]) == ("buurtnetwerk-west", "West")
    assert (tmp_path / "pictures" / given["logo"]).is_file()

    main(["sender", "logo", "buurtnetwerk-west"])
    assert capsys.readouterr().out == "Bovenaan de mails van Buurtnetwerk West staat nu de naam.\n"
    with pytest.raises(SystemExit):
        main(["sender", "logo", "oost"])
    assert capsys.readouterr().err == "Er is geen afzender die oost heet.\n"
