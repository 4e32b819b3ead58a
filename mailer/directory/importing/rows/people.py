"""A row of a people list becomes values: cleaned, in our words, nothing looked up in the directory yet."""

from __future__ import annotations

from dataclasses import dataclass, replace

from mailer.directory.importing.cells.addresses import FoundAddress
from mailer.directory.importing.cells.cleaning import Cleaned, Remark, say_nothing
from mailer.directory.importing.cells.words import Vocabulary
from mailer.directory.importing.rows.organisations import (
    LONGEST_NOTE,
    read_contact_cells,
    read_row_date,
    read_row_yes_no,
)
from mailer.directory.importing.rows.phones import read_cell_phones
from mailer.directory.importing.rows.row import Row
from mailer.directory.models import Channel, MailboxKind, Neighbourhood, RoleKind, Theme
from mailer.directory.names import Name, is_unsure, name_from_columns, name_from_text
from mailer.directory.spans import Span, day_after
from mailer.foundation.language import gettext as _
from mailer.wire.phones import is_mobile
from mailer.wire.spelling import fold, tidy

_LANGUAGES = {
    "nl": "nl nederlands ned dutch",
    "en": "en engels english eng",
    "tr": "tr turks turkce",
    "ar": "ar arabisch marokkaans darija",
    "pt": "pt portugees kaapverdiaans portugues",
    "pl": "pl pools polski",
    "es": "es spaans espanol",
    "fr": "fr frans",
    "ti": "ti tigrinya tigrinja",
    "uk": "uk oekraiens",
    "so": "so somalisch somali",
    "bg": "bg bulgaars",
    "pap": "pap papiaments papiamento",
    "de": "de duits",
}
_LANGUAGE_OF = {word: code for code, words in _LANGUAGES.items() for word in words.split()}
_CHANNELS = {
    Channel.WHATSAPP: {"whatsapp", "app", "wa"},
    Channel.PHONE: {"bellen", "belt", "telefoon", "phone", "tel"},
    Channel.EMAIL: {"email", "mail"},
}


@dataclass(frozen=True)
class ReadPerson:
    """What a row says about a person. Empty means: the row says nothing, and changes nothing."""

    mark: str
    name: Name
    function: str
    role_kind: RoleKind | None
    # From when until when they do it.
    role_span: Span
    is_contact: bool | None
    organisations: str
    addresses: tuple[FoundAddress, ...]
    mobile: str
    phone: str
    neighbourhood: Neighbourhood | None
    themes: tuple[Theme, ...]
    language: str
    channel: Channel | None
    # "Nieuwsbrief: ja" in a list is a claim, not a permission.
    claims_newsletter: bool
    # For the office only, and only when somebody chose to read them in.
    remarks: str

    @property
    def phones(self) -> frozenset[str]:
        return frozenset(number for number in (self.mobile, self.phone) if number)


def read_person(row: Row, vocabulary: Vocabulary) -> ReadPerson:
    """Return what the row says; remarks and doubts stay on the row."""
    row.doubt_broken_accents()
    mobile, phone = _read_numbers(row)
    function = row.take("function", say_nothing(row.text("function").replace("\n", " ")))
    kinds = vocabulary.role_kinds.find(function)
    places = row.take("neighbourhood", vocabulary.read_places(row.text("neighbourhood")))
    return ReadPerson(
        mark=tidy(row.text("mark")),
        name=_read_name(row),
        function=row.fit("function", function, 120),
        role_kind=kinds[0] if kinds else None,
        role_span=_read_role_span(row),
        is_contact=read_row_yes_no(row, "is_contact"),
        organisations=row.take("organisations", say_nothing(row.text("organisations"))),
        addresses=_read_own_addresses(row),
        mobile=mobile,
        phone=phone,
        neighbourhood=_one_place(row, places),
        themes=row.take("themes", vocabulary.themes.read_many(row.text("themes"))),
        language=row.take("language", read_language(row.text("language"))),
        channel=_read_channel(row),
        claims_newsletter=bool(read_row_yes_no(row, "newsletter") or read_row_yes_no(row, "invitations")),
        remarks=row.fit("remarks", say_nothing(row.text("remarks")).value, LONGEST_NOTE),
    )


