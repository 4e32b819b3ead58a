"""Which row holds the column names, what each column is about, and whether the rows are organisations or people."""

from __future__ import annotations

import enum
import re
from collections.abc import Iterable
from dataclasses import dataclass

from mailer.foundation.errors import BadInput
from mailer.foundation.language import gettext as _
from mailer.wire.sheets import Line, Sheet
from mailer.wire.spelling import fold


class Subject(enum.StrEnum):
    """What the rows of a sheet are."""

    ORGANISATIONS = "organisations"
    PEOPLE = "people"
    MAILBOXES = "mailboxes"


_BOTH = {
    # Our own name for the row, written by the export.
    "mark": "kenmerk",
    # What we wrote beside a row that could not be imported; reading it back, we look past it.
    "why_not": "waarom niet",
    "street": "adres|straat|straat nr|straat en nr|straat huisnummer|straat en huisnummer|straatnaam|vestiging",
    "house_number": "huisnummer|huisnr|nummer huis",
    "postcode": "postcode|pc|postc",
    "city": "plaats|woonplaats|stad",
    "neighbourhood": "wijk|buurt|gebied|wijken",
    "themes": "thema|themas|thema s|onderwerp|onderwerpen|sector|categorie|categorieen",
    "email": "e mail|email|mail|e mailadres|emailadres|mailadres|e mails|email adres|email address|e mail algemeen",
    "phone": "telefoon|tel|telefoonnummer|tel nr|telnr|vast|vaste telefoon|tel vast|telefoon vast",
    "remarks": "opmerkingen|opmerking|opm|notitie|notities|bijzonderheden",
    "changed_on": "laatst gewijzigd|gewijzigd|gewijzigd op|datum gewijzigd|bijgewerkt",
}
_ORGANISATIONS = _BOTH | {
    "number": "nr|nummer|volgnummer|lidnummer|id",
    "name": "naam organisatie|organisatie|organisatienaam|naam|initiatief|naam initiatief|organisaties",
    "aliases": "ook bekend als|andere naam|andere namen|oude naam|vroegere naam|alias",
    "kind": "soort|soort organisatie|type|rechtsvorm|organisatievorm",
    "areas": "werkgebied|werkgebieden|werkt in|actief in",
    "target_groups": "doelgroep|doelgroepen|voor wie",
    "coalition": "coalitie|coalitie j n|coalitielid|wcd|welzijnscoalitie",
    "networks": "netwerk|netwerken|lid van",
    "website": "website|site|web|url|webadres|www",
    "mobile": "mobiel|06|gsm|mobiele telefoon",
    "contact": "contactpersoon|contact|contactpersonen",
    "description": "omschrijving|beschrijving|over ons|toelichting",
    "stopped_on": "gestopt op|gestopt|opgeheven op",
    "chamber_number": "kvk|kvk nummer|kvknr|kamer van koophandel",
}
_PEOPLE = _BOTH | {
    "title": "aanhef|titel|titels",
    "given": "voornaam|vn|first name|voornamen",
    "nickname": "roepnaam",
    "particle": "tussenvoegsel|tv|tussenv|voorvoegsel|tussenvoegsels",
    "family": "achternaam|an|familienaam|last name",
    "full_name": "naam|volledige naam|naam persoon|contactpersoon naam",
    "function": "functie|rol|functie rol|taak",
    "organisations": "organisatie|organisaties|organisatie s|initiatief|naam organisatie|werkt bij",
    "is_contact": "contactpersoon|is contactpersoon|contact",
    "email": _BOTH["email"] + "|e mail werk|email werk|mail werk|werkmail",
    "email_private": "e mail prive|email prive|mail prive|privemail|prive e mail",
    "mobile": "mobiel|06|gsm|mobiel nummer|mobiele telefoon|06 nummer",
    "newsletter": "nieuwsbrief|nwsbr|mailing|nieuwsbrief j n",
    "invitations": "uitnodigingen|uitnodiging",
    "language": "taal|voorkeurstaal|taal van contact",
    "channel": "liever via|kanaal|bereikbaar via|contact via",
    "source": "bron|herkomst",
    "consented_on": "datum toestemming|toestemming|toestemming op|optin time",
}
_MAILBOXES = {
    "email": "postvak|postvakken|" + _BOTH["email"],
    "mailbox_kind": "soort postvak|soort",
    "organisations": "van organisatie|van organisaties|organisatie|organisaties",
    "people": "van mensen|gelezen door|mensen",
}
# Only a list of people has these.
_PERSONAL = frozenset({"given", "nickname", "particle", "family", "function", "email_private"})
_KNOWN = {
    subject: {spelling: field for field, spellings in fields.items() for spelling in spellings.split("|")}
    for subject, fields in (
        (Subject.ORGANISATIONS, _ORGANISATIONS),
        (Subject.PEOPLE, _PEOPLE),
        (Subject.MAILBOXES, _MAILBOXES),
    )
}
_SEARCHED_LINES = 30


