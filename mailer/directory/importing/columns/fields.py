"""What a column can be about: every field of a list, the names people give its column, and our word for it.

Another name of a column is one more between the bars. A new field: its names and our word here; what it says in
``ReadOrganisation`` or ``ReadPerson``, read beside it (``rows``); written by ``filling.organisations`` or
``filling.people``, and what somebody is of an organisation by ``roles``, ``ties`` and ``memberships`` beside these; the
word of its column in ``taking_back.remaining``. What of this is forgotten, tests/directory/importing/test_fields.py
tells. A new column of the table is also nothing yet of somebody new (``known.newcomers``), a column of the export
(``directory.exporting``) and a line of merging (``records.merging.fields``).
"""

from __future__ import annotations

import enum

from mailer.foundation.language import gettext as _
from mailer.wire.spelling import fold


class Subject(enum.StrEnum):
    """What the rows of a sheet are."""

    ORGANISATIONS = "organisations"
    PEOPLE = "people"
    MAILBOXES = "mailboxes"
    # Addresses that must not be written to: what another mailing program wrote down when somebody left or bounced.
    STOPS = "stops"


_BOTH = {
    # Our own name for the row, written by the export.
    "mark": "kenmerk",
    # What we wrote beside a row that could not be imported; reading it back, we look past it.
    "why_not": "waarom niet",
    "street": "adres|straat|straat nr|straat en nr|straat huisnummer|straat en huisnummer|straatnaam|vestiging",
    "house_number": "huisnummer|huisnr|nummer huis",
    "postcode": "postcode|pc|postc|p c",
    "city": "plaats|woonplaats|stad",
    "neighbourhood": "wijk|buurt|gebied|wijken",
    "themes": "thema|themas|thema s|onderwerp|onderwerpen|sector|categorie|categorieen",
    "email": "e mail|email|mail|e mailadres|emailadres|mailadres|e mails|email adres|email address|e mail algemeen",
    "phone": "telefoon|tel|telefoonnummer|tel nr|telnr|vast|vaste telefoon|tel vast|telefoon vast|phone number|phone",
    "remarks": "opmerkingen|opmerking|opm|notitie|notities|bijzonderheden|notes",
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
    "joined_on": "lid sinds",
    "left_on": "lid tot en met|lid t m",
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
    "role_since": "functie sinds|in functie sinds|werkt er sinds",
    "role_until": "functie tot en met|functie t m|werkt er tot en met",
    "is_contact": "contactpersoon|is contactpersoon|contact",
    "email": _BOTH["email"] + "|e mail werk|email werk|mail werk|werkmail",
    "email_private": "e mail prive|email prive|mail prive|privemail|prive e mail",
    "mobile": "mobiel|06|gsm|mobiel nummer|mobiele telefoon|06 nummer",
    "newsletter": "nieuwsbrief|nwsbr|mailing|nieuwsbrief j n",
    "invitations": "uitnodigingen|uitnodiging",
    "language": "taal|voorkeurstaal|taal van contact",
    "channel": "liever via|kanaal|bereikbaar via|contact via",
    "source": "bron|herkomst",
    "consented_on": "datum toestemming|toestemming|toestemming op|optin time|confirm time",
}
_MAILBOXES = {
    "email": "postvak|postvakken|" + _BOTH["email"],
    "mailbox_kind": "soort postvak|soort",
    "organisations": "van organisatie|van organisaties|organisatie|organisaties",
    "people": "van mensen|gelezen door|mensen",
}
_STOPS = {
    "email": _BOTH["email"],
    "left_at": "unsub time",
    "bounced_at": "clean time",
    "stop_reason": "unsub reason|unsub reason other",
}
SPELLINGS = {
    Subject.ORGANISATIONS: _ORGANISATIONS,
    Subject.PEOPLE: _PEOPLE,
    Subject.MAILBOXES: _MAILBOXES,
    Subject.STOPS: _STOPS,
}
_KNOWN = {
    subject: {spelling: field for field, spellings in fields.items() for spelling in spellings.split("|")}
    for subject, fields in SPELLINGS.items()
}
# Our own columns, and remarks: found by name, but only read in when somebody says so, or never.
NEVER_CHOSEN = frozenset({"why_not"})
OFF_BY_DEFAULT = frozenset({"remarks"})
# Where somebody lives: of people we keep the neighbourhood, never the door.
_HOMES = frozenset({"street", "house_number", "postcode", "city"})
# One value of its own, so an empty cell can mean "take it away". A list only ever grows by a file.
ERASABLE = frozenset(
    {"street", "postcode", "city", "website", "phone", "mobile", "description", "chamber_number", "neighbourhood"}
    | {"kind", "stopped_on"}
)
# Fields that hold words of the vocabulary, and which words those are.
WORDS_IN = {
    "themes": "theme",
    "kind": "kind",
    "neighbourhood": "neighbourhood",
    "areas": "neighbourhood",
    "target_groups": "target_group",
    "function": "role",
}


