"""``organisaties_voorbeeld_utf8bom_v2.csv``: the same list three months later.

Nine organisations changed, six are new, four are gone. Three rows still say what was since changed by hand, and two
hold an address that was since unsubscribed; ``v2_vooraf.csv`` says which, to be done before the list is read.
"""

from __future__ import annotations

import csv
import io
from random import Random

from mailer.directory.sample.dice import some
from mailer.directory.sample.files.organisation_dirt import CHANGED, CONTACT, MAIL, NAME, PHONE
from mailer.directory.sample.files.organisation_rows import HEADERS
from mailer.directory.sample.files.rows import FileRow

FILE = "organisaties_voorbeeld_utf8bom_v2.csv"
BEFORE = "v2_vooraf.csv"
CHANGES, NEW, MISSING, BY_HAND, UNSUBSCRIBED = 9, 6, 4, 3, 2
LATER = "24-2-2027"
_NEW_NAMES = (
    "Breikring Kruisverband",
    "Zwemclub Dakpan",
    "Schaakcafé Hoeksteen",
    "Dansgroep Mortel",
    "Stadsimkers Nokvorst",
    "Reparatieploeg Metselwerk",
)


def second_list(rng: Random, first: list[FileRow]) -> tuple[bytes, list[FileRow], bytes]:
    """Return the list, its rows with what an import should make of them after the first, and what to do before it."""
    rows = [_again(row) for row in first if not row.loose and row.case != 18]
    names = [row.cells[NAME] for row in rows]
    plain = [row for row in rows if row.outcome == "same" and not row.case and names.count(row.cells[NAME]) == 1]
    plain = [row for row in plain if len(row.cells[PHONE]) > 6 and row.cells[MAIL].count("@") == 1]
    chosen = some(rng, plain, CHANGES + MISSING + BY_HAND + UNSUBSCRIBED)
    changed, chosen = chosen[:CHANGES], chosen[CHANGES:]
    missing, chosen = chosen[:MISSING], chosen[MISSING:]
    by_hand, left = chosen[:BY_HAND], chosen[BY_HAND:]
    for number, row in enumerate(changed):
        row.cells |= {PHONE: f"010-0000 9{number:02}", CHANGED: LATER}
        row.outcome, row.why = "changed", "nieuw telefoonnummer"
    for row in by_hand:
        row.code, row.why = "kept-by-hand", "met de hand veranderd: de hand wint"
    for row in left:
        row.why = "intussen uitgeschreven: dat blijft zo"
    rows = [row for row in rows if row not in missing]
    rows += [_new(number, name) for number, name in enumerate(_NEW_NAMES)]
    before = [
        ["met de hand", row.cells[NAME], "telefoon", f"010-0000 8{number:02}"] for number, row in enumerate(by_hand)
    ]
    before += [["uitschrijven", row.cells[NAME], "e-mail", row.cells[MAIL]] for row in left]
    return _list(rows), rows, _written([["wat", "organisatie", "veld", "waarde"], *before])


def _again(row: FileRow) -> FileRow:
    outcome, code = ("same", "") if row.outcome == "new" else (row.outcome, row.code)
    # The people have a list of their own by now.
    return FileRow(row.cells | {CONTACT: ""}, outcome, code, row.case, row.why)


def _new(number: int, name: str) -> FileRow:
    cells = dict.fromkeys(HEADERS, "") | {"Nr": str(501 + number), NAME: name, "Soort": "stg", "Wijk": "Spangen"}
    cells |= {MAIL: f"info@nieuw{number}.example.org", CHANGED: LATER, "Thema's": "sport"}
    return FileRow(cells, "new", "", 36, "nieuw in de lijst")


def _list(rows: list[FileRow]) -> bytes:
    for number, row in enumerate(rows, start=2):
        row.number = number
    return _written([HEADERS, *([row.cells.get(header, "") for header in HEADERS] for row in rows)])


def _written(lines: list[list[str]]) -> bytes:
    text = io.StringIO(newline="")
    csv.writer(text, delimiter=";", lineterminator="\r\n").writerows(lines)
    return text.getvalue().encode("utf-8-sig")
