"""Between a form and what the directory's verbs take: reading what was filled in, showing what is known."""

from __future__ import annotations

from datetime import datetime

from mailer.directory.editing import OrganisationFacts, PersonFacts
from mailer.directory.models import Channel, Organisation, Person
from mailer.foundation.language import gettext as _
from mailer.web.forms import Filled
from mailer.web.office.directory.vocabulary import choices
from mailer.wire.phones import show_phone

LONG_TEXT = 4000
LANGUAGES = ("nl", "en", "tr", "ar", "pt", "pl", "es", "fr", "bg", "uk", "ti", "so", "pap")


def organisation_facts(filled: Filled) -> OrganisationFacts:
    """Read the form of an organisation; what is wrong with it stands in ``filled.errors``."""
    words = {name: [slug for slug, _name in pairs] for name, pairs in _organisation_words().items()}
    return OrganisationFacts(
        name=filled.text("name", needed=_("Vul de naam van de organisatie in."), longest=200),
        aliases=[line.strip() for line in filled.text("aliases", longest=1000).splitlines() if line.strip()],
        kind=filled.one_of("kind", words["soort"]),
        themes=_primary_first(filled.some_of("themes", words["thema"]), filled.one_of("primary_theme", words["thema"])),
        areas=filled.some_of("areas", words["wijk"]),
        seat=filled.one_of("seat", words["wijk"]),
        target_groups=filled.some_of("target_groups", words["doelgroep"]),
        description=filled.text("description", longest=LONG_TEXT),
        street=filled.text("street", longest=200),
        postcode=filled.text("postcode", longest=10),
        city=filled.text("city", longest=80),
        website=filled.text("website", longest=300),
        phone=filled.text("phone", longest=40),
        chamber_number=filled.text("chamber_number", longest=20),
        note=filled.text("note", longest=LONG_TEXT),
    )


def show_organisation(organisation: Organisation) -> Filled:
    """Fill the form with what we know."""
    primary = next((row.theme.slug for row in organisation.themes if row.is_primary), "")
    return Filled.of(
        {
            "name": organisation.name,
            "aliases": "\n".join(alias.name for alias in organisation.aliases),
            "kind": organisation.kind.slug if organisation.kind else "",
            "themes": [row.theme.slug for row in organisation.themes],
            "primary_theme": primary,
            "areas": [row.neighbourhood.slug for row in organisation.service_areas],
            "seat": organisation.seat.slug if organisation.seat else "",
            "target_groups": [row.target_group.slug for row in organisation.target_groups],
            "description": organisation.description,
            "street": organisation.street,
            "postcode": organisation.postcode,
            "city": organisation.city,
            "website": organisation.website,
            "phone": show_phone(organisation.phone),
            "chamber_number": organisation.chamber_number,
            "note": organisation.note,
        }
    )


def person_facts(filled: Filled) -> PersonFacts:
    """Read the form of a person; what is wrong with it stands in ``filled.errors``."""
    words = choices("wijk", "thema")
    channel = filled.one_of("channel", [channel.value for channel in Channel])
    return PersonFacts(
        title=filled.text("title", longest=40),
        given_name=filled.text("given_name", longest=80),
        particle=filled.text("particle", longest=40),
        family_name=filled.text("family_name", longest=120),
        mobile=filled.text("mobile", longest=40),
        phone=filled.text("phone", longest=40),
        language=filled.one_of("language", LANGUAGES) or "nl",
        channel=Channel(channel) if channel else Channel.EMAIL,
        neighbourhood=filled.one_of("neighbourhood", [slug for slug, _name in words["wijk"]]),
        themes=filled.some_of("themes", [slug for slug, _name in words["thema"]]),
        note=filled.text("note", longest=LONG_TEXT),
    )


def show_person(person: Person) -> Filled:
    """Fill the form with what we know."""
    return Filled.of(
        {
            "title": person.title,
            "given_name": person.given_name,
            "particle": person.particle,
            "family_name": person.family_name,
            "mobile": show_phone(person.mobile),
            "phone": show_phone(person.phone),
            "language": person.language,
            "channel": person.channel.value,
            "neighbourhood": person.neighbourhood.slug if person.neighbourhood else "",
            "themes": [row.theme.slug for row in person.themes],
            "note": person.note,
        }
    )


def refuse_overwriting(filled: Filled, changed_at: datetime) -> None:
    """Refuse once when somebody else changed the row since the form was shown; pressing again is a decision."""
    seen = filled.value("seen")
    if seen and seen != changed_at.isoformat():
        filled.wrong(
            "",
            _(
                "Iemand anders heeft dit intussen veranderd. Bekijk het in een ander venster. "
                "Bewaar je nog een keer, dan geldt wat hier staat."
            ),
        )


def channel_choices() -> list[tuple[str, str]]:
    """Return the ways to reach somebody, for a list."""
    return [
        (Channel.EMAIL.value, _("Mail")),
        (Channel.PHONE.value, _("Wil liever bellen")),
        (Channel.WHATSAPP.value, _("Wil liever WhatsApp")),
    ]


def language_choices() -> list[tuple[str, str]]:
    """Return languages of contact, each named in itself."""
    names = ("Nederlands", "English", "Türkçe", "العربية", "Português", "Polski", "Español", "Français")
    more = ("Български", "Українська", "ትግርኛ", "Soomaali", "Papiamentu")
    return list(zip(LANGUAGES, names + more, strict=True))


def _organisation_words() -> dict[str, list[tuple[str, str]]]:
    return choices("wijk", "thema", "soort", "doelgroep")


def _primary_first(themes: list[str], primary: str | None) -> list[str]:
    if primary is None:
        return themes
    return [primary, *(theme for theme in themes if theme != primary)]
