"""Write the sample's files into a folder, with the table of what an import should say of every row."""

from __future__ import annotations

import csv
import io
from dataclasses import dataclass
from pathlib import Path

from mailer.directory.sample.dice import dice
from mailer.directory.sample.files import organisations_file, people_file
from mailer.directory.sample.files.rows import FileRow
from mailer.directory.sample.sketch import Sample
from mailer.foundation.errors import BadInput
from mailer.foundation.language import gettext as _

EXPECTED = "verwacht.csv"
EXPECTED_HEADERS = ["bestand", "blad", "rij", "uitkomst", "code", "geval", "toelichting"]


@dataclass(frozen=True)
class WrittenFile:
    """A file that was written: where, and how many rows it holds."""

    path: Path
    rows: int


def write_files(sample: Sample, *, seed: int, to: Path) -> list[WrittenFile]:
    """Write both lists and the table of outcomes; the folder is made when it is not there.

    Raises ``BadInput`` when the folder cannot be written to.
    """
    organisations, organisation_rows = organisations_file.organisations_file(dice(seed, "organisations file"), sample)
    people, people_rows = people_file.people_file(dice(seed, "people file"), sample)
    expected = _expected({organisations_file.NAME: organisation_rows, people_file.NAME: people_rows})
    written = []
    try:
        to.mkdir(parents=True, exist_ok=True)
        for name, data, rows in (
            (organisations_file.NAME, organisations, len(organisation_rows)),
            (people_file.NAME, people, len(people_rows)),
            (EXPECTED, expected, len(organisation_rows) + len(people_rows)),
        ):
            (to / name).write_bytes(data)
            written.append(WrittenFile(to / name, rows))
    except OSError as problem:
        raise BadInput(_("In deze map kan ik niet schrijven: %(path)s.", path=to)) from problem
    return written


def _expected(files: dict[str, list[FileRow]]) -> bytes:
    text = io.StringIO(newline="")
    writer = csv.writer(text, delimiter=";", lineterminator="\r\n")
    writer.writerow(EXPECTED_HEADERS)
    for name, rows in files.items():
        for row in rows:
            writer.writerow([name, row.sheet, row.number, row.outcome, row.code, row.case or "", row.why])
    return text.getvalue().encode("utf-8-sig")
