"""``organisaties_voorbeeld_cp1252.csv``: 233 rows as Dutch Excel saves them."""

from __future__ import annotations

import csv
import io
from random import Random

from mailer.directory.sample.dice import some
from mailer.directory.sample.files.organisation_dirt import spill
from mailer.directory.sample.files.organisation_rows import HEADERS, organisation_rows
from mailer.directory.sample.files.rows import FileRow
from mailer.directory.sample.files.spellings import for_windows
from mailer.directory.sample.sketch import Sample

NAME = "organisaties_voorbeeld_cp1252.csv"
TITLE = "Ledenlijst 2026 (voorbeeld, alles is verzonnen)"
NOTE = (
    "Let op: deze lijst is in november bijgewerkt. Geel was coalitie, maar kleuren gaan niet mee in een tekstbestand."
)
# Exact copies, the same with less filled in, and names that are nearly the same.
COPIES, SHORTER, NEARLY = 5, 3, 6
# Two columns that somebody made and nobody filled: one without a name, one with a name that was there already.
SPARE_HEADERS = ["", "Opmerkingen"]


def organisations_file(rng: Random, sample: Sample) -> tuple[bytes, list[FileRow]]:
    """Return the file, and its rows with what an import should make of each."""
    rows = organisation_rows(rng, sample)
    several = [role.organisation.name for person in sample.people if len(person.roles) > 1 for role in person.roles]
    spill(rng, rows, relied_upon={for_windows(name) for name in several})
    _share_a_mailbox(rng, rows)
    rows += _duplicates(rng, rows)
    title = FileRow({}, "rejected", "title", 4, "titel boven de lijst", loose=[TITLE])
    total = FileRow({}, "rejected", "total", 4, "totaalregel", loose=["Totaal", str(len(sample.organisations))])
    note = FileRow({}, "rejected", "note", 4, "aantekening onderaan", loose=[NOTE])
    lines = [title, None, None, *rows[:100], None, *rows[100:], None, total, note]
    text = io.StringIO(newline="")
    writer = csv.writer(text, delimiter=";", lineterminator="\r\n")
    width = len(HEADERS) + len(SPARE_HEADERS)
    for number, row in enumerate(lines, start=1):
        if number == 3:
            writer.writerow([*HEADERS, *SPARE_HEADERS])
        elif row is None:
            writer.writerow([""] * width)
        else:
            row.number = number
            typed = [*row.loose, *(row.cells.get(header, "") for header in HEADERS[len(row.loose) :])]
            writer.writerow([*typed, "", ""])
    return text.getvalue().encode("cp1252"), [row for row in lines if row is not None]


def _share_a_mailbox(rng: Random, rows: list[FileRow]) -> None:
    """One coordinator, two initiatives: the second has the mailbox of the first."""
    clean = [row for row in rows if not row.case]
    first = rng.choice(
        [row for row in clean if row.cells["E-mail"].startswith("info@") and " " not in row.cells["E-mail"]]
    )
    second = next(row for row in clean if not row.cells["E-mail"])
    second.cells["E-mail"] = first.cells["E-mail"]
    for row in (first, second):
        row.case, row.why = 15, "een postvak van twee organisaties"


def _duplicates(rng: Random, rows: list[FileRow]) -> list[FileRow]:
    names = [row.cells["Naam organisatie"] for row in rows]
    plain = [row for row in rows if not row.case and names.count(row.cells["Naam organisatie"]) == 1]
    plain = [
        row for row in plain if row.cells["Naam organisatie"][:1].isalpha() and row.cells["E-mail"].count("@") == 1
    ]
    plain = [row for row in plain if len(row.cells["Straat + nr"]) > 4 and "," not in row.cells["Naam organisatie"]]
    chosen = some(rng, plain, COPIES + SHORTER + NEARLY)
    return [
        *(_copy(row) for row in chosen[:COPIES]),
        *(_shorter(row) for row in chosen[COPIES : COPIES + SHORTER]),
        *(_nearly(n, row) for n, row in enumerate(chosen[COPIES + SHORTER :])),
    ]


def _copy(row: FileRow) -> FileRow:
    return FileRow(dict(row.cells), "same", "", 18, "dezelfde rij nog een keer")


def _shorter(row: FileRow) -> FileRow:
    kept = ("Naam organisatie", "Wijk", "E-mail")
    return FileRow({header: row.cells[header] for header in kept}, "same", "", 18, "dezelfde, met minder ingevuld")


def _nearly(n: int, row: FileRow) -> FileRow:
    """Another legal form, another article, a letter too few: the same organisation, or perhaps not."""
    name = row.cells["Naam organisatie"].removeprefix("Stichting ")
    spellings = [f"Stg. {name}", f"{name} e.o.", f"Vereniging {name.lower()}", f"De {name}", f"{name[:-2]}{name[-1]}"]
    cells = row.cells | {"Naam organisatie": spellings[n % len(spellings)], "Nr": "", "Contactpersoon": ""}
    return FileRow(cells, "doubtful", "near-duplicate", 18, "bijna dezelfde naam")