def field_called(header: str, subject: Subject) -> str:
    """Return the field that a column of this name is about; empty when we do not know it."""
    return _KNOWN[subject].get(fold(header), "")


def field_choices(subject: Subject) -> list[tuple[str, str]]:
    """Return field → our word for it, in the order of a list: what somebody can make of a column."""
    words = _field_words(subject)
    offered = (field for field in SPELLINGS[subject] if field not in NEVER_CHOSEN and not is_home(field, subject))
    return [(field, words[field]) for field in offered]


def is_home(field: str, subject: Subject) -> bool:
    """Return whether a column says where people live: known by its name, and never read in."""
    return subject is Subject.PEOPLE and field in _HOMES


def subject_choices() -> list[tuple[str, str]]:
    """Return what the rows of a sheet can be, with our word for it."""
    return [
        (Subject.ORGANISATIONS.value, _("organisaties")),
        (Subject.PEOPLE.value, _("mensen")),
        (Subject.MAILBOXES.value, _("postvakken")),
        (Subject.STOPS.value, _("adressen die we niet meer mailen")),
    ]


def _field_words(subject: Subject) -> dict[str, str]:
    words = {
        "mark": _("Kenmerk van Tegelpost"),
        "street": _("Straat en huisnummer"),
        "house_number": _("Huisnummer"),
        "postcode": _("Postcode"),
        "city": _("Plaats"),
        "neighbourhood": _("Wijk"),
        "themes": _("Thema’s"),
        "email": _("E-mail"),
        "phone": _("Telefoon"),
        "remarks": _("Opmerking (alleen voor het kantoor)"),
        "changed_on": _("Laatst gewijzigd"),
        "number": _("Nummer in de lijst"),
        "name": _("Naam van de organisatie"),
        "aliases": _("Andere namen"),
        "kind": _("Soort organisatie"),
        "areas": _("Werkgebied"),
        "target_groups": _("Doelgroep"),
        "coalition": _("Lid van de Welzijnscoalitie (ja of nee)"),
        "networks": _("Netwerken"),
        "joined_on": _("Lid sinds"),
        "left_on": _("Lid tot en met"),
        "role_since": _("Functie sinds"),
        "role_until": _("Functie tot en met"),
        "website": _("Website"),
        "mobile": _("Mobiel nummer"),
        "contact": _("Contactpersoon"),
        "description": _("Omschrijving"),
        "stopped_on": _("Gestopt op"),
        "chamber_number": _("KvK-nummer"),
        "title": _("Aanhef of titel"),
        "given": _("Voornaam"),
        "nickname": _("Roepnaam"),
        "particle": _("Tussenvoegsel"),
        "family": _("Achternaam"),
        "full_name": _("Hele naam"),
        "function": _("Functie"),
        "organisations": _("Organisatie"),
        "is_contact": _("Is contactpersoon (ja of nee)"),
        "email_private": _("E-mail privé"),
        "newsletter": _("Nieuwsbrief (ja of nee)"),
        "invitations": _("Uitnodigingen (ja of nee)"),
        "language": _("Taal"),
        "channel": _("Liever via"),
        "source": _("Waar het adres vandaan komt"),
        "consented_on": _("Datum toestemming"),
        "mailbox_kind": _("Soort postvak"),
        "people": _("Gelezen door"),
        "left_at": _("Uitgeschreven op"),
        "bounced_at": _("Kwam niet aan sinds"),
        "stop_reason": _("Reden"),
    }
    return {field: words[field] for field in SPELLINGS[subject] if field in words}
