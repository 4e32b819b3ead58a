"""The people as rows: those of organisations on one sheet, those without on another, each with its own habits."""

from __future__ import annotations

from random import Random

from mailer.directory.sample.files.organisation_rows import NOTHING
from mailer.directory.sample.files.rows import Cells, FileRow
from mailer.directory.sample.files.spellings import NO, PLACES, THEMES, YES, for_windows, spell, type_date, type_phone
from mailer.directory.sample.mailboxes import HOMES
from mailer.directory.sample.sketch import Mail, Sample, SampleOrganisation, SamplePerson

HEADERS = [
    "Aanhef",
    "Voornaam",
    "Tussenvoegsel",
    "Achternaam",
    "Roepnaam",
    "Functie",
    "Organisatie(s)",
    "E-mail werk",
    "E-mail privé",
    "Mobiel",
    "Vast",
    "Wijk",
    "Nieuwsbrief",
    "Uitnodigingen",
    "Taal",
    "Bron",
    "Datum toestemming",
    "Opm.",
]
# Somebody else's habits: short names, and two columns called "E-mail".
SHORT_HEADERS = ["Aanhef", "vn", "tv", "an", "mail", "mail", "06", "tel.nr", "wijk", "thema's", "nwsbr", "taal", "Opm."]
LANGUAGES = {
    "nl": ["NL", "NL", "Nederlands", "", "NL/Somalisch"],
    "en": ["Engels", "EN"],
    "tr": ["Turks"],
    "ar": ["Arabisch"],
    "pt": ["Portugees"],
    "pl": ["Pools"],
    "es": ["Spaans"],
    "ti": ["Tigrinya"],
    "uk": ["Oekraïens"],
}
FUNCTIONS = {
    "coordinator": ["coördinator", "coord.", "trekker"],
    "bestuur": ["bestuur", "bestuurslid", "voorzitter"],
    "vrijwilliger": ["vrijwilliger", "vrijw."],
    "beroepskracht": ["beroepskracht", "medewerker"],
    "contactpersoon": ["contactpersoon"],
}
SOURCES = ["", "visitekaartje", "netwerk-ontmoeting", "website", "?"]


def rows_of_people_in_organisations(rng: Random, sample: Sample) -> list[FileRow]:
    """Return a row for each person of an organisation, sorted by (first) organisation."""
    tied = sorted((person for person in sample.people if person.roles), key=lambda person: _first(person).number)
    return [
        FileRow(_cells(rng, person), organisations=[for_windows(role.organisation.name) for role in person.roles])
        for person in tied
    ]


def rows_of_people_without(rng: Random, sample: Sample) -> list[FileRow]:
    """Return a row for each person without an organisation."""
    return [FileRow(_short_cells(rng, person)) for person in sample.people if not person.roles]


def _first(person: SamplePerson) -> SampleOrganisation:
    return person.roles[0].organisation


def _cells(rng: Random, person: SamplePerson) -> Cells:
    role = person.roles[0]
    work, private = _mail(rng, person)
    values = [
        person.title,
        person.given_name,
        person.particle,
        person.family_name,
        "",
        role.description or rng.choice(FUNCTIONS[role.kind]),
        _organisations(person),
        work,
        private,
        type_phone(rng, person.mobile),
        type_phone(rng, person.phone),
        rng.choice(PLACES[person.neighbourhood]) if person.neighbourhood else rng.choice(["", "?"]),
        rng.choice(YES + NO),
        rng.choice(YES + NO),
        rng.choice(LANGUAGES[person.language]),
        rng.choice(SOURCES),
        rng.choice(["", "?", type_date(rng, person.added_on)]),
        "belt liever" if person.channel == "phone" else "",
    ]
    return dict(zip(HEADERS, values, strict=True))


def _short_cells(rng: Random, person: SamplePerson) -> Cells:
    return {
        "Aanhef": person.title,
        "vn": person.given_name,
        "tv": person.particle,
        "an": person.family_name,
        "mail": person.address or rng.choice(NOTHING),
        "06": type_phone(rng, person.mobile),
        "tel.nr": type_phone(rng, person.phone),
        "wijk": rng.choice(PLACES[person.neighbourhood]) if person.neighbourhood else "",
        "thema's": spell(rng, THEMES, person.themes, between=", "),
        "nwsbr": rng.choice(YES + NO),
        "taal": rng.choice(LANGUAGES[person.language]),
        "Opm.": person.note,
    }


def _organisations(person: SamplePerson) -> str:
    """Names as they stand in the other list, a comma between them unless a name has a comma of its own."""
    names = [for_windows(role.organisation.name) for role in person.roles]
    return "\n".join(names) if any("," in name for name in names) else ", ".join(names)


def _mail(rng: Random, person: SamplePerson) -> tuple[str, str]:
    """Work address and private address; at most one of them is filled."""
    if person.mail is Mail.NONE:
        return rng.choice(NOTHING), ""
    is_private = person.mail is Mail.HOUSEHOLD or person.address.partition("@")[2] in HOMES
    return ("", person.address) if is_private and rng.random() < 0.6 else (person.address, "")
