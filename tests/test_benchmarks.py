"""The benchmarks run: what they measure is there, and counts what it freezes. No figure is judged here."""

from __future__ import annotations

import pytest

from benchmarks import audiences, composing, crew, letters, sending


def test_audiences_are_measured_in_a_directory_of_twenty_thousand_people(capsys: pytest.CaptureFixture[str]) -> None:
    audiences.run(["--people", "20000", "--runs", "4", "--only", "sqlite"])

    printed = capsys.readouterr().out
    assert "20000 people" in printed
    measured = {line[:28].strip() for line in printed.splitlines()[2:]}
    assert measured == {
        "making the sample",
        "count, by the database",
        "the same, whole directory",
        "filling the mirror",
        "count, three levels",
        "count, the whole directory",
        "count, just after a change",
        "explain",
        "freezing, no mirror",
        "warming up before a mailing",
        "freezing deliveries",
        "freezing, after a change",
        "the whole of prepare",
    }


def test_the_whole_send_path_is_measured_and_every_letter_is_accepted(capsys: pytest.CaptureFixture[str]) -> None:
    sending.run(["--letters", "200", "--rounds", "1", "--connections", "2", "--only", "SQLite", "--profile"])

    printed = capsys.readouterr().out
    assert "ours, SQLite, 1 process, unsigned" in printed
    assert "claim" in printed.split("where the time of a letter goes")[1]


def test_handing_over_is_measured_near_and_far_and_says_where_the_time_goes(capsys: pytest.CaptureFixture[str]) -> None:
    crew.run(["--letters", "60", "--rounds", "1", "--connections", "3", "--far-connections", "5", "--rtt", "2"])

    printed = capsys.readouterr().out
    for way in ("crew, 3 connections", "crew, dots let go later", "blocking transport", "smtplib, connection kept"):
        assert printed.count(way) == 1
    assert printed.count("crew, 5 connections") == 1
    assert "a round trip of 2.0 ms" in printed
    assert "sendmsg" in printed.partition("Where the crew's time goes")[2]


def test_letters_are_measured_beside_the_email_package(capsys: pytest.CaptureFixture[str]) -> None:
    letters.run(["--people", "540", "--letters", "40", "--rounds", "1"])

    lines = [line for line in capsys.readouterr().out.splitlines() if "µs CPU" in line]
    measured = [line[:31].strip() for line in lines]
    assert measured == [
        "unsigned",
        "signed with Ed25519",
        "signed with RSA-2048",
        "signed with both",
        "Jinja and the email package",
        "the same, dkimpy Ed25519",
        "the same, dkimpy RSA-2048",
        "the questions to the database",
        "six tokens",
        "SHA-256 of the letter",
        "one Ed25519 signature",
        "one RSA-2048 signature",
    ]


def test_the_letter_beside_the_form_is_measured_at_three_sizes(capsys: pytest.CaptureFixture[str]) -> None:
    composing.run(["--keys", "2"])

    printed = capsys.readouterr().out.splitlines()
    assert "goal: 150 ms for 30 blocks" in printed[0]
    assert [line.split()[0] for line in printed[2:]] == ["10", "30", "60"]
    assert all(float(figure) > 0 for line in printed[2:] for figure in line.split())
