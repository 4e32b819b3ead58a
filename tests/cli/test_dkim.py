"""``mailer dkim``: keys, and what to put in DNS for them."""

from __future__ import annotations

import json
import stat
from pathlib import Path

import pytest

from mailer.cli import main

ADD = ["sender", "add", "Buurtnetwerk West", "--from", "post@west.example.org", "--postal-address", "Voegstraat 12"]


@pytest.fixture(autouse=True)
def own_house(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("MAILER_DATA_DIR", str(tmp_path))
    monkeypatch.setenv("MAILER_DATABASE_URL", f"sqlite:///{tmp_path / 'own.sqlite3'}")
    monkeypatch.setenv("MAILER_MAIL_DOMAIN", "west.example.org")


def refused(*words: str) -> int:
    with pytest.raises(SystemExit) as ending:
        main(list(words))
    return int(str(ending.value.code))


def test_making_a_key_says_what_to_put_in_dns_and_in_the_settings(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    main(["dkim", "make"])

    said = capsys.readouterr().out
    path = tmp_path / "dkim" / "rsa.pem"
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    assert f"De sleutel is gemaakt: {path}." in said
    assert 'tegelpost._domainkey.west.example.org. TXT "v=DKIM1; k=rsa; p=MII' in said
    assert '_dmarc.west.example.org. TXT "v=DMARC1; p=none"' in said
    assert "MAILER_DKIM_DOMAINS=west.example.org." in said
    assert refused("dkim", "make") == 1


def test_the_second_key_stands_under_a_name_of_its_own(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("MAILER_DKIM_DOMAINS", "west.example.org,oost.example.org")
    main(["dkim", "make"])
    main(["dkim", "make", "--ed25519"])
    assert f"MAILER_DKIM_ED25519_KEY_FILE={tmp_path / 'dkim' / 'ed25519.pem'}" in capsys.readouterr().out

    main(["dkim", "show", "--json"])

    shown = json.loads(capsys.readouterr().out)
    assert [record["name"] for record in shown["records"]] == [
        "tegelpost._domainkey.west.example.org",
        "tegelpost-ed._domainkey.west.example.org",
        "tegelpost._domainkey.oost.example.org",
        "tegelpost-ed._domainkey.oost.example.org",
        "_dmarc.west.example.org",
        "_dmarc.oost.example.org",
    ]
    assert shown["signing"]


def test_showing_tells_whether_the_signature_fits_the_sender(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    main(["migrate"])
    main(ADD)
    main(["dkim", "make"])
    capsys.readouterr()

    main(["dkim", "show"])
    assert "post@west.example.org: de handtekening van west.example.org telt.\n" in capsys.readouterr().out
    monkeypatch.setenv("MAILER_DKIM_DOMAINS", "elders.example.com")
    main(["dkim", "show"])
    assert (
        "post@west.example.org: de handtekening van elders.example.com telt niet, want het is een ander domein. "
        "Zet west.example.org ook in MAILER_DKIM_DOMAINS.\n"
    ) in capsys.readouterr().out


def test_showing_warns_for_a_key_that_others_can_read(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    main(["dkim", "make"])
    (tmp_path / "dkim" / "rsa.pem").chmod(0o644)
    capsys.readouterr()

    main(["dkim", "show", "--json"])

    assert json.loads(capsys.readouterr().out)["advice"] == [
        f"Anderen kunnen de sleutel in {tmp_path}/dkim/rsa.pem lezen. Doe: chmod 600 {tmp_path}/dkim/rsa.pem.",
        "We ondertekenen nog niets: MAILER_DKIM_DOMAINS is leeg.",
    ]


def test_without_a_key_showing_says_how_to_make_one(capsys: pytest.CaptureFixture[str]) -> None:
    assert refused("dkim", "show") == 1
    assert capsys.readouterr().err == "Er is nog geen sleutel voor DKIM. Maak er een met: mailer dkim make.\n"


@pytest.mark.parametrize("command", ["work", "up"])
def test_starting_without_a_key_that_was_promised_is_refused_in_a_sentence(
    command: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    main(["migrate"])
    capsys.readouterr()
    monkeypatch.setenv("MAILER_DKIM_DOMAINS", "west.example.org")

    assert refused(command) == 1
    assert capsys.readouterr().err == (
        f"De sleutel voor DKIM kan ik niet lezen: {tmp_path}/dkim/rsa.pem. Maak er een met: mailer dkim make.\n"
    )


def test_as_long_as_nobody_says_which_the_senders_domains_are_proposed(capsys: pytest.CaptureFixture[str]) -> None:
    main(["migrate"])
    main([*ADD[:2], "Buurtnetwerk Oost", *ADD[3:4], "post@Oost.example.net", *ADD[5:]])
    main(ADD)
    capsys.readouterr()

    main(["dkim", "make"])

    said = capsys.readouterr().out
    assert "tegelpost._domainkey.oost.example.net. TXT" in said
    assert "tegelpost._domainkey.west.example.org. TXT" in said
    assert "MAILER_DKIM_DOMAINS=oost.example.net,west.example.org." in said