def read_language(text: str) -> Cleaned[str]:
    """Return the code of the first language in the cell ("NL/Somalisch": nl); never guessed from a name."""
    said = say_nothing(text).value
    words = fold(said.replace("/", " ").replace(",", " ")).split()
    found = [_LANGUAGE_OF[word] for word in words if word in _LANGUAGE_OF]
    if said and not found:
        return Cleaned("", (Remark("unknown-language", _("De taal “%(typed)s” kennen we niet.", typed=said)),))
    return Cleaned(found[0] if found else "")


def channel_word(channel: Channel) -> str:
    """Return the word for a channel, as files spell it."""
    return {Channel.EMAIL: "e-mail", Channel.PHONE: "bellen", Channel.WHATSAPP: "whatsapp"}[channel]


def _read_role_span(row: Row) -> Span:
    since, last = read_row_date(row, "role_since"), read_row_date(row, "role_until")
    if since and last and since > last:
        row.tell("role_until", "ends-before-it-begins", _("Dit is vóór de eerste dag. We lezen het niet in."))
        return since, None
    return since, day_after(last)


def _read_name(row: Row) -> Name:
    """The name people use (roepnaam) is the given name; a name in one column is taken apart where that is sure."""
    given = say_nothing(row.text("nickname")).value or row.take("given", say_nothing(row.text("given")))
    family = row.take("family", say_nothing(row.text("family")))
    title = say_nothing(row.text("title")).value
    if given or family:
        particle = say_nothing(row.text("particle")).value
        name = name_from_columns(title=title, given=given, particle=particle, family=family)
    else:
        name = _take_apart(row, row.take("full_name", say_nothing(row.text("full_name"))))
        name = replace(name, title=name.title or title)
    return Name(
        row.fit("title", name.title, 40),
        row.fit("given", name.given, 80),
        row.fit("particle", name.particle, 40),
        row.fit("family", name.family, 120),
    )


def _take_apart(row: Row, typed: str) -> Name:
    """A name that is not surely one person's stays whole, and somebody looks at it (case 22)."""
    if not is_unsure(typed):
        return name_from_text(typed)
    message = _("Is “%(typed)s” één naam? We kunnen hem niet uit elkaar halen.", typed=typed)
    row.doubt("full_name", "unclear-name", message)
    return Name(family=typed)


def _read_own_addresses(row: Row) -> tuple[FoundAddress, ...]:
    work, _website = read_contact_cells(row, "email")
    private, _website = read_contact_cells(row, "email_private")
    known = {one.address.key for one in work}
    own = [replace(one, kind=MailboxKind.PERSONAL) for one in private if one.address.key not in known]
    return (*work, *own)


def _read_numbers(row: Row) -> tuple[str, str]:
    """A mobile number in the other column, and the other way round, is put where it belongs."""
    numbers = dict.fromkeys(read_cell_phones(row, "mobile") + read_cell_phones(row, "phone"))
    mobiles = [number for number in numbers if is_mobile(number)]
    others = [number for number in numbers if not is_mobile(number)]
    if len(mobiles) > 1 or len(others) > 1:
        row.tell("mobile", "more-phones", _("Hier staan meer telefoonnummers. We bewaren het eerste."))
    return next(iter(mobiles), ""), next(iter(others), "")


def _one_place(row: Row, places: tuple[Neighbourhood, ...]) -> Neighbourhood | None:
    if len(places) > 1:
        names = ", ".join(place.name for place in places)
        message = _("Bij een persoon past één wijk. We lezen geen wijk in: %(names)s.", names=names)
        row.tell("neighbourhood", "more-places", message)
        return None
    return places[0] if places else None


def _read_channel(row: Row) -> Channel | None:
    typed = say_nothing(row.text("channel")).value
    said = set(fold(typed).split())
    found = [channel for channel, words in _CHANNELS.items() if said & words]
    if typed and not found:
        message = _("“%(typed)s” kennen we niet. Kies uit e-mail, bellen en whatsapp.", typed=typed)
        row.tell("channel", "unknown-channel", message)
    return found[0] if found else None
