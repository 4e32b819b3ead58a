"""Write the sample's files into a folder, with the table of what an import should say of every row."""

from __future__ import annotations

import csv
import io
from dataclasses import dataclass
from pathlib import Path

from mailer.directory.sample.dice import dice
from mailer.directory.sample.files import organisations_file, people_file
from mailer.directory.sample.files.edge_files import edge_files
from mailer.directory.sample.files.mailchimp_files import mailchimp_files
from mailer.directory.sample.files.rows import FileRow
from mailer.directory.sample.files.second_list import BEFORE, second_list
from mailer.directory.sample.files.second_list import FILE as LATER
from mailer.directory.sample.sketch import Sample
from mailer.foundation.errors import BadInput
from mailer.foundation.language import gettext as _

EXPECTED = "verwacht.csv"
REFUSED = "verwacht_geweigerd.csv"
EXPECTED_HEADERS = ["bestand", "blad", "rij", "uitkomst", "code", "geval", "toelichting"]


@dataclass(frozen=True)
class WrittenFile:
    """A file that was written: where, and how many rows it holds."""

    path: Path
    rows: int


def write_files(sample: Sample, *, seed: int, to: Path) -> list[WrittenFile]:
    """Write all lists and the tables of outcomes; the folder is made when it is not there.

    Raises ``BadInput`` when the folder cannot be written to.
    """
    organisations, organisation_rows = organisations_file.organisations_file(dice(seed, "organisations file"), sample)
    people, people_rows = people_file.people_file(dice(seed, "people file"), sample)
    mailchimp = mailchimp_files(dice(seed, "mailchimp files"), people_rows)
    later, later_rows, before = second_list(dice(seed, "second list"), organisation_rows)
    edges = edge_files()
    lists: dict[str, tuple[bytes, list[FileRow]]] = {
        organisations_file.NAME: (organisations, organisation_rows),
        people_file.NAME: (people, people_rows),
        **mailchimp,
        LATER: (later, later_rows),
    }
    expected = _expected({name: rows for name, (_data, rows) in lists.items()})
    files = {name: (data, len(rows)) for name, (data, rows) in lists.items()}
    files[EXPECTED] = expected, sum(rows for _data, rows in files.values())
    files[BEFORE] = before, before.count(b"\n") - 1
    files |= {name: (data, max(data.count(b"\n") - 1, 0)) for name, (data, _said) in edges.items()}
    files[REFUSED] = _refusals(edges), len(edges)
    written = []
    try:
        to.mkdir(parents=True, exist_ok=True)
        for name, (data, rows) in files.items():
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


def _refusals(files: dict[str, tuple[bytes, str]]) -> bytes:
    text = io.StringIO(newline="")
    writer = csv.writer(text, delimiter=";", lineterminator="\r\n")
    writer.writerow(["bestand", "begint met"])
    writer.writerows([name, said] for name, (_data, said) in files.items())
    return text.getvalue().encode("utf-8-sig")
