"""The dirt in the people file: names in the wrong column, and the same person more than once."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from random import Random

from mailer.directory.sample.dice import some
from mailer.directory.sample.files.rows import Cells, FileRow
from mailer.directory.sample.files.spellings import for_windows
from mailer.directory.sample.sketch import Sample

GIVEN, PARTICLE, FAMILY = "Voornaam", "Tussenvoegsel", "Achternaam"
WORK, PRIVATE, MOBILE, WHERE = "E-mail werk", "E-mail privé", "Mobiel", "Organisatie(s)"
DUTCH = ("van der", "de", "ter", "van 't")
# Rows too many: exact copies, a row per organisation, a name typed otherwise, another address.
COPIES, PER_ORGANISATION, RETYPED, ELSEWHERE = 6, 4, 4, 4


def expect_namesakes(rows: list[FileRow], sample: Sample) -> None:
    """Mark the rows that wait because two organisations have the name they give."""
    names = Counter(for_windows(found.name) for found in sample.organisations)
    for row in rows:
        if any(names[name] > 1 for name in row.organisations):
            row.outcome, row.code, row.why = "doubtful", "several-of-this-name", "twee organisaties heten zo"


def spill(rng: Random, rows: list[FileRow]) -> None:
    """Type each case into a row of its own."""
    clean = [row for row in rows if row.cells[GIVEN] and row.cells[FAMILY] and row.outcome == "new"]
    rng.shuffle(clean)
    for case, why, suits, typed, code in _CASES:
        row = next((row for row in clean if not row.case and suits(row.cells)), None)
        if row is not None:
            row.cells |= typed(row.cells)
            row.case, row.why, row.code = case, why, code


def duplicates(rng: Random, rows: list[FileRow]) -> list[FileRow]:
    """Return the rows that stand in the list once too often, and shorten the rows they double."""
    names = [_name(row.cells) for row in rows]
    plain = [row for row in rows if not row.case and row.cells[GIVEN] and names.count(_name(row.cells)) == 1]
    plain = [row for row in plain if row.outcome == "new" and not any("," in name for name in row.organisations)]
    rng.shuffle(plain)
    several = [row for row in plain if len(row.organisations) == 2][:PER_ORGANISATION]
    single = [row for row in plain if len(row.organisations) == 1]
    reachable = [row for row in single if "@" in _mail(row.cells)]
    particles = [row for row in reachable if row.cells[PARTICLE] in DUTCH][:RETYPED]
    own = [row for row in reachable if row not in particles and row.cells[PRIVATE]]
    elsewhere = own[:ELSEWHERE]
    copied = some(rng, [row for row in reachable if row not in particles and row not in elsewhere], COPIES)
    return [
        *(FileRow(dict(row.cells), "same", "", 17, "dezelfde rij nog een keer") for row in copied),
        *(_second_organisation(row) for row in several),
        *(_retyped(row) for row in particles),
        *(_elsewhere(n, row) for n, row in enumerate(elsewhere, start=1)),
    ]


def _second_organisation(row: FileRow) -> FileRow:
    first, second = row.organisations
    row.cells[WHERE] = first
    cells = row.cells | {WHERE: second}
    return FileRow(cells, "changed", "", 17, "dezelfde persoon, een rij per organisatie")


def _retyped(row: FileRow) -> FileRow:
    cells = row.cells | {FAMILY: f"{row.cells[FAMILY]}, {row.cells[PARTICLE]}", PARTICLE: ""}
    return FileRow(cells, "same", "", 21, "tussenvoegsel achter de achternaam")


def _elsewhere(n: int, row: FileRow) -> FileRow:
    cells = row.cells | {WORK: f"werkplek{n}@mail.example.com", PRIVATE: "", MOBILE: ""}
    return FileRow(cells, "doubtful", "maybe-same-person", 20, "dezelfde naam en organisatie, ander adres")


def _name(cells: Cells) -> str:
    return f"{cells[GIVEN]} {cells[FAMILY]}"


def _mail(cells: Cells) -> str:
    return cells[WORK] + cells[PRIVATE]


def _has_particle(particle: str) -> Callable[[Cells], bool]:
    return lambda cells: cells[PARTICLE] == particle


def _in_family(particle: str) -> Callable[[Cells], Cells]:
    return lambda cells: {FAMILY: f"{particle}{cells[FAMILY]}", PARTICLE: ""}


_CASES: list[tuple[int, str, Callable[[Cells], bool], Callable[[Cells], Cells], str]] = [
    (21, "tussenvoegsel bij de achternaam", _has_particle("van der"), _in_family("van der "), ""),
    (21, "tussenvoegsel met hoofdletters", _has_particle("van der"), lambda c: {PARTICLE: "Van Der"}, ""),
    (21, "tussenvoegsel afgekort", _has_particle("van der"), lambda c: {PARTICLE: "v.d."}, ""),
    (21, "tussenvoegsel met streepje", _has_particle("el"), _in_family("el-"), ""),
    (13, "lege waarde", lambda c: not c[MOBILE], lambda c: {MOBILE: "n.v.t."}, "placeholder"),
    (31, "nummer kapot door Excel", lambda c: len(c[MOBILE]) > 6, lambda c: {MOBILE: "6,00E+08"}, "broken-by-excel"),
    (23, "roepnaam", lambda c: len(c[GIVEN]) > 5, lambda c: {"Roepnaam": c[GIVEN][:4]}, ""),
    (
        12,
        "hoofdletters",
        lambda c: c[WORK].startswith("info@"),
        lambda c: {WORK: c[WORK].replace("info@", "Info@")},
        "",
    ),
]