@dataclass(frozen=True)
class Column:
    """A column of the file: where, what it is called there, and the field it fills (empty: not known)."""

    place: int
    header: str
    field: str
    # The name as typed, folded; empty when the column has none.
    spelling: str


@dataclass(frozen=True)
class Layout:
    """How to read a sheet."""

    subject: Subject
    header_number: int
    columns: tuple[Column, ...]

    def of(self, field: str) -> tuple[Column, ...]:
        return tuple(column for column in self.columns if column.field == field)

    @property
    def unknown(self) -> tuple[str, ...]:
        return tuple(column.header for column in self.columns if not column.field)


def find_layout(sheet: Sheet, *, file_name: str = "") -> Layout | None:
    """Return how to read the sheet, or None when no row of it looks like column names."""
    best: tuple[int, Line, Subject] | None = None
    for line in sheet.lines[:_SEARCHED_LINES]:
        subject = _subject_of(line, hint=fold(f"{sheet.name} {file_name}"))
        known = len(set(_fields(line, subject)) - {""})
        if _says_who(line, subject) and (best is None or known > best[0]):
            best = known, line, subject
    if best is None:
        return None
    _known, line, subject = best
    width = max(len(other.cells) for other in sheet.lines)
    return Layout(subject, line.number, _columns(line, subject, width))


def fields_of(headers: Iterable[str], subject: Subject) -> dict[str, str]:
    """Return header → field for the headers of kept rows ("E-mail (2)" is an e-mail address too)."""
    known = _KNOWN[subject]
    plain = {header: re.sub(r" \(\d+\)$", "", header) for header in headers}
    return {header: field for header, typed in plain.items() if (field := known.get(fold(typed)))}


def subject_of(headers: Iterable[str], *, sheet: str) -> Subject:
    """Return what the rows with these headers are."""
    return _subject_of(Line(0, tuple(headers)), hint=fold(sheet))


def layout_or_refusal(sheets: list[Sheet], *, file_name: str) -> list[tuple[Sheet, Layout]]:
    """Return the sheets that can be read, each with its layout.

    Raises ``BadInput`` when no sheet has column names that we know.
    """
    found = [(sheet, layout) for sheet in sheets if (layout := find_layout(sheet, file_name=file_name))]
    if not found:
        raise BadInput(
            _(
                "We vinden geen rij met kolomnamen. Zet boven de lijst een rij met namen als "
                "Naam organisatie, Wijk en E-mail, of Voornaam, Achternaam en E-mail."
            )
        )
    return found


def _subject_of(line: Line, *, hint: str) -> Subject:
    spellings = {fold(cell) for cell in line.cells if cell.strip()}
    if "postvak" in spellings or "soort postvak" in spellings:
        return Subject.MAILBOXES
    as_people = {_KNOWN[Subject.PEOPLE].get(spelling, "") for spelling in spellings}
    if as_people & _PERSONAL:
        return Subject.PEOPLE
    if "full_name" in as_people and any(word in hint for word in ("sleutelfigu", "mensen", "personen", "contacten")):
        return Subject.PEOPLE
    # "Naam" beside "Organisatie" is a person's.
    if "full_name" in as_people and "organisations" in as_people:
        return Subject.PEOPLE
    return Subject.ORGANISATIONS


def _fields(line: Line, subject: Subject) -> list[str]:
    return [_KNOWN[subject].get(fold(cell), "") for cell in line.cells]


def _says_who(line: Line, subject: Subject) -> bool:
    """A row of column names has a column for who it is about, and a second one that we know."""
    fields = set(_fields(line, subject)) - {""}
    who = {
        Subject.ORGANISATIONS: {"name"},
        Subject.PEOPLE: {"given", "family", "full_name", "nickname"},
        Subject.MAILBOXES: {"email"},
    }[subject]
    return bool(fields & who) and (len(fields) > 1 or line.filled == 1)


def _columns(line: Line, subject: Subject, width: int) -> tuple[Column, ...]:
    """Name every column once: an empty name gets its number, a second of the same name gets "(2)"."""
    columns: list[Column] = []
    for place in range(width):
        typed = " ".join((line.cells[place] if place < len(line.cells) else "").split())
        header = typed or _("kolom %(n)s", n=place + 1)
        times = sum(1 for column in columns if column.header.rpartition(" (")[0] == header or column.header == header)
        columns.append(
            Column(
                place,
                f"{header} ({times + 1})" if times else header,
                _KNOWN[subject].get(fold(typed), ""),
                fold(typed),
            )
        )
    return tuple(columns)
