"""The dirt in the organisations file: each case is typed into one row that suits it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from random import Random

from mailer.directory.sample.files.rows import Cells, FileRow

NAME, STREET, POSTCODE, CITY, WIJK, AREAS = (
    "Naam organisatie",
    "Straat + nr",
    "Postcode",
    "Plaats",
    "Wijk",
    "Werkgebied",
)
THEMES, COALITION, MAIL, SITE, PHONE = "Thema's", "Coalitie (j/n)", "E-mail", "Website", "Telefoon"
CONTACT, REMARKS, CHANGED = "Contactpersoon", "Opmerkingen", "Laatst gewijzigd"
NBSP = "\u00a0"


@dataclass(frozen=True)
class Dirt:
    """One nasty case: which row suits it, what is typed instead, and what the import should say."""

    case: int
    why: str
    suits: Callable[[Cells], bool]
    typed: Callable[[Cells], Cells]
    code: str = ""
    outcome: str = "new"


def _one_mail(cells: Cells) -> bool:
    return (
        cells[MAIL].count("@") == 1 and "(" not in cells[MAIL] and cells[MAIL].startswith(("info", "contact", "hallo"))
    )


def _has(*headers: str) -> Callable[[Cells], bool]:
    return lambda cells: all(len(cells[header]) > 1 for header in headers)


def _is(header: str, *values: str) -> Callable[[Cells], bool]:
    return lambda cells: cells[header] in values


def _broken(text: str) -> str:
    return text.encode().decode("cp1252")


def _whole_postcode(cells: Cells) -> bool:
    return len(cells[POSTCODE]) > 5 and len(cells[STREET]) > 4


DIRT = [
    Dirt(
        2,
        "kapotte accenten",
        lambda c: "Café" in c[NAME],
        lambda c: {NAME: _broken(c[NAME])},
        "broken-accents",
        "doubtful",
    ),
    Dirt(8, "twee adressen, een privé", _one_mail, lambda c: {MAIL: f"{c[MAIL]}; buur@brief.example.com (privé)"}),
    Dirt(8, "twee adressen met of", _one_mail, lambda c: {MAIL: f"{c[MAIL]} of achterdeur@brief.example.com"}),
    Dirt(9, "naam bij het adres", _one_mail, lambda c: {MAIL: f'"Mozaïek, S. el" <{c[MAIL]}>'}),
    Dirt(10, "mailto en punt", _one_mail, lambda c: {MAIL: f"mailto:{c[MAIL]}."}),
    Dirt(10, "spaties in het adres", _one_mail, lambda c: {MAIL: f"{NBSP}{c[MAIL].replace('@', ' @')} "}),
    Dirt(10, "(at)", _one_mail, lambda c: {MAIL: c[MAIL].replace("@", "(at)")}, "at-in-words", "doubtful"),
    Dirt(11, "typefout in het domein", _one_mail, lambda c: {MAIL: f"{c[MAIL]}g"}, "mistyped-domain", "doubtful"),
    Dirt(12, "hoofdletters", _one_mail, lambda c: {MAIL: c[MAIL].upper().replace("EXAMPLE.ORG", "Example.org")}),
    Dirt(13, "lege waarde", _is(MAIL, ""), lambda c: {MAIL: "onbekend"}, "placeholder"),
    Dirt(13, "verzonnen adres", _is(MAIL, ""), lambda c: {MAIL: "x@x.nl"}, "placeholder"),
    Dirt(21, "achternaam voorop", _has(CONTACT), lambda c: {CONTACT: "Klinker, F. van der"}),
    Dirt(22, "titels in de naam", _has(CONTACT), lambda c: {CONTACT: "mw. drs. F. van der Klinker-Bakstra"}),
    Dirt(
        25, "thema's op twee regels", lambda c: "," in c[THEMES], lambda c: {THEMES: c[THEMES].replace(", ", "\n", 1)}
    ),
    Dirt(26, "onbekend thema", _has(THEMES), lambda c: {THEMES: f"{c[THEMES]}, tegelzetten"}, "unknown-word"),
    Dirt(
        27,
        "alleen Delfshaven",
        _is(AREAS, "Historisch Delfshaven", "Oud-Delfshaven", "Coolhaven"),
        lambda c: {WIJK: "Delfshaven", AREAS: "Delfshaven"},
        "unclear-place",
        "doubtful",
    ),
    Dirt(
        27,
        "West",
        _is(WIJK, "Nieuwe Westen", "N.W.", "Nw. Westen"),
        lambda c: {WIJK: "West", AREAS: ""},
        "unclear-place",
        "doubtful",
    ),
    Dirt(28, "ja noch nee", _is(COALITION, "nee"), lambda c: {COALITION: "misschien"}, "unclear-yes-no"),
    Dirt(
        29,
        "letter O in de postcode",
        _whole_postcode,
        lambda c: {POSTCODE: c[POSTCODE].replace("0", "O", 1)},
        "postcode-letter-for-digit",
    ),
    Dirt(29, "NL- voor de postcode", _whole_postcode, lambda c: {POSTCODE: f"NL-{c[POSTCODE]}"}),
    Dirt(
        29,
        "letters die niet bestaan",
        _whole_postcode,
        lambda c: {POSTCODE: f"{c[POSTCODE][:4]} SS"},
        "postcode-letters",
    ),
    Dirt(
        30,
        "adres in één cel",
        _whole_postcode,
        lambda c: {
            STREET: f"{c[STREET]}, {c[POSTCODE][:4]} {c[POSTCODE][-2:].upper()} Rotterdam",
            POSTCODE: "",
            CITY: "",
        },
    ),
    Dirt(31, "nummer kapot door Excel", _has(PHONE), lambda c: {PHONE: "1,00E+08"}, "broken-by-excel"),
    Dirt(31, "twee nummers", _has(PHONE), lambda c: {PHONE: "010-0000 123 / 06-00001234"}, "more-phones"),
    Dirt(32, "alleen maand en jaar", _has(CHANGED), lambda c: {CHANGED: "nov 2025"}),
    Dirt(
        33,
        "website bij e-mail",
        lambda c: _one_mail(c) and c[SITE].startswith("www."),
        lambda c: {MAIL: f"{c[MAIL]} / {c[SITE]}", SITE: ""},
        "website-in-address",
    ),
    Dirt(
        33,
        "e-mail bij website",
        lambda c: _one_mail(c) and "." not in c[SITE],
        lambda c: {SITE: c[MAIL], MAIL: ""},
        "address-in-website",
    ),
    Dirt(
        34,
        "gevoelige opmerking",
        _is(REMARKS, ""),
        lambda c: {REMARKS: "coördinator is al maanden ziek, zit in de schulden; niet delen"},
    ),
    Dirt(35, "fout van Excel", _is(SITE, "geen", "n.v.t.", "-"), lambda c: {SITE: "#N/B"}, "excel-error"),
    Dirt(35, "huisnummer werd datum", _has(STREET), lambda c: {STREET: "Kasseistraat 1-mrt"}, "number-became-date"),
]


def spill(rng: Random, rows: list[FileRow], *, relied_upon: set[str]) -> None:
    """Type every case into a row of its own; a case that no row suits is left out.

    ``relied_upon``: names that must not wait for a person, because rows of the other list name them among others.
    """
    clean = [row for row in rows if "," not in row.cells[NAME]]
    rng.shuffle(clean)
    for dirt in DIRT:
        suiting = (row for row in clean if dirt.suits(row.cells))
        if dirt.outcome == "doubtful":
            suiting = (row for row in suiting if row.cells[NAME] not in relied_upon)
        row = next(suiting, None)
        if row is None:
            continue
        clean.remove(row)
        row.cells |= dirt.typed(row.cells)
        row.case, row.why, row.code, row.outcome = dirt.case, dirt.why, dirt.code, dirt.outcome
