"""The import: real files in, nothing lost, and nobody may be written to until staff records why."""

from __future__ import annotations

from collections import Counter

import pytest

from tests.journeys.conftest import Story

pytestmark = pytest.mark.journey

EVERYONE = {"rule": {"all": []}, "reach": "everyone"}


def test_both_sample_files_come_in_and_a_second_time_changes_nothing(story: Story) -> None:
    story.mailer("sample", "files", "--to", str(story.folder))
    organisations = str(story.folder / "organisaties_voorbeeld_cp1252.csv")
    people = str(story.folder / "sleutelfiguren_voorbeeld.xlsx")

    rehearsed = story.mailer("directory", "import", organisations, "--json").json
    assert rehearsed["applied"] is False
    assert story.count(EVERYONE)["organisations"] == 0
    applied = story.mailer("directory", "import", organisations, "--apply", "--json").json
    assert applied["applied"] is True
    assert applied["rows"] == rehearsed["rows"]
    assert sum(applied["rows"].values()) == len(applied["outcomes"])
    assert applied["rows"]["new"] > 200
    assert Counter(outcome["outcome"] for outcome in applied["outcomes"]) == Counter(
        {name: count for name, count in applied["rows"].items() if count}
    )

    nothing_new(story, organisations)

    seen = story.mailer("directory", "import", people, "--apply", "--json").json
    assert seen["rows"]["new"] > 450
    nothing_new(story, people)

    # Now that the people are known, the first list can say who is the contact; after that it has nothing to add.
    contacts = story.mailer("directory", "import", organisations, "--apply", "--json").json
    changed = [outcome for outcome in contacts["outcomes"] if outcome["outcome"] == "changed"]
    assert {change["column"] for outcome in changed for change in outcome["changes"]} == {"Contactpersoon"}
    nothing_new(story, organisations)


def nothing_new(story: Story, path: str) -> None:
    rows = story.mailer("directory", "import", path, "--apply", "--json").json["rows"]
    assert (rows["new"], rows["changed"]) == (0, 0)


def test_importing_gives_nobody_permission(story: Story) -> None:
    story.mailer("sample", "files", "--to", str(story.folder))
    story.mailer("directory", "import", str(story.folder / "organisaties_voorbeeld_cp1252.csv"), "--apply")
    story.mailer("directory", "import", str(story.folder / "sleutelfiguren_voorbeeld.xlsx"), "--apply")

    counted = story.count(EVERYONE)

    assert counted["mailboxes"] > 300
    assert counted["mailable"] == 0
    assert counted["refused"]["no_basis"] == counted["mailboxes"]


@pytest.mark.parametrize(
    ("name", "content"),
    [
        ("leeg.csv", b""),
        ("foto.csv", b"\x89PNG\r\n\x1a\n\x00\x00"),
        ("boek.xlsx", b"this is no spreadsheet"),
        ("oud.xls", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"),
    ],
)
def test_a_broken_file_is_refused_in_a_sentence_and_nothing_is_written(story: Story, name: str, content: bytes) -> None:
    path = story.folder / name
    path.write_bytes(content)

    told = story.mailer("directory", "import", str(path), "--apply", "--json", expect=1)

    assert told.out == ""
    assert len(told.err.strip()) > 20
    assert "Traceback" not in told.err
    counted = story.count(EVERYONE)
    assert counted["mailboxes"] == 0
